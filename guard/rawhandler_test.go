// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
)

// rawHandler writes records down as they are, without any escaping.
type rawHandler struct{ b *bytes.Buffer }

func (rawHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h rawHandler) Handle(_ context.Context, r slog.Record) error {
	fmt.Fprint(h.b, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(h.b, " %s=%v", a.Key, a.Value.Resolve())
		return true
	})
	fmt.Fprintln(h.b)
	return nil
}

func (h rawHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h rawHandler) WithGroup(string) slog.Handler      { return h }
