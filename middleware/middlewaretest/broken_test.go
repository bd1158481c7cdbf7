// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/middleware/middlewaretest"
)

// adapt is an adapter for net/http in which one thing can be broken.
type adapt struct {
	deny  func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error)
	serve func(next http.Handler, w http.ResponseWriter, before, after *http.Request)
	rules func(route middlewaretest.Route) []middlewaretest.Rule
	token bool // the accessor finds none
	late  bool // rules are made at the first request
	admit func(rule *guard.Rule, req *http.Request) (*http.Request, error)
	check func(req *http.Request) *http.Request
	mount func(mux *http.ServeMux, res *guard.Resource)
}

func (a adapt) router(routes []middlewaretest.Route) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token, _ := guard.FromContext(r.Context())
			if a.token {
				token = nil
			}
			route.Handler(w, r, token)
		})
		for _, rule := range slices.Backward(a.rules(route)) {
			h = a.wrap(rule, h)
		}
		mux.Handle(route.Method+" "+route.Prefix+route.Path, h)
	}
	return mux
}

func (a adapt) mounted(resources ...*guard.Resource) http.Handler {
	mux := http.NewServeMux()
	for _, res := range resources {
		a.mount(mux, res)
	}
	return mux
}

func (a adapt) wrap(rule middlewaretest.Rule, next http.Handler) http.Handler {
	registered := sync.OnceValue(func() *guard.Rule {
		if rule.Optional {
			return rule.Guard.Optional(rule.Requirements...)
		}
		return rule.Guard.Rule(rule.Requirements...)
	})
	if !a.late {
		registered()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := registered()
		admitted, err := a.admit(r, a.check(req))
		if err != nil {
			a.deny(r, w, req, err)
			return
		}
		a.serve(next, w, req, admitted)
	})
}

// sound is an adapter in which nothing is broken.
var sound = adapt{
	deny: (*guard.Rule).Deny,
	serve: func(next http.Handler, w http.ResponseWriter, _, after *http.Request) {
		next.ServeHTTP(w, after)
	},
	check: func(req *http.Request) *http.Request { return req },
	admit: func(rule *guard.Rule, req *http.Request) (*http.Request, error) {
		return rule.Admit(req, req.Pattern)
	},
	mount: func(mux *http.ServeMux, res *guard.Resource) { res.Mount(mux) },
	rules: func(route middlewaretest.Route) []middlewaretest.Rule { return slices.Concat(route.Group, route.Rules) },
}

// wrapped is a ResponseWriter that hides what it wraps.
type wrapped struct{ http.ResponseWriter }

