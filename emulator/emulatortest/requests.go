// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

const (
	patience    = 10 * time.Second // for what has to happen anyway
	loggedMost  = 100              // requests in the log of a failed test
	foldedRun   = 10               // requests alike that are one line there
	clockFormat = "15:04:05.000"
)

// AwaitRequests returns the requests for one endpoint, of those that the tenant
// remembers, the oldest first. It waits until there are n at least, as a tenant
// remembers a request when its answer has ended, and over sockets a client can
// have the answer by then. If there are fewer after 10 seconds, the test ends.
//
// To see that there are no more than n, compare the length.
func AwaitRequests(tb testing.TB, b2c *emulator.Tenant, endpoint emulator.Endpoint, n int) []emulator.Request {
	tb.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		all := b2c.Requests()
		found := slices.DeleteFunc(slices.Clone(all), func(r emulator.Request) bool { return r.Endpoint != endpoint })
		if len(found) >= n {
			return found
		}
		select {
		case <-tick.C:
		case <-late.C:
			tb.Fatalf("emulatortest.AwaitRequests: got %d requests for %s after %v, want %d; there were:%s",
				len(found), called(endpoint), patience, n, lines(all))
		}
	}
}

// WantCounts fails the test, without ending it, unless the tenant has received
// these numbers of requests since it was made or since
// [emulator.Tenant.ResetCounts]. It says in which ones they differ.
func WantCounts(tb testing.TB, b2c *emulator.Tenant, want emulator.Counts) {
	tb.Helper()
	got := b2c.Counts()
	if got == want {
		return
	}
	var differ []string
	for _, row := range []struct {
		endpoint  emulator.Endpoint
		got, want int
	}{
		{emulator.MetadataEndpoint, got.Metadata, want.Metadata},
		{emulator.KeysEndpoint, got.Keys, want.Keys},
		{emulator.AuthorizeEndpoint, got.Authorize, want.Authorize},
		{emulator.TokenEndpoint, got.Token, want.Token},
		{emulator.LogoutEndpoint, got.Logout, want.Logout},
		{emulator.PagesEndpoint, got.Pages, want.Pages},
		{emulator.UserInfoEndpoint, got.UserInfo, want.UserInfo},
		{emulator.DeviceCodeEndpoint, got.Device, want.Device},
		{emulator.NoEndpoint, got.NotFound, want.NotFound},
	} {
		if row.got != row.want {
			differ = append(differ, fmt.Sprintf("\n\t%s: got %d, want %d", called(row.endpoint), row.got, row.want))
		}
	}
	tb.Errorf("emulatortest.WantCounts: requests that tenant %s has received:%s", b2c.Name(), strings.Join(differ, ""))
}

func called(endpoint emulator.Endpoint) string {
	if endpoint == emulator.NoEndpoint {
		return "not found"
	}
	return string(endpoint)
}

// logRequests tells a failed test what the tenant has seen.
func logRequests(tb testing.TB, b2c *emulator.Tenant) {
	tb.Helper()
	if !tb.Failed() {
		return
	}
	all := b2c.Requests()
	if len(all) == 0 {
		tb.Logf("tenant %s has answered no request", b2c.Name())
		return
	}
	tb.Logf("requests that tenant %s has answered:%s", b2c.Name(), lines(all))
}

// lines are the latest requests, each on a line of its own but for those that
// only keep keys fresh: hours of a bubble's time bring many of them, and nothing
// to learn. Where days pass, there are lines with the dates.
func lines(all []emulator.Request) string {
	if len(all) == 0 {
		return " none"
	}
	first, last := all[0].At.Format(time.DateOnly), all[len(all)-1].At.Format(time.DateOnly)
	var out []string
	date := ""
	for i := 0; i < len(all); {
		if at := all[i].At.Format(time.DateOnly); first != last && at != date {
			date = at
			out = append(out, date)
		}
		run := 0
		for i+run < len(all) && isUpkeep(&all[i+run]) {
			run++
		}
		if run < foldedRun {
			out = append(out, line(&all[i]))
			i++
			continue
		}
		out = append(out, fmt.Sprintf("#%d to #%d: %d times metadata or keys -> 200", all[i].Number, all[i+run-1].Number, run))
		i += run
	}
	text := ""
	if more := len(out) - loggedMost; more > 0 {
		text, out = fmt.Sprintf("\n\t(%d earlier ones)", more), out[more:]
	}
	return text + "\n\t" + strings.Join(out, "\n\t")
}

// isUpkeep reports whether a request is a good one for metadata or keys.
func isUpkeep(r *emulator.Request) bool {
	return (r.Endpoint == emulator.MetadataEndpoint || r.Endpoint == emulator.KeysEndpoint) && r.Status == 200 && len(r.Faults) == 0
}

// line is a request and its answer. Its secrets are gone already.
func line(r *emulator.Request) string {
	words := []string{fmt.Sprintf("#%d %s", r.Number, r.At.Format(clockFormat)), r.Method}
	if r.Endpoint == emulator.NoEndpoint {
		words = append(words, value(r.Host+r.Path))
	} else {
		words = append(words, string(r.Endpoint), r.Flow)
	}
	if r.ClientID != "" {
		words = append(words, "client_id="+value(r.ClientID))
	}
	names := make([]string, 0, len(r.Parameters))
	for name := range r.Parameters {
		if name != "client_id" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range r.Parameters[name] {
			words = append(words, value(name)+"="+value(v))
		}
	}
	if r.Status == 0 {
		words = append(words, "-> no answer")
	} else {
		words = append(words, "->", strconv.Itoa(r.Status))
	}
	if r.Error != "" {
		words = append(words, value(r.Error))
	}
	if took := r.Took.Round(time.Millisecond); took > 0 {
		words = append(words, "after "+took.String())
	}
	for _, kind := range r.Faults {
		words = append(words, "fault="+string(kind))
	}
	return strings.Join(words, " ")
}

// value is a text in one word or in quotes.
func value(s string) string {
	s = foreign.Text(s)
	if strings.ContainsAny(s, `" `) {
		return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"`
	}
	return s
}
