// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command quickstart shows the whole kit on one machine, with no Azure: it
// starts an emulated B2C tenant and the same small API on net/http, Echo and
// Gin, sends good and bad tokens to all three and prints what happened and
// why. The exit status is 0 only if every row came out as expected.
//
//	go run ./examples/quickstart         # the table
//	go run ./examples/quickstart -serve  # and then curl lines, until Ctrl-C
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

func main() {
	serve := flag.Bool("serve", false, "after the table keep serving, and print curl lines to play with")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *serve); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, serve bool) error {
	// A B2C tenant on loopback. With a real one, this block goes away, and so
	// does Transport below.
	b2c := emulator.NewServer(nil)
	defer b2c.Close()

	tenant, err := authority.B2C("contoso", b2c.ID())
	if err != nil {
		return err
	}
	// Two flows are trusted: a user flow and a custom policy, which signs with
	// keys of its own. Tokens of a daemon name no flow, so it is listed.
	v, err := validator.New(tenant.Flows("B2C_1_susi", "B2C_1A_partner"), b2c.API().ID, &validator.Options{
		AllowMissingFlow: []string{b2c.Daemon().ID},
		Transport:        b2c.Transport(),
		Logger:           slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer v.Close()

	var why refusals
	g := guard.New(v, &guard.Options{
		OnRefusal: why.record,
		Logger:    slog.New(slog.DiscardHandler), // the table says it all
	})

	servers, err := startServers(newNetHTTP(g), newEcho(g), newGin(g))
	if err != nil {
		return err
	}
	defer servers.close()

	fmt.Fprintf(out, "An emulated B2C tenant and one API on net/http, Echo and Gin.\n")
	fmt.Fprintf(out, "Trusted are the flows B2C_1_susi and B2C_1A_partner of the tenant contoso.\n\n")
	failed := runScenarios(ctx, out, b2c, servers, &why)
	if failed > 0 {
		return fmt.Errorf("%d of %d rows came out otherwise than expected", failed, len(scenarios))
	}
	fmt.Fprintf(out, "\nAll %d rows came out as expected, alike on all three.\n", len(scenarios))
	if !serve {
		fmt.Fprint(out, "To try them yourself: go run ./examples/quickstart -serve\n")
		return nil
	}
	printCurl(out, b2c, servers)
	<-ctx.Done()
	return nil
}
