// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// The answers, to the byte. Their headers are in order of their names.
const (
	welcome = "200\nContent-Length: 11\nContent-Type: text/plain\n\nGET for ada"

	anonymous = "200\nContent-Length: 14\nContent-Type: text/plain\n\nGET for nobody"

	noCredential = `401
Cache-Control: no-store
Content-Length: 99
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api"

{"type":"about:blank","title":"Unauthorized","status":401,"detail":"An access token is required."}
`
	invalidRequest = `400
Cache-Control: no-store
Content-Length: 156
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="invalid_request", error_description="The request must carry exactly one well-formed access token."

{"type":"about:blank","title":"Bad Request","status":400,"detail":"The request must carry exactly one well-formed access token.","error":"invalid_request"}
`
	invalidToken = `401
Cache-Control: no-store
Content-Length: 143
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="invalid_token", error_description="The access token is not valid for this resource."

{"type":"about:blank","title":"Unauthorized","status":401,"detail":"The access token is not valid for this resource.","error":"invalid_token"}
`
	forbidden = `403
Cache-Control: no-store
Content-Length: 143
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request."

{"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}
`
	forbiddenScope = `403
Cache-Control: no-store
Content-Length: 143
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request.", scope="tasks.write"

{"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}
`
	forbiddenScopes = `403
Cache-Control: no-store
Content-Length: 143
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request.", scope="tasks.read tasks.write"

{"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}
`
	signInTooOld = `401
Cache-Control: no-store
Content-Length: 148
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent sign-in is required.", max_age="300"

{"type":"about:blank","title":"Unauthorized","status":401,"detail":"A more recent sign-in is required.","error":"insufficient_user_authentication"}
`
	insufficientClaims = `401
Cache-Control: no-store
Content-Length: 139
Content-Type: application/problem+json
Www-Authenticate: Bearer realm="api", error="insufficient_claims", error_description="A token with other claims is required.", claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19"

{"type":"about:blank","title":"Unauthorized","status":401,"detail":"A token with other claims is required.","error":"insufficient_claims"}
`
	unavailable = `503
Cache-Control: no-store
Content-Length: 128
Content-Type: application/problem+json
Retry-After: 1

{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The request could not be checked. Try again later."}
`
	unavailableFor2 = `503
Cache-Control: no-store
Content-Length: 128
Content-Type: application/problem+json
Retry-After: 2

{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The request could not be checked. Try again later."}
`
	noVerdict = `500
Cache-Control: no-store
Content-Length: 113
Content-Type: application/problem+json

{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"The request could not be checked."}
`
)

// row is one situation and its answer.
type row struct {
	name    string
	path    string
	headers []string
	want    string
}

func header(lines ...string) []string { return lines }

func bearer(token string) []string { return header("Authorization: Bearer " + token) }

