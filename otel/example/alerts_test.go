// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"

	"github.com/b2ckit/b2ckit/emulator"
)

// usual is the traffic of a minute: nearly all of it is good.
func usual(t *testing.T, s *service, b2c *emulator.Tenant) {
	t.Helper()
	good := b2c.MustMint(emulator.Spec{IssuedAt: b2c.Now().Truncate(10 * time.Minute)})
	for range 60 {
		s.call(t.Context(), good)
	}
	s.call(t.Context(), b2c.MustMint(emulator.Spec{Lifetime: -time.Hour}))
	_, _ = s.stock.Token(t.Context(), stockScope)
}

// badDays are bad days and what they set off, and a good one.
func badDays() map[string]struct {
	minutes int
	happens day
	fires   []string
} {
	type d = struct {
		minutes int
		happens day
		fires   []string
	}
	down := emulator.Fault{Kind: emulator.FaultServerError, Status: 503}
	return map[string]d{
		"a good day, with rotations": {6 * 60, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
			if minute%120 == 60 {
				b2c.Rotate("", true)
			}
			usual(t, s, b2c)
			late := b2c.MustMint(emulator.Spec{Lifetime: -time.Hour})
			for range 30 { // as many each minute is no jump
				s.call(t.Context(), late)
			}
		}, nil},
		"metadata and keys away for hours": {5 * 60, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
			switch minute {
			case 30:
				key, token := down, down
				key.Endpoint, token.Endpoint = emulator.KeysEndpoint, emulator.MetadataEndpoint
				b2c.MustSetFaults(key, token)
			}
			usual(t, s, b2c)
		}, []string{"B2CKeysGettingOld"}},
		"no keys from the start": {30, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
			if minute == 0 {
				b2c.MustSetFaults(down)
			}
			usual(t, s, b2c)
		}, []string{"B2CNoUsableKeys", "B2CTokenAcquisitionFailing", "B2CTokensNotJudged"}},
		"a flood of made-up key ids": {60, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
			usual(t, s, b2c)
			if minute > 20 {
				madeUp := b2c.MustMint(emulator.Spec{Key: flooding, Header: map[string]any{"kid": fmt.Sprint("made-up-", minute)}})
				for range 60 {
					s.call(t.Context(), madeUp)
				}
			}
		}, []string{"B2CTokensNotJudged"}},
		"a client with tokens for another API": {3 * 60, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
			usual(t, s, b2c)
			if minute > 90 {
				other := b2c.MustMint(emulator.Spec{Audience: "11111111-1111-4111-8111-111111111111"})
				for range 60 {
					s.call(t.Context(), other)
				}
			}
		}, []string{"B2CRefusalsJump"}},
		"the token endpoint away": {3 * 60, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
			if minute == 60 {
				token := down
				token.Endpoint = emulator.TokenEndpoint
				b2c.MustSetFaults(token)
			}
			usual(t, s, b2c)
		}, []string{"B2CTokenAcquisitionFailing"}},
	}
}

var flooding = emulator.NewKey()

func readAlerts(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.ParseFile("alerts.yaml", false, model.LegacyValidation, promql3, slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var rules []rulefmt.Rule
	for _, g := range groups.Groups {
		rules = append(rules, g.Rules...)
	}
	return rules
}

// Each alert fires on its bad day, and no other does, by the engine of Prometheus on
// what it would have scraped.
func TestAlertsFire(t *testing.T) {
	rules := readAlerts(t)
	fired := map[string]bool{}
	for name, d := range badDays() {
		t.Run(name, func(t *testing.T) {
			h := record(t, d.minutes, d.happens)
			var got []string
			for _, r := range rules {
				if lasts(h.query(t, r.Expr), time.Duration(r.For)) {
					got = append(got, r.Alert)
					fired[r.Alert] = true
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, d.fires) {
				t.Errorf("got %q, want %q", got, d.fires)
			}
		})
	}
	if len(fired) != len(rules) {
		t.Errorf("of %d alerts %d have fired", len(rules), len(fired))
	}
}

// lasts reports whether one series was there for so long without a gap.
func lasts(m promql.Matrix, d time.Duration) bool {
	for _, series := range m {
		since := int64(0)
		for i, f := range series.Floats {
			if i == 0 || f.T-series.Floats[i-1].T > every.Milliseconds() {
				since = f.T
			}
			if f.T-since >= d.Milliseconds() {
				return true
			}
		}
	}
	return false
}

// Each alert leads to a heading of the page.
func TestRunbooks(t *testing.T) {
	page, err := os.ReadFile("../../docs/telemetry.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := regexp.MustCompile(`(?m)^#+ (\w+)$`).FindAllStringSubmatch(string(page), -1)
	for _, r := range readAlerts(t) {
		if !slices.ContainsFunc(headings, func(h []string) bool { return h[1] == r.Alert }) ||
			!strings.HasPrefix(r.Annotations["runbook"], "docs/telemetry.md#"+strings.ToLower(r.Alert)+": ") {
			t.Errorf("%s leads to %q, and docs/telemetry.md has no such heading", r.Alert, r.Annotations["runbook"])
		}
	}
}
