// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// mintRequest is [emulator.Spec] as the API has it.
type mintRequest struct {
	Kind      string         `json:"kind"`
	Flow      string         `json:"flow"`
	Host      string         `json:"host"`
	User      string         `json:"user"`
	ClientID  string         `json:"clientId"`
	Audience  string         `json:"audience"`
	Scopes    []string       `json:"scopes"`
	FlowClaim string         `json:"flowClaim"`
	IssuedAt  string         `json:"issuedAt"`
	AuthTime  string         `json:"authTime"`
	Lifetime  string         `json:"lifetime"`
	Claims    map[string]any `json:"claims"`
	Header    map[string]any `json:"header"`
	Omit      []string       `json:"omit"`
}

// mint makes a token as the tenant issues them at the address that was asked,
// unless the request names another host.
func mint(r *http.Request, t *emulator.Tenant, m mintRequest) (string, error) {
	if m.Host == "" {
		m.Host = originOf(r)
	}
	spec, err := m.spec(t)
	token, refused := t.Mint(spec)
	if err = errors.Join(err, ofEmulator(refused)); err != nil {
		return "", err
	}
	return token, nil
}

// spec returns what is asked for, and all that is wrong with it.
func (m mintRequest) spec(t *emulator.Tenant) (emulator.Spec, error) {
	spec := emulator.Spec{
		Flow: m.Flow, Host: m.Host, ClientID: m.ClientID, Audience: m.Audience, Scopes: m.Scopes, Claims: m.Claims, Header: m.Header,
	}
	var errs [7]error
	errs[0] = oneOf(&spec.Kind, "kind", m.Kind, emulator.UserToken, emulator.AppToken, emulator.IDToken)
	errs[1] = oneOf(&spec.FlowClaim, "flowClaim", m.FlowClaim, emulator.ClaimTFP, emulator.ClaimACR, emulator.ClaimNone)
	if m.User != "" {
		user, err := findUser(t, m.User)
		spec.User, errs[2] = &user, err
	}
	spec.IssuedAt, errs[3] = instant("issuedAt", m.IssuedAt)
	spec.AuthTime, errs[4] = instant("authTime", m.AuthTime)
	spec.Lifetime, errs[5] = duration("lifetime", m.Lifetime)
	if m.Lifetime != "" && spec.Lifetime == 0 && errs[5] == nil { // to a Spec that is the flow's
		errs[5] = wrong("lifetime", "is zero; for a token that expires as it is issued, set the claim exp")
	}
	errs[6] = m.omit(&spec)
	return spec, errors.Join(errs[:]...)
}

// omit has claims left out.
func (m mintRequest) omit(spec *emulator.Spec) error {
	for _, name := range m.Omit {
		if spec.Claims == nil {
			spec.Claims = map[string]any{}
		}
		if v, ok := spec.Claims[name]; ok && v != emulator.Absent {
			return wrong("omit", "%q is among the claims too", name)
		}
		spec.Claims[name] = emulator.Absent
	}
	return nil
}

// oneOf reads the word of a value; "" leaves the default.
func oneOf[T fmt.Stringer](into *T, field, text string, values ...T) error {
	if text == "" {
		return nil
	}
	words := make([]string, len(values))
	for i, v := range values {
		if words[i] = v.String(); words[i] == text {
			*into = v
			return nil
		}
	}
	return wrong(field, "%q is none of %s", text, strings.Join(words, ", "))
}
