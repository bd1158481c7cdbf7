// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

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

// says names the product that is asked in a text that was written for B2C.
func (c *examination) says(text string) string {
	product := map[authority.Kind]string{
		authority.AzureADB2C: "B2C", authority.EntraExternalID: "External ID", authority.EntraID: "Entra ID", authority.OpenIDConnect: "the provider",
	}[c.authority.Kind()]
	return strings.ReplaceAll(text, "B2C", product)
}

// isMissing reports whether B2C says that there is no such flow: by a page.
func (c *examination) isMissing() bool {
	return c.authority.Kind() == authority.AzureADB2C && c.failed != nil && c.failed.Status == http.StatusNotFound && c.ofMetadata()
}

// problem is what jwks has to say.
func problem(e *jwks.FetchError) string {
	if e.Err != nil && !errors.Is(e.Err, context.DeadlineExceeded) {
		return e.Problem + ": " + foreign.Text(e.Err.Error())
	}
	return e.Problem
}

// advice tells what to do about a document that jwks has not accepted.
func (c *examination) advice(e *jwks.FetchError) string {
	if c.authority.Kind() != authority.AzureADB2C && c.ofMetadata() && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound) {
		return "compare host and tenant with the portal: there is no such tenant at this host, by its answer"
	}
	return c.says(advice(e))
}

// advice is that for B2C.
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
