// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// asking is requests under way that get no answer.
type asking struct {
	t      *testing.T
	cancel context.CancelFunc
	wg     sync.WaitGroup
	mu     sync.Mutex
	all    []seen
}

// askInVain sends a GET to each of the URLs, which must not be answered before
// leave is called. It returns when all are sent.
func askInVain(t *testing.T, c *http.Client, urls ...string) *asking {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	a := &asking{t: t, cancel: cancel}
	t.Cleanup(cancel)
	sent := make(chan struct{}, len(urls))
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent <- struct{}{} }})
	for _, url := range urls {
		a.wg.Go(func() {
			got := ask(ctx, c, url)
			a.mu.Lock()
			defer a.mu.Unlock()
			a.all = append(a.all, got)
		})
	}
	for range urls {
		<-sent
	}
	return a
}

// leave gives the requests up, and returns the connections that they were on.
func (a *asking) leave() (over []string) {
	a.t.Helper()
	a.cancel()
	a.wg.Wait()
	for _, got := range a.all {
		if !errors.Is(got.err, context.Canceled) {
			a.t.Errorf("got %v and status %d, want no answer until the client leaves", got.err, got.status)
		}
		over = append(over, got.over)
	}
	slices.Sort(over)
	return slices.Compact(over)
}

func stuck(times int) emulator.Fault { return emulator.Fault{Kind: emulator.FaultStuck, Times: times} }

// TestStuck: over HTTP/2 the connection is stuck for all that comes over it,
// whatever that asks for, and also when nothing is under way any more; others
// are good.
func TestStuck(t *testing.T) {
	contoso, fabrikam := emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	fallback := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("fallback")) })
	s := start(t, &emulator.ServerOptions{Fallback: fallback}, contoso, fabrikam)
	const path = "/B2C_1_susi/discovery/v2.0/keys"
	keys := s.URL + "/contoso.onmicrosoft.com" + path
	metadata := s.URL + "/contoso.onmicrosoft.com" + documentPath

	client := newClient(t, s)
	contoso.MustSetFaults(emulator.Fault{Kind: emulator.FaultStuck, Endpoint: emulator.KeysEndpoint, Flow: "b2c_1_SUSI", Times: 1})
	before := ask(t.Context(), client, metadata)
	equal(t, "before", before.status, 200)
	equal(t, "another flow", ask(t.Context(), client, strings.Replace(keys, "B2C_1_susi", "B2C_1_edit", 1)).status, 200)
	first := askInVain(t, client, keys)
	await(t, "the connection is stuck", func() bool { return len(contoso.Faults()) == 0 })

	// Several are under way, of which some leave.
	contoso.MustSetFaults()
	arrived := contoso.Counts()
	more := []string{keys, metadata, s.URL + "/contoso.onmicrosoft.com/B2C_1_none" + path, s.URL + "/fabrikam.onmicrosoft.com" + path}
	later := askInVain(t, client, more...)
	await(t, "they arrive", func() bool {
		c := contoso.Counts()
		return c.Keys+c.Metadata+c.NotFound == arrived.Keys+arrived.Metadata+arrived.NotFound+3 && fabrikam.Counts().Keys == 1
	})
	atRoot := askInVain(t, client, s.URL+"/")
	equalList(t, "the first one", first.leave(), []string{before.over})
	fresh := ask(t.Context(), newClient(t, s), keys)
	equal(t, "a new connection", fresh.status, 200)
	equalList(t, "later ones", later.leave(), []string{before.over})
	equalList(t, "the fallback", atRoot.leave(), []string{before.over})
	last := askInVain(t, client, keys)
	await(t, "it arrives", func() bool { return contoso.Counts().Keys == arrived.Keys+3 })
	await(t, "those that left are over", func() bool { return len(contoso.Requests()) == 7 })
	equalList(t, "alone", last.leave(), []string{before.over})
	equal(t, "a new connection", ask(t.Context(), newClient(t, s), keys).status, 200)

	s.Close()
	var got []string
	for _, r := range contoso.Requests() {
		got = append(got, fmt.Sprintf("%s %d %v", r.Endpoint, r.Status, r.Faults))
	}
	slices.Sort(got)
	equalList(t, "requests", got, []string{
		" 0 [stuck]", "keys 0 [stuck]", "keys 0 [stuck]", "keys 0 [stuck]",
		"keys 200 []", "keys 200 []", "keys 200 []", "metadata 0 [stuck]", "metadata 200 []",
	})
}

