// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/origin"
	"github.com/b2ckit/b2ckit/validator"
)

// ResourceOptions are the settings of a [Resource]. AppIDURI is required.
type ResourceOptions struct {
	// AppIDURI is the API's App ID URI, such as
	// https://contoso.onmicrosoft.com/tasks or api://{client id}, without a slash at
	// its end. B2C, External ID and Entra give each scope two names: a token has
	// tasks.read in scp, and a client has to ask for
	// https://contoso.onmicrosoft.com/tasks/tasks.read. Routes require the one,
	// challenges and the document say the other.
	AppIDURI string

	// Scopes are the scopes that clients may ask for, by their short names, as
	// [validator.Scope] takes them. They are in the document, in this order, and a
	// route that asks for another one, which is no app role either, panics when it is
	// registered. If nil, the document names none, and challenges name those that
	// routes ask for.
	Scopes []string

	// AppRoles are what daemons have in scp, B2C's app roles, or in roles. Nobody can
	// ask for one by name, so no challenge names it.
	AppRoles []string

	// AuthorizationServers are the issuers that clients are sent to for a token, byte
	// for byte as these call themselves. What clients can use depends on where they
	// look for an issuer's metadata, and whether that names the same issuer:
	//
	//	External ID, Entra  the tenant's issuer, as authority.Authority.Issuers has it
	//	B2C                 https://contoso.b2clogin.com/tfp/{tenant id}/{flow}/v2.0/, if
	//	                    the policy's issuer is set to that; the usual issuer has no
	//	                    flow in it, so no client finds metadata there
	//
	// Some clients demand more than either platform says, such as
	// code_challenge_methods_supported, or take no document that names no issuer. So if
	// nil, it is the resource's own origin, such as https://mcp.contoso.com, where
	// clients look that are told nothing. The metadata of an authorization server
	// (RFC 8414) has to be served there then, which repeats the flow's own endpoints.
	AuthorizationServers []string

	// Name is what people are shown, resource_name.
	Name string

	// Documentation, Policy and TermsOfService are the URLs of pages for people:
	// resource_documentation, resource_policy_uri and resource_tos_uri.
	Documentation, Policy, TermsOfService string

	// PathOnly leaves /.well-known/oauth-protected-resource, where clients look that
	// find nothing better, to another resource of the same origin. If false, the
	// document is there too.
	PathOnly bool
}

func (o *ResourceOptions) orDefault() *ResourceOptions {
	if o == nil {
		return &ResourceOptions{}
	}
	return o
}

// check returns all that is wrong with the options of a resource at this place.
func (o *ResourceOptions) check(at place) (errs []error) {
	add := func(field string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("ResourceOptions.%s %w", field, err))
		}
	}
	add("AppIDURI", o.checkAppIDURI())
	for i, s := range o.Scopes {
		add(fmt.Sprintf("Scopes[%d]", i), checkScopeName(s, o.Scopes[:i]))
	}
	for i, s := range o.AppRoles {
		err := checkScopeName(s, o.AppRoles[:i])
		if err == nil && slices.Contains(o.Scopes, s) {
			err = fmt.Errorf("is %q, which is in Scopes, too; clients may ask for it or not", s)
		}
		add(fmt.Sprintf("AppRoles[%d]", i), err)
	}
	for i, s := range o.AuthorizationServers {
		add(fmt.Sprintf("AuthorizationServers[%d]", i), checkIssuer(s, o.AuthorizationServers[:i]))
	}
	add("Name", checkName(o.Name))
	add("Documentation", checkPage(o.Documentation))
	add("Policy", checkPage(o.Policy))
	add("TermsOfService", checkPage(o.TermsOfService))
	if o.PathOnly && at.origin != "" && at.path == "" {
		add("PathOnly", errors.New("is set, and the resource's URL has no path, so the document would be nowhere"))
	}
	return errs
}

func (o *ResourceOptions) checkAppIDURI() error {
	uri := o.AppIDURI
	scheme, rest, ok := strings.Cut(uri, "://")
	switch {
	case uri == "":
		return errors.New("is empty; it is in the portal under Expose an API, such as https://contoso.onmicrosoft.com/tasks")
	case len(uri) > maxURL:
		return fmt.Errorf("is longer than %d bytes", maxURL)
	case !quotable(uri) || strings.ContainsAny(uri, " ?#@"):
		return errors.New("has a character that no App ID URI has")
	case !ok || !isScheme(scheme) || rest == "":
		return fmt.Errorf("is %s; write it whole, such as https://contoso.onmicrosoft.com/tasks or api://{client id}", foreign.Name(uri))
	case strings.HasSuffix(uri, "/"):
		return fmt.Errorf("is %s; leave out the slash at its end, which comes before each scope", foreign.Name(uri))
	}
	last := uri[strings.LastIndexByte(uri, '/')+1:]
	if last == ".default" || slices.Contains(o.Scopes, last) {
		return fmt.Errorf("is %s, which has a scope at its end; leave out /%s", foreign.Name(uri), last)
	}
	return nil
}

func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

// checkScopeName checks a scope that comes behind these.
func checkScopeName(name string, before []string) error {
	switch err := validator.Scope(name).Err(); {
	case err != nil:
		return fmt.Errorf("is no scope: %w", err)
	case isProtocolScope(name):
		return fmt.Errorf("is %q, which is OpenID Connect's and not this API's", name)
	case slices.Contains(before, name):
		return fmt.Errorf("is %q, which is named twice", name)
	}
	return nil
}

// checkIssuer checks an issuer that comes behind these (RFC 8414 section 2).
func checkIssuer(issuer string, before []string) error {
	switch err := checkURL(issuer); {
	case err != nil:
		return err
	case strings.ContainsAny(issuer, "?#"):
		return errors.New("has a query or fragment, which no issuer has (RFC 8414 section 2)")
	case strings.Contains(issuer, "/.well-known/"):
		return errors.New("is the URL of metadata; write the issuer, which stands in it")
	case slices.Contains(before, issuer):
		return errors.New("is named twice")
	}
	return nil
}

func checkName(name string) error {
	notShown := func(r rune) bool { return !unicode.IsPrint(r) }
	if !utf8.ValidString(name) || len(name) > maxURL || strings.ContainsFunc(name, notShown) {
		return fmt.Errorf("is not one line of text of at most %d bytes", maxURL)
	}
	return nil
}

// checkPage checks a URL that may be left out.
func checkPage(url string) error {
	if url == "" {
		return nil
	}
	return checkURL(url)
}

// checkURL checks a URL that is written down as it is: https, or http on loopback.
// The error quotes no more of it than scheme, host and port.
func checkURL(url string) error {
	scheme, rest, _ := strings.Cut(url, "://")
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	if len(url) > maxURL {
		return fmt.Errorf("is longer than %d bytes", maxURL)
	}
	if !quotable(url) || strings.ContainsAny(url, " <>^`{|}") {
		return errors.New("has a character that no URL has")
	}
	_, err := origin.Parse(scheme + "://" + host)
	if err != nil && strings.Contains(url, "@") {
		return errors.New("holds an @, so perhaps a user name or password; remove it")
	}
	return err
}
