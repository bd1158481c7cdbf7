// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

func TestNewRefuses(t *testing.T) {
	susi := contosoTenant(t).Flows("B2C_1_susi")
	two, err := contosoTenant(t).WithHosts("login.contoso.com", "contoso.b2clogin.com")
	if err != nil {
		t.Fatal(err)
	}
	noGUID, err := authority.Parse("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi")
	if err != nil {
		t.Fatal(err)
	}
	byGUID, err := authority.Parse("https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_SUSI")
	if err != nil {
		t.Fatal(err)
	}
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	own := contosoTenant(t).WithAudiences(contosoAPI).Flows("B2C_1_susi")
	asking := func(all ...validator.Requirement) *validator.Options { return &validator.Options{Requirements: all} }
	for _, tc := range []struct {
		name     string
		trusted  []authority.Authority
		audience string
		opts     *validator.Options
		want     string // part of the error; "" if it is fine
	}{
		{"fine", susi, contosoAPI, nil, ""},
		{"two hosts", two.Flows("B2C_1_susi"), contosoAPI, nil, ""},
		{"no authorities", nil, contosoAPI, nil, "trusted: empty"},
		{"zero authority", []authority.Authority{{}}, contosoAPI, nil, "empty Authority"},
		{"bad flow", contosoTenant(t).Flows("B2C_1_susi", "signin"), contosoAPI, nil, `flow: "signin"`},
		{"zero tenant", authority.Tenant{}.Flows("B2C_1_susi"), contosoAPI, nil, "empty Tenant"},
		{"no GUID", []authority.Authority{noGUID}, contosoAPI, nil, "WithTenantID"},
		{"twice", contosoTenant(t).Flows("B2C_1_susi", "b2c_1_SUSI"), contosoAPI, nil, "named twice"},
		{"twice in two forms", append([]authority.Authority{byGUID}, susi...), contosoAPI, nil, "named twice"},
		{"no audience", susi, "", nil, "audience: empty"},
		{"audience of spaces", susi, "  ", nil, "audience: empty"},
		{"audience with a line feed", susi, contosoAPI + "\n", nil, "audience"},
		{"App ID URI", susi, "https://contoso.onmicrosoft.com/tasks", nil, "App ID URI"},
		{"api URI", susi, "api://" + contosoAPI, nil, "App ID URI"},
		{"own audience", own, "", nil, ""},
		{"own audiences, two", contosoTenant(t).WithAudiences(contosoAPI, daemonClient).Flows("B2C_1_susi"), "", nil, ""},
		{"own audience of one alone", append(contosoTenant(t).Flows("B2C_1_edit"), own...), webClient, nil, ""},
		{"own audience and another", own, webClient, nil, `audience: "` + webClient + `" counts for none`},
		{"own audience and the same", own, contosoAPI, nil, "counts for none"},
		{"own audience of one alone, and none", append(contosoTenant(t).Flows("B2C_1_edit"), own...), "", nil, "audience: empty, though https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit names none of its own"},
		{"own audience a URI", contosoTenant(t).WithAudiences("https://x/y").Flows("B2C_1_susi"), "", nil, `trusted: audience of https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi: "https://x/y" is an App ID URI; B2C puts the API's application (client) id into aud`},
		{"own audience no GUID", contosoTenant(t).WithAudiences("tasks-api").Flows("B2C_1_susi"), "", nil, `"tasks-api": not a GUID`},
		{"own audience empty", contosoTenant(t).WithAudiences("").Flows("B2C_1_susi"), "", nil, "audiences: one is empty"},
		{"own audience empty, beside a good one", contosoTenant(t).WithAudiences("").Flows("B2C_1_susi"), contosoAPI, nil, "audiences: one is empty"},
		{"App ID URI at External ID", []authority.Authority{external.WithAudiences("api://tasks")}, "", nil, "looks like an App ID URI"},
		{"App ID URI at External ID, of New", []authority.Authority{external}, "api://tasks", nil, `validator: audience: "api://tasks" is an App ID URI; Entra External ID puts the API's application (client) id into aud`},
		{"no clients, but not nil", susi, contosoAPI, &validator.Options{Clients: []string{}}, "Options.Clients"},
		{"audience no GUID", susi, "tasks-api", nil, "not a GUID"},
		{"client no GUID", susi, contosoAPI, &validator.Options{Clients: []string{"my app"}}, "not a GUID"},
		{"empty client", susi, contosoAPI, &validator.Options{Clients: []string{""}}, "Options.Clients"},
		{"empty AllowMissingFlow", susi, contosoAPI, &validator.Options{AllowMissingFlow: []string{""}}, "Options.AllowMissingFlow"},
		{"contradiction", susi, contosoAPI, &validator.Options{AllowMissingFlow: []string{daemonClient}, Clients: []string{webClient}}, "Options.AllowMissingFlow"},
		{"no contradiction", susi, contosoAPI, &validator.Options{AllowMissingFlow: []string{daemonClient}, Clients: []string{strings.ToUpper(daemonClient)}}, ""},
		{"invalid requirement", susi, contosoAPI, &validator.Options{Requirements: []validator.Requirement{validator.Scope("")}}, "Options.Requirements"},
		{"zero requirement", susi, contosoAPI, &validator.Options{Requirements: make([]validator.Requirement, 1)}, "Options.Requirements"},
		{"impossible requirement", susi, contosoAPI, asking(validator.Role("admin")), `validator: Options.Requirements: no token that is accepted here can satisfy Role("admin")`},
		{"requirements that contradict each other", contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit"), contosoAPI, asking(validator.Flow("B2C_1_susi"), validator.Flow("B2C_1_edit")), "at once"},
		{"possible requirements", susi, contosoAPI, asking(validator.Flow("B2C_1_susi"), validator.Scope("tasks.read")), ""},
		{"leeway without its unit", susi, contosoAPI, &validator.Options{Leeway: 5}, "validator: Options.Leeway: 5 has lost its unit; want 5*time.Second"},
		{"leeway just under a millisecond", susi, contosoAPI, &validator.Options{Leeway: time.Millisecond - 1}, "Options.Leeway"},
		{"leeway of a millisecond", susi, contosoAPI, &validator.Options{Leeway: time.Millisecond}, ""},
		{"size that no token fits in", susi, contosoAPI, &validator.Options{MaxTokenBytes: 511}, "validator: Options.MaxTokenBytes: no token fits in 511 bytes"},
		{"least size", susi, contosoAPI, &validator.Options{MaxTokenBytes: 512}, ""},
		{"leeway", susi, contosoAPI, &validator.Options{Leeway: 10*time.Minute + 1}, "Options.Leeway"},
		{"leeway at the limit", susi, contosoAPI, &validator.Options{Leeway: 10 * time.Minute}, ""},
		{"no leeway", susi, contosoAPI, &validator.Options{Leeway: -1}, ""},
		{"size", susi, contosoAPI, &validator.Options{MaxTokenBytes: 1<<20 + 1}, "Options.MaxTokenBytes"},
		{"no authorities, but later", nil, contosoAPI, &validator.Options{Updatable: true}, ""},
		{"no authorities and no audience, but later", nil, "", &validator.Options{Updatable: true}, ""},
		{"an audience for those that come later", own, webClient, &validator.Options{Updatable: true}, ""},
		{"no audience for one that is there", susi, "", &validator.Options{Updatable: true}, "audience: empty"},
		{"an audience with a space, for later", nil, "a b ", &validator.Options{Updatable: true}, "audience"},
		{"a bad flow, whatever comes later", contosoTenant(t).Flows("signin"), "", &validator.Options{Updatable: true}, `flow: "signin"`},
		{"size negative", susi, contosoAPI, &validator.Options{MaxTokenBytes: -1}, "Options.MaxTokenBytes"},
		{"keys", susi, contosoAPI, &validator.Options{Keys: &jwks.Options{MaxStale: -1}}, "MaxStale"},
	} {
		v, err := validator.New(tc.trusted, tc.audience, tc.opts)
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
				continue
			}
			if err := v.Close(); err != nil {
				t.Errorf("%s: Close: %v", tc.name, err)
			}
			continue
		}
		if err == nil || v != nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, %v; want an error with %q", tc.name, v, err, tc.want)
		}
	}
}

