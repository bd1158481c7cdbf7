// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// misbehave lets faults come over a request. It returns the writer for the rest
// of the answer and what to do at its end, which may panic; a nil writer means
// that there is nothing left to answer.
func (t *Tenant) misbehave(w http.ResponseWriter, r *http.Request, to Endpoint, p *place) (rest http.ResponseWriter, end func()) {
	faults, end := t.faultsFor(to, *p, connectionOf(r)), func() {}
	if len(faults) == 0 {
		return w, end
	}
	rec := recordOf(w)
	for _, f := range faults {
		rec.request.Faults = append(rec.request.Faults, f.Kind)
		switch f.Kind {
		case FaultDown:
			panic(http.ErrAbortHandler)
		case FaultServerError:
			retryAfter(w, f.RetryAfter)
			page(w, f.Status, "The service can't answer this request now.")
			return nil, end
		case FaultThrottled:
			retryAfter(w, f.RetryAfter)
			if to == TokenEndpoint {
				t.refuse(w, errThrottled)
			} else {
				page(w, http.StatusTooManyRequests, "Too many requests. Try again later.")
			}
			return nil, end
		case FaultSlow:
			if !wait(r, f.Delay) {
				panic(http.ErrAbortHandler)
			}
		case FaultHang, FaultStuck:
			hang(r)
		case FaultHalfBody:
			half := &half{ResponseWriter: w}
			w, end = half, half.cut
		case FaultHTML:
			page(w, http.StatusOK, "Sign in to this network to go on.")
			return nil, end
		default:
			p.lies = append(p.lies, f.Kind)
		}
	}
	return w, end
}

// retryAfter sets the header of that name, in seconds, rounded up.
func retryAfter(w http.ResponseWriter, after time.Duration) {
	if after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
}

// wait waits for so long, or until the client goes away: then it returns false.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// half keeps an answer back, to send half of it and cut the connection.
type half struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status back.
func (h *half) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write keeps a part of the body back.
func (h *half) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

// Unwrap is for recordOf.
func (h *half) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// cut sends what there is to send. The last byte goes on its own: over HTTP/2 a
// flush returns when the bytes are in a buffer, which is sent before anything
// else is put there, so at most that byte is lost with the connection.
func (h *half) cut() {
	if h.body.Len() > 0 {
		h.Header().Set("Content-Length", strconv.Itoa(h.body.Len()))
		h.ResponseWriter.WriteHeader(h.status)
		part := h.body.Bytes()[:h.body.Len()/2]
		last := max(len(part)-1, 0)
		h.send(part[:last])
		h.send(part[last:])
	}
	panic(http.ErrAbortHandler)
}

func (h *half) send(p []byte) {
	_, _ = h.ResponseWriter.Write(p)
	_ = http.NewResponseController(h.ResponseWriter).Flush() // every writer here can
}

// lying reports whether a fault makes the answer a lie.
func (p place) lying(kind FaultKind) bool { return slices.Contains(p.lies, kind) }
