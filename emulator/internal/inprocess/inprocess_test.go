// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package inprocess_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/inprocess"
)

func client(h http.HandlerFunc) *http.Client {
	return &http.Client{Transport: &inprocess.Transport{Handler: h, Reach: func(u *url.URL) error {
		if u.Host != "a.example" {
			return errors.New("no such host")
		}
		return nil
	}}}
}

func TestTransport(t *testing.T) {
	c := client(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Method+" "+r.Host+" "+r.RequestURI+" "+string(body))
	})
	res, err := c.Post("https://a.example/p?q=1", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if got := string(body); err != nil || got != "POST a.example /p?q=1 hello" || res.ContentLength != int64(len(got)) || res.TLS == nil {
		t.Errorf("got %q, %v and %d", got, err, res.ContentLength)
	}
	if _, err := c.Get("https://b.example/"); err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("got %v", err)
	}
}

func TestAbort(t *testing.T) {
	c := client(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := c.Get("https://a.example/"); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want io.EOF", err)
	}
}
