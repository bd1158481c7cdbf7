// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// The look for keys is bounded: a database may hold those of many.
const (
	scanRounds = 200
	scanCount  = 500
)

// keys counts what there is behind the prefix.
func (v *visit) keys(ctx context.Context) report.Finding {
	f := report.Finding{Check: report.RedisKeys, State: report.OK}
	counts := make([]int, len(places))
	var cursor uint64
	whole := false
	for range scanRounds {
		page, next, err := v.client.Scan(ctx, cursor, escaped(v.prefix)+"*", scanCount).Result()
		if err != nil {
			f.State, f.Found = report.Skipped, "the keys can't be listed: "+foreign.Text(err.Error())
			if redis.HasErrorPrefix(err, "NOPERM") {
				f.Found = "the user may not list keys, which the kit never does"
			}
			return f
		}
		for _, key := range page {
			count(counts, strings.TrimPrefix(key, v.prefix))
		}
		if cursor = next; cursor == 0 {
			whole = true
			break
		}
	}
	f.Found = fmt.Sprintf("%s* has %d cached tokens and accounts, %d key snapshots", foreign.Text(v.prefix), counts[0], counts[2])
	if !whole {
		f.Found = "of many keys, those looked at: " + f.Found
	}
	f.Facts = []report.Fact{
		{Name: "redis_prefix", Value: foreign.Text(v.prefix)},
		{Name: "redis_values", Value: counts[0]},
		{Name: "redis_leases", Value: counts[1]},
		{Name: "redis_snapshots", Value: counts[2]},
		{Name: "redis_snapshot_leases", Value: counts[3]},
	}
	return f
}

func count(counts []int, name string) {
	for i, place := range places {
		if strings.HasPrefix(name, place) {
			counts[i]++
			return
		}
	}
}

// escaped returns a prefix for a pattern that stands for itself.
func escaped(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`).Replace(prefix)
}
