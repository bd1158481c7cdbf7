// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
)

// outcome is what came of a fetch.
type outcome struct {
	metadata, keys attempt
	meta           metadata    // what the keys belong to
	set            *Set        // nil if they have not changed
	panicked       []slog.Attr // how the transport panicked

	stored bool                  // it is the store's, and the server was not asked
	lacked string                // why the store's was not taken, in a word; "" if it was, or was not asked
	after  func(context.Context) // to be called once it is published; nil if there is nothing more to do
}

// isNews reports whether it says nothing of which keys the server has now.
func (o *outcome) isNews() bool { return o.stored || o.keys.earlier }

// via returns from where the keys are.
func (o *outcome) via() Via {
	switch {
	case o.stored:
		return ViaSnapshot
	case o.keys.lent:
		return ViaCache
	}
	return ViaServer
}

// asked reports whether the server was asked for any of it since the fetch began.
func (o *outcome) asked() bool { return !o.isNews() || !o.stored && !o.metadata.begun.IsZero() }

// unused returns how many of the requests that a fetch has taken are to be given
// back: those that were not made, and all of one that failed.
func (o *outcome) unused(taken int) int {
	switch {
	case o.stored || !o.keys.isGood():
		return taken
	case o.keys.lent:
		return min(taken, 1)
	}
	return 0
}

// err returns what failed: the keys, else the metadata.
func (o *outcome) err() error {
	switch {
	case o.keys.err != nil:
		return o.keys.err
	case o.metadata.err != nil:
		return o.metadata.err
	}
	return nil
}

// panicText is what is logged of a panic. Its value could hold anything, so only its
// type is told, unless it is the runtime's.
func panicText(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", p)
}
