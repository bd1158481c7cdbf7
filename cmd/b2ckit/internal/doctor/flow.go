// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/jwks"
)

// flow has package jwks fetch a flow's metadata and keys, and notes what came of it.
func (d *doctor) flow(ctx context.Context, p *patient) {
	c := examination{authority: p.authority}
	err := p.cache.Refresh(ctx)
	c.metadata, c.asked = d.recorder.Of(p.authority.MetadataURL())
	c.set = p.cache.Current()
	if c.set == nil {
		c.failed, _ = errors.AsType[*jwks.FetchError](err)
		c.err = err
		if ctx.Err() != nil {
			c.failed, c.asked, c.err = nil, false, errors.New("the checks ended early")
		}
	}
	c.read()
	if c.set != nil {
		c.keys, _ = d.recorder.Of(c.document.jwksURI)
	} else if c.failed != nil && !c.ofMetadata() {
		c.keys, _ = d.recorder.Of(c.failed.URL)
	}
	p.found = []report.Finding{c.checkMetadata(), c.checkIssuer(), c.checkEndpoints(), c.checkKeys()}
	p.isMissing = c.isMissing()
	for i := range p.found {
		p.found[i].Flow, p.found[i].Host = name(p.authority), p.authority.Host()
	}
}
