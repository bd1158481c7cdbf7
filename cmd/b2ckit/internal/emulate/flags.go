// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"errors"
	"flag"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const emulateUsage = `usage: b2ckit emulate [flags]

Serves an Azure AD B2C tenant on this machine until it is interrupted, and
prints what clients need to know of it. Nothing of it is real: it gives tokens
to anyone who asks, so no service with real data may ever trust it.

  --config FILE      the tenants, as JSON (default: the tenant contoso)
  --print-config     print the configuration of the tenant contoso, which has
                     every setting, and exit
  --sign-in-as USER  everyone who comes to sign in is this user at once: a name,
                     email address, user name or object id

  --state FILE       keeps users, refresh tokens, keys and the certificate over
                     restarts; a secret, as it holds private keys. Its users win
                     over those of --config; users who are new there are added

  --address ADDRESS  where to listen (default 127.0.0.1:8443); a port alone is
                     one of 127.0.0.1, and port 0 is a free one
  --any-address      let it listen where others reach it; the names by which
                     they do must be among a tenant's hosts in the --config
  --http             http instead of https, for loopback names alone

  --ca-file FILE     where to write the certificate that clients must trust
                     (default: b2ckit/ca-PORT.pem in the user's cache folder)
  --keep-cert FILE   keeps the certificate with its key over restarts, so that
                     clients need to be told of it once (default: in the user's
                     configuration folder, b2ckit/HOST.pem, with the first host
                     of the first tenant); none: a new one on every start
  --cert FILE        a certificate of your own, with its chain, in PEM
  --key FILE         and its private key

  --check            serves nothing, but says whether clients of the emulator
                     that the other flags describe can begin: it answers, with a
                     certificate that the file for clients vouches for, and for
                     the same tenants. The exit status is 0 if so, else 1
  --wait TIME        for how long --check may try, such as 30s (default: once)

  --quiet            no line on standard error for each request

Flags may have one dash or two.
`

// emulateFlags are the flags of emulate.
type emulateFlags struct {
	address, config, signInAs, state string
	cert, key, caFile, keepCert      string
	anyAddress, http                 bool
	check                            bool
	wait                             time.Duration
	quiet, printConfig               bool
}

func (f *emulateFlags) set() *flag.FlagSet {
	set := flag.NewFlagSet("emulate", flag.ContinueOnError)
	set.SetOutput(io.Discard) // run prints the error, and the usage when asked for
	set.StringVar(&f.address, "address", "127.0.0.1:8443", "")
	set.BoolVar(&f.anyAddress, "any-address", false, "")
	set.StringVar(&f.caFile, "ca-file", "", "")
	set.StringVar(&f.cert, "cert", "", "")
	set.BoolVar(&f.check, "check", false, "")
	set.StringVar(&f.config, "config", "", "")
	set.BoolVar(&f.http, "http", false, "")
	set.StringVar(&f.keepCert, "keep-cert", "", "")
	set.StringVar(&f.key, "key", "", "")
	set.BoolVar(&f.printConfig, "print-config", false, "")
	set.BoolVar(&f.quiet, "quiet", false, "")
	set.StringVar(&f.signInAs, "sign-in-as", "", "")
	set.StringVar(&f.state, "state", "", "")
	set.Func("wait", "", func(text string) (err error) {
		if f.wait, err = time.ParseDuration(text); err != nil {
			return errors.New("write a time such as 30s or 2m")
		}
		return nil
	})
	return set
}

// parse reads the arguments; its error is flag.ErrHelp or a usageError.
func (f *emulateFlags) parse(args []string) error {
	set := f.set()
	err := set.Parse(args)
	switch {
	case err == flag.ErrHelp: //nolint:errorlint // package flag returns it as it is
		return err
	case err != nil:
		return usageError{inOurWords(set, err.Error())}
	case set.NArg() > 0:
		return noFlag(set.Arg(0))
	case (f.cert == "") != (f.key == ""):
		return wrongUsage("--cert and --key go together")
	case f.http && f.cert+f.caFile+f.keepCert != "":
		return wrongUsage("--http goes without --cert, --key, --ca-file and --keep-cert")
	case f.cert != "" && f.caFile+f.keepCert != "":
		return wrongUsage("--cert goes without --ca-file and --keep-cert: clients trust\nyour certificate")
	case f.state != "" && f.keepCert != "":
		return wrongUsage("--state goes without --keep-cert: it keeps the certificate")
	case f.wait != 0 && !f.check:
		return wrongUsage("--wait is for --check")
	case f.wait < 0:
		return wrongUsage("--wait %s is negative", f.wait)
	}
	if isPort(f.address) {
		f.address = "127.0.0.1:" + f.address
	}
	if _, port, err := net.SplitHostPort(f.address); err != nil || !isPort(port) {
		return wrongUsage("--address %q is no HOST:PORT;\nwrite 127.0.0.1:8443 or [::1]:8443, or 8443 alone", f.address)
	}
	if f.check && f.port() == "0" {
		return wrongUsage("--check needs the port of the emulator: say --address")
	}
	return nil
}

// inOurWords says what package flag does, with two dashes, and which flag may have
// been meant.
func inOurWords(set *flag.FlagSet, problem string) string {
	if name, ok := strings.CutPrefix(problem, "flag needs an argument: -"); ok {
		return "--" + name + " needs a value"
	}
	name, ok := strings.CutPrefix(problem, "flag provided but not defined: -")
	if !ok {
		return flagInProblem.ReplaceAllString(problem, " for --$1: ")
	}
	var meant []string
	set.VisitAll(func(f *flag.Flag) {
		if alike(name, f.Name) {
			meant = append(meant, f.Name)
		}
	})
	if len(meant) == 1 {
		return "there is no flag --" + name + "; is --" + meant[0] + " meant?"
	}
	return "there is no flag --" + name
}

// flagInProblem is the flag that a value isn't for.
var flagInProblem = regexp.MustCompile(` for (?:flag )?-([a-z-]+): `)

// alike reports whether two names differ in one letter that is too many, missing
// or another, or in two that have changed places.
func alike(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// port returns the port to listen on.
func (f *emulateFlags) port() string {
	_, port, err := net.SplitHostPort(f.address)
	if n, _ := strconv.Atoi(port); err == nil {
		return strconv.Itoa(n) // 08443 is one, too
	}
	return port
}

// noFlag says what may have been meant by a word that is none.
func noFlag(word string) error {
	switch {
	case isPort(word):
		return wrongUsage("%q is no flag; is --address %[1]s meant?", word)
	case strings.HasSuffix(word, ".json"):
		return wrongUsage("%q is no flag; is --config %[1]s meant?", word)
	default:
		return wrongUsage("%q is no flag", word)
	}
}
