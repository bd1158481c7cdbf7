// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/jwks"
)

// flow has package jwks fetch a flow's metadata and keys, and notes what came of it.
func (d *doctor) flow(ctx context.Context, p *patient) {
	c := examination{authority: p.authority}
	err := p.cache.Refresh(ctx)
	c.metadata, c.asked = d.recorder.Of(p.authority.MetadataURL())
	c.set = p.cache.Current()
	if c.set == nil {
		c.failed, _ = errors.AsType[*jwks.FetchError](err)
		c.err = err
		if ctx.Err() != nil {
			c.failed, c.asked, c.err = nil, false, errors.New("the checks ended early")
		}
	}
	c.read()
	if c.set != nil {
		c.keys, _ = d.recorder.Of(c.document.jwksURI)
	} else if c.failed != nil && !c.ofMetadata() {
		c.keys, _ = d.recorder.Of(c.failed.URL)
	}
	p.found = []report.Finding{c.checkMetadata(), c.checkIssuer(), c.checkEndpoints(), c.checkKeys()}
	p.isMissing = c.isMissing()
	for i := range p.found {
		p.found[i].Flow, p.found[i].Host = name(p.authority), p.authority.Host()
	}
}

// name returns what a flow is called; the flows of External ID have no name.
func name(a authority.Authority) string {
	if a.Flow() == "" {
		return a.Tenant()
	}
	return a.Flow()
}

// examination is what is known of one flow.
type examination struct {
	authority authority.Authority
	set       *jwks.Set        // nil if there are no usable keys
	failed    *jwks.FetchError // what jwks made of the answers; nil if they were good
	err       error            // the same, also if nothing was asked

	asked    bool
	metadata exchange.Exchange
	keys     exchange.Exchange
	document document // what the metadata says, empty if it can't be read
	readable bool
}

func (c *examination) read() {
	if c.asked && c.metadata.Status == http.StatusOK {
		c.document, c.readable = readDocument(c.metadata.Body)
	}
}

// ofMetadata reports whether it was the metadata that jwks did not accept.
func (c *examination) ofMetadata() bool {
	return c.failed != nil && c.failed.URL == c.authority.MetadataURL()
}

// isMissing reports whether B2C says that there is no such flow: by a page.
func (c *examination) isMissing() bool {
	return c.failed != nil && c.failed.Status == http.StatusNotFound && c.ofMetadata()
}

// problem is what jwks has to say, without the Go options that would change it.
func problem(e *jwks.FetchError) string {
	text, _, _ := strings.Cut(e.Problem, " (jwks.Options")
	text, _, _ = strings.Cut(text, "; if that is right, name it in Options")
	if e.Err != nil && !errors.Is(e.Err, context.DeadlineExceeded) {
		return text + ": " + foreign.Text(e.Err.Error())
	}
	return text
}

func (c *examination) checkMetadata() report.Finding {
	f := report.Finding{Check: report.Metadata, State: report.OK}
	if c.asked && c.metadata.Status != 0 {
		f.Facts = []report.Fact{
			{Name: "metadata", Value: c.authority.MetadataURL()},
			{Name: "metadata_status", Value: c.metadata.Status},
			{Name: "metadata_ms", Value: milliseconds(c.metadata.Took)},
		}
		f.Facts = appendHeader(f.Facts, "metadata_caching", c.metadata.Header.Get("Cache-Control"))
	}
	switch {
	case !c.asked && c.err != nil:
		f.State, f.Found = report.Skipped, "not asked: "+withoutPackage(c.err)
	case c.readable:
		f.Found = fmt.Sprintf("fetched in %d ms", milliseconds(c.metadata.Took))
	case c.failed == nil:
		f.State, f.Found = report.Fail, withoutPackage(c.err)
	default:
		f.State, f.Found, f.Do = report.Fail, problem(c.failed), advice(c.failed)
		if c.metadata.Status/100 == 3 {
			f.Facts = appendHeader(f.Facts, "location", hostOf(c.metadata.Header.Get("Location")))
		}
		f.Facts = appendRetryAfter(f.Facts, c.failed)
	}
	return f
}

