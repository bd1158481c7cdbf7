// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"regexp"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
)

// graph is Microsoft Graph, which is in every tenant: what is asked for by a short
// name is its. Any client may have any of its scopes here.
var graph = &App{ID: GraphID, Name: "Microsoft Graph", URI: "https://graph.microsoft.com"}

var graphScope = regexp.MustCompile(`^[A-Z][A-Za-z-]*(\.[A-Za-z-]+)+$`)

// resourceNamed returns the API that stands in front of a scope's name, by its App
// ID URI or client id; nil if there is none.
func resourceNamed(m *model, name string) *App {
	switch api := m.apiAt(name); {
	case api != nil:
		return api
	case strings.EqualFold(name, graph.URI), strings.EqualFold(name, GraphID):
		return graph
	default:
		return m.app(strings.TrimPrefix(name, "api://"))
	}
}

// platformScope reads the scope of a client's request for a user. There is one
// resource at most; without any, the access token is for Microsoft Graph.
func platformScope(m *model, client *App, text string) (scope, *failure.Error) {
	var s scope
	var names []string
	for word := range strings.FieldsSeq(text) {
		if s.standard(word, true) {
			continue
		}
		api, name := graph, word
		if i := strings.LastIndexByte(word, '/'); i >= 0 {
			api, name = resourceNamed(m, word[:i]), word[i+1:]
		}
		switch {
		case api == nil:
			return scope{}, aadsts.UnknownResource.With(word[:strings.LastIndexByte(word, '/')], m.name)
		case s.resource != nil && s.resource != api:
			return scope{}, aadsts.SeveralResources.With(text)
		}
		s.resource = api
		if !slices.Contains(s.words, word) {
			s.words = append(s.words, strings.Clone(word)) // remembered, and the text may be long
			names = append(names, strings.Clone(name))
		}
	}
	if s.resource == nil || s.resource == graph {
		return s.ofGraph(names, text)
	}
	granted := m.granted(client, s.resource, scopes)
	for _, name := range names {
		switch {
		case name == ".default", hasFolded(granted, name):
		case hasFolded(s.resource.Scopes, name):
			return scope{}, aadsts.NoConsent.With(client.ID, client.Name)
		default:
			return scope{}, aadsts.InvalidScope.With(text)
		}
	}
	s.names = []string{}
	for _, name := range granted {
		if slices.Contains(names, ".default") || hasFolded(names, name) {
			s.names = append(s.names, name)
		}
	}
	return s, nil
}

// ofGraph makes s one of Microsoft Graph, whose tokens have all of it in "scp".
func (s scope) ofGraph(names []string, text string) (scope, *failure.Error) {
	for _, name := range names {
		if name != ".default" && !graphScope.MatchString(name) {
			return scope{}, aadsts.InvalidScope.With(text)
		}
	}
	s.resource = graph
	s.names = strings.Fields(scope{openid: s.openid, profile: s.profile, email: s.email, words: names}.String())
	if len(s.names) == 0 && !s.offline {
		return scope{}, aadsts.InvalidScope.With(text)
	}
	return s, nil
}

func hasFolded(all []string, name string) bool {
	return slices.ContainsFunc(all, func(a string) bool { return strings.EqualFold(a, name) })
}

// platformNarrowed is what a request to the token endpoint asks for of a grant; an
// empty text asks for all of it. A refresh token is good for every resource.
func platformNarrowed(m *model, g *grant, text string) (scope, *failure.Error) {
	if text == "" {
		return g.scope, nil
	}
	s, refusal := platformScope(m, g.client, text)
	s.offline = s.offline || g.scope.offline
	s.profile = s.profile || g.scope.profile
	return s, refusal
}
