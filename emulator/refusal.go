// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// oauthError is an error of the tenant. B2C puts code, correlation id and time
// into the description: there are no other members, unlike in Entra ID's
// answers.
type oauthError struct {
	code   string // OAuth's
	b2c    string // B2C's
	text   string
	status int // HTTP status of the token endpoint; 0 is 400
}

// with fills in the text; the words may come from a client.
func (e *oauthError) with(words ...string) *oauthError {
	args := make([]any, len(words))
	for i, word := range words {
		args[i] = quoted(word)
	}
	filled := *e
	filled.text = fmt.Sprintf(e.text, args...)
	return &filled
}

// description is the text a client gets to see, with B2C's line ends.
func (t *Tenant) description(e *oauthError) string {
	return fmt.Sprintf("%s: %s\r\nCorrelation ID: %s\r\nTimestamp: %s\r\n",
		e.b2c, e.text, randomGUID(), t.timestamp())
}

func (t *Tenant) timestamp() string { return t.now().UTC().Format("2006-01-02 15:04:05Z") }

// refuse is an error of the token endpoint.
func (t *Tenant) refuse(w http.ResponseWriter, e *oauthError) {
	recordOf(w).request.Error = e.b2c
	status := e.status
	if status == 0 {
		status = http.StatusBadRequest
	}
	writeJSON(w, status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{e.code, t.description(e)})
}

// refusePage is an error for the user's eyes, where there is no app to which it
// may be sent.
func (t *Tenant) refusePage(w http.ResponseWriter, e *oauthError) {
	recordOf(w).request.Error = e.b2c
	(&view{Tenant: t.opts.Name, Title: "Something went wrong", Refusal: &refusalText{
		Text: e.b2c + ": " + e.text, CorrelationID: randomGUID(), Time: t.timestamp(),
	}}).render(w, http.StatusBadRequest, messagePage)
}

// refusalText is an error as a page shows it.
type refusalText struct{ Text, CorrelationID, Time string }

// quoted prepares a client's words for an error text: on one line, and not
// without end.
func quoted(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
