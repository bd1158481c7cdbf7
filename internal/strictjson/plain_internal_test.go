// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plainToken = `{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/","exp":1750003600,"emails":["ada@example.org"],"newUser":true,"name":"Ada Löwe","":null,"x":[]}`

// What tokens look like is read without the library, which is what it is for.
func TestPlain(t *testing.T) {
	for _, tc := range []struct {
		in   string
		done bool
		seen int
	}{
		{plainToken, true, 8},
		{`{"alg":"RS256","kid":"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk","typ":"JWT"}`, true, 3},
		{" {\n\t\"a\" : 0 , \"b\" : [ 1 , \"2\" , null ] }\r\n", true, 2},
		{`{}`, true, 0},
		{`{"a":"\n","b":1}`, false, 0}, // valid all of these, and left to the library
		{`{"a":1,"\u0062":1}`, false, 1},
		{`{"a":1,"b":{}}`, false, 1},
		{`{"a":1,"b":[[]]}`, false, 1},
		{`{"a":1,"b":-1}`, false, 1},
		{`{"a":1,"b":1.5}`, false, 1},
		{`{"a":1,"b":1e3}`, false, 1},
		{manyMembers(maxPlain), true, maxPlain},
		{manyMembers(maxPlain + 1), false, maxPlain},
		{`{"a":1,"a":2}`, false, 1}, // and none of these is
		{`{"a":1,"b":2,"c":3,"b":2}`, false, 3},
		{`{"":1,"":2}`, false, 1},
		{`{"a":1}x`, false, 1},
		{`{"a":1}{}`, false, 1},
		{`{"a":1,}`, false, 1},
		{`{"a":1 "b":2}`, false, 0},
		{`{"a":01}`, false, 0},
		{`{"a":1,"b":}`, false, 1},
		{`{"a":truth}`, false, 0},
		{`{"a":trux}`, false, 0},
		{`{"a":[falsy]}`, false, 0},
		{`{"a":nul`, false, 0},
		{`{"a":"x`, false, 0},
		{`{"a":["x"`, false, 0},
		{`{"a":["x",]}`, false, 0},
		{`{"a":1`, false, 0},
		{`{"a"}`, false, 0},
		{`{"a" 1}`, false, 0},
		{`{"a":[1}`, false, 0},
		{`{"a":["x","y"}`, false, 0},
		{`{"a":"b\}`, false, 0},
		{`{"a\:1}`, false, 0},
		{`{"a`, false, 0},
		{`{1:1}`, false, 0},
		{`{`, false, 0},
		{``, false, 0},
		{`[]`, false, 0},
		{"{\"a\":\"\xff\"}", false, 0},
		{"{\"\xc3\":1}", false, 0},
	} {
		p := plain{data: tc.in}
		done, err := p.read(func(string, Value) error { return nil })
		if done != tc.done || p.seen != tc.seen || err != nil {
			t.Errorf("%q: got %v, %v after %d members, want %v after %d", tc.in, done, err, p.seen, tc.done, tc.seen)
		}
	}
}

// In every place of a text, whatever is before and behind it, each character is
// taken or not as the library has it.
func TestPlainText(t *testing.T) {
	for n := range 20 {
		for at := range n + 1 {
			for c := range 256 {
				text := strings.Repeat("a", at) + string([]byte{byte(c)}) + strings.Repeat("b", n-at)
				for _, data := range []string{`{"n":"` + text + `"}`, `{"n":"` + text, `{"` + text + `":"` + text + `","z":"` + text + `"}`} {
					checkAgrees(t, data, -1)
				}
			}
		}
	}
}

// Each byte in each place of an object, more than there was or in place of another, is
// taken or not as the library has it: between the members, too.
func TestPlainByteByByte(t *testing.T) {
	for _, data := range []string{`{"a":[1,"x",null],"b":20,"c":true}`, " { \"a\" : [ ] , \"\" : false } "} {
		for at := range len(data) + 1 {
			for c := range 256 {
				b := string([]byte{byte(c)})
				checkAgrees(t, data[:at]+b+data[at:], -1)
				if at < len(data) {
					checkAgrees(t, data[:at]+b+data[at+1:], -1)
				}
			}
		}
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"n%d":%d`, i, i)
	}
	return "{" + b.String()[1:] + "}"
}

// FuzzPlain holds Object to the library alone: the same members in the same order, and
// the same error behind them, also where a member is refused.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{
		plainToken, manyMembers(3), manyMembers(maxPlain + 2), strings.Replace(manyMembers(40), `"n30"`, `"n3"`, 1),
		`{"a":1,"a":2}`, `{"ab":1,"ba":2,"ab":3}`, `{"a":"b\"c","d":"\\"}`, `{"a":[1,"x",true,null],"b":[[1]]}`, `{"a":{"b":1,"b":2}}`,
		`{"a":1}x`, `{"a":01}`, `{"a":1.5,"b":-0}`, "{\"a\":\"\xff\"}", "{\"a\":\"é\"}", `{"a":"\ud800"}`, "{\"a\":\"1234567\x01\"}", ` { "a" : [ 1 , 2 ] , "b" : "x" } `,
	} {
		f.Add(s, -1)
		f.Add(s, 1)
	}
	files, _ := filepath.Glob("../../testdata/*/*.json")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b), 2)
	}
	f.Fuzz(func(t *testing.T, data string, refused int) { checkAgrees(t, data, refused) })
}

func checkAgrees(t *testing.T, data string, refused int) {
	t.Helper()
	errMember := errors.New("this one")
	read := func(object func(func(string, Value) error) error) string {
		var all strings.Builder
		n := -1
		err := object(func(name string, v Value) error {
			fmt.Fprintf(&all, "%q=%q\n", name, v)
			if n++; n == refused {
				return errMember
			}
			return nil
		})
		fmt.Fprint(&all, err)
		return all.String()
	}
	got := read(func(member func(string, Value) error) error { return Object(data, member) })
	want := read(func(member func(string, Value) error) error { return objectByLibrary(data, member) })
	if got != want {
		t.Fatalf("%q: got\n%s\nwant, by the library alone,\n%s", data, got, want)
	}
}

// objectByLibrary is Object without the quick way.
func objectByLibrary(data string, member func(name string, v Value) error) error {
	switch {
	case data == "":
		return errEmpty
	case nesting(data) > MaxDepth:
		return errDepth
	}
	return readAll(data, 0, member)
}
