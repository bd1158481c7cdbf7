// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"runtime"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// byBrowser signs a user in through the browser of this machine.
func (f *flags) byBrowser(ctx context.Context, s *cli.Streams, opts *acquire.Options, back *loopback, scopes []string) (*acquired, error) {
	set, err := f.Read(s)
	if err != nil {
		return nil, err
	}
	opts.PendingLifetime = f.wait
	app, err := userApp(set, opts)
	if err != nil {
		return nil, err
	}
	defer func() { _ = app.Close() }()
	address, pending, err := app.BeginSignIn(f.redirectURI, scopes, &acquire.AuthorizeOptions{Prompt: f.prompt})
	if err != nil {
		return nil, err
	}
	if err := back.listen(ctx); err != nil {
		return nil, err
	}
	platform := "Mobile and desktop applications"
	if set.HasSecret() {
		platform = "Web"
	}
	fmt.Fprintf(s.Err, "Sign in at\n\n%s\n\nThe application %s must have the redirect URI\n%s\n(portal: Authentication, platform %s).\n",
		address, app.ClientID(), f.redirectURI, platform)
	if !f.noOpen {
		open(s, address)
	}
	ctx, cancel := context.WithTimeout(ctx, f.wait)
	defer cancel()
	var in *acquire.SignIn
	err = back.serve(ctx, pending.State, func(r *http.Request) error {
		ret, err := app.Finish(ctx, pending, r.Form)
		if err == nil {
			in = ret.SignIn
		}
		return err
	})
	switch {
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		return nil, fmt.Errorf("nobody has come back within %s; if B2C showed an error, its code says why,\nand AADB2C90006 that the redirect URI isn't registered", f.wait.Round(time.Second))
	case err != nil:
		return nil, err
	}
	return signedIn(in), nil
}

// open opens an address in the user's browser, as far as there is one. That it fails
// is no error: the address is printed as well. It holds no secret.
func open(s *cli.Streams, address string) {
	var c *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		c = exec.Command("open", address) //nolint:noctx // it outlives the command
	case "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", address) //nolint:noctx // it outlives the command
	default:
		if s.Getenv("DISPLAY") == "" && s.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		c = exec.Command("xdg-open", address) //nolint:noctx // it outlives the command
	}
	if c.Start() == nil {
		go func() { _ = c.Wait() }()
	}
}
