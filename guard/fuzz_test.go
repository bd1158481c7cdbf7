// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

var token68 = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// FuzzCredentials: what reaches the validator is one token68, the only one that
// the request carries in the places that count, read by simpler means; a request
// that carries more is refused, and no refusal repeats what came.
func FuzzCredentials(f *testing.F) {
	for _, s := range [][4]string{
		{"Bearer a.b.c", "", "", ""},
		{"", "", "t=a.b.c", ""},
		{"", "", "", "m, a.b.c"},
		{"Bearer a", "Bearer b", "", ""},
		{"Bearer a", "", "t=b", ""},
		{"", "", "t=a; t=b", ""},
		{"", "", "t=a", "m, b"},
		{"Basic YTpi", "", "t=a", ""},
		{"", "", "t=\"a\"", ""},
		{"", "", "T=a; t =b;t=c", ""},
		{"", "", "", "m"},
		{"", "", "", "m, m, a"},
		{"", "", "", "x, m , a, y"},
		{"", "", "t=a,b", "M, a"},
		{"Bearer a", "", "t=", "x"},
		{"Bearer ", "", "t=a", ""},
		{"", "", "t=a b", ""},
		{"", "", "t=a\x00", ""},
		{"", "", "a=t=b; t=c=", ""},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	got := ""
	opts := quiet()
	opts.Extractors = []guard.Extractor{guard.Cookie("t"), guard.WebSocketProtocol("m")}
	rule := guard.New(validateFunc(func(_ context.Context, raw string) (*validator.Token, error) {
		got = raw
		return &validator.Token{}, nil
	}), opts).Rule()
	f.Fuzz(func(t *testing.T, first, second, cookie, protocol string) {
		if len(first)+len(second)+len(cookie)+len(protocol) > 8<<10 {
			return
		}
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
		for name, values := range map[string][]string{"Authorization": {first, second}, "Cookie": {cookie}, "Sec-Websocket-Protocol": {protocol}} {
			if values = slices.DeleteFunc(values, func(s string) bool { return s == "" }); len(values) > 0 {
				req.Header[name] = values
			}
		}
		got = ""
		ctx, err := rule.Check(req)
		if (err == nil) != (got != "") || (ctx == nil) != (err != nil) {
			t.Fatalf("validated %q, and then %v", got, err)
		}
		all := carried(req.Header)
		if err == nil {
			if len(all) != 1 || all[0] != got || !token68.MatchString(got) {
				t.Fatalf("validated %q of %q", got, all)
			}
			return
		}
		if refusal := err.(*guard.Refusal); len(all) > 1 && refusal.Status != http.StatusBadRequest {
			t.Fatalf("%q came, and the answer is %d", all, refusal.Status)
		}
	})
}

// space is what net/http trims from the parts of a Cookie header.
const space = " \t\r\n"

// carried lists the tokens that a request carries: bearer ones, cookies named t
// and what follows the subprotocol m.
func carried(h http.Header) (all []string) {
	for _, value := range h["Authorization"] {
		if m := credentials.FindStringSubmatch(value); m != nil {
			all = append(all, m[1])
		}
	}
	for _, value := range h["Cookie"] {
		for pair := range strings.SplitSeq(value, ";") {
			if name, text, _ := strings.Cut(strings.Trim(pair, space), "="); strings.TrimRight(name, space) == "t" && text != "" {
				all = append(all, strings.Trim(text, `"`))
			}
		}
	}
	for _, value := range h["Sec-Websocket-Protocol"] {
		elems := strings.Split(value, ",")
		for i := range elems {
			elems[i] = strings.Trim(elems[i], " \t")
		}
		if i := slices.Index(elems, "m"); i >= 0 && i+1 < len(elems) {
			all = append(all, elems[i+1])
		}
	}
	return all
}

// carrying returns a rule of a guard that finds this text in the place of a
// token, and accepts whatever gets to its validator.
func carrying(text *string) *guard.Rule {
	opts := quiet()
	opts.Extractors = []guard.Extractor{func(*http.Request) (string, error) { return *text, nil }}
	return guard.New(validateFunc(accept), opts).Rule()
}

// FuzzToken68: a text passes for a token if it is one by the plain reading of the
// grammar, wherever in it the odd character stands.
func FuzzToken68(f *testing.F) {
	jwt := strings.Repeat("eyJhbGciOiJSUzI1NiJ9.-_", 4)
	for _, s := range []string{"a", "=", "a=", "a=b", jwt, jwt + "==", jwt + "=" + jwt, jwt + "+/~", jwt + "\x00", "\x7f" + jwt, jwt[:32], jwt[:31] + "\xdf", jwt[:63] + "`"} {
		f.Add(s)
	}
	text := ""
	rule := carrying(&text)
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" || len(s) > 64<<10 {
			return
		}
		text = s
		if _, err := rule.Check(get()); (err == nil) != token68.MatchString(s) {
			t.Fatalf("got %v for %q", err, s)
		}
	})
}
