// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// emulateFlags are the flags of emulate.
type emulateFlags struct {
	address, config, signInAs, state string
	cert, key, caFile, keepCert      string
	anyAddress, http                 bool
	check                            bool
	wait                             time.Duration
	quiet, printConfig               bool

	explainToken func(context.Context, dashboard.RealToken) (string, error) // no flag
}

// declare declares the flags of the command.
func (f *emulateFlags) declare(c *cobra.Command) {
	cli.Group(c, "", func(set *pflag.FlagSet) {
		set.StringVar(&f.config, "config", "", "`FILE` the tenants, as JSON (default: the tenant contoso)")
		set.BoolVar(&f.printConfig, "print-config", false, "print the configuration of the tenant contoso, which has every setting, and exit")
		set.StringVar(&f.signInAs, "sign-in-as", "", "`USER` everyone who comes to sign in is this user at once: a name, email address, user name or object id")
		set.StringVar(&f.state, "state", "", "`FILE` keeps users, refresh tokens, keys and the certificate over restarts; a secret, as it holds private keys. "+
			"Its users win over those of --config; users who are new there are added")
		set.BoolVar(&f.quiet, "quiet", false, "no line on standard error for each request")
	})
	cli.Group(c, "Where it listens", func(set *pflag.FlagSet) {
		set.StringVar(&f.address, "address", "127.0.0.1:8443", "`ADDRESS` where to listen (default 127.0.0.1:8443); a port alone is one of 127.0.0.1, and port 0 is a free one")
		set.BoolVar(&f.anyAddress, "any-address", false, "let it listen where others reach it; the names by which they do must be among a tenant's hosts in the --config")
		set.BoolVar(&f.http, "http", false, "http instead of https, for loopback names alone")
	})
	cli.Group(c, "Its certificate", func(set *pflag.FlagSet) {
		set.StringVar(&f.caFile, "ca-file", "", "`FILE` where to write the certificate that clients must trust (default: b2ckit/ca-PORT.pem in the user's cache folder)")
		set.StringVar(&f.keepCert, "keep-cert", "", "`FILE` keeps the certificate with its key over restarts, so that clients need to be told of it once "+
			"(default: in the user's configuration folder, b2ckit/HOST.pem, with the first host of the first tenant); none: a new one on every start")
		set.StringVar(&f.cert, "cert", "", "`FILE` a certificate of your own, with its chain, in PEM")
		set.StringVar(&f.key, "key", "", "`FILE` and its private key")
	})
	cli.Group(c, "Whether it is up", func(set *pflag.FlagSet) {
		set.BoolVar(&f.check, "check", false, "serves nothing, but says whether clients of the emulator that the other flags describe can begin: "+
			"it answers, with a certificate that the file for clients vouches for, and for the same tenants. The exit status is 0 if so, else 1")
		set.Func("wait", "`TIME` for how long --check may try, such as 30s (default: once)", func(text string) (err error) {
			if f.wait, err = time.ParseDuration(text); err != nil {
				return errors.New("write a time such as 30s or 2m")
			}
			return nil
		})
	})
	for _, name := range []string{"address", "sign-in-as", "wait"} {
		if err := c.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions); err != nil {
			panic(err) // a flag that isn't declared above
		}
	}
}

// settle completes the flags; its error is one of usage.
func (f *emulateFlags) settle() error {
	switch {
	case (f.cert == "") != (f.key == ""):
		return cli.UsageError("--cert and --key go together")
	case f.http && f.cert+f.caFile+f.keepCert != "":
		return cli.UsageError("--http goes without --cert, --key, --ca-file and --keep-cert")
	case f.cert != "" && f.caFile+f.keepCert != "":
		return cli.UsageError("--cert goes without --ca-file and --keep-cert: clients trust\nyour certificate")
	case f.state != "" && f.keepCert != "":
		return cli.UsageError("--state goes without --keep-cert: it keeps the certificate")
	case f.wait != 0 && !f.check:
		return cli.UsageError("--wait is for --check")
	case f.wait < 0:
		return cli.UsageError("--wait %s is negative", f.wait)
	}
	if isPort(f.address) {
		f.address = "127.0.0.1:" + f.address
	}
	if _, port, err := net.SplitHostPort(f.address); err != nil || !isPort(port) {
		return cli.UsageError("--address %q is no HOST:PORT;\nwrite 127.0.0.1:8443 or [::1]:8443, or 8443 alone", f.address)
	}
	if f.check && f.port() == "0" {
		return cli.UsageError("--check needs the port of the emulator: say --address")
	}
	return nil
}

// port returns the port to listen on.
func (f *emulateFlags) port() string {
	_, port, err := net.SplitHostPort(f.address)
	if n, _ := strconv.Atoi(port); err == nil {
		return strconv.Itoa(n) // 08443 is one, too
	}
	return port
}

// noArgs says what may have been meant by a word that is no flag.
func noArgs(c *cobra.Command, args []string) error {
	switch {
	case len(args) > 0 && isPort(args[0]):
		return cli.UsageError("%q is no flag; is --address %[1]s meant?", args[0])
	case len(args) > 0 && strings.HasSuffix(args[0], ".json"):
		return cli.UsageError("%q is no flag; is --config %[1]s meant?", args[0])
	default:
		return cli.NoArgs(c, args)
	}
}
