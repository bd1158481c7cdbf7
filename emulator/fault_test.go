// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// clientCredentials is a good token request of the daemon.
func clientCredentials(b2c *emulator.Tenant) url.Values {
	return form("grant_type", "client_credentials", "client_id", b2c.Daemon().ID, "client_secret", b2c.Daemon().Secret, "scope", defaultScope)
}

func TestThrottled(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	ask := func(want int, retryAfter string) {
		t.Helper()
		r := post(t, b2c.Client(), tokenURL, clientCredentials(b2c))
		equal(t, "status", r.status, want)
		equal(t, "Retry-After", r.header.Get("Retry-After"), retryAfter)
		if want == 429 {
			e := decode[map[string]string](t, r.body)
			wantDescription(t, "body", e["error"], e["error_description"], "temporarily_unavailable", "AADB2C90229: Too many requests. Try again later.")
		}
	}
	throttled := func(after time.Duration, times int) emulator.Fault {
		return emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: after, Times: times}
	}
	ask(200, "")
	b2c.MustSetFaults(throttled(0, 2))
	ask(429, "")
	equal(t, "keys", get(t, b2c.Client(), keysURL).status, 200)
	equal(t, "wrong method", get(t, b2c.Client(), tokenURL).status, 405)
	equal(t, "left", b2c.Faults()[0].Times, 1)
	ask(429, "")
	equal(t, "left", len(b2c.Faults()), 0)
	ask(200, "")
	b2c.MustSetFaults(throttled(1500*time.Millisecond, 1), throttled(time.Minute, 0))
	ask(429, "2")
	for range 5 {
		ask(429, "60")
	}
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled})
	ask(429, "")
	r := get(t, b2c.Client(), keysURL)
	equal(t, "keys", r.status, 429)
	equal(t, "type", r.header.Get("Content-Type"), "text/html; charset=utf-8")
	b2c.MustSetFaults()
	ask(200, "")
	equal(t, "counts", b2c.Counts(), emulator.Counts{Keys: 2, Token: 13})
}

// outcome is what a client sees of an answer.
func outcome(t *testing.T, b2c *emulator.Tenant, method, url string) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(clientCredentials(b2c).Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := b2c.Client().Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

func TestFaults(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	endpoints := []struct{ method, url string }{
		{http.MethodGet, metadataURL},
		{http.MethodGet, keysURL},
		{http.MethodPost, tokenURL},
		{http.MethodGet, authorizeURL},
		{http.MethodGet, logoutURL},
	}
	for _, row := range []struct {
		fault  emulator.Fault
		status int // 0: no answer
		cut    bool
		holds  string
	}{
		{emulator.Fault{Kind: emulator.FaultDown}, 0, true, ""},
		{emulator.Fault{Kind: emulator.FaultServerError}, 500, false, "<html>"},
		{emulator.Fault{Kind: emulator.FaultServerError, Status: 503, RetryAfter: time.Second}, 503, false, "<html>"},
		{emulator.Fault{Kind: emulator.FaultHTML}, 200, false, "<html>"},
	} {
		b2c.MustSetFaults(row.fault)
		for _, e := range endpoints {
			status, body, err := outcome(t, b2c, e.method, e.url)
			if status != row.status || (err != nil) != row.cut || !strings.Contains(body, row.holds) {
				t.Errorf("%s at %s: got %d, %v and %q", row.fault.Kind, e.url, status, err, body)
			}
		}
		status, _, err := outcome(t, b2c, http.MethodGet, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_none/discovery/v2.0/keys")
		if status != http.StatusNotFound || err != nil {
			t.Errorf("%s, unknown flow: got %d, %v, want 404", row.fault.Kind, status, err)
		}
	}

	b2c.MustSetFaults()
	_, whole, err := outcome(t, b2c, http.MethodGet, metadataURL)
	if err != nil {
		t.Fatal(err)
	}
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultHalfBody, Flow: "b2c_1_SUSI"})
	for _, e := range endpoints[:3] {
		status, body, err := outcome(t, b2c, e.method, e.url)
		if status != 200 || !errors.Is(err, io.ErrUnexpectedEOF) || body == "" {
			t.Errorf("half a body at %s: got %d, %v and %q", e.url, status, err, body)
		}
		if e.url == metadataURL {
			equal(t, "half", body, whole[:len(whole)/2])
		}
	}
	equal(t, "another flow", get(t, b2c.Client(), partnerKeys).status, 200)
}

