// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// Refusal is what was read of an error response (RFC 6749 section 5.2), or of
// the same in the address of a return (section 4.1.2.1). B2C puts everything
// into the description:
//
//	AADB2C90080: The provided grant has expired. …\r\nCorrelation ID: …\r\nTimestamp: 2025-06-15 15:00:00Z\r\n
//
// External ID and Entra do the same, with a trace ID and not always on lines of
// its own, and have members for it too
// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
type Refusal struct {
	OAuthError    string
	SubError      string
	Code          string // such as AADB2C90080 or AADSTS70008, or AAD_Custom_…
	Codes         []int  // the numbers of error_codes
	Description   string // its first line, without the code
	TraceID       string
	CorrelationID string
	Timestamp     time.Time
	Claims        string // a JSON object, as it came: what a token must have besides

	isJSON bool
}

var (
	codePattern        = lazy.Regexp(`^\s*(AADB2C\d{5}|AADSTS\d{1,9}|AAD_Custom_[^:\r\n]{1,100}):[ \t]*`)
	codeAnywhere       = lazy.Regexp(`\b(AADB2C\d{5}|AADSTS\d{4,9})\b`)
	correlationPattern = lazy.Regexp(`(?i)Correlation ID:\s*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)
	tracePattern       = lazy.Regexp(`(?i)\s*Trace ID:\s*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)
	timestampPattern   = lazy.Regexp(`Timestamp:\s*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})Z`)
)

// maxText is how much of a description or page is looked at.
const maxText = 4 << 10

// ParseRefusal reads an error response: JSON, or else a page or text of B2C,
// its gateway, or a proxy. All of it may repeat the secrets of the request.
func ParseRefusal(body string, secrets redact.Secrets) Refusal {
	members, err := strictjson.Members(body, "error", "error_description",
		"suberror", "error_codes", "trace_id", "correlation_id", "claims")
	if err == nil {
		oauthError, _ := members[0].String()
		description, _ := members[1].String()
		r := Describe(oauthError, description, secrets)
		r.isJSON = true
		r.readMembers(members[2:], secrets)
		return r
	}
	text := without(secrets, body)
	if codePattern().MatchString(text) {
		return Describe("", text, secrets)
	}
	// A page: its text is for people, a code in it is for us.
	r := Refusal{Code: codeAnywhere().FindString(text)}
	r.readCorrelation(text)
	return r
}

// Describe reads an error and its description. What it returns is safe to log.
func Describe(oauthError, description string, secrets redact.Secrets) Refusal {
	r := Refusal{OAuthError: foreign.Text(without(secrets, oauthError))}
	description = without(secrets, description)
	r.readCorrelation(description)
	if at := tracePattern().FindStringIndex(description); at != nil { // it may be on the same line
		description = description[:at[0]]
	}
	if m := codePattern().FindStringSubmatch(description); m != nil {
		r.Code = safe(m[1])
		description = description[len(m[0]):]
	}
	line, _, _ := strings.Cut(strings.ReplaceAll(description, "\r", "\n"), "\n")
	r.Description = safe(line)
	return r
}

func (r *Refusal) readCorrelation(text string) {
	if m := correlationPattern().FindStringSubmatch(text); m != nil {
		r.CorrelationID = strings.ToLower(m[1])
	}
	if m := tracePattern().FindStringSubmatch(text); m != nil {
		r.TraceID = strings.ToLower(m[1])
	}
	if m := timestampPattern().FindStringSubmatch(text); m != nil {
		if at, err := time.Parse(time.DateTime, m[1]); err == nil {
			r.Timestamp = at
		}
	}
}

// Members returns error and error_description, written anew from what was read
// of them; empty if the response was no JSON.
func (r Refusal) Members() (oauthError, description string) {
	if !r.isJSON {
		return "", ""
	}
	return r.OAuthError, r.text()
}

// Body returns the response's body, written anew from what was read of it: as
// JSON, or as a text if it was none.
func (r Refusal) Body() []byte {
	if !r.isJSON {
		return []byte(r.text())
	}
	members := map[string]any{"error": r.OAuthError, "error_description": r.text()}
	if r.SubError != "" {
		members["suberror"] = r.SubError
	}
	if r.Codes != nil {
		members["error_codes"] = r.Codes
	}
	if r.Claims != "" {
		members["claims"] = r.Claims
	}
	body, _ := json.Marshal(members) // strings and numbers always marshal
	return body
}

func (r Refusal) text() string {
	text := r.Description
	if r.Code != "" {
		text = r.Code + ": " + text
	}
	if r.TraceID != "" {
		text += "\r\nTrace ID: " + r.TraceID
	}
	if r.CorrelationID != "" {
		text += "\r\nCorrelation ID: " + r.CorrelationID
	}
	if !r.Timestamp.IsZero() {
		text += "\r\nTimestamp: " + r.Timestamp.Format(time.DateTime) + "Z"
	}
	if r.TraceID != "" || r.CorrelationID != "" || !r.Timestamp.IsZero() {
		text += "\r\n"
	}
	return text
}

// without returns the beginning of a text, without the secrets. They go first:
// half of one would not be found.
func without(secrets redact.Secrets, text string) string {
	text = secrets.Text(text)
	return text[:min(len(text), maxText)]
}

func safe(text string) string { return foreign.Text(strings.TrimSpace(text)) }
