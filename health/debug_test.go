// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/health"
)

func TestDebugOfAValidator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := newValidator(t, b2c, new(lines))
		raw := b2c.MustMint(emulator.Spec{})
		for range 3 {
			if _, err := v.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			http.Error(w, "down", http.StatusServiceUnavailable)
		})
		time.Sleep(2 * time.Hour)
		w := answer(t, health.Debug(health.Of("api", v)), "GET")
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("got %d with %v", w.Code, w.Header())
		}
		var got struct {
			Time  time.Time
			Parts struct {
				API struct {
					Authorities []struct {
						Issuer      string
						Usable      bool
						KeyIDs      []string  `json:"key_ids"`
						LastSuccess time.Time `json:"last_success"`
						AgeSeconds  float64   `json:"age_seconds"`
						LastError   string    `json:"last_error"`
						NextRefresh time.Time `json:"next_refresh"`
						Failures    int
					}
					Memory struct{ Hits, Misses, Tokens int }
				}
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%v in\n%s", err, w.Body)
		}
		api := got.Parts.API
		if len(api.Authorities) != 1 || api.Memory.Hits != 2 || api.Memory.Misses != 1 || api.Memory.Tokens != 0 || !got.Time.Equal(time.Now()) {
			t.Fatalf("got\n%s", w.Body)
		}
		a := api.Authorities[0]
		if a.Issuer != "https://contoso.b2clogin.com/"+contosoID+"/v2.0/" || !a.Usable || len(a.KeyIDs) != 1 || a.Failures == 0 ||
			!a.LastSuccess.Equal(time.Now().Add(-2*time.Hour)) || a.AgeSeconds != 7200 ||
			!strings.Contains(a.LastError, "answered 503") || !a.NextRefresh.After(time.Now()) {
			t.Errorf("got\n%s", w.Body)
		}
		for part := range strings.SplitSeq(raw, ".") {
			if strings.Contains(w.Body.String(), part) {
				t.Errorf("a part of the token stands in\n%s", w.Body)
			}
		}
	})
}

// state has a field of each kind that a State may have.
type state struct {
	Zero       time.Time
	When       time.Time
	Took       time.Duration
	LastErr    error
	NoErr      error
	Kind       kind
	ByURL      map[string]int
	KeyIDs     []string
	None       []string
	Sub        *struct{ MaxBytes int64 }
	NoSub      *struct{ X int }
	Share      float64
	unexported string
}

type kind int

func (k kind) String() string { return fmt.Sprintf("kind %d", int(k)) }

type source struct{ s state }

func (s source) State() state { return s.s }

func TestDebugOfEachKindOfField(t *testing.T) {
	s := state{
		When: time.Date(2026, 11, 28, 12, 0, 0, 0, time.FixedZone("", 3600)), Took: 1500 * time.Millisecond,
		LastErr: errors.New("two\nlines"), Kind: 7, ByURL: map[string]int{"b": 2, "a": 1}, KeyIDs: []string{"<k>"},
		Sub: &struct{ MaxBytes int64 }{1 << 60}, Share: 0.5, unexported: "hidden",
	}
	body := answer(t, health.Debug(health.Of("x", source{s})), "GET").Body.String()
	_, got, _ := strings.Cut(body, `"x": `)
	const want = `{
      "zero": null,
      "when": "2026-11-28T11:00:00Z",
      "took_seconds": 1.5,
      "last_err": "two\\nlines",
      "no_err": null,
      "kind": "kind 7",
      "by_url": {
        "a": 1,
        "b": 2
      },
      "key_ids": [
        "\u003ck\u003e"
      ],
      "none": [],
      "sub": {
        "max_bytes": 1152921504606846976
      },
      "no_sub": null,
      "share": 0.5
    }
  }
}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if w := answer(t, health.Debug(health.Of("x", source{state{Share: math.NaN()}})), "GET"); w.Code != 500 {
		t.Errorf("got %d for what JSON has no word for", w.Code)
	}
	if w := answer(t, health.Debug(health.Of("x", source{s})), "DELETE"); w.Code != 405 {
		t.Errorf("got %d for DELETE", w.Code)
	}
}
