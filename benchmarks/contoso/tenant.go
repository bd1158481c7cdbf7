// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package contoso

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	// Name and ID are those of the tenant, and Audience is the client id of its API.
	Name     = "contoso"
	ID       = "775527ff-9a37-4307-8b3d-cc311f58d925"
	Audience = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
)

// Tenant is a B2C tenant. It is immutable, so any number of goroutines may use it.
type Tenant struct {
	// Flows are its user flows.
	Flows []Flow

	key *rsa.PrivateKey
}

// Flow is a user flow: who issues, and with what keys.
type Flow struct {
	// Name is what the tfp claim says.
	Name string
	// Issuer is the iss claim, exactly.
	Issuer string
	// KeyID is the kid of the flow's one key.
	KeyID string
	// KeySet is its JWK set, which has no alg, as B2C's have none.
	KeySet []byte
}

// New returns a tenant with so many flows, whose keys have so many bits. It panics
// if the system has no such key.
func New(bits, flows int) *Tenant {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	t := &Tenant{key: key}
	return t.WithFlows(flows)
}

// WithFlows returns a tenant with the same RSA key and so many flows.
func (t *Tenant) WithFlows(n int) *Tenant {
	other := &Tenant{key: t.key}
	for i := range n {
		other.Flows = append(other.Flows, newFlow(&t.key.PublicKey, i))
	}
	return other
}

func newFlow(key *rsa.PublicKey, i int) Flow {
	f := Flow{Name: fmt.Sprintf("B2C_1_susi%04d", i), KeyID: fmt.Sprintf("X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVB%04d", i)}
	f.Issuer = "https://" + Name + ".b2clogin.com/tfp/" + ID + "/" + strings.ToLower(f.Name) + "/v2.0/"
	f.KeySet = fmt.Appendf(nil, `{"keys":[{"kid":"%s","nbf":1493763266,"use":"sig","kty":"RSA","e":"AQAB","n":"%s"}]}`,
		f.KeyID, base64.RawURLEncoding.EncodeToString(key.N.Bytes()))
	return f
}

// Bits is the length of the key.
func (t *Tenant) Bits() int { return t.key.N.BitLen() }

// PublicKey is that of all flows.
func (t *Tenant) PublicKey() *rsa.PublicKey { return &t.key.PublicKey }
