// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	fabrikamDomain = "fabrikam.onmicrosoft.com"
	documentPath   = "/B2C_1_susi/v2.0/.well-known/openid-configuration"
)

func start(t *testing.T, opts *emulator.ServerOptions, tenants ...*emulator.Tenant) *emulator.Server {
	t.Helper()
	s, err := emulator.Start(opts, tenants...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestStartTenants: each tenant answers for its own hosts and its own paths.
func TestStartTenants(t *testing.T) {
	contoso, fabrikam := emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	fallback := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("fallback")) })
	s := start(t, &emulator.ServerOptions{Fallback: fallback}, contoso, fabrikam)
	equal(t, "Tenants", len(s.Tenants()) == 2 && s.Tenants()[0] == contoso && s.Tenants()[1] == fabrikam && s.Tenant == contoso, true)

	localhost := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		url    string
		status int
		issuer string // or the body
	}{
		{metadataURL, 200, contosoIssuer},
		{"https://fabrikam.b2clogin.com/" + fabrikamDomain + documentPath, 200, "https://fabrikam.b2clogin.com/" + fabrikam.ID() + "/v2.0/"},
		{s.URL + "/contoso.onmicrosoft.com" + documentPath, 200, s.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{s.URL + "/" + fabrikamDomain + documentPath, 200, s.URL + "/" + fabrikam.ID() + "/v2.0/"},
		{s.URL + "/tfp/FABRIKAM.onmicrosoft.com" + documentPath, 200, s.URL + "/" + fabrikam.ID() + "/v2.0/"},
		{localhost + "/" + fabrikam.ID() + documentPath, 200, localhost + "/" + fabrikam.ID() + "/v2.0/"},
		{s.URL + "/" + fabrikamDomain + "/v2.0/.well-known/openid-configuration?p=b2c_1_susi", 200, s.URL + "/" + fabrikam.ID() + "/v2.0/"},
		{s.URL + "/" + fabrikamDomain + "/B2C_1_none/v2.0/.well-known/openid-configuration", 404, ""},
		{"https://fabrikam.b2clogin.com/contoso.onmicrosoft.com" + documentPath, 404, ""},
		{"https://contoso.b2clogin.com/" + fabrikamDomain + documentPath, 404, ""},
		{"https://contoso.b2clogin.com/", 404, ""},
		{s.URL + "/", 200, "fallback"},
		{s.URL + "/tfp/", 200, "fallback"},
		{s.URL + "/adatum.onmicrosoft.com", 200, "fallback"},
		{s.URL + "/adatum.onmicrosoft.com" + documentPath, 404, ""}, // a client that is set up wrongly
	} {
		r := get(t, s.Client(), c.url)
		equal(t, c.url, r.status, c.status)
		switch {
		case c.status == 404:
			equal(t, c.url+" is B2C's page", strings.Contains(r.body, "<h1>404 - Not Found</h1>"), true)
		case c.issuer == "fallback":
			equal(t, c.url, r.body, c.issuer)
		default:
			equal(t, c.url, decode[document](t, r.body).Issuer, c.issuer)
		}
	}
	equal(t, "contoso's 404s", contoso.Counts().NotFound, 3)
	equal(t, "fabrikam's 404s", fabrikam.Counts().NotFound, 2)
	equal(t, "fabrikam's last host", fabrikam.Hosts()[1], strings.TrimPrefix(s.URL, "https://"))
	equal(t, "one user-flow key", s.Tenants()[0].CurrentKey("").ID(), fabrikam.CurrentKey("").ID())
}

// TestStartForeignHost: a name that a stranger's DNS points here gets nothing,
// from the tenants or from Fallback.
func TestStartForeignHost(t *testing.T) {
	fallback := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the fallback answered") })
	s := start(t, &emulator.ServerOptions{Plain: true, Fallback: fallback}, emulator.NewTenant(nil))
	for _, path := range []string{"/", "/contoso.onmicrosoft.com" + documentPath} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example"
		equal(t, path, do(t, s.Client(), req).status, 404)
	}
}

