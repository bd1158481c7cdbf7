// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"os"
	"strings"
	"testing"
)

// TestMistakes holds sections against what testdata/mistakes.txt says of them: each
// mistake by the key that the operator wrote, all at once, and no secret in them.
func TestMistakes(t *testing.T) {
	data, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(data), "\n== ")[1:]
	if len(cases) < 50 {
		t.Fatalf("got %d cases, want the whole file", len(cases))
	}
	for _, c := range cases {
		name, rest, _ := strings.Cut(c, "\n")
		var sections, want []string
		for line := range strings.Lines(rest) {
			if section, ok := sectionOf(line); ok {
				sections = append(sections, section)
			}
			if mistake, ok := strings.CutPrefix(line, "> "); ok {
				want = append(want, strings.TrimSuffix(mistake, "\n"))
			}
		}
		_, err := read(t, map[string]string{"appsettings.json": `{` + strings.Join(sections, ", ") + `}`})
		wantMistakes(t, name, err, want...)
		if err != nil && strings.Contains(err.Error(), "Q~") {
			t.Errorf("%s: the error tells a secret", name)
		}
	}
}

// sectionOf returns the section that a line of the file has, with its name: AzureAdB2C
// unless the line begins with another one.
func sectionOf(line string) (section string, ok bool) {
	name, members, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "{")
	if name = strings.TrimSpace(name); name == "" {
		name = "AzureAdB2C"
	}
	return `"` + name + `": {` + members, ok && !strings.ContainsAny(name, ">=#")
}

// TestMistakesOfFiles: of what is not JSON the place is told, and nothing else.
func TestMistakesOfFiles(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       string
	}{
		{"secret without quotes", "{\"AzureAdB2C\": {\n  \"ClientSecret\": Q~s3cret\n}}", "appsettings.json is not JSON in line 2, column 19"},
		{"secret in half quotes", "{\"AzureAdB2C\": {\n  \"ClientSecret\": \"Q~s3cret,\n}}", "appsettings.json is not JSON in line 4, column 1"},
		{"bad escape", `{"a": "\q"}`, "appsettings.json is not JSON in line 1, column 7"},
		{"two values", "{}\n{}", "appsettings.json is not JSON in line 2, column 1"},
		{"open comment", "{} /* to the end", "appsettings.json is not JSON in line 1, column 4"},
		{"empty", " \n", "appsettings.json is empty; want a JSON object"},
		{"list", "[]", "appsettings.json is no JSON object"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "appsettings.json is UTF-16; save it as UTF-8"},
		{"Latin-1", "{\n\"a\": \"\xe9\"}", "appsettings.json is not UTF-8 in line 2"},
		{"large", `{"a": "` + strings.Repeat("x", 1<<20) + `"}`, "appsettings.json is too large for settings"},
		{"brackets", `{"a": ` + strings.Repeat("[", 10_001), "appsettings.json is too large for settings"},
		{"twice", "{\"AzureAdB2C\": {\n\"ClientId\": \"a\",\n\n\"clientid\": \"b\"}}", "appsettings.json: AzureAdB2C:clientid stands twice, in lines 2 and 4"},
		{"section twice", "{\"AzureAdB2C\": {},\n\"AZUREADB2C\": {}}", "appsettings.json: AZUREADB2C stands twice, in lines 1 and 2"},
		{"path twice", "{\"a\": {\"b\": 1},\n\"A:B\": 2}", "appsettings.json: A:B stands twice, in lines 1 and 2"},
		{"deep", `{"a": ` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + "}", "appsettings.json is nested too deeply in line 1"},
	} {
		_, err := read(t, map[string]string{"appsettings.json": tc.text})
		wantMistakes(t, tc.name, err, tc.want)
	}
}
