// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

// savedKeys is the file of --save-keys and --offline.
type savedKeys struct {
	Saved       time.Time        `json:"saved"`
	Authorities []savedAuthority `json:"authorities"`
}

// savedAuthority is what one flow has published.
type savedAuthority struct {
	ID     string   `json:"authority"`
	Issuer string   `json:"issuer"`
	Keys   savedSet `json:"jwks"`
}

type savedSet struct {
	Keys []savedKey `json:"keys"`
}

type savedKey struct {
	Type     string `json:"kty"`
	ID       string `json:"kid"`
	Use      string `json:"use"`
	Modulus  string `json:"n,omitempty"` // of RSA
	Exponent string `json:"e,omitempty"`
	Curve    string `json:"crv,omitempty"` // of EC
	X        string `json:"x,omitempty"`
	Y        string `json:"y,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
}

// saveKeys gets the keys of all trusted flows and writes them.
func (x *command) saveKeys(ctx context.Context, found *settings.Settings, transport http.RoundTripper) error {
	file := savedKeys{Saved: time.Now().UTC().Truncate(time.Second)}
	opts := &jwks.Options{Transport: transport, Limiter: new(jwks.Limiter), Logger: slog.New(slog.DiscardHandler)}
	for _, a := range found.Trusted() {
		cache, err := jwks.New(a, opts)
		if err != nil {
			return cli.Misconfigured(err)
		}
		set, err := cache.Find(ctx, jwks.Query{})
		_ = cache.Close()
		if err != nil {
			return cli.Status(cli.StatusUndecided, err)
		}
		file.Authorities = append(file.Authorities, savedAuthority{ID: a.ID(), Issuer: set.Issuer(), Keys: savedSetOf(set)})
	}
	data, err := json.MarshalIndent(&file, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(x.save, append(data, '\n'), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(x.streams.Err, "The keys of all trusted flows are in %s. Use them with --offline.\n", x.save)
	return nil
}

func savedSetOf(set *jwks.Set) (s savedSet) {
	for _, id := range set.KeyIDs() {
		if k, ok := set.Key(id); ok {
			s.Keys = append(s.Keys, savedKeyOf(k))
		}
	}
	return s
}

func savedKeyOf(k *jwks.Key) savedKey {
	s, encode := savedKey{ID: k.ID(), Use: "sig", Issuer: k.Issuer()}, base64.RawURLEncoding.EncodeToString
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		s.Type, s.Modulus, s.Exponent = "RSA", encode(public.N.Bytes()), encode(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		if point, err := public.Bytes(); err == nil { // 4, x and y
			s.Type, s.Curve, s.X, s.Y = "EC", "P-256", encode(point[1:33]), encode(point[33:])
		}
	}
	return s
}

// validator returns the validator that judges, with keys of the network or a file.
func (x *command) validator(found *settings.Settings, opts *validator.Options, transport http.RoundTripper) (*validator.Validator, error) {
	if x.offline == "" {
		opts.Transport = transport
		return found.Validator(opts)
	}
	opts.Logger = nil // no cache is made
	opts.AllowMissingFlow, opts.AllowMissingRoles = found.AllowMissingFlow(), found.AllowMissingRoles()
	sources, err := x.savedSources(found)
	if err != nil {
		return nil, fmt.Errorf("--offline: %w", err)
	}
	return validator.NewFromSources(sources, "", opts)
}

// maxSaved is how much is read of a file of keys: some thousand flows.
const maxSaved = 16 << 20

func readKeys(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSaved+1))
	if err == nil && len(data) > maxSaved {
		err = fmt.Errorf("%s has more than %d bytes", name, maxSaved)
	}
	return data, err
}

// savedSources are the keys of the file for each trusted flow: those saved for it, or if
// the file is a JWK set all of that.
func (x *command) savedSources(found *settings.Settings) (sources []jwks.Source, err error) {
	data, err := readKeys(x.offline)
	if err != nil {
		return nil, err
	}
	var file struct {
		Keys        json.RawMessage `json:"keys"`
		Authorities []struct {
			ID     string          `json:"authority"`
			Issuer string          `json:"issuer"`
			Keys   json.RawMessage `json:"jwks"`
		} `json:"authorities"`
	}
	if err := json.Unmarshal(data, &file); err != nil || file.Keys == nil && file.Authorities == nil {
		return nil, errors.New("the file is neither what --save-keys writes nor a JWK set")
	}
	for _, a := range found.Trusted() {
		issuer, document := a.Issuers()[0], data
		if file.Keys == nil {
			document = nil
			for _, saved := range file.Authorities {
				if saved.ID == a.ID() {
					issuer, document = saved.Issuer, saved.Keys
				}
			}
		}
		if document == nil {
			return nil, fmt.Errorf("there are no keys of %s in the file; get them with --save-keys", a)
		}
		s, err := jwks.NewStatic(a, issuer, document)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}
