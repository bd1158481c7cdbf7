// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// A class says what can be done; the error's fields tell the rest.
func ExampleError() {
	b2c := emulator.NewTenant(nil) // stands in for a tenant of Azure AD B2C
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	token := func(secret, scope string) error {
		app, err := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), b2c.Daemon().ID, acquire.Secret(secret),
			&acquire.Options{Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		defer func() { _ = app.Close() }()
		_, err = app.Token(context.Background(), scope)
		return err
	}
	const tasks = "https://contoso.onmicrosoft.com/tasks/.default"
	secret := b2c.Daemon().Secret

	report := func(err error) {
		e, ok := errors.AsType[*acquire.Error](err)
		switch {
		case !ok:
			fmt.Println("none of acquire's:", err) // a context's, for instance
		case errors.Is(err, acquire.ErrRetry):
			fmt.Println("again in", e.RetryAfter)
		case errors.Is(err, acquire.ErrConfiguration):
			fmt.Println(e.Code+":", e.Advice)
		default:
			fmt.Println(e.Class)
		}
	}
	report(token("yesterday's secret", tasks))
	report(token(secret, "openid"))
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: 30 * time.Second, Times: 1})
	report(token(secret, tasks))
	// Output:
	// AADB2C90081: use the application's current client secret, which the portal shows once, as value and not as id
	// no_access_token
	// again in 30s
}
