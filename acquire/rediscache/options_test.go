// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/keyring"
)

func TestNewRefuses(t *testing.T) {
	client, keys := dial(t, "127.0.0.1:1", nil), ring(t, 1)
	for _, tc := range []struct {
		name   string
		client redis.UniversalClient
		ring   *keyring.Ring
		opts   rediscache.Options
		want   string
	}{
		{"no client", nil, keys, rediscache.Options{}, "rediscache: client: nil"},
		{"no ring", client, nil, rediscache.Options{}, "rediscache: ring: nil; "},
		{"timeout", client, keys, rediscache.Options{Timeout: -1}, "rediscache: Options.Timeout: -1ns is negative"},
		{"size", client, keys, rediscache.Options{MaxValueBytes: -1}, "rediscache: Options.MaxValueBytes: -1 is negative"},
		{"huge size", client, keys, rediscache.Options{MaxValueBytes: 1<<20 + 1}, "rediscache: Options.MaxValueBytes: 1048577 is more than 1048576"},
		{"failures", client, keys, rediscache.Options{MaxFailures: -1}, "rediscache: Options.MaxFailures: -1 is negative"},
		{"pause", client, keys, rediscache.Options{MinPause: -time.Second}, "rediscache: Options.MinPause: -1s is negative"},
		{"longest pause", client, keys, rediscache.Options{MaxPause: -time.Second}, "rediscache: Options.MaxPause: -1s is negative"},
		{"pauses crossed", client, keys, rediscache.Options{MinPause: 2 * time.Second, MaxPause: time.Second}, "rediscache: Options.MinPause: 2s is more than MaxPause 1s"},
		{"prefix with a space", client, keys, rediscache.Options{Prefix: "a b"}, `rediscache: Options.Prefix: "a b" has white space`},
		{"prefix with a line break", client, keys, rediscache.Options{Prefix: "a\n"}, `rediscache: Options.Prefix: "a\n" has white space`},
	} {
		c, err := rediscache.New(tc.client, tc.ring, &tc.opts)
		if c != nil || err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s: got %v, %v, want %s", tc.name, c, err, tc.want)
		}
	}
	if _, err := rediscache.New(client, keys, nil); err != nil {
		t.Errorf("no options: got %v, want no error", err)
	}
}
