// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/redischeck"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

// New returns the command.
func New(s *cli.Streams) *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "doctor",
		Short: "is all as configured? flows, keys, clock, secret, Redis",
		Long: `Asks for the metadata and keys of every flow at every host that the settings
trust, as a service would, and reports what is wrong and what to do: misspelt
flows, another tenant's issuer, weak keys, certificates, a clock that is off.
With a scope it tries the client secret, with a redirect URI whether that is
registered, with a Redis whether that does what the kit asks of it.

The report is for a ticket: it has no secret, token or person's name. Its checks
are explained by name in docs/doctor.md. The exit status is 0 if none failed,
1 if one did, 2 if the command line or the settings are wrong, and 3 if nothing
answered or the checks ended early.`,
		Example: `  b2ckit doctor
  b2ckit doctor --settings deploy/appsettings.Production.json --json
  b2ckit doctor --tenant contoso --flow B2C_1_susi --flow B2C_1A_partner \
    --tenant-id 775527ff-9a37-4307-8b3d-cc311f58d925
  b2ckit doctor --scope https://contoso.onmicrosoft.com/tasks/.default
  b2ckit doctor --redis rediss://shop@redis.internal:6379 --redis-prefix shop:`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c.Context(), s) },
	}
	f.settings.Declare(c, s)
	f.settings.DeclareClient(c)
	f.declare(c)
	return c
}

// flags are those of the command.
type flags struct {
	settings                          cli.SettingsFlags
	scope, redirectURI                string
	redis, redisPassword, redisPrefix string
	timeout                           time.Duration
	json                              bool
}

func (f *flags) declare(c *cobra.Command) {
	cli.Group(c, "What to check besides the flows", func(set *pflag.FlagSet) {
		set.StringVar(&f.scope, "scope", "", "`SCOPE` what to get a token for: {App ID URI}/.default")
		f.settings.DeclareDaemons(set)
		set.StringVar(&f.redirectURI, "redirect-uri", "", "`URL` whether it is registered with the application")
		set.StringVar(&f.redis, "redis", "", "`URL` a Redis, redis://USER@HOST:6379 or rediss:// for TLS")
		set.StringVar(&f.redisPassword, "redis-password-file", "", "`FILE` its password; - is standard input. Else it is REDIS_PASSWORD")
		set.StringVar(&f.redisPrefix, "redis-prefix", "b2ckit:", "`TEXT` what the kit's keys begin with there (default b2ckit:)")
		cli.Refused(set, "redis-password", "--redis-password-file FILE, or the variable\nREDIS_PASSWORD")
	})
	cli.Group(c, "The report", func(set *pflag.FlagSet) {
		set.DurationVar(&f.timeout, "timeout", time.Minute, "`TIME` how long all checks may take (default 1m)")
		set.BoolVar(&f.json, "json", false, "an object a line, the verdict in the last one")
	})
}

// run makes the checks and writes the report.
func (f *flags) run(ctx context.Context, s *cli.Streams) error {
	if f.timeout <= 0 {
		return cli.UsageError("--timeout is %v; want a positive one", f.timeout)
	}
	cfg, first, err := f.config(ctx, s)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("--timeout %v is over", f.timeout))
	defer cancel()
	r, err := Run(ctx, *cfg)
	if err != nil {
		return cli.Status(cli.StatusUsage, err)
	}
	r.Findings = append(first, r.Findings...)
	if f.json {
		err = r.WriteJSON(s.Out)
	} else {
		err = r.WriteText(s.Out, painter(s))
	}
	if err != nil {
		return err
	}
	if status := r.Status(); status != 0 {
		return cli.Exit(status)
	}
	return nil
}

// config puts together what to check, and what was found of the settings by then.
func (f *flags) config(ctx context.Context, s *cli.Streams) (*Config, []report.Finding, error) {
	transport, err := f.settings.Transport()
	if err != nil {
		return nil, nil, err
	}
	cfg := &Config{Transport: transport, Scope: f.scope, RedirectURI: f.redirectURI}
	if cfg.Redis, err = f.redisConfig(s, transport); err != nil {
		return nil, nil, err
	}
	read := func() (*settings.Settings, error) { return f.settings.Read(s) }
	if f.scope != "" { // without one the secret is not used, and nobody need be asked
		read = func() (*settings.Settings, error) { return f.settings.ReadWithSecret(ctx, s) }
	}
	found, err := read()
	switch {
	case errors.Is(err, settings.ErrNone) && cfg.Redis != nil:
		return cfg, nil, nil
	case err != nil:
		return nil, nil, err
	}
	cfg.Authorities = found.Trusted()
	cfg.AllowMissingFlow, cfg.AllowMissingRoles = found.AllowMissingFlow(), found.AllowMissingRoles()
	for _, link := range found.Links() {
		cfg.Links = append(cfg.Links, link.Flow())
	}
	cfg.Applications = found.Sections()
	if len(cfg.Applications) > 1 {
		return cfg, settingsFindings(found), nil
	}
	if found.ClientID() != "" {
		cfg.PublicApp = found.PublicApp
	}
	if found.HasCredential() {
		cfg.App, cfg.Certificate = found.App, found.Certificate()
	}
	return cfg, settingsFindings(found), nil
}

