// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
)

// testHangUp: a caller who goes while the token is validated is no outage, and
// nobody waits for it; a deadline of the server's own is one.
func testHangUp(t *testing.T, adapter Adapter) {
	reports := make(chan reported, 1)
	log := &levels{}
	script := &script{waiting: make(chan struct{}, 1)}
	g := guard.New(script, &guard.Options{
		Logger:    slog.New(log),
		OnRefusal: func(_ *http.Request, r *guard.Refusal) { reports <- reported{r.Reason(), log.last} },
	})
	h := adapter.Router([]Route{get("/any", Rule{Guard: g})})
	check := func(t *testing.T, want reported) {
		t.Helper()
		if got := await(t, reports); got != want {
			t.Errorf("got report %v, want %v", got, want)
		}
	}

	t.Run("over a socket", func(t *testing.T) {
		conn := dial(t, listen(t, h))
		if _, err := io.WriteString(conn, "GET /any HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer "+waitToken+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		await(t, script.waiting)
		conn.Close()
		check(t, reported{"not_validated", slog.LevelInfo})
	})
	serve := func(ctx context.Context) (status int) {
		req := httptest.NewRequestWithContext(ctx, http.MethodGet, "/any", nil)
		req.Header.Set("Authorization", "Bearer "+waitToken)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		await(t, script.waiting)
		return rec.Code
	}
	t.Run("in process", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := serve(ctx); got != http.StatusServiceUnavailable {
			t.Errorf("got status %d, want 503", got)
		}
		check(t, reported{"not_validated", slog.LevelInfo})
	})
	t.Run("deadline", func(t *testing.T) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
		defer cancel()
		if got := serve(ctx); got != http.StatusServiceUnavailable {
			t.Errorf("got status %d, want 503", got)
		}
		check(t, reported{"keys_unavailable", slog.LevelWarn})
	})
}

// await returns what comes. The time limit is only a safety net.
func await[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(30 * time.Second):
		t.Fatal("got nothing within 30 s")
	}
	return v
}

// reported is what operators get to know of a refusal.
type reported struct {
	reason string
	level  slog.Level
}

// levels is a log that keeps the level of its last line.
type levels struct{ last slog.Level }

func (*levels) Enabled(context.Context, slog.Level) bool { return true }

func (l *levels) Handle(_ context.Context, r slog.Record) error {
	l.last = r.Level
	return nil
}

func (l *levels) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *levels) WithGroup(string) slog.Handler      { return l }
