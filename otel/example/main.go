// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Example is a service whose metrics Prometheus scrapes, with a B2C tenant on loopback
// and callers of its own, so that there is something to see:
//
//	go run .
//	curl http://127.0.0.1:9464/metrics
//	curl http://127.0.0.1:9464/debug/b2ckit
//
// Beside it lie a dashboard for Grafana (dashboard.json) and alerts for Prometheus
// (alerts.yaml). Its tests scrape it, have the alerts fire, and hold the dashboard to
// what is scraped.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	b2c := emulator.NewTenant(nil)
	s, err := newService(b2c)
	if err != nil {
		return err
	}
	defer s.close()
	public, internal := cmp.Or(os.Getenv("LISTEN"), "127.0.0.1:8080"), cmp.Or(os.Getenv("INTERNAL"), "127.0.0.1:9464")
	var servers sync.WaitGroup
	for _, one := range []struct {
		address string
		handler http.Handler
	}{{public, s.public}, {internal, s.internal}} { // what is internal is not for the outside
		l, err := net.Listen("tcp", one.address)
		if err != nil {
			return err
		}
		srv := &http.Server{Handler: one.handler, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute}
		defer context.AfterFunc(ctx, func() { _ = srv.Close() })()
		servers.Go(func() {
			if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				log.Print(err)
			}
		})
		fmt.Println("serving http://" + l.Addr().String())
	}
	callForEver(ctx, b2c, s, "http://"+public+"/tasks")
	servers.Wait()
	return nil
}

// callForEver is a crowd: most of it has good tokens.
func callForEver(ctx context.Context, b2c *emulator.Tenant, s *service, url string) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	good := ""
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n%1000 == 0 {
			b2c.Rotate("", true)
			good = b2c.MustMint(emulator.Spec{})
		}
		switch n % 20 {
		case 7:
			call(ctx, url, b2c.MustMint(emulator.Spec{Lifetime: -time.Hour}))
		case 13:
			call(ctx, url, b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.write"}}))
		default:
			call(ctx, url, good)
		}
		_, _ = s.stock.Token(ctx, stockScope) // the metrics tell
	}
}

var client = &http.Client{Timeout: 10 * time.Second}

func call(ctx context.Context, url, token string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		log.Print(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if resp, err := client.Do(r); err == nil { // the metrics tell
		_ = resp.Body.Close()
	}
}
