// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// knownHeaders are headers that stood in verified tokens, by their exact text: all
// tokens of a key have the same one, which so is decoded and parsed once. What is
// found here has passed as any other header has to. There are no more than slots, and
// a slot keeps what came first: only who can sign can fill them, and others are
// parsed. It is safe for concurrent use.
type knownHeaders struct {
	seed  maphash.Seed
	slots []atomic.Pointer[knownHeader] // a power of two
}

// knownHeader is the header that a text stands for, base64url of JSON.
type knownHeader struct {
	text string
	header
}

const (
	maxKnownHeaders = 4096
	maxKnownHeader  = 512 // bytes of its text
)

// newKnownHeaders has room for the headers of so many keys, twice and more.
func newKnownHeaders(keys int) *knownHeaders {
	n := 8
	for n < 4*keys && n < maxKnownHeaders {
		n *= 2
	}
	return &knownHeaders{maphash.MakeSeed(), make([]atomic.Pointer[knownHeader], n)}
}

func (k *knownHeaders) slot(text string) *atomic.Pointer[knownHeader] {
	return &k.slots[int(maphash.String(k.seed, text)%maxKnownHeaders)&(len(k.slots)-1)]
}

// find returns the header that the text stands for, if that is known.
func (k *knownHeaders) find(text string) (h header, ok bool) {
	if k == nil || len(text) > maxKnownHeader {
		return h, false
	}
	if known := k.slot(text).Load(); known != nil && known.text == text {
		return known.header, true
	}
	return h, false
}

// add takes the header of a token that has been verified.
func (k *knownHeaders) add(text string, h header) {
	if k == nil || len(text) > maxKnownHeader {
		return
	}
	if slot := k.slot(text); slot.Load() == nil {
		slot.CompareAndSwap(nil, &knownHeader{strings.Clone(text), h}) // not the token
	}
}
