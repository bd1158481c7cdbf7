// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
)

const tasksURI = "https://contoso.onmicrosoft.com/tasks"

func resource(tb testing.TB, url string, opts *guard.ResourceOptions) *guard.Resource {
	tb.Helper()
	res, err := guard.NewResource(url, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// answerOf returns status, headers in order of their names, and body.
func answerOf(h http.Handler, req *http.Request) string {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	var b strings.Builder
	fmt.Fprintln(&b, rec.Code)
	_ = rec.Result().Header.Write(&b)
	return strings.ReplaceAll(b.String(), "\r\n", "\n") + "\n" + rec.Body.String()
}

const wholeDocument = `{"resource":"https://mcp.contoso.com/mcp",` +
	`"authorization_servers":["https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/v2.0/","https://mcp.contoso.com"],` +
	`"scopes_supported":["https://contoso.onmicrosoft.com/tasks/tasks.read","https://contoso.onmicrosoft.com/tasks/tasks.write"],` +
	`"bearer_methods_supported":["header"],"resource_name":"Aufgaben \"für\" <alle> & Ä","resource_documentation":"https://docs.contoso.com/?a=1&b=2#mcp",` +
	`"resource_policy_uri":"https://contoso.com/policy","resource_tos_uri":"https://contoso.com/tos"}` + "\n"

func wholeOptions() *guard.ResourceOptions {
	return &guard.ResourceOptions{
		AppIDURI: tasksURI,
		Scopes:   []string{"tasks.read", "tasks.write"},
		AppRoles: []string{"Tasks.Read.All"},
		AuthorizationServers: []string{
			"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/v2.0/", "https://mcp.contoso.com",
		},
		Name: `Aufgaben "für" <alle> & Ä`, Documentation: "https://docs.contoso.com/?a=1&b=2#mcp",
		Policy: "https://contoso.com/policy", TermsOfService: "https://contoso.com/tos",
	}
}

func TestMetadata(t *testing.T) {
	const (
		root      = "/.well-known/oauth-protected-resource"
		found     = "200\nAccess-Control-Allow-Origin: *\nCache-Control: public, max-age=300\nContent-Length: 555\nContent-Type: application/json\n\n"
		preflight = "204\nAccess-Control-Allow-Headers: *\nAccess-Control-Allow-Methods: GET, HEAD\nAccess-Control-Allow-Origin: *\nAccess-Control-Max-Age: 300\nAllow: GET, HEAD, OPTIONS\n\n"
		refused   = "405\nAccess-Control-Allow-Origin: *\nAllow: GET, HEAD, OPTIONS\nContent-Type: text/plain; charset=utf-8\nX-Content-Type-Options: nosniff\n\nMethod Not Allowed\n"
		nowhere   = "404\nContent-Type: text/plain; charset=utf-8\nX-Content-Type-Options: nosniff\n\n404 page not found\n"
	)
	res := resource(t, "https://mcp.contoso.com/mcp", wholeOptions())
	for _, c := range []struct{ method, path, want string }{
		{"GET", root + "/mcp", found + wholeDocument},
		{"GET", root, found + wholeDocument},
		{"HEAD", root + "/mcp", found},
		{"HEAD", root, found},
		{"OPTIONS", root + "/mcp", preflight},
		{"OPTIONS", root, preflight},
		{"POST", root, refused},
		{"DELETE", root + "/mcp", refused},
		{"GET", root + "?resource=https://evil.example", found + wholeDocument},
		{"GET", root + "/", nowhere},
		{"GET", root + "/mcp/", nowhere},
		{"GET", root + "/mcp/x", nowhere},
		{"GET", root + "/MCP", nowhere},
		{"GET", root + "%2Fmcp", nowhere},
		{"GET", root + "/%6dcp", nowhere},
		{"GET", root + "/../oauth-protected-resource/mcp", nowhere},
		{"GET", "/mcp", nowhere},
		{"GET", "/.well-known/openid-configuration", nowhere},
	} {
		if got := answerOf(res, httptest.NewRequest(c.method, "https://mcp.contoso.com"+c.path, nil)); got != c.want {
			t.Errorf("%s %s: got answer\n%s\nwant\n%s", c.method, c.path, got, c.want)
		}
	}
}

// Whoever asks, and by whatever name the server goes, the bytes are the same.
func TestMetadataHoldsNothingOfTheRequest(t *testing.T) {
	res := resource(t, "https://mcp.contoso.com/mcp", wholeOptions())
	for _, host := range []string{"", "mcp.contoso.com", "evil.example", "evil.example:443", "127.0.0.1:8080", "mcp.contoso.com\r\nX-Evil: 1", `"><script>`} {
		for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "X-Original-Url", "Origin", "Accept"} {
			req := httptest.NewRequest(http.MethodGet, "http://localhost"+res.Paths()[0], nil)
			req.Host = host
			req.Header.Set(name, "host=evil.example, http://evil.example/x")
			if got := answerOf(res, req); !strings.HasSuffix(got, wholeDocument) || strings.Contains(got, "evil") {
				t.Errorf("host %q, %s: got answer\n%s\nwant the document", host, name, got)
			}
			want := `Bearer realm="api", resource_metadata="https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp"`
			guarded := guard.New(validateFunc(accept), &guard.Options{Resource: res, Logger: quiet().Logger}).Rule()
			if got := challengeOf(guarded, req); got != want {
				t.Errorf("host %q, %s: got challenge\n%s\nwant\n%s", host, name, got, want)
			}
		}
	}
}

// What a mistake is called at construction, and that nothing else is one.
func TestResourceMistakes(t *testing.T) {
	type options = guard.ResourceOptions
	const good = "https://mcp.contoso.com/mcp"
	with := func(change func(*options)) *options {
		o := &options{AppIDURI: tasksURI}
		change(o)
		return o
	}
	plain := &options{AppIDURI: tasksURI}
	scopes := func(names ...string) *options { return with(func(o *options) { o.Scopes = names }) }
	servers := func(issuers ...string) *options {
		return with(func(o *options) { o.AuthorizationServers = issuers })
	}
	for _, c := range []struct {
		name, url string
		opts      *options
		want      string // "" for no mistake
	}{
		{"plain", good, plain, ""},
		{"no path", "https://mcp.contoso.com", plain, ""},
		{"a slash", "https://mcp.contoso.com/", plain, ""},
		{"slash at the end", "https://mcp.contoso.com/mcp/", plain, ""},
		{"port", "https://mcp.contoso.com:8443/v1.0/mcp_x~y", plain, ""},
		{"loopback", "http://localhost:8080/mcp", plain, ""},
		{"loopback address", "http://[::1]:8080/mcp", plain, ""},
		{"API URI", good, &options{AppIDURI: "api://90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"}, ""},
		{"all", good, wholeOptions(), ""},

		{"empty", "", plain, "the resource's URL is empty"},
		{"http", "http://mcp.contoso.com/mcp", plain, `"http://mcp.contoso.com" must be https; plain http is for loopback only`},
		{"ftp", "ftp://mcp.contoso.com/mcp", plain, "must be https"},
		{"no scheme", "mcp.contoso.com/mcp", plain, "put the scheme in front"},
		{"scheme alone", "https://", plain, "has no host"},
		{"upper case scheme", "HTTPS://mcp.contoso.com/mcp", plain, `which clients change to "https://mcp.contoso.com"`},
		{"upper case host", "https://MCP.contoso.com/mcp", plain, `which clients change to "https://mcp.contoso.com"`},
		{"default port", "https://mcp.contoso.com:443/mcp", plain, `which clients change to "https://mcp.contoso.com"`},
		{"Unicode host", "https://mcp.contoso.örg/mcp", plain, "punycode"},
		{"user name", "https://user:hunter2@mcp.contoso.com/mcp", plain, "holds an @"},
		{"@ in the path", "https://mcp.contoso.com/@hunter2", plain, "holds an @"},
		{"query", good + "?key=hunter2", plain, "has a query"},
		{"empty query", good + "?", plain, "has a query"},
		{"fragment", good + "#top", plain, "has a fragment"},
		{"dots", "https://mcp.contoso.com/a/../mcp", plain, `with a segment ".."`},
		{"dot", "https://mcp.contoso.com/./mcp", plain, `with a segment "."`},
		{"dots at the end", good + "/..", plain, `with a segment ".."`},
		{"two slashes", "https://mcp.contoso.com//mcp", plain, "with an empty segment"},
		{"two slashes at the end", good + "//", plain, "with an empty segment"},
		{"escape", "https://mcp.contoso.com/m%63p", plain, "are escaped by some"},
		{"escaped slash", "https://mcp.contoso.com/a%2Fb", plain, "are escaped by some"},
		{"escaped dots", "https://mcp.contoso.com/%2e%2e/mcp", plain, "are escaped by some"},
		{"space", good + " ", plain, "are escaped by some"},
		{"quote", good + `"`, plain, "are escaped by some"},
		{"backslash", `https://mcp.contoso.com\mcp`, plain, "malformed host"},
		{"line break", good + "\r\nX-Evil: 1", plain, "are escaped by some"},
		{"Unicode path", good + "/ä", plain, "are escaped by some"},
		{"parameter of Gin", "https://mcp.contoso.com/:id", plain, "are escaped by some"},
		{"parameter of net/http", "https://mcp.contoso.com/{id}", plain, "are escaped by some"},
		{"any", "https://mcp.contoso.com/*", plain, "are escaped by some"},
		{"well-known", "https://mcp.contoso.com/.well-known/oauth-protected-resource", plain, "write the API's own URL"},
		{"long", good + strings.Repeat("x", 1100), plain, "longer than 1024 bytes"},

		{"no options", good, nil, "ResourceOptions.AppIDURI is empty"},
		{"client id", good, &options{AppIDURI: "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"}, "ResourceOptions.AppIDURI is"},
		{"URI with slash", good, &options{AppIDURI: tasksURI + "/"}, "leave out the slash at its end"},
		{"URI with scope", good, with(func(o *options) { o.AppIDURI, o.Scopes = tasksURI+"/tasks.read", []string{"tasks.read"} }), "leave out /tasks.read"},
		{"URI with default", good, &options{AppIDURI: tasksURI + "/.default"}, "leave out /.default"},
		{"URI with quote", good, &options{AppIDURI: tasksURI + `", scope="x`}, "a character that no App ID URI has"},
		{"URI with line break", good, &options{AppIDURI: tasksURI + "\r\nX-Evil: 1"}, "a character that no App ID URI has"},
		{"URI with space", good, &options{AppIDURI: tasksURI + "/a " + tasksURI}, "a character that no App ID URI has"},
		{"URI with odd scheme", good, &options{AppIDURI: "1://tasks"}, "write it whole"},
		{"URI long", good, &options{AppIDURI: tasksURI + strings.Repeat("x", 1100)}, "longer than 1024 bytes"},

		{"scope empty", good, scopes("a", ""), "ResourceOptions.Scopes[1] is no scope"},
		{"scope full", good, scopes(tasksURI + "/tasks.read"), `want "tasks.read"`},
		{"scope with quote", good, scopes(`a", error="x`), "ResourceOptions.Scopes[0] is no scope"},
		{"scope with line break", good, scopes("a\r\nX-Evil: 1"), "ResourceOptions.Scopes[0] is no scope"},
		{"scope twice", good, scopes("a", "b", "a"), `ResourceOptions.Scopes[2] is "a", which is named twice`},
		{"scope of OpenID Connect", good, scopes("offline_access"), "OpenID Connect's"},
		{"role is a scope", good, with(func(o *options) { o.Scopes, o.AppRoles = []string{"a"}, []string{"b", "a"} }), `ResourceOptions.AppRoles[1] is "a", which is in Scopes, too`},
		{"role twice", good, with(func(o *options) { o.AppRoles = []string{"a", "a"} }), "ResourceOptions.AppRoles[1]"},

		{"issuer over http", good, servers("http://contoso.ciamlogin.com"), "must be https"},
		{"issuer on loopback", good, servers("http://127.0.0.1:8080/x/v2.0/"), ""},
		{"issuer empty", good, servers(""), "ResourceOptions.AuthorizationServers[0]"},
		{"issuer with query", good, servers("https://contoso.b2clogin.com/x/v2.0/?p=b2c_1_susi"), "no issuer has"},
		{"issuer with fragment", good, servers("https://contoso.b2clogin.com/#"), "no issuer has"},
		{"issuer with user name", good, servers("https://user:hunter2@contoso.b2clogin.com/"), "holds an @"},
		{"issuer with slashed password", good, servers("https://user:hunter2/@contoso.b2clogin.com/"), "holds an @"},
		{"issuer is metadata", good, servers("https://contoso.b2clogin.com/x/v2.0/.well-known/openid-configuration"), "write the issuer"},
		{"issuer twice", good, servers("https://a.b/", "https://a.b", "https://a.b/"), "ResourceOptions.AuthorizationServers[2] is named twice"},
		{"issuer with line break", good, servers("https://a.b/\n"), "a character that no URL has"},

		{"name of two lines", good, with(func(o *options) { o.Name = "a\nb" }), "ResourceOptions.Name is not one line"},
		{"name turned around", good, with(func(o *options) { o.Name = "a\u202eb" }), "ResourceOptions.Name is not one line"},
		{"name that is no text", good, with(func(o *options) { o.Name = "a\xff" }), "ResourceOptions.Name is not one line"},
		{"long name", good, with(func(o *options) { o.Name = strings.Repeat("a", 1025) }), "ResourceOptions.Name is not one line"},
		{"script", good, with(func(o *options) { o.Documentation = "javascript:alert(1)" }), "ResourceOptions.Documentation"},
		{"policy over http", good, with(func(o *options) { o.Policy = "http://contoso.com" }), "ResourceOptions.Policy"},
		{"terms with space", good, with(func(o *options) { o.TermsOfService = "https://contoso.com/a b" }), "ResourceOptions.TermsOfService"},

		{"path only", good, with(func(o *options) { o.PathOnly = true }), ""},
		{"path only without path", "https://mcp.contoso.com/", with(func(o *options) { o.PathOnly = true }), "would be nowhere"},
	} {
		res, err := guard.NewResource(c.url, c.opts)
		switch {
		case c.want == "" && (err != nil || res == nil):
			t.Errorf("%s: got error %v, want none", c.name, err)
		case c.want == "":
			continue
		case err == nil || res != nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "guard: NewResource: "):
			t.Errorf("%s: got %v and error %v, want one of guard with %q", c.name, res, err, c.want)
		case strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\r") || strings.Count(err.Error(), "\n") > 0:
			t.Errorf("%s: got error %q, want one line without password", c.name, err)
		}
	}
}

