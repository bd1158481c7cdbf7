// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package secret_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for range 20 {
		name, token := secret.Name(), secret.Token()
		if len(name) != secret.Length || strings.Count(token, ".") != 4 || seen[name] || seen[token] {
			t.Errorf("got %s and %s", name, token)
		}
		seen[name], seen[token] = true, true
	}
}
