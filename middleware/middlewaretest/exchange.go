// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// request is a request with its header lines as they are, so that malformed
// ones can be written.
type request struct {
	method, path string
	headers      []string
}

func (r request) String() string {
	return fmt.Sprintf("%s %s %q", r.method, r.path, r.headers)
}

// inProcess has the handler answer the request with no network between, where
// nothing cleans the headers up.
func inProcess(h http.Handler, r request) string {
	req := httptest.NewRequest(r.method, r.path, nil)
	for _, line := range r.headers {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Add(name, value)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return dump(rec.Result())
}

// overSocket sends the request to the server at this address byte by byte as
// it is written.
func overSocket(t *testing.T, addr string, r request) string {
	t.Helper()
	conn := dial(t, addr)
	defer conn.Close()
	resp, _ := send(t, conn, r)
	defer resp.Body.Close()
	return dump(resp)
}

// send writes the request and reads the answer, and returns the reader for
// what may follow.
func send(t *testing.T, conn net.Conn, r request) (*http.Response, *bufio.Reader) {
	t.Helper()
	lines := append([]string{r.method + " " + r.path + " HTTP/1.1", "Host: api.test"}, r.headers...)
	if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n\r\n"); err != nil {
		t.Fatalf("%v: write: %v", r, err)
	}
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, &http.Request{Method: r.method})
	if err != nil {
		t.Fatalf("%v: read: %v", r, err)
	}
	return resp, reader
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	// Only a safety net: a test that waits for what never comes should fail.
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatalf("set deadline: %v", err)
	}
	return conn
}

// listen serves the handler on loopback until the test ends.
func listen(t *testing.T, h http.Handler) (addr string) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// dump writes a response down: its status, its headers in order of their
// names, an empty line, and its body. The Date is left out.
func dump(resp *http.Response) string {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Sprintf("the body can't be read: %v", err)
	}
	var b strings.Builder
	fmt.Fprintln(&b, resp.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		if name == "Date" {
			continue
		}
		for _, value := range resp.Header[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(&b, "\n%s", body)
	return b.String()
}

// both has the routes answer the request in process and over a socket, and
// compares both answers with the wanted one.
func both(t *testing.T, h http.Handler, addr string, r request, want string) {
	t.Helper()
	if got := inProcess(h, r); got != want {
		t.Errorf("%v, in process: got answer\n%s\nwant\n%s", r, got, want)
	}
	if got := overSocket(t, addr, r); got != want {
		t.Errorf("%v, over a socket: got answer\n%s\nwant\n%s", r, got, want)
	}
}
