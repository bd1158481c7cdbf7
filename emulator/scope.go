// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"regexp"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
)

var wordPattern = regexp.MustCompile(`^[!#-\[\]-~]+$`) // scope-token of RFC 6749 §3.3

// scope is what a request asked for, as far as it was granted. It is never
// written once made.
type scope struct {
	openid, profile, email, offline bool

	resource *App     // the audience of the access token; nil for no access token
	words    []string // what was granted of it, as asked for: full names, or the client's own id
	names    []string // the same by short names, in the API's order: "scp"
}

// String is the "scope" of an answer: only what was granted, the resource's
// scopes first.
func (s scope) String() string {
	words := slices.Clone(s.words)
	if s.openid {
		words = append(words, "openid")
	}
	if s.profile {
		words = append(words, "profile")
	}
	if s.email {
		words = append(words, "email")
	}
	if s.offline {
		words = append(words, "offline_access")
	}
	return strings.Join(words, " ")
}

// scopeOf reads the scope of a client's request. B2C: it succeeds if at least
// one scope of a resource is granted, and there is one resource at most. The
// client's own id stands for an access token for itself.
func scopeOf(m *model, client *App, text string) (scope, *aadb2c.Error) {
	if i := strings.IndexFunc(text, func(r rune) bool {
		return r != ' ' && (r == ',' || !wordPattern.MatchString(string(r)))
	}); i >= 0 {
		return scope{}, aadb2c.ScopeCharacter.With(string([]rune(text[i:])[:1]))
	}
	var s scope
	var asked []string
	for word := range strings.FieldsSeq(text) {
		if s.standard(word, m.emailScope) {
			continue
		}
		resource := resourceOf(m, client, word)
		switch {
		case resource == nil:
			return scope{}, aadb2c.UnsupportedScope.With(word)
		case s.resource != nil && s.resource != resource:
			return scope{}, aadb2c.SeveralResources.With(text)
		}
		s.resource = resource
		asked = append(asked, word)
	}
	if s.resource == nil {
		return s, nil
	}
	granted := m.granted(client, s.resource, scopes)
	for _, word := range asked {
		if s.hasWord(word) {
			continue
		}
		if strings.EqualFold(word, client.ID) || slices.ContainsFunc(granted, func(name string) bool { return strings.EqualFold(word, s.resource.URI+"/"+name) }) {
			s.words = append(s.words, strings.Clone(word)) // remembered, and the text may be long
		}
	}
	if len(s.words) == 0 {
		return scope{}, aadb2c.NoPermission
	}
	return s.named(granted), nil
}

// standard takes a word that is for no resource, and reports whether it is one;
// email is not one everywhere.
func (s *scope) standard(word string, email bool) bool {
	switch {
	case word == "openid":
		s.openid = true
	case word == "profile":
		s.profile = true
	case word == "email" && email:
		s.email = true
	case word == "offline_access":
		s.offline = true
	default:
		return false
	}
	return true
}

// resourceOf returns the app that a word of a scope is for, or nil.
func resourceOf(m *model, client *App, word string) *App {
	if strings.EqualFold(word, client.ID) {
		return client
	}
	i := strings.LastIndexByte(word, '/')
	if i < 0 {
		return nil
	}
	return m.apiAt(word[:i])
}

// named fills in the names of the words from the ones an API publishes.
func (s scope) named(published []string) scope {
	s.names = []string{}
	for _, name := range published {
		if s.hasWord(s.resource.URI + "/" + name) {
			s.names = append(s.names, name)
		}
	}
	return s
}

func (s scope) hasWord(word string) bool {
	return slices.ContainsFunc(s.words, func(w string) bool { return strings.EqualFold(w, word) })
}

// narrowed returns the part of s that a request to the token endpoint asks for;
// an empty text asks for all of it. B2C: a scope of a resource must have been in
// the request to the authorize endpoint too. If none was, the answer has no
// access token, and is no error.
func (s scope) narrowed(text string) scope {
	if text == "" || s.resource == nil {
		return s
	}
	asked := strings.Fields(text)
	var kept []string
	for _, word := range s.words {
		if slices.ContainsFunc(asked, func(a string) bool { return strings.EqualFold(a, word) }) {
			kept = append(kept, word)
		}
	}
	s.words = kept
	if len(kept) == 0 {
		s.resource, s.names = nil, nil
		return s
	}
	return s.named(s.names)
}

// defaultScope returns the API whose {App ID URI}/.default is asked for, the
// only form of scope that client credentials know. B2C refuses a user's scopes
// beside it, which Entra ignores (AzureAD/microsoft-authentication-library-for-js#4999).
func defaultScope(m *model, scope string) (*App, *aadb2c.Error) {
	var api *App
	words := strings.Fields(scope)
	if len(words) == 0 {
		return nil, aadb2c.MissingParameter.With("scope")
	}
	for _, word := range words {
		uri, ok := strings.CutSuffix(word, "/.default")
		if !ok {
			return nil, aadb2c.ScopeForm.With(word)
		}
		a := m.apiAt(uri)
		switch {
		case a == nil:
			return nil, aadb2c.UnsupportedScope.With(word)
		case api != nil && api != a:
			return nil, aadb2c.SeveralResources.With(scope)
		}
		api = a
	}
	return api, nil
}
