// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// In a bubble, where the time of a line is known.
func TestLogger(t *testing.T) { synctest.Test(t, testLogger) }

func testLogger(t *testing.T) {
	f := try(t, func(tb testing.TB) {
		logger := emulatortest.Logger(tb)
		tb.Cleanup(func() { logger.Info("closed") }) // as of a validator that is made with it
		logger.Debug("fetched", "reason", "two words")
		logger.With("client", "c").WithGroup("time").Warn("refused\nhere", "time", 7)
	})
	equal(t, "output", f.output.String(), `time=00:00:00.000 level=DEBUG msg=fetched reason="two words"
time=00:00:00.000 level=WARN msg="refused\nhere" client=c time.time=7
time=00:00:00.000 level=INFO msg=closed
`)
}

// What a service logs that outlives the test is nobody's.
func TestLoggerAfterTheTest(t *testing.T) {
	var logger *slog.Logger
	f := try(t, func(tb testing.TB) {
		tb.Cleanup(func() { logger.Info("closed later") })
		logger = emulatortest.Logger(tb)
		logger.Info("during")
	})
	logger.Error("late")
	if got := f.output.String(); !strings.HasSuffix(got, "msg=during\n") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q, want the one line of during the test", got)
	}
}

func TestLoggerWhileTheTestEnds(t *testing.T) {
	var all sync.WaitGroup
	t.Run("ending", func(t *testing.T) {
		logger := emulatortest.Logger(t)
		for range 4 {
			all.Go(func() {
				for range 100 {
					logger.Debug("at work")
				}
			})
		}
	})
	all.Wait()
}
