// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse

import (
	"errors"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const (
	maxDeviceLife         = time.Hour
	defaultDeviceLife     = 15 * time.Minute
	defaultDeviceInterval = 5 * time.Second // RFC 8628 section 3.2
	maxDeviceInterval     = time.Minute

	maxUserCode        = 64
	maxVerificationURI = 1 << 10
)

// DeviceAuthorization is a response of a device authorization endpoint (RFC 8628
// section 3.2). All but DeviceCode is for the user to see, and fit for that.
type DeviceAuthorization struct {
	DeviceCode      string
	UserCode        string
	VerificationURI string // as it came, without characters that can't be seen
	Message         string // "" if there was none
	Life, Interval  time.Duration
}

// ParseDeviceAuthorization reads a response. The error quotes nothing of it.
func ParseDeviceAuthorization(body string) (DeviceAuthorization, error) {
	m, err := strictjson.Members(body, "device_code", "user_code", "verification_uri", "message", "expires_in", "interval")
	if err != nil {
		return DeviceAuthorization{}, errors.New("the device authorization endpoint's answer is not JSON; is a proxy in the way?")
	}
	var d DeviceAuthorization
	d.DeviceCode, _ = m[0].String()
	d.UserCode, _ = m[1].String()
	d.VerificationURI, _ = m[2].String()
	message, _ := m[3].String()
	if !IsHeaderValue(d.DeviceCode) || !IsHeaderValue(d.UserCode) || !IsHeaderValue(d.VerificationURI) ||
		len(d.UserCode) > maxUserCode || len(d.VerificationURI) > maxVerificationURI {
		return DeviceAuthorization{}, errors.New("the device authorization endpoint's answer lacks device_code, user_code or verification_uri, or one of them is none")
	}
	d.Message = foreign.Text(strings.TrimSpace(message))
	d.Life = life(number(m[4]), defaultDeviceLife, maxDeviceLife)
	d.Interval = max(time.Second, life(number(m[5]), defaultDeviceInterval, maxDeviceInterval))
	return d, nil
}
