// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/emulator"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	tenantID  = "775527ff-9a37-4307-8b3d-cc311f58d925"
	loginHost = "contoso.b2clogin.com"
	scope     = "https://contoso.onmicrosoft.com/tasks/.default"
)

// tenant returns contoso at the given hosts.
func tenant(t *testing.T, id string, hosts ...string) authority.Tenant {
	t.Helper()
	found, err := authority.NewTenant(id, hosts, &authority.Options{Domain: "contoso.onmicrosoft.com"})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// serve starts an emulator behind real sockets.
func serve(t *testing.T, opts *emulator.Options) *emulator.Server {
	t.Helper()
	b2c := emulator.NewServer(opts)
	t.Cleanup(b2c.Close)
	for _, f := range b2c.Flows() { // a key takes a while to make, and the doctor looks at the clock
		b2c.CurrentKey(f.Name)
	}
	return b2c
}

// healthy is a configuration of which all is right but that the daemon's token
// names no flow.
func healthy(t *testing.T, b2c *emulator.Server) doctor.Config {
	t.Helper()
	daemon := b2c.Daemon()
	api := tenant(t, tenantID, loginHost).WithAudiences(b2c.API().ID)
	return doctor.Config{
		Authorities:      api.Flows("B2C_1_susi", "B2C_1A_partner"),
		AllowMissingFlow: []string{daemon.ID},
		App:              confidential(t, daemon.ID, daemon.Secret), Scope: scope,
		Transport:      b2c.Transport(),
		RequestTimeout: 5 * time.Second,
	}
}

// confidential is an application with its secret.
func confidential(t *testing.T, id, secret string) func(*acquire.Options) (*acquire.App, error) {
	return func(o *acquire.Options) (*acquire.App, error) {
		return acquire.NewConfidential(tenant(t, tenantID, loginHost).Flow("B2C_1_susi"), id, acquire.Secret(secret), o)
	}
}

// public is an application without.
func public(t *testing.T, id string) func(*acquire.Options) (*acquire.App, error) {
	return func(o *acquire.Options) (*acquire.App, error) {
		return acquire.NewPublic(tenant(t, tenantID, loginHost).Flow("B2C_1_susi"), id, o)
	}
}

// run makes the checks.
func run(t *testing.T, cfg doctor.Config) *report.Report {
	t.Helper()
	r, err := doctor.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// volatile is what differs from run to run.
var volatile = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`\b\d+ ms\b`), "N ms"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`"(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{27})"`), `"KID"`},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`), "DATE"},
	{regexp.MustCompile(`\b36[3-5] days\b`), "DAYS days"},
	{regexp.MustCompile(`correlation ID [0-9a-f-]{36}`), "correlation ID GUID"},
	{regexp.MustCompile(`to within [0-9.]+m?s`), "to within N s"},
	{regexp.MustCompile(`give or take [0-9.]+m?s`), "give or take N s"},
	{regexp.MustCompile(`\b(5m0s|4m59s|5m1s)\b`), "5m0s"},
	{regexp.MustCompile(`(current time )[0-9T:.+Z-]+`), "${1}TIME"},
	{regexp.MustCompile(`(is after )[0-9T:.+Z-]+`), "${1}TIME"},
}

func steady(s string) string {
	for _, v := range volatile {
		s = v.pattern.ReplaceAllString(s, v.by)
	}
	return s
}

// steadied replaces what differs from run to run, before lines are broken.
func steadied(r *report.Report) *report.Report {
	out := &report.Report{Interrupted: r.Interrupted}
	for _, f := range r.Findings {
		f.Host, f.Found, f.Do = steady(f.Host), steady(f.Found), steady(f.Do)
		var facts []report.Fact
		for _, fact := range f.Facts {
			switch v := fact.Value.(type) {
			case string:
				fact.Value = steady(v)
				if fact.Name == "correlation_id" {
					fact.Value = "GUID"
				}
			case []string:
				all := make([]string, len(v))
				for i := range v {
					all[i] = steady(v[i])
				}
				fact.Value = all
			case int:
				if strings.HasSuffix(fact.Name, "_ms") || strings.HasSuffix(fact.Name, "_bytes") {
					fact.Value = "N"
				}
			}
			facts = append(facts, fact)
		}
		f.Facts = facts
		out.Findings = append(out.Findings, f)
	}
	return out
}

// golden holds a report, for people, against a file.
func golden(t *testing.T, name string, r *report.Report) {
	t.Helper()
	var b strings.Builder
	if err := steadied(r).WriteText(&b, nil); err != nil {
		t.Fatal(err)
	}
	same(t, name+".txt", b.String())
}

// same holds a text against a file.
func same(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// find returns what came of a check; of several, the first.
func find(t *testing.T, r *report.Report, c report.Check) report.Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.Check == c {
			return f
		}
	}
	t.Fatalf("there is no %s", c)
	return report.Finding{}
}
