// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package answer

import (
	"html/template"
	"net/http"
	"strings"
)

// Parameter is one of an answer at a redirect URI.
type Parameter struct{ Name, Value string }

// Redirect sends the user with an answer to a redirect URI, which must be a
// registered one.
func Redirect(w http.ResponseWriter, uri, mode string, answer []Parameter) {
	if mode == "form_post" {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", formPostPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		_ = formPost.Execute(w, struct {
			Action template.URL // registered, so an app's own scheme is no script
			Fields []Parameter
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

var formPostPolicy = ContentSecurityPolicy("script-src", formPostScript)

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
