// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command saas shows an API whose customers have a B2C tenant each, 1,000 of
// them: they sign up and leave while it serves, and nobody else notices. The
// tenants are emulated. The exit status is 0 only if every row of the table came
// out as expected.
//
//	go run ./examples/saas         # the table
//	go run ./examples/saas -serve  # and then curl lines, until Ctrl-C
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func main() {
	serve := flag.Bool("serve", false, "after the table keep serving, and print curl lines to play with")
	customers := flag.Int("customers", 1000, "how many there are, 30 at least")
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the table says it all
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, max(*customers, 30), *serve); err != nil {
		fmt.Fprintln(os.Stderr, "saas:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, customers int, serve bool) error {
	// In place of Azure. With real tenants the transport is nil.
	tenants, b2c := make([]*emulator.Tenant, customers), byHost{}
	for i := range tenants {
		tenants[i] = emulator.NewTenant(&emulator.Options{Name: fmt.Sprintf("customer%03d", i)})
		b2c[tenants[i].Hosts()[0]] = tenants[i].Transport()
	}

	s, err := newService(b2c)
	if err != nil {
		return err
	}
	defer s.Close()
	api, closeAPI, err := serveAt(s.api())
	if err != nil {
		return err
	}
	defer closeAPI()
	admin, closeAdmin, err := serveAt(s.admin())
	if err != nil {
		return err
	}
	defer closeAdmin()

	fmt.Fprintf(out, "An API for %d customers, each with a B2C tenant of its own.\n\n", customers)
	st := newStory(s, tenants, api, admin)
	if failed := st.tell(ctx, out); failed > 0 {
		return fmt.Errorf("%d rows came out otherwise than expected", failed)
	}
	fmt.Fprintf(out, "\nAll rows came out as expected.\n")
	if !serve {
		fmt.Fprint(out, "To try it yourself: go run ./examples/saas -serve\n")
		return nil
	}
	fmt.Fprintf(out, "\nStill serving; stop with Ctrl-C. Paste this into another terminal:\n\n")
	fmt.Fprintf(out, "token=%s\n\n", st.token(0))
	fmt.Fprintf(out, "curl -i -H \"Authorization: Bearer $token\" %s/tasks\n", api)
	fmt.Fprintf(out, "curl -i -X DELETE %s/customers/%s\n", admin, tenants[0].ID())
	<-ctx.Done()
	return nil
}

// byHost takes requests to whoever answers for their host.
type byHost map[string]http.RoundTripper

func (b byHost) RoundTrip(r *http.Request) (*http.Response, error) {
	if to := b[r.URL.Host]; to != nil {
		return to.RoundTrip(r)
	}
	return nil, fmt.Errorf("no such host: %s", r.URL.Host)
}

// serveAt serves on a free port of this machine until it is closed.
func serveAt(h http.Handler) (url string, closeIt func(), err error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute, // longer than that of a load balancer in front
		// A request may wait 5 s for keys (jwks.Options.FetchTimeout). If writing
		// ended before, clients would get a cut connection in place of a 503.
		WriteTimeout: 30 * time.Second,
	}
	go func() { _ = srv.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = srv.Close() }, nil
}
