// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire/internal/clientassertion"
)

func TestReadFile(t *testing.T) {
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"
	path := filepath.Join(t.TempDir(), "token")
	for text, want := range map[string]string{
		token:                  "",
		token + "\n":           "",
		"\t" + token + "\r\n ": "",
		"":                     "the text in " + path + " is empty",
		" \n":                  "the text in " + path + " is empty",
		"s3cret.s3cret":        "the text in " + path + " is not a signed token, which has three parts with dots between them",
		"s3cret":               "the text in " + path + " is not a signed token, which has three parts with dots between them",
		token + ".x":           "the text in " + path + " is not a signed token, which has three parts with dots between them",
		token + "\n" + token:   "the text in " + path + " holds white space or another character that no token has",
		"s3cr\xe9t.a.b":        "the text in " + path + " holds white space or another character that no token has",
		"a.b." + strings.Repeat("s3cret", 20_000): "the text in " + path + " is longer than 64 KiB",
		"a.b." + strings.Repeat("s", 64<<10-4):    "",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := clientassertion.ReadFile(path)
		switch {
		case want == "" && (err != nil || got != strings.TrimSpace(text)):
			t.Errorf("%.80q: got %.80q, %v; want it as it is", text, got, err)
		case want != "" && (err == nil || err.Error() != want || got != ""):
			t.Errorf("%.80q: got %.80q, %v; want %s", text, got, err, want)
		}
	}
	if _, err := clientassertion.ReadFile(path + "-gone"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path+"-gone") {
		t.Errorf("no file: got %v, want its path", err)
	}
	if _, err := clientassertion.ReadFile(filepath.Dir(path)); err == nil || err.Error() != filepath.Dir(path)+" is not a file" {
		t.Errorf("a folder: got %v", err)
	}
}
