// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
)

// The packages of the skeleton. All but the later ones must exist.
var packages = []struct {
	dir   string
	later bool // planned, or a stand-in for the test kits and commands to come
}{
	{"authority", false},
	{"jwks", false},
	{"validator", false},
	{"guard", false},
	{"middleware/nethttp", false},
	{"middleware/echo", false},
	{"middleware/gin", false},
	{"emulator", false},
	{"internal/jose", false},
	{"internal/strictjson", false},
	{"examples/quickstart", false},
	{"acquire", false},
	{"acquire/keyring", false},
	{"acquire/rediscache", false},
	{"acquire/cachetest", false},
	{"internal/origin", false},
	{"cmd/b2ckit", false},
	{"emulator/config", false},
	{"emulator/dashboard", false},
	{"emulator/emulatortest", false},
	{"examples/webapp", false},
	{"guard/guardtest", true},
	{"internal/sometest", true},
	{"middleware/sometest", true},
	{"emulator/internal/keys", true},
}

// Other people's packages.
const (
	joseLibrary = "github.com" + "/lestrrat-go/jwx/v2"
	jwk         = joseLibrary + "/jwk"
	jws         = joseLibrary + "/jws"
	jwt         = joseLibrary + "/jwt"
	jwe         = joseLibrary + "/jwe"
	jwkCache    = "github.com/lestrrat-go/httprc"
	json2       = "github.com/go-json-experiment/json"
	echo        = "github.com/labstack/echo/v4"
	gin         = "github.com/gin-gonic/gin"
	redis       = "github.com/redis/go-redis/v9"
)

// What the linter has to say.
const (
	sayAuthority  = "authority is the ground floor: it imports nothing of this module."
	sayNoIO       = "authority is plain values and does no I/O."
	sayJWKS       = "jwks stands on authority and internal, and on nothing else of this module."
	sayValidator  = "validator stands on jwks, authority and internal, and on nothing else of this module."
	sayGuard      = "guard stands on validator and what is below it; it knows no adapter."
	sayAcquire    = "acquire stands on validator and what is below it; calling others needs no guard."
	sayAdapter    = "an adapter stands on guard and what is below it; it knows no other adapter."
	sayInternal   = "internal is the cellar: it imports nothing of this module above it."
	sayEmulator   = "the emulator builds its URLs, issuers, keys and tokens itself: it must not share the bugs it is there to find."
	sayEmuSigns   = "the emulator signs with the standard library: it must not share the bugs it is there to find."
	sayNoEmulator = "the emulator is for tests, examples and commands: a service that is guarded must not link a fake tenant."
	sayNoTesting  = "package testing adds its flags to every program that imports it: keep it to tests and test kits."
	sayJOSE       = "only internal/jose imports the JOSE library, so that leaving it is a change in one folder."
	sayJOSEParts  = "of the JOSE library only jwa, jwk and jws are used: jwt and jwe nowhere, nor its key cache."
	sayJSON       = "only internal/strictjson imports the JSON library, which has no stable version."
	sayLenient    = "untrusted JSON goes through internal/strictjson: encoding/json takes duplicate names and bad UTF-8."
	sayEcho       = "only middleware/echo and the examples import Echo."
	sayGin        = "only middleware/gin and the examples import Gin."
	sayRedis      = "only acquire/rediscache imports the Redis client."
	sayExample    = "an example imports only what its reader can import."
)

// A probe is one import in one file of a package.
type probe struct {
	pkg  string // a folder of this module, or a full import path
	say  string // what the linter must say; empty if the import is allowed
	test bool   // the import stands in a black-box test
	file string // the file's name, if it matters
}

// A group is the probes of one package; they are linted together.
type group struct {
	dir    string
	probes []probe
}

