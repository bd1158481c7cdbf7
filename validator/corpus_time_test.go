// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import "strings"

func at(now int64) []vectorOption { return []vectorOption{func(v *vector) { v.now = now }} }

func (c *corpus) addTimes() {
	for _, name := range []string{"exp", "nbf", "iat", "auth_time"} {
		expect, decides := "claim", ""
		if name == "auth_time" {
			expect, decides = "accept", ", and decides nothing"
		}
		for _, row := range [][3]string{
			{"string", `"1750003600"`, "a string (RFC 7519 section 4.1.4)"},
			{"null", `null`, "null"},
			{"bool", `true`, "true"},
			{"array", `[1750003600]`, "an array"},
			{"object", `{"$date":1750003600}`, "an object"},
			{"negative", `-1`, "negative"},
			{"negative_exp", `-1e-9`, "barely negative"},
			{"huge", `1e400`, "more than a float holds"},
			{"max_int64", `9223372036854775807`, "the greatest int64"},
			{"over_int64", `9223372036854775808`, "one more than the greatest int64"},
			{"over_uint64", `18446744073709551617`, "2^64+1, which wraps to 1"},
			{"year_10000", `253402300800`, "the year 10000"},
		} {
			c.claims(name+"_"+row[0], expect, name+" is "+row[2]+decides, set(name, row[1]))
		}
	}
	c.claims("exp_missing", "claim", "no exp (CVE-2026-56665)", drop("exp"))
	c.claims("nbf_missing", "accept", "no nbf: RFC 7519 doesn't ask for it", drop("nbf"))
	c.claims("iat_missing", "accept", "no iat", drop("iat"))
	c.claims("auth_time_missing", "accept", "no auth_time", drop("auth_time"))
	c.claims("exp_zero", "expired", "exp is 0, which is a time and not no time", set("exp", "0"))
	c.claims("exp_minus_zero", "expired", "exp is -0", set("exp", "-0"))
	c.claims("exp_fraction", "accept", "exp has a fraction: legal (RFC 7519 section 2)", set("exp", "1750003600.75"))
	c.claims("exp_exponent", "accept", "exp has an exponent", set("exp", "1.7500036e9"))
	c.claims("exp_tiny", "expired", "exp is less than a float tells from 0", set("exp", "1e-999"))
	c.claims("exp_long", "accept", "exp with 300 decimals", set("exp", "1750003600."+strings.Repeat("0", 300)))
	c.claims("exp_year_9999", "accept", "exp is the last second of the year 9999", set("exp", "253402300799"))
	c.claims("exp_before_nbf", "expired", "exp lies before nbf", set("exp", "1749990000"))

	// Leeway is 60 seconds. exp is the first moment that is too late
	// (RFC 7519 section 4.1.4), nbf the first that is not too early.
	for _, row := range []struct {
		name, expect, comment string
		now                   int64
	}{
		{"exp_now", "accept", "at exp, within the leeway", 1750003600},
		{"exp_last_second", "accept", "59 seconds after exp, the last second", 1750003659},
		{"exp_over", "expired", "60 seconds after exp, the leeway", 1750003660},
		{"exp_day_over", "expired", "a day after exp", 1750090000},
		{"nbf_now", "accept", "at nbf and iat", 1750000000},
		{"nbf_first_second", "accept", "60 seconds before nbf, the leeway", 1749999940},
		{"nbf_early", "not_yet_valid", "61 seconds before nbf", 1749999939},
		{"clock_1970", "not_yet_valid", "a clock that stands at 1970", 0},
		{"clock_before_1970", "not_yet_valid", "a clock that stands before 1970", -1},
	} {
		c.claimsWith("edge_"+row.name, row.expect, row.comment, at(row.now))
	}
	c.claimsWith("edge_exp_fraction_last", "accept", "60 seconds after the second of exp, whose fraction has not passed", at(1750003660), set("exp", "1750003600.5"))
	c.claims("nbf_future", "not_yet_valid", "nbf lies an hour ahead", set("nbf", "1750003600"))
	c.claims("iat_future", "not_yet_valid", "iat lies an hour ahead", set("iat", "1750003600"))
	c.claims("iat_future_alone", "not_yet_valid", "iat lies ahead and there is no nbf", drop("nbf"), set("iat", "1750003600"))
	c.claims("auth_time_future", "accept", "auth_time lies an hour ahead, and decides nothing", set("auth_time", "1750003600"))
	c.claims("auth_time_within_leeway", "accept", "auth_time lies a minute ahead", set("auth_time", "1750000060"))
	c.claims("nbf_year_9999", "not_yet_valid", "nbf is the last second of the year 9999", set("nbf", "253402300799"), set("exp", "253402300799"))
	c.claims("nbf_zero", "accept", "nbf is 0", set("nbf", "0"))
	c.claims("iat_old", "accept", "iat is old while exp is not: lifetimes are B2C's to choose", set("iat", "1000000000"))
}
