// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

// CheckName names one step of a validation. The list is closed, and the words are
// stable.
type CheckName string

// The checks, in the order in which they are made.
const (
	// CheckForm: it is a JWS of three parts, with a header of JSON (RFC 7515).
	CheckForm CheckName = "form"
	// CheckHeader: its members can be accepted, alg and kid above all.
	CheckHeader CheckName = "header"
	// CheckKey: a trusted authority has published a key of that id.
	CheckKey CheckName = "key"
	// CheckSignature: that key has signed the token.
	CheckSignature CheckName = "signature"
	// CheckClaims: the claims can be read, and are of the right types.
	CheckClaims CheckName = "claims"
	// CheckIssuer: some trusted authority may have issued it.
	CheckIssuer CheckName = "issuer"
	// CheckAudience: it is for here.
	CheckAudience CheckName = "audience"
	// CheckTime: it is good now.
	CheckTime CheckName = "time"
	// CheckKind: it is an access token.
	CheckKind CheckName = "kind"
	// CheckFlow: it is of a trusted flow.
	CheckFlow CheckName = "flow"
	// CheckClient: it was issued to a client that is accepted.
	CheckClient CheckName = "client"
	// CheckAuthority: issuer, flow, audience and key are those of one authority.
	CheckAuthority CheckName = "authority"
	// CheckRequirement: it has what is asked of it beyond that.
	CheckRequirement CheckName = "requirement"
)

// checkOfForm tells which of the two failed that come before the signature.
func checkOfForm(e *Error) CheckName {
	if e.Reason == ErrAlgorithm || e.Reason == ErrHeader || e.Reason == ErrNotIDToken {
		return CheckHeader
	}
	return CheckForm
}

// checkOfKey tells which of the two failed that need a key.
func checkOfKey(e *Error) CheckName {
	if e.Reason == ErrSignature {
		return CheckSignature
	}
	return CheckKey
}
