// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

// maxInput is how much is read: some hundred tokens.
const maxInput = 1 << 20

// command is one run.
type command struct {
	streams *cli.Streams
	tenant  cli.SettingsFlags

	require            []string
	now, offline, save string
	asJSON, showClaims bool
}

// New returns the command.
func New(s *cli.Streams) *cobra.Command {
	x := &command{streams: s}
	c := &cobra.Command{
		Use:   "explain [flags] [FILE]",
		Short: "why a token is refused, and what to change",
		Long: `Reads tokens, one a line, from a file or standard input, and says check by check
what a validator of these settings finds, and what to change. Keys are asked of
the tenant. What stands around a token is taken off: the word Bearer, quotes, a
header line, a token response. Without settings it says what kind of token it
is. A signature is never printed, and names and addresses with --claims alone.

The exit status is 0 if all tokens are accepted, 1 if one is refused, 2 if the
command line or the settings are wrong, and 3 if keys are away.`,
		Example: `  pbpaste | b2ckit explain
  b2ckit explain --tenant contoso --tenant-id GUID --flow B2C_1_susi \
    --audience GUID token.txt
  b2ckit explain --require scope:tasks.read token.txt
  b2ckit explain --now token --json tokens.txt | jq -r .reason
  b2ckit explain --save-keys keys.json
  b2ckit explain --offline keys.json token.txt`,
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error { return x.run(c.Context(), args) },
	}
	cli.Group(c, "", func(set *pflag.FlagSet) {
		set.StringArrayVar(&x.require, "require", nil, "`WHAT` what a route asks: scope:NAME, role:NAME, flow:NAME, client:GUID, delegated, app-only or signed-in-within:5m; repeatable")
		x.tenant.DeclareDaemons(set)
		set.StringVar(&x.now, "now", "", "`TIME` judge by this time: RFC 3339, seconds since 1970, or token for the time at which it was issued")
		set.StringVar(&x.offline, "offline", "", "`FILE` ask nobody for keys, and take those of this file")
		set.StringVar(&x.save, "save-keys", "", "`FILE` get the keys and write them to this file, for --offline")
		set.BoolVar(&x.showClaims, "claims", false, "show all claims, names and addresses among them")
		set.BoolVar(&x.asJSON, "json", false, "one object a line: verdict, reason, hint and checks")
	})
	x.tenant.Declare(c, s)
	return c
}

// oneFile refuses what is no name of a file. A token as an argument would stay in the
// history of the shell, and in the list of processes.
func oneFile(_ *cobra.Command, args []string) error {
	switch {
	case slices.ContainsFunc(args, looksLikeToken):
		return cli.UsageError("a token is no argument, where others can see it; pipe it:\npbpaste | b2ckit explain")
	case len(args) > 1:
		return cli.UsageError("name one file, with a token a line")
	}
	return nil
}

func (x *command) run(ctx context.Context, args []string) error {
	found, err := x.tenant.Read(x.streams)
	unset := errors.Is(err, settings.ErrNone)
	if err != nil && (!unset || x.needsSettings()) {
		return err
	}
	transport, err := x.tenant.Transport()
	if err != nil {
		return err
	}
	clock, err := newClock(x.now)
	if err != nil {
		return err
	}
	if x.save != "" {
		return x.saveKeys(ctx, found, transport)
	}
	e := &Explainer{Claims: x.showClaims, Now: clock.now}
	if !unset {
		reqs, err := requirements(x.require)
		if err != nil {
			return err
		}
		opts := &validator.Options{Now: clock.now, Logger: slog.New(slog.DiscardHandler), MemoryBytes: -1}
		v, err := x.validator(found, opts, transport)
		if err != nil {
			return cli.Misconfigured(err)
		}
		defer v.Close()
		e.Validator, e.Requirements = v, reqs
	}
	text, err := x.read(args)
	if err != nil {
		return err
	}
	return x.explain(ctx, e, clock, text)
}

// needsSettings reports whether something is asked that only a validator can say.
func (x *command) needsSettings() bool {
	return len(x.require) > 0 || x.offline != "" || x.save != ""
}

