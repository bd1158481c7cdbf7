// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// Acquired is a token that a daemon has got, looked up again: by this kit, and in the
// least that a cache of tokens can be. Whoever has it closes it.
type Acquired struct {
	app   *acquire.App
	scope string
	bare  guardedMap
}

// NewAcquired gets the token, from an emulated tenant.
func NewAcquired() (*Acquired, error) {
	b2c := emulator.NewTenant(nil)
	known, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		return nil, err
	}
	app, err := acquire.NewConfidential(known.Flow("B2C_1_susi"), b2c.Daemon().ID, acquire.Secret(b2c.Daemon().Secret),
		&acquire.Options{Transport: b2c.Transport()})
	if err != nil {
		return nil, err
	}
	a := &Acquired{app: app, scope: "https://contoso.onmicrosoft.com/tasks/.default"}
	token, err := app.Token(context.Background(), a.scope)
	if err != nil {
		return nil, errors.Join(err, app.Close())
	}
	a.bare.tokens = map[string]*oauth2.Token{a.scope: token}
	return a, nil
}

// Close ends what the kit keeps running.
func (a *Acquired) Close() error { return a.app.Close() }

// Token is what App.Token does.
func (a *Acquired) Token() error {
	_, err := a.app.Token(context.Background(), a.scope)
	return err
}

// Map looks into a map behind a mutex, checks the time and copies.
func (a *Acquired) Map() error {
	_, err := a.bare.token(a.scope)
	return err
}

type guardedMap struct {
	mu     sync.Mutex
	tokens map[string]*oauth2.Token
}

func (m *guardedMap) token(scope string) (*oauth2.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tokens[scope]
	if t == nil || !time.Now().Before(t.Expiry) {
		return nil, errors.New("no token")
	}
	c := *t
	return &c, nil
}
