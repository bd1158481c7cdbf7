// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
)

// FuzzNewResource: what is accepted is read by net/url as it stands, is found where RFC
// 9728 says, comes back byte for byte, and can't leave its place in a challenge; what is
// not is told in lines that are safe to print.
func FuzzNewResource(f *testing.F) {
	for _, s := range [][3]string{
		{"https://mcp.contoso.com/mcp", tasksURI, "tasks.read"},
		{"http://[::1]:8080/a/b-_~$+,=/", "api://90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "a/b"},
		{"https://mcp.contoso.com:443/%2e%2e/mcp?a#b", `https://a.b/", x="`, "a b\r\n"},
		{"https://user:secret@mcp.contoso.com//../.well-known/x", "urn:x", ".default"},
		{"https://xn--a.b/\\", "1://", "offline_access"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, rawURL, uri, name string) {
		res, err := guard.NewResource(rawURL, &guard.ResourceOptions{AppIDURI: uri, Scopes: []string{name}})
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "guard: NewResource: ") || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
					t.Fatalf("%q, %q, %q: got the line %q", rawURL, uri, name, line)
				}
			}
			return
		}
		u, err := url.Parse(rawURL)
		if err != nil || u.String() != rawURL || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.EscapedPath() != u.Path {
			t.Fatalf("%q is a resource, for net/url %+v, %v", rawURL, u, err)
		}
		if clean := u.JoinPath(); clean.Path != u.Path && clean.Path != u.Path+"/" {
			t.Fatalf("%q is a resource, and clean it is %q", rawURL, clean)
		}
		want := u.Scheme + "://" + u.Host + "/.well-known/oauth-protected-resource" + u.Path
		if u.Path == "/" {
			want = strings.TrimSuffix(want, "/")
		}
		if got := res.MetadataURL(); got != want {
			t.Fatalf("%q: got metadata at %q, want it at %q", rawURL, got, want)
		}
		mux := http.NewServeMux()
		res.Mount(mux)
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, want, nil))
		var document struct {
			Resource string
			Scopes   []string `json:"scopes_supported"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &document); err != nil || rec.Code != http.StatusOK ||
			document.Resource != rawURL || len(document.Scopes) != 1 || document.Scopes[0] != uri+"/"+name {
			t.Fatalf("%q, %q, %q: got answer %d %s, %v", rawURL, uri, name, rec.Code, rec.Body, err)
		}
		rule := guard.New(granted(), &guard.Options{Resource: res, Logger: quiet().Logger}).Rule(scope(name))
		if got, want := challengeOf(rule, get()), `Bearer realm="api", scope="`+uri+"/"+name+`", resource_metadata="`+want+`"`; got != want ||
			strings.Count(got, `"`) != 6 || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' }) {
			t.Fatalf("got challenge %q, want %q", got, want)
		}
	})
}
