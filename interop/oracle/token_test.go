// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/b2ckit/b2ckit/interop/hostile"
)

// edits are all there are, one class as likely as the other.
var edits = func() map[string][]hostile.Edit {
	all := map[string][]hostile.Edit{}
	for _, e := range hostile.Edits() {
		if e.Class != "shape: long" || len(e.Name) < 20 { // beyond any size, and slow
			all[e.Class] = append(all[e.Class], e)
		}
	}
	return all
}()

// classes are their classes, in order.
var classes = func() (all []string) {
	for _, e := range hostile.Edits() {
		if len(all) == 0 || all[len(all)-1] != e.Class {
			all = append(all, e.Class)
		}
	}
	return all
}()

// newDraft is a token of one of the world's authorities: good if nothing else
// happens to it, and something does as often as not. The text tells what.
func newDraft(r *rand.Rand, w *world) (d *hostile.Draft, text string) {
	a := w.all[r.IntN(len(w.all))]
	key := a.good[r.IntN(len(a.good))]
	issuer, flow, aud := a.oracle.Issuer, a.oracle.Flow, a.oracle.Audiences[r.IntN(len(a.oracle.Audiences))]
	text = "for " + a.text
	if r.IntN(4) == 0 { // something belongs to another authority, or to nobody
		b := w.all[r.IntN(len(w.all))]
		switch r.IntN(6) {
		case 0:
			issuer, text = b.oracle.Issuer, text+", issuer of "+b.text
		case 1:
			flow, text = b.oracle.Flow, text+", flow of "+b.text
		case 2:
			aud, text = b.oracle.Audiences[0], text+", audience of "+b.text
		case 3:
			key, text = b.good[r.IntN(len(b.good))], text+", key of "+b.text
		case 4:
			key.key, text = material(r.IntN(5)), text+", any key"
		case 5:
			issuer, text = "https://stranger.b2clogin.com/"+tenants[3].id+"/v2.0/", text+", a stranger's issuer"
		}
	}
	claims := hostile.NewObject(
		"ver", `"1.0"`, "iss", hostile.Quote(issuer), "sub", `"sub"`, "aud", hostile.Quote(aud), "exp", fmt.Sprint(hostile.Now+3540),
		"iat", fmt.Sprint(hostile.Now-60), "nbf", fmt.Sprint(hostile.Now-60), "azp", hostile.Quote(clients[r.IntN(3)]), "scp", `"tasks.read tasks.write"`, "oid", `"oid"`,
	)
	switch {
	case a.oracle.External && flow == "":
		claims = claims.With("ver", `"2.0"`).With("tid", hostile.Quote(tenants[2].id))
		if r.IntN(2) == 0 {
			claims = claims.Without("scp").With("oid", `"sub"`).With("azpacr", `"1"`).With("roles", []string{`["jobs"]`, `[]`, `[""]`, `["a","b"]`, `null`, `[1]`}[r.IntN(6)])
		}
		if r.IntN(3) == 0 {
			e := ofExternal[r.IntN(len(ofExternal))]
			claims, text = claims.With(e[0], e[1]), text+"; "+e[0]+" "+e[1]
		}
		if r.IntN(10) == 0 {
			name := []string{"tid", "oid", "sub", "azp", "ver", "azpacr"}[r.IntN(6)]
			claims, text = claims.Without(name), text+"; no "+name
		}
	case r.IntN(5) > 0:
		claims = claims.With([]string{"tfp", "acr"}[r.IntN(2)], hostile.Quote(caseOf(r, flow)))
	default:
		text += ", no flow"
	}
	d = hostile.Good(key.key, key.kid, claims)
	for range max(0, r.IntN(5)-2) {
		class := classes[r.IntN(len(classes))]
		e := edits[class][r.IntN(len(edits[class]))]
		e.Do(d)
		text += "; " + e.Class + ": " + e.Name
	}
	return d, text
}

// ofExternal are claims that decide at External ID, or seem to.
var ofExternal = [][2]string{
	{"tid", `"66666666-6666-4666-8666-666666666666"`},
	{"tid", `"12345678-90AB-4CDE-8F01-234567890ABC"`},
	{"tid", `""`},
	{"tid", `7`},
	{"tid", `"v2.0"`},
	{"idtyp", `"app"`},
	{"idtyp", `"user"`},
	{"idtyp", `"device"`},
	{"idtyp", `7`},
	{"idtyp", `null`},
	{"azpacr", `"0"`},
	{"azpacr", `"2"`},
	{"azpacr", `0`},
	{"azpacr", `""`},
	{"ver", `"1.0"`},
	{"ver", `1`},
	{"appid", `"x"`},
	{"appid", `null`},
	{"scp", `""`},
	{"scp", `" "`},
	{"oid", `"other"`},
	{"sub", `"other"`},
	{"sub", `"Not supported currently. Use oid claim."`},
	{"nonce", `"n"`},
	{"nonce", `null`},
	{"at_hash", `"h"`},
	{"tfp", `7`},
	{"tfp", `"B2C_1_susi"`},
	{"acr", `[]`},
	{"acr", `"1"`},
	{"groups", `["a"]`},
	{"_claim_names", `{"groups":"src1"}`},
	{"hasgroups", `true`},
}