// explain explains the tokens of a text, one after the other.
func (x *command) explain(ctx context.Context, e *Explainer, clock *clock, text string) error {
	tokens := split(text)
	if len(tokens) == 0 {
		return cli.UsageError("there is no token: the input is empty")
	}
	status := 0
	for i, pasted := range tokens {
		raw, note := Unwrap(pasted)
		clock.begin(raw)
		answer := e.Explain(ctx, raw)
		answer.Note = note
		if i > 0 && !x.asJSON {
			fmt.Fprintln(x.streams.Out)
		}
		write := answer.WriteText
		if x.asJSON {
			write = answer.WriteJSON
		}
		if err := write(x.streams); err != nil {
			return err
		}
		status = worse(status, answer.Status())
	}
	if status != 0 {
		return cli.Exit(status)
	}
	return nil
}

// worse returns the status that says more: a refusal, or else no answer.
func worse(a, b int) int {
	if a == cli.StatusFailed || b == cli.StatusFailed {
		return cli.StatusFailed
	}
	return max(a, b)
}

// read reads the file or standard input.
func (x *command) read(args []string) (string, error) {
	in := x.streams.In
	if len(args) == 1 && args[0] != "-" {
		file, err := os.Open(args[0])
		if err != nil {
			return "", cli.Status(cli.StatusUsage, err)
		}
		defer file.Close()
		in = file
	} else if x.streams.Ask != nil {
		fmt.Fprintln(x.streams.Err, "Paste the token, then press Enter and Ctrl-D:")
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	switch {
	case err != nil:
		return "", err
	case len(data) > maxInput:
		return "", cli.Status(cli.StatusUsage, fmt.Errorf("the input has more than %d bytes", maxInput))
	}
	return string(data), nil
}

// clock is the time that tokens are judged by.
type clock struct {
	ofToken bool
	at      atomic.Pointer[time.Time] // nil is now
}

func newClock(text string) (*clock, error) {
	k := new(clock)
	var seconds int64
	switch at, err := time.Parse(time.RFC3339, text); {
	case text == "":
		return k, nil
	case text == "token":
		k.ofToken = true
		return k, nil
	case err == nil:
		k.at.Store(&at)
	case strings.Trim(text, "0123456789") != "" || len(text) > 12:
		return nil, cli.UsageError("--now %.40q: want a time such as 2026-01-31T16:20:00Z,\nseconds since 1970, or token", text)
	default:
		_, _ = fmt.Sscan(text, &seconds)
		at = time.Unix(seconds, 0)
		k.at.Store(&at)
	}
	return k, nil
}

// begin sets the clock for a token.
func (k *clock) begin(raw string) {
	if !k.ofToken {
		return
	}
	at := time.Now()
	if i := validator.Inspect(raw); !i.IssuedAt.IsZero() {
		at = i.IssuedAt
	}
	k.at.Store(&at)
}

func (k *clock) now() time.Time {
	if at := k.at.Load(); at != nil {
		return *at
	}
	return time.Now()
}

// requirements reads what a route asks.
func requirements(texts []string) (all []validator.Requirement, err error) {
	for _, text := range texts {
		r, e := requirement(text)
		if e == nil {
			e = r.Err()
		}
		if e != nil {
			err = errors.Join(err, fmt.Errorf("--require %.80q: %w", text, e))
			continue
		}
		all = append(all, r)
	}
	if err != nil {
		return nil, cli.UsageError("%v", err)
	}
	return all, nil
}

func requirement(text string) (validator.Requirement, error) {
	kind, value, _ := strings.Cut(text, ":")
	switch kind {
	case "scope":
		return validator.Scope(value), nil
	case "role":
		return validator.Role(value), nil
	case "flow":
		return validator.Flow(value), authority.CheckFlow(value)
	case "client":
		return validator.Client(value), nil
	case "signed-in-within":
		d, err := time.ParseDuration(value)
		return validator.SignedInWithin(d), err
	}
	switch text {
	case "delegated":
		return validator.Delegated(), nil
	case "app-only":
		return validator.AppOnly(), nil
	}
	return validator.Requirement{}, errors.New("want scope:NAME, role:NAME, flow:NAME,\nclient:GUID, delegated, app-only or signed-in-within:5m")
}
