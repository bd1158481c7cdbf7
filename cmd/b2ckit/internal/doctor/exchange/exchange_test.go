// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/emulator"
)

// server answers after a time, with headers.
type server struct {
	takes time.Duration
	date  time.Duration // how far its clock is ahead
	age   string
	err   error
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.takes)
	if s.err != nil {
		return nil, s.err
	}
	h := http.Header{}
	h.Set("Date", time.Now().Add(s.date).UTC().Format(http.TimeFormat))
	if s.age != "" {
		h.Set("Age", s.age)
	}
	return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", Header: h, Body: io.NopCloser(strings.NewReader("hello")), Request: r}, nil
}

func get(t *testing.T, rt http.RoundTripper, url string) {
	t.Helper()
	resp, err := (&http.Client{Transport: rt}).Get(url)
	if err != nil {
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
}

func TestOffset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			name      string
			server    server
			ahead     time.Duration
			uncertain time.Duration
			ok        bool
		}{
			{"same", server{takes: 100 * time.Millisecond}, 0, 550 * time.Millisecond, true},
			{"ahead", server{takes: 100 * time.Millisecond, date: 5 * time.Minute}, 5 * time.Minute, 550 * time.Millisecond, true},
			{"behind", server{takes: 4 * time.Second, date: -40 * time.Second}, -40 * time.Second, 2500 * time.Millisecond, true},
			{"from a cache", server{age: "7"}, 0, 0, false},
			{"no answer", server{err: errors.New("away")}, 0, 0, false},
		} {
			r := exchange.NewRecorder(&c.server, time.Now)
			get(t, r, "https://login.contoso.example/a")
			e, _ := r.Of("https://login.contoso.example/a")
			ahead, uncertain, ok := e.Offset()
			if off := (ahead - c.ahead).Abs(); off > c.uncertain || uncertain != c.uncertain || ok != c.ok {
				t.Errorf("%s: got %v ± %v %t, want %v ± %v %t", c.name, ahead, uncertain, ok, c.ahead, c.uncertain, c.ok)
			}
		}
	})
}

func TestRecorder(t *testing.T) {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	r := exchange.NewRecorder(b2c.Transport(), time.Now)
	metadata := b2c.MetadataURL("B2C_1_susi")
	get(t, r, metadata)
	get(t, r, "https://unknown.example/")
	e, ok := r.Of(metadata)
	switch {
	case !ok || !e.Reached():
		t.Fatal("there is no exchange")
	case e.Status != 200 || e.Proto != "HTTP/2.0" || e.Took <= 0 || e.TLS == nil:
		t.Errorf("got %d %s in %v", e.Status, e.Proto, e.Took)
	case !strings.HasPrefix(e.Body, `{"issuer":"https://contoso.b2clogin.com/`) || !strings.HasSuffix(strings.TrimSpace(e.Body), "}"):
		t.Errorf("got the body %s", e.Body)
	case "https://"+e.Remote != b2c.URL:
		t.Errorf("got the address %s, want that of %s", e.Remote, b2c.URL)
	case len(e.Certificates()) != 2:
		t.Errorf("got %d certificates, want 2", len(e.Certificates()))
	}
	away, ok := r.Of("https://unknown.example/")
	if !ok || away.Reached() || away.Err == nil || away.Certificates() != nil {
		t.Errorf("got %+v of a host that is away", away)
	}
	if _, ok := r.Of("https://elsewhere.example/"); ok {
		t.Error("there is an exchange that was not")
	}
	if n := len(r.All()); n != 2 {
		t.Errorf("got %d exchanges, want 2", n)
	}
}

// A certificate that was refused is known all the same.
func TestRefusedCertificate(t *testing.T) {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	r := exchange.NewRecorder(transport, time.Now)
	get(t, r, b2c.URL)
	e, _ := r.Of(b2c.URL)
	if e.Status != 0 || !e.Reached() || len(e.Certificates()) == 0 {
		t.Errorf("got status %d and %d certificates", e.Status, len(e.Certificates()))
	}
}

func ExampleRecorder() {
	b2c := emulator.NewTenant(nil)
	r := exchange.NewRecorder(b2c.Transport(), time.Now)
	resp, err := (&http.Client{Transport: r}).Get(b2c.MetadataURL("B2C_1_none"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	e, _ := r.Of(b2c.MetadataURL("B2C_1_none"))
	fmt.Println(e.Status, e.Header.Get("Content-Type"))
	// Output: 404 text/html; charset=utf-8
}
