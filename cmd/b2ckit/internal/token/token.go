// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// flags are those of the command.
type flags struct {
	cli.SettingsFlags

	user, passwordFile string
	byBrowser          bool

	browser browser
	output  output
}

// New returns the command.
func New(s *cli.Streams) *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "token [flags] [SCOPE ...]",
		Short: "a token of a tenant, to call an API with or to look into",
		Long: `Gets a token and prints it alone on standard output. Without --user and
--browser it is the application's own, by client credentials: the scope is the
App ID URI of the API with /.default. Scopes have their full names, such as
https://contoso.onmicrosoft.com/tasks/tasks.read, and are of one API.`,
		Example: `  b2ckit token https://contoso.onmicrosoft.com/tasks/.default
  b2ckit token --browser https://contoso.onmicrosoft.com/tasks/tasks.read
  b2ckit token --browser --id-token --json
  b2ckit token --header https://contoso.onmicrosoft.com/tasks/.default |
    curl -H @- https://api.contoso.com/tasks`,
		DisableFlagsInUseLine: true,
		Args:                  checkScopes,
		ValidArgsFunction:     cobra.NoFileCompletions,
		RunE:                  func(c *cobra.Command, scopes []string) error { return f.run(c.Context(), s, scopes) },
	}
	f.declare(c, s)
	return c
}

func (f *flags) declare(c *cobra.Command, s *cli.Streams) {
	cli.Group(c, "In place of the application, a user", func(set *pflag.FlagSet) {
		set.BoolVar(&f.byBrowser, "browser", false, "signs in through the browser of this machine, by code and PKCE")
		f.browser.declare(set)
		set.StringVar(&f.user, "user", "", "`NAME` signs in by name and password (ROPC), at a --flow made for that; local accounts and native applications alone")
		set.StringVar(&f.passwordFile, "password-file", "", "`FILE` the password for --user; - is standard input. Else it is B2CKIT_PASSWORD, or asked for")
		cli.Refused(set, "password", "--password-file FILE, the variable\nB2CKIT_PASSWORD, or wait to be asked")
	})
	f.output.declare(c)
	f.DeclareClient(c)
	f.Declare(c, s)
	for name, words := range map[string][]string{"prompt": {"login", "select_account", "consent", "none"}, "user": nil, "wait": nil, "redirect-uri": nil} {
		if err := c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // a flag that isn't declared above
		}
	}
}

// checkScopes refuses what is no scope before anything is asked for.
func checkScopes(_ *cobra.Command, scopes []string) error {
	for _, scope := range scopes {
		switch {
		case scope == "" || strings.ContainsAny(scope, " \t\n"):
			return cli.UsageError("%s is no scope: write each as an argument of its own", cli.Shown(scope))
		case strings.HasPrefix(scope, "eyJ"):
			return cli.UsageError("a scope is asked for, and no token: to look into one, b2ckit explain")
		}
	}
	return nil
}

// check returns what is wrong with flags and scopes together.
func (f *flags) check(scopes []string) error {
	user := f.byBrowser || f.user != ""
	switch {
	case f.byBrowser && f.user != "":
		return cli.UsageError("--browser and --user are two ways: say one")
	case f.passwordFile != "" && f.user == "":
		return cli.UsageError("--password-file is for --user")
	case !f.byBrowser && (f.browser.noOpen || f.browser.prompt != ""):
		return cli.UsageError("--no-open and --prompt are for --browser")
	case f.output.idToken && !user:
		return cli.UsageError("--id-token is for --browser and --user: an application has none")
	case len(scopes) == 0 && !user:
		return cli.UsageError("want a scope, like https://contoso.onmicrosoft.com/tasks/.default")
	case len(scopes) == 0 && !f.output.idToken:
		return cli.UsageError("want a scope, like https://contoso.onmicrosoft.com/tasks/tasks.read,\nor say --id-token: without a scope of an API there is no access token")
	}
	if err := f.browser.check(); err != nil {
		return err
	}
	return f.output.check()
}

