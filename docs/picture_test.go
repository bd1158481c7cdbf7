// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// What differs from run to run, and what stands for it in the picture.
var (
	aWhile = regexp.MustCompile(`expired \S+ ago, at \S+Z`)
	someID = regexp.MustCompile(`"[A-Za-z0-9_-]{43}"`)
)

// The picture of the README is what the quickstart prints.
func TestPicture(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./examples/quickstart")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := aWhile.ReplaceAllString(string(out), "expired 1h0m0s ago, at 2026-01-01T09:00:00Z")
	text = someID.ReplaceAllString(text, `"insX2eG1Q_kWRETCmalEquwkHdhjOrHKxnVgDY8KToM"`)
	got := picture("go run ./examples/quickstart", strings.Split(strings.TrimRight(text, "\n"), "\n"))
	name := filepath.Join(root, "docs/images/quickstart.svg")
	was, err := os.ReadFile(name)
	if string(was) == got {
		return
	}
	if !*update {
		t.Fatalf("%v; the picture is not what the quickstart prints: go test ./docs -run TestPicture -update", err)
	}
	if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	charWidth  = 7.8
	lineHeight = 19
	margin     = 18
)

var status = regexp.MustCompile(`\b([2-5])\d\d\b`)

// picture draws a terminal: dark whatever is around it, so that it can be read on a light
// page and on a dark one.
func picture(command string, lines []string) string {
	width := 0
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l))
	}
	w, h := int(float64(width)*charWidth)+2*margin, (len(lines)+2)*lineHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="What the quickstart prints">
<title>What the quickstart prints: twelve requests to one API on net/http, Echo and Gin</title>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; white-space: pre }
.back { fill: #0d1117; stroke: #30363d } .why { fill: #9198a1 } .s2 { fill: #3fb950 } .s4 { fill: #d29922 } .s5 { fill: #f85149 } .head { font-weight: 600 }
</style>
<rect class="back" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>
`, w, h, w, h, w-1, h-1)
	line := func(n int, class, text string) {
		if text == "" {
			return
		}
		indent := len(text) - len(strings.TrimLeft(text, " "))
		words := status.ReplaceAllString(html.EscapeString(text[indent:]), `<tspan class="s$1">$0</tspan>`)
		if class == "why" {
			words = html.EscapeString(text[indent:])
		}
		fmt.Fprintf(&b, `<text class="%s" x="%.1f" y="%d" textLength="%.1f" xml:space="preserve">%s</text>`+"\n",
			class, margin+float64(indent)*charWidth, margin+(n+1)*lineHeight-5, float64(utf8.RuneCountInString(text)-indent)*charWidth, words)
	}
	line(0, "head", "$ "+command)
	for i, l := range lines {
		class := "row"
		if strings.HasPrefix(l, " ") {
			class = "why"
		} else if strings.HasPrefix(l, "REQUEST ") {
			class = "head"
		}
		line(i+2, class, l)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
