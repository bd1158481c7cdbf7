// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import "time"

// flight is one renewal that any number of callers wait for.
type flight struct {
	want  Want
	done  chan struct{}
	late  <-chan struct{} // ends with the time for it, whether or not it heeds that
	until time.Duration   // as Instant.mono: when it is given up
	token *Token
	err   error
}

func (f *flight) end(t *Token, err error) {
	f.token, f.err = t, err
	close(f.done)
}
