// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command webapp is a web app that signs users in with Azure AD B2C: they see
// their claims, edit their profile, reset their password, call a protected API
// and sign out. It needs no JavaScript and no store: sessions are in encrypted
// cookies, tokens in the memory of package acquire. Copy it as the start of
// your own.
//
//	go run ./examples/webapp                          # with an emulated tenant
//	go run ./examples/webapp -address localhost:9000  # elsewhere
//
// With a real tenant it reads section AzureAdB2C of appsettings.json, or variables of
// the environment (docs/settings.md), and some of its own:
//
//	B2C_TENANT         the tenant's name, such as contoso; if nothing is set, it is emulated
//	B2C_TENANT_ID      its GUID
//	B2C_HOSTS          its hosts, if not {tenant}.b2clogin.com alone, separated by spaces
//	B2C_SIGNIN_FLOW    the user flow or custom policy that users sign in through
//	B2C_EDIT_FLOW      the one for editing the profile; if empty, there is no link
//	B2C_RESET_FLOW     the one for resetting the password; if empty, there is no link
//	B2C_CLIENT_ID      this app's application (client) id
//	B2C_CLIENT_SECRET  its secret
//	B2C_REDIRECT_URI   where users come back to, http://{LISTEN}/callback if empty
//	B2C_RESPONSE_MODE  how they do: query or form_post, query if empty
//	B2C_AUDIENCE       the application (client) id of the API
//	B2C_SCOPE          its scope, such as https://contoso.onmicrosoft.com/tasks/tasks.read
//	SESSION_KEY        what cookies are encrypted with: openssl rand -base64 32
//	LISTEN             the address to listen on, localhost:8400 if empty
//
// SESSION_KEY may list older keys behind the current one, separated by spaces:
// cookies sealed with those are still read.
package main

import (
	"cmp"
	"context"
	"errors"
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
)

func main() {
	address := flag.String("address", cmp.Or(os.Getenv("LISTEN"), "localhost:8400"), "the address to listen on")
	flag.Parse()
	slog.SetLogLoggerLevel(slog.LevelWarn)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *address, os.Environ()); err != nil {
		fmt.Fprintln(os.Stderr, "webapp:", err)
		stop()
		os.Exit(1)
	}
}

// run serves at the address until the context ends.
func run(ctx context.Context, out io.Writer, address string, environ []string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return runOn(ctx, out, listener, originOf(address, listener.Addr()), environ)
}

// runOn serves at the listener, where browsers find the app at the origin.
func runOn(ctx context.Context, out io.Writer, listener net.Listener, origin string, environ []string) (err error) {
	defer listener.Close()
	c, err := readConfig(environ, origin)
	if err != nil {
		return err
	}
	if c.b2c == nil {
		stopTenant, err := c.emulate()
		if err != nil {
			return err
		}
		defer stopTenant()
	}

	// The API usually is a service of its own. Here it is at an address that
	// only this machine reaches.
	tasks, err := newTasksAPI(c)
	if err != nil {
		return err
	}
	defer tasks.Close()
	apiListener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer apiListener.Close()
	app, err := newWebApp(c, "http://"+apiListener.Addr().String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()

	announce(out, c)
	return serve(ctx, map[net.Listener]http.Handler{listener: app, apiListener: tasks})
}

func announce(out io.Writer, c *config) {
	fmt.Fprintf(out, "Open %s in a browser.\n", c.origin())
	if c.emulated {
		fmt.Fprintf(out, "\nThe tenant contoso is emulated on this machine. Sign in there with\n\n")
		fmt.Fprintf(out, "  user      %s\n  password  %s\n", c.emulatedUser, c.emulatedPassword)
	}
	if c.randomKey && !c.emulated {
		fmt.Fprintf(out, "\nWarning: there is no SESSION_KEY, so cookies are encrypted with a random key,\n")
		fmt.Fprintf(out, "and all sessions end with this process.\n")
	}
	fmt.Fprintf(out, "\nStop with Ctrl-C.\n")
}

// originOf returns where browsers find the app, unless B2C_REDIRECT_URI says
// otherwise: the address as it was given, with the port that was free.
func originOf(address string, listening net.Addr) string {
	host, _, _ := net.SplitHostPort(address)
	_, port, _ := net.SplitHostPort(listening.String())
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// serve serves until the context ends, and then lets requests under way finish.
func serve(ctx context.Context, handlers map[net.Listener]http.Handler) error {
	var servers []*http.Server
	served := make(chan error, len(handlers))
	for l, h := range handlers {
		srv := &http.Server{
			Handler:           h,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       10 * time.Second,
			IdleTimeout:       2 * time.Minute, // longer than that of a load balancer in front
			// A return may wait 10 s for tokens (acquire.Options.Timeout) and 5 s for
			// keys (jwks.Options.FetchTimeout). If writing ended before, users would get
			// a cut connection in place of a page that says so.
			WriteTimeout: 30 * time.Second,
		}
		servers = append(servers, srv)
		go func() { served <- srv.Serve(l) }()
	}
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, srv := range servers {
		if srv.Shutdown(patience) != nil {
			_ = srv.Close()
		}
	}
	return err
}
