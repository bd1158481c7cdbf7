// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

func TestAwaitRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulatortest.New(t, nil)
		go func() {
			for range 3 {
				time.Sleep(time.Second)
				get(t, b2c.Client(), b2c.JWKSURL(""))
				get(t, b2c.Client(), b2c.MetadataURL(""))
			}
		}()
		start := time.Now()
		got := emulatortest.AwaitRequests(t, b2c, emulator.KeysEndpoint, 2)
		equal(t, "requests", len(got), 2)
		equal(t, "endpoint", got[1].Endpoint, emulator.KeysEndpoint)
		equal(t, "number", got[1].Number, 3)
		equal(t, "took", time.Since(start).Truncate(time.Second), 2*time.Second)

		start = time.Now()
		f := try(t, func(tb testing.TB) { emulatortest.AwaitRequests(tb, b2c, emulator.KeysEndpoint, 4) })
		wantEnd(t, "too few", f, "got 3 requests for keys after 10s, want 4; there were:\n\t#1 00:00:01.000 GET keys B2C_1_susi -> 200", "#6 ")
		equal(t, "waited", time.Since(start).Truncate(time.Second), 10*time.Second)

		f = try(t, func(tb testing.TB) { emulatortest.AwaitRequests(tb, emulatortest.New(tb, nil), emulator.NoEndpoint, 1) })
		wantEnd(t, "none", f, "got 0 requests for not found after 10s, want 1; there were: none")
	})
}

// What is there already takes no time, also none of a bubble's.
func TestAwaitRequestsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulatortest.New(t, nil)
		get(t, b2c.Client(), b2c.JWKSURL(""))
		start := time.Now()
		equal(t, "requests", len(emulatortest.AwaitRequests(t, b2c, emulator.KeysEndpoint, 1)), 1)
		equal(t, "none", len(emulatortest.AwaitRequests(t, b2c, emulator.TokenEndpoint, 0)), 0)
		equal(t, "took", time.Since(start), 0)
	})
}

func TestAwaitRequestsOverSockets(t *testing.T) {
	b2c := emulatortest.NewServer(t, nil)
	for i := range 20 {
		get(t, b2c.Client(), b2c.JWKSURL(""))
		equal(t, "requests", len(emulatortest.AwaitRequests(t, b2c.Tenant, emulator.KeysEndpoint, i+1)), i+1)
	}
}

func TestWantCounts(t *testing.T) {
	b2c := emulatortest.New(t, nil)
	get(t, b2c.Client(), b2c.JWKSURL(""))
	get(t, b2c.Client(), b2c.MetadataURL("B2C_1_none"))
	f := try(t, func(tb testing.TB) {
		emulatortest.WantCounts(tb, b2c, emulator.Counts{Keys: 1, NotFound: 1})
	})
	equal(t, "failed", f.failed, false)
	f = try(t, func(tb testing.TB) {
		emulatortest.WantCounts(tb, b2c, emulator.Counts{Metadata: 1, Keys: 1, Authorize: 2, Token: 3, Logout: 4, Pages: 5})
	})
	equal(t, "failed", f.failed, true)
	equal(t, "ended", f.ended, false)
	equal(t, "message", strings.Join(f.messages, "\n"), `emulatortest.WantCounts: requests that tenant contoso has received:
	metadata: got 0, want 1
	authorize: got 0, want 2
	token: got 0, want 3
	logout: got 0, want 4
	pages: got 0, want 5
	not found: got 1, want 0`)
}

func TestTheLogIsBounded(t *testing.T) {
	f := try(t, func(tb testing.TB) {
		b2c := emulatortest.New(tb, nil)
		for range 103 {
			get(tb, b2c.Client(), "https://contoso.b2clogin.com/"+strings.Repeat("x", 300)+"?q="+strings.Repeat("é", 300))
		}
		tb.Errorf("failed")
	})
	got := strings.Join(f.logs, "\n")
	contains(t, "log", got, "\n\t(3 earlier ones)\n\t#4 ", "\n\t#103 ", "xxx… q=é", "é… -> 404")
	equal(t, "lines", strings.Count(got, "\n"), 101)
	for line := range strings.Lines(got) {
		if len(line) > 700 {
			t.Fatalf("got a line of %d bytes: %s", len(line), line)
		}
	}
}

// A validator that keeps its keys fresh for days leaves more to see than that.
func TestTheLogFoldsUpkeep(t *testing.T) {
	// In a bubble, where answers take no time that the log would tell.
	synctest.Test(t, testTheLogFoldsUpkeep)
}

func testTheLogFoldsUpkeep(t *testing.T) {
	f := try(t, func(tb testing.TB) {
		now := time.Date(2026, 1, 2, 23, 0, 0, 0, time.UTC)
		b2c := emulatortest.New(tb, &emulator.Options{Now: func() time.Time { return now }})
		get(tb, b2c.Client(), b2c.MetadataURL(""))
		get(tb, b2c.Client(), b2c.LogoutURL(""))
		for range 5 {
			get(tb, b2c.Client(), b2c.MetadataURL(""))
			get(tb, b2c.Client(), b2c.JWKSURL(""))
		}
		b2c.Advance(2 * time.Hour)
		emulatortest.SetFaults(tb, b2c, emulator.Fault{Kind: emulator.FaultServerError, Times: 1})
		for range 2 {
			get(tb, b2c.Client(), b2c.JWKSURL(""))
		}
		tb.Errorf("failed")
	})
	equal(t, "log", strings.Join(f.logs, "\n"), `requests that tenant contoso has answered:
	2026-01-02
	#1 23:00:00.000 GET metadata B2C_1_susi -> 200
	#2 23:00:00.000 GET logout B2C_1_susi -> 200
	#3 to #12: 10 times metadata or keys -> 200
	2026-01-03
	#13 01:00:00.000 GET keys B2C_1_susi -> 500 fault=server-error
	#14 01:00:00.000 GET keys B2C_1_susi -> 200`)
}
