// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"slices"
	"testing"
)

// tables are those of the document.
var tables = []*table{keysTable, tokensTable, fleetTable}

var keysTable = &table{name: "keys", test: "TestKeys", rows: slices.Concat(
	startRows, connectionRows, outageRows, flowRows, rotationRows, snapshotRows, []*row{forgeryRow},
)}

// Metadata and keys of authorities: what protected routes answer.
func TestKeys(t *testing.T) { keysTable.run(t) }

// The rows that there must be. To drop one, drop its promise.
func TestMatrix(t *testing.T) {
	for tab, want := range map[*table][]string{
		keysTable: {
			"down_at_start", "retry_after_at_start", "slow_but_sound", "expired_token_cold", "probe_of_cold_pod",
			"bad_connection", "bad_connection_user", "bad_connection_token",
			"down_after_start", "past_max_stale", "server_errors", "retry_after", "absurd_retry_after",
			"many_flows_fail", "no_such_flow", "flow_is_gone", "unsigned_token_cold", "forged_tokens",
			"rotation", "rotation_in_outage", "third_rotation", "revocation",
			"snapshot_at_start", "snapshot_age", "snapshot_store_away", "forged_snapshot",
		},
		fleetTable: {
			"start", "start_shared", "day", "day_shared", "rotation", "rotation_shared", "outage", "outage_shared",
			"cold", "cold_shared", "redis_shared",
		},
		tokensTable: {
			"cold_crowd", "expiry_under_load", "renewed_ahead", "token_endpoint_down", "no_storm", "redirect",
			"odd_expires_in", "hostile_answer", "huge_answer",
			"redis_fails", "redis_fails_for_users", "redis_far_away", "single_use_refresh_tokens",
			"redis_budget",
			"redis_poisoned", "redis_keeps_what_expired", "users_over_days",
		},
	} {
		var got []string
		for _, r := range tab.rows {
			got = append(got, r.test)
			if r.fault == "" || r.promise == "" || r.by == "" || len(r.cases) == 0 {
				t.Errorf("%s/%s: fault, promise, by or cases are missing", tab.test, r.test)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got the rows\n%q\nwant\n%q", tab.test, got, want)
		}
	}
}
