// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/health"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	contosoID  = "775527ff-9a37-4307-8b3d-cc311f58d925"
	contosoAPI = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
)

// newValidator returns a validator of the tenant's sign-in flow.
func newValidator(t *testing.T, b2c *emulator.Tenant, log *lines) *validator.Validator {
	t.Helper()
	tenant, err := authority.B2C("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), contosoAPI, &validator.Options{Transport: b2c.Transport(), Logger: log.logger()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// lines are those of a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// with returns the lines that hold a text.
func (l *lines) with(text string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// logging is a part with a log.
type logging struct {
	health.Part
	log *lines
}

func (l logging) Logger() *slog.Logger { return l.log.logger() }
