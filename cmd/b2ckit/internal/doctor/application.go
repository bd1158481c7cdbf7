// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// application checks the client: its secret, the token it gets, its redirect URI.
func (d *doctor) application(ctx context.Context) []report.Finding {
	credentials := report.Finding{Check: report.Credentials, State: report.Skipped}
	token := report.Finding{Check: report.Token, State: report.Skipped, Found: "there is no token"}
	redirect := report.Finding{Check: report.RedirectURI, State: report.Skipped}
	several := fmt.Sprintf("the settings have several applications: name one with --section (%s)", strings.Join(d.Applications, ", "))
	switch {
	case d.App == nil && len(d.Applications) > 1:
		credentials.Found = several
	case d.App == nil:
		credentials.Found = "no client secret is configured"
	case d.Scope == "":
		credentials.Found = "no scope to ask for was given (--scope)"
	case !d.anyIsThere():
		credentials.Found = "no flow is there to ask"
	default:
		if got := d.credentials(ctx, &credentials); got != nil {
			d.token(ctx, got.AccessToken, &token)
		}
	}
	switch {
	case d.RedirectURI == "":
		redirect.Found = "no redirect URI was given (--redirect-uri)"
	case d.PublicApp == nil && len(d.Applications) > 1:
		redirect.Found = several
	case d.PublicApp == nil:
		redirect.Found = "no client id is configured"
	case !d.anyIsThere():
		redirect.Found = "no flow is there to ask"
	default:
		d.redirect(ctx, &redirect)
	}
	return []report.Finding{credentials, token, redirect}
}

// anyIsThere reports whether there is a flow that has keys.
func (d *doctor) anyIsThere() bool {
	return slices.ContainsFunc(d.patients, func(p *patient) bool { return p.cache.Current() != nil })
}

// about names the flow that an application asks.
func about(app *acquire.App, f *report.Finding) {
	f.Flow, f.Host = name(app.Authority()), app.Authority().Host()
}

// options are those of an application that asks once and says nothing.
func (d *doctor) options() *acquire.Options {
	return &acquire.Options{
		Transport: d.Transport, // and not the recorder, which would keep the token
		Timeout:   d.RequestTimeout,
		Logger:    slog.New(slog.DiscardHandler),
		Now:       d.Now,
	}
}

// credentials asks for a token of the application's own.
func (d *doctor) credentials(ctx context.Context, f *report.Finding) *oauth2.Token {
	app, err := d.App(d.options())
	if err != nil {
		f.State, f.Found, f.Do = report.Fail, withoutPackage(err), "correct the settings of the application"
		return nil
	}
	defer func() { _ = app.Close() }()
	about(app, f)
	token, err := app.Token(ctx, d.Scope)
	if err != nil {
		d.refused(ctx, err, f)
		d.certificateOf(f)
		return nil
	}
	f.State = report.OK
	f.Found = fmt.Sprintf("a token came, good for %s", plural(int(token.Expiry.Sub(d.Now()).Round(time.Minute)/time.Minute), "minute"))
	d.certificateOf(f)
	return token
}

// certificateOf adds how long the certificate is good that the application authenticates
// with.
func (d *doctor) certificateOf(f *report.Finding) {
	if d.Certificate == nil {
		return
	}
	days := int(d.Certificate.NotAfter.Sub(d.Now()).Hours() / 24)
	f.Facts = append(f.Facts, report.Fact{Name: "certificate_days", Value: days})
	switch {
	case d.Now().After(d.Certificate.NotAfter):
		f.State, f.Found = report.Fail, "the certificate of the application has expired"
	case f.State == report.OK && days < soon:
		f.State = report.Warn
		f.Found += fmt.Sprintf(", and the certificate of the application ends in %s", plural(days, "day"))
	default:
		return
	}
	f.Do = "register a new certificate beside it, then have the application use that one"
}

// refused tells of an error of package acquire, which has the advice.
func (d *doctor) refused(ctx context.Context, err error, f *report.Finding) {
	e, ok := errors.AsType[*acquire.Error](err)
	switch {
	case ctx.Err() != nil:
		f.State, f.Found = report.Skipped, "the checks ended early"
		return
	case !ok:
		f.State, f.Found = report.Fail, withoutPackage(err)
		return
	}
	f.State, f.Do = report.Fail, e.Advice
	without := *e
	without.Advice, without.During, without.Flow = "", "", ""
	f.Found = withoutPackage(&without)
	if f.Found == string(e.Class) { // package acquire found it wrong by itself
		f.Found = "the request was not sent"
	}
	if e.Code != "" {
		f.Facts = append(f.Facts, report.Fact{Name: "code", Value: foreign.Text(e.Code)})
	}
	if e.CorrelationID != "" {
		f.Facts = append(f.Facts, report.Fact{Name: "correlation_id", Value: foreign.Text(e.CorrelationID)})
	}
}

