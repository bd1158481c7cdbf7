// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// tokenForm is the request of the default tenant's daemon for a token.
func tokenForm(b2c *emulator.Tenant, secret string) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {b2c.Daemon().ID}, "client_secret": {secret}, "scope": {b2c.API().URI + "/.default"},
	}
}

func get(tb testing.TB, c *http.Client, address string) {
	tb.Helper()
	resp, err := c.Get(address)
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

func post(tb testing.TB, c *http.Client, address string, form url.Values) {
	tb.Helper()
	resp, err := c.PostForm(address, form)
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

func TestAFailedTestLogsTheRequests(t *testing.T) {
	for name, make := range map[string]func(testing.TB) *emulator.Tenant{
		"New":            func(tb testing.TB) *emulator.Tenant { return emulatortest.New(tb, nil) },
		"NewServer":      func(tb testing.TB) *emulator.Tenant { return emulatortest.NewServer(tb, nil).Tenant },
		"NewPlainServer": func(tb testing.TB) *emulator.Tenant { return emulatortest.NewPlainServer(tb, nil).Tenant },
	} {
		f := try(t, func(tb testing.TB) {
			b2c := make(tb)
			if name == "NewPlainServer" {
				tb.Errorf("failed")
				return
			}
			get(tb, b2c.Client(), b2c.MetadataURL(""))
			get(tb, b2c.Client(), "https://contoso.b2clogin.com/no%0abody?x=1")
			post(tb, b2c.Client(), b2c.TokenURL(""), tokenForm(b2c, "wr0ng"))
			emulatortest.SetFaults(tb, b2c, emulator.Fault{Kind: emulator.FaultDown})
			if resp, err := b2c.Client().Get(b2c.JWKSURL("")); err == nil {
				_ = resp.Body.Close()
			}
			tb.Errorf("failed")
		})
		got := strings.Join(f.logs, "\n")
		if name == "NewPlainServer" {
			equal(t, name, got, "tenant contoso has answered no request")
			continue
		}
		contains(
			t, name, got, "requests that tenant contoso has answered:\n\t#1 ",
			" GET metadata B2C_1_susi -> 200", ` GET contoso.b2clogin.com/no\u000abody x=1 -> 404`,
			" POST token B2C_1_susi client_id=", " client_secret=… grant_type=client_credentials scope=https://contoso.onmicrosoft.com/tasks/.default -> 400 AADB2C90081",
			" GET keys B2C_1_susi -> no answer", " fault=down",
		)
		equal(t, name+": lines", strings.Count(got, "\n"), 4)
		if strings.Contains(got, "wr0ng") {
			t.Errorf("%s: the log tells the secret: %s", name, got)
		}
	}
}

func TestAGoodTestLogsNothing(t *testing.T) {
	f := try(t, func(tb testing.TB) {
		b2c := emulatortest.New(tb, nil)
		get(tb, b2c.Client(), b2c.MetadataURL(""))
	})
	equal(t, "logs", len(f.logs), 0)
	equal(t, "failed", f.failed, false)
}

func TestContradictoryOptionsEndTheTest(t *testing.T) {
	wrong := &emulator.Options{Flows: []emulator.Flow{{Name: "susi"}}}
	for name, f := range map[string]*fake{
		"New":            try(t, func(tb testing.TB) { emulatortest.New(tb, wrong) }),
		"NewServer":      try(t, func(tb testing.TB) { emulatortest.NewServer(tb, wrong) }),
		"NewPlainServer": try(t, func(tb testing.TB) { emulatortest.NewPlainServer(tb, wrong) }),
	} {
		wantEnd(t, name, f, "emulatortest."+name+": emulator: ", "Flows[0]")
	}
}

func TestServersEndWithTheTest(t *testing.T) {
	for name, start := range map[string]func(testing.TB, *emulator.Options) *emulator.Server{
		"https": emulatortest.NewServer, "http": emulatortest.NewPlainServer,
	} {
		var server *emulator.Server
		f := try(t, func(tb testing.TB) {
			server = start(tb, nil)
			get(tb, server.Client(), server.MetadataURL(""))
		})
		equal(t, name+": failed", f.failed, false)
		if resp, err := server.Client().Get(server.MetadataURL("")); err == nil {
			resp.Body.Close()
			t.Errorf("%s: got an answer after the test, want none", name)
		}
	}
}

func TestMintAndClaims(t *testing.T) {
	b2c := emulatortest.New(t, nil)
	claims := emulatortest.Claims(t, emulatortest.Mint(t, b2c, emulator.Spec{Scopes: []string{"tasks.read"}}))
	equal(t, "scp", claims["scp"], any("tasks.read"))
	equal(t, "aud", claims["aud"], any(b2c.API().ID))

	f := try(t, func(tb testing.TB) { emulatortest.Mint(tb, b2c, emulator.Spec{Flow: "B2C_1_none"}) })
	wantEnd(t, "Mint", f, "emulatortest.Mint: emulator: ", "B2C_1_none")
	for name, token := range map[string]string{
		"2 parts": "a.b", "base64url": "a.!s3cret!.c", "JSON": "a.c2VjcmV0.c", "JSON object": "a.bnVsbA.c",
	} {
		f := try(t, func(tb testing.TB) { emulatortest.Claims(tb, token) })
		wantEnd(t, token, f, "emulatortest.Claims: ", name)
		if strings.Contains(strings.Join(f.messages, ""), "s3cret") {
			t.Errorf("the message tells the token: %q", f.messages)
		}
	}
}

func TestFaultsEndWithTheTest(t *testing.T) {
	b2c := emulatortest.New(t, nil)
	f := try(t, func(tb testing.TB) {
		emulatortest.SetFaults(tb, b2c, emulator.Fault{Kind: emulator.FaultDown})
		equal(t, "faults", len(b2c.Faults()), 1)
	})
	equal(t, "failed", f.failed, false)
	equal(t, "faults after the test", len(b2c.Faults()), 0)

	f = try(t, func(tb testing.TB) { emulatortest.SetFaults(tb, b2c, emulator.Fault{Kind: "flood"}) })
	wantEnd(t, "a wrong fault", f, `emulatortest.SetFaults: emulator: faults[0].Kind: "flood" is no kind of fault`)
}
