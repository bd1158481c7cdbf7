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

	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// browser is how a user signs in through the browser of this machine.
type browser struct {
	noOpen      bool
	redirectURI string
	prompt      string
	wait        time.Duration
}

func (b *browser) declare(set *pflag.FlagSet) {
	set.StringVar(&b.redirectURI, "redirect-uri", "http://localhost:8400/callback", "`URI` where --browser waits (default http://localhost:8400/callback); the application must have registered it, letter by letter")
	set.BoolVar(&b.noOpen, "no-open", false, "opens no browser, but prints the address alone")
	set.StringVar(&b.prompt, "prompt", "", "`VALUE` login asks for the password whoever is signed in; select_account, consent and none as in OpenID Connect")
	set.DurationVar(&b.wait, "wait", 5*time.Minute, "`TIME` for how long --browser waits (default 5m)")
}

// check returns what is wrong with the flags.
func (b *browser) check() error {
	if b.wait < time.Second || b.wait > 24*time.Hour {
		return cli.UsageError("--wait %s is not between 1s and 24h", b.wait)
	}
	_, err := newLoopback(b.redirectURI)
	return err
}

// signIn signs a user in. The platform is where the portal has the redirect URI.
func (b *browser) signIn(ctx context.Context, s *cli.Streams, app *acquire.App, platform string, scopes []string) (*acquire.SignIn, error) {
	back, err := newLoopback(b.redirectURI)
	if err != nil {
		return nil, err
	}
	address, pending, err := app.BeginSignIn(b.redirectURI, scopes, &acquire.AuthorizeOptions{Prompt: b.prompt})
	if err != nil {
		return nil, err
	}
	if err := back.listen(ctx); err != nil {
		return nil, err
	}
	fmt.Fprintf(s.Err, "Sign in at\n\n%s\n\nThe application %s must have the redirect URI\n%s\n(portal: Authentication, platform %s).\n",
		address, app.ClientID(), b.redirectURI, platform)
	if !b.noOpen {
		open(s, address)
	}
	ctx, cancel := context.WithTimeout(ctx, b.wait)
	defer cancel()
	var in *acquire.SignIn
	err = back.serve(ctx, pending.State, func(r *http.Request) error {
		ret, err := app.Finish(ctx, pending, r.Form)
		if err == nil {
			in = ret.SignIn
		}
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil {
		return nil, fmt.Errorf("nobody has come back within %s; if B2C showed an error, its code says why,\nand AADB2C90006 that the redirect URI isn't registered", b.wait)
	}
	return in, err
}

// open opens an address in the user's browser, as far as there is one. That it fails
// is no error: the address is printed as well. It holds no secret.
func open(s *cli.Streams, address string) {
	var words []string
	switch runtime.GOOS {
	case "darwin":
		words = []string{"open"}
	case "windows":
		words = []string{"rundll32", "url.dll,FileProtocolHandler"}
	default:
		if s.Getenv("DISPLAY") == "" && s.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		words = []string{"xdg-open"}
	}
	c := exec.Command(words[0], append(words[1:], address)...) //nolint:gosec,noctx // of the three above; it outlives the command
	if c.Start() == nil {
		go func() { _ = c.Wait() }()
	}
}
