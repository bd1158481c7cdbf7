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
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/reconnect"
	"github.com/b2ckit/b2ckit/internal/retry"
)

// maxBody bounds a document after decompression. B2C's are about 2 kB.
const maxBody = 1 << 20

const maxURLBytes = 2048

// fetcher gets documents over HTTP, each within bounds.
type fetcher struct {
	authority authority.Authority
	client    *http.Client
	keyHosts  []string
	timeout   time.Duration
	close     func()
}

func newFetcher(a authority.Authority, opts *Options) *fetcher {
	transport := reconnect.New(opts.Transport, 0)
	return &fetcher{
		authority: a, keyHosts: slices.Concat(a.KeyHosts(), opts.KeyHosts), timeout: opts.FetchTimeout, close: transport.Close,
		client: &http.Client{
			Transport: transport,
			// B2C does not redirect. A redirect could lead anywhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// What is fetched, as errors name it.
const (
	whatMetadata = "metadata"
	whatKeys     = "key set"
)

// document is an accepted answer of the server.
type document struct {
	body        string
	etag        string
	notModified bool
	maxAge      time.Duration // the server's hint, -1 if it gave none
}

// get fetches one document. A non-empty etag makes the request conditional.
func (f *fetcher) get(ctx context.Context, what, address, etag string) (document, *FetchError) {
	fail := func(format string, args ...any) (document, *FetchError) {
		return document{}, &FetchError{URL: address, Problem: what + " " + fmt.Sprintf(format, args...)}
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	ctx, sending := traceSending(ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fail("address is malformed")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "b2ckit")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		e := &FetchError{URL: address, Problem: what + " can't be fetched", Err: withoutURL(err), kind: sending.failure(err)}
		if errors.Is(err, context.DeadlineExceeded) {
			e.Problem += f.late()
		}
		if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
			e.Problem += "; for a private CA set the Transport"
		}
		return document{}, e
	}
	defer resp.Body.Close()

	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	html := mediaType == "text/html" || mediaType == "application/xhtml+xml"
	switch {
	case resp.StatusCode == http.StatusNotModified && etag != "":
		return document{notModified: true, etag: etag, maxAge: maxAge(resp.Header)}, nil
	case resp.StatusCode == http.StatusNotFound && html:
		return document{}, &FetchError{URL: address, Status: resp.StatusCode, kind: failedLasting, Problem: fmt.Sprintf(
			"no such tenant or user flow: the %s URL answered 404 with HTML; check the tenant %q and the flow %q",
			what, f.authority.Tenant(), f.authority.Flow())}
	case resp.StatusCode == http.StatusNotModified:
		return document{}, &FetchError{URL: address, Status: resp.StatusCode, Problem: what + " URL answered 304, but was not asked whether anything changed"}
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return document{}, &FetchError{URL: address, Status: resp.StatusCode, Problem: fmt.Sprintf(
			"%s URL answered with a redirect (%d), which is not followed", what, resp.StatusCode)}
	case resp.StatusCode != http.StatusOK:
		return document{}, &FetchError{URL: address, Status: resp.StatusCode, RetryAfter: retry.After(resp.Header), kind: statusFailure(resp.StatusCode), Problem: fmt.Sprintf(
			"%s URL answered %d%s", what, resp.StatusCode, statusHint(resp.StatusCode))}
	case html:
		return fail("URL answered with HTML instead of JSON; perhaps it is a proxy's or a firewall's page")
	case resp.ContentLength > maxBody:
		return fail("is larger than %d bytes", maxBody)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return document{}, &FetchError{URL: address, Problem: what + " was cut off: it did not come" + f.late(), Err: withoutURL(err)}
	case err != nil:
		return document{}, &FetchError{URL: address, Problem: what + " was cut off", Err: withoutURL(err)}
	case len(body) > maxBody:
		return fail("is larger than %d bytes", maxBody)
	}
	etag = resp.Header.Get("ETag")
	if !printable(etag) { // sent back it would make every later request fail
		etag = ""
	}
	return document{body: string(body), etag: etag, maxAge: maxAge(resp.Header)}, nil
}

// late names what an answer was too late for.
func (f *fetcher) late() string {
	return fmt.Sprintf(" in time (jwks.Options.FetchTimeout is %v)", f.timeout)
}

// statusHint tells the usual cause of a status.
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

// keyHost holds jwks_uri to https (but for a plain loopback authority) and to
// the hosts from which keys may come, and returns its host.
func (f *fetcher) keyHost(raw string) (string, error) {
	if len(raw) > maxURLBytes {
		return "", fmt.Errorf("has a jwks_uri of more than %d bytes", maxURLBytes)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return "", errors.New("has a malformed jwks_uri")
	}
	scheme, _, _ := strings.Cut(f.authority.MetadataURL(), ":")
	switch {
	case u.Scheme != "https" && (u.Scheme != scheme || !strings.EqualFold(u.Host, f.authority.Host())):
		return "", fmt.Errorf("has a jwks_uri that is not %s", scheme)
	case u.User != nil || u.Fragment != "":
		return "", errors.New("has a jwks_uri with credentials or a fragment")
	}
	host := authority.FoldFlow(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	if !slices.Contains(f.keyHosts, host) {
		return "", fmt.Errorf("has a jwks_uri on host %q, not on %q; if that is right, name it in Options.KeyHosts", cut(host), f.authority.Host())
	}
	return host, nil
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

// wholeNumber tells by its error that strconv has read a number, were it one
// too large for it, for which it gives the largest there is.
func wholeNumber(err error) bool { return err == nil || errors.Is(err, strconv.ErrRange) }

// seconds converts with bounds that keep durations from overflowing.
func seconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), 1<<31)) * time.Second
}
