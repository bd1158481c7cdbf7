// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command service-to-service shows two services behind Azure AD B2C, of which
// one calls the other: an orders service, which users call, asks a stock
// service what there is, with a token of its own (client credentials). Both
// are guarded. The tenant is emulated.
//
//	go run ./examples/service-to-service        # until interrupted
//	go run ./examples/service-to-service -once  # exit after the table
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

func main() {
	once := flag.Bool("once", false, "exit after the table; the status is 0 only if every row came out as expected")
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the table says it all
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *once); err != nil {
		fmt.Fprintln(os.Stderr, "service-to-service:", err)
		stop()
		os.Exit(1)
	}
}

// settings is what both services know of the tenant.
type settings struct {
	tenant    authority.Tenant
	transport http.RoundTripper // nil with a real tenant
}

func run(ctx context.Context, out io.Writer, once bool) (err error) {
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

	s := settings{transport: b2c.Transport()}
	if s.tenant, err = authority.B2C("contoso", b2c.ID()); err != nil {
		return err
	}
	stock, err := newStock(s, apps["stock"].ID, apps["orders"].ID)
	if err != nil {
		return err
	}
	defer stock.Close()
	stockServer := httptest.NewServer(stock) // plain http, which a token goes over on loopback only
	defer stockServer.Close()
	orders, err := newOrders(s, apps["orders"].ID, apps["orders"].Secret, stockServer.URL)
	if err != nil {
		return err
	}
	defer orders.Close()
	ordersServer := httptest.NewServer(orders)
	defer ordersServer.Close()

	fmt.Fprintf(out, "An orders service that calls a stock service, both behind one B2C tenant.\n\n")
	st := story{b2c: b2c, apps: apps, orders: ordersServer.URL, stock: stockServer.URL}
	if failed := st.tell(ctx, out); failed > 0 {
		return fmt.Errorf("%d rows came out otherwise than expected", failed)
	}
	fmt.Fprintf(out, "\nAll rows came out as expected; one token request served all calls.\n")
	if once {
		return nil
	}
	fmt.Fprintf(out, "\nTry it, until interrupted:\n\n  curl -i -H 'Authorization: Bearer %s' \\\n    %s/orders\n",
		st.userToken(), ordersServer.URL)
	<-ctx.Done()
	return nil
}