// A configuration is mended in one go: each mistake has a line that names its
// field.
func TestAllMistakesAtOnce(t *testing.T) {
	good := contosoTenant(t)
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	mistaken := []authority.Authority{
		good.Flow("signin"),
		{},
		good.Flow("B2C_1_susi"), good.Flow("b2c_1_SUSI"), good.WithAudiences("tasks-api").Flow("B2C_1_edit"),
		good.WithAudiences("a b").Flow("B2C_1_reset"), external,
	}
	opts := &validator.Options{
		Clients: []string{"my app"}, AllowMissingFlow: []string{daemonClient, ""}, Leeway: 5, MaxTokenBytes: 16, Requirements: []validator.Requirement{validator.Scope(""), validator.Role(" ")},
		Keys: &jwks.Options{MaxStale: -1},
	}
	_, err = validator.New(mistaken, "tasks", opts)
	wantLines(t, "New", err,
		`validator: trusted: authority: flow: "signin" is`, "validator: trusted: authority: empty Authority", "b2c_1_SUSI is named twice",
		`validator: trusted: audience of https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit: "tasks-api": not a GUID`,
		`validator: trusted: authority: audiences: "a b"`, `validator: audience: "tasks": not a GUID`,
		`validator: Options.Clients: "my app"`, `validator: Options.AllowMissingFlow: "": not a GUID`,
		`validator: Options.AllowMissingFlow: client "`+daemonClient,
		`validator: Scope(""): empty (in Options.Requirements)`, `validator: Role(" "): empty, or`,
		"validator: Options.Leeway: 5 has lost its unit", "validator: Options.MaxTokenBytes: no token fits in 16 bytes",
		"jwks: Options.MaxStale: ",
	)
	_, err = validator.New(nil, "", &validator.Options{Leeway: time.Hour})
	wantLines(t, "New of nothing", err, "validator: trusted: empty", "validator: Options.Leeway: 1h0m0s is more")

	source := counted(t, "B2C_1_susi")
	_, err = validator.NewFromSources([]jwks.Source{source, nil}, "", &validator.Options{Clients: []string{}, MaxTokenBytes: -1, Logger: quiet})
	wantLines(t, "NewFromSources", err, "validator: sources: number 1 is nil", "validator: audience: empty", "validator: Options.Clients: empty", "validator: Options.MaxTokenBytes: -1", "validator: Options.Transport, Logger and Keys: ")
	if source.closed != 0 {
		t.Errorf("NewFromSources: the source was closed %d times, and is not the validator's", source.closed)
	}

	_, err = validator.NewIDTokens(good.Flows("B2C_1_susi", "signin"), "", &validator.IDTokenOptions{Leeway: 5, MaxTokenBytes: 16})
	wantLines(t, "NewIDTokens", err, `validator: trusted: authority: flow: "signin"`, "validator: clientID: empty", "validator: IDTokenOptions.Leeway: 5 has lost", "validator: IDTokenOptions.MaxTokenBytes: no token fits")
	_, err = validator.NewIDTokensFromSources([]jwks.Source{nil}, "web", nil)
	wantLines(t, "NewIDTokensFromSources", err, "validator: sources: number 0 is nil", "validator: trusted: empty")
}

