// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// textLogger logs lines without time.
func textLogger(w io.Writer) *slog.Logger { return logAt(w, slog.LevelInfo) }

func deny(rule *guard.Rule, req *http.Request) {
	if _, err := rule.Check(req); err != nil {
		rule.Deny(httptest.NewRecorder(), req, err)
	}
}

func TestLogTellsTheReason(t *testing.T) {
	for _, c := range []struct {
		name string
		v    guard.Validator
		req  *http.Request
		want string
	}{
		{
			"none", validateFunc(accept), get(),
			`level=INFO msg="request refused" status=401 reason=no_credential detail="the request has no Authorization header" method=GET route="GET /tasks"`,
		},
		{
			"without Bearer", validateFunc(accept), get("eyJhbGci.e30.x"),
			`level=INFO msg="request refused" status=401 reason=no_credential detail="the Authorization header has no scheme; write Bearer and a space before the token" method=GET route="GET /tasks"`,
		},
		{
			"expired", fail(&validator.Error{Reason: validator.ErrExpired, Detail: "an hour ago"}), get("Bearer a"),
			`level=INFO msg="request refused" status=401 reason=expired detail="an hour ago" method=GET route="GET /tasks"`,
		},
		{
			"with its usual cause", fail(fmt.Errorf("ours: %w", &validator.Error{Reason: validator.ErrFlow, Hint: validator.HintResetFlow})), get("Bearer a"),
			`level=INFO msg="request refused" status=401 reason=flow hint=reset_flow detail="ours: token refused: flow" method=GET route="GET /tasks"`,
		},
		{
			"with a hint of its own", fail(&validator.Error{Reason: validator.ErrFlow, Hint: "a\nb"}), get("Bearer a"),
			`level=INFO msg="request refused" status=401 reason=flow hint=a\nb method=GET route="GET /tasks"`,
		},
		{
			"outage", fail(&validator.Error{Reason: validator.ErrUnavailable}), get("Bearer a"),
			`level=WARN msg="request refused" status=503 reason=keys_unavailable method=GET route="GET /tasks"`,
		},
		{
			"broken", fail(errors.New("a\nlevel=ERROR msg=\x1b[31mforged\u202e\xff")), get("Bearer a"),
			`level=WARN msg="request refused" status=503 reason=not_validated detail="there is no verdict: a\\nlevel=ERROR msg=\\x1b[31mforged\\u202e\\xff" method=GET route="GET /tasks"`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log strings.Builder
			rule := guard.New(c.v, &guard.Options{Logger: textLogger(&log)}).Rule()
			c.req.Pattern = "GET /tasks"
			deny(rule, c.req)
			if got := strings.TrimSpace(log.String()); got != c.want {
				t.Errorf("got log\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Whatever is in the request, its token and URL never reach the log, and
// nothing in it can begin a line of its own.
func TestLogHoldsNothingOfTheRequest(t *testing.T) {
	const mark = "zzyzx"
	var log bytes.Buffer
	// A handler that escapes nothing.
	opts := &guard.Options{Logger: slog.New(rawHandler{&log})}
	opts.Extractors = []guard.Extractor{guard.Cookie("token")}
	rule := guard.New(fail(&validator.Error{Reason: validator.ErrSignature}), opts).Rule()
	for _, value := range []string{"Bearer " + mark, "Bearer " + mark + " x", mark, mark + " " + mark, "Bearer " + mark + "\nforged", "Bearer " + strings.Repeat(mark, 20000)} {
		req := httptest.NewRequest(http.MethodGet, "/"+mark+"?access_token="+mark, nil)
		req.Header.Set("Authorization", value)
		deny(rule, req)
		req.Header.Del("Authorization")
		req.AddCookie(&http.Cookie{Name: "token", Value: mark})
		deny(rule, req)
	}
	odd := get()
	odd.Method = "GET\nforged"
	deny(rule, odd)
	if got := log.String(); strings.Contains(got, mark) {
		t.Errorf("got log with the request's text in it:\n%s", got)
	}
	for line := range strings.Lines(log.String()) {
		if !strings.HasPrefix(line, "request refused ") {
			t.Errorf("got line %q, want only lines of the guard", line)
		}
	}
}

func TestLogIsCutShort(t *testing.T) {
	var log bytes.Buffer
	rule := guard.New(fail(errors.New(strings.Repeat("x", 1<<20))), &guard.Options{Logger: slog.New(rawHandler{&log})}).Rule()
	deny(rule, get("Bearer a"))
	if got := log.Len(); got > 2000 || got < 1000 {
		t.Errorf("got a line of %d bytes, want one of about 1000", got)
	}
}

func TestLogIsLimitedPerReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		calls := 0
		rule := guard.New(fail(validator.ErrExpired), &guard.Options{
			Logger:    slog.New(rawHandler{&log}),
			OnRefusal: func(*http.Request, *guard.Refusal) { calls++ },
		}).Rule()
		count := func(what string) int { return strings.Count(log.String(), what) }
		for range 1000 {
			deny(rule, get("Bearer a"))
		}
		if got, want := count("reason=expired"), 10; got != want {
			t.Errorf("lines at once: got %d, want %d", got, want)
		}
		deny(rule, get())
		if got, want := count("reason=no_credential"), 1; got != want {
			t.Errorf("lines of another reason: got %d, want %d", got, want)
		}
		time.Sleep(time.Second)
		for range 5 {
			deny(rule, get("Bearer a"))
		}
		if got, want := count("reason=expired"), 11; got != want {
			t.Errorf("lines after a second: got %d, want %d", got, want)
		}
		if got, want := count("omitted=990"), 1; got != want {
			t.Errorf("got log\n%s\nwant one line with omitted=990", log.String())
		}
		time.Sleep(time.Hour)
		deny(rule, get("Bearer a"))
		deny(rule, get("Bearer a"))
		if got, want := count("omitted="), 2; got != want || count("omitted=4") != 1 {
			t.Errorf("got log\n%s\nwant one more line with omitted=4 and one with none", log.String())
		}
		if got, want := calls, 1008; got != want {
			t.Errorf("calls of OnRefusal: got %d, want %d, as they are not limited", got, want)
		}
	})
}

func TestReasonsCantFillMemoryOrLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		logger := slog.New(rawHandler{&log})
		n := 0
		rule := guard.New(validateFunc(func(ctx context.Context, raw string) (*validator.Token, error) {
			n++
			return nil, validator.Reason(fmt.Sprint("r", n))
		}), &guard.Options{Logger: logger}).Rule()
		for range 10000 {
			deny(rule, get("Bearer a"))
		}
		if got, want := strings.Count(log.String(), "\n"), 100; got > want {
			t.Errorf("lines for 10000 reasons at once: got %d, want at most %d", got, want)
		}
	})
}

