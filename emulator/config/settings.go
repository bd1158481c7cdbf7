// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// The settings as they stand in a file.
type (
	settings struct {
		Tenants []tenant `json:"tenants"`
	}
	tenant struct {
		Name                  string   `json:"name"`
		ID                    string   `json:"id"`
		Domain                string   `json:"domain"`
		Hosts                 []string `json:"hosts"`
		Issuer                issuer   `json:"issuer"`
		KeysWithoutActivation bool     `json:"keysWithoutActivation"`
		SignInAs              string   `json:"signInAs"`
		Flows                 []flow   `json:"flows"`
		Apps                  []app    `json:"apps"`
		Users                 []user   `json:"users"`
	}
	flow struct {
		Name              string         `json:"name"`
		Kind              kind           `json:"kind"`
		KeyContainer      string         `json:"keyContainer"`
		Issuer            issuer         `json:"issuer"`
		FlowClaim         flowClaim      `json:"flowClaim"`
		Lifetime          lifetime       `json:"lifetime"`
		RefreshLifetime   lifetime       `json:"refreshLifetime"`
		StringNumbers     bool           `json:"stringNumbers"`
		RefreshOnce       bool           `json:"refreshOnce"`
		ForgotPassword    forgotPassword `json:"forgotPassword"`
		RequireLogoutHint bool           `json:"requireLogoutHint"`
	}
	app struct {
		Name         string   `json:"name"`
		ID           string   `json:"clientId"`
		ObjectID     string   `json:"objectId"`
		Kind         appKind  `json:"kind"`
		Secrets      []string `json:"secrets"`
		RedirectURIs []string `json:"redirectUris"`
		Implicit     bool     `json:"implicit"`
		URI          string   `json:"appIdUri"`
		Scopes       []string `json:"scopes"`
		Roles        []string `json:"appRoles"`
		Granted      []string `json:"granted"`
	}
	user struct {
		ObjectID   string         `json:"id"`
		Name       string         `json:"name"`
		GivenName  string         `json:"givenName"`
		FamilyName string         `json:"familyName"`
		Emails     []string       `json:"emails"`
		IDP        string         `json:"identityProvider"`
		Username   string         `json:"username"`
		Password   string         `json:"password"`
		Claims     map[string]any `json:"claims"`
	}
)

// worded is a setting that is a text of a certain form in the file.
type worded interface {
	encoding.TextUnmarshaler
	form() string // what to write, such as `"guid" or "tfp"`
}

type (
	kind           emulator.FlowKind
	issuer         struct{ pattern *emulator.IssuerPattern } // nil for none
	flowClaim      emulator.FlowClaim
	forgotPassword emulator.ForgotPassword
	appKind        emulator.AppKind
	lifetime       time.Duration
)

var (
	kinds           = words[emulator.FlowKind]{emulator.SignUpSignIn, emulator.EditProfile, emulator.ResetPassword, emulator.ROPC}
	issuers         = words[emulator.IssuerPattern]{emulator.IssuerGUID, emulator.IssuerTFP}
	flowClaims      = words[emulator.FlowClaim]{emulator.ClaimTFP, emulator.ClaimACR, emulator.ClaimNone}
	forgotPasswords = words[emulator.ForgotPassword]{emulator.ForgotInFlow, emulator.ForgotError}
	appKinds        = words[emulator.AppKind]{emulator.WebApp, emulator.SPA, emulator.NativeApp}
)

func (*kind) form() string           { return kinds.form() }
func (*issuer) form() string         { return issuers.form() }
func (*flowClaim) form() string      { return flowClaims.form() }
func (*forgotPassword) form() string { return forgotPasswords.form() }
func (*appKind) form() string        { return appKinds.form() }

func (k *kind) UnmarshalText(text []byte) error {
	return kinds.read((*emulator.FlowKind)(k), text)
}

