// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

func ExampleText() {
	err := errors.New("malformed response \"HTTP/1.1 200\r\nlevel=ERROR\"")
	fmt.Println("proxy: " + foreign.Text(err.Error()))
	// Output: proxy: malformed response "HTTP/1.1 200\r\nlevel=ERROR"
}

func ExampleName() {
	fmt.Println("no such key: " + foreign.Name("k\u202e1"))
	fmt.Println(strings.Count(foreign.Name(strings.Repeat("k", 10_000)), "k"))
	// Output:
	// no such key: "k\u202e1"
	// 155
}

func TestText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", `The user's "grant" has expired. C:\x`, `The user's "grant" has expired. C:\x`},
		{"letters of the world", "Größe 字 ش", "Größe 字 ش"},
		{"lines", "a\r\nb\tc", `a\r\nb\tc`},
		{"other ends of lines", "a\u0085b\u2028c\u2029d", `a\u0085b\u2028c\u2029d`},
		{"NUL, DEL, escape", "\x00\x7f\x1b[31m", `\x00\x7f\x1b[31m`},
		{"direction", "a\u202eb\u2066c\u200fd", `a\u202eb\u2066c\u200fd`},
		{"unseen", "a\u200bb\ufeffc\u00add", `a\u200bb\ufeffc\u00add`},
		{"other spaces", "a\u00a0b\u3000c", `a\u00a0b\u3000c`},
		{"no UTF-8", "a\xffb\xe2\x82", `a\xffb\xe2\x82`},
		{"the replacement character itself", "a\ufffdb", "a\ufffdb"},
		{"beyond the first plane", "\U0001f600\U000e0041", "\U0001f600" + `\U000e0041`},
		{"just fits", strings.Repeat("a", 1024), strings.Repeat("a", 1024)},
		{"cut", strings.Repeat("a", 1025), strings.Repeat("a", 1021) + "…"},
		{"cut before a character", strings.Repeat("a", 1020) + "€uro", strings.Repeat("a", 1020) + "…"},
		{"cut before an escape", strings.Repeat("a", 1020) + "\nuro", strings.Repeat("a", 1020) + "…"},
		{"an escape at the end fits", strings.Repeat("a", 1022) + "\n", strings.Repeat("a", 1022) + `\n`},
	} {
		if got := foreign.Text(tc.in); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"empty", "", `""`},
		{"plain", "B2C_1_susi", `"B2C_1_susi"`},
		{"quotes and backslashes", `a" b\`, `"a\" b\\"`},
		{"a line", "a\nb", `"a\nb"`},
		{"direction", "a\u202eb", `"a\u202eb"`},
		{"no UTF-8", "\xff", `"\xff"`},
		{"just fits", strings.Repeat("a", 158), `"` + strings.Repeat("a", 158) + `"`},
		{"cut", strings.Repeat("a", 159), `"` + strings.Repeat("a", 155) + `"…`},
	} {
		if got := foreign.Name(tc.in); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
	if got := foreign.Quote(strings.Repeat("a", 2000)); len(got) != 1024 {
		t.Errorf("Quote of a long text has %d bytes", len(got))
	}
}

// What costs nothing may stand on the path of each request.
func TestPlainTextIsNotCopied(t *testing.T) {
	s := strings.Repeat("plain ", 50)
	if n := testing.AllocsPerRun(100, func() { _ = foreign.Text(s) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkText(b *testing.B) {
	for name, s := range map[string]string{
		"plain":   strings.Repeat("plain ", 50),
		"hostile": strings.Repeat("\u202e\xff\n", 1000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = foreign.Text(s)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "a\r\nlevel=ERROR", "\u202e\u2066", "\xff\xe2\x82", `"\`, "\ufffd", strings.Repeat("€", 400), strings.Repeat("\x00", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := foreign.Text(s)
		fit(t, text, 1024)
		if again := foreign.Text(text); again != text {
			t.Errorf("%q becomes %q the second time", text, again)
		}
		if strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) < 0 && utf8.ValidString(s) {
			if start := strings.TrimSuffix(text, "…"); !strings.HasPrefix(s, start) || len(s) <= 1024 && text != s {
				t.Errorf("%q, which prints, became %q", s, text)
			}
		}
		for limit, quoted := range map[int]string{1024: foreign.Quote(s), 160: foreign.Name(s)} {
			fit(t, quoted, limit)
			start, err := strconv.Unquote(strings.TrimSuffix(quoted, "…"))
			if err != nil || !strings.HasPrefix(s, start) || !strings.HasSuffix(quoted, "…") && start != s {
				t.Errorf("%s is not %q quoted: %v", quoted, s, err)
			}
		}
	})
}

func fit(t *testing.T, s string, limit int) {
	t.Helper()
	if len(s) > limit || !utf8.ValidString(s) {
		t.Errorf("%q has %d bytes; valid UTF-8: %v", s, len(s), utf8.ValidString(s))
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			t.Errorf("%q holds %U", s, r)
		}
	}
}
