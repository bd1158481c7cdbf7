// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command flows trusts many flows of an emulated tenant and prints what they take.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

const tenantID = "775527ff-9a37-4307-8b3d-cc311f58d925"

func main() {
	n, err := strconv.Atoi(os.Getenv("FLOWS"))
	if err != nil {
		log.Fatal(err)
	}
	flows := make([]authority.Authority, n)
	for i := range flows {
		a, err := authority.Parse(fmt.Sprintf("%s/contoso.onmicrosoft.com/B2C_1_susi%04d", os.Getenv("URL"), i))
		if err != nil {
			log.Fatal(err)
		}
		if flows[i], err = a.WithTenantID(tenantID); err != nil {
			log.Fatal(err)
		}
	}
	taken, err := takenBy(flows, os.Getenv("OWN") == "true")
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(taken); err != nil {
		log.Fatal(err)
	}
}

// answer is for each flow the heap, and in all how many goroutines there are more than
// before: with open connections, and once these were idle for long.
type answer struct {
	Bytes             int64
	Goroutines, Later int
}

func takenBy(flows []authority.Authority, own bool) (answer, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return answer{}, errors.New("http.DefaultTransport is none of net/http's")
	}
	standard.IdleConnTimeout = 2 * time.Second // and not 90: nobody wants to wait
	keys := &jwks.Options{Limiter: new(jwks.Limiter), Logger: slog.New(slog.DiscardHandler)}
	if own {
		keys.Transport = standard
	}
	// What the first request of a process takes, such as root certificates, is no flow's.
	first, err := jwks.New(flows[0], keys)
	if err != nil {
		return answer{}, err
	}
	if err := errors.Join(first.Refresh(context.Background()), first.Close()); err != nil {
		return answer{}, err
	}
	standard.CloseIdleConnections()
	before := now()
	sources := make([]jwks.Source, len(flows))
	for i, f := range flows {
		c, err := jwks.New(f, keys)
		if err != nil {
			return answer{}, err
		}
		defer c.Close()
		sources[i] = c
	}
	v, err := validator.NewFromSources(sources, "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", nil)
	if err != nil {
		return answer{}, err
	}
	defer v.Close()
	if err := load(v, sources); err != nil {
		return answer{}, err
	}
	open := now()
	<-time.After(3 * time.Second)
	idle := now()
	runtime.KeepAlive(flows)
	return answer{
		Bytes: (idle.bytes - before.bytes) / int64(len(flows)), Goroutines: open.goroutines - before.goroutines, Later: idle.goroutines - before.goroutines,
	}, nil
}

// load fetches the keys of all sources, faster than a validator does of one tenant, and
// has the validator look for one, so that its index is there.
func load(v *validator.Validator, sources []jwks.Source) error {
	ctx := context.Background()
	errs := make([]error, len(sources))
	places := make(chan struct{}, 8)
	var wg sync.WaitGroup
	for i, s := range sources {
		places <- struct{}{}
		wg.Go(func() {
			errs[i] = s.Refresh(ctx)
			<-places
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	const made = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im1hZGUtdXAifQ.e30.AAAA"
	if _, err := v.Validate(ctx, made); err == nil {
		return errors.New("a made-up token was accepted")
	}
	return nil
}

// taken is what is taken at a time.
type taken struct {
	bytes      int64
	goroutines int
}

func now() taken {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return taken{int64(m.HeapAlloc), runtime.NumGoroutine()} //nolint:gosec // it fits
}
