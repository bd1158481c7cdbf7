// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// lacking returns keys that ask for what a product does not have, or for less than
// this kit checks, and why they are refused.
func lacking(kind authority.Kind) map[string]string {
	if kind == authority.AzureADB2C {
		return lackingB2C
	}
	return lackingSuccessors
}

var lackingB2C = map[string]string{
	keyACL:                       "would let in tokens without scp, which in B2C are no access tokens; the roles of an application are in scp, too: take it out, and grant it one",
	keyCertificates:              noAssertions,
	keyManagedIdentity:           noAssertions,
	keySendX5C:                   noAssertions,
	keyDecryption:                noDecryption,
	"TokenDecryptionCredentials": noDecryption,
	keyMetadata:                  "is not read: metadata are found by Instance, Domain and SignUpSignInPolicyId; take it out",
}

var lackingSuccessors = map[string]string{
	keyManagedIdentity:           "asks Azure for an assertion, which is not done here; name a file with one in ClientCredentials",
	keySendX5C:                   "asks for a chain beside assertions, which is not sent: the certificate itself is registered; take it out",
	keyDecryption:                noDecryption,
	"TokenDecryptionCredentials": noDecryption,
	keyMetadata:                  "is not read: metadata are found by Instance and TenantId, with " + keyMetadataAppID + " for ?appid=; take it out",
}

const (
	keyManagedIdentity = "ClientCredentialsUsingManagedIdentity"
	keySendX5C         = "SendX5C"
	keyDecryption      = "TokenDecryptionCertificates"
	keyMetadata        = "MetadataAddress"

	noAssertions = "asks for client assertions, which B2C does not take (AADB2C99027); use ClientSecret"
	noDecryption = "is for encrypted tokens, which are not read here; take it out"
)

// lack finds keys that can't be followed. One that says no to it, as templates have
// it, is none.
func (s *sheet) lack(kind authority.Kind, m *mistakes) {
	lacking := lacking(kind)
	for _, e := range s.sorted() {
		key, _, _ := strings.Cut(e.path, ":")
		why, ok := lacking[spelled(key, slices.Collect(maps.Keys(lacking)))]
		if ok && e.text != "" && !saysNo(e, key, m) {
			m.addf(upTo(e, key), "%s", why)
		}
	}
}

// saysNo reports whether an entry says no, as .NET reads booleans.
func saysNo(e entry, key string, m *mistakes) bool {
	switch fold(key) {
	case "allowwebapitobeauthorizedbyacl", "sendx5c":
	case "clientcredentialsusingmanagedidentity":
		if fold(e.path) != fold(key)+":isenabled" {
			return true // of what is enabled or not
		}
	default:
		return false
	}
	switch fold(strings.TrimSpace(e.text)) {
	case "true":
		return false
	case "false":
		return true
	}
	m.addf(e.origin, "is neither true nor false")
	return true
}
