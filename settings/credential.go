// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"log/slog"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// readSecret reads the client secret of an application of B2C, of ClientSecret or of ClientCredentials, and
// returns what holds it and shows nothing. Nil is none.
func readSecret(s *sheet, m *mistakes) (*acquire.Credential, string) {
	secret, ok := s.get(keyClientSecret)
	if len(s.below(keyClientSecret)) > 0 {
		m.addf(upTo(s.below(keyClientSecret)[0], keyClientSecret), "is no text")
	}
	for _, e := range s.below(keyCredentials) {
		number, name, _ := strings.Cut(e.path[len(keyCredentials)+1:], ":")
		_, hasSecret := s.get(keyCredentials + ":" + number + ":" + keyClientSecret)
		switch isSource, isSecret := fold(name) == "sourcetype", fold(name) == fold(keyClientSecret); {
		case e.text == "":
		case isSource && fold(e.text) != fold(keyClientSecret):
			m.addf(e.origin, "is %s, which %s", foreign.Name(e.text), noAssertions)
		case !isSource && !isSecret && !hasSecret:
			m.addf(upTo(e, keyCredentials), "has one that is no secret: it %s", noAssertions)
		case !isSecret:
		case ok && secret.text != e.text:
			m.addf(e.origin, "and %s are two secrets; keep one", secret.origin)
		default:
			secret, ok = e, true
		}
	}
	if !ok {
		return nil, ""
	}
	c := acquire.Secret(secret.text)
	if err := checkSecret(c); err != nil {
		m.add(secretError(secret, err))
		return nil, ""
	}
	return &c, secret.origin
}

// checkSecret returns what an application says of the secret.
func checkSecret(c acquire.Credential) error {
	some, err := authority.B2C("contoso", someID)
	if err != nil {
		return err
	}
	app, err := acquire.NewConfidential(some.Flow("B2C_1_some"), someID, c, &acquire.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return app.Close()
}