func TestResourceMistakesComeAtOnce(t *testing.T) {
	_, err := guard.NewResource("http://mcp.contoso.com/?a", &guard.ResourceOptions{
		Scopes: []string{"", "a", "a"}, AuthorizationServers: []string{"x"}, Name: "\x00", Policy: "y",
	})
	if got := strings.Count(fmt.Sprint(err), "\n") + 1; err == nil || got != 7 {
		t.Errorf("got %d lines, want 7 mistakes:\n%v", got, err)
	}
}

// A Resource keeps nothing of what it was made of.
func TestResourceIsImmutable(t *testing.T) {
	o := wholeOptions()
	res := resource(t, "https://mcp.contoso.com/mcp", o)
	o.Scopes[0], o.AppRoles[0], o.AuthorizationServers[0] = "x", "x", "x"
	res.Paths()[0] = "/"
	if got := answerOf(res, httptest.NewRequest(http.MethodGet, res.Paths()[0], nil)); !strings.HasSuffix(got, wholeDocument) {
		t.Errorf("got answer\n%s\nwant the document as it was", got)
	}
	g := guard.New(validateFunc(accept), &guard.Options{Resource: res, Logger: quiet().Logger})
	if got := panicText(func() { g.Rule(scope("tasks.read"), scope("Tasks.Read.All")) }); got != "" {
		t.Errorf("got panic %q, want the scopes known", got)
	}
}

