// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	checkTimeout  = 5 * time.Second // of one look at the server
	checkInterval = 200 * time.Millisecond
)

// checkServer returns nil once clients of the emulator that the flags describe
// can begin: whoever trusts the file that it writes for them, and reads that
// when it starts, as Go and Node do. It looks once, or for as long as --wait says.
func (f *emulateFlags) checkServer(ctx context.Context, tenants []*emulator.Tenant, stdout io.Writer) error {
	end := time.Now().Add(f.wait)
	for {
		err := f.checkOnce(ctx, tenants)
		if err == nil {
			_, err = fmt.Fprintf(stdout, "The emulator at %s answers as it should.\n", f.address)
			return err
		}
		if time.Now().Add(checkInterval).After(end) {
			return err
		}
		select {
		case <-time.After(checkInterval):
		case <-ctx.Done():
			return err
		}
	}
}

func (f *emulateFlags) checkOnce(ctx context.Context, tenants []*emulator.Tenant) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	v, err := f.newVisitor(tenants)
	if err != nil {
		return err
	}
	served := map[string]servedTenant{}
	if v.local {
		if served, err = v.tenants(ctx); err != nil {
			return err
		}
	}
	for _, t := range tenants {
		if err := v.tenant(ctx, t, served); err != nil {
			return err
		}
	}
	return nil
}

// visitor asks a server what a client of it would, and trusts whom it would.
type visitor struct {
	client *http.Client
	at     string // where it connects to
	scheme string
	trusts string   // the file
	names  []string // that the certificate must be for
	local  bool     // it is at a loopback address, where all tenants and the control API answer
}

func (f *emulateFlags) newVisitor(tenants []*emulator.Tenant) (*visitor, error) {
	host, port, err := net.SplitHostPort(f.address)
	if err != nil {
		return nil, err
	}
	if unspecified(host) {
		host = "127.0.0.1"
	}
	v := &visitor{at: net.JoinHostPort(host, port), scheme: "https", names: f.hosts(tenants)}
	if f.cert != "" {
		v.names = nil // the user knows by which of them clients ask
	}
	v.local = host == "localhost" || net.ParseIP(host).IsLoopback()
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, v.at) // whatever the name: it may not be known here
	}}
	v.client = &http.Client{Transport: transport}
	if f.http {
		v.scheme = "http"
		return v, nil
	}
	if v.trusts, err = f.trusted(f.port()); err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(v.trusts)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s isn't there: the emulator hasn't started, or has another --ca-file", v.trusts)
	}
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("there is no certificate in %s", v.trusts)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return v, nil
}

// servedTenant is what the control API says of a tenant.
type servedTenant struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Counts struct {
		Metadata int `json:"metadata"`
	} `json:"counts"`
	Flows []struct {
		Name   string `json:"name"`
		Issuer string `json:"issuer"`
	} `json:"flows"`
	Faults []struct {
		Kind     emulator.FaultKind `json:"kind"`
		Endpoint emulator.Endpoint  `json:"endpoint"`
	} `json:"faults"`
}

// tenants returns what the control API says, by their ids and kinds: a B2C tenant
// and its other side have one id.
func (v *visitor) tenants(ctx context.Context) (map[string]servedTenant, error) {
	var answer struct {
		Tenants []servedTenant `json:"tenants"`
	}
	err := v.get(ctx, v.scheme+"://"+v.at+"/emulator/v1/tenants", &answer)
	all := map[string]servedTenant{}
	for _, t := range answer.Tenants {
		all[t.ID+" "+t.Kind] = t
	}
	return all, err
}

