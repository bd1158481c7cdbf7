// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/emulator"
)

func TestHealthy(t *testing.T) {
	b2c := serve(t, nil)
	cfg := healthy(t, b2c)
	cfg.PublicApp, cfg.RedirectURI = public(t, b2c.Web().ID), "https://app.contoso.example/callback"
	r := run(t, cfg)
	golden(t, "healthy", r)
	if r.Status() != 0 {
		t.Errorf("got status %d, want 0", r.Status())
	}
	var b strings.Builder
	if err := steadied(r).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	same(t, "healthy.json", b.String())
}

// A host that wants to be left alone is: four flows are asked at once, and the fifth is
// not any more.
func TestThrottledHost(t *testing.T) {
	b2c := serve(t, nil)
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, RetryAfter: 30 * time.Second})
	r := run(t, doctor.Config{
		Authorities: tenant(t, tenantID, loginHost).Flows("B2C_1_susi", "B2C_1_edit", "B2C_1_reset", "B2C_1_ropc", "B2C_1A_partner"),
		Transport:   b2c.Transport(),
	})
	if n := b2c.Counts().Metadata; n == 0 || n > 4 {
		t.Errorf("got %d requests, want 1 to 4", n)
	}
	for _, f := range r.Findings {
		if f.Check == report.Metadata && f.Flow == "B2C_1A_partner" && (f.State != report.Skipped || !strings.HasPrefix(f.Found, "not asked: ")) {
			t.Errorf("got %s %s", f.State, f.Found)
		}
	}
}

// The key that all tenants' user flows share, as B2C publishes it, is told from one that
// only has its id.
func TestSharedKey(t *testing.T) {
	const known = `{"kid":"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk","nbf":1493763266,"use":"sig","kty":"RSA","e":"AQAB","n":"tVKUtcx_n9rt5afY_2WFNvU6PlFMggCatsZ3l4RjKxH0jgdLq6CScb0P3ZGXYbPzXvmmLiWZizpb-h0qup5jznOvOr-Dhw9908584BSgC83YacjWNqEK3urxhyE2jWjwRm2N95WGgb5mzE5XmZIvkvyXnn7X8dvgFPF5QwIngGsDG8LyHuJWlaDhr_EPLMW4wHvH0zZCuRMARIJmmqiMy3VD4ftq4nS5s8vJL0pVSrkuNojtokp84AtkADCDU_BUhrc2sIgfnvZ03koCQRoZmWiHu86SuJZYkDFstVTVSR0hiXudFlfQ2rOhPlpObmku68lXw-7V-P7jwrQRFfQVXw"}`
	b2c := serve(t, nil)
	for key, want := range map[string]string{
		known: `"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk" 2048 bits, active since 2017-05-02, the one that all tenants' user flows share`,
		strings.Replace(known, "tVKU", "uVKU", 1): `"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk" 2048 bits, active since 2017-05-02`,
	} {
		answer(b2c, "/discovery/v2.0/keys", "application/json", func(string) string { return `{"keys":[` + key + `]}` })
		f := find(t, run(t, doctor.Config{Authorities: tenant(t, tenantID, loginHost).Flows("B2C_1_susi"), Transport: b2c.Transport()}), report.Keys)
		for _, fact := range f.Facts {
			if fact.Name != "keys" {
				continue
			}
			if got, ok := fact.Value.([]string); !ok || len(got) != 1 || got[0] != want {
				t.Errorf("got %q, want %q", fact.Value, want)
			}
		}
	}
}

// Of several answers the one counts that tells the time best.
func TestClockBest(t *testing.T) {
	b2c := serve(t, nil)
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			<-time.After(2 * time.Second) // beside which a busy machine is quick
			w.Header().Set("Date", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat))
		}
		next.ServeHTTP(w, r)
	})
	f := find(t, run(t, doctor.Config{Authorities: tenant(t, tenantID, loginHost).Flows("B2C_1_susi"), Transport: b2c.Transport()}), report.Clock)
	if !strings.HasPrefix(f.Found, "this machine's clock is right, to within ") {
		t.Errorf("got %s", f.Found)
	}
}

// documents answers by path.
type documents map[string]string

func (d documents) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	body, ok := d[r.URL.String()]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := w.WriteString(body)
	return w.Result(), err
}

// External ID has no flows, another form of issuer, and no second host.
func TestExternalID(t *testing.T) {
	a, err := authority.ExternalID("contoso", tenantID)
	if err != nil {
		t.Fatal(err)
	}
	b2c := emulator.NewTenant(nil)
	key := b2c.CurrentKey("").Public()
	n := base64.RawURLEncoding.EncodeToString(key.N.Bytes())
	const base = "https://contoso.ciamlogin.com/"
	r := run(t, doctor.Config{Authorities: []authority.Authority{a}, Transport: documents{
		a.MetadataURL(): `{"issuer":"https://` + tenantID + `.ciamlogin.com/` + tenantID + `/v2.0","jwks_uri":"` + base + `keys",
			"authorization_endpoint":"` + base + `a","token_endpoint":"` + base + `t","end_session_endpoint":"` + base + `e"}`,
		base + "keys": `{"keys":[{"kid":"one","kty":"RSA","use":"sig","e":"AQAB","n":"` + n + `"}]}`,
	}})
	for check, want := range map[report.Check]report.State{
		report.Metadata: report.OK, report.Issuer: report.OK, report.Endpoints: report.OK, report.Keys: report.OK, report.OtherHost: "",
	} {
		if got := worst(r, check); got != want {
			t.Errorf("%s: got %q, want %q", check, got, want)
		}
	}
	if f := find(t, r, report.Issuer); f.Found != "of the form External ID" {
		t.Errorf("got %s", f.Found)
	}
}
