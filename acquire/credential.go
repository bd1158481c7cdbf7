// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Credential is how a confidential client proves itself. Make one with
// [Secret] or [SecretFunc]; printing it shows nothing.
type Credential struct {
	secret func(context.Context) (string, error)
	guid   bool // of Secret: it is one
	err    error
}

// Secret is a client secret: visible ASCII characters and spaces (RFC 6749
// appendix A.2), with no white space around them. What was read from a file often
// ends in a newline: see strings.TrimSpace.
func Secret(secret string) Credential {
	if fault := secretFault(secret); fault != "" {
		return Credential{err: fail(ErrConfiguration, "", "credential: the client secret %s", fault)}
	}
	c := SecretFunc(func(context.Context) (string, error) { return secret, nil })
	c.guid = guidPattern.MatchString(secret)
	return c
}

// SecretFunc is a client secret that is asked for before every request to the
// token endpoint, for one that is rotated in a file or a vault. The function
// is called by several goroutines at once; its error ends the request, and so
// does a secret that [Secret] would not take.
func SecretFunc(secret func(context.Context) (string, error)) Credential {
	if secret == nil {
		return Credential{err: fail(ErrConfiguration, "", "credential: SecretFunc was given nil")}
	}
	return Credential{secret: secret}
}

// ClientAssertion makes NewConfidential fail with [ErrUnsupported]: B2C takes
// no client assertions, made from certificates or federated (AADB2C99027). It
// is here so that those who look for it learn that early.
func ClientAssertion() Credential {
	return Credential{err: unsupported("client_assertion", "client assertions (certificates, federated credentials, private_key_jwt)", "use a client secret")}
}

// check tells what is wrong with it. Nil, of a public client, is none.
func (c *Credential) check() error {
	switch {
	case c == nil:
		return nil
	case c.err != nil:
		return c.err
	case c.secret == nil:
		return errors.New("acquire: credential: empty; make one with Secret or SecretFunc")
	}
	return nil
}

// get returns the secret for a request.
func (c *Credential) get(ctx context.Context) (string, *Error) {
	secret, err := c.secret(ctx)
	if err != nil {
		return "", &Error{Class: ErrRetry, Err: scrubber(nil, secret).error(err), Advice: "the function for the client secret failed"}
	}
	if fault := secretFault(secret); fault != "" {
		return "", fail(ErrConfiguration, "", "the function for the client secret returned one that %s", fault)
	}
	return secret, nil
}

// String shows nothing of the credential.
func (c Credential) String() string { return "[credential]" }

// GoString shows nothing of the credential.
func (c Credential) GoString() string { return c.String() }

// LogValue shows nothing of the credential.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }

// secretFault tells why a text can't be a client secret, or is one that was
// copied with something around it. It quotes nothing of it. "" means that it
// will do.
func secretFault(secret string) string {
	if secret == "" {
		return "is empty"
	}
	first, _ := utf8.DecodeRuneInString(secret)
	last, _ := utf8.DecodeLastRuneInString(secret)
	var faults []string
	if name := blank(first); name != "" {
		faults = append(faults, "begins with "+name)
	}
	if name := blank(last); name != "" {
		faults = append(faults, "ends in "+name)
	}
	if faults != nil {
		return strings.Join(faults, " and ") + ", which is none of it; remove that"
	}
	if !isPrintableASCII(secret) {
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

const secretID = "it may be the secret's ID instead of its value (older tools made GUIDs as secrets, too)"

// warnOfGUID logs once that the client secret is a GUID.
func (a *App) warnOfGUID() {
	due := false
	a.guidSecret.Do(func() { due = true }) // not in there: it holds a lock
	if due {
		a.log.Warn("the client secret is a GUID: " + secretID)
	}
}
