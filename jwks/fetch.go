// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/reconnect"
	"github.com/b2ckit/b2ckit/internal/retry"
)

// maxBody bounds a document after decompression. B2C's are about 2 kB.
const maxBody = 1 << 20

// fetcher gets documents over HTTP, each within bounds. It remembers nothing
// but connections.
type fetcher struct {
	authority authority.Authority // as errors name it
	client    *http.Client
	timeout   time.Duration
}

func newFetcher(a authority.Authority, transport *reconnect.Transport, timeout time.Duration) *fetcher {
	return &fetcher{
		authority: a, timeout: timeout,
		client: &http.Client{
			Transport: transport,
			// B2C does not redirect. A redirect could lead anywhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// endpoint is where a document is fetched from.
type endpoint struct {
	what string // as errors name it
	url  string
	host string // of the URL, as the Limiter names it
}

// What is fetched, as errors name it.
const (
	whatMetadata = "metadata"
	whatKeys     = "key set"
)

// attempt is the request for one document, and what came of it.
type attempt struct {
	begun  time.Time // zero if it was not made
	host   string
	status int // 0 if there was no answer
	doc    document
	err    *FetchError // nil if it was good

	lent    bool // another cache made it
	earlier bool // and before this fetch began: it says nothing of what the server has now
}

func (a *attempt) isGood() bool { return a.err == nil && !a.begun.IsZero() }

// document is an accepted answer of the server.
type document struct {
	body        string
	etag        string
	notModified bool
	maxAge      time.Duration // the server's hint, -1 if it gave none
}

// get fetches one document. A non-empty etag makes the request conditional.
func (f *fetcher) get(ctx context.Context, from endpoint, etag string) attempt {
	a := attempt{begun: time.Now(), host: from.host}
	a.doc, a.status, a.err = f.fetch(ctx, from, etag)
	if a.err != nil {
		a.err.URL = from.url
	}
	return a
}

func (f *fetcher) fetch(ctx context.Context, from endpoint, etag string) (doc document, status int, problem *FetchError) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	ctx, sending := traceSending(ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from.url, nil)
	if err != nil {
		return document{}, 0, &FetchError{Problem: from.what + " address is malformed"}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "b2ckit")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return document{}, 0, f.unanswered(from.what, err, sending)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && etag != "" {
		return document{notModified: true, etag: etag, maxAge: maxAge(resp.Header)}, resp.StatusCode, nil
	}
	if problem = f.checkHead(from.what, resp); problem != nil {
		return document{}, resp.StatusCode, problem
	}
	body, problem := f.readBody(from.what, resp)
	if problem != nil {
		return document{}, resp.StatusCode, problem
	}
	etag = resp.Header.Get("ETag")
	if !isVisible(etag) { // sent back it would make every later request fail
		etag = ""
	}
	return document{body: body, etag: etag, maxAge: maxAge(resp.Header)}, resp.StatusCode, nil
}

// unanswered is the error of a request to which no answer came.
func (f *fetcher) unanswered(what string, err error, sending *sending) *FetchError {
	e := &FetchError{Problem: what + " can't be fetched", Err: withoutURL(err), kind: sending.failure(err)}
	if errors.Is(err, context.DeadlineExceeded) {
		e.Problem, e.Setting = e.Problem+f.late(), settingTimeout
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		e.Problem, e.Setting = e.Problem+"; for a private CA set the environment variable SSL_CERT_FILE", "Transport"
	}
	return e
}

// checkHead returns what is wrong with an answer before its body is read.
func (f *fetcher) checkHead(what string, resp *http.Response) *FetchError {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	html := mediaType == "text/html" || mediaType == "application/xhtml+xml"
	switch status := resp.StatusCode; {
	case status == http.StatusNotFound && html:
		return &FetchError{Status: status, kind: failedLasting, Problem: f.notThere(what)}
	case status == http.StatusNotModified:
		return &FetchError{Status: status, Problem: what + " URL answered 304, but was not asked whether anything changed"}
	case status >= 300 && status < 400:
		return &FetchError{Status: status, Problem: fmt.Sprintf(
			"%s URL answered with a redirect (%d), which is not followed", what, status)}
	case status != http.StatusOK:
		return &FetchError{Status: status, RetryAfter: retry.After(resp.Header), kind: statusFailure(status), Problem: fmt.Sprintf(
			"%s URL answered %d%s", what, status, statusHint(status))}
	case html:
		return &FetchError{Problem: what + " URL answered with HTML instead of JSON; perhaps it is a proxy's or a firewall's page"}
	case resp.ContentLength > maxBody:
		return tooLarge(what)
	}
	return nil
}

// notThere tells what an address that does not exist may owe to.
func (f *fetcher) notThere(what string) string {
	switch f.authority.Kind() {
	case authority.OpenIDConnect:
		return fmt.Sprintf("no such provider: the %s URL answered 404 with HTML; check the issuer", what)
	case authority.EntraExternalID, authority.EntraID:
		return fmt.Sprintf("no such tenant: the %s URL answered 404 with HTML; check the tenant %q", what, f.authority.Tenant())
	case authority.AzureADB2C:
	}
	return fmt.Sprintf("no such tenant or user flow: the %s URL answered 404 with HTML; check the tenant %q and the flow %q",
		what, f.authority.Tenant(), f.authority.Flow())
}

func (f *fetcher) readBody(what string, resp *http.Response) (string, *FetchError) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "", &FetchError{Problem: what + " was cut off: it did not come" + f.late(), Setting: settingTimeout, Err: withoutURL(err)}
	case err != nil:
		return "", &FetchError{Problem: what + " was cut off", Err: withoutURL(err)}
	case len(body) > maxBody:
		return "", tooLarge(what)
	}
	return string(body), nil
}

func tooLarge(what string) *FetchError {
	return &FetchError{Problem: fmt.Sprintf("%s is larger than %d bytes", what, maxBody)}
}

// settingTimeout is the field of Options that bounds a fetch.
const settingTimeout = "FetchTimeout"

// late names what an answer was too late for.
func (f *fetcher) late() string { return fmt.Sprintf(" within %v", f.timeout) }

// statusHint names the usual cause of a status.
func statusHint(status int) string {
	switch {
	case status == http.StatusNotFound:
		return ", and not as B2C does, with HTML; is this host B2C's, or a proxy's in between?"
	case status == http.StatusProxyAuthRequired:
		return "; a proxy wants credentials"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "; a proxy or a firewall in between?"
	case status == http.StatusTooManyRequests || status >= 500:
		return "; it will be tried again"
	}
	return ""
}

// withoutURL takes the URL out of net/http's error; ours names it already.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// maxAge reads Cache-Control: the hint, 0 for "do not cache", -1 for none.
func maxAge(h http.Header) time.Duration {
	hint := time.Duration(-1)
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if n, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 64); n >= 0 && wholeNumber(err) {
				hint = seconds(n)
			}
		}
	}
	return hint
}

// wholeNumber reports by its error whether strconv has read a number, were it one
// too large for it, for which it gives the largest there is.
func wholeNumber(err error) bool { return err == nil || errors.Is(err, strconv.ErrRange) }

// seconds converts with bounds that keep durations from overflowing.
func seconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), 1<<31)) * time.Second
}
