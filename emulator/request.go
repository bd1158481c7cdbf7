// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/url"
	"time"
)

// Request is what a tenant remembers of a request it has answered, without any
// secret. The tags of its fields are their names in the control API.
type Request struct {
	// Number counts from 1, in the order in which requests ended.
	Number int `json:"number"`

	// At is when it arrived by the tenant's clock, and Took how long the answer
	// took by the machine's.
	At   time.Time     `json:"at"`
	Took time.Duration `json:"took"`

	// Endpoint is what it asked for, and Flow the name of the flow as
	// configured; "" if there is no such thing.
	Endpoint Endpoint `json:"endpoint,omitempty"`
	Flow     string   `json:"flow,omitempty"`

	// Method, Host and Path are as sent, but cut if they are very long; the path
	// is without the query.
	Method string `json:"method"`
	Host   string `json:"host"`
	Path   string `json:"path"`

	// Parameters are those of the query, and for the token endpoint those of the
	// form. The values of secrets are replaced by "…": client_secret, password,
	// code, code_verifier, refresh_token, client_assertion, assertion, and
	// id_token_hint, a code_challenge that is the verifier, and in any parameter
	// what looks like a token. The forms of pages aren't kept, and of very many
	// or very long parameters not all.
	Parameters url.Values `json:"parameters,omitempty"`

	// ClientID is the client, however it was sent; "" if it sent none.
	ClientID string `json:"clientId,omitempty"`

	// Status is the HTTP status of the answer; 0 if there was none.
	Status int `json:"status"`

	// Error is what the error description of the answer begins with, such as
	// "AADB2C90225"; "" for an answer without an error.
	Error string `json:"error,omitempty"`

	// Faults are the faults that came over it.
	Faults []FaultKind `json:"faults,omitempty"`
}
