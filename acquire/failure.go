// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"net/http"
	"strconv"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/internal/retry"
)

// failure reads an answer of the token endpoint that is not good, of the endpoint,
// its gateway, or a proxy. What it returns holds nothing of the answer but what was
// parsed.
func failure(resp *http.Response, body string, a attempt, secrets redact.Secrets) *Error {
	r := tokenresponse.ParseRefusal(body, secrets)
	e := refusedBy(r, a)
	status := resp.StatusCode
	e.Status, e.RetryAfter = status, retry.Bound(retry.After(resp.Header))
	oauthError, description := r.Members()
	e.retrieve = &oauth2.RetrieveError{
		// Without the request, whose body holds secrets.
		Response: &http.Response{
			Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
			Header: tokenresponse.Header(resp.Header, secrets), Body: http.NoBody,
		},
		Body: r.Body(), ErrorCode: oauthError, ErrorDescription: description,
	}
	switch {
	case status == http.StatusTooManyRequests:
		e.Class, e.Advice = ErrRetry, "too many requests; "+adviceLater
	case e.Class != "" && (status < 500 || e.Code != ""):
	case status >= 500:
		e.Class, e.Advice = ErrRetry, product(a.flow)+", or something in front of it, is not well; "+adviceLater
	case status == http.StatusNotFound && usesSTS(a.flow):
		e.Class, e.Advice = ErrConfiguration, "no such tenant: the token endpoint answered 404; check the tenant's name and GUID, and the host"
	case status == http.StatusNotFound:
		e.Class, e.Advice = ErrConfiguration, "no such tenant or user flow: the token endpoint answered 404; check the names of tenant and flow"
	case status >= 300 && status < 400:
		e.Class, e.Advice = ErrUnexpected, "the token endpoint answered with a redirect, which was not followed; is a proxy in the way, or the host wrong?"
	default:
		e.Class, e.Advice = ErrUnexpected, "the token endpoint answered HTTP "+strconv.Itoa(status)+" with what is no OAuth error; is a proxy in the way?"
	}
	return e
}

// refusedBy returns the error that a refusal is, without a class if it does not
// tell one.
func refusedBy(r tokenresponse.Refusal, a attempt) *Error {
	m := a.means(r)
	return &Error{
		Class: m.class, Advice: m.advice, During: a.grant, Flow: a.flow.Flow(),
		Code: r.Code, Codes: r.Codes, OAuthError: r.OAuthError, SubError: r.SubError, Claims: r.Claims, Description: r.Description,
		CorrelationID: r.CorrelationID, TraceID: r.TraceID, Timestamp: r.Timestamp,
	}
}

// means tells what a refusal calls for, by the codes of who has refused.
func (a attempt) means(r tokenresponse.Refusal) meaning {
	if usesSTS(a.flow) {
		return a.meansAtSTS(r.Code, r.OAuthError)
	}
	return a.meansAtB2C(r.Code, r.OAuthError, r.Description)
}
