// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
)

// documents are what a product publishes of a tenant, to be written as JSON.
type documents interface {
	metadata(m *model, c *call) any
	// keySet are the entries of a key set.
	keySet(k *keys, c *call) []any
}

// metadataHandler is the metadata endpoint of a tenant's flows.
type metadataHandler struct {
	model     *model
	documents documents
}

func (h metadataHandler) serve(w http.ResponseWriter, c *call) {
	answer.JSON(w, http.StatusOK, h.documents.metadata(h.model, c))
}

// keysHandler is the keys endpoint of a tenant's flows.
type keysHandler struct {
	keys      *keys
	documents documents
}

func (h keysHandler) serve(w http.ResponseWriter, c *call) {
	set := []any{}
	if !c.faulty(FaultEmptyKeys) {
		set = h.documents.keySet(h.keys, c)
	}
	if c.faulty(FaultOddKeys) {
		set = slices.Concat(odd(), set, odd())
	}
	answer.JSON(w, http.StatusOK, struct {
		Keys []any `json:"keys"`
	}{set})
}