// advice tells what to do about a document that jwks has not accepted.
func advice(e *jwks.FetchError) string {
	switch status := e.Status; {
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "find out what is slow between here and the host; the kit waits as long for each document as it was waited here, unless told otherwise"
	case e.Err != nil:
		return "run it again; if it stays, ask who runs the network, the proxy or the host"
	case status == http.StatusTooManyRequests:
		return "wait, and find who asks so much: B2C counts 20 requests a second from one address for each tenant, whatever program makes them"
	case status/100 == 3:
		return "B2C does not redirect: something in between does, or the host is not B2C's"
	case status == http.StatusProxyAuthRequired:
		return "give the proxy's credentials in the environment, or leave the host out in NO_PROXY"
	case status >= 500:
		return "try again; if it stays, see the status page of Azure"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "ask from another network: B2C's metadata is open to everybody, so this is a proxy's, a firewall's or a blocked host's answer"
	}
	return "open the metadata's address in a browser on this machine; a proxy, a firewall or a sign-in page of the network may answer in B2C's place"
}

func (c *examination) checkIssuer() report.Finding {
	f := report.Finding{Check: report.Issuer, State: report.OK}
	issuer := c.document.issuer
	if issuer != "" {
		f.Facts = []report.Fact{{Name: "issuer", Value: foreign.Text(issuer)}}
	}
	switch {
	case !c.readable:
		f.State, f.Found = report.Skipped, "there is no metadata"
	case issuer == "" && c.failed != nil:
		f.State, f.Found, f.Do = report.Fail, c.failed.Problem, advice(c.failed)
	case !c.authority.MatchIssuer(issuer):
		f.State, f.Found, f.Do = report.Fail, "the metadata names another tenant's or host's issuer", c.adviceIssuer()
		f.Facts = append(f.Facts, report.Fact{Name: "issuers_wanted", Value: c.authority.Issuers()})
	default:
		form := c.form()
		f.Found = "of the form " + form
		f.Facts = append(f.Facts, report.Fact{Name: "issuer_form", Value: form})
	}
	return f
}

// form names the setting that makes the issuer look as it does.
func (c *examination) form() string {
	switch {
	case c.authority.Kind() == authority.EntraExternalID:
		return "External ID"
	case c.document.issuer == c.authority.Issuers()[0]:
		return "AuthorityAndTenantGuid"
	}
	return "AuthorityWithTfp"
}

func (c *examination) adviceIssuer() string {
	for part := range strings.SplitSeq(c.document.issuer, "/") {
		if id := authority.FoldFlow(part); guid.Is(id) && id != c.authority.TenantID() {
			return fmt.Sprintf("the tenant that answers has the GUID %s, and %s is configured: correct the tenant's GUID, if that tenant is yours", id, c.authority.TenantID())
		}
	}
	return "correct the host: B2C writes the one that it was asked at into the issuer"
}

func (c *examination) checkEndpoints() report.Finding {
	f := report.Finding{Check: report.Endpoints, State: report.OK, Found: "on the metadata's host"}
	if !c.readable {
		f.State, f.Found = report.Skipped, "there is no metadata"
		return f
	}
	if c.ofMetadata() && c.document.issuer != "" && c.authority.MatchIssuer(c.document.issuer) {
		f.State, f.Found = report.Fail, problem(c.failed)
		f.Do = "ask whoever runs what stands in front of B2C: B2C names its own host there"
		return f
	}
	var odd []string
	for _, e := range c.document.endpoints() {
		switch host := hostOf(e.url); {
		case e.url == "":
			odd = append(odd, "no "+e.name)
		case host != c.authority.Host():
			odd = append(odd, fmt.Sprintf("%s on %s", e.name, foreign.Name(host)))
		}
	}
	if len(odd) > 0 {
		f.State, f.Found = report.Warn, "the metadata has "+strings.Join(odd, ", ")
		f.Do = "the kit asks the metadata's own host; clients that go by the metadata will not"
	}
	return f
}

// milliseconds rounds up, so that nothing takes none.
func milliseconds(d time.Duration) int { return int((d + time.Millisecond - 1) / time.Millisecond) }

func appendHeader(facts []report.Fact, name, value string) []report.Fact {
	if value == "" {
		return facts
	}
	return append(facts, report.Fact{Name: name, Value: foreign.Text(value)})
}

func appendRetryAfter(facts []report.Fact, e *jwks.FetchError) []report.Fact {
	if e.RetryAfter <= 0 {
		return facts
	}
	return append(facts, report.Fact{Name: "retry_after_s", Value: int(math.Ceil(e.RetryAfter.Seconds()))})
}
