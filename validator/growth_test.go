// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/goroutines"
	"github.com/b2ckit/b2ckit/validator"
)

// wordy answers for any flow, with documents that say much more than is needed.
type wordy struct{ rest string }

func (w wordy) RoundTrip(r *http.Request) (*http.Response, error) {
	const origin, tenantID = "https://contoso.b2clogin.com/", "775527ff-9a37-4307-8b3d-cc311f58d925"
	flow := strings.ToLower(strings.Split(r.URL.Path, "/")[2])
	body := fmt.Sprintf(`{"issuer":"%stfp/%s/%s/v2.0/","jwks_uri":"%scontoso.onmicrosoft.com/%s/discovery/v2.0/keys","rest":"%s"}`, origin, tenantID, flow, origin, flow, w.rest)
	if strings.HasSuffix(r.URL.Path, "/keys") {
		body = fmt.Sprintf(`{"keys":[{"kid":"of-%s","kty":"RSA","use":"sig","e":"AQAB","n":"%s","x5c":["%s"]}]}`, flow, strings.Repeat("tVKUtcx_n9rt5afY", 21)+"tVKUtQ", w.rest)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// TestFlowsAtRest: a flow takes its key and a few kilobytes, whatever its documents
// said, and no goroutine.
func TestFlowsAtRest(t *testing.T) {
	if raceEnabled {
		return // the race detector has memory and goroutines of its own
	}
	const flows, mostBytes = 1000, 8 << 10
	names := make([]string, flows)
	for i := range names {
		names[i] = fmt.Sprintf("B2C_1_f%04d", i)
	}
	synctest.Test(t, func(t *testing.T) {
		bytes, running := atRest()
		v, err := validator.New(contosoTenant(t).Flows(names...), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", &validator.Options{
			Transport: wordy{strings.Repeat("much ado ", 1000)}, Logger: quiet,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		if err := v.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Hour) // and all have been fetched again
		for _, s := range v.State().Authorities {
			if !s.Usable || s.KeyFetches < 2 {
				t.Fatalf("%s: usable keys %v, fetched %d times", s.Authority, s.Usable, s.KeyFetches)
			}
		}
		moreBytes, moreRunning := atRest()
		if got := (moreBytes - bytes) / flows; got > mostBytes {
			t.Errorf("got %d bytes a flow, want at most %d", got, mostBytes)
		} else {
			t.Logf("%d bytes a flow", got)
		}
		if got := moreRunning - running; got > 0 {
			t.Errorf("got %d goroutines, want none", got)
		}
	})
}

// atRest returns the heap in use and the number of goroutines once all that is under
// way in the bubble has ended.
func atRest() (bytes int64, running int) {
	synctest.Wait()
	runtime.GC()
	runtime.GC() // what pools held is gone only now
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc), goroutines.InBubble()
}