// TestStuckCountsConnections: Times is not how many requests, of which HTTP/2
// has many on one connection.
func TestStuckCountsConnections(t *testing.T) {
	for _, p := range protocols {
		s := start(t, p.how, emulator.NewTenant(nil))
		s.MustSetFaults(emulator.Fault{Kind: emulator.FaultStuck, Endpoint: emulator.KeysEndpoint, Times: 2})
		client := newClient(t, s)
		before := ask(t.Context(), client, metadataURL)
		equal(t, p.name, before.proto, p.name)
		all := []*asking{askInVain(t, client, keysURL)}
		await(t, "the first is stuck", func() bool { return s.Faults()[0].Times == 1 })
		if p.name == "HTTP/2.0" {
			all = append(all, askInVain(t, client, keysURL, keysURL))
			await(t, "more on it arrive", func() bool { return s.Counts().Keys == 3 })
		}
		equal(t, p.name+": left", s.Faults()[0].Times, 1)
		second := askInVain(t, newClient(t, s), keysURL)
		await(t, "the second is stuck", func() bool { return len(s.Faults()) == 0 })
		equal(t, p.name+": the third", ask(t.Context(), newClient(t, s), keysURL).status, 200)
		for _, a := range all {
			equalList(t, p.name+": the first", a.leave(), []string{before.over})
		}
		equal(t, p.name+": the second", slices.Contains(second.leave(), before.over), false)

		// With no number it is one.
		s.MustSetFaults(emulator.Fault{Kind: emulator.FaultStuck})
		arrived := s.Counts().Metadata
		last := askInVain(t, newClient(t, s), metadataURL)
		await(t, "it arrives", func() bool { return s.Counts().Metadata > arrived })
		equal(t, p.name+": another", ask(t.Context(), newClient(t, s), metadataURL).status, 200)
		last.leave()
	}
}

// TestStuckMeanwhile: a request is stuck too that had begun to arrive before.
func TestStuckMeanwhile(t *testing.T) {
	s := start(t, nil, emulator.NewTenant(nil))
	s.MustSetFaults(emulator.Fault{Kind: emulator.FaultStuck, Endpoint: emulator.KeysEndpoint, Times: 1})
	client := newClient(t, s)
	before := ask(t.Context(), client, metadataURL)
	body, send := io.Pipe()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, tokenURL, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var wg sync.WaitGroup
	wg.Go(func() {
		answer, err := client.Do(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		equal(t, "given up", errors.Is(err, context.Canceled), true)
	})
	await(t, "it begins to arrive", func() bool { return s.Counts().Token == 1 })
	first := askInVain(t, client, keysURL)
	await(t, "the connection is stuck", func() bool { return len(s.Faults()) == 0 })
	if _, err := io.WriteString(send, clientCredentials(s.Tenant).Encode()); err != nil {
		t.Fatal(err)
	}
	_ = send.Close()
	equal(t, "another connection", ask(t.Context(), newClient(t, s), keysURL).status, 200)
	equalList(t, "the first", first.leave(), []string{before.over})
	cancel()
	wg.Wait()
	await(t, "all are over", func() bool { return len(s.Requests()) == 4 })
	for _, r := range s.Requests() {
		if r.Endpoint == emulator.TokenEndpoint {
			equal(t, "status", r.Status, 0)
			equal(t, "faults", slices.Equal(r.Faults, []emulator.FaultKind{emulator.FaultStuck}), true)
		}
	}
}

// Whoever gives a request up over HTTP/1.1 gives the connection up.
func TestStuckOverHTTP1(t *testing.T) {
	for _, how := range []*emulator.ServerOptions{{HTTP1: true}, {Plain: true}} {
		tenant := emulator.NewTenant(nil)
		s := start(t, how, tenant)
		client := newClient(t, s)
		metadata, keys := s.URL+"/contoso.onmicrosoft.com"+documentPath, s.URL+"/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys"
		before := ask(t.Context(), client, metadata)
		s.MustSetFaults(stuck(1))
		first := askInVain(t, client, keys)
		await(t, "the connection is stuck", func() bool { return len(s.Faults()) == 0 })
		meanwhile := ask(t.Context(), client, keys)
		equalList(t, "stuck", first.leave(), []string{before.over})
		equal(t, "meanwhile", meanwhile.status, 200)
		after := ask(t.Context(), client, keys)
		equal(t, "afterwards", after.status, 200)
		equal(t, "on another connection", after.over != before.over && meanwhile.over != before.over, true)
	}
}

// TestStuckInterceptor: it doesn't get to answer what comes over a stuck
// connection.
func TestStuckInterceptor(t *testing.T) {
	s := start(t, nil, emulator.NewTenant(nil))
	client := newClient(t, s)
	before := ask(t.Context(), client, metadataURL)
	s.MustSetFaults(stuck(1))
	first := askInVain(t, client, keysURL)
	await(t, "the connection is stuck", func() bool { return len(s.Faults()) == 0 })
	s.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusTeapot) })
	second := askInVain(t, client, keysURL)
	await(t, "it arrives", func() bool { return s.Counts().Keys == 2 })
	equal(t, "another", ask(t.Context(), newClient(t, s), keysURL).status, http.StatusTeapot)
	first.leave()
	equalList(t, "the same", second.leave(), []string{before.over})
}

