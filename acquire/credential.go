// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"log/slog"
)

// Credential is how a confidential client proves itself. Make one with
// [Secret] or [SecretFunc]; printing it shows nothing.
type Credential struct {
	secret func(context.Context) (string, error)
	err    error
}

// Secret is a client secret.
func Secret(secret string) Credential {
	if secret == "" {
		return Credential{err: fail(ErrConfiguration, "", "credential: the client secret is empty")}
	}
	return SecretFunc(func(context.Context) (string, error) { return secret, nil })
}

// SecretFunc is a client secret that is asked for before every request to the
// token endpoint, for one that is rotated in a file or a vault. The function
// is called by several goroutines at once; its error ends the request.
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

// String shows nothing of the credential.
func (c Credential) String() string { return "[credential]" }

// GoString shows nothing of the credential.
func (c Credential) GoString() string { return c.String() }

// LogValue shows nothing of the credential.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }
