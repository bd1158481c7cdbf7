// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

//go:embed msal_python.py
var msalPython []byte // embedded, so that a change of it runs the test again

// startPython starts msal_python.py with settings.
func startPython(t *testing.T, b2c *emulator.Server, settings map[string]any) *script {
	t.Helper()
	const interpreter = "/usr/bin/python3"
	if _, err := os.Stat(interpreter); err != nil {
		unavailable(t, "there is no %s", interpreter)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "msal_python.py")
	if err := os.WriteFile(program, msalPython, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(interpreter, "-I", program, settingsFile(t, settings))
	// Nothing of ours: REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE would beat the CA
	// file that MSAL is told of, and proxies, ~/.netrc and REGION_NAME change
	// where requests go.
	cmd.Env = []string{"HOME=" + dir, "LANG=C.UTF-8", "PATH=/usr/bin:/bin"}
	return startScript(t, b2c, "msal_python.py", "1.21.0", cmd)
}
