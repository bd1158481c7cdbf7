// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
)

// Extractor looks for a token in another place than the Authorization
// header. It returns "" if there is none, and an error, answered with 400,
// if what is there is not one token. The error must not contain the token.
//
// It must not look into the body, which belongs to the handler, and should
// not look into the URL, which ends up in logs and histories (RFC 9700
// section 4.3.2). It must be safe for concurrent use.
type Extractor func(req *http.Request) (token string, err error)

// Cookie looks for the token in the cookie of this name. An empty cookie
// counts as none; two of the name, or a malformed one, are an error.
//
// Browsers send cookies along with requests that other sites cause, so a
// guard with this extractor needs protection against that, such as
// [http.CrossOriginProtection].
//
// It panics if the name can't be the name of a cookie.
func Cookie(name string) Extractor {
	if !isToken(name) {
		panic(fmt.Sprintf("guard: Cookie(%q): not the name of a cookie", name))
	}
	return func(req *http.Request) (string, error) {
		cookies, sent := req.CookiesNamed(name), timesSent(req.Header["Cookie"], name)
		switch {
		case sent > 1:
			return "", errors.New("several cookies of the name")
		case len(cookies) < sent: // net/http leaves out what is malformed
			return "", errors.New("the cookie's value is malformed")
		case sent == 0:
			return "", nil
		}
		return cookies[0].Value, nil
	}
}

// timesSent counts the cookies of a name, well-formed or not.
func timesSent(values []string, name string) (n int) {
	for _, value := range values {
		for pair := range strings.SplitSeq(value, ";") {
			if got, _, _ := strings.Cut(pair, "="); textproto.TrimString(got) == name {
				n++
			}
		}
	}
	return n
}

// WebSocketProtocol looks for the token in the Sec-WebSocket-Protocol header
// of a WebSocket handshake, right behind this marker, because a browser's
// WebSocket can set no other header:
//
//	new WebSocket(url, ["b2ckit.bearer", token])
//
// Choose a marker of your own. The handler must select the marker, or another
// subprotocol that was offered, and never the token, when it upgrades. On
// requests that are no handshake (RFC 6455 section 4.2.1) the header is not
// looked at.
//
// It panics if the marker can't be a subprotocol.
func WebSocketProtocol(marker string) Extractor {
	if !isToken(marker) {
		panic(fmt.Sprintf("guard: WebSocketProtocol(%q): not the name of a subprotocol", marker))
	}
	return func(req *http.Request) (string, error) {
		if !isWebSocketHandshake(req) {
			return "", nil
		}
		token, next, found := "", false, false
		for _, value := range req.Header["Sec-Websocket-Protocol"] {
			for elem := range strings.SplitSeq(value, ",") {
				elem = strings.Trim(elem, " \t")
				switch {
				case next:
					token, next = elem, false
				case elem != marker:
				case found:
					return "", errors.New("the subprotocol that marks the token is there twice")
				default:
					next, found = true, true
				}
			}
		}
		if found && token == "" {
			return "", errors.New("no token follows the subprotocol that marks it")
		}
		return token, nil
	}
}

// isWebSocketHandshake reports whether an upgrader would take the request: the
// opening handshake of RFC 6455 section 4.2.1 over HTTP/1.1.
func isWebSocketHandshake(req *http.Request) bool {
	return req.Method == http.MethodGet &&
		req.ProtoMajor == 1 && req.ProtoMinor >= 1 &&
		hasElement(req.Header["Connection"], "upgrade") &&
		hasElement(req.Header["Upgrade"], "websocket") &&
		req.Header.Get("Sec-Websocket-Version") == "13" &&
		req.Header.Get("Sec-Websocket-Key") != ""
}

// hasElement reports whether a list-based header has the element, in any case.
func hasElement(values []string, want string) bool {
	for _, value := range values {
		for elem := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.Trim(elem, " \t"), want) {
				return true
			}
		}
	}
	return false
}
