// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package inprocess

import "net/http"

// Read is the client's. It waits for the handler, but no longer than the
// request's context.
func (x *exchange) Read(p []byte) (int, error) {
	clientCtx := x.request.Context()
	for {
		x.mu.Lock()
		err := clientCtx.Err()
		if x.closed {
			err = http.ErrBodyReadAfterClose
		}
		n := 0
		if err == nil {
			n = copy(p, x.buf)
			x.buf = x.buf[n:]
			if n == 0 && len(p) > 0 {
				err = x.end
			}
		}
		x.mu.Unlock()
		if n > 0 {
			wake(x.room)
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
		select {
		case <-x.data:
		case <-clientCtx.Done():
		}
	}
}

// Close is the client's: it ends the handler's context.
func (x *exchange) Close() error {
	x.mu.Lock()
	x.closed, x.buf = true, nil
	x.mu.Unlock()
	x.cancel()
	return nil
}

// wake makes the other end look again; it never waits.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
