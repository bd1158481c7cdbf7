// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	oldID    = "aaaaaaaa-0000-4000-8000-000000000001" // of Ada, in the tenant that users come from
	adaID    = "aaaaaaaa-0000-4000-8000-000000000002" // of hers, in the one that they go to
	malloryN = "bbbbbbbb-0000-4000-8000-000000000002"

	migrated = "extension_0123456789abcdef0123456789abcdef_formerId" // only the migration writes it
	edited   = "extension_0123456789abcdef0123456789abcdef_memberNo" // a profile page edits it
)

// externalWith is External ID's tenant, whose claim of that name tells the old id.
func externalWith(tb testing.TB, claim string) jwks.Source {
	tb.Helper()
	a, err := authority.ExternalID("contoso", externalGUID)
	if claim != "" {
		a = a.WithUserIDClaim(claim)
	}
	return publishes(tb, a.WithAudiences(externalAPI), err, externalIssuer, shared(tb, externalIssuer))
}

// Who somebody is: never a subject, which is one client's, and never what is no GUID.
func TestUserIDOfSuccessors(t *testing.T) {
	ada := externalUser.with(fields{"oid": adaID})
	for _, tc := range []struct {
		name, claim string
		payload     fields
		want, text  string // the id, or part of the error
	}{
		{"the object id", "", ada, adaID, ""},
		{"of an app", "", externalUser.with(asApp), "dddddddd-dddd-dddd-dddd-dddddddddddd", ""},
		{"no object id, and a subject", "", ada.with(fields{"oid": nil}), "", "request the profile scope"},
		{"the old id", migrated, ada.with(fields{migrated: oldID}), oldID, ""},
		{"the old id in upper case", migrated, ada.with(fields{migrated: strings.ToUpper(oldID)}), oldID, ""},
		{"the old id, without profile", migrated, ada.with(fields{migrated: oldID, "oid": nil}), oldID, ""},
		{"new since the migration", migrated, ada, adaID, ""},
		{"new, without profile", migrated, ada.with(fields{"oid": nil}), "", "request the profile scope"},
		{"an e-mail address there", migrated, ada.with(fields{migrated: "ada@example.org"}), "", "is there and is no GUID"},
		{"nothing there", migrated, ada.with(fields{migrated: ""}), "", "is there and is no GUID"},
		{"a list there", migrated, ada.with(fields{migrated: []string{oldID}}), "", "is there and is no GUID"},
		{"a claim that nobody has named", "", ada.with(fields{migrated: oldID}), adaID, ""},
	} {
		v := trustingSources(t, nil, externalWith(t, tc.claim))
		raw := sign(t, tc.payload, nil)
		for range 2 { // at first sight, and remembered
			token, err := v.Validate(t.Context(), raw)
			if err != nil {
				t.Fatalf("%s: %v", tc.name, err)
			}
			for _, again := range []*validator.Token{token, token.Verified().Token()} {
				id, err := again.UserID()
				if id != tc.want || (err != nil) != (tc.text != "") || err != nil && !strings.Contains(err.Error(), tc.text) {
					t.Errorf("%s: got %q, %v; want %q, %q", tc.name, id, err, tc.want, tc.text)
				}
				if again.Holder().UserID != tc.want {
					t.Errorf("%s: got holder %+v", tc.name, again.Holder())
				}
			}
		}
	}
}

