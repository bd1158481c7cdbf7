// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
)

// odd has all that escapes treat in their own way, escapes among it.
const odd = `pa55 w&rd? "of" \ lin's\n <%41ccount>/+=%é~.;`

// hidden matches a text whose secret was taken out, and what quotes it perhaps
// not.
var hidden = regexp.MustCompile(`^sent: ["\[\\%&]*(\[redacted\])+["\];]* there$`)

var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

func inJSON(t *testing.T, s string) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTextHidesEverySpelling(t *testing.T) {
	for _, secret := range []string{odd, "Xy7~plain.secret-of_a.client", "код-доступа", "1234", "aaaaaaaa", "%41%42%43%44", `\n\n\nabcd`, `%41&amp;pass<"word`, "41~pass/word%"} {
		form := url.QueryEscape(secret)
		spaced := strings.ReplaceAll(form, "+", "%20")
		for name, text := range map[string]string{
			"as it is": secret, "form": form, "spaces as %20": spaced, "path": url.PathEscape(secret),
			"lower-case escapes": percent.ReplaceAllStringFunc(spaced, strings.ToLower),
			"JSON":               inJSON(t, secret), "JSON of a form": inJSON(t, form), "JSON, slashes escaped": strings.ReplaceAll(inJSON(t, secret), "/", `\/`),
			"Go": strconv.Quote(secret), "Go, ASCII": strconv.QuoteToASCII(secret), "Go, of a form": fmt.Sprintf("%q", []string{secret}),
			"HTML": html.EscapeString(secret), "HTML by names": strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(secret),
			"after a backslash": `\` + secret, "after a percent sign": "%" + secret, "after an ampersand": "&" + secret + ";",
			"form after a percent sign": "%" + form, "HTML after an ampersand": "&" + html.EscapeString(secret) + ";",
			"twice": secret + secret,
		} {
			got := redact.New("another", secret).Text("sent: " + text + " there")
			if !hidden.MatchString(got) {
				t.Errorf("%q, %s: got %s, want nothing of the secret", secret, name, got)
			}
		}
	}
}

func TestTextHidesBase64(t *testing.T) {
	for _, secret := range []string{odd, "Xy7~plain.secret-of_a.client"} {
		for _, sent := range []string{secret, url.QueryEscape(secret)} {
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
				for _, before := range []string{"", "i", "id", "id:"} {
					text := encoding.EncodeToString([]byte(before + sent + "&x"))
					got := redact.New(secret).Text("Basic " + text)
					if !strings.Contains(got, "[redacted]") || len(got) > len("Basic [redacted]")+12 {
						t.Errorf("%q after %q: got %s of %s", secret, before, got, text)
					}
				}
			}
		}
	}
}

func TestText(t *testing.T) {
	const token = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl"
	for _, tc := range []struct {
		secrets  []string
		in, want string
	}{
		{nil, "", ""},
		{nil, "a description: as it is, 100% \\ &c;", "a description: as it is, 100% \\ &c;"},
		{[]string{"", "abc"}, "abc is too short", "abc is too short"},
		{[]string{"s3cret"}, "other words\r\nTimestamp: x", "other words\r\nTimestamp: x"},
		{[]string{"s3cret"}, "a s3cret\r\nTimestamp: x", "a [redacted]\r\nTimestamp: x"},
		{[]string{"s3cret"}, `{"client_secret":"s3cret","x":1}`, `{"client_secret":"[redacted]","x":1}`},
		{[]string{"s3cret", "s3cret-and-more"}, "a s3cret-and-more", "a [redacted]"},
		{[]string{"s3cret-and-more", "s3cret"}, "a s3cret-and-more, s3cret-and", "a [redacted], [redacted]-and"},
		{[]string{"!&$/()"}, "a !&$/() and %21%26%24%2F%28%29", "a [redacted] and [redacted]"},
		{[]string{"~s3cret."}, `{"client_secret":"~s3cret.","x":1}`, `{"client_secret":"[redacted]","x":1}`},
		{[]string{"aaaa"}, "x aaaaaaa y", "x [redacted]aaa y"},
		{nil, "the token " + token + " is old", "the token [redacted] is old"},
	} {
		if got := redact.New(tc.secrets...).Text(tc.in); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.in, got, tc.want)
		}
	}
}

type hiding struct{ all []error }

func (hiding) Error() string     { return "could not send" }
func (e hiding) Unwrap() []error { return e.all }

func TestError(t *testing.T) {
	s := redact.New("s3cret")
	plain := fmt.Errorf("lost: %w", io.EOF)
	if err := s.Error(nil); err != nil {
		t.Errorf("nil: got %v", err)
	}
	if err := s.Error(plain); !errors.Is(err, io.EOF) || err.Error() != "lost: EOF" {
		t.Errorf("without a secret: got %v, want it as it was", err)
	}
	for _, err := range []error{
		errors.New("sent s3cret"),
		fmt.Errorf("sent: %w", errors.New("s3cret")),
		hiding{[]error{io.EOF, errors.New("s3cret")}},
		errors.Join(io.EOF, hiding{[]error{errors.New("s3cret")}}),
	} {
		got := s.Error(err)
		if strings.Contains(got.Error(), "s3cret") || errors.Unwrap(got) != nil || errors.Is(got, io.EOF) {
			t.Errorf("%v: got %v, want its text alone", err, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(odd, "before ", " after")
	f.Add("%41bc", `\`, "%")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < 4 {
			return
		}
		if got := redact.New(secret).Text(before + secret + after); strings.Contains(strings.ReplaceAll(got, "[redacted]", ""), secret) {
			t.Errorf("%q between %q and %q: got %q", secret, before, after, got)
		}
	})
}
