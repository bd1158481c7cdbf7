// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

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

// ofSuccessor makes claims those of a token of External ID or Entra ID, a user's or an
// app's own, and one in two of something between.
func ofSuccessor(r *rand.Rand, claims hostile.Object, tenant string) hostile.Object {
	claims = claims.With("ver", `"2.0"`).With("tid", hostile.Quote(tenant)).With("azpacr", `"1"`)
	if r.IntN(2) == 0 {
		roles := []string{`["jobs"]`, `["jobs"]`, `["a","b"]`, `"jobs"`, `[]`, `[""]`, `null`, `[1]`}[r.IntN(8)]
		claims = claims.Without("scp").With("roles", roles).With("sub", `"oid"`)
	}
	for range max(0, r.IntN(4)-1) {
		claims = marks[r.IntN(len(marks))](claims)
	}
	return claims
}

// marks are what speaks for a user's token, an app's own, an ID token, or none.
var marks = []func(hostile.Object) hostile.Object{
	func(o hostile.Object) hostile.Object { return o.With("ver", `"1.0"`) },
	func(o hostile.Object) hostile.Object { return o.With("appid", `"a"`) },
	func(o hostile.Object) hostile.Object { return o.With("idtyp", `"app"`) },
	func(o hostile.Object) hostile.Object { return o.With("idtyp", `"user"`) },
	func(o hostile.Object) hostile.Object { return o.With("idtyp", `["app"]`) },
	func(o hostile.Object) hostile.Object { return o.With("azpacr", `"0"`) },
	func(o hostile.Object) hostile.Object { return o.Without("azpacr") },
	func(o hostile.Object) hostile.Object { return o.With("scp", `""`) },
	func(o hostile.Object) hostile.Object { return o.With("scp", `" "`) },
	func(o hostile.Object) hostile.Object { return o.With("scp", `["tasks.read"]`) },
	func(o hostile.Object) hostile.Object { return o.With("scp", `"tasks.read"`) },
	func(o hostile.Object) hostile.Object { return o.With("roles", `["admin"]`) },
	func(o hostile.Object) hostile.Object { return o.With("sub", `"sub"`) },
	func(o hostile.Object) hostile.Object { return o.Without("oid") },
	func(o hostile.Object) hostile.Object { return o.Without("azp") },
	func(o hostile.Object) hostile.Object { return o.With("nonce", `"n"`) },
	func(o hostile.Object) hostile.Object { return o.With("tid", hostile.Quote(tenants[0].id)) },
	func(o hostile.Object) hostile.Object {
		return o.With("tid", hostile.Quote(strings.ToUpper(tenants[2].id)))
	},
	func(o hostile.Object) hostile.Object { return o.With("tid", `""`) },
	func(o hostile.Object) hostile.Object { return o.With("tid", `null`) },
	func(o hostile.Object) hostile.Object { return o.Without("tid") },
	func(o hostile.Object) hostile.Object { return o.With("tfp", `"B2C_1_susi"`) },
	func(o hostile.Object) hostile.Object { return o.With("acr", `1`) },
}

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
	case a.oracle.Tenant != "" && flow == "":
		claims = ofSuccessor(r, claims, a.oracle.Tenant)
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
