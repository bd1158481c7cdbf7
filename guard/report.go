// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/validator"
)

// reporter tells operators what was decided.
type reporter struct {
	logger       func() *slog.Logger
	clientLevel  slog.Leveler // nil: Info
	quotas       *quotas      // nil: no limit
	onRefusal    func(*http.Request, *Refusal)
	onAcceptance func(*http.Request, *Acceptance)
}

func newReporter(v Validator, o *Options) reporter {
	p := reporter{
		logger: loggerOf(v, o.Logger), clientLevel: o.ClientErrorLevel,
		onRefusal: o.OnRefusal, onAcceptance: o.OnAcceptance,
	}
	if !o.LogUnlimited {
		p.quotas = newQuotas()
	}
	return p
}

func (p reporter) report(req *http.Request, r *Refusal) {
	p.log(req, p.level(r), quotaOf(r), "request refused", r.LogValue().Group())
	if p.onRefusal != nil {
		p.onRefusal(req, r)
	}
}

// wantsAcceptance reports whether there is anybody to tell.
func (p reporter) wantsAcceptance(ctx context.Context) bool {
	return p.onAcceptance != nil || p.logger().Enabled(ctx, slog.LevelDebug)
}

// accept leaves the user out of the log: who may pass is nobody's to watch.
func (p reporter) accept(req *http.Request, a *Acceptance) {
	var holder *validator.Holder
	if a.Holder != nil {
		holder = withoutUser(a.Holder)
	}
	p.log(req, slog.LevelDebug, "request accepted", "request accepted", logHolder(holder))
	if p.onAcceptance != nil {
		p.onAcceptance(req, a)
	}
}

// log writes a line, if the quota of this name permits.
func (p reporter) log(req *http.Request, level slog.Level, quota, message string, attrs []slog.Attr) {
	ctx, logger := req.Context(), p.logger()
	if !logger.Enabled(ctx, level) {
		return
	}
	omitted, ok := p.quotas.take(quota)
	if !ok {
		return
	}
	// The path and the query stay out: they may hold what is private.
	attrs = append(attrs, slog.String("method", foreign.Text(req.Method)))
	if req.Pattern != "" {
		attrs = append(attrs, slog.String("route", foreign.Text(req.Pattern)))
	}
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	logger.LogAttrs(ctx, level, message, attrs...)
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
