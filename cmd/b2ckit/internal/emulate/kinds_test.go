// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// moving has a B2C tenant, its other side and a tenant that users come over to.
const moving = `{"tenants": [
	{"kind": "external-id", "name": "fabrikam"},
	{"name": "contoso"},
	{"kind": "external-id", "highScaleOf": "contoso"},
	{"kind": "entra-id", "name": "adatum", "usersOf": "contoso", "passwordsOf": "contoso"}
]}`

// TestKinds: what is printed of tenants without flows works, and says so.
func TestKinds(t *testing.T) {
	file := write(t, t.TempDir(), "moving.json", moving)
	s := serve(t, "--config", file)
	for _, text := range []string{
		"Emulated tenants, for development only: they give tokens to anyone.\n",
		"\nTENANT fabrikam\n  kind      external-id\n", "\nTENANT contoso\n  id  ", "\n  Authority\n    https://127.0.0.1:",
		"/6d60ce60-dc21-42fb-a7e1-28754141fee1\n",
		"\n    https://6d60ce60-dc21-42fb-a7e1-28754141fee1.ciamlogin.com/6d60ce60-dc21-42fb-a7e1-28754141fee1/v2.0\n",
		"\n    https://login.microsoftonline.com/7254bd34-5940-4bd3-8a95-963466054762/v2.0\n",
	} {
		if !strings.Contains(s.text, text) {
			t.Errorf("there is no %q in\n%s", text, s.text)
		}
	}
	all := calls(t, s.text)
	if len(all) != 3 {
		t.Fatalf("got %d curl lines, want 3", len(all))
	}
	for i, want := range []string{"issuer", "keys", "access_token"} {
		status, body := all[i].do(t)
		var answer map[string]any
		if err := json.Unmarshal([]byte(body), &answer); status != 200 || err != nil || answer[want] == nil {
			t.Errorf("%s: got status %d, %v: %s", all[i].title, status, err, body)
		}
	}
}

// TestKindsState: a B2C tenant and its other side keep a state each.
func TestKindsState(t *testing.T) {
	dir := t.TempDir()
	file, path := write(t, dir, "moving.json", moving), filepath.Join(dir, "state.json")
	serve(t, "--config", file, "--state", path).stop()
	var kept struct {
		Tenants map[string]json.RawMessage `json:"tenants"`
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &kept); err != nil || len(kept.Tenants) != 4 {
		t.Errorf("got %d tenants, %v", len(kept.Tenants), err)
	}
	if got := serve(t, "--config", file, "--state", path).stop(); got != 0 {
		t.Errorf("got status %d at the second start", got)
	}
}

// TestKindsNotFound: a URL with a flow at a tenant without, and without one at no
// tenant at all.
func TestKindsNotFound(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	ciam := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "fabrikam"})
	all := []*emulator.Tenant{b2c, ciam}
	for path, want := range map[string]string{
		"/fabrikam.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token": `no flow "B2C_1_susi": the tenant fabrikam is of the kind external-id, which has none`,
		"/nobody.onmicrosoft.com/oauth2/v2.0/devicecode":         `no tenant "nobody.onmicrosoft.com"`,
		"/contoso.onmicrosoft.com/B2C_1_none/oauth2/v2.0/token":  `no flow "B2C_1_none" in the tenant contoso: there are B2C_1_susi, B2C_1_edit, B2C_1_reset, B2C_1A_partner, B2C_1_ropc`,
	} {
		if got := notFound(&emulator.Request{Host: "127.0.0.1:8443", Path: path}, all); got != want {
			t.Errorf("%s:\n got %s\nwant %s", path, got, want)
		}
	}
}
