// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// A validator trusts flows of one tenant. Here an emulated tenant answers in
// place of Azure; without the Transport, the real one would.
func ExampleNew() {
	b2c := emulator.NewTenant(nil)

	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi", "B2C_1A_partner"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()

	// A user's token, as it comes in an Authorization header.
	token, err := v.Validate(context.Background(), b2c.MustMint(emulator.Spec{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Name, token.Flow, token.Scopes)

	// The password-reset flow of the same tenant signs with the same key.
	_, err = v.Validate(context.Background(), b2c.MustMint(emulator.Spec{Flow: "B2C_1_reset"}))
	fmt.Println(errors.Is(err, validator.ErrFlow))
	// Output:
	// Ada Example B2C_1_susi [tasks.read tasks.write]
	// true
}

// An API that is registered in two tenants has a client id in each. The
// authorities name them, and the audience given to New is empty.
func ExampleNew_twoTenants() {
	europe, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	america, err := authority.B2C("fabrikam", "99999999-9999-4999-8999-999999999999")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := validator.New(append(
		europe.WithAudiences("90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6").Flows("B2C_1_susi"),
		america.WithAudiences("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").Flows("B2C_1_susi")...), "", nil)
	fmt.Println(v != nil, err)
	if v != nil {
		_ = v.Close()
	}
	// All mistakes come at once, a line each.
	_, err = validator.New(europe.Flows("B2C_1_susi", "sign-in"), "https://contoso.onmicrosoft.com/tasks", &validator.Options{Leeway: 5})
	fmt.Println(err)
	// Output:
	// true <nil>
	// validator: trusted: authority: flow: "sign-in" is not the name of a user flow (B2C_1_…) or custom policy (B2C_1A_…)
	// validator: audience: "https://contoso.onmicrosoft.com/tasks" is an App ID URI; B2C puts the API's application (client) id into aud
	// validator: Options.Leeway: 5 has lost its unit; want 5*time.Second
}

// An API and an app that signs users in share the keys of a flow: whoever made the
// cache closes it, behind both.
func ExampleNewFromSources() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := jwks.New(tenant.Flow("B2C_1_susi"), &jwks.Options{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer keys.Close()
	api, err := validator.NewFromSources([]jwks.Source{keys}, "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer api.Close()
	app, err := validator.NewIDTokensFromSources([]jwks.Source{keys}, b2c.Web().ID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer app.Close()

	_, apiErr := api.Validate(context.Background(), b2c.MustMint(emulator.Spec{}))
	_, appErr := app.Validate(context.Background(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken}), validator.Expected{})
	fmt.Println(apiErr, appErr, keys.State().KeyFetches)
	// Output: <nil> <nil> 1
}

// Tenants sign up and leave while the API serves.
func ExampleValidator_Update() {
	v, err := validator.New(nil, "", &validator.Options{Updatable: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()

	contoso, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	// What an operator has typed in is checked before anything of it counts.
	for _, audience := range []string{"https://contoso.onmicrosoft.com/tasks", "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"} {
		err = v.Update(func(t *validator.Trust) error {
			t.Authorities = append(t.Authorities, contoso.WithAudiences(audience).Flow("B2C_1_susi"))
			return nil
		})
		fmt.Println(len(v.Trust().Authorities), err)
	}
	err = v.Update(func(t *validator.Trust) error {
		t.Authorities = slices.DeleteFunc(t.Authorities, func(a authority.Authority) bool { return a.TenantID() == contoso.ID() })
		return nil
	})
	fmt.Println(len(v.Trust().Authorities), err)
	// Output:
	// 0 validator: Trust.Authorities: audience of https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi: "https://contoso.onmicrosoft.com/tasks" is an App ID URI; B2C puts the API's application (client) id into aud
	// 1 <nil>
	// 0 <nil>
}

// A look-up can say no, and it can fail: then nothing is known of the user, who
// is asked to come again (HTTP 503) instead of being sent away (403).
func ExampleLookup() {
	blocked := map[string]bool{"bob": true}
	notBlocked := validator.Lookup("user is not blocked", func(ctx context.Context, t *validator.Token) (bool, error) {
		if err := ctx.Err(); err != nil { // what a database would return
			return false, err
		}
		return !blocked[t.ObjectID], nil
	})
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	fmt.Println(notBlocked.Check(context.Background(), &validator.Token{ObjectID: "ada"}))
	fmt.Println(notBlocked.Check(context.Background(), &validator.Token{ObjectID: "bob"}))
	fmt.Println(notBlocked.Check(ended, &validator.Token{ObjectID: "ada"}))
	// Output:
	// <nil>
	// token refused: refused: user is not blocked
	// token not validated: undecided: user is not blocked: context canceled
}

// A route that would refuse everybody is found at start-up.
func ExampleValidator_CanSatisfy() {
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()
	fmt.Println(v.CanSatisfy(validator.AnyOf(validator.Role("admin"), validator.Scope("tasks.admin"))))
	fmt.Println(v.CanSatisfy(validator.Flow("B2C_1_edit")))
	// Output:
	// <nil>
	// validator: no token that is accepted here can satisfy Flow("B2C_1_edit"); trusted: https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi
}

// Branch on the kind of an error, and log its text: that is for operators.
func ExampleError() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()

	// An ID token, sent by mistake, in an app that is client and API in one.
	_, err = v.Validate(context.Background(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Audience: "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"}))
	if e, ok := errors.AsType[*validator.Error](err); ok {
		fmt.Println(e.Reason, e.Claim, e.Reason.Kind() == validator.InvalidToken)
		fmt.Println(e.Detail)
	}
	// Output:
	// not_access_token scp true
	// the token has no scp, which every access token of B2C has; this looks like an ID token: the client must send the access token
}

// An app that signs users in checks the ID tokens it gets back.
func ExampleIDTokens() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	app := b2c.Web().ID
	v, err := validator.NewIDTokens(tenant.Flows("B2C_1_susi"), app, &validator.IDTokenOptions{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()

	// The answer to a sign-in that was begun with this nonce.
	answer := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Claims: map[string]any{"nonce": "n-7f3a5c1d9e"}})
	token, err := v.Validate(context.Background(), answer, validator.Expected{Nonce: "n-7f3a5c1d9e"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Name, token.Flow)

	// The same answer, sent to a sign-in that somebody else has begun.
	_, err = v.Validate(context.Background(), answer, validator.Expected{Nonce: "n-another"})
	fmt.Println(errors.Is(err, validator.ErrNonce))
	// Output:
	// Ada Example B2C_1_susi
	// true
}

// Requirements say what a route asks of a token beyond being good.
func ExampleRequirement() {
	token := &validator.Token{
		Flow: "B2C_1_susi", Scopes: []string{"tasks.read"}, AuthTime: time.Now().Add(-time.Hour),
	}
	for _, r := range []validator.Requirement{
		validator.Scope("tasks.read"),
		validator.Scope("tasks.read", "tasks.write"),
		validator.AllOf(validator.Flow("B2C_1_susi", "B2C_1A_partner"), validator.AnyScope("tasks.read", "tasks.admin")),
		validator.SignedInWithin(15 * time.Minute),
	} {
		err := r.Check(context.Background(), token)
		if e, ok := errors.AsType[*validator.Error](err); ok {
			fmt.Println(e.Reason, e.Scopes, e.MaxAge)
			continue
		}
		fmt.Println("fine")
	}
	// Output:
	// fine
	// scope_required [tasks.read tasks.write] 0s
	// fine
	// sign_in_too_old [] 15m0s
}

func ExampleToken_Claims() {
	// In tests, a token may be made of claims that nobody signed.
	token, err := validator.InsecureTokenFromClaims([]byte(`{"oid":"cccccccc-cccc-cccc-cccc-cccccccccccc","extension_LoyaltyTier":"gold"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var own struct {
		Tier string `json:"extension_LoyaltyTier"`
	}
	err = token.Claims(&own)
	fmt.Println(own.Tier, err)
	fmt.Println(token.UserID())
	// Output:
	// gold <nil>
	// cccccccc-cccc-cccc-cccc-cccccccccccc <nil>
}

// A daemon's token names no flow. It is accepted from clients that are named,
// and fails every Flow requirement.
func ExampleOptions_allowMissingFlow() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", &validator.Options{
		AllowMissingFlow: []string{b2c.Daemon().ID},
		Transport:        b2c.Transport(), Logger: quiet,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()
	token, err := v.Validate(context.Background(), b2c.MustMint(emulator.Spec{Kind: emulator.AppToken}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("flow %q, app roles %q\n", token.Flow, token.Scopes)
	fmt.Println(validator.Flow("B2C_1_susi").Check(context.Background(), token) == nil)
	// Output:
	// flow "", app roles ["jobs.run"]
	// false
}
