// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// New returns the command.
func New(s *cli.Streams) *cobra.Command { return Explaining(nil)(s) }

// Explaining returns the constructor of the command with a page in the dashboard that
// explains tokens of real tenants, see [dashboard.Options].
func Explaining(explain func(context.Context, dashboard.RealToken) (string, error)) cli.Constructor {
	return func(s *cli.Streams) *cobra.Command { return newCommand(s, explain) }
}

func newCommand(s *cli.Streams, explain func(context.Context, dashboard.RealToken) (string, error)) *cobra.Command {
	f := emulateFlags{explainToken: explain}
	c := &cobra.Command{
		Use:   "emulate",
		Short: "an Azure AD B2C tenant on this machine, to develop against",
		Long: `Serves an Azure AD B2C tenant on this machine until it is interrupted, and
prints what clients need to know of it. Nothing of it is real: it gives tokens
to anyone who asks, so no service with real data may ever trust it.`,
		Example: `  b2ckit emulate                                # https://127.0.0.1:8443
  b2ckit emulate --sign-in-as lin@example.org   # no pages: all are Lin
  b2ckit emulate --print-config >b2c.json       # to begin a --config with
  b2ckit emulate --check --wait 30s && npm test # once it is up`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c.Context(), s) },
	}
	f.declare(c)
	return c
}

// run serves tenants until ctx ends, or does what else the flags ask for.
func (f *emulateFlags) run(ctx context.Context, s *cli.Streams) error {
	if err := f.settle(); err != nil {
		return err
	}
	if f.printConfig {
		_, err := s.Out.Write(config.Example())
		return err
	}
	file, err := f.read()
	switch {
	case err != nil:
		return err
	case f.check:
		return f.checkServer(ctx, file.NewTenants(), s.Out)
	default:
		return f.serve(ctx, file, s.Out, &lineWriter{w: s.Err})
	}
}

// serve serves the tenants of a file until ctx ends.
func (f *emulateFlags) serve(ctx context.Context, file *config.File, stdout io.Writer, stderr *lineWriter) error {
	tenants := file.NewTenants()
	kept, err := f.restore(tenants)
	if err != nil {
		return err
	}
	if err := f.signIn(file, tenants); err != nil {
		return err
	}
	if err := f.checkPlaces(); err != nil {
		return err
	}
	certificate, err := f.certificate(kept, tenants)
	if err != nil {
		return err
	}
	connections := &connectionLines{w: stderr}
	server, err := f.start(tenants, certificate.Certificate, connections)
	if err != nil {
		return err
	}
	defer server.Close()
	ca, err := f.writeCA(server)
	if err != nil {
		return err
	}
	connections.trusted.Store(&ca)
	stop, err := f.keep(kept, stderr)
	if err != nil {
		return err
	}
	r := report{server: server, file: file, flags: f, ca: ca, certificate: certificate}
	err = r.write(stdout, stderr)
	if err == nil {
		if !f.quiet {
			defer logRequests(stderr, tenants)()
		}
		<-ctx.Done()
	}
	server.Close() // before the last look at requests and state
	return errors.Join(err, stop())
}

// start starts the server, with a dashboard.
func (f *emulateFlags) start(tenants []*emulator.Tenant, certificate *emulator.Certificate, connections *connectionLines) (*emulator.Server, error) {
	server, err := emulator.Start(&emulator.ServerOptions{
		Address: f.address, Plain: f.http, Certificate: certificate, AnyAddress: f.anyAddress,
		Fallback: dashboard.NewWithOptions(tenants, &dashboard.Options{Explain: f.explainToken}), ErrorLog: connections.logger(f.quiet),
	}, tenants...)
	if err != nil {
		return nil, f.explain(err)
	}
	return server, nil
}

// restore puts back what --state keeps; nil without it.
func (f *emulateFlags) restore(tenants []*emulator.Tenant) (*keeper, error) {
	if f.state == "" {
		return nil, nil //nolint:nilnil // no keeper is none
	}
	return newKeeper(f.state, tenants)
}

// keep saves the state, if there is to be one, and goes on with that until stop
// is called.
func (f *emulateFlags) keep(kept *keeper, stderr io.Writer) (stop func() error, err error) {
	if kept == nil {
		return func() error { return nil }, nil
	}
	if err := kept.save(); err != nil {
		return nil, err
	}
	return kept.run(stderr), nil
}

// read returns the tenants to serve.
func (f *emulateFlags) read() (*config.File, error) {
	if f.config == "" {
		return config.Parse("the default configuration", config.Example())
	}
	file, err := config.Read(f.config)
	if _, ok := errors.AsType[*config.Error](err); ok {
		return nil, fmt.Errorf("the configuration has mistakes:\n%w\nAll settings: b2ckit emulate --print-config", err)
	}
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	return file, nil
}

// signIn makes every tenant that has such a user sign everyone in as it.
func (f *emulateFlags) signIn(file *config.File, tenants []*emulator.Tenant) error {
	if f.signInAs == "" {
		return nil
	}
	var failed []error
	for i, t := range tenants {
		if err := config.SignInAs(t, f.signInAs); err != nil {
			if len(tenants) > 1 {
				err = fmt.Errorf("tenant %s: %w", t.Name(), err)
			}
			failed = append(failed, err)
			continue
		}
		file.Tenants[i].SignInAs = f.signInAs
	}
	if len(failed) < len(tenants) {
		return nil
	}
	return fmt.Errorf("--sign-in-as: %w", errors.Join(failed...))
}

// explain says what to do about an error of Start.
func (f *emulateFlags) explain(err error) error {
	unknown, isUnknown := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, emulator.ErrNotLoopback):
		return fmt.Errorf("%s is not a loopback address:\n"+
			"whoever reaches it gets a token for anyone. If that is meant, add --any-address", f.address)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s is in use, perhaps by another b2ckit emulate.\n"+
			"Choose another port, such as --address %s, or 0 for a free one", f.address, freeBehind(f.address))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is no address of this machine.\n"+
			"For all that it has: --any-address --address :%s", f.address, f.port())
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may not be listened on: ports below 1024 are for root, as a rule.\n"+
			"Start it with sudo, or choose another port, such as --address 8443", f.address)
	case isUnknown:
		return fmt.Errorf("--address %s: there is no host %q here", f.address, unknown.Name)
	default:
		return err
	}
}

// freeBehind returns the next address behind one that is free now.
func freeBehind(address string) string {
	host, port, err := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port)
	for next := n + 1; err == nil && next <= min(n+100, 65535); next++ {
		free := net.JoinHostPort(host, strconv.Itoa(next))
		if l, err := net.Listen("tcp", free); err == nil {
			_ = l.Close()
			return free
		}
	}
	return net.JoinHostPort(host, "8443")
}
