// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"net/http"
	"time"
)

// loan is what one attempt is made with.
type loan struct {
	via  http.RoundTripper
	last bool          // nobody is to use the connection afterwards
	back func(outcome) // called once, when the attempt has ended
}

type verdict int

const (
	unknown   verdict = iota // the attempt says nothing about connections
	succeeded                // they work
	failed                   // they don't
	abandoned                // the caller didn't wait any longer
)

// outcome is what came of an attempt.
type outcome struct {
	verdict  verdict
	from, to time.Time // when an abandoned one got its connection, and ended
}