// LogUnlimited is for those who limit elsewhere, or must keep every line.
func TestLogUnlimited(t *testing.T) {
	var log bytes.Buffer
	rule := guard.New(fail(validator.ErrExpired), &guard.Options{Logger: slog.New(rawHandler{&log}), LogUnlimited: true}).Rule()
	for range 1000 {
		deny(rule, get("Bearer a"))
	}
	if got, want := strings.Count(log.String(), "reason=expired"), 1000; got != want {
		t.Errorf("got %d lines, want %d", got, want)
	}
	if strings.Contains(log.String(), "omitted") {
		t.Errorf("got log\n%.300s\nwant nothing omitted", log.String())
	}
}

func TestLevels(t *testing.T) {
	var level slog.LevelVar
	level.Set(slog.LevelError)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		v      guard.Validator
		req    *http.Request
		level  slog.Leveler
		wanted slog.Level
	}{
		{"400", validateFunc(accept), get("Bearer"), nil, slog.LevelInfo},
		{"401", validateFunc(accept), get(), nil, slog.LevelInfo},
		{"503", fail(errDatabase), get("Bearer a"), nil, slog.LevelWarn},
		{"500", fail(nil), get("Bearer a"), nil, slog.LevelWarn},
		{"hang-up", fail(errDatabase), get("Bearer a").WithContext(ended), nil, slog.LevelInfo},
		{"400, raised", validateFunc(accept), get("Bearer"), slog.LevelWarn, slog.LevelWarn},
		{"401, raised", fail(validator.ErrExpired), get("Bearer a"), slog.LevelWarn, slog.LevelWarn},
		{"403, raised", fail(validator.ErrRefused), get("Bearer a"), slog.LevelWarn, slog.LevelWarn},
		{"401, raised by what can change", validateFunc(accept), get(), &level, slog.LevelError},
		{"401, lowered", validateFunc(accept), get(), slog.LevelDebug, slog.LevelDebug},
		{"503, the others raised", fail(errDatabase), get("Bearer a"), slog.LevelError, slog.LevelWarn},
		{"hang-up, the others raised", fail(errDatabase), get("Bearer a").WithContext(ended), slog.LevelError, slog.LevelInfo},
	} {
		var log strings.Builder
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		deny(guard.New(c.v, &guard.Options{Logger: logger, ClientErrorLevel: c.level}).Rule(), c.req)
		if want := "level=" + c.wanted.String() + " "; strings.Count(log.String(), "level=") != 1 || !strings.Contains(log.String(), want) {
			t.Errorf("%s: got log %q, want one line of %s", c.name, log.String(), want)
		}
	}
}

