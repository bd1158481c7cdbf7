// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"time"
)

const (
	verificationLifetime = 10 * time.Minute
	verificationTries    = 5 // in a journey, however many codes it asks for
)

// What B2C says to codes.
const (
	textCode        = "That code is incorrect. Please try again."
	textCodeExpired = "That code has expired. Please request a new code."
	textCodeTries   = "You've made too many incorrect attempts. Please try again later."
)

// verification proves that someone reads an address's mail. The zero value is
// none begun.
type verification struct {
	email string
	code  string
	until time.Time
	tries int
	done  bool
}

// begin makes a new code for an address. Wrong tries still count.
func (p *verification) begin(email string, now time.Time) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("emulator: " + err.Error()) // never since Go 1.24
	}
	*p = verification{email: email, code: fmt.Sprintf("%06d", n), until: now.Add(verificationLifetime), tries: p.tries}
}

// try returns what is wrong with a code, or "".
func (p *verification) try(code string, now time.Time) string {
	switch {
	case p.tries >= verificationTries:
		return textCodeTries
	case !now.Before(p.until):
		return textCodeExpired
	case subtle.ConstantTimeCompare([]byte(code), []byte(p.code)) != 1:
		p.tries++
		return textCode
	}
	p.done = true
	return ""
}
