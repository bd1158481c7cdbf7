// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// certificate is a server's, with what stands above it, as it was shown.
type certificate struct {
	chain []*x509.Certificate
	host  string
	now   time.Time
}

// days returns for how many whole days it is still good.
func (c *certificate) days() int {
	return int(c.chain[0].NotAfter.Sub(c.now) / (24 * time.Hour))
}

// facts tells of it; the state is nil if it was refused.
func (c *certificate) facts(state *tls.ConnectionState) []report.Fact {
	var facts []report.Fact
	if state != nil {
		facts = append(facts, report.Fact{Name: "tls", Value: tlsVersion(state)})
	}
	issuer := c.chain[0].Issuer
	return append(facts,
		report.Fact{Name: "certificate_issuer", Value: foreign.Text(cmp.Or(strings.Join(issuer.Organization, ", "), issuer.CommonName))},
		report.Fact{Name: "certificate_until", Value: c.chain[0].NotAfter.UTC().Format(time.DateOnly)},
		report.Fact{Name: "certificate_chain", Value: c.trust(state)})
}

// trust says by whose word the certificate is good.
func (c *certificate) trust(state *tls.ConnectionState) string {
	between := x509.NewCertPool()
	for _, above := range c.chain[1:] {
		between.AddCert(above)
	}
	_, err := c.chain[0].Verify(x509.VerifyOptions{DNSName: c.host, Intermediates: between, CurrentTime: c.now})
	switch {
	case err == nil:
		return "one of the system's authorities"
	case state != nil:
		return "an authority that was given, not one of the system's"
	}
	return "refused"
}

func tlsVersion(s *tls.ConnectionState) string { return tls.VersionName(s.Version) }