// TestSeveralFaults: those that spoil an answer come over one request, and those
// that take its place one after the other.
func TestSeveralFaults(t *testing.T) {
	once := func(kind emulator.FaultKind) emulator.Fault { return emulator.Fault{Kind: kind, Times: 1} }
	for _, row := range []struct {
		first, second emulator.FaultKind
		want          string
	}{
		{emulator.FaultServerError, emulator.FaultThrottled, "500 429 200"},
		{emulator.FaultDown, emulator.FaultServerError, "cut 500 200"},
		{emulator.FaultHTML, emulator.FaultDown, "200 cut 200"},
		{emulator.FaultHalfBody, emulator.FaultServerError, "half of 500 200 200"},
		{emulator.FaultHalfBody, emulator.FaultThrottled, "half of 429 200 200"},
		{emulator.FaultHalfBody, emulator.FaultHTML, "half of 200 200 200"},
		{emulator.FaultOddKeys, emulator.FaultHalfBody, "half of 200 200 200"},
	} {
		b2c := emulator.NewTenant(nil)
		b2c.MustSetFaults(once(row.first), once(row.second))
		var got []string
		for range 3 {
			status, _, err := outcome(t, b2c, http.MethodGet, keysURL)
			switch {
			case errors.Is(err, io.ErrUnexpectedEOF):
				got = append(got, fmt.Sprint("half of ", status))
			case err != nil:
				got = append(got, "cut")
			default:
				got = append(got, fmt.Sprint(status))
			}
		}
		equal(t, fmt.Sprintf("%s, %s", row.first, row.second), strings.Join(got, " "), row.want)
		equal(t, "faults left", len(b2c.Faults()), 0)
	}
}

// TestLyingFaults: an answer that lies is well-formed otherwise, or it would
// test nothing.
func TestLyingFaults(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	issuer := func() any { return decode[map[string]any](t, get(t, b2c.Client(), metadataURL).body)["issuer"] }
	genuine := kids(t, b2c.Client(), keysURL)

	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultWrongIssuer})
	equal(t, "issuer", issuer(), any("https://contoso.b2clogin.com/ec66e918-ec71-4578-87c4-9e04619b603e/v2.0/"))
	equalList(t, "keys", kids(t, b2c.Client(), keysURL), genuine)

	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultEmptyKeys})
	equal(t, "issuer", issuer(), any("https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"))
	equal(t, "keys", get(t, b2c.Client(), keysURL).body, `{"keys":[]}`)

	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultOddKeys})
	set := decode[published](t, get(t, b2c.Client(), keysURL).body)
	equal(t, "keys", len(set.Keys), 25)
	equal(t, "the good one", set.Keys[12]["kid"], any(genuine[0]))
	equal(t, "first odd one", set.Keys[0]["kid"], any("odd-elliptic"))
	for _, k := range set.Keys[:12] {
		n, _ := k["n"].(string)
		if k["kid"] != nil && k["kty"] == "RSA" && k["e"] == "AQAB" && len(n) == 342 && k["use"] == "sig" && k["alg"] == nil && k["key_ops"] == nil {
			t.Errorf("there is nothing odd about %v", k)
		}
	}

	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultOddKeys}, emulator.Fault{Kind: emulator.FaultEmptyKeys})
	equal(t, "odd keys alone", len(decode[published](t, get(t, b2c.Client(), keysURL).body).Keys), 24)
	b2c.MustSetFaults()
	equalList(t, "keys", kids(t, b2c.Client(), keysURL), genuine)
}

func TestSlowAndHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		begin := time.Now()
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultSlow, Times: 1}, emulator.Fault{Kind: emulator.FaultSlow, Delay: time.Minute, Endpoint: emulator.KeysEndpoint})
		equal(t, "metadata", get(t, b2c.Client(), metadataURL).status, 200)
		equal(t, "default", time.Since(begin), 5*time.Second)
		equal(t, "keys", get(t, b2c.Client(), keysURL).status, 200)
		equal(t, "delay", time.Since(begin), 65*time.Second)
		last := b2c.Requests()[1]
		equal(t, "took", last.Took, time.Minute)

		for _, kind := range []emulator.FaultKind{emulator.FaultHang, emulator.FaultSlow} {
			fault := emulator.Fault{Kind: kind}
			if kind == emulator.FaultSlow {
				fault.Delay = time.Hour
			}
			b2c.MustSetFaults(fault)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, keysURL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if answer, err := b2c.Client().Do(r); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %v and %v, want the context's error", kind, answer, err)
			}
			cancel()
			synctest.Wait()
			last = b2c.Requests()[len(b2c.Requests())-1]
			equal(t, "status", last.Status, 0)
			equal(t, "took", last.Took, time.Second)
			equal(t, "faults", slices.Equal(last.Faults, []emulator.FaultKind{kind}), true)
		}
	})
}

