// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// kept is what a token takes that is kept, in bytes.
type kept struct{ size, heap, counted int64 }

// remember has a validator remember so many tokens.
func remember(ctx context.Context, t *contoso.Tenant, n int) (kept, error) {
	known, err := authority.B2C(contoso.Name, contoso.ID)
	if err != nil {
		return kept{}, err
	}
	f := t.Flows[0]
	keys, err := jwks.NewStatic(known.Flow(f.Name), f.Issuer, f.KeySet)
	if err != nil {
		return kept{}, err
	}
	v, err := validator.NewFromSources([]jwks.Source{keys}, contoso.Audience, nil)
	if err != nil {
		return kept{}, err
	}
	tokens := t.Tokens(n + 1)
	if _, err := v.Validate(ctx, tokens[n]); err != nil { // what there is once is there before
		return kept{}, err
	}
	before, counted := inUse(), v.State().Memory.Bytes
	for _, raw := range tokens[:n] {
		if _, err := v.Validate(ctx, raw); err != nil {
			return kept{}, err
		}
	}
	m := v.State().Memory
	if m.Tokens != n+1 {
		return kept{}, fmt.Errorf("%d of %d tokens are remembered", m.Tokens, n+1)
	}
	k := kept{int64(len(tokens[0])), (inUse() - before) / int64(n), (m.Bytes - counted) / int64(n)}
	runtime.KeepAlive(tokens)
	return k, v.Close()
}

// acquired has an App keep so many tokens, each of a scope of its own.
func acquired(ctx context.Context, n int) (kept, error) {
	known, err := authority.B2C(contoso.Name, contoso.ID)
	if err != nil {
		return kept{}, err
	}
	endpoint := tokens{size: 1200}
	app, err := acquire.NewConfidential(known.Flow("B2C_1_susi"), "0a83a8b7-2f6b-4e4f-8a15-6bb1b8a3e0ab", acquire.Secret("a secret of this benchmark"),
		&acquire.Options{Transport: endpoint, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return kept{}, err
	}
	scopes := make([]string, n+1)
	for i := range scopes {
		scopes[i] = fmt.Sprintf("https://contoso.onmicrosoft.com/api%06d/.default", i)
	}
	if _, err := app.Token(ctx, scopes[n]); err != nil {
		return kept{}, err
	}
	before := inUse()
	for _, scope := range scopes[:n] {
		if _, err := app.Token(ctx, scope); err != nil {
			return kept{}, err
		}
	}
	k := kept{size: int64(endpoint.size), heap: (inUse() - before) / int64(n)}
	runtime.KeepAlive(scopes)
	return k, app.Close()
}

// tokens is a token endpoint whose tokens have that size.
type tokens struct{ size int }

// RoundTrip implements [http.RoundTripper].
func (t tokens) RoundTrip(r *http.Request) (*http.Response, error) {
	body := fmt.Sprintf(`{"access_token":"%s","token_type":"Bearer","expires_in":86400}`, strings.Repeat("x", t.size))
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// inUse returns the heap in use.
func inUse() int64 {
	for range 3 { // pools let go at the second
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // it fits
}
