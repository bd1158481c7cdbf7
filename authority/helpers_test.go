// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// The tenant of the examples in the fact sheet.
const guid = "11111111-1111-1111-1111-111111111111"

// parsed is authority.Parse for URLs that are known to be good.
func parsed(tb testing.TB, url string) authority.Authority {
	tb.Helper()
	a, err := authority.Parse(url)
	if err != nil {
		tb.Fatalf("Parse(%q): %v", url, err)
	}
	return a
}

func contoso(tb testing.TB) authority.Tenant {
	tb.Helper()
	tenant, err := authority.B2C("contoso", guid)
	if err != nil {
		tb.Fatal(err)
	}
	return tenant
}

// checkError holds an error to the house rules: it names the package, names
// the field, is one line and short, whatever was put in.
func checkError(tb testing.TB, what string, err error, want ...string) {
	tb.Helper()
	if err == nil {
		tb.Errorf("%s: got no error, want one with %q", what, want)
		return
	}
	text := err.Error()
	if !strings.HasPrefix(text, "authority: ") {
		tb.Errorf("%s: got error %q, want it to begin with the package", what, text)
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			tb.Errorf("%s: got error %q, want %q in it", what, text, w)
		}
	}
	checkPrintable(tb, what, text)
}

// checkErrors holds each of several errors, a line each, to the house rules. It
// wants one line for each text.
func checkErrors(tb testing.TB, what string, err error, want ...string) {
	tb.Helper()
	if err == nil {
		tb.Errorf("%s: got no error, want %q", what, want)
		return
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		tb.Errorf("%s: got %d lines, want %d with %q: %v", what, len(lines), len(want), want, err)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			tb.Errorf("%s: got error %q, want %q in it", what, err, w)
		}
	}
	for _, line := range lines {
		checkError(tb, what, errors.New(line))
	}
}

func checkPrintable(tb testing.TB, what, text string) {
	tb.Helper()
	if len(text) > 1000 {
		tb.Errorf("%s: got a text of %d bytes, want it cut short", what, len(text))
	}
	for _, r := range text {
		if r < ' ' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0x202e {
			tb.Errorf("%s: got control character %U in %q", what, r, text)
			return
		}
	}
}
