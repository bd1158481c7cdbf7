// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/redischeck"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

func TestMain(m *testing.M) {
	logging.Disable() // of the client, which would tell of every failure here
	m.Run()
}

// pool trusts the authority of a certificate.
func pool(t *testing.T, c *emulator.Certificate) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(c.CACertificatePEM()) {
		t.Fatal("no certificate")
	}
	return p
}

var volatile = regexp.MustCompile(`\b\d+ ms\b`)

// look checks a Redis and returns a line for each finding.
func look(t *testing.T, address, password string) string {
	t.Helper()
	c, err := redischeck.Parse(address, password)
	if err != nil {
		t.Fatal(err)
	}
	c.Timeout = 5 * time.Second
	return lines(t.Context(), c)
}

// lines has besides, in brackets, how the right to commands was found out.
func lines(ctx context.Context, c *redischeck.Config) string {
	var b strings.Builder
	for _, f := range redischeck.Check(ctx, c) {
		fmt.Fprintf(&b, "%s %s: %s", f.State, f.Check, volatile.ReplaceAllString(f.Found, "N ms"))
		if f.Do != "" {
			b.WriteString(" -> " + f.Do)
		}
		b.WriteString("\n")
		for _, fact := range f.Facts {
			if fact.Name == "redis_acl_asked_by" {
				fmt.Fprintf(&b, "[%v]\n", fact.Value)
			}
		}
	}
	return b.String()
}

func equal(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// admin returns a client that may do everything.
func admin(t *testing.T, server *redistest.Server) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: server.Addr})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func do(t *testing.T, client *redis.Client, command string) {
	t.Helper()
	var args []any
	for word := range strings.FieldsSeq(command) {
		args = append(args, word)
	}
	if err := client.Do(t.Context(), args...).Err(); err != nil {
		t.Fatalf("%s: %v", command, err)
	}
}

func TestHealthy(t *testing.T) {
	server := redistest.Start(t, "--maxmemory", "100mb", "--maxmemory-policy", "noeviction")
	client := admin(t, server)
	do(t, client, "SET b2ckit:value:v1 x PX 60000")
	do(t, client, "SET b2ckit:keys:00 x PX 60000")
	do(t, client, "SET b2ckit:keys:01 x PX 60000")
	do(t, client, "SET other:keys:02 x PX 60000")
	equal(t, look(t, "redis://"+server.Addr, ""), `ok redis: connected in N ms, a round trip takes N ms
skipped redis-tls: no TLS, on loopback
ok redis-acl: the user may do what the kit does
[dry run]
ok redis-memory: nothing is thrown away (noeviction)
ok redis-keys: b2ckit:* has 1 cached tokens and accounts, 2 key snapshots
`)
	if n := client.DBSize(t.Context()).Val(); n != 4 {
		t.Errorf("it left something behind: %d keys, want 4", n)
	}
}

// What the kit does may be found out by a dry run, or by doing it; both find what is
// not allowed, and leave nothing behind.
func TestACL(t *testing.T) {
	server := redistest.Start(t)
	client := admin(t, server)
	for _, c := range []struct{ name, rules, want string }{
		{
			"all", "~b2ckit:* +get +set +getrange +eval +del +ping",
			"ok redis-acl: the user may do what the kit does",
		},
		{
			"no script", "~b2ckit:* +get +set +getrange +del +ping",
			"FAIL redis-acl: the user may not EVAL on b2ckit:value:*, EVAL on b2ckit:lease:*, EVAL on b2ckit:keys:*, EVAL on b2ckit:keys-lease:*" +
				" -> an administrator grants it by: ACL SETUSER <user> ~b2ckit:* +eval",
		},
		{
			"no leases", "~b2ckit:value:* ~b2ckit:keys:* +get +set +getrange +eval +del +ping",
			"FAIL redis-acl: the user may not SET on b2ckit:lease:*, GETRANGE on b2ckit:lease:*, GET on b2ckit:lease:*, EVAL on b2ckit:lease:*, DEL on b2ckit:lease:*, " +
				"SET on b2ckit:keys-lease:*, GETRANGE on b2ckit:keys-lease:*, GET on b2ckit:keys-lease:*, EVAL on b2ckit:keys-lease:*, DEL on b2ckit:keys-lease:*" +
				" -> an administrator grants it by: ACL SETUSER <user> ~b2ckit:* +set +getrange +get +eval +del",
		},
	} {
		for how, more := range map[string]string{"done, at keys of its own": "", "dry run": " +acl|whoami +acl|dryrun"} {
			do(t, client, "ACL SETUSER shop reset on >pass "+c.rules+more)
			got := look(t, "redis://shop@"+server.Addr, "pass")
			if !strings.Contains(got, "\n"+c.want+"\n["+how+"]\n") {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", c.name, how, got, c.want)
			}
			if strings.Contains(got, "pass") || strings.Contains(got, "shop") {
				t.Errorf("%s: the password or the user is told:\n%s", c.name, got)
			}
			if n := client.DBSize(t.Context()).Val(); n != 0 {
				t.Errorf("%s, %s: it left %d keys behind", c.name, how, n)
			}
		}
	}
}

