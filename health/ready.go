// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// Ready returns a handler for readiness probes. It answers 200 if all parts are
// ready, and else 503 with Retry-After. The answer tells nothing more, so it may be
// seen by anybody; why a part is not ready goes to the log.
//
// The parts are asked at the same time. However many probes come and give up, each
// part is asked once at a time, on a context that ends after ten seconds and with no
// probe; one that takes longer is not ready. A part that panics is not ready either.
//
// The log is that of the first part which has one, as a validator does, and else
// [slog.Default]. It gets a warning "not ready" with the error, and "ready again"
// behind it: three lines at once and one more each ten seconds, whose attribute
// omitted says how many were left out.
//
// A validator is ready if it can judge tokens, see [validator.Validator.Ready]: one
// flow that is gone does not take the service down, nor does an outage while old
// keys serve. GET and HEAD are answered, and else 405.
//
// Ready panics if there are no parts, or a nil one.
func Ready(parts ...Part) http.Handler {
	if len(parts) == 0 {
		panic("health: Ready has no part to ask, and would always be ready")
	}
	h := &ready{journal: newJournal(parts)}
	for i, p := range parts {
		if isNil(p) {
			panic("health: Ready: part " + strconv.Itoa(i) + " is nil")
		}
		h.probes = append(h.probes, &probe{part: p})
	}
	return readOnly(h)
}

type ready struct {
	probes  []*probe
	journal *journal
}

func (h *ready) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := h.ask(r.Context())
	if r.Context().Err() == nil { // whoever hung up has learned nothing, nor has the log
		h.journal.note(r.Context(), err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	text := "ready\n"
	if err != nil {
		w.Header().Set("Retry-After", strconv.FormatInt(retrySeconds(err), 10))
		w.WriteHeader(http.StatusServiceUnavailable)
		text = "not ready\n"
	}
	_, _ = w.Write([]byte(text)) // a client that is gone is no failure here
}

// ask returns why the parts are not ready, in their order.
func (h *ready) ask(ctx context.Context) error {
	rounds := make([]*round, len(h.probes))
	for i, p := range h.probes {
		rounds[i] = p.join(ctx)
	}
	errs := make([]error, len(rounds))
	for i, r := range rounds {
		errs[i] = r.wait(ctx)
	}
	return errors.Join(errs...)
}

// retrySeconds returns when to ask again: when the first part that can tell says.
func retrySeconds(err error) int64 {
	const usual = 5 * time.Second
	wait := usual
	if u, ok := errors.AsType[*jwks.UnavailableError](err); ok {
		wait = u.RetryAfter
	} else if o, ok := errors.AsType[validator.Outage](err); ok {
		wait, _ = o.Unavailable()
	}
	return int64(max((wait+time.Second-1)/time.Second, 1))
}

// readOnly lets GET and HEAD pass, and no cache keep the answer.
func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}
