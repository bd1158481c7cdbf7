// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// hang is a reply that never comes.
const hang = "hang"

// fake is a server that speaks the Redis protocol and keeps nothing. It logs
// the client in, and gives the reply that a test wants to anything else.
type fake struct {
	mu       sync.Mutex
	reply    func(args []string) string
	commands []string
}

func (f *fake) set(reply func(args []string) string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reply = reply
}

// asked returns the names of the commands since it was last called.
func (f *fake) asked() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := strings.Join(f.commands, " ")
	f.commands = nil
	return names
}

func (f *fake) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	for {
		args, err := readCommand(r)
		if err != nil {
			return
		}
		reply := "-ERR unknown command\r\n" // HELLO and CLIENT; go-redis does without
		if args[0] != "hello" && args[0] != "client" {
			f.mu.Lock()
			f.commands = append(f.commands, args[0])
			answer := f.reply
			f.mu.Unlock()
			reply = answer(args)
		}
		if reply == hang {
			_, _ = io.Copy(io.Discard, r) // until the client has had enough
			return
		}
		if _, err := io.WriteString(conn, reply); err != nil {
			return
		}
	}
}

func readCommand(r *bufio.Reader) ([]string, error) {
	n, err := readSize(r, "*")
	if err != nil {
		return nil, err
	}
	args := make([]string, n)
	for i := range args {
		size, err := readSize(r, "$")
		if err != nil {
			return nil, err
		}
		b := make([]byte, size+2)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		args[i] = string(b[:size])
	}
	return args, nil
}

func readSize(r *bufio.Reader, kind string) (int, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, err
	}
	digits, ok := strings.CutPrefix(strings.TrimSpace(line), kind)
	if !ok {
		return 0, fmt.Errorf("got %q, want %s and a number", line, kind)
	}
	return strconv.Atoi(digits)
}

func bulk(s string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(s), s) }

// replies answers each command by its name.
func replies(byName map[string]string) func([]string) string {
	return func(args []string) string {
		if reply, ok := byName[args[0]]; ok {
			return reply
		}
		return "-ERR unknown command\r\n"
	}
}

// working is what a server says that is empty and well.
var working = replies(map[string]string{"getrange": bulk(""), "set": "+OK\r\n", "del": ":1\r\n", "eval": ":1\r\n"})

// hanging is what a server says that hangs.
func hanging([]string) string { return hang }

func (f *fake) pipe(t *testing.T, change func(*redis.Options)) *redis.Client {
	t.Helper()
	return pipe(t, f.serve, change)
}

// pipe returns a client whose connections to the server are in this process,
// for bubbles of virtual time. Its own timeouts are so long that they don't
// help.
func pipe(t *testing.T, serve func(net.Conn), change func(*redis.Options)) *redis.Client {
	t.Helper()
	var mu sync.Mutex
	var conns []net.Conn
	o := &redis.Options{
		Addr:            "127.0.0.1:6379",
		Protocol:        2,
		PoolSize:        1000, // waiting for a connection uses timers that bubbles would share
		ReadTimeout:     time.Hour,
		WriteTimeout:    time.Hour,
		PoolTimeout:     time.Hour,
		DialTimeout:     time.Hour,
		ConnMaxIdleTime: -1,
		Dialer: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			mu.Lock()
			conns = append(conns, ours)
			mu.Unlock()
			go serve(ours) // ends with the connection
			return theirs, nil
		},
	}
	if change != nil {
		change(o)
	}
	client := redis.NewClient(o)
	t.Cleanup(func() {
		// What hangs in the client must end with the bubble. Close alone won't do:
		// v9.22.0 leaves connections open whose login has failed (its issue 3982).
		time.Sleep(24 * time.Hour) // virtual
		mu.Lock()
		for _, conn := range conns {
			_ = conn.Close()
		}
		mu.Unlock()
		_ = client.Close()
	})
	return client
}

// listen returns the address of a listener on loopback, and serves what
// connects to it.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	conns := make(map[net.Conn]bool)
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for conn := range conns {
			_ = conn.Close()
		}
		conns = nil
		mu.Unlock()
		wg.Wait()
	})
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			if conns == nil {
				_ = conn.Close()
			} else {
				conns[conn] = true
			}
			mu.Unlock()
			wg.Go(func() { serve(conn) })
		}
	})
	return l.Addr().String()
}
