// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// FuzzObject holds the parser to encoding/json, which reads the same values from
// what is accepted, and to a plain reading of the package's promise, by which it
// accepts all of that and nothing else.
func FuzzObject(f *testing.F) {
	for _, s := range []string{
		"", "{}", " {} ", "{", "null", "[]", `"x"`, "{}{}", "\xef\xbb\xbf{}", `{"a":1,"a":1}`, `{"a":1,"\u0061":1}`, `{"a":{"b":1,"b":1}}`, `{"a":[{"b":1,"b":2}]}`,
		`{"a":"\ud800"}`, `{"a":"\ud83d\ude00"}`, `{"a":"\udc00\ud800"}`, `{"\ud800":1}`, "{\"a\":\"\xff\"}", "{\"a\":\"\x01\"}", `{"a":1e400}`, `{"a":-0,"b":1E+5,"c":01}`,
		`{"a":[1,[2,[3]],{"b":"],"}],"c":"\\"}`, `{"a":[ ],"b":[ "x" , "y\n" ]}`, `{"a":true,"A":false,"ſ":null}`, strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32), strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
	} {
		f.Add(s)
	}
	files, _ := filepath.Glob("../../testdata/*/*.json")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, data string) {
		got := map[string]strictjson.Value{}
		err := strictjson.Object(data, func(name string, v strictjson.Value) error {
			if _, twice := got[name]; twice {
				t.Fatalf("%q: %q comes twice", data, name)
			}
			got[name] = v
			return nil
		})
		if want := strict(data); (err == nil) != want {
			t.Fatalf("%q: got %v, and by the promise it is %v", data, err, want)
		}
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(data), &want); err != nil || len(want) != len(got) {
			t.Fatalf("%q: got %v, for encoding/json %v, %v", data, got, want, err)
		}
		for name, v := range got {
			if string(v) != string(want[name]) {
				t.Fatalf("%q: %q is %s, for encoding/json %s", data, name, v, want[name])
			}
			checkValue(t, v)
		}
	})
}

// checkValue compares what a value says with what encoding/json reads.
func checkValue(t *testing.T, v strictjson.Value) {
	t.Helper()
	var want any
	err := json.Unmarshal([]byte(v), &want)
	text, isText := v.String()
	n, isNumber := v.Number()
	b, isBool := v.Bool()
	elems, isArray := v.Elements()
	switch w := want.(type) {
	case string:
		isText = isText && text == w && !isNumber && !isBool && !isArray
	case float64:
		isText = isNumber && n == w && !isText && !isBool && !isArray
	case bool:
		isText = isBool && b == w && !isText && !isNumber && !isArray
	case []any:
		isText = isArray && len(elems) == len(w) && !isText && !isNumber && !isBool
		for _, e := range elems {
			checkValue(t, e)
		}
	default: // null, an object, or a number that a double can't hold
		isText = !isText && !isNumber && !isBool && (!isArray || err != nil)
	}
	if !isText {
		t.Fatalf("%s is read as %q %v, %v %v, %v %v, %q %v; for encoding/json it is %v, %v", v, text, isText, n, isNumber, b, isBool, elems, isArray, want, err)
	}
}

// surrogates are the escapes of a text; a pair of them is one character.
var (
	escapes    = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|.)`)
	pair       = regexp.MustCompile(`(?i)\\ud[89ab]..\\ud[c-f]..`)
	surrogates = regexp.MustCompile(`(?i)\\ud[89a-f]..`)
)

// strict reads the promise of the package: one object of valid UTF-8, unique
// names at each level, no lone surrogates, nothing behind it, 32 deep.
func strict(data string) bool {
	if !utf8.ValidString(data) || !json.Valid([]byte(data)) || !strings.HasPrefix(strings.TrimLeft(data, " \t\r\n"), "{") {
		return false
	}
	// Escaped backslashes hide what looks like an escape.
	plain := escapes.ReplaceAllStringFunc(data, func(s string) string {
		if s[1] == 'u' {
			return s
		}
		return "__"
	})
	if surrogates.MatchString(pair.ReplaceAllString(plain, "")) {
		return false
	}
	d := json.NewDecoder(bytes.NewReader([]byte(data)))
	d.UseNumber()
	return unique(d, 0)
}

func unique(d *json.Decoder, depth int) bool {
	token, err := d.Token()
	if err != nil || depth > 32 {
		return false
	}
	open, isOpen := token.(json.Delim)
	if !isOpen {
		return true
	}
	if depth == 32 {
		return false
	}
	names := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil || names[name.(string)] {
				return false
			}
			names[name.(string)] = true
		}
		if !unique(d, depth+1) {
			return false
		}
	}
	_, err = d.Token()
	return err == nil
}
