// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command migration moves an API and a web app from Azure AD B2C to External ID, in
// both ways that there are, step by step, and checks each: users sign in on either
// side and keep their data, and what is of one side opens nothing on the other. The
// tenants are emulated. The exit status is 0 only if every step came out as it should.
//
//	go run ./examples/migration
//
// docs/migration.md has the same steps for real tenants.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the steps say it all
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "migration:", err)
		stop()
		os.Exit(1)
	}
}

// run tells both stories. Each begins with a B2C tenant, an API and a web app.
func run(ctx context.Context, out io.Writer) error {
	s := &steps{out: out}
	if err := errors.Join(highScale(ctx, s), standard(ctx, s)); err != nil {
		return err
	}
	if s.failed > 0 {
		return fmt.Errorf("%d steps came out otherwise than expected", s.failed)
	}
	fmt.Fprintln(out, "\nAll steps came out as expected.")
	return nil
}
