// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"context"

	"go.opentelemetry.io/otel/metric"

	"github.com/b2ckit/b2ckit/authority"
)

// accepted counts the accepted tokens of one kind by whose they are. It is no
// attribute of the histogram, which would have all its buckets for each authority.
type accepted struct {
	counter   metric.Int64Counter
	authority *table[authority.Authority]
	product   *table[authority.Kind] // of authorities beyond the first maxSeries
}

func newAccepted(kind string, counter metric.Int64Counter) *accepted {
	product := func(k authority.Kind) *series {
		return newSeries(tokenKindKey.String(kind), productKey.String(products[k]))
	}
	return &accepted{counter, newTable(func(a authority.Authority) *series {
		return newSeries(append(product(a.Kind()).attrs, authorityKey.String(a.ID()))...)
	}), newTable(product)}
}

// add counts a token of an authority. With very many authorities the last ones to come
// are counted by their product alone.
func (c *accepted) add(ctx context.Context, a authority.Authority) {
	s := c.authority.of(a)
	if s == c.authority.rest {
		s = c.product.of(a.Kind())
	}
	c.counter.Add(ctx, 1, s.add...)
}

// products are the values of b2ckit.product.
var products = map[authority.Kind]string{
	authority.AzureADB2C:      "b2c",
	authority.EntraExternalID: "external_id",
	authority.EntraID:         "entra_id",
	authority.OpenIDConnect:   "openid",
}
