// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/internal/bearer"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// transport attaches a token for one service.
type transport struct {
	to    origin.Origin
	token string
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !bearer.Allowed(r, t.to) {
		return http.DefaultTransport.RoundTrip(r)
	}
	return bearer.Send(http.DefaultTransport, r, bearer.Credentials(t.token))
}

func ExampleSend() {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Got", r.Header.Get("Authorization")) })
	stock, other := httptest.NewServer(echo), httptest.NewServer(echo)
	defer stock.Close()
	defer other.Close()

	to, err := origin.Parse(stock.URL)
	if err != nil {
		panic(err)
	}
	client := &http.Client{Transport: &transport{to, "a.b.c"}}
	for _, server := range []*httptest.Server{stock, other} {
		resp, err := client.Get(server.URL + "/items")
		if err != nil {
			panic(err)
		}
		resp.Body.Close()
		fmt.Printf("%q\n", resp.Header.Get("Got"))
	}
	// Output:
	// "Bearer a.b.c"
	// ""
}
