// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tests' program is the servers', as the command is.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "-serve" {
		if err := serve(os.Args[2], os.Args[4]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// started is a server in a process of its own.
func started(t *testing.T, p *provider, name string) *child {
	t.Helper()
	c, err := start(t.Context(), os.Args[0], name, p.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	return c
}

func providing(t *testing.T) *provider {
	t.Helper()
	p := newProvider(4, 2)
	t.Cleanup(p.server.Close)
	return p
}

// Every server accepts good tokens of both flows, known or not, and refuses a bad one;
// all but the unguarded, which asks for none. They go on while the provider is out, as
// long as their keys are not too old.
func TestServers(t *testing.T) {
	p := providing(t)
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			c := started(t, p, s.name)
			if err := c.prove(t.Context(), s.name, p); err != nil {
				t.Fatal(err)
			}
			p.out()
			defer p.back()
			if s.name == "auth0, keys for 2 s" { // which may have passed
				return
			}
			for _, token := range []string{p.tokens[0], p.fresh[0], p.fresh[1]} {
				if err := c.expect(t.Context(), token, http.StatusOK); err != nil {
					t.Error("while the provider is out:", err)
				}
			}
			if used, err := c.processor(t.Context()); err != nil || used <= 0 {
				t.Errorf("got %s of the processor, %v", used, err)
			}
		})
	}
}

// The tokens that are mixed in after a rotation are signed with the key that came: they
// are good then, and weren't before.
func TestRotation(t *testing.T) {
	p := providing(t)
	c := started(t, p, "b2ckit")
	if err := c.expect(t.Context(), p.rotated[0], http.StatusUnauthorized); err != nil {
		t.Error("before the rotation:", err)
	}
	p.rotate()
	for i := range flows {
		for _, token := range []string{p.rotated[i], p.tokens[i]} {
			if err := c.expect(t.Context(), token, http.StatusOK); err != nil {
				t.Error("after the rotation:", err)
			}
		}
	}
}

// Each token is of another user.
func TestUsers(t *testing.T) {
	p := providing(t)
	all := map[string]bool{}
	for _, tokens := range [][]string{p.tokens, p.fresh, p.rotated} {
		for _, token := range tokens {
			var claims struct {
				User string `json:"oid"`
			}
			payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(payload, &claims); err != nil {
				t.Fatal(err)
			}
			all[claims.User] = true
		}
	}
	if got, want := len(all), 4+2+2; got != want {
		t.Errorf("got tokens of %d users, want %d", got, want)
	}
}

// A server that can't be made says why, and nobody waits for it.
func TestNoServer(t *testing.T) {
	if _, err := start(t.Context(), os.Args[0], "nobody", ""); err == nil || !strings.Contains(err.Error(), `there is no server "nobody"`) {
		t.Errorf("got %v", err)
	}
}

const printed = `Running 1s test @ http://127.0.0.1:1/tasks
  9 requests in 1.00s, 1.00KB read
Requests/sec:      9.00
{"requests":9,"duration":1000000,"p50":10,"p99":20,"p999":30,"refused":2,"broken":1,"mixed":4}
`

// What the script prints is found behind what wrk prints; without it there is no result.
func TestParse(t *testing.T) {
	got, err := parse(printed)
	if want := (outcome{Requests: 9, Duration: 1e6, P50: 10, P99: 20, P999: 30, Refused: 2, Broken: 1, Mixed: 4}); err != nil || *got != want {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
	for _, out := range []string{"", "unable to connect\n", strings.Replace(printed, `"requests":9`, `"requests":0`, 1), printed[:len(printed)-9]} {
		if got, err := parse(out); err == nil {
			t.Errorf("%q: got %+v, want an error", out, got)
		}
	}
}

// The tables hold the ratios to the unguarded server of the same round, what failed in
// all rounds, and the figures of the last one.
func TestText(t *testing.T) {
	all := &results{wrk: wrk{threads: 1, connections: 16, duration: 10 * time.Second}, rounds: 3, of: map[string]map[string][]result{}}
	for _, ph := range phases {
		all.of[ph.name] = map[string][]result{}
		for i, s := range servers {
			for round := range 3 {
				r := result{outcome: outcome{Requests: 1000, Duration: 1e6, P50: 10, P99: 20, P999: 30}, processor: time.Second}
				if i > 0 {
					r = result{outcome: outcome{Requests: 500, Duration: 1e6, P50: float64(20 + 10*round), P99: 20, P999: 30, Refused: 4, Broken: 1}, processor: time.Second}
				}
				all.of[ph.name][s.name] = append(all.of[ph.name][s.name], r)
			}
		}
	}
	text := all.text()
	for _, want := range []string{
		"3 rounds of `wrk -t1 -c16 -d10s -s load.lua http://127.0.0.1:PORT/tasks -- tokens others` for each",
		"| calm | unguarded | 1 | 1 | 1 | 1 | 1 | **0** of 3000 | **0** of 3000 |\n",
		"| rotation | auth0 | **0.50** (0.50–0.50) | **3.00** (2.00–4.00) | **1.00** (1.00–1.00) | **1.00** (1.00–1.00) | **2.00** (2.00–2.00) | **12** of 1500 (0.8 %) | **3** of 1500 (0.2 %) |\n",
		"| b2ckit | 500 | 40 | 20 | 30 | 2.000 |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// The page has the markers, with all servers and phases between them; only what is
// between them is replaced.
func TestPage(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", page))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), begin)
	text, _, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no %q with a %q behind it", page, begin, end)
	}
	for _, ph := range phases {
		for _, s := range servers {
			if want := "| " + ph.name + " | " + s.name + " |"; !strings.Contains(text, want) {
				t.Errorf("no %q; run make load", want)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "page")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, "new\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if want := strings.Replace(string(data), begin+text+end, begin+"new\n"+end, 1); err != nil || string(got) != want {
		t.Errorf("got %v\n%s", err, got)
	}
	if err := os.WriteFile(file, []byte(end+begin), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, "new\n"); err == nil {
		t.Error("a page without markers is written")
	}
}

// Who has no wrk is told so.
func TestNoWrk(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := perform(&plan{}, false); err == nil || !strings.Contains(err.Error(), "wrk, which is not installed (Debian: apt-get install wrk)") {
		t.Errorf("got %v", err)
	}
}
