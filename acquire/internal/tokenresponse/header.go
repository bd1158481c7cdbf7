// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse

import (
	"mime"
	"net/http"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
	"github.com/b2ckit/b2ckit/acquire/internal/redact"
)

// known are the header fields that tell something about a refusal, and how each
// is written anew; "" leaves it out.
var known = map[string]func(value string) string{
	"Content-Type": mediaType,
	"Date":         date,
	"Retry-After":  secondsOrDate,
	// By these Microsoft's support finds the request.
	"X-Azure-Ref":            reference,
	"X-Ms-Gateway-Requestid": reference,
	"X-Ms-Request-Id":        reference,
}

// Header returns the fields of a refusal's header that are known, but for
// those that repeat a secret.
func Header(h http.Header, secrets redact.Secrets) http.Header {
	kept := http.Header{}
	for name, write := range known {
		value := write(h.Get(name))
		if value != "" && secrets.Text(value) == value {
			kept.Set(name, value)
		}
	}
	return kept
}

func mediaType(value string) string {
	parsed, _, err := mime.ParseMediaType(value)
	if err != nil {
		return ""
	}
	return parsed
}

func date(value string) string {
	at, err := http.ParseTime(value)
	if err != nil {
		return ""
	}
	return at.UTC().Format(http.TimeFormat)
}

var (
	secondsPattern   = lazy.Regexp(`^\d{1,10}(\.\d{1,10})?$`)
	referencePattern = lazy.Regexp(`^[A-Za-z0-9+/=_.:-]{1,100}$`)
)

func secondsOrDate(value string) string {
	if secondsPattern().MatchString(value) {
		return value
	}
	return date(value)
}

func reference(value string) string { return referencePattern().FindString(value) }