func (p *issuer) UnmarshalText(text []byte) error {
	p.pattern = new(emulator.IssuerPattern)
	return issuers.read(p.pattern, text)
}

func (c *flowClaim) UnmarshalText(text []byte) error {
	return flowClaims.read((*emulator.FlowClaim)(c), text)
}

func (p *forgotPassword) UnmarshalText(text []byte) error {
	return forgotPasswords.read((*emulator.ForgotPassword)(p), text)
}

func (k *appKind) UnmarshalText(text []byte) error {
	return appKinds.read((*emulator.AppKind)(k), text)
}

func (*lifetime) form() string { return `a time such as "90s", "15m" or "1h"` }

func (l *lifetime) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil || d < time.Second {
		return fmt.Errorf("%q is no time of a second or more, such as 90s, 15m or 24h", text)
	}
	*l = lifetime(d)
	return nil
}

// words are the values of a setting that has a word for each.
type words[T fmt.Stringer] []T

// read sets the value of a word.
func (w words[T]) read(into *T, text []byte) error {
	names := make([]string, len(w))
	for i, v := range w {
		names[i] = v.String()
		if names[i] == string(text) {
			*into = v
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", text, strings.Join(names, ", "))
}

func (w words[T]) form() string {
	quoted := make([]string, len(w))
	for i, v := range w {
		quoted[i] = strconv.Quote(v.String())
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// options returns the emulator's form of a tenant.
func (s *tenant) options() emulator.Options {
	o := emulator.Options{
		Name: s.Name, ID: s.ID, Domain: s.Domain, Hosts: s.Hosts,
		KeysWithoutActivation: s.KeysWithoutActivation, Pages: true,
	}
	for _, f := range s.Flows {
		pattern := f.Issuer.or(s.Issuer.or(emulator.IssuerGUID))
		o.Flows = append(o.Flows, emulator.Flow{
			Name: f.Name, Kind: emulator.FlowKind(f.Kind), KeyContainer: f.KeyContainer, Issuer: pattern,
			FlowClaim: emulator.FlowClaim(f.FlowClaim), Lifetime: time.Duration(f.Lifetime),
			RefreshLifetime: time.Duration(f.RefreshLifetime), StringNumbers: f.StringNumbers, RefreshOnce: f.RefreshOnce,
			ForgotPassword: emulator.ForgotPassword(f.ForgotPassword), RequireLogoutHint: f.RequireLogoutHint,
		})
	}
	if s.Issuer.pattern != nil && len(o.Flows) == 0 {
		o.Flows = emulator.NewTenant(nil).Flows()
		for i := range o.Flows {
			o.Flows[i].Issuer = *s.Issuer.pattern
		}
	}
	if s.Apps != nil { // an empty list is none
		o.Apps = []emulator.App{}
	}
	for _, a := range s.Apps {
		out := emulator.App{
			Name: a.Name, ID: a.ID, ObjectID: a.ObjectID, Kind: emulator.AppKind(a.Kind),
			RedirectURIs: a.RedirectURIs, Implicit: a.Implicit,
			URI: a.URI, Scopes: a.Scopes, Roles: a.Roles, Granted: a.Granted,
		}
		if len(a.Secrets) > 0 {
			out.Secret, out.MoreSecrets = a.Secrets[0], a.Secrets[1:]
		}
		o.Apps = append(o.Apps, out)
	}
	if s.Users != nil {
		o.Users = []emulator.User{}
	}
	for _, u := range s.Users {
		o.Users = append(o.Users, emulator.User{
			ObjectID: u.ObjectID, Name: u.Name, GivenName: u.GivenName, FamilyName: u.FamilyName,
			Emails: u.Emails, IDP: u.IDP, Username: u.Username, Password: u.Password, Claims: u.Claims,
		})
	}
	return o
}

func (p issuer) or(other emulator.IssuerPattern) emulator.IssuerPattern {
	if p.pattern == nil {
		return other
	}
	return *p.pattern
}
