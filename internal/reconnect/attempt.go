// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// attempt is one request on its way.
type attempt struct {
	request *http.Request
	loan    loan
	began   time.Time
	traced  atomic.Bool               // the transport tells about connections
	got     atomic.Pointer[time.Time] // when it got its last one
	once    sync.Once
}

func (a *attempt) prepare(r *http.Request, l loan) {
	a.loan = l
	a.request = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { a.traced.Store(true) },
		GotConn: func(httptrace.GotConnInfo) {
			now := time.Now()
			a.got.Store(&now)
		},
	}))
	a.request.Close = r.Close || l.last
}

// since returns from when on the attempt has had its connection; nil if it has
// none.
func (a *attempt) since() *time.Time {
	if a.traced.Load() {
		return a.got.Load()
	}
	return &a.began
}

// failed ends an attempt that has come to an error.
func (a *attempt) failed() {
	from := a.since()
	o := outcome{verdict: failed}
	switch {
	case from == nil:
		o.verdict = unknown
	case a.request.Context().Err() != nil:
		o = outcome{abandoned, *from, time.Now()}
	}
	a.end(o)
}

// end says what came of the attempt; what is said first counts.
func (a *attempt) end(o outcome) { a.once.Do(func() { a.loan.back(o) }) }

// body ends its attempt. An attempt whose reader has had enough has succeeded.
type body struct {
	io.ReadCloser

	attempt *attempt
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		b.attempt.end(outcome{verdict: succeeded})
	case err != nil:
		b.attempt.failed()
	}
	return n, err
}

func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.attempt.end(outcome{verdict: succeeded})
	return err
}