// wantLines fails unless the error has exactly these lines, each known by its
// beginning or another part.
func wantLines(tb testing.TB, what string, err error, want ...string) {
	tb.Helper()
	if err == nil {
		tb.Errorf("%s: got no error, want %q", what, want)
		return
	}
	lines := strings.Split(err.Error(), "\n")
	for _, w := range want {
		if n := len(slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.Contains(l, w) })); n != 1 {
			tb.Errorf("%s: got %d lines with %q, want one: %v", what, n, w, err)
		}
	}
	if len(lines) != len(want) {
		tb.Errorf("%s: got %d lines, want %d: %v", what, len(lines), len(want), err)
	}
}

// closeCounter is a source that counts its Close calls.
type closeCounter struct {
	jwks.Source
	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

func counted(tb testing.TB, flow string) *closeCounter {
	tb.Helper()
	s, err := jwks.NewStatic(contosoTenant(tb).Flow(flow), contosoIssuer, []byte(`{"keys":[`+jwkOf(&keysOf(tb).userFlow.PublicKey)+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	return &closeCounter{Source: s}
}

// Whoever made a source closes it: other validators may have it too.
func TestSourcesAreNotClosed(t *testing.T) {
	for _, tc := range []struct {
		name     string
		nilToo   bool
		audience string
		opts     *validator.Options
	}{
		{"no audience", false, "", nil},
		{"bad option", false, contosoAPI, &validator.Options{Leeway: time.Hour}},
		{"nil source", true, contosoAPI, nil},
		{"named twice", false, contosoAPI, nil},
	} {
		a, b := counted(t, "B2C_1_susi"), counted(t, "B2C_1_susi")
		sources := []jwks.Source{a, b}
		if tc.nilToo {
			sources = []jwks.Source{a, nil, b}
		}
		if v, err := validator.NewFromSources(sources, tc.audience, tc.opts); err == nil || v != nil {
			t.Errorf("%s: got no error", tc.name)
		}
		if a.closed != 0 || b.closed != 0 {
			t.Errorf("%s: sources were closed %d and %d times", tc.name, a.closed, b.closed)
		}
	}
	a, b := counted(t, "B2C_1_susi"), counted(t, "B2C_1_edit")
	v, err := validator.NewFromSources([]jwks.Source{a, b}, contosoAPI, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil || a.closed != 0 || b.closed != 0 {
		t.Errorf("Close: got %v; closed %d and %d times", err, a.closed, b.closed)
	}
	_, err = v.Validate(t.Context(), "a.b.c")
	wantReason(t, "after Close", err, validator.ErrUnavailable)
}

// What callers do to the options afterwards changes nothing.
func TestOptionsAreCopied(t *testing.T) {
	key := keysOf(t).userFlow
	opts := &validator.Options{
		Clients: []string{webClient}, AllowMissingFlow: []string{webClient},
		Requirements: []validator.Requirement{validator.Scope("tasks.read")},
	}
	v := staticValidator(t, opts)
	opts.Clients[0], opts.AllowMissingFlow[0] = "x", "x"
	opts.Requirements[0] = validator.Scope("tasks.admin")
	if _, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(drop("tfp")))); err != nil {
		t.Error(err)
	}
	_, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(set("scp", `"other"`))))
	wantReason(t, "the validator's own requirement", err, validator.ErrScopeRequired)
}

