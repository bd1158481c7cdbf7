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
	logger    *slog.Logger // nil: the default one
	onRefusal func(*http.Request, *Refusal)

	mu     sync.Mutex
	quotas map[string]*quota
}

// quota is what a reason may still log, and what it could not.
type quota struct {
	limiter *rate.Limiter
	omitted int
}

func newReporter(logger *slog.Logger, onRefusal func(*http.Request, *Refusal)) *reporter {
	return &reporter{logger: logger, onRefusal: onRefusal, quotas: make(map[string]*quota)}
}

func (p *reporter) report(req *http.Request, r *Refusal) {
	p.log(req, r)
	if p.onRefusal != nil {
		p.onRefusal(req, r)
	}
}

func (p *reporter) log(req *http.Request, r *Refusal) {
	logger := p.logger
	if logger == nil {
		logger = slog.Default()
	}
	ctx, level := req.Context(), slog.LevelInfo
	if r.status() >= 500 {
		level = slog.LevelWarn
	}
	if !logger.Enabled(ctx, level) {
		return
	}
	omitted, ok := p.take(r.Reason())
	if !ok {
		return
	}
	// The path and the query stay out: they may hold what is private.
	attrs := append(r.LogValue().Group(), slog.String("method", printable(req.Method)))
	if req.Pattern != "" {
		attrs = append(attrs, slog.String("route", printable(req.Pattern)))
	}
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	logger.LogAttrs(ctx, level, "request refused", attrs...)
}

// take tells whether a line for the reason may be logged now, and how many
// could not since the last one.
func (p *reporter) take(reason string) (omitted int, ok bool) {
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

// printable escapes what does not print, which a handler may or may not do,
// and cuts what is too long for a line.
func printable(s string) string {
	const limit = 1024
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