// discover is what RFC 9728 tells a client to do, word by word: section 3.1 to derive
// the metadata's URL from that of the resource, and section 3.3 to compare.
func discover(t *testing.T, client *http.Client, resource string) error {
	t.Helper()
	u, err := url.Parse(resource)
	if err != nil {
		return err
	}
	path := u.Path
	if path == "/" {
		path = "" // "any terminating slash following the host component MUST be removed"
	}
	metadataURL := u.Scheme + "://" + u.Host + "/.well-known/oauth-protected-resource" + path
	resp, err := client.Get(metadataURL)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s, %w", metadataURL, resp.Status, err)
	}
	var document struct{ Resource string }
	if err := json.Unmarshal(body, &document); err != nil {
		return err
	}
	if document.Resource != resource {
		return fmt.Errorf("%s: got resource %q, want %q", metadataURL, document.Resource, resource)
	}
	return nil
}

// A client finds the metadata over a socket, beside whatever else the mux serves.
func TestClientsFindTheMetadata(t *testing.T) {
	for _, path := range []string{"", "/", "/mcp", "/mcp/", "/a/b.c/-_~$+,="} {
		mux := http.NewServeMux()
		server := httptest.NewServer(mux)
		defer server.Close()
		res := resource(t, server.URL+path, &guard.ResourceOptions{AppIDURI: tasksURI})
		mux.HandleFunc("GET /", http.NotFound)
		res.Mount(mux)
		mux.HandleFunc("POST /mcp", http.NotFound)
		if err := discover(t, server.Client(), server.URL+path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
		if got := res.MetadataURL(); got != server.URL+res.Paths()[0] {
			t.Errorf("%q: got the metadata at %s, want it at %s", path, got, server.URL+res.Paths()[0])
		}
		if other := strings.TrimSuffix(path, "/"); other != path && other != "" && discover(t, server.Client(), server.URL+other) == nil {
			t.Errorf("%q: found for %q, want that to be another resource", path, other)
		}
	}
}

func TestMountOfSeveral(t *testing.T) {
	const root = "/.well-known/oauth-protected-resource"
	options := func(pathOnly bool) *guard.ResourceOptions {
		return &guard.ResourceOptions{AppIDURI: tasksURI, PathOnly: pathOnly}
	}
	mux := http.NewServeMux()
	resource(t, "https://contoso.com/a", options(false)).Mount(mux)
	resource(t, "https://contoso.com/b", options(true)).Mount(mux)
	for path, want := range map[string]string{root: "https://contoso.com/a", root + "/a": "https://contoso.com/a", root + "/b": "https://contoso.com/b"} {
		if got := answerOf(mux, httptest.NewRequest(http.MethodGet, path, nil)); !strings.Contains(got, `{"resource":"`+want+`",`) {
			t.Errorf("%s: got answer\n%s\nwant the resource %s", path, got, want)
		}
	}
	slash := http.NewServeMux()
	slash.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	resource(t, "https://contoso.com/a/", options(true)).Mount(slash)
	for _, path := range []string{root + "/a", root + "/a/b", root} {
		// A mux may lead from one to the other; clients compare what comes.
		if got := answerOf(slash, httptest.NewRequest(http.MethodGet, path, nil)); strings.HasPrefix(got, "200") || path == root+"/a/b" && !strings.HasPrefix(got, "418") {
			t.Errorf("%s: got answer\n%s\nwant no document, since it is another resource's", path, got)
		}
	}
	got := panicText(func() { resource(t, "https://contoso.com/c", options(false)).Mount(mux) })
	if want := "guard: " + root + " is taken, maybe by another Resource; set ResourceOptions.PathOnly of all but one"; got != want {
		t.Errorf("got panic %q, want %q", got, want)
	}
	var none *guard.Resource
	for _, empty := range []*guard.Resource{none, new(guard.Resource)} {
		if got, want := panicText(func() { empty.Mount(mux) }), "guard: the *Resource is nil or empty; make one with guard.NewResource"; got != want {
			t.Errorf("got panic %q, want %q", got, want)
		}
	}
	if got, want := resource(t, "https://contoso.com/c", options(false)).Paths(), []string{root + "/c", root}; !slices.Equal(got, want) {
		t.Errorf("got paths %q, want %q", got, want)
	}
}

func TestFullScope(t *testing.T) {
	res := resource(t, "https://mcp.contoso.com", &guard.ResourceOptions{AppIDURI: tasksURI})
	for name, want := range map[string]string{"tasks.read": tasksURI + "/tasks.read", tasksURI + "/tasks.read": tasksURI + "/tasks.read"} {
		if got := res.FullScope(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := res.URL(); got != "https://mcp.contoso.com" {
		t.Errorf("got URL %s, want it as it was", got)
	}
}
