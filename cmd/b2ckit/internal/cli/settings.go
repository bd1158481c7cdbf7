// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/settings"
)

// SettingsFlags are the flags that say which tenant, flows and application a command
// is about. They are laid on top of what the files and the environment say, see
// package settings.
type SettingsFlags struct {
	place, tenant, tenantID, authority, clientID, secretFile, caFile string
	sections, hosts, flows, audiences, daemons, roleless             []string

	set *pflag.FlagSet
}

// Declare adds those of the tenant.
func (f *SettingsFlags) Declare(c *cobra.Command, s *Streams) {
	Group(c, "The tenant, if appsettings.json and the environment don't say, or to differ", func(set *pflag.FlagSet) {
		set.StringVar(&f.place, "settings", "", "`PLACE` a file such as appsettings.json, or the folder it is in (default: this one)")
		set.StringArrayVar(&f.sections, "section", nil, "`NAME` a section of that file; repeatable (default AzureAdB2C and AzureAd)")
		set.StringVar(&f.tenant, "tenant", "", "`NAME` the tenant's name, such as contoso")
		set.StringVar(&f.tenantID, "tenant-id", "", "`GUID` the tenant's id")
		set.StringArrayVar(&f.hosts, "host", nil, "`HOST` where it is: a custom domain, or 127.0.0.1:8443; repeatable (default NAME.b2clogin.com)")
		set.StringArrayVar(&f.flows, "flow", nil, "`FLOW` a user flow or custom policy; repeatable, the first one is the one for signing in")
		set.StringVar(&f.authority, "authority", "", "`URL` all of the above in one, such as https://contoso.ciamlogin.com/GUID of External ID")
		set.StringArrayVar(&f.audiences, "audience", nil, "`GUID` the client id of the API; repeatable")
		set.StringVar(&f.caFile, "ca-file", "", "`FILE` a certificate to trust beside the system's, such as that of b2ckit emulate")
	})
	f.set = c.Flags()
	f.complete(c, s)
}

// DeclareClient adds those of the application.
func (f *SettingsFlags) DeclareClient(c *cobra.Command) {
	Group(c, "The application", func(set *pflag.FlagSet) {
		set.StringVar(&f.clientID, "client-id", "", "`GUID` its client id")
		set.StringVar(&f.secretFile, "client-secret-file", "", "`FILE` its client secret; - is standard input. Else it is B2C_CLIENT_SECRET, or asked for")
		Refused(set, "client-secret", "--client-secret-file FILE, the variable\nB2C_CLIENT_SECRET, or wait to be asked")
	})
}

// DeclareDaemons adds that for daemons, to the group of what else is judged.
func (f *SettingsFlags) DeclareDaemons(set *pflag.FlagSet) {
	set.StringArrayVar(&f.daemons, "allow-missing-flow", nil, "`GUID` a client whose tokens may name no flow; repeatable")
	set.StringArrayVar(&f.roleless, "allow-missing-roles", nil, "`GUID` a client of External ID or Entra ID whose own tokens may have no role; repeatable")
}

// Refused declares a flag that would take a secret, and refuses it with what to
// write instead. The help doesn't show it.
func Refused(set *pflag.FlagSet, name, instead string) {
	f := set.VarPF(noArgument{name, instead}, name, "", "")
	f.NoOptDefVal = "refused" // without a value it is refused as well
	f.Hidden = true
}

