// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/b2ckit/b2ckit/internal/freeport"
)

// StartTLS is [Start] for a server that listens for TLS too. The PEM text holds
// its private key and its certificates, and clients need none.
func StartTLS(tb testing.TB, pem []byte, args ...string) *Server {
	tb.Helper()
	s := find(tb)
	dir := tb.TempDir()
	file := filepath.Join(dir, "server.pem")
	if err := os.WriteFile(file, pem, 0o600); err != nil {
		tb.Fatal(err)
	}
	s.TLSAddr = freeport.Address(tb)
	s.args = append(settings(dir), "--tls-cert-file", file, "--tls-key-file", file, "--tls-auth-clients", "no")
	s.args = append(s.args, args...)
	s.start()
	return s
}

// StartReplica is [Start] for a replica of the server, which refuses writes. It
// may take a moment to have the server's data.
func StartReplica(tb testing.TB, of *Server, args ...string) *Server {
	tb.Helper()
	host, port, err := net.SplitHostPort(of.Addr)
	if err != nil {
		tb.Fatal(err)
	}
	return Start(tb, append([]string{"--replicaof", host, port}, args...)...)
}

// StartSentinel is [Start] for a Sentinel that watches the master by this name,
// alone, and promotes a replica as soon as the master has been away for a
// fifth of a second. It finds the replicas that the master has by then.
func StartSentinel(tb testing.TB, name string, master *Server) *Server {
	tb.Helper()
	s := find(tb)
	host, port, err := net.SplitHostPort(master.Addr)
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	file := filepath.Join(dir, "sentinel.conf") // Sentinel keeps its state there
	conf := fmt.Sprintf("dir %s\nsentinel monitor %s %s %s 1\nsentinel down-after-milliseconds %[2]s 200\nsentinel failover-timeout %[2]s 5000\n", dir, name, host, port)
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		tb.Fatal(err)
	}
	s.args = []string{file, "--sentinel"}
	s.start()
	return s
}
