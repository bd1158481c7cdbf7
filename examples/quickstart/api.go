// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/b2ckit/b2ckit/guard"
	b2cecho "github.com/b2ckit/b2ckit/middleware/echo"
	b2cgin "github.com/b2ckit/b2ckit/middleware/gin"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// The API, three times: GET /tasks for users, POST /jobs for daemons.

func newNetHTTP(g *guard.Guard) http.Handler {
	greet := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := guard.FromContext(r.Context())
		_, _ = w.Write([]byte(greeting(token)))
	})
	api := b2chttp.New(g, nil)
	mux := http.NewServeMux()
	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(greet))
	mux.Handle("POST /jobs", api.Require(validator.Scope("jobs.run"))(greet))
	return mux
}

func newEcho(g *guard.Guard) http.Handler {
	greet := func(c echo.Context) error {
		token, _ := b2cecho.Token(c)
		return c.String(http.StatusOK, greeting(token))
	}
	api := b2cecho.New(g, nil)
	e := echo.New()
	e.GET("/tasks", greet, api.Require(validator.Scope("tasks.read")))
	e.POST("/jobs", greet, api.Require(validator.Scope("jobs.run")))
	return e
}

func newGin(g *guard.Guard) http.Handler {
	greet := func(c *gin.Context) {
		token, _ := b2cgin.Token(c)
		c.String(http.StatusOK, greeting(token))
	}
	gin.SetMode(gin.ReleaseMode)
	api := b2cgin.New(g, nil)
	r := gin.New()
	r.GET("/tasks", api.Require(validator.Scope("tasks.read")), greet)
	r.POST("/jobs", api.Require(validator.Scope("jobs.run")), greet)
	return r
}

func greeting(t *validator.Token) string {
	if t.Flow == "" {
		return "hello, daemon " + t.ClientID + "\n"
	}
	return "hello, " + t.Name + ", signed in through " + t.Flow + "\n"
}

// server is one framework's API on a port of its own.
type server struct {
	name, url string
	http      *http.Server
}

type serverList []*server

func startServers(netHTTP, echo, gin http.Handler) (serverList, error) {
	all := serverList{{name: "net/http"}, {name: "echo"}, {name: "gin"}}
	for i, h := range []http.Handler{netHTTP, echo, gin} {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			all[:i].close()
			return nil, err
		}
		s := all[i]
		s.url = "http://" + l.Addr().String()
		s.http = &http.Server{
			Handler:           h,
			ReadHeaderTimeout: 5 * time.Second,
			IdleTimeout:       2 * time.Minute, // longer than that of a load balancer in front
			// A request may wait 5 s for keys (jwks.Options.FetchTimeout). If writing
			// ended before, clients would get a cut connection in place of a 503.
			WriteTimeout: 30 * time.Second,
		}
		go func() {
			if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				panic(err)
			}
		}()
	}
	return all, nil
}

func (all serverList) close() {
	for _, s := range all {
		_ = s.http.Close()
	}
}
