// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
)

// How much a reason may log: so many lines at once, and one more so often.
const (
	logBurst = 10
	logEvery = time.Second
)

// maxReasons bounds the memory for reasons: the lists of ours are closed, but
// a validator of the application's own may make some up.
const maxReasons = 64

// reporter tells operators about refusals.
type reporter struct {
	logger      func() *slog.Logger
	clientLevel slog.Leveler // nil: Info
	unlimited   bool
	onRefusal   func(*http.Request, *Refusal)

	mu     sync.Mutex
	quotas map[string]*quota
}

// quota is what a reason may still log, and what it could not.
type quota struct {
	limiter *rate.Limiter
	omitted int
}

func newReporter(v Validator, o *Options) *reporter {
	return &reporter{
		logger:      loggerOf(v, o),
		clientLevel: o.ClientErrorLevel,
		unlimited:   o.LogUnlimited,
		onRefusal:   o.OnRefusal,
		quotas:      make(map[string]*quota),
	}
}

// loggerOf returns what tells the logger at the time: that of the options, or
// of the validator, or the default one.
func loggerOf(v Validator, o *Options) func() *slog.Logger {
	if logger := o.Logger; logger != nil {
		return func() *slog.Logger { return logger }
	}
	if named, ok := v.(interface{ Logger() *slog.Logger }); ok {
		return func() *slog.Logger {
			if l := named.Logger(); l != nil {
				return l
			}
			return slog.Default()
		}
	}
	return slog.Default
}

func (p *reporter) report(req *http.Request, r *Refusal) {
	p.log(req, r)
	if p.onRefusal != nil {
		p.onRefusal(req, r)
	}
}

func (p *reporter) log(req *http.Request, r *Refusal) {
	ctx, logger, level := req.Context(), p.logger(), p.level(r)
	if !logger.Enabled(ctx, level) {
		return
	}
	omitted, ok := p.take(quotaOf(r))
	if !ok {
		return
	}
	// The path and the query stay out: they may hold what is private.
	attrs := append(r.LogValue().Group(), slog.String("method", printable(req.Method, maxText)))
	if req.Pattern != "" {
		attrs = append(attrs, slog.String("route", printable(req.Pattern, maxText)))
	}
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	logger.LogAttrs(ctx, level, "request refused", attrs...)
}

// level returns how much the refusal matters, as Options.Logger promises.
func (p *reporter) level(r *Refusal) slog.Level {
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

// take tells whether a line for the reason may be logged now, and how many
// could not since the last one.
func (p *reporter) take(reason string) (omitted int, ok bool) {
	if p.unlimited {
		return 0, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	q := p.quotas[reason]
	if q == nil && len(p.quotas) >= maxReasons {
		reason = "other"
		q = p.quotas[reason]
	}
	if q == nil {
		q = &quota{limiter: rate.NewLimiter(rate.Every(logEvery), logBurst)}
		p.quotas[reason] = q
	}
	if !q.limiter.Allow() {
		q.omitted++
		return 0, false
	}
	omitted, q.omitted = q.omitted, 0
	return omitted, true
}

// maxText is how much of a text is logged: a line's length.
const maxText = 1024

// printable escapes what does not print, which a handler may or may not do,
// and cuts what is longer than so many bytes.
func printable(s string, limit int) string {
	more := ""
	if len(s) > limit {
		s, more = s[:limit], "…"
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[0]), 16))
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		s = s[size:]
	}
	return b.String() + more
}
