// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// What a token costs at first sight and what one costs that is refused, whatever the
// clock says. 12 of the allocations are crypto/rsa's and the JOSE library's.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates too
	}
	key := keysOf(t).userFlow
	signed := func(mods ...mod) string { return signToken(key, headerOf(key), payloadOf(mods...)) }
	head, rest, _ := strings.Cut(signed(), ".")
	unsigned := b64([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + strings.Split(rest, ".")[0] + "."
	for _, tc := range []struct {
		name          string
		raw           string
		want          string
		allocs, bytes uint64
	}{
		{"good", signed(), "accept", 17, 3300},
		{"unsigned", unsigned, "algorithm", 6, 760},
		{"bad signature", signed()[:len(signed())-8] + "AAAAAAAA", "signature", 32, 3200},
		{"unknown kid", signToken(key, headerOf(key, set("kid", `"another"`)), payloadOf()), "unknown_key", 18, 1400},
		{"unknown kid, foreign", signToken(key, headerOf(key, set("kid", `"another"`)), payloadOf(set("iss", `"https://stranger.example/"`))), "unknown_key", 17, 1480},
		{"foreign issuer", signed(set("iss", `"https://stranger.example/"`)), "issuer", 25, 2800},
		{"foreign audience", signed(set("aud", `"11111111-2222-4333-8444-555555555555"`)), "audience", 25, 3080},
		{"expired", signed(set("exp", "1500000000")), "expired", 21, 2500},
		{"cut", head + "." + rest[:20], "malformed", 2, 208},
	} {
		for _, memory := range []int{-1, 0} {
			if tc.want == acceptVerdict && memory == 0 {
				continue // it would be recalled
			}
			v := staticValidator(t, &validator.Options{MemoryBytes: memory})
			allocs, bytes := perRun(50, func(int) {
				_, err := v.Validate(t.Context(), tc.raw)
				if got := verdictOf(err); got != tc.want {
					t.Fatalf("%s: got %s, want %s: %v", tc.name, got, tc.want, err)
				}
			})
			if allocs > tc.allocs || bytes > tc.bytes {
				t.Errorf("%s: got %d allocations of %d bytes, want at most %d of %d", tc.name, allocs, bytes, tc.allocs, tc.bytes)
			}
		}
	}
}

// A token that is then remembered costs one more, its entry.
func TestAllocationsOfRemembered(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates too
	}
	const n = 100
	key := keysOf(t).userFlow
	tokens := make([]string, n+warmUps)
	for i := range tokens {
		tokens[i] = signToken(key, headerOf(key), payloadOf(set("sub", quoted(strconv.Itoa(i)))))
	}
	v := staticValidator(t, nil)
	allocs, bytes := perRun(n, func(i int) {
		if i == 0 {
			v.Purge()
		}
		if _, err := v.Validate(t.Context(), tokens[i]); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 18 || bytes > 3700 {
		t.Errorf("got %d allocations of %d bytes, want at most 18 of 3700", allocs, bytes)
	}
	if s := v.State().Memory; s.Hits != 0 || s.Tokens != len(tokens) {
		t.Errorf("got %+v, want %d tokens and no hit", s, len(tokens))
	}
}

const warmUps = 3 // runs that make what is made once

// perRun tells what one of n runs allocates, rounded down, where runs are alike: the
// least of three goes, since others in the process allocate too.
func perRun(n int, run func(i int)) (allocs, bytes uint64) {
	allocs, bytes = once(n, run)
	for range 2 {
		a, b := once(n, run)
		allocs, bytes = min(allocs, a), min(bytes, b)
	}
	return allocs, bytes
}

// once tells what one of n runs has allocated, rounded down.
func once(n int, run func(i int)) (allocs, bytes uint64) {
	for i := range warmUps {
		run(i)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it would empty the pools
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range n {
		run(warmUps + i)
	}
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / uint64(n), (after.TotalAlloc - before.TotalAlloc) / uint64(n)
}
