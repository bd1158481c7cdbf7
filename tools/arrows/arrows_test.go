// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestEachBrokenArrowIsRed gives each package every import of the house that it
// doesn't have today, and its tests each that no test may have, one a file, and
// wants all of them refused by name and with a reason.
func TestEachBrokenArrowIsRed(t *testing.T) {
	arrows, err := read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	h := parse(table)
	has := map[string]bool{} // "package import", and "package_test import" for tests
	packages, targets := map[string]bool{}, map[string]bool{
		"github.com/lestrrat-go/jwx/v2/jwt": true, "github.com/lestrrat-go/jwx/v2/jwe": true, "github.com/lestrrat-go/httprc": true,
	}
	for _, a := range arrows {
		from := path.Dir(a.pos.Filename)
		packages[from], targets[module+from] = true, true
		has[from+"_test "+a.to] = true
		if !strings.HasSuffix(a.pos.Filename, "_test.go") {
			has[from+" "+a.to] = true
		}
		if _, watched := closest(h.watched, a.to); watched || foreign(a.to) {
			targets[a.to] = true
		}
	}

	broken := fstest.MapFS{}
	breakArrow := func(from, suffix, to string) {
		file := fmt.Sprintf("%s/broken%d%s", from, len(broken), suffix)
		broken[file] = &fstest.MapFile{Data: fmt.Appendf(nil, "package x\n\nimport %q\n", to)}
	}
	for from := range packages {
		r, _ := closest(h.rows, from)
		if r.pattern != from {
			continue // several packages with one row: TestLaws
		}
		for to := range targets {
			local, ours := strings.CutPrefix(to, module)
			wide := slices.ContainsFunc(r.may, func(m string) bool { return strings.HasSuffix(m, "...") && covers(m, local) })
			if local != from && !wide && !has[from+" "+to] {
				breakArrow(from, ".go", to)
			}
			sealed := strings.HasPrefix(from, "emulator") && !strings.HasPrefix(local, "emulator")
			if foreign(to) && (!ours || sealed) && !has[from+"_test "+to] {
				breakArrow(from, "_test.go", to)
			}
		}
	}
	if len(broken) < 1000 {
		t.Errorf("only %d arrows broken: where is the house?", len(broken))
	}
	found, err := h.check(broken)
	if err != nil {
		t.Fatal(err)
	}
	red := map[string]string{} // by file
	for _, f := range found {
		file, why, _ := strings.Cut(f, ":3:8: ")
		red[file] = why
	}
	for file, f := range broken {
		to := strings.TrimPrefix(strings.Split(string(f.Data), `"`)[1], module)
		if _, reason, ok := strings.Cut(red[file], " must not import "+to+". "); !ok || reason == "" {
			t.Errorf("%s imports %s: got %q, want both named, and a reason", file, to, red[file])
		}
	}
	t.Logf("%d arrows broken, each of them red", len(broken))
}

// TestLaws breaks the arrows that no row may ever allow, written out by hand:
// a table can be edited.
func TestLaws(t *testing.T) {
	const jose, echo, gin, redis = "github.com/lestrrat-go/jwx/v2/", "github.com/labstack/echo/v4", "github.com/gin-gonic/gin", "github.com/redis/go-redis/v9"
	const kit = "authority jwks validator guard acquire middleware/nethttp internal/jose internal/strictjson internal/origin "
	const everywhere = " emulator testing net/http/httptest github.com/go-json-experiment/json " + jose + "jwt " + jose + "jwe "
	h := parse(table)
	for from, never := range map[string]string{
		"authority":           "jwks validator guard acquire net/http os internal/strictjson " + everywhere + jose + "jwk " + echo,
		"jwks":                "validator guard acquire middleware/nethttp encoding/json" + everywhere + jose + "jwk " + redis,
		"validator":           "guard acquire middleware/nethttp encoding/json" + everywhere + jose + "jws " + redis,
		"guard":               "guard/guardtest middleware/nethttp middleware/echo acquire" + everywhere + echo + " " + gin,
		"acquire":             "guard middleware/nethttp acquire/rediscache" + everywhere + redis,
		"acquire/rediscache":  "guard" + everywhere + gin,
		"middleware/nethttp":  "middleware/echo acquire" + everywhere + echo + " " + gin,
		"middleware/echo":     "middleware/gin" + everywhere + gin,
		"middleware/gin":      "middleware/nethttp" + everywhere + echo,
		"internal/jose":       "authority validator encoding/json" + everywhere + "github.com/lestrrat-go/httprc",
		"internal/strictjson": "authority validator encoding/json testing " + jose + "jwk",
		"internal/foreign":    "net/http os authority",
		"internal/guid":       "net/http os authority",
		"internal/origin":     "net/http os authority",
		"emulator":            kit + "testing " + jose + "jwk",
		"emulator/config":     kit + "testing",
		"emulator/dashboard":  kit + "testing",
		"cmd/b2ckit":          kit + gin,
		"examples/quickstart": "internal/jose internal/origin guard/internal/tokencontext testing " + redis,
		"interop":             jose + "jwt " + redis,
		"new":                 "authority",
		// Tests.
		"emulator test":        kit + jose + "jwt",
		"emulator/config test": kit,
		"authority test":       jose + "jwk",
		"validator test":       jose + "jws github.com/go-json-experiment/json",
		"acquire test":         redis,
	} {
		dir, isTest := strings.CutSuffix(from, " test")
		file := dir + "/x.go"
		if isTest {
			file = dir + "/x_test.go"
		}
		for to := range strings.FieldsSeq(never) {
			imported := to
			if _, ok := closest(h.rows, to); ok {
				imported = module + to
			}
			if h.refuses(file, imported) == "" {
				t.Errorf("%s may import %s", from, to)
			}
		}
	}
}
