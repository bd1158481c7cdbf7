// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"net/http"

	"github.com/b2ckit/b2ckit/emulator"
)

// mintBody is a token that the API or a form asks for.
type mintBody struct {
	ofTenant
	emulator.Spec
	User string   `json:"user"`
	Omit []string `json:"omit"`
}

// mintFor is mint for the API. It says what is wrong with all of the body.
func mintFor(r *http.Request, all tenants) (any, error) {
	body, t, found, err := readBody[mintBody](all, r)
	if err != nil {
		return nil, err
	}
	problem := found.problems()
	if found.Given("lifetime") {
		problem = errors.Join(problem, body.checkLifetime(found.Unread("lifetime")))
	}
	token, err := body.mint(r, t, problem)
	return map[string]string{"token": token}, err
}

// checkLifetime checks a lifetime that was given. To a Spec zero is that of the
// flow.
func (m *mintBody) checkLifetime(unread bool) error {
	if m.Lifetime == 0 && !unread {
		return wrong("lifetime", "is zero; for a token that expires as it is issued, set the claim exp")
	}
	return nil
}

// mint makes a token as the tenant issues them at the address that was asked,
// unless the body names another host; but none if there is a problem already.
func (m *mintBody) mint(r *http.Request, t *emulator.Tenant, problem error) (string, error) {
	spec := m.Spec
	if spec.Host == "" {
		spec.Host = originOf(r)
	}
	var errUser, errOmit error
	if m.User != "" {
		var user emulator.User
		user, errUser = findUser(t, m.User)
		spec.User = &user
	}
	spec.Claims, errOmit = m.claims()
	token, refused := t.Mint(spec)
	if err := errors.Join(problem, errUser, errOmit, refused); err != nil {
		return "", err
	}
	return token, nil
}

// claims returns those of the body, without those that are to be left out.
func (m *mintBody) claims() (map[string]any, error) {
	claims := m.Claims
	for _, name := range m.Omit {
		if claims == nil {
			claims = map[string]any{}
		}
		if v, ok := claims[name]; ok && v != emulator.Absent {
			return claims, wrong("omit", "%q is among the claims too", name)
		}
		claims[name] = emulator.Absent
	}
	return claims, nil
}
