// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// host reports what the requests to one host tell of it: how it is reached, its
// certificate, its clock.
func (d *doctor) host(host string) []report.Finding {
	var all []exchange.Exchange
	for _, e := range d.recorder.All() {
		if hostOf(e.URL) == host {
			all = append(all, e)
		}
	}
	found := []report.Finding{d.connection(all), d.tls(all), d.clock(all)}
	for i := range found {
		found[i].Host = host
	}
	return found
}

func (d *doctor) connection(all []exchange.Exchange) report.Finding {
	f := report.Finding{Check: report.Connection, State: report.OK}
	var best, failed *exchange.Exchange
	failures := 0
	for i, e := range all {
		switch {
		case e.Err != nil && !errors.Is(e.Err, context.Canceled):
			failed = &all[i]
			failures++
		case e.Status != 0 && best == nil:
			best = &all[i]
		}
	}
	switch {
	case best == nil && failed == nil:
		f.State, f.Found = report.Skipped, "not asked: the checks ended early"
		return f
	case best == nil && !failed.Reached():
		f.State, f.Found, f.Do = report.Fail, foreign.Text(failed.Err.Error()), d.adviceConnection(failed)
		best = failed
	case best == nil:
		f.Found = "reached, but for its certificate"
		best = failed
	case failures > 0:
		f.State = report.Warn
		f.Found = fmt.Sprintf("of %s %d got no answer: %s", plural(len(all), "request"), failures, foreign.Text(failed.Err.Error()))
		f.Do = "run it again; if it stays, ask who runs the network, the proxy or the host"
	default:
		f.Found = fmt.Sprintf("%s, the first answer in %d ms", best.Proto, report.Milliseconds(best.Took))
	}
	f.Facts = d.connectionFacts(best)
	return f
}

func (d *doctor) connectionFacts(e *exchange.Exchange) []report.Fact {
	var facts []report.Fact
	if e.Proto != "" {
		facts = append(facts, report.Fact{Name: "http", Value: e.Proto}, report.Fact{Name: "first_answer_ms", Value: report.Milliseconds(e.Took)})
	}
	if e.Remote != "" {
		facts = append(facts, report.Fact{Name: "address", Value: e.Remote})
	}
	if len(e.Addresses) > 0 {
		v4 := 0
		for _, a := range e.Addresses {
			if a.IP.To4() != nil {
				v4++
			}
		}
		facts = append(facts, report.Fact{Name: "ipv4_addresses", Value: v4}, report.Fact{Name: "ipv6_addresses", Value: len(e.Addresses) - v4})
	}
	return append(facts, report.Fact{Name: "proxy", Value: d.proxyOf(e.URL)})
}

// proxyOf names the proxy that a request goes over, without its credentials.
func (d *doctor) proxyOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "none"
	}
	proxy, err := d.Proxy(&http.Request{URL: u})
	switch {
	case err != nil:
		return "the environment names one that is malformed"
	case proxy == nil:
		return "none"
	}
	return foreign.Text(proxy.Scheme + "://" + proxy.Host)
}

// adviceConnection tells what to do about a host that is not reached.
func (d *doctor) adviceConnection(e *exchange.Exchange) string {
	if proxy := d.proxyOf(e.URL); proxy != "none" {
		return fmt.Sprintf("requests go over the proxy %s (HTTPS_PROXY, NO_PROXY): does it run, and let this host through?", proxy)
	}
	if dns, ok := errors.AsType[*net.DNSError](e.Err); ok && dns.IsNotFound {
		return "correct the host's name; a new custom domain needs its CNAME first"
	}
	if errors.Is(e.Err, syscall.ECONNREFUSED) {
		return "nothing listens there: correct host and port, or start what should"
	}
	return "is this machine online, and does its firewall let it out? Where a proxy is needed, name it in HTTPS_PROXY"
}

// soon is how many days before its end a certificate is worth a warning.
const soon = 14

func (d *doctor) tls(all []exchange.Exchange) report.Finding {
	f := report.Finding{Check: report.TLS, State: report.OK}
	var seen *exchange.Exchange
	plain := false
	for i, e := range all {
		plain = plain || strings.HasPrefix(e.URL, "http://")
		if len(e.Certificates()) > 0 && (seen == nil || seen.TLS == nil) {
			seen = &all[i]
		}
	}
	switch {
	case plain:
		f.State, f.Found = report.Skipped, "plain http, which is for loopback alone"
		return f
	case seen == nil:
		f.State, f.Found = report.Skipped, "no certificate was shown"
		return f
	}
	chain := seen.Certificates()
	c := certificate{chain: chain, host: nameOf(seen.URL), now: d.Now()}
	f.Facts = c.facts(seen.TLS)
	switch days := c.days(); {
	case seen.TLS == nil:
		f.State, f.Found, f.Do = report.Fail, foreign.Text(seen.Err.Error()), c.advice(seen.Err)
	case days < soon:
		f.State, f.Found = report.Warn, fmt.Sprintf("the certificate ends in %s", plural(days, "day"))
		f.Do = "renew it; of a custom domain's, look at Azure Front Door"
	default:
		f.Found = fmt.Sprintf("%s, the certificate is good for %s", tlsVersion(seen.TLS), plural(days, "day"))
	}
	return f
}

// nameOf returns the host of a URL without its port.
func nameOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// adviceUntrusted is for a certificate of an authority that is not known.
const adviceUntrusted = "if the host is behind a private CA, or the emulator, name the CA's file: here by --ca-file, for services by SSL_CERT_FILE; if a proxy opens TLS, its CA must be among the system's"

func (c *certificate) advice(err error) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is another host's: is a custom domain set up to its end, and DNS right?"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "renew the certificate, or put this machine's clock right"
	}
	return adviceUntrusted
}