// redisConfig returns the Redis to check, nil if none was given.
func (f *flags) redisConfig(s *cli.Streams, transport http.RoundTripper) (*redischeck.Config, error) {
	if f.redis == "" {
		if f.redisPassword != "" {
			return nil, cli.UsageError("--redis-password-file is of no use without --redis")
		}
		return nil, nil //nolint:nilnil // none was given
	}
	password := s.Getenv("REDIS_PASSWORD")
	if f.redisPassword != "" {
		var err error
		if password, err = s.SecretFile("--redis-password-file", f.redisPassword); err != nil {
			return nil, cli.Status(cli.StatusUsage, err)
		}
	}
	c, err := redischeck.Parse(f.redis, password)
	switch {
	case errors.Is(err, redischeck.ErrPassword):
		return nil, cli.UsageError("--redis: %v.\nInstead: --redis-password-file FILE, or the variable REDIS_PASSWORD", err)
	case err != nil:
		return nil, cli.UsageError("--redis: %v", err)
	}
	redischeck.Quiet()
	c.Prefix = f.redisPrefix
	if t, ok := transport.(*http.Transport); ok && t.TLSClientConfig != nil {
		c.Roots = t.TLSClientConfig.RootCAs // those of --ca-file
	}
	return c, nil
}

// purposes are what flows are for whose tokens should open no API.
var purposes = map[validator.Hint]string{
	validator.HintResetFlow: "resets passwords",
	validator.HintEditFlow:  "edits profiles",
}

// settingsFindings tells what each section of the settings comes to.
func settingsFindings(found *settings.Settings) (all []report.Finding) {
	names := found.Sections()
	for _, name := range names {
		f := settingsFinding(found.Section(name))
		if len(names) > 1 {
			f.Facts = append([]report.Fact{{Name: "section", Value: name}}, f.Facts...)
		}
		all = append(all, f)
	}
	return all
}

// settingsFinding tells what the settings come to, and where they are from.
func settingsFinding(found *settings.Settings) report.Finding {
	f := report.Finding{Check: report.Settings, State: report.OK, Found: "from the environment and flags"}
	if files := found.Files(); len(files) > 0 {
		f.Found = "from " + strings.Join(files, ", ")
	}
	f.Facts = factsOf(found)
	for _, flow := range found.TrustedFlows() {
		if purpose := purposes[validator.HintOfFlow(flow)]; purpose != "" {
			f.State, f.Found = report.Warn, "by its name the trusted flow "+flow+" "+purpose+"; whoever comes back from it has a token that opens the API"
			f.Do = "remove it from the trusted flows, unless it signs users in as well"
			return f
		}
	}
	if notes := found.Notes(); len(notes) > 0 {
		f.State, f.Found = report.Warn, "some of them mean nothing here: "+strings.Join(notes, "; ")
		f.Do = "correct or remove them, unless another program reads them"
	}
	return f
}

// factsOf are what the settings say, secrets left out.
func factsOf(found *settings.Settings) []report.Fact {
	facts := []report.Fact{{Name: "tenant_id", Value: strings.Join(found.TenantIDs(), " ")}, {Name: "hosts", Value: found.Hosts()}}
	if found.Kind() == authority.AzureADB2C {
		facts = append(facts, report.Fact{Name: "trusted_flows", Value: found.TrustedFlows()})
	} else {
		facts = append([]report.Fact{{Name: "product", Value: found.Kind().String()}}, facts...)
	}
	for _, list := range []struct {
		name string
		ids  []string
	}{
		{"audiences", found.Audiences()}, {"allow_missing_flow", found.AllowMissingFlow()}, {"allow_missing_roles", found.AllowMissingRoles()},
	} {
		if len(list.ids) > 0 {
			facts = append(facts, report.Fact{Name: list.name, Value: list.ids})
		}
	}
	if id := found.ClientID(); id != "" {
		facts = append(facts, report.Fact{Name: "client_id", Value: id})
	}
	if claim := found.SignIn().UserIDClaim(); claim != "" {
		facts = append(facts, report.Fact{Name: "user_id_claim", Value: claim})
	}
	return facts
}

// painter puts states into colours.
func painter(s *cli.Streams) func(report.State, string) string {
	return func(state report.State, text string) string {
		switch state {
		case report.OK:
			return s.Good(text)
		case report.Warn:
			return s.Doubtful(text)
		case report.Fail:
			return s.Bad(text)
		case report.Skipped:
		}
		return text
	}
}
