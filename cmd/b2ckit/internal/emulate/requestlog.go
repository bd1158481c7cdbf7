// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// logInterval is how late a line may be.
const logInterval = 100 * time.Millisecond

// logRequests prints a line for each request to a tenant until stop is called,
// which prints what is left. Only the loop writes.
func logRequests(w io.Writer, tenants []*emulator.Tenant) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	printed := make([]int, len(tenants))
	flush := func() {
		for i, t := range tenants {
			for _, r := range t.RequestsAfter(printed[i]) {
				printed[i] = r.Number
				fmt.Fprintln(w, requestLine(&r, tenants))
			}
		}
	}
	go func() {
		defer close(done)
		tick := time.NewTicker(logInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				flush()
			case <-quit:
				flush()
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}

// requestLine never holds a query: codes and state travel there. What the
// client chose is escaped.
func requestLine(r *emulator.Request, tenants []*emulator.Tenant) string {
	const mostPath = 200
	path := (&url.URL{Path: r.Path}).EscapedPath()
	if len(path) > mostPath {
		path = path[:mostPath] + "…"
	}
	status := "---" // no answer
	if r.Status != 0 {
		status = fmt.Sprint(r.Status)
	}
	words := []string{r.At.Format(time.TimeOnly), status, r.Method, path, r.Took.Round(100 * time.Microsecond).String()}
	if r.Error != "" {
		words = append(words, fmt.Sprintf("%.40q", r.Error))
	}
	if r.Status == http.StatusNotFound && r.Endpoint == emulator.NoEndpoint {
		words = append(words, "("+notFound(r, tenants)+")")
	}
	for _, k := range r.Faults {
		words = append(words, "fault:"+string(k))
	}
	return strings.Join(words, " ")
}

// lineWriter lets several write lines to one writer.
type lineWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lineWriter) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(line)
}
