// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import "strings"

// lacking are keys that ask for what B2C does not have, or for less than this kit
// checks, and why they are refused.
var lacking = map[string]string{
	"AllowWebApiToBeAuthorizedByACL":        "would let in tokens without scopes; in B2C those of applications have their roles in scp as well, and a token without scp is none for an API: take it out, and grant the application a role",
	"ClientCertificates":                    noAssertions,
	"ClientCredentialsUsingManagedIdentity": noAssertions,
	"SendX5C":                               noAssertions,
	"TokenDecryptionCertificates":           noDecryption,
	"TokenDecryptionCredentials":            noDecryption,
	"MetadataAddress":                       "is not read: metadata are found by Instance, Domain and SignUpSignInPolicyId; take it out",
}

const (
	noAssertions = "asks for client assertions, which B2C does not take (AADB2C99027); use ClientSecret"
	noDecryption = "is for encrypted tokens, which B2C does not issue; take it out"
)

// lack finds keys that can't be followed. One that says no to it, as templates have
// it, is none.
func (s *sheet) lack(m *mistakes) {
	for _, e := range s.sorted() {
		key, _, _ := strings.Cut(e.path, ":")
		for name, why := range lacking {
			if fold(key) == fold(name) && !saysNo(e, key, m) {
				m.addf(upTo(e, key), "%s", why)
			}
		}
	}
}

// saysNo reports whether an entry says nothing or no, as .NET reads booleans.
func saysNo(e entry, key string, m *mistakes) bool {
	text := fold(strings.TrimSpace(e.text))
	isFlag := fold(key) == "allowwebapitobeauthorizedbyacl" || fold(key) == "sendx5c"
	if isFlag && text != "" && text != "true" && text != "false" {
		m.addf(e.origin, "is neither true nor false")
		return true
	}
	return text == "" || text == "false" && (isFlag || fold(e.path) == fold(key)+":isenabled")
}
