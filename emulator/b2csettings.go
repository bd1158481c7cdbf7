// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"regexp"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
)

// B2C: names are b2c_1_ or b2c_1a_ and then letters, digits, "-", "_", ".".
var flowPattern = regexp.MustCompile(`(?i)^b2c_1a?_[a-z0-9._-]+$`)

func (b2c) check(s settings, all *mistakes) {
	s.checkFlows(all)
	absent := absentAtB2C(all)
	absent("Options.Attributes", len(s.attributes) > 0)
	absent("Options.OnPasswordSubmit", s.asksForPasswords)
	for i, a := range s.apps {
		field := fmt.Sprintf("Options.Apps[%d].", i)
		absent(field+"AccessTokenVersion", a.AccessTokenVersion != 0)
		absent(field+"AssignmentRequired", a.AssignmentRequired)
		absent(field+"ExpiredSecrets", len(a.ExpiredSecrets) > 0)
		absent(field+"OwnSigningKey", a.OwnSigningKey)
		absent(field+"Certificates", len(a.Certificates) > 0)
		absent(field+"Federated", len(a.Federated) > 0)
		absent(field+"OptionalClaims", len(a.OptionalClaims) > 0)
		absent(field+"ConditionalAccess", a.ConditionalAccess != NoCondition)
	}
}

func (b2c) checkUser(u User, _ []App, field string, all *mistakes) {
	absent := absentAtB2C(all)
	absent(field+".Roles", len(u.Roles) > 0)
	absent(field+".Groups", len(u.Groups) > 0)
	absent(field+".ToBeMigrated", u.ToBeMigrated)
}

// absentAtB2C returns what adds a field that is set.
func absentAtB2C(all *mistakes) func(field string, set bool) {
	return func(field string, set bool) {
		if set {
			all.add(field, "is set, but B2C has no such thing")
		}
	}
}

// checkFlows is for B2C, where each flow is an authority.
func (s settings) checkFlows(all *mistakes) {
	seen := fold.Set{}
	for i, f := range s.flows {
		field := fmt.Sprintf("Options.Flows[%d]", i)
		switch {
		case !flowPattern.MatchString(f.Name):
			all.add(field+".Name", "%q is neither B2C_1_… nor B2C_1A_…", f.Name)
		case seen.Twice(f.Name):
			all.add(field+".Name", "%q is there twice (case doesn't count)", f.Name)
		}
		f.check(all, field)
		B2C.checkIssuer(f.Issuer, field+".Issuer", all)
		f.checkClaims(all, field)
	}
}
