// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

func ExampleObject() {
	err := strictjson.Object(`{"sub":"ada","emails":["ada@example.org"],"exp":1750003600}`,
		func(name string, v strictjson.Value) error {
			switch name {
			case "sub":
				s, ok := v.String()
				fmt.Println("sub", s, ok)
			case "emails":
				all, ok := v.Strings()
				fmt.Println("emails", all, ok)
			case "exp":
				n, ok := v.Number()
				fmt.Printf("exp %.0f %v\n", n, ok)
			}
			return nil
		})
	fmt.Println(err)
	// Output:
	// sub ada true
	// emails [ada@example.org] true
	// exp 1750003600 true
	// <nil>
}

func nested(n int) string {
	return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
}

func TestObject(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		ok       bool
	}{
		{"empty object", `{}`, true},
		{"space around", " {\"a\" : 1 }\r\n", true},
		{"escaped name", `{"\u0061":1}`, true},
		{"brackets in strings do not nest", `{"a":["` + strings.Repeat(`[{\"`, 100) + `"]}`, true},
		{"depth at limit", nested(31), true},
		{"depth over limit", nested(32), false},
		{"depth absurd", nested(20000), false},
		{"empty", ``, false},
		{"null", `null`, false},
		{"array", `[]`, false},
		{"string", `"a"`, false},
		{"duplicate", `{"a":1,"a":1}`, false},
		{"duplicate by escape", `{"a":1,"\u0061":2}`, false},
		{"duplicate nested", `{"a":{"b":1,"b":2}}`, false},
		{"duplicate in array", `{"a":[{"b":1,"b":2}]}`, false},
		{"case differs: two names", `{"alg":1,"ALG":2}`, true},
		{"trailing", `{}x`, false},
		{"second object", `{}{}`, false},
		{"cut", `{"a":`, false},
		{"trailing comma", `{"a":1,}`, false},
		{"comment", `{/**/}`, false},
		{"BOM", "\xef\xbb\xbf{}", false},
		{"bad UTF-8", "{\"a\":\"\xff\"}", false},
		{"bad UTF-8 in name", "{\"\xff\":1}", false},
		{"lone surrogate", `{"a":"\ud800"}`, false},
		{"raw control character", "{\"a\":\"\n\"}", false},
		{"NUL", "{\"a\":1}\x00", false},
		{"NaN", `{"a":NaN}`, false},
		{"leading zero", `{"a":01}`, false},
		{"leading plus", `{"a":+1}`, false},
		{"hex", `{"a":0x1}`, false},
		{"single quotes", `{'a':1}`, false},
	} {
		err := strictjson.Object(tc.in, func(string, strictjson.Value) error { return nil })
		if (err == nil) != tc.ok {
			t.Errorf("%s: got error %v, want ok %v", tc.name, err, tc.ok)
		}
	}
}

func TestObjectNames(t *testing.T) {
	var got []string
	err := strictjson.Object(`{"a":1,"\u0062\n":"x\ty","c":[1,{"d":2}]}`, func(name string, v strictjson.Value) error {
		got = append(got, fmt.Sprintf("%q=%s", name, string(v)))
		return nil
	})
	want := `"a"=1 "b\n"="x\ty" "c"=[1,{"d":2}]`
	if s := strings.Join(got, " "); err != nil || s != want {
		t.Errorf("got %s, %v; want %s", s, err, want)
	}
}

func TestObjectStopsAtMemberError(t *testing.T) {
	calls := 0
	err := strictjson.Object(`{"a":1,"b":2}`, func(string, strictjson.Value) error {
		calls++
		return fmt.Errorf("no")
	})
	if err == nil || err.Error() != "no" || calls != 1 {
		t.Errorf("got %v after %d calls", err, calls)
	}
	// The pooled decoder must be clean again.
	if err := strictjson.Object(`{"x":1}`, func(string, strictjson.Value) error { return nil }); err != nil {
		t.Errorf("after an aborted read: %v", err)
	}
}

func TestMembers(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want []strictjson.Value
		ok   bool
	}{
		{`{"uid":"ada","utid":null,"x":1}`, []strictjson.Value{`"ada"`, `null`}, true},
		{`{"utid":[1],"\u0075id":{}}`, []strictjson.Value{`{}`, `[1]`}, true},
		{`{"UID":1}`, []strictjson.Value{"", ""}, true},
		{`{"uid":1,"uid":1}`, []strictjson.Value{"", ""}, false},
		{`{"uid":1}x`, []strictjson.Value{"", ""}, false},
		{``, []strictjson.Value{"", ""}, false},
	} {
		got, err := strictjson.Members(tc.in, "uid", "utid")
		if (err == nil) != tc.ok || !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, %v; want %q", tc.in, got, err, tc.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want float64
		ok   bool
	}{
		{"0", 0, true},
		{"1750003600", 1750003600, true},
		{"1.5", 1.5, true},
		{"-1", -1, true},
		{"1e3", 1000, true},
		{"253402300800", 253402300800, true},
		{"9223372036854775808", 9223372036854775808, true},
		{"1e400", 0, false},
		{`"1"`, 0, false},
		{"null", 0, false},
		{"true", 0, false},
		{"", 0, false},
	} {
		got, ok := strictjson.Value(tc.in).Number()
		if ok != tc.ok || ok && got != tc.want {
			t.Errorf("%s: got %v %v, want %v %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}

func TestElements(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want []strictjson.Value
		ok   bool
	}{
		{`[]`, nil, true},
		{`[ ]`, nil, true},
		{`[1]`, []strictjson.Value{"1"}, true},
		{`[ "a,b" , {"c":[1,2]},[3,[4]] ,null ]`, []strictjson.Value{`"a,b"`, `{"c":[1,2]}`, `[3,[4]]`, `null`}, true},
		{`["\\\"]",""]`, []strictjson.Value{`"\\\"]"`, `""`}, true},
		{`{}`, nil, false},
		{`"[]"`, nil, false},
		{``, nil, false},
	} {
		got, ok := strictjson.Value(tc.in).Elements()
		if ok != tc.ok || !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q %v, want %q %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}
