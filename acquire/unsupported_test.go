// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// A public client has no token of its own, which is told before any request.
func TestUnsupported(t *testing.T) {
	public, err := acquire.NewPublic(contoso(t).Flow("B2C_1_susi"), clientID, &acquire.Options{Transport: noRequests(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	_, own := public.Token(t.Context(), tasksScope)
	_, source := public.TokenSource(t.Context(), tasksScope).Token()
	_, transport := public.Transport("https://stock.internal", tasksScope)

	for name, err := range map[string]error{"token": own, "source": source, "transport": transport} {
		e := wantClass(t, name, err, acquire.ErrUnsupported)
		if e.During != "client_credentials" || !strings.Contains(e.Advice, "NewConfidential") || e.Status != 0 {
			t.Errorf("%s: got During %q, Advice %q, Status %d; want client_credentials, … NewConfidential …, 0", name, e.During, e.Advice, e.Status)
		}
	}
}
