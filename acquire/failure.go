// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/internal/retry"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// B2C puts everything into the description:
//
//	AADB2C90080: The provided grant has expired. …\r\nCorrelation ID: …\r\nTimestamp: 2025-06-15 15:00:00Z\r\n
var (
	codePattern        = regexp.MustCompile(`^\s*(AADB2C\d{5}|AAD_Custom_[^:\r\n]{1,100}):[ \t]*`)
	codeAnywhere       = regexp.MustCompile(`\bAADB2C\d{5}\b`)
	correlationPattern = regexp.MustCompile(`(?i)Correlation ID:\s*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)
	timestampPattern   = regexp.MustCompile(`Timestamp:\s*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})Z`)
)

// failure reads an answer of the token endpoint that is not good: JSON, as
// RFC 6749 section 5.2 has it, or else a page or text of B2C, its gateway, or
// a proxy. All of it may repeat the request.
func failure(resp *http.Response, body []byte, a attempt) *Error {
	hush := a.hush
	some := func(text string) string {
		text = hush.text(text) // first: half a secret would not be found
		return text[:min(len(text), 4<<10)]
	}
	text := some(string(body))
	var code, description string
	err := strictjson.Object(string(body), func(name string, v strictjson.Value) error {
		switch name {
		case "error":
			code, _ = v.String()
		case "error_description":
			description, _ = v.String()
		}
		return nil
	})
	e := &Error{Status: resp.StatusCode, RetryAfter: retry.Bound(retry.After(resp.Header))}
	switch code, description = some(code), some(description); {
	case err == nil:
		e.describe(a, code, description)
		// Whatever else it held, and in whatever spelling, stays out.
		known, _ := json.Marshal(map[string]string{"error": code, "error_description": description}) // strings always marshal
		text = string(known)
	case codePattern.MatchString(text):
		e.describe(a, "", text)
	default: // a page: its text is for people, a code in it is for us
		if m := codeAnywhere.FindString(text); m != "" {
			e.describe(a, "", m+":")
		}
		e.readCorrelation(text)
	}
	if err != nil {
		code, description = "", ""
	}
	e.retrieve = &oauth2.RetrieveError{
		// Without the request, whose body holds secrets.
		Response: &http.Response{
			Status: hush.text(resp.Status), StatusCode: resp.StatusCode, Proto: resp.Proto, ProtoMajor: resp.ProtoMajor, ProtoMinor: resp.ProtoMinor,
			Header: hush.header(resp.Header), Body: http.NoBody,
		},
		Body: []byte(text), ErrorCode: code, ErrorDescription: description,
	}
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests:
		e.Class, e.Advice = ErrRetry, "too many requests; "+adviceLater
	case e.Class != "" && (status < 500 || e.Code != ""):
	case status >= 500:
		e.Class, e.Advice = ErrRetry, "B2C, or something in front of it, is not well; "+adviceLater
	case status == http.StatusNotFound:
		e.Class, e.Advice = ErrConfiguration, "no such tenant or user flow: the token endpoint answered 404; check the names of tenant and flow"
	case status >= 300 && status < 400:
		e.Class, e.Advice = ErrUnexpected, "the token endpoint answered with a redirect, which was not followed; is a proxy in the way, or the host wrong?"
	default:
		e.Class, e.Advice = ErrUnexpected, "the token endpoint answered HTTP "+strconv.Itoa(status)+" with what is no OAuth error; is a proxy in the way?"
	}
	return e
}

// redirected reads the error that came back from the authorization endpoint.
func redirected(params url.Values, a attempt) *Error {
	e := &Error{During: a.grant, Flow: a.flow.Flow()}
	e.describe(a, a.hush.text(params.Get("error")), a.hush.text(params.Get("error_description")))
	if e.Class == "" {
		e.Class, e.Advice = ErrUnexpected, "the authorization endpoint sent an error that is not known"
	}
	return e
}

// describe takes code, text, correlation id and time out of a description and
// finds the class, if they tell it.
func (e *Error) describe(a attempt, oauthError, description string) {
	e.OAuthError = clean(oauthError)
	e.readCorrelation(description)
	m := codePattern.FindStringSubmatch(description)
	if m != nil {
		e.Code = clean(m[1])
		description = description[len(m[0]):]
	}
	line, _, _ := strings.Cut(strings.ReplaceAll(description, "\r", "\n"), "\n")
	e.Description = clean(line)
	means := a.means(e.Code, oauthError, e.Description)
	e.Class, e.Advice = means.class, means.advice
}

func (e *Error) readCorrelation(text string) {
	if m := correlationPattern.FindStringSubmatch(text); m != nil {
		e.CorrelationID = strings.ToLower(m[1])
	}
	if m := timestampPattern.FindStringSubmatch(text); m != nil {
		if at, err := time.Parse(time.DateTime, m[1]); err == nil {
			e.Timestamp = at
		}
	}
}

// clean makes a text from outside one line of what can be seen, no longer than
// is good. Whoever shows it still has to escape it.
func clean(s string) string {
	const limit = 500
	s = strings.TrimSpace(printable(s))
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}

// printable replaces controls, also those that end lines or turn the direction
// of text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
