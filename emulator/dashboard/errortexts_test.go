// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestErrorTexts: every code that the emulator answers with has its words.
func TestErrorTexts(t *testing.T) {
	texts, err := os.ReadFile("errortexts.go")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("../internal/aadb2c/*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile(`"AADB2C\d{5}"`).FindAllString(string(text), -1) {
			codes++
			if !strings.Contains(string(texts), "\t"+code+": \"") {
				t.Errorf("%s has the code %s, which is not explained", source, code)
			}
		}
	}
	equal(t, "codes", codes > 40, true)
}