// TestStartAnyAddress: where others reach the server, names must be listed, and
// what is issued follows them, port and all.
func TestStartAnyAddress(t *testing.T) {
	tenant := emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "b2c", "192.0.2.7"}})
	s := start(t, &emulator.ServerOptions{Address: ":0", AnyAddress: true}, tenant)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL, "https://"))
	equal(t, "URL", s.URL, "https://127.0.0.1:"+port)
	r := get(t, s.Client(), "https://b2c:"+port+"/contoso.onmicrosoft.com"+documentPath)
	equal(t, "issuer", decode[document](t, r.body).Issuer, "https://b2c:"+port+"/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/")
	equal(t, "jwks_uri", decode[document](t, r.body).JWKS, "https://b2c:"+port+"/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys")
	own := mint(t, tenant, emulator.Spec{Host: "b2c:" + port})
	equal(t, "iss", claimsOf(t, own)["iss"], any("https://b2c:"+port+"/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"))

	for host, status := range map[string]int{"192.0.2.7:8443": 200, "192.0.2.8:8443": 404, "other": 404, "127.0.0.1": 200} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/contoso.onmicrosoft.com"+documentPath, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		equal(t, host, do(t, s.Client(), req).status, status)
	}
}

func TestStartRefuses(t *testing.T) {
	contoso := func() *emulator.Tenant { return emulator.NewTenant(nil) }
	like := func(o emulator.Options) *emulator.Tenant {
		if o.Name == "" {
			o.Name = "fabrikam"
		}
		return emulator.NewTenant(&o)
	}
	for _, c := range []struct {
		want    string
		address string
		tenants []*emulator.Tenant
	}{
		{"needs a tenant", "", nil},
		{"tenant 1 is nil", "", []*emulator.Tenant{contoso(), nil}},
		{`the name "contoso"`, "", []*emulator.Tenant{contoso(), contoso()}},
		{`the name "contoso"`, "", []*emulator.Tenant{contoso(), like(emulator.Options{Name: "contoso", ID: "11111111-1111-1111-1111-111111111111"})}},
		{`the GUID "775527ff-9a37-4307-8b3d-cc311f58d925"`, "", []*emulator.Tenant{contoso(), like(emulator.Options{ID: "775527FF-9a37-4307-8b3d-cc311f58d925"})}},
		{`the domain "Contoso.onmicrosoft.com"`, "", []*emulator.Tenant{contoso(), like(emulator.Options{Domain: "Contoso.onmicrosoft.com"})}},
		{`the host "contoso.b2clogin.com"`, "", []*emulator.Tenant{contoso(), like(emulator.Options{Hosts: []string{"b2c", "Contoso.b2clogin.com"}})}},
		{"AnyAddress", ":0", []*emulator.Tenant{contoso()}},
		{"AnyAddress", "0.0.0.0:0", []*emulator.Tenant{contoso()}},
		{"AnyAddress", "[::]:0", []*emulator.Tenant{contoso()}},
		{"AnyAddress", "192.0.2.7:0", []*emulator.Tenant{contoso()}},
		{"AnyAddress", "b2c:0", []*emulator.Tenant{contoso()}},
		{"no host and port", "127.0.0.1", []*emulator.Tenant{contoso()}},
		{"can't listen", "127.0.0.1:99999", []*emulator.Tenant{contoso()}},
	} {
		s, err := emulator.Start(&emulator.ServerOptions{Address: c.address}, c.tenants...)
		if err == nil {
			s.Close()
		}
		equal(t, c.address+" is ErrNotLoopback", errors.Is(err, emulator.ErrNotLoopback), c.want == "AnyAddress")
		if err == nil || !strings.HasPrefix(err.Error(), "emulator: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q, %d tenants: got %v, want one with %q", c.address, len(c.tenants), err, c.want)
		}
	}
}

func TestStartPortInUse(t *testing.T) {
	first := start(t, &emulator.ServerOptions{Address: "localhost:0"}, emulator.NewTenant(nil))
	_, err := emulator.Start(&emulator.ServerOptions{Address: strings.TrimPrefix(first.URL, "https://")}, emulator.NewTenant(nil))
	equal(t, "EADDRINUSE", errors.Is(err, syscall.EADDRINUSE), true)
}

// TestStartClose: a server of several tenants stops while one of them hangs.
func TestStartClose(t *testing.T) {
	contoso, fabrikam := emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	s := start(t, &emulator.ServerOptions{Plain: true}, contoso, fabrikam)
	equal(t, "fabrikam's address", fabrikam.MetadataURL(""), s.URL+"/"+fabrikamDomain+documentPath)
	entered := make(chan struct{})
	fabrikam.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		close(entered)
		<-r.Context().Done()
	})
	failed := make(chan error, 1)
	go func() {
		res, err := open(context.Background(), s.Client(), fabrikam.MetadataURL(""))
		if err == nil {
			_ = res.Body.Close()
		}
		failed <- err
	}()
	<-entered
	s.Close()
	if err := <-failed; err == nil {
		t.Error("got an answer from a closed server")
	}
}
