// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
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
	level := p.level(r)
	if omitted, ok := p.take(req, level, quotaOf(r)); ok {
		p.logger().LogAttrs(req.Context(), level, "request refused", about(req, omitted, r.LogValue().Group())...)
	}
	if p.onRefusal != nil {
		p.onRefusal(req, r)
	}
}

// wantsAcceptance reports whether there is anybody to tell.
func (p reporter) wantsAcceptance(req *http.Request) bool {
	return p.onAcceptance != nil || p.logger().Enabled(req.Context(), slog.LevelDebug)
}

// accept leaves the user out of the log: who may pass is nobody's to watch.
func (p reporter) accept(req *http.Request, a *Acceptance) {
	if omitted, ok := p.take(req, slog.LevelDebug, "accepted"); ok {
		var holder *validator.Holder
		if a.Holder != nil {
			holder = withoutUser(a.Holder)
		}
		p.logger().LogAttrs(req.Context(), slog.LevelDebug, "request accepted", about(req, omitted, logHolder(holder))...)
	}
	if p.onAcceptance != nil {
		p.onAcceptance(req, a)
	}
}

// take reports whether a line of this level and quota is to be written, and how many
// were left out since the last one.
func (p reporter) take(req *http.Request, level slog.Level, quota string) (omitted int, ok bool) {
	if !p.logger().Enabled(req.Context(), level) {
		return 0, false
	}
	return p.quotas.take(quota)
}

// about adds what the log says of the request. The path and the query stay out: they
// may hold what is private.
func about(req *http.Request, omitted int, attrs []slog.Attr) []slog.Attr {
	attrs = append(attrs, slog.String("method", foreign.Text(req.Method)))
	if req.Pattern != "" {
		attrs = append(attrs, slog.String("route", foreign.Text(req.Pattern)))
	}
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	return attrs
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
