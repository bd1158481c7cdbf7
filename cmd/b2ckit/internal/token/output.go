// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// acquired is what there is to print.
type acquired struct {
	token   *oauth2.Token // the access token; nil if none was asked for
	idToken string        // "" for an application
	expires time.Time     // of the ID token
	user    string        // "" for an application
	scopes  []string      // as B2C granted them; nil for an application
}

func signedIn(in *acquire.SignIn) *acquired {
	return &acquired{in.Token, in.RawIDToken, in.IDToken.ExpiresAt, in.Account.Username, in.Scopes}
}

// output is how a token is printed.
type output struct {
	idToken, header, json bool
	curl                  string
}

func (o *output) declare(c *cobra.Command) {
	cli.Group(c, "What is printed", func(set *pflag.FlagSet) {
		set.BoolVar(&o.idToken, "id-token", false, "the user's ID token in place of the access token")
		set.BoolVar(&o.header, "header", false, "the header Authorization, for curl -H @-")
		set.StringVar(&o.curl, "curl", "", "`URL` a curl command that calls it; the token is no argument of curl's, which other users of the machine could read")
		set.BoolVar(&o.json, "json", false, "one object with the token, its expiry, scopes and user")
	})
}

// check returns what is wrong with the flags. A token is for TLS, but on this machine.
func (o *output) check() error {
	ways := 0
	for _, set := range []bool{o.header, o.json, o.curl != ""} {
		if set {
			ways++
		}
	}
	if ways > 1 {
		return cli.UsageError("of --header, --curl and --json say one")
	}
	if o.curl == "" {
		return nil
	}
	u, err := url.Parse(o.curl)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(o.curl, "\"\\\n\r"):
		return cli.UsageError("--curl wants the URL of an API, such as https://api.contoso.com/tasks")
	case u.Scheme == "http" && u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback():
		return cli.UsageError("--curl: a token doesn't go over plain http to another machine")
	}
	return nil
}

// write prints what was got.
func (o *output) write(s *cli.Streams, got *acquired) error {
	token, expires := got.idToken, got.expires
	if !o.idToken {
		if got.token == nil {
			return fmt.Errorf("B2C has sent no access token: is the scope one of an API that the application may call?")
		}
		token, expires = got.token.AccessToken, got.token.Expiry
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
		return errors.New("the token has characters that no token may have (RFC 6750 section 2.1); is this the token endpoint?")
	}
	var err error
	switch {
	case o.json:
		err = json.NewEncoder(s.Out).Encode(o.object(got, token, expires))
	case o.header:
		_, err = fmt.Fprintf(s.Out, "Authorization: Bearer %s\n", token)
	case o.curl != "":
		_, err = fmt.Fprintf(s.Out, "curl --globoff --config - <<'END'\nurl = \"%s\"\nheader = \"Authorization: Bearer %s\"\nEND\n", o.curl, token)
	default:
		_, err = fmt.Fprintln(s.Out, token)
	}
	return err
}

// tokenObject is what --json prints. There is never a refresh token in it.
type tokenObject struct {
	Type      string    `json:"type"` // access_token or id_token
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	ExpiresIn int64     `json:"expires_in"` // seconds from now
	Scopes    []string  `json:"scopes,omitempty"`
	User      string    `json:"user,omitempty"`
}

func (o *output) object(got *acquired, token string, expires time.Time) tokenObject {
	kind := "access_token"
	if o.idToken {
		kind = "id_token"
	}
	return tokenObject{kind, token, expires.UTC().Truncate(time.Second), int64(time.Until(expires).Seconds()), got.scopes, got.user}
}
