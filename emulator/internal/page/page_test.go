// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

func TestRead(t *testing.T) {
	v := &page.View{Inputs: append([]page.Input{page.EmailInput()}, page.NewPasswordInputs()...)}
	values := v.Read(url.Values{"email": {" a\u0000@b.example "}, "newPassword": {" p "}})
	if values["email"] != "a@b.example" || v.Inputs[0].Value != "a@b.example" {
		t.Errorf("got %q", values["email"])
	}
	if values["newPassword"] != " p " || v.Inputs[1].Value != "" {
		t.Error("a secret is changed, or shown")
	}
	v.AddProblem("reenterPassword", "a second one")
	if len(v.Problems) != 1 || v.Problems[0].Text != page.TextRequired {
		t.Errorf("got %v", v.Problems)
	}
}

func TestNewPassword(t *testing.T) {
	for _, row := range []struct{ password, again, want string }{
		{"Abcdefg1", "Abcdefg1", ""},
		{"abcdefg1", "abcdefg1", "The password must have at least 3"},
		{"abcdef 1", "abcdef 1", ""},
		{"Abcdef1", "Abcdef1", "The password must be between 8 and 64"},
		{"A1" + strings.Repeat("é", 62), "A1" + strings.Repeat("é", 62), ""},
		{"A1" + strings.Repeat("é", 63), "A1" + strings.Repeat("é", 63), "The password must be between 8 and 64"},
		{"Abcdefg1", "Abcdefg2", "The password entry fields do not match."},
		{"", "", ""},
	} {
		v := &page.View{}
		v.CheckNewPassword(map[string]string{"newPassword": row.password, "reenterPassword": row.again})
		got := ""
		for _, p := range v.Problems {
			got += p.Text
		}
		if (got == "") != (row.want == "") || !strings.HasPrefix(got, row.want) {
			t.Errorf("%q: got %q, want %q", row.password, got, row.want)
		}
	}
}

func TestEmailish(t *testing.T) {
	for address, want := range map[string]bool{
		"a@b.example": true, "a+b@c.example": true,
		"": false, "a": false, "@b.example": false, "a@b": false, "a@.": false, "a@b@c.example": false, "a b@c.example": false, "a,b@c.example": false,
	} {
		if page.Emailish(address) != want {
			t.Errorf("%q: want %t", address, want)
		}
	}
}

func TestRender(t *testing.T) {
	w := httptest.NewRecorder()
	v := &page.View{Tenant: "contoso", Title: "<b>x", Inputs: page.NameInputs("", "", "")}
	v.AddProblem("surname", "later one")
	v.AddProblem("displayName", "sooner one")
	v.Render(w, http.StatusOK, page.Form)
	body := w.Body.String()
	if strings.Contains(body, "<b>x") || strings.Index(body, "sooner one") > strings.Index(body, "later one") || strings.Count(body, " autofocus") != 1 {
		t.Errorf("got %s", body)
	}
}