// token holds the application's token against what the API would take.
func (d *doctor) token(ctx context.Context, raw string, f *report.Finding) {
	if len(d.patients[0].authority.Audiences()) == 0 {
		f.Found = "no audience is configured to hold it against"
		return
	}
	err := d.validate(ctx, raw, d.AllowMissingFlow, d.AllowMissingRoles)
	refused, _ := errors.AsType[*validator.Error](err)
	if errors.Is(err, validator.ErrFlow) && refused.Holder != nil && refused.Holder.Flow == "" {
		client := refused.Holder.ClientID
		if d.validate(ctx, raw, []string{client}, d.AllowMissingRoles) == nil {
			f.State, f.Found = report.Warn, "the token is good but for the flow, which it does not name"
			f.Do = fmt.Sprintf("if the API is to take it, allow tokens without a flow for the client %s (AllowMissingFlow or B2C_ALLOW_MISSING_FLOW)", foreign.Name(client))
			return
		}
	}
	switch {
	case err == nil:
		f.State, f.Found = report.OK, "the API takes the token"
	case errors.Is(err, validator.ErrAudience):
		f.Found = "the token is for another API: " + withoutPackage(err)
	default:
		f.State, f.Found = report.Fail, withoutPackage(err)
		f.Do = "this is what the API's log would say: see the reason in the documentation"
	}
}

func (d *doctor) validate(ctx context.Context, raw string, missingFlow, missingRoles []string) error {
	var sources []jwks.Source
	for _, p := range d.patients {
		sources = append(sources, p.cache)
	}
	v, err := validator.NewFromSources(sources, "", &validator.Options{AllowMissingFlow: missingFlow, AllowMissingRoles: missingRoles, Now: d.Now})
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	_, err = v.Validate(ctx, raw)
	return err
}

// redirect asks to sign in silently, as somebody without a session, and reads what
// comes back: AADB2C90006 or AADSTS50011 for a redirect URI that is not registered,
// AADB2C90077 or OpenID Connect's login_required for the session.
func (d *doctor) redirect(ctx context.Context, f *report.Finding) {
	app, err := d.PublicApp(d.options())
	if err != nil {
		f.State, f.Found, f.Do = report.Fail, withoutPackage(err), "correct the settings of the application"
		return
	}
	defer func() { _ = app.Close() }()
	about(app, f)
	address, pending, err := app.BeginSignIn(d.RedirectURI, nil, &acquire.AuthorizeOptions{Prompt: "none"})
	if err != nil {
		f.State, f.Found, f.Do = report.Fail, withoutPackage(err), "correct the redirect URI"
		return
	}
	e, err := d.get(ctx, address)
	if err != nil && ctx.Err() != nil {
		f.Found = "the checks ended early"
		return
	}
	if err != nil {
		f.Do = "see connection; if that is well, run it again"
		f.State, f.Found = report.Fail, "the authorize endpoint: "+foreign.Text(err.Error())
		return
	}
	params := returned(&e)
	if params == nil {
		f.State, f.Found = report.Fail, fmt.Sprintf("the authorize endpoint answered %d, with no error that is known", e.Status)
		f.Do = "open the flow in the portal by Run user flow, with this application and redirect URI"
		return
	}
	if !params.Has("state") { // some errors come without; nobody else was asked
		params.Set("state", pending.State)
	}
	_, err = app.Finish(ctx, pending, params)
	refused, ok := errors.AsType[*acquire.Error](err)
	switch {
	case ok && refused.Code == "AADB2C90077":
		f.State, f.Found = report.OK, "registered: B2C would send users back there (AADB2C90077, no session)"
		return
	case ok && app.Authority().Kind() != authority.AzureADB2C && refused.OAuthError == "login_required":
		f.State, f.Found = report.OK, "registered: users would be sent back there (login_required, no session)"
		return
	}
	d.refused(ctx, err, f)
}

// returned returns the parameters of the redirect, or the code on B2C's page; nil
// if there is neither.
func returned(e *exchange.Exchange) url.Values {
	if e.Status == http.StatusFound || e.Status == http.StatusSeeOther {
		u, err := url.Parse(e.Header.Get("Location"))
		if err != nil {
			return nil
		}
		if params := u.Query(); params.Has("error") {
			return params
		}
		return nil
	}
	code := b2cCode(e.Body)
	if code == "" {
		code = stsCode(e.Body)
	}
	if code == "" {
		return nil
	}
	return url.Values{"error": {"invalid_request"}, "error_description": {code + ": told on a page"}}
}

// b2cCode returns the first code of B2C in a page.
func b2cCode(page string) string {
	const digits = 5
	if code := codeIn(page, "AADB2C"); len(code) >= len("AADB2C")+digits {
		return code[:len("AADB2C")+digits]
	}
	return ""
}

// stsCode returns the first code of External ID or Entra ID in a page or document.
func stsCode(page string) string { return codeIn(page, "AADSTS") }

// codeIn returns a prefix with the digits that follow, "" if there are none.
func codeIn(page, prefix string) string {
	_, after, ok := strings.Cut(page, prefix)
	const enough = 9
	n := 0
	for n < len(after) && n < enough && '0' <= after[n] && after[n] <= '9' {
		n++
	}
	if !ok || n == 0 {
		return ""
	}
	return prefix + after[:n]
}
