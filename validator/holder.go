// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import "errors"

// Holder is who presented a token, for an operator. Its fields come from a
// token whose signature was verified and which may be refused all the same, so
// they open nothing. Signed does not mean harmless either: a policy may let
// users choose what stands in a claim, so escape them before they are shown.
type Holder struct {
	// ClientID is the azp claim: the application the token was issued to.
	ClientID string
	// UserID is what [Token.UserID] returns, empty if that fails. Of a token that was
	// refused it is the object id, or where a subject identifies a user, else that.
	UserID string
	// Flow is the user flow or custom policy that the token names.
	Flow string
}

// userID returns what identifies the user within the tenant.
func userID(objectID, subject string) (string, error) {
	switch {
	case objectID != "":
		return objectID, nil
	case subject != "":
		return subject, nil
	}
	return "", errors.New(`validator: the token has neither oid nor sub; add "User's Object ID" to the flow's application claims`)
}

// holderOf returns the holder, nil if nothing is known of one.
func holderOf(clientID, objectID, subject, flow string) *Holder {
	id, _ := userID(objectID, subject)
	h := Holder{ClientID: clientID, UserID: id, Flow: flow}
	if h == (Holder{}) {
		return nil
	}
	return &h
}
