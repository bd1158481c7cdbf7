// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// waits is a validator that waits until the request ends, as one does that
// fetches keys.
func waits(make func(error) error) validateFunc {
	return func(ctx context.Context, _ string) (*validator.Token, error) {
		<-ctx.Done()
		return nil, make(ctx.Err())
	}
}

// unavailable is what the kit's own validator makes of a context that ends.
func unavailable(err error) error {
	return &validator.Error{Reason: validator.ErrUnavailable, Hint: validator.HintTimeout, Detail: "keys of B2C_1_susi", Err: err}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func timedOut(t *testing.T) context.Context {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	t.Cleanup(cancel)
	return ctx
}

// A caller who hangs up is no outage: neither the reason nor the level rings
// an alarm. A deadline of the server's own does, and so does whatever came out
// before the caller went.
func TestCallerHangsUp(t *testing.T) {
	byCause := func(cause error) context.Context {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		return ctx
	}
	alone := func(err error) error { return err }
	expired := func(error) error { return &validator.Error{Reason: validator.ErrExpired} }
	own := func(err error) error { return &guard.Refusal{Status: 503, Err: err} }
	timeoutInside, cancel := context.WithDeadline(canceled(t), time.Unix(0, 0))
	defer cancel()
	deadlineFor, cancel := context.WithDeadlineCause(t.Context(), time.Unix(0, 0), errDatabase)
	defer cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		v      guard.Validator
		reason string
		level  string
		status int
	}{
		{"keys", canceled(t), waits(unavailable), "not_validated", "INFO", 503},
		{"wrapped", canceled(t), waits(func(err error) error { return fmt.Errorf("own: %w", unavailable(err)) }), "not_validated", "INFO", 503},
		{"the context's error", canceled(t), waits(alone), "not_validated", "INFO", 503},
		{"bare reason", canceled(t), fail(validator.ErrUnavailable), "not_validated", "INFO", 503},
		{"another error", canceled(t), fail(errDatabase), "not_validated", "INFO", 503},
		{"an own refusal", canceled(t), waits(own), "not_validated", "INFO", 503},
		{"with a cause", byCause(errDatabase), waits(unavailable), "not_validated", "INFO", 503},
		{"and a deadline behind it", timeoutInside, waits(unavailable), "not_validated", "INFO", 503},
		{"a verdict", canceled(t), waits(expired), "expired", "INFO", 401},

		{"deadline, keys", timedOut(t), waits(unavailable), "keys_unavailable", "WARN", 503},
		{"deadline, the context's error", timedOut(t), waits(alone), "not_validated", "WARN", 503},
		{"deadline with a cause", deadlineFor, waits(unavailable), "keys_unavailable", "WARN", 503},
		{"deadline as a cause", byCause(context.DeadlineExceeded), waits(unavailable), "keys_unavailable", "WARN", 503},
		{"the validator's own context", t.Context(), fail(context.Canceled), "not_validated", "WARN", 503},
		{"the validator's own context, keys", t.Context(), fail(unavailable(context.Canceled)), "keys_unavailable", "WARN", 503},
		{"no verdict", canceled(t), fail(nil), "no_verdict", "WARN", 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log strings.Builder
			var seen []*guard.Refusal
			rule := guard.New(c.v, &guard.Options{
				Logger:    textLogger(&log),
				OnRefusal: func(_ *http.Request, r *guard.Refusal) { seen = append(seen, r) },
			}).Rule()
			rec := httptest.NewRecorder()
			req := get("Bearer a").WithContext(c.ctx)
			rule.Deny(rec, req, refuse(t, rule, req))
			if len(seen) != 1 || seen[0].Reason() != c.reason || rec.Code != c.status {
				t.Fatalf("got %v with status %d, want one %s with %d", seen, rec.Code, c.reason, c.status)
			}
			if want := "level=" + c.level + " "; !strings.HasPrefix(log.String(), want) {
				t.Errorf("got log %s, want %s", log.String(), want)
			}
			if hint := seen[0].Hint(); (hint != "") != (c.reason == "keys_unavailable") {
				t.Errorf("got hint %q with reason %s", hint, c.reason)
			}
			// Who counts outages by errors.Is counts no hang-up either.
			if got, want := errors.Is(seen[0], validator.ErrUnavailable), c.reason == "keys_unavailable"; got != want {
				t.Errorf("errors.Is(refusal, ErrUnavailable): got %v, want %v", got, want)
			}
			if hungUp := c.reason == "not_validated" && c.level == "INFO"; hungUp {
				if !errors.Is(seen[0], guard.ErrNotValidated) || !errors.Is(seen[0], context.Canceled) {
					t.Errorf("errors.Is of %v: got false, want ErrNotValidated and context.Canceled", seen[0].Err)
				}
				if got, want := seen[0].Detail(), "the caller hung up before there was a verdict: "; !strings.HasPrefix(got, want) {
					t.Errorf("got detail %q, want %q at its beginning", got, want)
				}
			}
		})
	}
}

// What was waited for stays in the log: slow keys may be why callers go.
func TestHangUpTellsWhatWasWaitedFor(t *testing.T) {
	rule := guard.New(waits(unavailable), quiet()).Rule()
	got := refuse(t, rule, get("Bearer a").WithContext(canceled(t))).Detail()
	want := "the caller hung up before there was a verdict: token not validated: keys_unavailable: keys of B2C_1_susi: context canceled"
	if got != want {
		t.Errorf("got detail %q, want %q", got, want)
	}
}

// A handler that denies with the error of what it waited for is told alike.
func TestHandlersCallerHangsUp(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		ctx  context.Context
		want string
	}{
		{"database", fmt.Errorf("query: %w", context.Canceled), canceled(t), "level=INFO msg=\"request refused\" status=503 reason=not_validated"},
		{"requirement", &validator.Error{Reason: validator.ErrUnavailable, Err: context.Canceled}, canceled(t), "level=INFO msg=\"request refused\" status=503 reason=not_validated"},
		{"a requirement's verdict", validator.ErrScopeRequired, canceled(t), "level=INFO msg=\"request refused\" status=403 reason=scope_required"},
		{"database, deadline", fmt.Errorf("query: %w", context.DeadlineExceeded), timedOut(t), "level=WARN msg=\"request refused\" status=503 reason=not_validated"},
	} {
		var log strings.Builder
		rule := guard.New(validateFunc(accept), &guard.Options{Logger: textLogger(&log)}).Rule()
		rule.Deny(httptest.NewRecorder(), get().WithContext(c.ctx), c.err)
		if !strings.HasPrefix(log.String(), c.want) {
			t.Errorf("%s: got log %s, want %s", c.name, log.String(), c.want)
		}
	}
}

// A refusal that was made while the caller was there is not told otherwise
// because the caller went meanwhile: the outage was real.
func TestCallerHangsUpAfterTheRefusal(t *testing.T) {
	var log strings.Builder
	rule := guard.New(fail(unavailable(errDatabase)), &guard.Options{Logger: textLogger(&log)}).Rule()
	refusal := refuse(t, rule, get("Bearer a"))
	rule.Deny(httptest.NewRecorder(), get("Bearer a").WithContext(canceled(t)), fmt.Errorf("wrapped: %w", refusal))
	if want := "level=WARN msg=\"request refused\" status=503 reason=keys_unavailable"; !strings.HasPrefix(log.String(), want) {
		t.Errorf("got log %s, want %s", log.String(), want)
	}
}