// tenant checks that a tenant answers with the issuers that clients are told of.
// It asks for metadata itself only until somebody has: a check every second would
// push everything else out of the log. And it doesn't use up faults.
func (v *visitor) tenant(ctx context.Context, t *emulator.Tenant, served map[string]servedTenant) error {
	if v.local {
		known, ok := served[t.ID()+" "+t.Kind().String()]
		if !ok {
			return fmt.Errorf("%s doesn't serve the tenant %s (%s): has it another --config?", v.at, t.Name(), t.ID())
		}
		issuers := map[string]string{}
		for _, f := range known.Flows {
			issuers[f.Name] = f.Issuer
		}
		for _, f := range t.Flows() {
			if got, want := issuers[f.Name], v.issuer(t, f.Name); got != want {
				return fmt.Errorf("%s has the issuer %q, not %s: has %s another --config?", issuing(t, f.Name), got, want, v.at)
			}
		}
		for _, f := range known.Faults {
			ofKeys := f.Kind == emulator.FaultEmptyKeys || f.Kind == emulator.FaultOddKeys
			if !ofKeys && (f.Endpoint == "" || f.Endpoint == emulator.MetadataEndpoint) {
				return fmt.Errorf("the tenant %s misbehaves on purpose: the fault %q is set", t.Name(), f.Kind)
			}
		}
		if known.Counts.Metadata > 0 {
			return nil
		}
	}
	return v.metadata(ctx, t)
}

// issuing names what an issuer is of.
func issuing(t *emulator.Tenant, flow string) string {
	if flow == "" {
		return "the tenant " + t.Name()
	}
	return "the flow " + flow + " of the tenant " + t.Name()
}

// metadata checks that of a tenant's first flow.
func (v *visitor) metadata(ctx context.Context, t *emulator.Tenant) error {
	flow := t.Flows()[0].Name
	address := authorityAt(v.base(t), t, flow) + "/v2.0/.well-known/openid-configuration"
	if !v.local { // as something in front would ask that has ended TLS
		address = v.scheme + strings.TrimPrefix(address, "https")
	}
	var document struct {
		Issuer string `json:"issuer"`
	}
	if err := v.get(ctx, address, &document); err != nil {
		return err
	}
	if want := v.issuer(t, flow); document.Issuer != want {
		return fmt.Errorf("%s has the issuer %q, not %s", address, document.Issuer, want)
	}
	return nil
}

// base returns the address at which a tenant is asked.
func (v *visitor) base(t *emulator.Tenant) string {
	_, port, _ := net.SplitHostPort(v.at)
	switch {
	case v.local && v.scheme == "http":
		return "http://" + strings.TrimSuffix(v.at, ":80")
	case v.local:
		return "https://" + strings.TrimSuffix(v.at, ":443")
	case v.scheme == "http":
		return "https://" + t.Hosts()[0]
	default:
		return "https://" + strings.TrimSuffix(net.JoinHostPort(t.Hosts()[0], port), ":443")
	}
}

// issuer returns the issuer that goes with base.
func (v *visitor) issuer(t *emulator.Tenant, flow string) string {
	return issuerAt(v.base(t), t, flow)
}

// get reads JSON, after a look at the names in the certificate.
func (v *visitor) get(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := v.client.Do(req)
	if err != nil {
		return v.explain(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusBadRequest && v.scheme == "http" && speaksTLS(res.Body) {
		return fmt.Errorf("%s speaks https and not http: leave out --http", v.at)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is answered with %s: is it b2ckit emulate, with the same flags?", address, res.Status)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 4<<20)).Decode(into); err != nil {
		return fmt.Errorf("%s is not answered with JSON: is it b2ckit emulate?", address)
	}
	if res.TLS == nil {
		return nil
	}
	for _, name := range v.names {
		if err := res.TLS.PeerCertificates[0].VerifyHostname(name); err != nil {
			return fmt.Errorf("the certificate of %s isn't for %s: has it another --config?", v.at, name)
		}
	}
	return nil
}

// speaksTLS reports whether an answer is that of Go's https servers to http.
func speaksTLS(body io.Reader) bool {
	text, err := io.ReadAll(io.LimitReader(body, 1<<10))
	return err == nil && strings.Contains(string(text), "sent an HTTP request to an HTTPS server")
}

// explain says in a line what keeps clients away.
func (v *visitor) explain(err error) error {
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, misnamed := errors.AsType[x509.HostnameError](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nobody listens at %s", v.at)
	case unknown:
		return fmt.Errorf("%s has another certificate than %s is for: is the file of another start?", v.at, v.trusts)
	case misnamed:
		return fmt.Errorf("the certificate of %s isn't for that name", v.at)
	case noTLS || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("%s speaks http and not https: is --http missing?", v.at)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s doesn't answer within %s", v.at, checkTimeout)
	default:
		return err
	}
}
