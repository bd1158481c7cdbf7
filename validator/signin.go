// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// Flow asks that the token come from one of the named flows, for routes that
// take fewer flows than the validator trusts. A token that names no flow
// never passes.
func Flow(names ...string) Requirement {
	if err := checkNames("Flow", names, authority.CheckFlow); err != nil {
		return Requirement{err: err}
	}
	names = slices.Clone(names)
	named := func(flow string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return authority.SameFlow(n, flow) })
	}
	check := func(_ context.Context, t *Token) *Error {
		switch {
		case named(t.Flow):
			return nil
		case t.Flow == "":
			return refuse(ErrFlowRequired, "tfp", "the token names no flow; needed is one of %s", list(names))
		}
		return refuse(ErrFlowRequired, "tfp", "the token is of flow %s; needed is one of %s", foreign.Name(t.Flow), list(names))
	}
	return Requirement{text: call("Flow", names), check: check, flows: names, obstacle: func(i issuance) *obstacle {
		if named(i.authority.Flow()) && i.subject != ofApp { // whose token names none
			return nil
		}
		return &obstacle{part: call("Flow", names)}
	}}
}

// Client asks that the token was issued to one of the named client ids (azp).
func Client(ids ...string) Requirement {
	if err := checkNames("Client", ids, checkGUID); err != nil {
		return Requirement{err: err}
	}
	ids = foldGUIDs(ids)
	check := func(_ context.Context, t *Token) *Error {
		if slices.Contains(ids, t.ClientID) {
			return nil
		}
		return refuse(ErrClientRequired, "azp", "the token was issued to client %s, which may not come here", foreign.Name(t.ClientID))
	}
	return Requirement{text: call("Client", ids), check: check, clients: ids, obstacle: func(i issuance) *obstacle {
		if slices.Contains(ids, i.client) {
			return nil
		}
		return &obstacle{part: call("Client", ids)}
	}}
}

// SignedInWithin asks that the user signed in no longer than d ago, by the
// auth_time claim (RFC 9470). A token does not pass without auth_time, with one
// that is no number, and with one that lies in the future beyond the leeway.
func SignedInWithin(d time.Duration) Requirement {
	if d < time.Second {
		return Requirement{err: fmt.Errorf("validator: SignedInWithin(%v): want at least one second", d)}
	}
	return Requirement{
		text:  fmt.Sprintf("SignedInWithin(%v)", d),
		check: func(_ context.Context, t *Token) *Error { return t.wallClock().checkSignIn(t.AuthTime, d, 0) },
	}
}
