// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

func (c *examination) checkEndpoints() report.Finding {
	f := report.Finding{Check: report.Endpoints, State: report.OK, Found: "on the metadata's host"}
	if !c.readable {
		f.State, f.Found = report.Skipped, "there is no metadata"
		return f
	}
	if c.ofMetadata() && c.document.issuer != "" && c.authority.MatchIssuer(c.document.issuer) {
		f.State, f.Found = report.Fail, problem(c.failed)
		f.Do = c.says("ask whoever runs what stands in front of B2C: B2C names its own host there")
		return f
	}
	var odd []string
	for _, e := range c.document.endpoints() {
		switch host := hostOf(e.url); {
		case e.url == "":
			odd = append(odd, "no "+e.name)
		case host != c.authority.Host() && !slices.Contains(c.authority.KeyHosts(), host):
			odd = append(odd, fmt.Sprintf("%s on %s", e.name, foreign.Name(host)))
		}
	}
	if len(odd) > 0 {
		f.State, f.Found = report.Warn, "the metadata has "+strings.Join(odd, ", ")
		f.Do = "the kit asks the metadata's own host; clients that go by the metadata will not"
	}
	return f
}
