// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse

import (
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const (
	maxCodes  = 8       // of error_codes; there is nearly always one
	maxList   = 1 << 10 // bytes
	maxCode   = 1 << 30 // their numbers have up to eight digits
	maxClaims = 4 << 10 // bytes
)

var subErrorPattern = lazy.Regexp(`^[a-z][a-z0-9_]{0,63}$`)

// readMembers reads what External ID and Entra send beside the description:
// suberror, error_codes, trace_id, correlation_id and claims, in this order. What
// is none of that is passed over. What the description tells too is its.
func (r *Refusal) readMembers(members []strictjson.Value, secrets redact.Secrets) {
	text := func(i int) string {
		s, _ := members[i].String()
		if secrets.Text(s) != s {
			return ""
		}
		return s
	}
	r.SubError = subErrorPattern().FindString(text(0))
	r.Codes = codes(members[1])
	if r.Code == "" && len(r.Codes) > 0 {
		r.Code = "AADSTS" + strconv.Itoa(r.Codes[0])
	}
	if id := text(2); r.TraceID == "" && guid.Is(id) {
		r.TraceID = strings.ToLower(id)
	}
	if id := text(3); r.CorrelationID == "" && guid.Is(id) {
		r.CorrelationID = strings.ToLower(id)
	}
	if claims := text(4); len(claims) <= maxClaims && isObject(claims) {
		r.Claims = claims
	}
}

// codes reads whole numbers, or strings of them.
func codes(list strictjson.Value) []int {
	if len(list) > maxList {
		return nil
	}
	elements, _ := list.Elements()
	var all []int
	for _, e := range elements[:min(len(elements), maxCodes)] {
		if n := number(e); n >= 1 && n < maxCode && n == float64(int(n)) {
			all = append(all, int(n))
		}
	}
	return all
}

func isObject(text string) bool {
	_, err := strictjson.Members(text)
	return err == nil
}
