// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/emulator"
)

// users is how many tokens are sent in turn, each of another user, and newcomers how
// many there are that nobody has seen before.
const (
	users     = 512
	newcomers = 256
)

var flows = []string{"B2C_1_susi", "B2C_1_edit"}

// provider is a B2C tenant on loopback and what it issues. Tokens are made before they
// are wanted, since that takes the processor from whoever is measured.
type provider struct {
	server *emulator.Server

	tokens  []string // of users, good all the time
	fresh   []string // of others, signed with the same key
	rotated []string // of yet others, signed with the key that comes next
}

// newProvider starts a tenant with so many tokens of users, and of newcomers of each
// kind.
func newProvider(users, newcomers int) *provider {
	opts := emulator.DefaultOptions()
	opts.Flows = nil
	for _, name := range flows {
		// The form of the issuer that names the flow: other libraries can discover it.
		opts.Flows = append(opts.Flows, emulator.Flow{Name: name, Issuer: emulator.IssuerTFP})
	}
	p := &provider{server: emulator.NewPlainServer(opts)}
	p.tokens = p.issue(p.server.Tenant, 0, users)
	p.fresh = p.issue(p.server.Tenant, users, newcomers)
	twin := emulator.NewTenant(opts) // the next key of user flows is that of all tenants of a process
	twin.Rotate(emulator.UserFlowKeys, true)
	p.rotated = p.issue(twin, users+newcomers, newcomers)
	return p
}

// issue makes n tokens of the flows in turn, for users from a number on.
func (p *provider) issue(t *emulator.Tenant, from, n int) []string {
	all := make([]string, n)
	for i := range all {
		user := t.User()
		user.ObjectID = fmt.Sprintf("cccccccc-cccc-cccc-cccc-%012d", from+i)
		all[i] = t.MustMint(emulator.Spec{Host: p.server.URL, Flow: flows[i%len(flows)], User: &user})
	}
	return all
}

// bad is a token that has the first one's signature and says something else.
func (p *provider) bad() string {
	other := strings.Split(p.tokens[len(flows)], ".")
	first := strings.Split(p.tokens[0], ".")
	return first[0] + "." + other[1] + "." + first[2]
}

// rotate has the next key sign from now on. The old one stays published.
func (p *provider) rotate() { p.server.Rotate(emulator.UserFlowKeys, true) }

// out has every request answered with 503, until back.
func (p *provider) out() {
	p.server.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError, Status: http.StatusServiceUnavailable})
}

func (p *provider) back() { p.server.MustSetFaults() }

// issuer is what the tokens of a flow say.
func issuer(provider, flow string) string {
	return provider + "/tfp/" + contoso.ID + "/" + strings.ToLower(flow) + "/v2.0/"
}
