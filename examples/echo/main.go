// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command echo is a small service on Echo behind Azure AD B2C.
//
// It reads what Microsoft.Identity.Web reads, the section AzureAdB2C of
// appsettings.json, or variables of the environment (docs/settings.md):
//
//	B2C_TENANT     the tenant's name, such as contoso
//	B2C_TENANT_ID  its GUID
//	B2C_FLOWS      the trusted user flows and custom policies, separated by spaces
//	B2C_AUDIENCE   this API's application (client) id
//	LISTEN         the address to listen on, 127.0.0.1:8080 if empty
//	ALLOW_ORIGIN   the origin of a browser app that may call, if there is one
package main

import (
	"cmp"
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/b2ckit/b2ckit/health"
	b2cecho "github.com/b2ckit/b2ckit/middleware/echo"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	s, err := settings.Read(nil)
	if err != nil {
		return err
	}
	slog.Info("settings", "read", s, "notes", s.Notes())
	g, v, err := s.Guard(nil, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	api := b2cecho.New(g, nil)

	e := echo.New()
	if origin := os.Getenv("ALLOW_ORIGIN"); origin != "" {
		// CORS goes outside of the guard, so that preflights, which carry no
		// token, get their answer. Scripts can't read the challenge otherwise.
		e.Use(middleware.CORSWithConfig(middleware.CORSConfig{
			AllowOrigins: []string{origin}, AllowHeaders: []string{echo.HeaderAuthorization},
			ExposeHeaders: []string{echo.HeaderWWWAuthenticate},
		}))
	}
	e.GET("/tasks", listTasks, api.Require(validator.Scope("tasks.read")))
	e.GET("/readyz", echo.WrapHandler(health.Ready(v)))

	srv := &http.Server{
		Addr: cmp.Or(os.Getenv("LISTEN"), "127.0.0.1:8080"), Handler: e,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute, // longer than that of a load balancer in front
		// A request may wait 5 s for keys (jwks.Options.FetchTimeout). If writing
		// ended before, clients would get a cut connection in place of a 503.
		WriteTimeout: 30 * time.Second,
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Keys are there before the first request, and a misspelt tenant or flow shows.
	// It is no reason not to start: the others serve.
	if err := v.AllReady(ctx); err != nil {
		log.Print(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.ListenAndServe() }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(srv.Shutdown(ctx), v.Close())
}

func listTasks(c echo.Context) error {
	token, _ := b2cecho.Token(c)
	user, err := token.UserID()
	if err != nil {
		return echo.NewHTTPError(http.StatusForbidden, "the token names no user").SetInternal(err)
	}
	return c.String(http.StatusOK, "the tasks of "+user+"\n")
}
