// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

// FuzzParseDeviceAuthorization: what users are shown can be seen, and what is taken is
// what encoding/json reads.
func FuzzParseDeviceAuthorization(f *testing.F) {
	for _, s := range []string{
		`{"device_code":"d","user_code":"ABC-DEF","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,"message":"Go\nthere"}`,
		`{"device_code":"d","user_code":"A\u001b[2J","verification_uri":"x"}`, `{"device_code":"d","user_code":"A","verification_uri":"x","expires_in":"1e9","interval":-1}`, `{}`, `[]`, `{"device_code":"a","device_code":"b"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 8<<10 {
			return
		}
		got, err := tokenresponse.ParseDeviceAuthorization(body)
		if err != nil {
			if got != (tokenresponse.DeviceAuthorization{}) || len(err.Error()) > 200 {
				t.Fatalf("%q: got %+v, %v", body, got, err)
			}
			return
		}
		var members map[string]any
		if err := json.Unmarshal([]byte(body), &members); err != nil {
			t.Fatalf("%q is taken, but for encoding/json %v", body, err)
		}
		for name, text := range map[string]string{"device_code": got.DeviceCode, "user_code": got.UserCode, "verification_uri": got.VerificationURI} {
			if members[name] != text || text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Fatalf("%q: %s is %q", body, name, text)
			}
		}
		if strings.ContainsFunc(got.Message, func(r rune) bool { return !unicode.IsPrint(r) }) || len(got.Message) > 4<<10 {
			t.Fatalf("%q: got message %q", body, got.Message)
		}
		if got.Life <= 0 || got.Life > time.Hour || got.Interval < time.Second || got.Interval > time.Minute {
			t.Fatalf("%q: got %v and %v", body, got.Life, got.Interval)
		}
	})
}
