// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"
	"math"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

// name returns what a flow is called; the flows of External ID have no name.
func name(a authority.Authority) string {
	if a.Flow() == "" {
		return a.Tenant()
	}
	return a.Flow()
}

func appendHeader(facts []report.Fact, name, value string) []report.Fact {
	if value == "" {
		return facts
	}
	return append(facts, report.Fact{Name: name, Value: foreign.Text(value)})
}

func appendRetryAfter(facts []report.Fact, e *jwks.FetchError) []report.Fact {
	if e.RetryAfter <= 0 {
		return facts
	}
	return append(facts, report.Fact{Name: "retry_after_s", Value: int(math.Ceil(e.RetryAfter.Seconds()))})
}

// plural returns a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// withoutPackage returns an error's text without the name of the package, which an
// operator has not written.
func withoutPackage(err error) string {
	text := foreign.Text(err.Error())
	for _, name := range []string{"jwks: ", "acquire: ", "validator: ", "authority: "} {
		text = strings.TrimPrefix(text, name)
	}
	return text
}
