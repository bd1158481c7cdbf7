// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// Embedded, so that a change of them runs the test again.
var (
	//go:embed npm/msal_node.mjs
	_ []byte
	//go:embed npm/package.json
	packageJSON []byte
)

// startNode starts msal_node.mjs with settings, and the CA file or none.
func startNode(t *testing.T, b2c *emulator.Server, settings map[string]any, caFile string) *script {
	t.Helper()
	interpreter, err := exec.LookPath("node")
	if err != nil {
		unavailable(t, "there is no node")
	}
	var manifest struct{ Dependencies map[string]string }
	if err := json.Unmarshal(packageJSON, &manifest); err != nil {
		t.Fatal(err)
	}
	studied := manifest.Dependencies["@azure/msal-node"]
	program := filepath.Join("npm", "msal_node.mjs")
	cmd := exec.Command(interpreter, program, settingsFile(t, settings))
	// Nothing of ours: NODE_OPTIONS and NODE_TLS_REJECT_UNAUTHORIZED would change
	// what is shown here, and MSAL looks at REGION_NAME.
	cmd.Env = []string{"HOME=" + t.TempDir(), "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	if caFile != "" {
		cmd.Env = append(cmd.Env, "NODE_EXTRA_CA_CERTS="+caFile)
	}
	p := startScript(t, b2c, "msal_node.mjs", studied, cmd)
	if p.version != studied {
		unavailable(t, "MSAL Node %s is installed, and %s is wanted: npm ci", p.version, studied)
	}
	return p
}
