// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"log/slog"
	"net/http"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// reporter tells operators about refusals.
type reporter struct {
	logger      func() *slog.Logger
	clientLevel slog.Leveler // nil: Info
	quotas      *quotas      // nil: no limit
	onRefusal   func(*http.Request, *Refusal)
}

func newReporter(v Validator, o *Options) reporter {
	p := reporter{logger: loggerOf(v, o.Logger), clientLevel: o.ClientErrorLevel, onRefusal: o.OnRefusal}
	if !o.LogUnlimited {
		p.quotas = newQuotas()
	}
	return p
}

func (p reporter) report(req *http.Request, r *Refusal) {
	p.log(req, r)
	if p.onRefusal != nil {
		p.onRefusal(req, r)
	}
}

func (p reporter) log(req *http.Request, r *Refusal) {
	ctx, logger, level := req.Context(), p.logger(), p.level(r)
	if !logger.Enabled(ctx, level) {
		return
	}
	omitted, ok := p.quotas.take(quotaOf(r))
	if !ok {
		return
	}
	// The path and the query stay out: they may hold what is private.
	attrs := append(r.LogValue().Group(), slog.String("method", foreign.Text(req.Method)))
	if req.Pattern != "" {
		attrs = append(attrs, slog.String("route", foreign.Text(req.Pattern)))
	}
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	logger.LogAttrs(ctx, level, "request refused", attrs...)
}

// level returns how much the refusal matters, as Options.Logger promises.
func (p reporter) level(r *Refusal) slog.Level {
	switch {
	case isHangUp(r):
		return slog.LevelInfo
	case r.status() >= http.StatusInternalServerError:
		return slog.LevelWarn
	case p.clientLevel != nil:
		return p.clientLevel.Level()
	}
	return slog.LevelInfo
}

// quotaOf names the quota of a refusal's line: its reason, but for hang-ups.
// Those anybody can cause, and they must not keep an outage out of the log.
func quotaOf(r *Refusal) string {
	if isHangUp(r) {
		return "hang-up"
	}
	return r.Reason()
}
