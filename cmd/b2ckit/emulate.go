// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// emulate serves tenants until ctx ends.
func emulate(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var f emulateFlags
	if err := f.parse(args); err != nil {
		return err
	}
	if f.printConfig {
		_, err := stdout.Write(config.Example())
		return err
	}
	file, err := f.read()
	if err != nil {
		return err
	}
	tenants := file.NewTenants()
	certificate, err := f.certificate()
	if err != nil {
		return err
	}
	var kept *keeper
	if f.state != "" {
		if kept, err = newKeeper(f.state, tenants); err != nil {
			return err
		}
		if certificate == nil && !f.http {
			if certificate, err = kept.certificate(f.address); err != nil {
				return err
			}
		}
	}
	if err := f.signIn(file, tenants); err != nil {
		return err
	}
	lines := &lineWriter{w: stderr}
	server, err := emulator.Start(&emulator.ServerOptions{
		Address: f.address, Plain: f.http, Certificate: certificate, AnyAddress: f.anyAddress,
		Fallback: dashboard.New(tenants...), ErrorLog: connectionLog(lines, f.quiet),
	}, tenants...)
	if err != nil {
		return f.explain(err)
	}
	defer server.Close()
	ca, err := f.writeCA(server)
	if err != nil {
		return err
	}
	stop, err := f.keep(kept, lines)
	if err != nil {
		return err
	}
	r := report{server: server, file: file, flags: &f, ca: ca}
	_, err = io.WriteString(stdout, r.text())
	if err == nil {
		if !f.quiet {
			defer logRequests(lines, tenants)()
		}
		<-ctx.Done()
	}
	server.Close() // before the last look at requests and state
	return errors.Join(err, stop())
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
		return nil, fmt.Errorf("the configuration has mistakes:\n%w", err)
	}
	return file, err
}

// signIn makes every tenant that has such a user sign everyone in as it.
func (f *emulateFlags) signIn(file *config.File, tenants []*emulator.Tenant) error {
	if f.signInAs == "" {
		return nil
	}
	var failed error
	found := false
	for i, t := range tenants {
		if err := config.SignInAs(t, f.signInAs); err != nil {
			failed = err
			continue
		}
		file.Tenants[i].SignInAs, found = f.signInAs, true
	}
	if found {
		return nil
	}
	return fmt.Errorf("--sign-in-as: %w", failed)
}

// explain says what to do about an error of Start.
func (f *emulateFlags) explain(err error) error {
	switch {
	case errors.Is(err, emulator.ErrNotLoopback):
		return fmt.Errorf("%s is not a loopback address:\n"+
			"whoever reaches it gets a token for anyone. If that is meant, add --any-address", f.address)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s is in use, perhaps by another b2ckit emulate.\n"+
			"Choose another port, such as --address 127.0.0.1:9443, or 0 for a free one", f.address)
	default:
		return err
	}
}
