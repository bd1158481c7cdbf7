// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package goroutines

import (
	"bytes"
	"runtime"
)

// All returns how many there are, without the runtime's own.
func All() int { return 1 + bytes.Count(stacks(), []byte("\n\ngoroutine ")) }

// InBubble returns how many there are in the caller's synctest bubble. Those of
// earlier tests, which may be on their way out, are not among them. It panics outside
// of a bubble.
func InBubble() int {
	all := stacks() // the caller's comes first
	state, _, _ := bytes.Cut(all, []byte("]:\n"))
	at := bytes.LastIndex(state, []byte("synctest bubble "))
	if at < 0 {
		panic("goroutines: InBubble is called outside of a bubble")
	}
	return bytes.Count(all, append(bytes.Clone(state[at:]), ']'))
}

// stacks returns the traces of all goroutines, whole.
func stacks() []byte {
	for size := 1 << 20; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return buf[:n]
		}
	}
}
