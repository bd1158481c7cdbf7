// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"strings"
)

// looksLikeToken reports whether a word may be a token, or hold one.
func looksLikeToken(word string) bool {
	lower := strings.ToLower(word)
	return strings.HasPrefix(strings.TrimLeft(word, `"' `), "eyJ") || strings.HasPrefix(lower, "bearer") ||
		len(word) > 120 && strings.Count(word, ".") >= 2 || strings.HasPrefix(strings.TrimSpace(word), "{")
}

// split splits a text into what was pasted: one a line, but that JSON, a command and a
// token that was broken into lines are one.
func split(text string) (all []string) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if text == "" {
		return nil
	}
	starts := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
			if strings.HasPrefix(line, "eyJ") {
				starts++
			}
		}
	}
	dots := strings.Count(text, ".")
	if json.Valid([]byte(text)) || strings.HasPrefix(text, "curl ") || len(all) > 1 && starts == 1 && strings.HasPrefix(text, "eyJ") && (dots == 2 || dots == 4) {
		return []string{strings.Join(all, "")}
	}
	return all
}

// Unwrap takes a token out of what was pasted with it, and says in a note what was
// around it; "" if nothing was.
func Unwrap(pasted string) (raw, note string) {
	raw = strings.TrimSpace(pasted)
	var answer struct {
		AccessToken string `json:"access_token"`
		IDToken     string `json:"id_token"`
	}
	if json.Unmarshal([]byte(raw), &answer) == nil {
		switch {
		case answer.AccessToken != "":
			return answer.AccessToken, "This is the access_token of a token response; the rest of it is not looked at."
		case answer.IDToken != "":
			return answer.IDToken, "This is the id_token of a token response without an access_token: the client asked for no scope of an API."
		}
	}
	if i := strings.Index(strings.ToLower(raw), "bearer "); i >= 0 {
		raw, note = strings.TrimSpace(raw[i+len("bearer "):]), "This is what stands behind the word Bearer."
		if end := strings.IndexAny(raw, "\"' \t"); end > 0 {
			raw = raw[:end]
		}
	}
	if i := strings.Index(raw, "eyJ"); i > 0 && strings.IndexByte("\"'=: ", raw[i-1]) >= 0 { // a line of JSON, a URL
		raw, note = raw[i:], "This is without what stands around it, which is no part of a token."
		if end := strings.IndexAny(raw, "\"'& \t"); end > 0 {
			raw = raw[:end]
		}
	}
	if bare := strings.Trim(raw, "\"'`,"); bare != raw {
		raw = bare
		if note == "" {
			note = "This is without the quotes around it, which are no part of a token."
		}
	}
	return raw, note
}
