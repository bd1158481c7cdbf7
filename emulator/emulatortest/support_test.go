// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// fake is the testing.TB of a test that may fail without failing ours.
type fake struct {
	testing.TB
	ctx      context.Context
	failed   bool
	ended    bool
	messages []string // of Error and Fatal
	logs     []string
	output   strings.Builder // what was written to Output
	cleanups []func()
}

func (f *fake) Helper()                  {}
func (f *fake) Context() context.Context { return f.ctx }
func (f *fake) Failed() bool             { return f.failed }
func (f *fake) Cleanup(done func())      { f.cleanups = append(f.cleanups, done) }
func (f *fake) Output() io.Writer        { return &f.output }

func (f *fake) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

func (f *fake) Errorf(format string, args ...any) {
	f.failed = true
	f.messages = append(f.messages, fmt.Sprintf(format, args...))
}

func (f *fake) Fatal(args ...any) { f.Fatalf("%s", fmt.Sprint(args...)) }

func (f *fake) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	f.ended = true
	runtime.Goexit()
}

// try runs a test with a fake to its end, cleanups and all.
func try(t *testing.T, test func(tb testing.TB)) *fake {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f, done := &fake{TB: t, ctx: ctx}, make(chan struct{})
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	cancel()
	for _, cleanup := range slices.Backward(f.cleanups) {
		cleanup()
	}
	return f
}

// wantEnd fails unless a test ended with a message that has all these in it.
func wantEnd(t *testing.T, what string, f *fake, want ...string) {
	t.Helper()
	if !f.ended {
		t.Errorf("%s: got no end of the test, want one", what)
		return
	}
	got := f.messages[len(f.messages)-1]
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%s:\n got %s\nwant %s in it", what, got, w)
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func contains(t *testing.T, what, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%s:\n got %s\nwant %s in it", what, got, w)
		}
	}
}
