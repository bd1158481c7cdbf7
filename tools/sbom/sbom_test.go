// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	const (
		mod  = "module example.org/m\n\nrequire (\n\texample.org/a v1.0.0\n\texample.org/b v1.1.0 // indirect\n)\n"
		sum  = "example.org/a v1.0.0 h1:AAEC\nexample.org/a v1.0.0/go.mod h1:BBBB\nexample.org/b v1.1.0 h1:AwQF\nexample.org/b v1.0.0/go.mod h1:CCCC\n"
		a    = `{"name":"example.org/a","version":"v1.0.0","hashes":[{"alg":"SHA-256","content":"000102"}]}`
		b    = `{"name":"example.org/b","version":"v1.1.0","hashes":[{"alg":"SHA-256","content":"030405"}]}`
		std  = `{"name":"std","version":"go1.26.8"}`
		head = `{"bomFormat":"CycloneDX","components":[`
	)
	want, err := required([]byte(mod), []byte(sum))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, list, want string }{
		{"the same", a + "," + b + "," + std, ""},
		{"one less", a + "," + std, "example.org/b v1.1.0 is in go.mod"},
		{"one more", a + "," + b + "," + std + `,{"name":"example.org/c","version":"v1.0.0"}`, "example.org/c v1.0.0 is in the list, and not in go.mod"},
		{"another version", strings.Replace(a, "v1.0.0", "v1.0.1", 1) + "," + b + "," + std, "example.org/a v1.0.0 is in go.mod"},
		{"another hash", strings.Replace(a, "000102", "000103", 1) + "," + b + "," + std, `has the hash "000103", go.sum "000102"`},
		{"no hash", `{"name":"example.org/a","version":"v1.0.0"},` + b + "," + std, `has the hash "", go.sum "000102"`},
		{"no standard library", a + "," + b, "no standard library"},
	} {
		got, err := components(strings.NewReader(head + tc.list + "]}"))
		if err != nil {
			t.Fatal(err)
		}
		switch err := compare(got, want); {
		case err == nil && tc.want != "":
			t.Errorf("%s: got no error, want %q", tc.name, tc.want)
		case err != nil && (tc.want == "" || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
		}
	}
	if _, err := components(strings.NewReader(`{"spdxVersion":"SPDX-2.3"}`)); err == nil {
		t.Error("another format: got no error")
	}
}
