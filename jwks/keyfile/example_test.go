// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyfile_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/keyfile"
)

// A process starts while B2C is away, and has the keys that it had before.
func Example() {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	snapshots, err := keyfile.New(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		log.Fatal(err)
	}
	b2c := emulator.NewTenant(nil)

	for _, away := range []bool{false, true} {
		if away {
			b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.WriteHeader(http.StatusServiceUnavailable)
			})
		}
		keys, err := jwks.New(tenant.Flow("B2C_1_susi"), &jwks.Options{
			Snapshots: snapshots,
			Transport: b2c.Transport(),
			Logger:    slog.New(slog.DiscardHandler),
		})
		if err != nil {
			log.Fatal(err)
		}
		_, err = keys.Find(context.Background(), jwks.Query{KeyID: b2c.CurrentKey("").ID()})
		fmt.Println("B2C away:", away, "error:", err, "from a snapshot:", keys.State().FromSnapshot)
		_ = keys.Close()
	}
	// Output:
	// B2C away: false error: <nil> from a snapshot: false
	// B2C away: true error: <nil> from a snapshot: true
}
