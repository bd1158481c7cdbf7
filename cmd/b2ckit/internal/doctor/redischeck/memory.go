// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"fmt"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// memory looks at what Redis does when it is full.
func (v *visit) memory() report.Finding {
	f := report.Finding{Check: report.RedisMemory, State: report.OK}
	policy := foreign.Text(v.info.get("maxmemory_policy"))
	most, known := v.info.number("maxmemory")
	used, _ := v.info.number("used_memory")
	if policy == "" || !known {
		f.State, f.Found = report.Skipped, "INFO is not allowed, or does not tell"
		return f
	}
	f.Facts = []report.Fact{
		{Name: "redis_used_bytes", Value: int(used)}, {Name: "redis_max_bytes", Value: int(most)}, {Name: "redis_policy", Value: policy},
	}
	switch full := most > 0 && used > most/10*9; {
	case most == 0:
		f.Found = "no limit is set"
	case policy == "noeviction" && full:
		f.State, f.Found = report.Warn, "nearly full, and then it refuses writes (noeviction)"
		f.Do = "give Redis more memory: services would work on, each with tokens of its own"
	case policy == "noeviction":
		f.Found = "nothing is thrown away (noeviction)"
	default:
		f.State, f.Found = report.Warn, fmt.Sprintf("when it is full it throws entries away (%s), refresh tokens among them", policy)
		f.Do = "set maxmemory-policy to noeviction on a Redis of its own: a user whose refresh token is gone may have to sign in again"
	}
	return f
}
