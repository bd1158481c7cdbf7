// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
)

// complaints is a log handler that listens for a validator whose store of key
// snapshots failed it: reading a file takes long, too, where the machine is busy,
// and is waited for a tenth of the fetch's time. What was in the store is then as
// if it were not. Nothing else that is logged matters.
type complaints struct {
	failed *atomic.Bool
	heard  *sync.Map // by text, for the report
}

func newComplaints() *complaints { return &complaints{new(atomic.Bool), new(sync.Map)} }

func (c *complaints) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }
func (c *complaints) WithAttrs([]slog.Attr) slog.Handler           { return c }
func (c *complaints) WithGroup(string) slog.Handler                { return c }

func (c *complaints) Handle(_ context.Context, r slog.Record) error {
	if !strings.Contains(r.Message, "key snapshot") {
		return nil
	}
	if strings.Contains(r.Message, "store") {
		c.failed.Store(true)
	}
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "error" || a.Key == "reason" {
			text += ": " + a.Value.String()
		}
		return true
	})
	c.heard.Store(text, true)
	return nil
}

func (c *complaints) String() string {
	var all []string
	c.heard.Range(func(text, _ any) bool {
		all = append(all, text.(string))
		return true
	})
	return strings.Join(all, "; ")
}
