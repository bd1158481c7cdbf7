// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"io"
	"log/slog"
	"sync"
	"testing"
)

// Logger returns a logger whose lines stand in the test's log, between its own
// messages, from [slog.LevelDebug] on: with it, a test that fails also says why
// the service under test did what it did.
//
//	v, err := validator.New(trusted, b2c.API().ID, &validator.Options{
//		Transport: b2c.Transport(),
//		Logger:    emulatortest.Logger(t), // for the validator's guard too
//	})
//
// Once the test has ended, what is still logged is dropped: package testing
// would panic. That begins with the cleanup of this call, so that whatever is
// closed later is not heard. The logger is safe for concurrent use.
func Logger(tb testing.TB) *slog.Logger {
	tb.Helper()
	log := &testLog{output: tb.Output()}
	tb.Cleanup(log.end)
	return slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: shortTime}))
}

// shortTime writes the time of a line as the log of requests does.
func shortTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime {
		a.Value = slog.StringValue(a.Value.Time().Format(clockFormat))
	}
	return a
}

// testLog is a test's output for as long as there is one.
type testLog struct {
	mu     sync.Mutex
	output io.Writer // nil once the test has ended
}

// Write drops what comes too late.
func (l *testLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.output == nil {
		return len(line), nil
	}
	return l.output.Write(line)
}

func (l *testLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.output = nil
}
