// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/clientassertion"
	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// Credential is how a confidential client authenticates. Make one with
// [Secret] or [SecretFunc]; at External ID and Entra also with [Certificate],
// [CertificateFunc], [Assertion] or [AssertionFile]. Printing it shows nothing.
type Credential struct {
	get  func(context.Context, clientassertion.Assertion) (proof, *Error)
	kind credentialKind
	guid bool // of Secret: it is one
	err  error

	signer *clientassertion.Signer // of Certificate
}

type credentialKind int

const (
	ofSecret credentialKind = iota
	ofAssertion
)

// proof is what one request shows of the client: a secret (RFC 6749 section 2.3.1) or
// an assertion (RFC 7521 section 4.2). Of a public client it is neither.
type proof struct{ secret, assertion string }

// add adds to a request's form what belongs there.
func (p proof) add(form url.Values, style oauth2.AuthStyle) {
	if p.assertion != "" {
		form.Set("client_assertion_type", clientassertion.Type)
		form.Set("client_assertion", p.assertion)
	}
	if p.secret != "" && style == oauth2.AuthStyleInParams {
		form.Set("client_secret", p.secret)
	}
}

// Secret is a client secret: visible ASCII characters and spaces (RFC 6749
// appendix A.2), with no white space around them. What was read from a file often
// ends in a newline: see strings.TrimSpace.
func Secret(secret string) Credential {
	if problem := secretProblem(secret); problem != "" {
		return wrongCredential("the client secret %s", problem)
	}
	c := SecretFunc(func(context.Context) (string, error) { return secret, nil })
	c.guid = guid.Is(secret)
	return c
}

// SecretFunc is a client secret that is fetched anew before every request to the
// token endpoint, for one that is rotated in a file or a vault. The function
// is called by several goroutines at once; its error ends the request, and so
// does a secret that [Secret] would not take.
func SecretFunc(secret func(context.Context) (string, error)) Credential {
	if secret == nil {
		return wrongCredential("SecretFunc was given nil")
	}
	return Credential{get: func(ctx context.Context, _ clientassertion.Assertion) (proof, *Error) {
		text, e := fromFunction(ctx, "client secret", secret, secretProblem)
		return proof{secret: text}, e
	}}
}

// wrongCredential is one that no App takes.
func wrongCredential(format string, args ...any) Credential {
	return Credential{err: fail(ErrConfiguration, "", "credential: "+format, args...)}
}

// fromFunction asks an app's function for a secret or an assertion.
func fromFunction(ctx context.Context, what string, f func(context.Context) (string, error), problemOf func(string) string) (string, *Error) {
	text, err := f(ctx)
	if err != nil {
		return "", &Error{Class: ErrRetry, Err: redact.New(text).Error(err), Advice: "the function for the " + what + " failed"}
	}
	if problem := problemOf(text); problem != "" {
		return "", fail(ErrConfiguration, "", "the function for the %s returned one that %s", what, problem)
	}
	return text, nil
}

// check tells what is wrong with it for an authority at a time. Nil, of a public
// client, is none.
func (c *Credential) check(at authority.Authority, wall time.Time) error {
	switch {
	case c == nil:
		return nil
	case c.err != nil:
		return c.err
	case c.get == nil:
		return errors.New("acquire: credential: empty; make one with Secret or SecretFunc, or at External ID and Entra with Certificate or Assertion")
	case c.kind == ofAssertion && at.Err() == nil && !usesSTS(at):
		return fail(ErrUnsupported, "", "credential: B2C takes no client assertions, be they signed by a certificate or issued by others (AADB2C99027); use a client secret, see Secret")
	case c.signer != nil:
		if err := c.signer.Expired(wall); err != nil {
			return fail(ErrConfiguration, "", "credential: %s", err)
		}
	}
	return nil
}

// String shows nothing of the credential.
func (c Credential) String() string { return "[credential]" }

// GoString shows nothing of the credential.
func (c Credential) GoString() string { return c.String() }

// LogValue shows nothing of the credential.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }

// secretProblem tells why a text can't be a client secret, or is one that was
// copied with something around it. It quotes nothing of it. "" means that it
// will do.
func secretProblem(secret string) string {
	if secret == "" {
		return "is empty"
	}
	first, _ := utf8.DecodeRuneInString(secret)
	last, _ := utf8.DecodeLastRuneInString(secret)
	var problems []string
	if name := blank(first); name != "" {
		problems = append(problems, "begins with "+name)
	}
	if name := blank(last); name != "" {
		problems = append(problems, "ends in "+name)
	}
	if problems != nil {
		return strings.Join(problems, " and ") + ", which is none of it; remove that"
	}
	if !isVSCHARs(secret) {
		return "holds a character that no client secret has: neither visible ASCII nor a space"
	}
	return ""
}

// blank names what surrounds a text that was read from a file or pasted.
func blank(r rune) string {
	switch {
	case r == '\n' || r == '\r':
		return "a newline"
	case r == ' ':
		return "a space"
	case r == '\t':
		return "a tab"
	case r == '\ufeff':
		return "a byte order mark"
	case unicode.IsSpace(r):
		return "white space"
	}
	return ""
}
