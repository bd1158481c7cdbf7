// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"net/http"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Adapter is an adapter under test.
type Adapter struct {
	// Router returns a new router of the adapter's framework that serves
	// exactly these routes, and has no other middleware than the adapter's,
	// with its default options. It is called many times.
	Router func(routes []Route) http.Handler

	// Mounted returns a new router that serves the metadata of these resources, each by
	// the adapter's Mount. If nil, that is not tested.
	Mounted func(resources ...*guard.Resource) http.Handler
}

// Route is a route to register.
type Route struct {
	// Method is the only method of this route. The same path may come again
	// with another one, HEAD and OPTIONS among them.
	Method string
	// Prefix is the path of the group that the route is in, such as "/admin".
	// If empty, the route is in no group.
	Prefix string
	// Group are the rules on the group, outermost first.
	Group []Rule
	// Path is the path within the group, such as "/tasks", without parameters.
	Path string
	// Rules are the rules on the route itself, outermost first.
	Rules []Rule
	// Handler is what the route does.
	Handler Handler
}

// Handler is what a route does. It gets the framework's ResponseWriter, the
// request as the framework has it behind the rules, and the token that the
// adapter's own accessor returns, nil if it returns none.
type Handler func(w http.ResponseWriter, r *http.Request, token *validator.Token)

// Rule is one use of the adapter's middleware: Optional(Guard,
// Requirements...) if Optional is set, and else Require(Guard,
// Requirements...).
type Rule struct {
	Guard        *guard.Guard
	Optional     bool
	Requirements []validator.Requirement
}
