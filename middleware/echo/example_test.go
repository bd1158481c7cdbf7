// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cecho_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2cecho "github.com/b2ckit/b2ckit/middleware/echo"
	"github.com/b2ckit/b2ckit/validator"
)

// The application answers in its own shape. Status and headers, among them the
// challenge, are the guard's.
func ExampleOptions_handOver() {
	v, err := validator.New(tenant().Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: emulator.NewTenant(nil).Transport()})
	if err != nil {
		panic(err)
	}
	defer v.Close()
	m := b2cecho.New(guard.New(v, &guard.Options{Logger: slog.New(slog.DiscardHandler)}), &b2cecho.Options{HandOver: true})

	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if refusal, ok := errors.AsType[*guard.Refusal](err); ok {
			_ = c.JSON(refusal.Status, map[string]string{"message": refusal.Description})
			return
		}
		e.DefaultHTTPErrorHandler(err, c)
	}
	e.GET("/tasks", func(c echo.Context) error { return c.NoContent(http.StatusOK) }, m.Require())

	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/tasks", nil))
	fmt.Print(rec.Code, " ", rec.Header().Get("WWW-Authenticate"), "\n", rec.Body)
	// Output:
	// 401 Bearer realm="api"
	// {"message":"An access token is required."}
}

func tenant() authority.Tenant {
	t, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	return t
}

func Example() {
	// In production, leave Transport out.
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport()})
	if err != nil {
		panic(err)
	}
	defer v.Close()
	api := b2cecho.New(guard.New(v, &guard.Options{Logger: slog.New(slog.DiscardHandler)}), nil)

	e := echo.New()
	tasks := e.Group("/tasks", api.Require(validator.Scope("tasks.read")))
	tasks.GET("", func(c echo.Context) error {
		token, _ := b2cecho.Token(c)
		return c.String(http.StatusOK, "Tasks of "+token.Name+"\n")
	})
	tasks.POST("", func(c echo.Context) error {
		return c.String(http.StatusCreated, "Added\n")
	}, api.Require(validator.Scope("tasks.write")))

	reader := "Bearer " + b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.read"}})
	for _, method := range []string{"GET", "POST"} {
		req := httptest.NewRequest(method, "/tasks", nil)
		req.Header.Set("Authorization", reader)
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, req)
		fmt.Print(rec.Code, " ", rec.Body)
	}
	// Output:
	// 200 Tasks of Ada Example
	// 403 {"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}
}

// An API that tells clients of itself: the document at the path, and a challenge that
// leads there.
func ExampleMount() {
	v, err := validator.New(tenant().Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: emulator.NewTenant(nil).Transport()})
	if err != nil {
		panic(err)
	}
	defer v.Close()
	res, err := guard.NewResource("https://api.contoso.com/tasks", &guard.ResourceOptions{AppIDURI: "https://contoso.onmicrosoft.com/tasks"})
	if err != nil {
		panic(err)
	}
	api := b2cecho.New(guard.New(v, &guard.Options{Resource: res, Logger: slog.New(slog.DiscardHandler)}), nil)

	e := echo.New()
	b2cecho.Mount(e, res)
	e.GET("/tasks", func(c echo.Context) error { return c.NoContent(http.StatusOK) }, api.Require(validator.Scope("tasks.read")))

	for _, path := range []string{"/tasks", "/.well-known/oauth-protected-resource/tasks"} {
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(rec.Code, rec.Header().Get("WWW-Authenticate"), rec.Header().Get("Content-Type"))
	}
	// Output:
	// 401 Bearer realm="api", scope="https://contoso.onmicrosoft.com/tasks/tasks.read", resource_metadata="https://api.contoso.com/.well-known/oauth-protected-resource/tasks" application/problem+json
	// 200  application/json
}
