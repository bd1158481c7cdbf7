// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"time"
)

// ErrEntry is for a Cache to wrap: in the error of Get, if there is an entry
// that it can't use, which was altered, or encrypted with keys that are gone; it
// is logged, and counts as no entry at all. In the error of Set, if it will never
// take the value, as it is too large; then a smaller one may come.
var ErrEntry = errors.New("unusable entry")

// Cache is a store that several processes share, so that a fleet asks for a
// token once. Each App keeps tokens in its own memory besides; the Cache is
// asked only when that has none that will do.
//
// Keys are short printable ASCII, the same in every process, and tell nothing
// about users. Values hold tokens: a Cache on a network should encrypt them,
// as package rediscache does. Package cachetest checks an implementation.
//
// A Cache is called by many goroutines at once. It may lose entries at any
// time, and an error never fails an acquisition that needs nothing from there:
// it is logged, and the App goes on as if there were no Cache. What it could not
// write for a user it writes again, from half a second later on. Only a user of
// whom this process has no good refresh token has to wait for the Cache, see
// [User.Token]. So a Cache should give up early, within tens of milliseconds,
// rather than late; the context of each call ends after a tenth of
// Options.Timeout.
//
// The clocks of the processes should agree: what comes from more than a minute
// in the future is not used.
type Cache interface {
	// Get returns the value set for the key, or nil if there is none.
	Get(ctx context.Context, key string) ([]byte, error)
	// Set keeps a copy of the value for at most ttl, which is positive. It
	// replaces the value that was there. One that returned an error may have been
	// done all the same, or be done a little later, but not after a later call for
	// the same key from this process.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Delete removes the value, if there is one.
	Delete(ctx context.Context, key string) error
}

// Lister is a Cache that can tell what it holds, such as a file that keeps the
// few users of one machine. See [App.LoadAccounts].
type Lister interface {
	Cache
	// Keys returns a page of the keys that begin with prefix, which is that of one
	// App's accounts, see [AccountPrefix]: limit of them at most, which is positive, in any order. The first page is "", and next is the
	// following one, "" behind the last; what it holds is up to the Cache. A page may
	// be empty though there are more. A key that is there all the while is in one page
	// at least; one that comes or goes meanwhile may be in one or none.
	Keys(ctx context.Context, prefix, page string, limit int) (keys []string, next string, err error)
}

// Leaser is a Cache that can also say which process works on a key, so that
// one of the fleet refreshes a token while the others wait briefly or go on
// with the old one. A lease saves requests; nothing breaks if two processes
// hold it.
type Leaser interface {
	Cache
	// Lease takes the key for at most ttl and returns true, or returns false
	// if another holder has it. Only after true, and then exactly once, release
	// is called; it must not give away a lease that has passed to another
	// holder meanwhile, and must not wait long.
	Lease(ctx context.Context, key string, ttl time.Duration) (release func(), ok bool, err error)
}
