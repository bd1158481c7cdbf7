// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

// field is one parameter of an answer at a redirect URI.
type field struct{ Name, Value string }

// authorized returns the answer to a request whose user has signed in.
func (t *Tenant) authorized(a *authorization, g *grant) ([]field, *oauthError) {
	var answer []field
	var access, code string
	var err error
	if a.token {
		if access, err = t.accessToken(a.place, g, g.scope, g.began); err != nil {
			return nil, errInternal
		}
		answer = append(answer, field{"access_token", access}, field{"token_type", "Bearer"},
			field{"expires_in", strconv.FormatInt(int64(g.flow.Lifetime.Seconds()), 10)}, field{"scope", g.scope.String()})
	}
	if a.code {
		code = opaque()
	}
	if a.idToken {
		token, err := t.idToken(a.place, g, g.began, access, code)
		if err != nil {
			return nil, errInternal
		}
		answer = append(answer, field{"id_token", token})
	}
	if a.code {
		t.memory.mu.Lock()
		t.memory.codes.put(code, &authorizationCode{
			grant: g, redirectURI: a.redirectURI, challenge: a.challenge, hashed: a.hashed, issued: g.began,
		})
		t.memory.mu.Unlock()
		answer = append(answer, field{"code", code})
	}
	if a.clientInfo {
		answer = append(answer, field{"client_info", t.clientInfo(g)})
	}
	return a.withState(answer), nil
}

// reject sends an error to the app.
func (t *Tenant) reject(w http.ResponseWriter, a *authorization, e *oauthError) {
	recordOf(w).request.Error = e.b2c
	redirect(w, a.redirectURI, a.mode, a.withState([]field{{"error", e.code}, {"error_description", t.description(e)}}))
}

func (a *authorization) withState(answer []field) []field {
	if a.state == "" {
		return answer
	}
	return append(answer, field{"state", a.state})
}

// redirect sends the user with an answer to a redirect URI, which must be a
// registered one.
func redirect(w http.ResponseWriter, uri, mode string, answer []field) {
	if mode == "form_post" {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", formPostPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		_ = formPost.Execute(w, struct {
			Action template.URL // registered, so an app's own scheme is no script
			Fields []field
		}{template.URL(uri), answer}) //nolint:gosec // see Action
		return
	}
	separator := "?"
	switch {
	case mode == "fragment":
		separator = "#"
	case strings.Contains(uri, "?"):
		separator = "&"
	}
	var b strings.Builder
	b.WriteString(uri)
	for _, f := range answer {
		b.WriteString(separator)
		b.WriteString(f.Name)
		b.WriteByte('=')
		b.WriteString(escaped(f.Value))
		separator = "&"
	}
	w.Header().Set("Location", b.String())
	w.WriteHeader(http.StatusFound)
}

const formPostScript = `document.getElementById("auto").submit();`

var formPostPolicy = contentSecurityPolicy("script-src", formPostScript)

// formPost posts itself, as OAuth's Form Post Response Mode has it.
var formPost = template.Must(template.New("form_post").Parse(`<!DOCTYPE html>
<html><head><title>Working...</title></head>
<body><form id="auto" method="post" action="{{.Action}}">
{{range .Fields}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">
{{end}}<noscript><p>Script is disabled. Click Continue.</p><button type="submit">Continue</button></noscript>
</form><script>` + formPostScript + `</script></body></html>
`))

// escaped is the form encoding of .NET, and so B2C's: its hex digits are lower
// case. A client that compares escapes as text is wrong.
func escaped(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.!*()", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