func groups() []group {
	gs := []group{
		{"authority", []probe{
			no("jwks", sayAuthority), no("validator", sayAuthority), no("internal/strictjson", sayAuthority),
			no("emulator", sayAuthority), no("net/http", sayNoIO), no("os", sayNoIO),
			yes("net/url"), yes("encoding/json"), test("emulator"), testNo(jwk, sayJOSE),
		}},
		{"jwks", []probe{
			no("validator", sayJWKS), no("guard", sayJWKS), no("middleware/nethttp", sayJWKS), no("acquire", sayJWKS),
			no("emulator", sayJWKS), no("encoding/json", sayLenient),
			yes("authority"), yes("internal/jose"), yes("internal/strictjson"), test("emulator"), test("encoding/json"),
		}},
		{"validator", []probe{
			no("guard", sayValidator), no("acquire", sayValidator), no("middleware/nethttp", sayValidator),
			no("emulator", sayValidator), no("encoding/json", sayLenient),
			yes("authority"), yes("jwks"), yes("internal/strictjson"), yes("crypto/rsa"), test("emulator"), test("guard"),
			testNo(json2, sayJSON), testNo(jws, sayJOSE),
		}},
		{"guard", []probe{
			no("middleware/nethttp", sayGuard), no("middleware/echo", sayGuard), no("acquire", sayGuard),
			no("emulator", sayGuard), no("examples/quickstart", sayGuard),
			yes("authority"), yes("jwks"), yes("validator"), yes("internal/strictjson"), yes("internal/origin"), yes("encoding/json"),
			no(redis, sayRedis), test("emulator"), test("middleware/nethttp"),
		}},
		{"guard/guardtest", []probe{
			yes("guard"), yes("validator"), yes("emulator"), yes("testing"), no(jwt, sayJOSE),
		}},
		{"middleware/nethttp", []probe{
			no("middleware/echo", sayAdapter), no("acquire", sayAdapter), no("emulator", sayAdapter),
			no(echo, sayEcho), no(gin, sayGin), yes("guard"), yes("validator"), testNo(gin, sayGin), test("emulator"),
		}},
		{"middleware/echo", []probe{
			no("middleware/gin", sayAdapter), no("emulator", sayAdapter), no(gin, sayGin), yes(echo), yes("guard"),
		}},
		{"middleware/gin", []probe{
			no("middleware/nethttp", sayAdapter), no("emulator", sayAdapter), no(echo, sayEcho), yes(gin), yes("guard"),
		}},
		{"middleware/sometest", []probe{
			yes(echo), yes(gin), yes("emulator"), yes("testing"), yes("middleware/nethttp"), yes("middleware/gin"),
		}},
		{"internal/jose", []probe{
			no("authority", sayInternal), no("validator", sayInternal), no("emulator", sayInternal),
			no(jwt, sayJOSEParts), no(jwe, sayJOSEParts), no(jwkCache, sayJOSEParts), testNo(jwt, sayJOSEParts), testNo(jwe, sayJOSEParts),
			no("encoding/json", sayLenient), no(json2, sayJSON),
			yes(jwk), yes(jws), yes("internal/strictjson"), test(jws),
		}},
		{"internal/strictjson", []probe{
			no("validator", sayInternal), no("jwks", sayInternal), no("encoding/json", sayLenient), no(jwk, sayJOSE), yes(json2), test("encoding/json"),
		}},
		{"internal/sometest", []probe{yes("testing"), yes("guard"), yes("emulator")}},
		{"acquire", []probe{
			no("guard", sayAcquire), no("middleware/nethttp", sayAcquire), no("emulator", sayAcquire),
			no(redis, sayRedis), testNo(redis, sayRedis),
			yes("authority"), yes("jwks"), yes("validator"), yes("acquire/keyring"), yes("internal/origin"), test("emulator"),
		}},
		{"acquire/keyring", []probe{no("guard", sayAcquire), no("emulator", sayNoEmulator), no("testing", sayNoTesting), no(redis, sayRedis)}},
		{"acquire/rediscache", []probe{
			no("guard", sayAcquire), no("emulator", sayNoEmulator), no("testing", sayNoTesting), no(gin, sayGin),
			yes(redis), yes("acquire"), yes("acquire/keyring"), test(redis), test("acquire/cachetest"),
		}},
		{"acquire/cachetest", []probe{yes("testing"), yes("acquire"), no(redis, sayRedis)}},
		{"internal/origin", []probe{no("guard", sayInternal), no("acquire", sayInternal), no("emulator", sayNoEmulator), no("testing", sayNoTesting)}},
		{"emulator", []probe{
			no("authority", sayEmulator), no("jwks", sayEmulator), no("validator", sayEmulator), no("guard", sayEmulator),
			no("middleware/nethttp", sayEmulator), no("internal/jose", sayEmulator), no("internal/strictjson", sayEmulator),
			no(jwk, sayEmuSigns), no("testing", sayNoTesting),
			testNo("validator", sayEmulator), testNo("jwks", sayEmulator), testNo("internal/jose", sayEmulator), testNo(jwt, sayEmuSigns),
			yes("encoding/json"), yes("crypto/rsa"), yes("emulator/internal/keys"),
			{pkg: "validator", test: true, file: "example_test.go"},
			{pkg: "middleware/nethttp", test: true, file: "example_guard_test.go"},
		}},
		{"emulator/config", []probe{no("authority", sayEmulator), no("testing", sayNoTesting), yes("emulator"), yes("encoding/json")}},
		{"emulator/dashboard", []probe{no("validator", sayEmulator), no(jwk, sayEmuSigns), no("testing", sayNoTesting), yes("emulator")}},
		{"emulator/emulatortest", []probe{no("validator", sayEmulator), no(jwk, sayEmuSigns), yes("testing"), yes("emulator")}},
		{"emulator/internal/keys", []probe{no("jwks", sayEmulator), no("internal/jose", sayEmulator), no(jws, sayEmuSigns)}},
		{"examples/quickstart", []probe{
			no("internal/jose", sayExample), no(jwk, sayJOSE), yes("emulator"), yes("validator"), yes(echo), yes(gin),
		}},
		{"examples/webapp", []probe{no("internal/origin", sayExample), no(redis, sayRedis), yes("emulator"), yes("acquire"), yes("acquire/keyring")}},
		{"cmd/b2ckit", []probe{no(jwt, sayJOSE), no(gin, sayGin), yes("emulator"), yes("validator"), yes("internal/strictjson")}},
	}
	// What no floor of the house may carry, in one probe each.
	for i, g := range gs {
		switch g.dir {
		case "authority", "jwks", "validator", "guard", "acquire", "middleware/nethttp":
			gs[i].probes = append(gs[i].probes,
				no("emulator", sayNoEmulator), no("testing", sayNoTesting), no(jwk, sayJOSE), no(jwt, sayJOSE), no(jwe, sayJOSE),
				no(json2, sayJSON), no(echo, sayEcho), no(gin, sayGin))
		case "middleware/echo", "middleware/gin", "internal/jose", "internal/strictjson":
			gs[i].probes = append(gs[i].probes, no("emulator", sayNoEmulator), no("testing", sayNoTesting))
		}
	}
	return gs
}

