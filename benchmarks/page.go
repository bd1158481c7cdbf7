// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"strings"
)

const (
	page  = "../docs/performance.md"
	chart = "../docs/performance.svg"
)

// write puts what was measured into the page, and draws the chart.
func (r *report) write() error {
	data, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text := string(data)
	for _, p := range r.parts() {
		before, _, after, err := cut(text, p.name)
		if err != nil {
			return err
		}
		text = before + p.text + after
	}
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil { //nolint:gosec // a page that all may read
		return err
	}
	return os.WriteFile(chart, []byte(draw(r.bars())), 0o644) //nolint:gosec // as the page
}

// cut finds what stands between the markers of that name.
func cut(text, name string) (before, old, after string, err error) {
	begin := fmt.Sprintf("<!-- %s: written by make performance -->\n", name)
	end := fmt.Sprintf("<!-- end of %s -->", name)
	i := strings.Index(text, begin)
	j := strings.Index(text, end)
	if i < 0 || j < i {
		return "", "", "", fmt.Errorf("%s has no %q with a %q behind it", page, begin, end)
	}
	i += len(begin)
	return text[:i], text[i:j], text[j:], nil
}