func (f *flags) run(ctx context.Context, s *cli.Streams, scopes []string) error {
	if err := f.check(scopes); err != nil {
		return err
	}
	transport, err := f.Transport()
	if err != nil {
		return err
	}
	opts := &acquire.Options{Transport: transport, Logger: slog.New(slog.DiscardHandler)}
	if t, ok := transport.(*http.Transport); ok {
		defer t.CloseIdleConnections()
	}
	var got *acquired
	switch {
	case f.byBrowser:
		got, err = f.throughBrowser(ctx, s, opts, scopes)
	case f.user != "":
		got, err = f.byPassword(ctx, s, opts, scopes)
	default:
		got, err = f.byCredentials(ctx, s, opts, scopes)
	}
	if err != nil {
		return withStatus(err)
	}
	return f.output.write(s, got)
}

// withStatus gives an error of package acquire the exit status that its class is.
func withStatus(err error) error {
	if errors.Is(err, acquire.ErrRetry) {
		return cli.Status(cli.StatusUndecided, err)
	}
	return err
}

// byCredentials gets the application's own token.
func (f *flags) byCredentials(ctx context.Context, s *cli.Streams, opts *acquire.Options, scopes []string) (*acquired, error) {
	set, err := f.ReadWithSecret(ctx, s)
	if err != nil {
		return nil, err
	}
	app, err := set.App(opts)
	if err != nil {
		return nil, cli.Misconfigured(err)
	}
	defer func() { _ = app.Close() }()
	token, err := app.Token(ctx, scopes...)
	if err != nil {
		return nil, err
	}
	return &acquired{token: token}, nil
}

// byPassword signs a user in by name and password, as a public client: B2C takes a
// secret from no other.
func (f *flags) byPassword(ctx context.Context, s *cli.Streams, opts *acquire.Options, scopes []string) (*acquired, error) {
	app, err := f.publicApp(s, opts)
	if err != nil {
		return nil, err
	}
	defer func() { _ = app.Close() }()
	password, err := f.password(ctx, s)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(s.Err, "A password belongs on B2C's own page, and this grant is for tests: it knows\nno second factor, and OAuth 2.1 has it no more. --browser is the other way.")
	in, err := app.SignInWithPassword(ctx, f.user, password, scopes...)
	if err != nil {
		return nil, err
	}
	return signedIn(in), nil
}

// password returns that of the user.
func (f *flags) password(ctx context.Context, s *cli.Streams) (string, error) {
	if f.passwordFile != "" {
		return s.SecretFile("--password-file", f.passwordFile)
	}
	if password := s.Getenv("B2CKIT_PASSWORD"); password != "" {
		return password, nil
	}
	password, err := s.Secret(ctx, "Password of "+f.user+" (not shown):")
	if err != nil {
		return "", cli.UsageError("the password: %v; --password-file FILE reads it", err)
	}
	return password, nil
}

func (f *flags) publicApp(s *cli.Streams, opts *acquire.Options) (*acquire.App, error) {
	set, err := f.Read(s)
	if err != nil {
		return nil, err
	}
	app, err := set.PublicApp(opts)
	return app, cli.Misconfigured(err)
}

// throughBrowser signs a user in through the browser, as a confidential client if
// there is a secret.
func (f *flags) throughBrowser(ctx context.Context, s *cli.Streams, opts *acquire.Options, scopes []string) (*acquired, error) {
	set, err := f.Read(s)
	if err != nil {
		return nil, err
	}
	opts.PendingLifetime = f.browser.wait
	client, platform := set.PublicApp, "Mobile and desktop applications"
	if set.HasCredential() {
		client, platform = set.App, "Web"
	}
	app, err := client(opts)
	if err != nil {
		return nil, cli.Misconfigured(err)
	}
	defer func() { _ = app.Close() }()
	in, err := f.browser.signIn(ctx, s, app, platform, scopes)
	if err != nil {
		return nil, err
	}
	return signedIn(in), nil
}
