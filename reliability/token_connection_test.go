// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// badTokenConnections are the ways for the connection of a token request to be bad.
func badTokenConnections() (cases []testCase) {
	for _, c := range []badConnection{{}, {dead: true}, {warm: true}, {warm: true, dead: true}} {
		mine, theirs := c, c
		theirs.users = true
		cases = append(cases, testCase{name: c.name(), run: mine.runToken}, testCase{name: c.name() + ", a user's transport", run: theirs.runToken})
	}
	return cases
}

// runToken has a daemon ask for tokens over a bad connection.
func (c badConnection) runToken(t *testing.T, f *figures) {
	done := settingUp()
	defer done()
	opts := emulator.DefaultOptions()
	opts.Apps = append(opts.Apps, emulator.App{Name: "stock", URI: "https://contoso.onmicrosoft.com/stock", Roles: []string{"count"}})
	for i := range opts.Apps {
		if a := &opts.Apps[i]; len(a.Granted) > 0 && len(a.RedirectURIs) == 0 {
			a.Granted = append(a.Granted, "https://contoso.onmicrosoft.com/stock/count")
		}
	}
	s := newSiteOf(t, opts)
	line, client := s.overRelay(t), s.transport(t)
	dying := &handshakes{line: line, done: make(chan struct{})}
	client.TLSClientConfig.VerifyConnection = func(tls.ConnectionState) error { dying.end(); return nil }
	tenant, err := authority.B2C("contoso", tenantID)
	if err != nil {
		t.Fatal(err)
	}
	daemon := s.Daemon()
	open := func(opts *acquire.Options) (app *acquire.App) {
		opts.Logger = slog.New(slog.DiscardHandler)
		app, err = acquire.NewConfidential(tenant.Flow(susi), daemon.ID, acquire.Secret(daemon.Secret), opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = app.Close() })
		return app
	}
	var app *acquire.App
	if c.users {
		app = open(&acquire.Options{Transport: client})
	} else {
		asDefaultTransport(client, func() { app = open(&acquire.Options{}) })
	}
	if c.warm { // by a token for another API
		if _, err := app.Token(t.Context(), "https://contoso.onmicrosoft.com/stock/.default"); err != nil {
			t.Fatal(err)
		}
	}
	connections := s.dials.Load()
	switch {
	case !c.dead:
		s.fails(t, emulator.Fault{Kind: emulator.FaultStuck})
	case c.warm:
		line.Silence()
	default:
		dying.expect(1)
	}
	done()
	start, calls := time.Now(), 0
	for err = errors.New("not yet"); err != nil && calls < 10; calls++ {
		if calls > 0 {
			<-time.After(time.Second)
		}
		_, err = app.Token(t.Context(), "https://contoso.onmicrosoft.com/tasks/.default")
	}
	if c.users {
		f.took("with the program's transport", time.Since(start), busy(15*time.Second))
	} else {
		f.took("first token", time.Since(start), busy(10*time.Second))
	}
	f.counted("connections", int(s.dials.Load()-connections), 3)
}