func TestAway(t *testing.T) {
	server := redistest.Start(t)
	server.Kill()
	equal(t, look(t, "redis://"+server.Addr, ""), `FAIL redis: dial tcp `+server.Addr+`: connect: connection refused -> nothing listens there: correct host and port, or start Redis. Where it is away, the kit works on without it
skipped redis-tls: no TLS, on loopback
`)
}

func TestHangs(t *testing.T) {
	server := redistest.Start(t)
	server.Pause()
	c, err := redischeck.Parse("redis://"+server.Addr, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Timeout = 200 * time.Millisecond
	if got := lines(t.Context(), c); !strings.HasPrefix(got, "FAIL redis: ") || !strings.Contains(got, "timeout") {
		t.Errorf("got\n%s", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	equal(t, lines(ctx, c), "skipped redis: the checks ended early\nskipped redis-tls: no TLS, on loopback\n")
}

func TestPassword(t *testing.T) {
	server := redistest.Start(t)
	do(t, admin(t, server), "ACL SETUSER default on >secret ~* +@all resetpass >secret")
	for password, want := range map[string]string{
		"":      "-> give the password, by REDIS_PASSWORD or --redis-password-file",
		"wrong": "-> correct the user in the address, or the password",
	} {
		if got := look(t, "redis://"+server.Addr, password); !strings.HasPrefix(got, "FAIL redis: ") || !strings.Contains(got, want) {
			t.Errorf("%q: got\n%s\nwant %s", password, got, want)
		}
	}
	if got := look(t, "redis://"+server.Addr, "secret"); !strings.HasPrefix(got, "ok redis: ") {
		t.Errorf("got\n%s", got)
	}
}

func TestReplica(t *testing.T) {
	primary := redistest.Start(t)
	replica := redistest.StartReplica(t, primary)
	if got := look(t, "redis://"+replica.Addr, ""); !strings.HasPrefix(got,
		"FAIL redis: this is a replica, which takes no writes -> name the primary, or let the client find it by Sentinel\n") {
		t.Errorf("got\n%s", got)
	}
}

// TestFar: an operation is given less than a round trip takes.
func TestFar(t *testing.T) {
	server := redistest.Start(t)
	far := redistest.NewRelay(t, server.Addr, 150*time.Millisecond)
	if got := look(t, "redis://"+far.Addr, ""); !strings.HasPrefix(got, "warn redis: connected in N ms, a round trip takes N ms -> an operation is given 50ms ") {
		t.Errorf("got\n%s", got)
	}
}

func TestMemory(t *testing.T) {
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"evicts", "warn redis-memory: when it is full it throws entries away (allkeys-lru), refresh tokens among them", []string{"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"}},
		{"no limit", "ok redis-memory: no limit is set", nil},
	} {
		server := redistest.Start(t, c.args...)
		if got := look(t, "redis://"+server.Addr, ""); !strings.Contains(got, "\n"+c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	server := redistest.Start(t, "--maxmemory-policy", "noeviction")
	do(t, admin(t, server), "CONFIG SET maxmemory 1")
	got := look(t, "redis://"+server.Addr, "")
	if !strings.Contains(got, "\nwarn redis-memory: nearly full, and then it refuses writes (noeviction) -> ") {
		t.Errorf("full: got\n%s", got)
	}
}

func TestTLS(t *testing.T) {
	certificate := emulator.NewCertificate()
	pem, err := certificate.PEM()
	if err != nil {
		t.Fatal(err)
	}
	server := redistest.StartTLS(t, pem)
	c, err := redischeck.Parse("rediss://"+server.TLSAddr, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(t.Context(), c); !strings.Contains(got, "\nFAIL redis-tls: tls: failed to verify certificate: x509: certificate signed by unknown authority") {
		t.Errorf("untrusted: got\n%s", got)
	}
	c.Roots = pool(t, certificate)
	if got := lines(t.Context(), c); !strings.Contains(got, "\nok redis-tls: TLS 1.3, in N ms\n") {
		t.Errorf("trusted: got\n%s", got)
	}
	plain, err := redischeck.Parse("rediss://"+server.Addr, "")
	if err != nil {
		t.Fatal(err)
	}
	plain.Timeout = time.Second
	if got := lines(t.Context(), plain); !strings.HasPrefix(got, "FAIL redis: ") || !strings.Contains(got, "-> does the server speak TLS on that port?") {
		t.Errorf("no TLS there: got\n%s", got)
	}
}

func TestParse(t *testing.T) {
	for address, want := range map[string]string{
		"redis://:hunter2@redis.internal:6379":         redischeck.ErrPassword.Error(),
		"redis://svc:hunter2@redis.internal":           redischeck.ErrPassword.Error(),
		"redis://redis.internal?password=hunter2":      redischeck.ErrPassword.Error(),
		"http://redis.internal":                        "the address of Redis is none; it looks like redis://HOST:6379, or rediss:// for TLS",
		"redis://redis.internal:%zz":                   "the address of Redis is malformed; it looks like redis://HOST:6379, or rediss:// for TLS",
		"redis.internal:6379":                          "the address of Redis is none; it looks like redis://HOST:6379, or rediss:// for TLS",
		"redis://svc@redis.internal:6379/1?protocol=3": "<nil>",
	} {
		_, err := redischeck.Parse(address, "p")
		if got := fmt.Sprint(err); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
