// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/retry"
	"github.com/b2ckit/b2ckit/jwks"
)

// doctor is one run.
type doctor struct {
	Config

	recorder *exchange.Recorder
	client   *http.Client // for what neither jwks nor acquire asks; it follows no redirect
	patients []*patient
}

// patient is one flow at one host, and what was found of it.
type patient struct {
	authority authority.Authority
	cache     *jwks.Cache
	found     []report.Finding
	isMissing bool // B2C says that there is no such flow
}

func newDoctor(cfg Config) (*doctor, error) {
	d := &doctor{Config: cfg, recorder: exchange.NewRecorder(cfg.Transport, cfg.Now)}
	d.client = &http.Client{
		Transport:     d.recorder,
		Timeout:       cfg.RequestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	limiter := new(jwks.Limiter)
	var all []error
	for _, a := range cfg.Authorities {
		cache, err := jwks.New(a, &jwks.Options{
			Transport: d.recorder, Limiter: limiter, FetchTimeout: cfg.RequestTimeout, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			all = append(all, err)
			continue
		}
		d.patients = append(d.patients, &patient{authority: a, cache: cache})
	}
	if len(cfg.Authorities) == 0 && cfg.Redis == nil {
		all = append(all, errors.New("there is nothing to check: no flow and no Redis"))
	}
	if err := errors.Join(all...); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *doctor) close() {
	for _, p := range d.patients {
		_ = p.cache.Close()
	}
	d.client.CloseIdleConnections()
}

// hosts returns the hosts of the flows, in the order in which they were given.
func (d *doctor) hosts() []string {
	var all []string
	for _, p := range d.patients {
		if h := p.authority.Host(); !slices.Contains(all, h) {
			all = append(all, h)
		}
	}
	return all
}

// at returns the flows at one host.
func (d *doctor) at(host string) []*patient {
	var all []*patient
	for _, p := range d.patients {
		if p.authority.Host() == host {
			all = append(all, p)
		}
	}
	return all
}

// get asks for a URL, bounded, and returns what came of it.
func (d *doctor) get(ctx context.Context, url string) (exchange.Exchange, error) {
	if err := ctx.Err(); err != nil {
		return exchange.Exchange{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return exchange.Exchange{}, errors.New("its address is malformed")
	}
	req.Header.Set("User-Agent", "b2ckit doctor")
	resp, err := d.client.Do(req)
	if err != nil {
		return exchange.Exchange{}, withoutURL(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := drain(resp.Body); err != nil {
		return exchange.Exchange{}, fmt.Errorf("the answer was cut off: %w", err)
	}
	e, _ := d.recorder.Of(req.URL.String())
	if after := retry.After(resp.Header); resp.StatusCode == http.StatusTooManyRequests && after > 0 {
		return e, fmt.Errorf("the host answered 429, and asks to be left alone for %v", after)
	}
	return e, nil
}

// withoutURL takes the URL out of an error: it may hold a query, and who prints
// the error names what was asked.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// maxDrain is how much of an answer is read that only its head matters of.
const maxDrain = 64 << 10

func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, io.LimitReader(r, maxDrain))
	return err
}