// A claim that users can write to is an account takeover: Mallory has typed Ada's old id
// into a profile page, and is taken for her by who goes by that. Who goes by the claim
// that only the migration writes, or by the object id, is not fooled.
func TestUserWhoWroteAnothersID(t *testing.T) {
	mallory := sign(t, externalUser.with(fields{"oid": malloryN, edited: oldID}), nil)
	for claim, want := range map[string]string{
		edited:   oldID, // as documented, and why the claim must not be one of these
		migrated: malloryN,
		"":       malloryN,
	} {
		token, err := trustingSources(t, nil, externalWith(t, claim)).Validate(t.Context(), mallory)
		if err != nil {
			t.Fatal(err)
		}
		if id, err := token.UserID(); id != want || err != nil {
			t.Errorf("by claim %q: got %q, %v; want %q", claim, id, err, want)
		}
	}
	// Claims that are known to be users' own can't be named at all.
	for _, claim := range []string{"email", "emails", "name", "preferred_username", "sub", "upn"} {
		a, err := authority.ExternalID("contoso", externalGUID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := validator.New([]authority.Authority{a.WithUserIDClaim(claim)}, externalAPI, nil); err == nil || !strings.Contains(err.Error(), "users can choose it") {
			t.Errorf("%s: got %v", claim, err)
		}
	}
}

// MapUser tells handlers and requirements alike, each time, and of all products.
func TestMapUser(t *testing.T) {
	all := successors(t)
	calls := 0
	var fails error
	var asked []string
	v := trustingSources(t, &validator.Options{
		MapUser: func(_ context.Context, token *validator.Token) (string, error) {
			calls++
			id, _ := token.UserID()
			token.ObjectID = "written to a copy"
			if fails != nil {
				return "", fails
			}
			return map[string]string{"cccccccc-cccc-cccc-cccc-cccccccccccc": oldID}[id], nil
		},
		Requirements: []validator.Requirement{validator.Lookup("asked", func(_ context.Context, token *validator.Token) (bool, error) {
			id, _ := token.UserID()
			asked = append(asked, id)
			return id != malloryN, nil
		})},
	}, all["b2c"], all["external"])
	for name, raw := range map[string]string{"B2C": sign(t, b2cUser, nil), "External ID": sign(t, externalUser, nil)} {
		calls, asked = 0, nil
		for range 3 {
			token, err := v.Validate(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			if id, err := token.UserID(); id != oldID || err != nil || token.Holder().UserID != oldID || token.Verified().Holder().UserID != oldID {
				t.Errorf("%s: got %q, %v", name, id, err)
			}
			if token.ObjectID == "written to a copy" {
				t.Errorf("%s: MapUser writes to the token of others", name)
			}
			route := validator.Func("of the route", func(token *validator.Token) error {
				if id, _ := token.UserID(); id != oldID {
					return errors.New("another one")
				}
				return nil
			})
			if err := route.Check(t.Context(), token); err != nil {
				t.Errorf("%s: a route sees %v", name, err)
			}
		}
		if calls != 3 || strings.Join(asked, " ") != strings.Repeat(oldID+" ", 2)+oldID {
			t.Errorf("%s: called %d times, and a requirement saw %q", name, calls, asked)
		}
		if x := v.Explain(t.Context(), raw); x.Err != nil || calls != 4 {
			t.Errorf("%s: Explain: %v, after %d calls", name, x.Err, calls)
		} else if id, _ := x.Token.UserID(); id != oldID {
			t.Errorf("%s: Explain: got user %q", name, id)
		}
	}
	app := sign(t, externalUser.with(asApp), nil) // of whom nobody knows anything
	if token, err := v.Validate(t.Context(), app); err != nil {
		t.Error(err)
	} else if id, _ := token.UserID(); id != "dddddddd-dddd-dddd-dddd-dddddddddddd" {
		t.Errorf("got %q", id)
	}
	_, err := v.Validate(t.Context(), sign(t, externalUser.with(fields{"oid": malloryN}), nil))
	wantReason(t, "refused by its own id", err, validator.ErrRefused)
	if e, _ := errors.AsType[*validator.Error](err); e == nil || e.Holder == nil || e.Holder.UserID != malloryN {
		t.Errorf("got holder %+v", e)
	}
	calls = 0
	_, err = v.Validate(t.Context(), sign(t, externalUser.with(fields{"aud": contosoAPI}), nil))
	if wantReason(t, "refused before", err, validator.ErrAudience); calls != 0 {
		t.Error("MapUser was asked about a token that is refused")
	}
	fails = &away{after: 7 * time.Second, ok: true}
	_, err = v.Validate(t.Context(), app)
	wantError(t, "MapUser fails", err, validator.ErrUndecided, 7*time.Second)
	if x := v.Explain(t.Context(), app); x.Verdict != validator.Undecided || x.Token != nil || x.Failed() == nil || x.Failed().Requirement != "Options.MapUser" {
		t.Errorf("got %+v", x)
	}
}

func TestIDTokensOfSuccessors(t *testing.T) {
	all := successors(t)
	const accepted = validator.Reason("accept")
	ofProvider := providerUser.with(fields{"aud": webClient, "azp": webClient, "scope": nil, "nonce": "n", "at_hash": "h"})
	for _, tc := range []struct {
		name, at        string
		payload, header fields
		want            validator.Reason
	}{
		{"External ID", "external", externalUser.with(asIDToken), nil, accepted},
		{"External ID, with roles", "external", externalUser.with(asIDToken).with(fields{"roles": []string{"admin"}}), nil, accepted},
		{"External ID, an odd acr", "external", externalUser.with(asIDToken).with(fields{"acr": 7, "tfp": nil}), nil, accepted},
		{"Entra ID", "workforce", workforceUser.with(asIDToken), nil, accepted},
		{"a listed tenant", "list", listedUser.with(asIDToken), nil, accepted},
		{"a tenant that is not listed", "list", listedUser.with(asIDToken).with(fields{"iss": unlistedIssuer, "tid": unlistedGUID}), nil, validator.ErrIssuer},
		{"a listed tenant without tid", "list", listedUser.with(asIDToken).with(fields{"tid": nil}), nil, validator.ErrClaim},
		{"the consumers' key", "personal", listedUser.with(asIDToken), signedBy(consumerKID, "RS256"), validator.ErrUnknownKey},
		{"another tid", "external", externalUser.with(asIDToken).with(fields{"tid": unlistedGUID}), nil, validator.ErrIssuer},
		{"another nonce", "external", externalUser.with(asIDToken).with(fields{"nonce": "m"}), nil, validator.ErrNonce},
		{"another client's", "external", externalUser.with(asIDToken).with(fields{"aud": daemonClient}), nil, validator.ErrAudience},
		{"a user's access token", "external", externalUser.with(fields{"aud": webClient, "nonce": "n"}), nil, validator.ErrNotIDToken},
		{"an app's own token", "external", externalUser.with(asApp).with(fields{"aud": webClient, "azp": webClient, "nonce": "n"}), nil, validator.ErrNotIDToken},
		{"an app's own token without roles", "workforce", workforceUser.with(asApp).with(fields{"aud": webClient, "azp": webClient, "azpacr": nil, "roles": nil}), nil, validator.ErrNotIDToken},
		{"version 1", "external", externalUser.with(asIDToken).with(fields{"ver": "1.0"}), nil, validator.ErrNotIDToken},
		{"a provider", "provider", ofProvider, signedBy(curveKID, "ES256"), accepted},
		{"a provider, with another algorithm", "provider", ofProvider, nil, validator.ErrAlgorithm},
		{"a provider's access token by scope", "provider", ofProvider.with(fields{"scope": "openid"}), signedBy(curveKID, "ES256"), validator.ErrNotIDToken},
		{"a provider's access token by typ", "provider", ofProvider, fields{"kid": curveKID, "alg": "ES256", "typ": "at+jwt"}, validator.ErrNotIDToken},
	} {
		v, err := validator.NewIDTokensFromSources([]jwks.Source{all[tc.at]}, webClient, &validator.IDTokenOptions{Now: staticNow})
		if err != nil {
			t.Fatal(err)
		}
		token, err := v.Validate(t.Context(), sign(t, tc.payload, tc.header), validator.Expected{Nonce: "n"})
		if got := verdictOf(err); got != tc.want.Error() {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.want)
		}
		if err == nil {
			id, err := token.UserID()
			want, tenant := "cccccccc-cccc-cccc-cccc-cccccccccccc", tc.payload["tid"]
			if tc.at == "provider" {
				want, tenant = "248289761001", ""
			}
			if id != want || err != nil || token.TenantID() != tenant || token.Flow != "" {
				t.Errorf("%s: got user %q, %v, tenant %q", tc.name, id, err, token.TenantID())
			}
		}
		_ = v.Close()
	}
}
