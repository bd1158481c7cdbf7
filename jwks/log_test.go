// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// journal keeps log lines, and does to each what a test wants.
type journal struct {
	mu    sync.Mutex
	lines []string
	then  func()
}

func (j *journal) Enabled(context.Context, slog.Level) bool { return true }
func (j *journal) WithAttrs([]slog.Attr) slog.Handler       { return j }
func (j *journal) WithGroup(string) slog.Handler            { return j }

func (j *journal) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	j.mu.Lock()
	j.lines = append(j.lines, line)
	j.mu.Unlock()
	if j.then != nil {
		j.then()
	}
	return nil
}

// with returns the lines that hold a text.
func (j *journal) with(text string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []string
	for _, line := range j.lines {
		if strings.Contains(line, text) {
			out = append(out, line)
		}
	}
	return out
}

func TestLogOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var log journal
		c := warm(t, b2c, &jwks.Options{Logger: slog.New(&log)})
		kid := b2c.CurrentKey("").ID()
		synctest.Wait()
		if got := log.with("INFO keys loaded"); len(got) != 1 || !strings.Contains(got[0], kid) || !strings.Contains(got[0], "authority="+susi(t).ID()) {
			t.Errorf("at start: got %q", log.lines)
		}

		fail(b2c)
		time.Sleep(27 * time.Hour)
		failures := c.State().Failures
		lines := log.with("WARN fetching keys failed")
		var numbers []string
		for n := uint64(1); n <= failures; n *= 2 {
			numbers = append(numbers, fmt.Sprintf("failures=%d ", n))
		}
		if len(lines) != len(numbers)+1 {
			t.Fatalf("got %d lines for %d failures, want %d: at powers of two, and as the keys lapse", len(lines), failures, len(numbers)+1)
		}
		last := lines[len(lines)-1]
		for i, line := range lines[:len(numbers)] {
			if i > 1 && !strings.Contains(line, fmt.Sprintf("omitted=%d", 1<<(i-1)-1)) {
				t.Errorf("got %q, want it told how many were left out", line)
			}
			if !strings.Contains(line, numbers[i]) || !strings.Contains(line, "answered 500") || !strings.Contains(line, origin) {
				t.Errorf("got %q, want %q", line, numbers[i])
			}
		}
		if first := lines[0]; !strings.Contains(first, "usable_keys=true") || !strings.Contains(last, "usable_keys=false") {
			t.Errorf("got %q and %q, want it told whether keys are usable", first, last)
		}
		t.Logf("%d failures, %d lines", failures, len(lines))

		b2c.Intercept(nil)
		time.Sleep(61 * time.Second)
		if got := log.with("INFO fetching keys works again"); len(got) != 1 || !strings.Contains(got[0], "failures=") {
			t.Errorf("after recovery: got %q", got)
		}
		for _, want := range []string{"outage=26h", "failures=" + strconv.FormatUint(failures, 10)} {
			if len(log.with(want)) == 0 {
				t.Errorf("after recovery: got %q, want %s", log.with("works again"), want)
			}
		}
		loud := func() int { return len(log.with("")) - len(log.with("DEBUG")) }
		before := loud()
		time.Sleep(24 * time.Hour)
		if loud() != before {
			t.Errorf("a quiet day logs %q", log.with(""))
		}
		b2c.Rotate("", false)
		time.Sleep(time.Hour)
		if got := log.with("INFO keys changed"); len(got) != 1 || !strings.Contains(got[0], b2c.CurrentKey("").ID()) {
			t.Errorf("after a rotation: got %q", got)
		}
	})
}

func TestIgnoredKeysAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		odd := with("odd\x1b\n", "use", `"enc"`)
		c := open(t, documents(metadataOf(issuer, keysURL), keySet(jwk("good", 2048), strings.ReplaceAll(odd, `\x1b`, `\u001b`))), &jwks.Options{Logger: slog.New(&log)})
		if !finds(t, c, "good") {
			t.Fatal("not warm")
		}
		synctest.Wait()
		if got := log.with(`ignored_key=odd\x1b\n: has a`); len(got) != 1 || strings.ContainsAny(got[0], "\x1b\n") {
			t.Errorf("got %q", log.lines)
		}
	})
}

