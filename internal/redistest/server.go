// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/freeport"
)

// patience is how long a server may take to start. It only bounds a failure.
const patience = 30 * time.Second

// Server is a Redis of the test's own, on loopback, that keeps nothing on
// disk. Its methods fail the test that started it, and must be called by the
// test's own goroutine.
type Server struct {
	// Addr is host:port, and stays the same over Restart.
	Addr string
	// TLSAddr is where StartTLS has it listen, besides.
	TLSAddr string

	tb      testing.TB
	program string
	args    []string
	process *process
}

// process is one run of the program.
type process struct {
	cmd    *exec.Cmd
	output bytes.Buffer // to be read when it has ended
	ended  chan struct{}
}

// Start starts a server, which ends with the test. The arguments are further
// ones for redis-server.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	s := find(tb)
	s.args = append(settings(tb.TempDir()), args...)
	s.start()
	return s
}

// settings returns the arguments for a server that keeps nothing on disk, and
// gives replicas its data at once.
func settings(dir string) []string {
	return []string{"--dir", dir, "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"}
}

// find returns a server that does not run yet.
func find(tb testing.TB) *Server {
	tb.Helper()
	program, err := exec.LookPath("redis-server")
	switch {
	case err == nil:
	case os.Getenv("B2CKIT_REQUIRE_REDIS") != "":
		tb.Fatalf("B2CKIT_REQUIRE_REDIS is set, but there is no Redis: %v", err)
	default:
		tb.Skipf("no Redis here (%v); install redis-server, or set B2CKIT_REQUIRE_REDIS to make that a failure", err)
	}
	return &Server{tb: tb, program: program}
}

func (s *Server) start() {
	s.tb.Helper()
	s.tb.Cleanup(s.stop)
	withTLS := s.TLSAddr != ""
	var err error
	for range 20 {
		s.Addr = freeport.Address(s.tb)
		if withTLS {
			s.TLSAddr = freeport.Address(s.tb)
		}
		if err = s.run(); err == nil {
			return
		}
	}
	s.tb.Fatalf("redis-server doesn't start: %v", err)
}

// Kill ends the server at once, as a crash does. It has nothing on disk, so
// its data are gone.
func (s *Server) Kill() {
	s.tb.Helper()
	if s.process == nil {
		s.tb.Fatal("redistest: Kill: the server does not run")
	}
	s.stop()
}

// Restart starts the server again after Kill, on the same address and empty.
func (s *Server) Restart() {
	s.tb.Helper()
	if s.process != nil {
		s.tb.Fatal("redistest: Restart: the server runs")
	}
	if err := s.run(); err != nil {
		s.tb.Fatalf("redistest: Restart: %v", err)
	}
}

// Pause stops the server as if its machine hung: the kernel still accepts
// connections and data, and nothing answers.
func (s *Server) Pause() {
	s.tb.Helper()
	s.signal("Pause", pause)
}

// Resume ends Pause. What was sent meanwhile is done now.
func (s *Server) Resume() {
	s.tb.Helper()
	s.signal("Resume", resume)
}

func (s *Server) signal(name string, send func(*os.Process) error) {
	s.tb.Helper()
	if s.process == nil {
		s.tb.Fatalf("redistest: %s: the server does not run", name)
	}
	if err := send(s.process.cmd.Process); err != nil {
		s.tb.Fatalf("redistest: %s: %v", name, err)
	}
}

func (s *Server) stop() {
	if s.process == nil {
		return
	}
	_ = s.process.cmd.Process.Kill() // also ends one that is paused
	<-s.process.ended
	s.process = nil
}

// run starts the program and waits until it answers.
func (s *Server) run() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := &process{ended: make(chan struct{})}
	p.cmd = exec.Command(s.program, append(slices.Clip(s.args), s.listening()...)...) // no context: it outlives this call
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	dieWithParent(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go func() { // ends with the program
		defer close(p.ended)
		_ = p.cmd.Wait()
	}()
	retry := time.NewTicker(5 * time.Millisecond)
	defer retry.Stop()
	for {
		if answers(ctx, s.Addr, p.cmd.Process.Pid) {
			s.process = p
			return nil
		}
		select {
		case <-retry.C:
		case <-p.ended:
			return fmt.Errorf("it ended:\n%s", p.output.String())
		case <-ctx.Done():
			_ = p.cmd.Process.Kill()
			<-p.ended
			return fmt.Errorf("no answer within %v:\n%s", patience, p.output.String())
		}
	}
}

// listening returns the arguments that say where to listen.
func (s *Server) listening() []string {
	host, port, _ := net.SplitHostPort(s.Addr)
	args := []string{"--bind", host, "--port", port}
	if _, port, err := net.SplitHostPort(s.TLSAddr); err == nil {
		args = append(args, "--tls-port", port)
	}
	return args
}

// answers reports whether the server at the address is this very process, and
// not one that another test has started on the same port.
func answers(ctx context.Context, addr string, pid int) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return false
	}
	if _, err := io.WriteString(conn, "INFO server\r\n"); err != nil {
		return false
	}
	r := bufio.NewReader(conn)
	var size int
	if _, err := fmt.Fscanf(r, "$%d\r\n", &size); err != nil || size < 0 {
		return false
	}
	info := make([]byte, size)
	_, err = io.ReadFull(r, info)
	return err == nil && bytes.Contains(info, fmt.Appendf(nil, "\r\nprocess_id:%d\r\n", pid))
}
