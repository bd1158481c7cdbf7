// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

// demand is what a caller that waits for a fetch wants of it.
type demand struct {
	issuer bool // metadata must be fetched: it may name another issuer by now
	token  bool // on behalf of a token, and counts among what those may cause
	told   bool // it had news, and what it wants is not in there
}

// cause returns what starts a fetch for the demand, by whether there are usable keys,
// the last attempt has failed, and there ever were any.
func (d demand) cause(usable, failing, had bool) Cause {
	switch {
	case usable && d.issuer:
		return CauseIssuer
	case usable:
		return CauseUnknownKey
	case failing:
		return CauseRetry
	case !d.token:
		return CauseRequested
	case had:
		return CauseLapsed
	}
	return CauseFirstUse
}

// backgroundCause returns what starts a fetch that nobody waits for.
func backgroundCause(failing, had bool) Cause {
	switch {
	case failing:
		return CauseRetry
	case !had: // the token that wanted keys had to be sent away
		return CauseFirstUse
	}
	return CauseRefresh
}