// complete completes names of flows from the settings.
func (f *SettingsFlags) complete(c *cobra.Command, s *Streams) {
	err := c.RegisterFlagCompletionFunc("flow", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		asked := *f
		asked.flows = nil // what is typed so far isn't what there is
		found, err := settings.Read(asked.options(s))
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := found.TrustedFlows()
		for _, link := range found.Links() {
			names = append(names, link.Flow())
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	for _, name := range []string{"section", "tenant", "tenant-id", "host", "authority", "audience"} {
		err = errors.Join(err, c.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	if err != nil {
		panic(err) // a flag that isn't declared above
	}
}

// Read reads the settings. An error is one of the command line, as far as the exit
// status goes: the command can't begin. It tells all that is wrong, a line each.
func (f *SettingsFlags) Read(s *Streams) (*settings.Settings, error) {
	if err := f.empty(); err != nil {
		return nil, err
	}
	o := f.options(s)
	if f.secretFile != "" {
		secret, err := s.SecretFile("--client-secret-file", f.secretFile)
		if err != nil {
			return nil, Status(StatusUsage, err)
		}
		o.Values = append(o.Values, settings.Value{Key: "B2C_CLIENT_SECRET", Text: secret, Origin: "--client-secret-file"})
	}
	return read(o)
}

// ReadWithSecret is Read, and asks for the client secret if there is none and
// someone to ask.
func (f *SettingsFlags) ReadWithSecret(ctx context.Context, s *Streams) (*settings.Settings, error) {
	found, err := f.Read(s)
	if err != nil || found.HasCredential() || found.ClientID() == "" || len(found.Sections()) > 1 || s.Ask == nil {
		return found, err
	}
	secret, err := s.Secret(ctx, "Client secret of "+found.ClientID()+" (not shown):")
	if err != nil {
		return nil, fmt.Errorf("client secret: %w", err)
	}
	o := f.options(s)
	o.Values = append(o.Values, settings.Value{Key: "B2C_CLIENT_SECRET", Text: strings.TrimSpace(secret), Origin: "the client secret"})
	return read(o)
}

// empty returns what is wrong with a flag that was given and says nothing, as of a
// variable that isn't set: what it was to say would be lost.
func (f *SettingsFlags) empty() (err error) {
	f.set.Visit(func(flag *pflag.Flag) {
		if text := flag.Value.String(); (text == "" || text == "[]") && flag.Value.Type() != "secret" {
			err = UsageError("--%s is empty", flag.Name)
		}
	})
	return err
}

func read(o *settings.Options) (*settings.Settings, error) {
	found, err := settings.Read(o)
	if errors.Is(err, settings.ErrNone) {
		err = fmt.Errorf("%w.\nName the tenant: --tenant contoso --tenant-id GUID --flow B2C_1_susi,\nor of a successor: --authority https://contoso.ciamlogin.com/GUID", err)
	}
	if err != nil {
		return nil, Misconfigured(err)
	}
	return found, nil
}

// byFlag names the flags beside what else says the same in errors of package settings.
var byFlag = strings.NewReplacer(
	"(or B2C_TENANT_ID)", "(or B2C_TENANT_ID, or --tenant-id)",
	"(or B2C_TENANT)", "(or B2C_TENANT, or --tenant)",
	"(or B2C_FLOWS)", "(or B2C_FLOWS, or --flow)",
	"(or B2C_SIGNIN_FLOW)", "(or B2C_SIGNIN_FLOW, or --flow)",
	"(or B2C_AUDIENCE)", "(or B2C_AUDIENCE, or --audience)",
	"(or B2C_CLIENT_ID)", "(or B2C_CLIENT_ID, or --client-id)",
	"(or B2C_CLIENT_SECRET)", "(or B2C_CLIENT_SECRET, or --client-secret-file)",
	"(or AzureAd__TenantId)", "(or AzureAd__TenantId, or --tenant-id)",
	"(or AzureAd__Instance)", "(or AzureAd__Instance, or --authority)",
	"(or AzureAd__ClientId)", "(or AzureAd__ClientId, or --client-id)",
	"(or AzureAd__ClientSecret)", "(or AzureAd__ClientSecret, or --client-secret-file)",
	"an application is of one of them: say which", "an application is of one of them: name it with --section",
)

// misconfigured is an error of package settings that names the flags, too.
type misconfigured struct{ err error }

func (e misconfigured) Error() string { return byFlag.Replace(e.err.Error()) }

func (e misconfigured) Unwrap() error { return e.err }

// Misconfigured returns an error of package settings, which a command can't begin
// for, with its exit status and the flags that say what is missing. Nil is none.
func Misconfigured(err error) error {
	if err == nil {
		return nil
	}
	return Status(StatusUsage, misconfigured{err})
}

// options returns where settings are read from. A place that isn't there is left to
// package settings to tell.
func (f *SettingsFlags) options(s *Streams) *settings.Options {
	o := &settings.Options{Sections: f.sections, Environ: slices.Concat([]string{}, s.Environ)}
	if f.authority != "" && len(o.Sections) == 0 {
		o.Sections = []string{"AzureAd"} // where a custom domain is External ID's, unless there is a flow
	}
	if info, err := os.Stat(f.place); err == nil && info.IsDir() {
		o.Dir = f.place
	} else {
		o.File = f.place
	}
	for _, v := range []settings.Value{
		{Key: "B2C_TENANT", Text: f.tenant, Origin: "--tenant"},
		{Key: "B2C_TENANT_ID", Text: f.tenantID, Origin: "--tenant-id"},
		{Key: "B2C_HOSTS", Text: strings.Join(f.hosts, " "), Origin: "--host"},
		{Key: "Authority", Text: f.authority, Origin: "--authority"},
		{Key: "B2C_FLOWS", Text: strings.Join(f.flows, " "), Origin: "--flow"},
		{Key: "B2C_AUDIENCE", Text: strings.Join(f.audiences, " "), Origin: "--audience"},
		{Key: "B2C_CLIENT_ID", Text: f.clientID, Origin: "--client-id"},
		{Key: "B2C_ALLOW_MISSING_FLOW", Text: strings.Join(f.daemons, " "), Origin: "--allow-missing-flow"},
		{Key: "AllowMissingRoles", Text: strings.Join(f.roleless, " "), Origin: "--allow-missing-roles"},
	} {
		if v.Text != "" {
			o.Values = append(o.Values, v)
		}
	}
	return o
}

// Transport returns what requests go over; nil, which is the default everywhere,
// without a --ca-file. It is the caller's to close.
func (f *SettingsFlags) Transport() (http.RoundTripper, error) {
	if f.caFile == "" {
		return nil, nil //nolint:nilnil // nil is the default transport
	}
	pem, err := os.ReadFile(f.caFile)
	if err != nil {
		return nil, Status(StatusUsage, fmt.Errorf("--ca-file: %w", err))
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a container without any
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, Status(StatusUsage, fmt.Errorf("--ca-file: there is no certificate in %s", f.caFile))
	}
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	return t, nil
}
