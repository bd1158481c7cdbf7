// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

type color int

var colors = wire.Words{wire.Unset, "red", "blue"}

func (c color) MarshalText() ([]byte, error)     { return []byte(colors.Name(int(c))), nil }
func (c *color) UnmarshalText(text []byte) error { return wire.ReadWord(c, colors, text) }

type inner struct {
	Color  color         `json:"color"`
	Life   time.Duration `json:"life" least:"1s"`
	Pause  time.Duration `json:"pause,omitempty"`
	Key    string        `json:"-" secret:"keys"`
	More   []string      `json:"-" secret:"keys"`
	Number int           `json:"number,omitempty"`
	Hidden func()        `json:"-"`
}

type base struct {
	Name string         `json:"name"`
	Tags map[string]any `json:"tags,omitempty"`
}

type outer struct {
	base
	On    bool      `json:"on"`
	At    time.Time `json:"at"`
	Inner []inner   `json:"inner"`
	Words []string  `json:"words,omitempty"`
}

func read(text string, r *wire.Reader) (outer, []string, error) {
	var o outer
	err := r.Read([]byte(text), &o)
	var problems []string
	for _, p := range r.Problems() {
		line := p.Path + ": " + p.Text
		if p.Form {
			line = "form: " + line
		}
		problems = append(problems, line)
	}
	return o, problems, err
}

