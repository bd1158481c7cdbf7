// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// bar is one of the chart's.
type bar struct {
	label  string
	figure measure.Figure
	kind   barKind
}

// barKind is a class of the chart's style sheet.
type barKind string

const (
	floorBar barKind = "floor"
	ourBar   barKind = "ours"
	theirBar barKind = "theirs"
)

const (
	chartWidth  = 800
	labelsWidth = 230
	rightMargin = 60
	barHeight   = 18
	barSpace    = 27
	topMargin   = 62
	bottom      = 34
)

// style works on white and on black pages: a README shows the chart as an image, and
// the image asks what its reader prefers.
const style = `
text { font: 14px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.small { font-size: 12px; fill: #59636e }
.strong { font-weight: 600 }
.ours { fill: #0969da } .theirs { fill: #afb8c1 } .floor { fill: #6e7781 }
.line { stroke: #6e7781; stroke-width: 1; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 }
  .ours { fill: #4493f8 } .theirs { fill: #545d68 } .floor { fill: #9198a1 } .line { stroke: #9198a1 }
}
`

// draw returns the chart as SVG.
func draw(bars []bar) string {
	height := topMargin + len(bars)*barSpace + bottom
	longest := 1.0
	for _, b := range bars {
		longest = max(longest, b.figure.Median)
	}
	scale := (chartWidth - labelsWidth - rightMargin) / longest
	const title = "What it costs to validate a token"
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n",
		chartWidth, height, chartWidth, height, title)
	fmt.Fprintf(&s, "<title>%s</title>\n<style>%s</style>\n", title, style)
	fmt.Fprintf(&s, `<text class="title" x="10" y="24">%s</text>`+"\n", title)
	fmt.Fprintf(&s, `<text class="small" x="10" y="44">a B2C access token of 1.2 kB, RSA 2048, one core; against the work that can't be saved; shorter is faster</text>`+"\n")
	for i, b := range bars {
		s.WriteString(b.draw(float64(topMargin+i*barSpace), scale))
	}
	at := labelsWidth + scale
	fmt.Fprintf(&s, `<line class="line" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", at, topMargin-6, at, height-bottom)
	fmt.Fprintf(&s, `<text class="small" x="%.1f" y="%d" text-anchor="middle">1.0 = base64, SHA-256 and crypto/rsa of the same token</text>`+"\n", at, height-bottom+18)
	s.WriteString("</svg>\n")
	return s.String()
}

func (b bar) draw(y, scale float64) string {
	width := max(1, b.figure.Median*scale)
	strong := ""
	if b.kind == ourBar {
		strong = ` class="strong"`
	}
	base := y + barHeight - 4
	return fmt.Sprintf(`<text%s x="%d" y="%.1f" text-anchor="end">%s</text>`, strong, labelsWidth-10, base, html.EscapeString(b.label)) +
		fmt.Sprintf(`<rect class="%s" x="%d" y="%.1f" width="%.1f" height="%d" rx="2"/>`, b.kind, labelsWidth, y, width, barHeight) +
		fmt.Sprintf(`<text%s x="%.1f" y="%.1f">%s</text>`, strong, labelsWidth+width+8, base, number(b.figure.Median)) + "\n"
}