func TestLeeway(t *testing.T) {
	key := keysOf(t).userFlow
	token := signToken(key, headerOf(key), payloadOf())
	for _, tc := range []struct {
		leeway time.Duration
		now    int64
		want   validator.Reason
	}{
		{-1, 1750003599, ""},
		{-1, 1750003600, validator.ErrExpired},
		{-1, 1750000000, ""},
		{-1, 1749999999, validator.ErrNotYetValid},
		{10 * time.Minute, 1750004199, ""},
		{10 * time.Minute, 1750004200, validator.ErrExpired},
		{10 * time.Minute, 1749999400, ""},
		{10 * time.Minute, 1749999399, validator.ErrNotYetValid},
	} {
		v := staticValidator(t, &validator.Options{Leeway: tc.leeway, Now: func() time.Time { return time.Unix(tc.now, 0) }})
		_, err := v.Validate(t.Context(), token)
		if tc.want == "" && err != nil || tc.want != "" && !errors.Is(err, tc.want) {
			t.Errorf("leeway %v at %d: got %v, want %q", tc.leeway, tc.now, err, tc.want)
		}
	}
}

// What only a key cache could use is not silently left out.
func TestSourcesBringTheirOwnKeyOptions(t *testing.T) {
	for name, opts := range map[string]*validator.Options{
		"Transport": {Transport: http.DefaultTransport},
		"Logger":    {Logger: slog.New(slog.DiscardHandler)},
		"Keys":      {Keys: &jwks.Options{}},
	} {
		source := counted(t, "B2C_1_susi")
		if _, err := validator.NewFromSources([]jwks.Source{source}, contosoAPI, opts); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want an error that names it", name, err)
		}
	}
}