// TestStuckNeedsConnections: in process there are none to stick.
func TestStuckNeedsConnections(t *testing.T) {
	tenant := emulator.NewTenant(nil)
	const refused = "emulator: faults[0].Kind: stuck needs connections, and tenant contoso is on no Server"
	wantRefused := func(when string) {
		t.Helper()
		if err := tenant.SetFaults(stuck(1)); err == nil || err.Error() != refused {
			t.Errorf("%s: got %v, want %s", when, err, refused)
		}
	}
	wantRefused("in process alone")
	s := start(t, nil, tenant)
	if err := tenant.SetFaults(stuck(1)); err != nil {
		t.Errorf("on a server: %v", err)
	}
	equal(t, "in process", get(t, tenant.Client(), keysURL).status, 200)
	equal(t, "left", tenant.Faults()[0].Times, 1)

	// Not even with the context of a request that came over a connection.
	var inner seen
	s.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Query().Has("inner") {
			ctx, cancel := context.WithTimeout(r.Context(), patience)
			defer cancel()
			inner = ask(ctx, tenant.Client(), keysURL)
			return
		}
		next.ServeHTTP(w, r)
	})
	equal(t, "over a connection", ask(t.Context(), s.Client(), keysURL+"?inner").status, 200)
	equal(t, "in process within", inner.status, 200)
	equal(t, "left", tenant.Faults()[0].Times, 1)
	s.Close()
	wantRefused("after Close")
}

// TestStuckClose: a server ends all the same.
func TestStuckClose(t *testing.T) {
	for _, p := range protocols {
		s := start(t, p.how, emulator.NewTenant(nil))
		s.MustSetFaults(emulator.Fault{Kind: emulator.FaultStuck, Endpoint: emulator.KeysEndpoint, Times: 3})
		client := newClient(t, s)
		before := ask(t.Context(), client, metadataURL)
		equal(t, p.name, before.proto, p.name)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if got := ask(t.Context(), client, keysURL); got.err == nil {
					t.Errorf("%s: got status %d, want none", p.name, got.status)
				}
			})
		}
		await(t, "all arrive", func() bool { return s.Counts().Keys == 3 })
		s.Close() // gives up on handlers that don't return, which would leave no record
		equal(t, p.name+": requests that ended", len(s.Requests()), 4)
		wg.Wait()
	}
}