func TestRead(t *testing.T) {
	got, problems, err := read(`{"name": "a", "tags": {"n": 12345678901234567890, "o": [{"a": null}]}, "on": true, "at": "2026-01-02T03:04:05+01:00",
		"inner": [{"color": "blue", "life": "90s", "keys": ["one", "two", "three"], "number": 7}]}`, &wire.Reader{Noun: "field"})
	want := outer{
		base: base{"a", map[string]any{"n": json.Number("12345678901234567890"), "o": []any{map[string]any{"a": nil}}}},
		On:   true, At: got.At, Inner: []inner{{Color: 2, Life: 90 * time.Second, Key: "one", More: []string{"two", "three"}, Number: 7}},
	}
	if err != nil || problems != nil || !reflect.DeepEqual(got, want) || got.At.Unix() != 1767319445 {
		t.Errorf("got %+v, %v, %v, want %+v", got, problems, err, want)
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		`{"inner": [{"color": "green"}, {"color": 1, "life": "x", "pause": "x", "number": 1.5, "keys": [""]}]}`: `inner[0].color: "green" is none of red, blue|` +
			`form: inner[1].color: a number is no string: write "red" or "blue"|inner[1].life: "x" is no time of a second or more, such as 90s, 15m or 24h|` +
			`inner[1].pause: "x" is no duration such as 30s or 1h30m|form: inner[1].number: a number is no whole number: write one, without quotes|inner[1].keys[0]: is empty`,
		`{"inner": [{"color": "default", "life": "1ms"}]}`: `inner[0].color: "default" is none of red, blue|inner[0].life: "1ms" is no time of a second or more, such as 90s, 15m or 24h`,
		`{"name": 7, "on": "x", "at": "0001-01-01T00:00:00Z", "words": ["a", null], "tags": []}`: `form: name: a number is no string: write it in quotes, or leave it out|` +
			`form: on: a string is neither true nor false: write one of them, without quotes|at: "0001-01-01T00:00:00Z" is no time such as 2026-01-02T15:04:05Z|` +
			`form: words[1]: null is no string: write it in quotes, or leave it out|form: tags: a list is no object: write {"name": value}`,
		`{"Name": "a", "x": 1, "on": true, "on": false, "Hidden": 1, "tags": {"a": {"b": 1, "b": 2}}, "\u001b": 1}`: `form: on: is there twice|form: tags.a.b: is there twice|` +
			`form: Name: there is no such field; is "name" meant?|form: x: there is no such field; there are name, tags, on, at, inner, words|` +
			`form: Hidden: there is no such field; there are name, tags, on, at, inner, words|form: \u001b: there is no such field; there are name, tags, on, at, inner, words`,
		`[]`:                             `form: : a list is no object: write {"field": value}`,
		`{"inner": [[[[[]]]]]}`:          `form: inner[0][0][0][0]: is nested more than 5 deep`,
		`{"inner": {}, "words": [[[]]]}`: `form: inner: an object is no list: write it in [ ]|form: words[0]: a list is no string: write it in quotes, or leave it out`,
	} {
		_, problems, err := read(text, &wire.Reader{Noun: "field", Depth: 5})
		if got := strings.Join(problems, "|"); err != nil || got != want {
			t.Errorf("%s:\n got %s, %v\nwant %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "{", `{"a":1} {}`, `{"a":1,}`} {
		if _, _, err := read(text, &wire.Reader{}); err == nil {
			t.Errorf("%s: got no error", text)
		}
	}
	if _, _, err := read("\xff", &wire.Reader{}); !errors.Is(err, wire.ErrNotUTF8) {
		t.Errorf("got %v", err)
	}
}

// TestPatient: null and "" leave what there is, but for "" where that is a text.
func TestPatient(t *testing.T) {
	r := &wire.Reader{Noun: "field", Patient: true}
	got, problems, err := read(`{"name": null, "on": null, "at": "", "words": null, "inner": [{"color": "", "life": "", "keys": null}, null]}`, r)
	if err != nil || problems != nil || !reflect.DeepEqual(got, outer{Inner: []inner{{}, {}}}) {
		t.Errorf("got %+v, %v, %v", got, problems, err)
	}
	if r.Given("name") || r.Given("at") || r.Given("inner[0].life") || !r.Given("inner[0]") || !r.Given("inner") {
		t.Error("something is given that isn't, or the other way round")
	}
}

func TestUnread(t *testing.T) {
	r := &wire.Reader{}
	_, _, _ = read(`{"name": 1, "inner": [{}, 7, {"color": 1}]}`, r)
	for path, want := range map[string]bool{
		"name": true, "names": false, "inner": false, "inner[0].color": false, "inner[1]": true, "inner[1].color": true, "inner[2]": false, "inner[2].color": true,
	} {
		if r.Unread(path) != want {
			t.Errorf("%s: got %v", path, !want)
		}
	}
}

func TestObjectOf(t *testing.T) {
	o := wire.ObjectOf(outer{
		base: base{"<a>", map[string]any{}}, At: time.Unix(0, 0),
		Inner: []inner{{Color: 1, Life: time.Hour, Key: "hush", More: []string{"hush"}}}, Words: []string{"x"},
	})
	text, err := json.Marshal(o)
	const want = `{"name":"\u003ca\u003e","on":false,"at":"1970-01-01T00:00:00Z","inner":[{"color":"red","life":"1h0m0s"}],"words":["x"]}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	text, err = json.Marshal(o.Without("at").Without("inner").Insert("name", wire.Member{Name: "b", Value: 1}))
	if err != nil || string(text) != `{"name":"\u003ca\u003e","b":1,"on":false,"words":["x"]}` {
		t.Errorf("got %s, %v", text, err)
	}
	text, err = json.Marshal(wire.ObjectWithSecrets(inner{Key: "one", More: []string{"two"}}))
	if err != nil || string(text) != `{"color":"default","life":"0s","keys":["one","two"]}` {
		t.Errorf("got %s, %v", text, err)
	}
	if text, err = json.Marshal(wire.Object{}); err != nil || string(text) != "{}" {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestPath(t *testing.T) {
	for path, want := range map[string]string{
		"Name": "name", "On": "on", "Inner": "inner", "Inner[2]": "inner[2]", "Inner[2].Color": "inner[2].color", "Inner[0].Key": "inner[0].keys[0]",
		"Inner[0].More": "inner[0].keys", "Inner[0].Hidden": "inner[0].hidden", "Inner[0].None": "inner[0].None", "": "",
	} {
		if got := wire.Path(reflect.TypeFor[outer](), path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := wire.Path(reflect.TypeFor[base](), `Tags["a.b"]`); got != `tags["a.b"]` {
		t.Errorf("got %s", got)
	}
}

func TestWords(t *testing.T) {
	if got := colors.Name(1) + colors.Name(0) + colors.Name(-1) + colors.Name(3); got != "reddefault-13" {
		t.Errorf("got %s", got)
	}
}

// FuzzRead: whatever is read, there is a value or something to say of it on one
// line, and what was read is written and read again as it is.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{"name": "a", "on": true, "at": "2026-01-02T03:04:05Z", "inner": [{"color": "red", "life": "1h", "keys": ["a", "b"]}], "words": []}`,
		`{"name": null, "tags": {"a": [1e999, {"b": null}]}}`, `{"Name": 1, "name": 2, "name": 3}`, `[[[[[[[`, `null`, "{\"\\u0000\": 1}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &wire.Reader{Noun: "field", Depth: 8, Patient: true}
		o, problems, err := read(text, r)
		if strings.ContainsAny(strings.Join(problems, ""), "\n\r\x00\x1b") {
			t.Errorf("got %q", problems)
		}
		if err != nil || problems != nil {
			return
		}
		written, err := json.Marshal(wire.ObjectWithSecrets(o))
		if err != nil {
			return // a year that RFC 3339 has no form for
		}
		var again outer
		r = &wire.Reader{Noun: "field", Patient: true}
		if err := r.Read(written, &again); err != nil {
			t.Errorf("%s: %v", written, err)
		}
		for _, p := range r.Problems() {
			if !strings.HasPrefix(p.Path, "inner[") && p.Path != "at" { // what was left out there is none of what can be written
				t.Errorf("%s: %v", written, p)
			}
		}
	})
}
