// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"io"
	"net"
	"strconv"
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

  --state FILE       keeps users, keys and the certificate over restarts; a
                     secret, as it holds private keys. Its users win over those
                     of --config; users who are new in --config are added

  --address ADDRESS  where to listen (default 127.0.0.1:8443); a port alone is
                     one of 127.0.0.1, and port 0 is a free one
  --any-address      let it listen where others reach it; the names by which
                     they do must be among a tenant's hosts in the --config
  --http             http instead of https, for loopback names alone

  --ca-file FILE     where to write the certificate that clients must trust
                     (default: b2ckit/ca-PORT.pem in the user's cache folder)
  --cert FILE        a certificate of your own, with its chain, in PEM
  --key FILE         and its private key

  --quiet            no line on standard error for each request

Flags may have one dash or two.
`

// emulateFlags are the flags of emulate.
type emulateFlags struct {
	address, config, signInAs, state string
	cert, key, caFile                string
	anyAddress, http                 bool
	quiet, printConfig               bool
}

func (f *emulateFlags) set() *flag.FlagSet {
	set := flag.NewFlagSet("emulate", flag.ContinueOnError)
	set.SetOutput(io.Discard) // run prints the error, and the usage when asked for
	set.StringVar(&f.address, "address", "127.0.0.1:8443", "")
	set.BoolVar(&f.anyAddress, "any-address", false, "")
	set.StringVar(&f.caFile, "ca-file", "", "")
	set.StringVar(&f.cert, "cert", "", "")
	set.StringVar(&f.config, "config", "", "")
	set.BoolVar(&f.http, "http", false, "")
	set.StringVar(&f.key, "key", "", "")
	set.BoolVar(&f.printConfig, "print-config", false, "")
	set.BoolVar(&f.quiet, "quiet", false, "")
	set.StringVar(&f.signInAs, "sign-in-as", "", "")
	set.StringVar(&f.state, "state", "", "")
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
		return usageError{err.Error()}
	case set.NArg() > 0:
		return wrongUsage("%q is no flag", set.Arg(0))
	case (f.cert == "") != (f.key == ""):
		return wrongUsage("--cert and --key go together")
	case f.http && f.cert+f.caFile != "":
		return wrongUsage("--http goes without --cert, --key and --ca-file")
	case f.cert != "" && f.caFile != "":
		return wrongUsage("--cert goes without --ca-file: clients trust your certificate")
	}
	if isPort(f.address) {
		f.address = "127.0.0.1:" + f.address
	}
	if _, port, err := net.SplitHostPort(f.address); err != nil || !isPort(port) {
		return wrongUsage("--address %q is no HOST:PORT", f.address)
	}
	return nil
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}