// logging is a validator with a logger of its own.
type logging struct {
	validateFunc
	logger *slog.Logger
}

func (l *logging) Logger() *slog.Logger { return l.logger }

// One logger is enough: the guard's own, else the validator's, else the
// default one.
func TestLoggerOfTheValidator(t *testing.T) {
	var owns, validators, defaults bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(rawHandler{&defaults}))
	v := &logging{accept, slog.New(rawHandler{&validators})}
	for _, c := range []struct {
		name string
		v    guard.Validator
		opts *guard.Options
		want *bytes.Buffer
	}{
		{"the guard's", v, &guard.Options{Logger: slog.New(rawHandler{&owns})}, &owns},
		{"the validator's", v, nil, &validators},
		{"the validator has none", &logging{accept, nil}, nil, &defaults},
		{"the validator names none", wrapper{v}, nil, &defaults},
	} {
		owns.Reset()
		validators.Reset()
		defaults.Reset()
		deny(guard.New(c.v, c.opts).Rule(), get())
		if all := owns.Len() + validators.Len() + defaults.Len(); c.want.Len() == 0 || all != c.want.Len() {
			t.Errorf("%s: got %q, %q and %q, want the line in one of them", c.name, owns.String(), validators.String(), defaults.String())
		}
	}
}

func TestDefaultLoggerIsTheOneAtTheTime(t *testing.T) {
	rule := guard.New(validateFunc(accept), nil).Rule()
	before := slog.Default()
	defer slog.SetDefault(before)
	var log bytes.Buffer
	slog.SetDefault(slog.New(rawHandler{&log}))
	deny(rule, get())
	if !strings.Contains(log.String(), "reason=no_credential") {
		t.Errorf("got log %q, want the refusal", log.String())
	}
}

func TestDisabledLevelCostsNoQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var level slog.LevelVar
		level.Set(slog.LevelWarn)
		rule := guard.New(fail(validator.ErrExpired), &guard.Options{
			Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: &level})),
		}).Rule()
		for range 100 {
			deny(rule, get("Bearer a"))
		}
		if log.Len() > 0 {
			t.Errorf("got log %q, want none below the level", log.String())
		}
		level.Set(slog.LevelInfo)
		for range 100 {
			deny(rule, get("Bearer a"))
		}
		if got, want := strings.Count(log.String(), "reason=expired"), 10; got != want {
			t.Errorf("lines once the level is on: got %d, want %d", got, want)
		}
	})
}

func TestReportLeavesTheAnswerAlone(t *testing.T) {
	var seen *guard.Refusal
	opts := quiet()
	opts.OnRefusal = func(_ *http.Request, r *guard.Refusal) { seen = r }
	rule := guard.New(validateFunc(accept), opts).Rule()
	req := get()
	want := refuse(t, rule, req)
	if got := rule.Report(req, want); got != want || seen != want {
		t.Errorf("Report: got %p and %p in the hook, want %p", got, seen, want)
	}
}

// Callers who hang up don't keep an outage out of the log.
func TestHangUpsHideNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		rule := guard.New(fail(errDatabase), &guard.Options{Logger: textLogger(&log)}).Rule()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 {
			deny(rule, get("Bearer a").WithContext(ended))
		}
		if got := strings.Count(log.String(), "\n"); got != 10 {
			t.Errorf("got %d lines of hang-ups, want 10", got)
		}
		log.Reset()
		deny(rule, get("Bearer a"))
		if got := log.String(); !strings.HasPrefix(got, "level=WARN") || strings.Contains(got, "omitted") {
			t.Errorf("got %q, want the outage", got)
		}
	})
}
