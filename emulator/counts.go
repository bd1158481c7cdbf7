// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"sync/atomic"
)

// Counts is the number of requests a tenant has received, by what they asked
// for. An intercepted request counts like any other.
type Counts struct {
	Metadata  int // OpenID Connect metadata of a flow
	Keys      int // key set of a flow
	Authorize int // authorize endpoint, whatever it answered
	Token     int // token endpoint, whatever it answered
	Logout    int // logout endpoint, whatever it answered
	Pages     int // pages between the authorize endpoint and its answer
	UserInfo  int // UserInfo endpoint, whatever it answered
	Device    int // where device codes are handed out, and where they are typed
	NotFound  int // unknown host, tenant, flow or path
}

// counts are those of a tenant, which requests under way may change.
type counts struct{ metadata, keys, authorize, token, logout, pages, userInfo, device, notFound atomic.Int64 }

func (c *counts) get() Counts {
	return Counts{
		Metadata:  int(c.metadata.Load()),
		Keys:      int(c.keys.Load()),
		Authorize: int(c.authorize.Load()),
		Token:     int(c.token.Load()),
		Logout:    int(c.logout.Load()),
		Pages:     int(c.pages.Load()),
		UserInfo:  int(c.userInfo.Load()),
		Device:    int(c.device.Load()),
		NotFound:  int(c.notFound.Load()),
	}
}

func (c *counts) reset() {
	for _, n := range []*atomic.Int64{&c.metadata, &c.keys, &c.authorize, &c.token, &c.logout, &c.pages, &c.userInfo, &c.device, &c.notFound} {
		n.Store(0)
	}
}

// add counts a request.
func (c *counts) add(to Endpoint) {
	switch to {
	case MetadataEndpoint:
		c.metadata.Add(1)
	case KeysEndpoint:
		c.keys.Add(1)
	case AuthorizeEndpoint:
		c.authorize.Add(1)
	case TokenEndpoint:
		c.token.Add(1)
	case LogoutEndpoint:
		c.logout.Add(1)
	case PagesEndpoint:
		c.pages.Add(1)
	case UserInfoEndpoint:
		c.userInfo.Add(1)
	case DeviceCodeEndpoint, DevicePageEndpoint:
		c.device.Add(1)
	default:
		c.notFound.Add(1)
	}
}
