// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
	"github.com/b2ckit/b2ckit/validator"
)

// Form explains a token that was pasted into the dashboard of the emulator. It asks
// hosts on the internet alone, over https: whoever can have a browser send the form must
// not reach what listens in this network.
func Form(ctx context.Context, asked dashboard.RealToken) (string, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second, ControlContext: onlyPublic}
	transport := &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 5 * time.Second}
	defer transport.CloseIdleConnections()
	return explainForm(ctx, asked, transport)
}

func explainForm(ctx context.Context, asked dashboard.RealToken, transport http.RoundTripper) (string, error) {
	tenant, err := tenantOf(asked)
	if err != nil {
		return "", err
	}
	if len(asked.Flows) == 0 || len(asked.Flows) > maxFlows {
		return "", fmt.Errorf("name 1 to %d flows", maxFlows)
	}
	v, err := validator.New(tenant.Flows(asked.Flows...), asked.Audience, &validator.Options{
		Transport: transport, Logger: slog.New(slog.DiscardHandler), MemoryBytes: -1,
	})
	if err != nil {
		return "", err
	}
	defer v.Close()
	raw, note := Unwrap(asked.Token)
	answer := (&Explainer{Validator: v, Now: time.Now}).Explain(ctx, raw)
	answer.Note = note
	var text strings.Builder
	err = answer.WriteText(&cli.Streams{Out: &text})
	return text.String(), err
}

// maxFlows bounds the requests of one form.
const maxFlows = 10

// tenantOf returns the tenant at its host of b2clogin.com, or at the custom domain.
func tenantOf(asked dashboard.RealToken) (authority.Tenant, error) {
	if asked.Host == "" {
		return authority.B2C(asked.Tenant, asked.TenantID)
	}
	host := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(asked.Host, "https://"), "/"))
	name := strings.TrimRight(host, ".")
	_, err := netip.ParseAddr(name)
	if !isHost(host) || err == nil || !strings.Contains(name, ".") || strings.HasSuffix(name, ".localhost") || strings.Trim(name[strings.LastIndexByte(name, '.')+1:], "0123456789") == "" {
		return authority.Tenant{}, errors.New("the custom domain must be the name of a host on the internet, such as login.contoso.com")
	}
	return authority.NewTenant(asked.TenantID, []string{host}, nil)
}

// onlyPublic refuses to connect to addresses that are not of the internet, whatever name
// has led there, and to ports that are not those of https.
func onlyPublic(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if ip := to.Addr().Unmap(); !isPublic(ip) || to.Port() != 443 {
		return errors.New("the name leads to an address that is not of the internet")
	}
	return nil
}

// globalIPv6 is all that has been given out of IPv6 for the internet. What lies outside
// is of a site (fec0::/10) or carries an IPv4 address (::/96, 64:ff9b::/96), among others.
var globalIPv6 = netip.MustParsePrefix("2000::/3")

// notPublic are networks that count as global unicast and are not of the internet:
// carriers', protocols', tests', and those that carry an IPv4 address.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

func isPublic(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Is6() && !globalIPv6.Contains(ip) {
		return false
	}
	for _, net := range notPublic {
		if net.Contains(ip) {
			return false
		}
	}
	return true
}
