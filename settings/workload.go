// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import "github.com/b2ckit/b2ckit/internal/guid"

// workload is what Kubernetes is told of a workload's identity, by the variables that
// Azure's own libraries read. They say how to authenticate and never whom to trust:
// every pod of a cluster may have them, for a key vault or a database.
type workload struct {
	file, clientID, tenantID entry
}

const (
	varTokenFile   = "AZURE_FEDERATED_TOKEN_FILE"
	varAzureClient = "AZURE_CLIENT_ID"
	varAzureTenant = "AZURE_TENANT_ID"
)

func readWorkload(env environ) workload {
	of := func(name string) entry { return entry{text: env.get(name), origin: name} }
	return workload{of(varTokenFile), of(varAzureClient), of(varAzureTenant)}
}

// isFor reports whether the identity is that of the section's application.
func (w workload) isFor(r *section) bool {
	ids := r.single.TenantIDs()
	return w.file.text != "" && r.clientID.text != "" && guid.Fold(w.clientID.text) == r.clientID.text &&
		len(ids) == 1 && guid.Fold(w.tenantID.text) == ids[0]
}
