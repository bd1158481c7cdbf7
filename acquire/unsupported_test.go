// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// What B2C does not have, by https://github.com/AzureAD/microsoft-identity-web/wiki/b2c-limitations, is refused with a word on
// what to do instead, and without a request.
func TestUnsupported(t *testing.T) {
	options := acquire.Options{Transport: noRequests(t)}
	at := contoso(t).Flow("B2C_1_susi")
	confidential, err := acquire.NewConfidential(at, clientID, acquire.Secret(clientSecret), &options)
	if err != nil {
		t.Fatal(err)
	}
	defer confidential.Close()
	public, err := acquire.NewPublic(at, clientID, &options)
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	const incoming = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl"
	_, assertion := acquire.NewConfidential(at, clientID, acquire.ClientAssertion(), &options)
	_, own := public.Token(t.Context(), tasksScope)
	_, source := public.TokenSource(t.Context(), tasksScope).Token()
	_, transport := public.Transport("https://stock.internal", tasksScope)

	for name, tc := range map[string]struct {
		err    error
		during string
		advice string
	}{
		"on-behalf-of":         {second(confidential.OnBehalfOf(t.Context(), incoming, tasksScope)), "on_behalf_of", "guard.NewForwarder"},
		"on-behalf-of, public": {second(public.OnBehalfOf(t.Context(), incoming)), "on_behalf_of", "App.Token"},
		"device code":          {second(confidential.DeviceCode(t.Context(), tasksScope)), "device_code", "App.BeginSignIn"},
		"device code, public":  {second(public.DeviceCode(t.Context())), "device_code", "App.BeginSignIn"},
		"introspection":        {confidential.Introspect(t.Context(), incoming), "introspection", "package validator"},
		"revocation":           {confidential.Revoke(t.Context(), incoming), "revocation", "App.Remove"},
		"client assertion":     {assertion, "client_assertion", "client secret"},
		"token of a public":    {own, "client_credentials", "NewConfidential"},
		"source of a public":   {source, "client_credentials", "NewConfidential"},
		"transport of one":     {transport, "client_credentials", "NewConfidential"},
	} {
		e := wantClass(t, name, tc.err, acquire.ErrUnsupported)
		if e.During != tc.during || !strings.Contains(e.Advice, tc.advice) || e.Status != 0 {
			t.Errorf("%s: got During %q, Advice %q, Status %d; want %q, … %s …, 0", name, e.During, e.Advice, e.Status, tc.during, tc.advice)
		}
		if strings.Contains(tc.err.Error(), incoming) {
			t.Errorf("%s: got %v, want no token in it", name, tc.err)
		}
	}
}