// table is law 5 of the design, row by row.
var table = []row{
	{"good token", "/any", bearer(goodToken), welcome},
	{"lower case scheme", "/any", header("Authorization: bearer good"), welcome},
	{"mixed case scheme", "/any", header("authorization: bEaReR good"), welcome},
	{"several spaces", "/any", header("Authorization: Bearer   good"), welcome},
	{"requirements satisfied", "/satisfied", bearer(goodToken), welcome},

	{"no credential", "/any", nil, noCredential},
	{"empty header", "/any", header("Authorization: "), noCredential},
	{"basic", "/any", header("Authorization: Basic YTpi"), noCredential},
	{"basic with commas", "/any", header(`Authorization: Digest username="a", realm="b"`), noCredential},
	{"no scheme", "/any", header("Authorization: eyJhbGciOiJSUzI1NiJ9.e30.AAAA"), noCredential},
	{"scheme that begins like bearer", "/any", header("Authorization: Bearers good"), noCredential},
	{"token in the query", "/any?access_token=good", nil, noCredential},
	{"cookie and subprotocol not asked for", "/any", header("Cookie: token=good", "Sec-WebSocket-Protocol: bearer, good"), noCredential},

	{"two headers", "/any", header("Authorization: Bearer good", "Authorization: Bearer good"), invalidRequest},
	{"two schemes", "/any", header("Authorization: Basic YTpi", "Authorization: Bearer good"), invalidRequest},
	{"list of tokens", "/any", header("Authorization: Bearer good, Bearer good"), invalidRequest},
	{"list without space", "/any", header("Authorization: Bearer good,good"), invalidRequest},
	{"list that begins with another scheme", "/any", header("Authorization: Basic YTpi, Bearer good"), invalidRequest},
	{"list of schemes", "/any", header("Authorization: Bearer,Bearer good"), invalidRequest},
	{"bearer alone", "/any", header("Authorization: Bearer"), invalidRequest},
	{"bearer and space", "/any", header("Authorization: Bearer "), invalidRequest},
	{"bearer and spaces", "/any", header("Authorization: Bearer    "), invalidRequest},
	{"two empty headers", "/any", header("Authorization: ", "Authorization: "), invalidRequest},
	{"empty header and a token", "/any", header("Authorization: ", "Authorization: Bearer good"), invalidRequest},
	{"tab", "/any", header("Authorization: Bearer\tgood"), invalidRequest},
	{"tab behind the space", "/any", header("Authorization: Bearer \tgood"), invalidRequest},
	{"text behind the token", "/any", header("Authorization: Bearer good bad"), invalidRequest},
	{"quoted token", "/any", header(`Authorization: Bearer "good"`), invalidRequest},
	{"padding alone", "/any", header("Authorization: Bearer =="), invalidRequest},
	{"padding inside", "/any", header("Authorization: Bearer go=od"), invalidRequest},
	{"not ASCII", "/any", header("Authorization: Bearer g\u00f6\u00f6d"), invalidRequest},
	{"no-break space", "/any", header("Authorization: Bearer\u00a0good"), invalidRequest},

	{"refused token", "/any", bearer("bad"), invalidToken},
	{"padded token", "/any", bearer("good="), invalidToken},
	{"expired token", "/any", bearer(expiredToken), invalidToken},
	{"refused token where a scope is wanted", "/scope", bearer("bad"), invalidToken},

	{"scope", "/scope", bearer(goodToken), forbiddenScope},
	{"scopes", "/scopes", bearer(goodToken), forbiddenScopes},
	{"scope or role", "/scope-or-role", bearer(goodToken), forbiddenScope},
	{"role", "/role", bearer(goodToken), forbidden},
	{"flow", "/flow", bearer(goodToken), forbidden},
	{"client", "/client", bearer(goodToken), forbidden},
	{"claim", "/claim", bearer(goodToken), forbidden},
	{"own function", "/func", bearer(goodToken), forbidden},
	{"sign-in too old", "/fresh", bearer(goodToken), signInTooOld},

	{"authentication context", "/context", bearer(capableToken), insufficientClaims},
	{"authentication context, of a client that knows none", "/context", bearer(goodToken), forbidden},
	{"authentication context that there is", "/context-2", bearer(capableToken), welcome},

	{"outage", "/any", bearer(outageToken), unavailableFor2},
	{"outage of unknown length", "/any", bearer(blinkToken), unavailable},
	{"outage where a scope is wanted", "/scope", bearer(blinkToken), unavailable},
	{"the validator gave up", "/any", bearer(canceledToken), unavailable},
	{"deadline", "/any", bearer(deadlineToken), unavailable},
	{"broken validator", "/any", bearer(brokenToken), unavailable},
	{"validator without verdict", "/any", bearer(nothingToken), noVerdict},
}

// tableRoutes are the routes of the table.
func tableRoutes() []Route {
	g, _ := newGuard(nil)
	wants := func(reqs ...validator.Requirement) Rule { return Rule{Guard: g, Requirements: reqs} }
	return []Route{
		get("/any", wants()),
		get("/satisfied", wants(validator.Scope("tasks.read"), validator.Flow("b2c_1_SUSI"), validator.Client("bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"))),
		get("/scope", wants(validator.Scope("tasks.read"), validator.Scope("tasks.write"))),
		get("/scopes", wants(validator.Scope("tasks.read", "tasks.write"))),
		get("/scope-or-role", wants(validator.ScopeOrRole("tasks.write", "admin"))),
		get("/role", wants(validator.Role("admin"))),
		get("/flow", wants(validator.Flow("B2C_1_edit"))),
		get("/client", wants(validator.Client("eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"))),
		get("/claim", wants(validator.Claim("plan", "gold"))),
		get("/func", wants(validator.Func("closed", func(*validator.Token) error { return errors.New(secret) }))),
		get("/fresh", wants(validator.SignedInWithin(5*time.Minute))),
		get("/context", wants(validator.AuthContext("c1"))),
		get("/context-2", wants(validator.AuthContext("c2"))),
	}
}

func testAnswers(t *testing.T, adapter Adapter) {
	h := adapter.Router(tableRoutes())
	addr := listen(t, h)
	for _, row := range table {
		t.Run(row.name, func(t *testing.T) {
			both(t, h, addr, request{http.MethodGet, row.path, row.headers}, row.want)
		})
	}
}
