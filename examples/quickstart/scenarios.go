// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// scenario is one row of the table.
type scenario struct {
	name   string
	method string // with path
	token  func(context.Context, *emulator.Server) (string, error)
	status int
	reason error // nil if the request passes
}

const (
	tasks = "GET /tasks"
	jobs  = "POST /jobs"
)

var scenarios = []scenario{
	{"a user's token", tasks, mint(emulator.Spec{Flow: "B2C_1_susi"}), 200, nil},
	{"custom policy, keys of its own", tasks, mint(emulator.Spec{Flow: "B2C_1A_partner"}), 200, nil},
	{"daemon, client credentials", jobs, clientCredentials, 200, nil},
	{"no token", tasks, func(context.Context, *emulator.Server) (string, error) { return "", nil }, 401, guard.ErrNoCredential},
	{"expired", tasks, mint(emulator.Spec{IssuedAt: time.Now().Add(-2 * time.Hour), Lifetime: time.Hour}), 401, validator.ErrExpired},
	{"wrong audience", tasks, mint(emulator.Spec{Audience: "11111111-2222-3333-4444-555555555555"}), 401, validator.ErrAudience},
	{"other tenant, same signing key", tasks, otherTenant, 401, validator.ErrIssuer},
	{"password-reset flow's token", tasks, mint(emulator.Spec{Flow: "B2C_1_reset"}), 401, validator.ErrFlow},
	{"ID token", tasks, idToken, 401, validator.ErrNotAccessToken},
	{"altered by one character", tasks, altered, 401, validator.ErrSignature},
	{"missing scope", tasks, mint(emulator.Spec{Scopes: []string{"tasks.write"}}), 403, validator.ErrScopeRequired},
	{"key rotated a moment ago", tasks, rotated, 200, nil},
}

func mint(spec emulator.Spec) func(context.Context, *emulator.Server) (string, error) {
	return func(_ context.Context, b2c *emulator.Server) (string, error) { return b2c.Mint(spec) }
}

// idToken is the one of an app that is client and API in one, so that its
// audience is right and only its kind is wrong.
func idToken(_ context.Context, b2c *emulator.Server) (string, error) {
	return b2c.Mint(emulator.Spec{Kind: emulator.IDToken, Audience: b2c.API().ID})
}

// otherTenant is what a stranger gets who opens a B2C tenant of his own and
// registers an app there: B2C signs for both with the same key.
func otherTenant(_ context.Context, b2c *emulator.Server) (string, error) {
	stranger := emulator.NewTenant(&emulator.Options{Name: "fabrikam", SharedKeysWith: b2c.Tenant})
	return stranger.Mint(emulator.Spec{Audience: b2c.API().ID, Scopes: []string{"tasks.read"}})
}

func altered(_ context.Context, b2c *emulator.Server) (string, error) {
	raw, err := b2c.Mint(emulator.Spec{})
	if err != nil {
		return "", err
	}
	i := strings.LastIndexByte(raw, '.') + 1
	other := byte('A')
	if raw[i] == other {
		other = 'B'
	}
	return raw[:i] + string(other) + raw[i+1:], nil
}

func rotated(_ context.Context, b2c *emulator.Server) (string, error) {
	b2c.Rotate(emulator.UserFlowKeys, false)
	return b2c.Mint(emulator.Spec{})
}

// clientCredentials asks the emulator's token endpoint as a daemon would.
func clientCredentials(ctx context.Context, b2c *emulator.Server) (token string, err error) {
	daemon := b2c.Daemon()
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {daemon.ID},
		"client_secret": {daemon.Secret},
		"scope":         {b2c.API().URI + "/.default"},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b2c.TokenURL("B2C_1_susi"), strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := b2c.Client().Do(req)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		return "", errors.Join(errors.New("the token endpoint answered "+resp.Status), err)
	}
	return answer.AccessToken, nil
}
