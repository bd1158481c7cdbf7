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

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// Credential is how a confidential client authenticates. Make one with
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
	if problem := secretProblem(secret); problem != "" {
		return Credential{err: fail(ErrConfiguration, "", "credential: the client secret %s", problem)}
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
		return Credential{err: fail(ErrConfiguration, "", "credential: SecretFunc was given nil")}
	}
	return Credential{secret: secret}
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
		return "", &Error{Class: ErrRetry, Err: redact.New(secret).Error(err), Advice: "the function for the client secret failed"}
	}
	if problem := secretProblem(secret); problem != "" {
		return "", fail(ErrConfiguration, "", "the function for the client secret returned one that %s", problem)
	}
	return secret, nil
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