func TestWrongFaults(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultDown})
	for _, row := range []struct {
		fault emulator.Fault
		want  string
	}{
		{emulator.Fault{}, `emulator: faults[1].Kind: "" is no kind of fault`},
		{emulator.Fault{Kind: "flood"}, `emulator: faults[1].Kind: "flood" is no kind of fault`},
		{emulator.Fault{Kind: emulator.FaultHang, Endpoint: "moon"}, `emulator: faults[1].Endpoint: "moon" is no endpoint`},
		{emulator.Fault{Kind: emulator.FaultEmptyKeys, Endpoint: emulator.TokenEndpoint}, `emulator: faults[1].Endpoint: empty-keys doesn't concern the endpoint "token"`},
		{emulator.Fault{Kind: emulator.FaultHang, Flow: "B2C_1_none"}, `emulator: faults[1].Flow: tenant contoso has no flow "B2C_1_none"`},
		{emulator.Fault{Kind: emulator.FaultHang, Times: -1}, `emulator: faults[1].Times: -1 is negative`},
		{emulator.Fault{Kind: emulator.FaultHang, RetryAfter: time.Second}, `emulator: faults[1].RetryAfter: 1s can't go with hang`},
		{emulator.Fault{Kind: emulator.FaultThrottled, RetryAfter: -time.Second}, `emulator: faults[1].RetryAfter: -1s can't go with throttled`},
		{emulator.Fault{Kind: emulator.FaultDown, Delay: time.Second}, `emulator: faults[1].Delay: 1s can't go with down`},
		{emulator.Fault{Kind: emulator.FaultServerError, Status: 404}, `emulator: faults[1].Status: 404 can't go with server-error`},
		{emulator.Fault{Kind: emulator.FaultDown, Status: 500}, `emulator: faults[1].Status: 500 can't go with down`},
	} {
		err := b2c.SetFaults(emulator.Fault{Kind: emulator.FaultHTML}, row.fault)
		if err == nil || !strings.HasPrefix(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s", err, row.want)
		}
	}
	err := b2c.SetFaults(emulator.Fault{Kind: "flood", Flow: "none", Delay: time.Second}, emulator.Fault{Kind: emulator.FaultHang, Endpoint: "moon", Times: -1, Status: 500})
	equal(t, "all mistakes", fmt.Sprint(err), `emulator: faults[0].Kind: "flood" is no kind of fault; `+
		"there are down, server-error, throttled, slow, hang, stuck, half-body, html, wrong-issuer, empty-keys, odd-keys\n"+
		`emulator: faults[0].Flow: tenant contoso has no flow "none"; there are B2C_1_susi, B2C_1_edit, B2C_1_reset, B2C_1A_partner, B2C_1_ropc`+"\n"+
		`emulator: faults[1].Endpoint: "moon" is no endpoint; there are metadata, keys, authorize, token, logout, pages, devicecode, devicepage, userinfo`+"\n"+
		"emulator: faults[1].Times: -1 is negative\n"+
		"emulator: faults[1].Status: 500 can't go with hang")
	equal(t, "faults", slices.Equal(b2c.Faults(), []emulator.Fault{{Kind: emulator.FaultDown}}), true)
}

func TestFaultsOverSockets(t *testing.T) {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultHalfBody}, emulator.Fault{Kind: emulator.FaultSlow, Delay: time.Nanosecond})
	answer, err := b2c.Client().Get(metadataURL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); !errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0 {
		t.Errorf("got %q and %v, want half a body", body, err)
	}
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultDown})
	if answer, err := b2c.Client().Get(metadataURL); err == nil {
		answer.Body.Close()
		t.Error("got an answer, want none")
	}
	b2c.MustSetFaults()
	equal(t, "status", get(t, b2c.Client(), metadataURL).status, 200)
}