// broken are adapters with a mistake, and the test that must find it.
var broken = []struct {
	name, finds string
	change      func(a *adapt)
}{
	{"goes on after a refusal", "Answers", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			rule.Deny(w, r, err)
			_, _ = w.Write([]byte("and more"))
		}
	}},
	{"answers on its own", "Answers", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, "no", rule.Report(r, err).Status)
		}
	}},
	{"adds a header", "Answers", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("X-Powered-By", "adapter")
			rule.Deny(w, r, err)
		}
	}},
	{"writes a body for HEAD", "Methods", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			r = r.WithContext(r.Context())
			r.Method = http.MethodGet
			rule.Deny(w, r, err)
		}
	}},
	{"lets OPTIONS pass", "Methods", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			if r.Method != http.MethodOptions {
				rule.Deny(w, r, err)
			}
		}
	}},
	{"loses the context", "Answers", func(a *adapt) {
		a.serve = func(next http.Handler, w http.ResponseWriter, before, _ *http.Request) { next.ServeHTTP(w, before) }
	}},
	{"finds no token", "Answers", func(a *adapt) { a.token = true }},
	{"treats optional as required", "Optional", func(a *adapt) {
		a.rules = changed(func(r *middlewaretest.Rule) { r.Optional = false })
	}},
	{"forgets the requirements", "Answers", func(a *adapt) {
		a.rules = changed(func(r *middlewaretest.Rule) { r.Requirements = nil })
	}},
	{"forgets the group", "Nested", func(a *adapt) {
		a.rules = func(route middlewaretest.Route) []middlewaretest.Rule { return route.Rules }
	}},
	{"wraps the writer", "Writer", func(a *adapt) {
		a.serve = func(next http.Handler, w http.ResponseWriter, _, after *http.Request) {
			next.ServeHTTP(wrapped{w}, after)
		}
	}},
	{"swallows panics", "Panic", func(a *adapt) {
		a.serve = func(next http.Handler, w http.ResponseWriter, _, after *http.Request) {
			defer func() { _ = recover() }()
			next.ServeHTTP(w, after)
		}
	}},
	{"makes rules late", "Impossible", func(a *adapt) { a.late = true }},
	{"has a context of its own", "HangUp", func(a *adapt) {
		a.check = func(req *http.Request) *http.Request {
			ctx, cancel := context.WithDeadline(context.WithoutCancel(req.Context()), time.Unix(0, 0))
			context.AfterFunc(ctx, cancel)
			return req.WithContext(ctx)
		}
	}},
	{"reports twice", "Report", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			_ = rule.Report(r, err)
			rule.Deny(w, r, err)
		}
	}},
	{"tells of no request that passes", "Acceptance", func(a *adapt) {
		a.admit = func(rule *guard.Rule, req *http.Request) (*http.Request, error) {
			ctx, err := rule.Check(req)
			if err != nil {
				return nil, err
			}
			return req.WithContext(ctx), nil
		}
	}},
	{"tells of requests that pass twice", "Acceptance", func(a *adapt) {
		a.admit = func(rule *guard.Rule, req *http.Request) (*http.Request, error) {
			_, _ = rule.Admit(req, req.Pattern)
			return rule.Admit(req, req.Pattern)
		}
	}},
	{"tells no route of requests that pass", "Acceptance", func(a *adapt) {
		a.admit = func(rule *guard.Rule, req *http.Request) (*http.Request, error) { return rule.Admit(req, "") }
	}},
	{"sets a challenge of its own", "Challenge", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			refusal := rule.HandOver(w.Header(), r, err)
			w.Header().Set("WWW-Authenticate", `Bearer realm="api"`)
			refusal.ServeHTTP(w, r)
		}
	}},
	{"mounts at the path alone", "Mount", func(a *adapt) {
		a.mount = func(mux *http.ServeMux, res *guard.Resource) { mux.Handle(res.Paths()[0], res) }
	}},
	{"mounts below, too", "Mount", func(a *adapt) {
		a.mount = func(mux *http.ServeMux, res *guard.Resource) { mux.Handle("/.well-known/", res) }
	}},
	{"mounts for GET alone", "Mount", func(a *adapt) {
		a.mount = func(mux *http.ServeMux, res *guard.Resource) {
			for _, path := range res.Paths() {
				mux.Handle("GET "+path, res)
			}
		}
	}},
	{"reports no route", "Report", func(a *adapt) {
		a.deny = func(rule *guard.Rule, w http.ResponseWriter, r *http.Request, err error) {
			r = r.WithContext(r.Context())
			r.Pattern = ""
			rule.Deny(w, r, err)
		}
	}},
}

func changed(change func(*middlewaretest.Rule)) func(middlewaretest.Route) []middlewaretest.Rule {
	return func(route middlewaretest.Route) []middlewaretest.Rule {
		rules := sound.rules(route)
		for i := range rules {
			change(&rules[i])
		}
		return rules
	}
}

const brokenName = "B2CKIT_BROKEN_ADAPTER"

func TestSoundAdapterPasses(t *testing.T) {
	middlewaretest.Run(t, middlewaretest.Adapter{Router: sound.router, Mounted: sound.mounted})
}

// TestBrokenAdaptersFail runs the suite on each broken adapter, in a process
// of its own as it is to fail.
func TestBrokenAdaptersFail(t *testing.T) {
	if name := os.Getenv(brokenName); name != "" {
		for _, b := range broken {
			if b.name == name {
				a := sound
				b.change(&a)
				middlewaretest.Run(t, middlewaretest.Adapter{Router: a.router, Mounted: a.mounted})
			}
		}
		return
	}
	for _, b := range broken {
		t.Run(b.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBrokenAdaptersFail$/^"+regexp.QuoteMeta(b.finds)+"$")
			cmd.Env = append(os.Environ(), brokenName+"="+b.name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: TestBrokenAdaptersFail/"+b.finds) {
				t.Errorf("got error %v and output\n%s\nwant a failure of %s", err, out, b.finds)
			}
		})
	}
}
