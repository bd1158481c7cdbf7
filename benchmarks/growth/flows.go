// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/b2ckit/b2ckit/emulator"
)

// flows is what flows take whose keys are there, over TLS from a tenant in a process of
// its own.
func (p Plan) flows(ctx context.Context, dir string) (Table, error) {
	t := Table{Name: "flows at rest", Head: []string{"transport"}}
	for _, n := range p.Flows {
		t.Head = append(t.Head, fmt.Sprintf("heap a flow, %d", n), fmt.Sprintf("goroutines, %d", n))
	}
	program, err := build(ctx, dir, "flows")
	if err != nil {
		return t, err
	}
	for _, transport := range []string{"the kit's", "the program's own"} {
		row := []string{transport}
		for _, n := range p.Flows {
			f, err := takenBy(ctx, program, dir, n, transport != "the kit's")
			if err != nil {
				return t, err
			}
			row = append(row, bytes(f.Bytes), fmt.Sprintf("%d, and %d once idle", f.Goroutines, f.Later))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// taken is what program flows has found: the heap for each flow, how many goroutines
// there were more than before, and how many once idle connections were closed.
type taken struct {
	Bytes             int64
	Goroutines, Later int
}

func takenBy(ctx context.Context, program, dir string, n int, own bool) (f taken, err error) {
	options := emulator.Options{Flows: make([]emulator.Flow, n)}
	for i := range options.Flows {
		options.Flows[i].Name = fmt.Sprintf("B2C_1_susi%04d", i)
	}
	b2c := emulator.NewServer(&options)
	defer b2c.Close()
	roots := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(roots, b2c.CACertificatePEM(), 0o600); err != nil {
		return f, err
	}
	out, err := output(ctx, []string{"SSL_CERT_FILE=" + roots, "URL=" + b2c.URL, "FLOWS=" + strconv.Itoa(n), "OWN=" + strconv.FormatBool(own)}, program)
	if err != nil {
		return f, err
	}
	err = json.Unmarshal(out, &f)
	return f, err
}
