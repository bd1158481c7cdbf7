// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package answer

import (
	"bytes"
	"net/http"
	"strconv"
)

// Half keeps an answer back, to send half of it and cut the connection.
type Half struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status back.
func (h *Half) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write keeps a part of the body back.
func (h *Half) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

// Unwrap is for [http.ResponseController].
func (h *Half) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// Cut sends what there is to send. The last byte goes on its own: over HTTP/2 a
// flush returns when the bytes are in a buffer, which is sent before anything
// else is put there, so at most that byte is lost with the connection.
func (h *Half) Cut() {
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

func (h *Half) send(p []byte) {
	_, _ = h.ResponseWriter.Write(p)
	_ = http.NewResponseController(h.ResponseWriter).Flush() // every writer here can
}