// Nothing of an answer's body gets into logs, errors or state.
func TestNothingSecretIsTold(t *testing.T) {
	const secret = "c2VjcmV0"
	for name, h := range map[string]http.HandlerFunc{
		"500 with text": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, secret, http.StatusInternalServerError) },
		"HTML":          typed("text/html", secret),
		"not JSON":      body(secret),
		"duplicate":     body(`{"` + secret + `":1,"` + secret + `":1}`),
		"private key":   body(keySet(with("kid", "d", `"`+secret+`"`))),
		"redirect":      status(302, "Location", "https://evil.example/"+secret),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				var log journal
				c := open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(&log)})
				interceptKeys(b2c, h)
				err := ready(t.Context(), c)
				synctest.Wait()
				if all := fmt.Sprint(err, log.lines, c.State()); strings.Contains(all, secret) || len(log.lines) == 0 {
					t.Errorf("got %s", all)
				}
			})
		})
	}
}

// The handler is the user's code. It may call back, be slow, or panic.
func TestHandlerMayCallBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var log journal
		c := open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(&log)})
		kid := b2c.CurrentKey("").ID()
		log.then = func() {
			_, _ = c.State(), c.Current()
			ctx, cancel := within(context.Background(), time.Second)
			defer cancel()
			_, _ = c.Find(ctx, jwks.Query{KeyID: kid})
		}
		if !finds(t, c, kid) {
			t.Error("not warm")
		}
		fail(b2c)
		time.Sleep(3 * time.Hour)
		b2c.Intercept(nil)
		time.Sleep(2 * time.Minute)
		if len(log.with("")) < 4 || c.State().LastError != nil {
			t.Errorf("got %q", log.lines)
		}
	})
}

func TestSlowHandlerHoldsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		log := journal{then: func() { time.Sleep(time.Minute) }}
		start := time.Now()
		c := open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(&log)})
		if !finds(t, c, b2c.CurrentKey("").ID()) || time.Since(start) != 0 {
			t.Errorf("took %v", time.Since(start))
		}
		b2c.Rotate("", false)
		if !finds(t, c, b2c.CurrentKey("").ID()) || time.Since(start) != 0 {
			t.Errorf("took %v", time.Since(start))
		}
		if err := c.Close(); err != nil || time.Since(start) != 0 {
			t.Errorf("Close took %v, %v", time.Since(start), err)
		}
		time.Sleep(2 * time.Minute) // the handler ends in its own time
	})
}

// A handler may act on what it hears.
func TestHandlerMayClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var c *jwks.Cache
		log := journal{then: func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}}
		c = open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(&log)})
		_ = ready(t.Context(), c)
		synctest.Wait()
		if len(log.with("")) == 0 {
			t.Error("nothing was logged")
		}
	})
}

func TestPanickingHandler(t *testing.T) {
	for name, rt := range map[string]roundTripper{
		"after a good fetch":  documents(metadataOf(issuer, keysURL), keySet(jwk("kid", 2048))),
		"after a failed one":  func(*http.Request) (*http.Response, error) { return nil, errors.New("down") },
		"after another panic": func(*http.Request) (*http.Response, error) { panic("transport") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := journal{then: func() { panic("handler") }}
				c := open(t, rt, &jwks.Options{Logger: slog.New(&log)})
				err := ready(t.Context(), c)
				synctest.Wait()
				if usable := name == "after a good fetch"; (err == nil) != usable {
					t.Errorf("got %v", err)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		c := open(t, roundTripper(func(*http.Request) (*http.Response, error) { panic("a bug of ours") }), &jwks.Options{Logger: slog.New(&log)})
		unavailable(t, ready(t.Context(), c))
		synctest.Wait()
		if got := log.with("ERROR fetching keys failed"); len(got) != 1 || !strings.Contains(got[0], "panic=string") || !strings.Contains(got[0], "stack=goroutine ") {
			t.Errorf("got %q", got)
		}
		time.Sleep(10 * time.Minute)
		if n := len(log.with("")); n > 10 {
			t.Errorf("got %d lines in 10 min of panics, want them at powers of two", n)
		}
	})
}

// Closing is no failure.
func TestCloseLogsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		hang(b2c)
		var log journal
		c := open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(&log)})
		go func() { _ = ready(context.Background(), c) }()
		synctest.Wait()
		_ = c.Close()
		synctest.Wait()
		if s := c.State(); len(log.lines) != 0 || s.Failures != 0 || s.LastError != nil {
			t.Errorf("got %q, %+v", log.lines, s)
		}
	})
}