func no(pkg, say string) probe     { return probe{pkg: pkg, say: say} }
func yes(pkg string) probe         { return probe{pkg: pkg} }
func test(pkg string) probe        { return probe{pkg: pkg, test: true} }
func testNo(pkg, say string) probe { return probe{pkg: pkg, say: say, test: true} }

// imports returns the full import path.
func (p probe) imports() string {
	for _, q := range packages {
		if q.dir == p.pkg {
			return module + "/" + p.pkg
		}
	}
	return p.pkg
}

// judge returns what is wrong with the linter's findings, empty if nothing is.
func (p probe) judge(found []string) string {
	if p.say == "" {
		if len(found) != 0 {
			return "allowed, but the linter says: " + strings.Join(found, "; ")
		}
		return ""
	}
	for _, text := range found {
		if strings.Contains(text, "'"+p.imports()+"'") && strings.HasSuffix(text, p.say) {
			return ""
		}
	}
	return fmt.Sprintf("the linter should say %q; it says %q", p.say, found)
}

// arrow draws the probe, for people.
func (p probe) arrow(dir string) string {
	if p.test {
		dir += " (test)"
	}
	short := strings.TrimPrefix(p.pkg, "github.com/")
	if p.say == "" {
		return dir + " -> " + short
	}
	return dir + " -x " + short + ": " + p.say
}

// count returns how many imports must be refused and how many allowed.
func count() (red, green int) {
	for _, g := range groups() {
		for _, p := range g.probes {
			if p.say == "" {
				green++
			} else {
				red++
			}
		}
	}
	return red, green
}
