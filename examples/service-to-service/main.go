// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command service-to-service shows two services behind Azure AD B2C, of which
// one calls the other: an orders service, which users call, asks a stock
// service what there is, with a token of its own (client credentials). Both
// are guarded. The tenant is emulated. The exit status is 0 only if every row of
// the table came out as expected.
//
//	go run ./examples/service-to-service         # the table
//	go run ./examples/service-to-service -serve  # and then a curl line, until Ctrl-C
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/settings"
)

func main() {
	serve := flag.Bool("serve", false, "after the table keep serving, and print a curl line to play with")
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the table says it all
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *serve); err != nil {
		fmt.Fprintln(os.Stderr, "service-to-service:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, serve bool) (err error) {
	// An API that calls another one is a client of it as well: it has a secret,
	// and an administrator granted it an app role of the other API.
	const domain = "https://contoso.onmicrosoft.com/"
	b2c := emulator.NewServer(&emulator.Options{Apps: []emulator.App{
		{Name: "stock", URI: domain + "stock", Roles: []string{"stock.read"}},
		{Name: "orders", URI: domain + "orders", Scopes: []string{"orders.read"}, Secret: "orders-secret", Granted: []string{domain + "stock/stock.read"}},
		{Name: "shop", Granted: []string{domain + "orders/orders.read"}},
	}})
	defer b2c.Close()
	apps := map[string]emulator.App{}
	for _, app := range b2c.Apps() {
		apps[app.Name] = app
	}

	// Each service reads its own settings. In place of Environ, which is for this
	// program alone, real ones have the process's environment, or appsettings.json.
	tenant := []string{"B2C_TENANT=contoso", "B2C_TENANT_ID=" + b2c.ID(), "B2C_FLOWS=B2C_1_susi"}
	ofStock, err := settings.Read(&settings.Options{Environ: append(tenant, "B2C_CLIENT_ID="+apps["stock"].ID)})
	if err != nil {
		return err
	}
	ofOrders, err := settings.Read(&settings.Options{Environ: append(tenant,
		"B2C_CLIENT_ID="+apps["orders"].ID, "B2C_CLIENT_SECRET="+apps["orders"].Secret)})
	if err != nil {
		return err
	}
	transport := b2c.Transport() // nil with a real tenant
	stock, err := newStock(ofStock, apps["orders"].ID, transport)
	if err != nil {
		return err
	}
	defer stock.Close()
	stockURL, closeStock, err := serveAt(stock) // plain http, which a token goes over on loopback only
	if err != nil {
		return err
	}
	defer closeStock()
	orders, err := newOrders(ofOrders, stockURL, transport)
	if err != nil {
		return err
	}
	defer orders.Close()
	ordersURL, closeOrders, err := serveAt(orders)
	if err != nil {
		return err
	}
	defer closeOrders()

	fmt.Fprintf(out, "An orders service that calls a stock service, both behind one B2C tenant.\n\n")
	st := story{b2c: b2c, apps: apps, orders: ordersURL, stock: stockURL}
	if failed := st.tell(ctx, out); failed > 0 {
		return fmt.Errorf("%d rows came out otherwise than expected", failed)
	}
	fmt.Fprintf(out, "\nAll rows came out as expected; one token request served all calls.\n")
	if !serve {
		fmt.Fprint(out, "To try it yourself: go run ./examples/service-to-service -serve\n")
		return nil
	}
	fmt.Fprintf(out, "\nStill serving; stop with Ctrl-C. Paste this into another terminal:\n\n")
	fmt.Fprintf(out, "  curl -i -H 'Authorization: Bearer %s' \\\n    %s/orders\n", st.userToken(), ordersURL)
	<-ctx.Done()
	return nil
}

// serveAt serves on a free port of this machine until it is closed.
func serveAt(h http.Handler) (url string, closeIt func(), err error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute, // longer than that of a load balancer in front
		// A request may wait 5 s for keys (jwks.Options.FetchTimeout), and 10 s for
		// the service behind. If writing ended before, clients would get a cut
		// connection in place of a 503.
		WriteTimeout: 30 * time.Second,
	}
	go func() { _ = srv.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = srv.Close() }, nil
}
