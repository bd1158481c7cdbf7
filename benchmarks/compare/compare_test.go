// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// faults are checks that a validator makes, by what they find.
var faults = map[string]func(t *contoso.Tenant, raw string) bool{
	"bad signature":  func(t *contoso.Tenant, raw string) bool { return compare.Floor(t).Prepare(raw)() != nil },
	"expired":        func(_ *contoso.Tenant, raw string) bool { return claimsOf(raw).Expires < time.Now().Unix() },
	"wrong audience": func(_ *contoso.Tenant, raw string) bool { return claimsOf(raw).Audience != contoso.Audience },
}

type claims struct {
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
}

func claimsOf(raw string) (c claims) {
	data, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		panic(err)
	}
	return c
}

// without is a contender that makes all checks but one.
func without(leftOut string) compare.Contender {
	return compare.Contender{Name: "without " + leftOut, Issuers: true, New: func(t *contoso.Tenant) (*compare.Subject, error) {
		return compare.Library(func(raw string) error {
			for what, found := range faults {
				if what != leftOut && found(t, raw) {
					return errors.New(what)
				}
			}
			return nil
		}), nil
	}}
}

// Whoever does not do the work has no row.
func TestWhoeverDoesNotProve(t *testing.T) {
	site := compare.SmallSite()
	strict := without("nothing")
	if err := errors.Join(rows(site, strict), flows(site, strict)); err != nil {
		t.Errorf("a contender that does its work: %v", err)
	}
	for want, c := range map[string]compare.Contender{
		"accepted: bad signature":  without("bad signature"),
		"accepted: expired":        without("expired"),
		"accepted: wrong audience": without("wrong audience"),
		"good, and was refused": {Name: "sullen", Issuers: true, New: func(*contoso.Tenant) (*compare.Subject, error) {
			return compare.Library(func(string) error { return errors.New("no") }), nil
		}},
		"no set-up": {Name: "broken", Issuers: true, New: func(*contoso.Tenant) (*compare.Subject, error) { return nil, errors.New("no set-up") }},
	} {
		for what, err := range map[string]error{"rows": rows(site, c), "flows": flows(site, c)} {
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), c.Name) {
				t.Errorf("%s of %s: got %v, want %q", what, c.Name, err, want)
			}
		}
	}
}

func rows(site *compare.Site, c compare.Contender) error {
	_, err := site.Rows([]compare.Contender{c}, nil)
	return err
}

func flows(site *compare.Site, c compare.Contender) error {
	_, err := site.FlowsRows([]compare.Contender{c}, []int{2})
	return err
}

// A handler is asked with the token, and what it answers decides.
func TestHandler(t *testing.T) {
	s := compare.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet || r.URL.Path != compare.Path:
			w.WriteHeader(http.StatusNotFound)
		case r.Header.Get("Authorization") == "Bearer good":
			w.WriteHeader(http.StatusNoContent)
		case r.Header.Get("Authorization") == "Bearer bad":
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	for raw, want := range map[string]string{"good": "", "bad": "answered with 401", "silent": "answered with 200"} {
		op := s.Prepare(raw)
		for range 2 {
			if err := op(); (err == nil) != (want == "") || err != nil && err.Error() != want {
				t.Errorf("%s: got %v, want %q", raw, err, want)
			}
		}
	}
}
