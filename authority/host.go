// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// parseHost reads "host", "host:port" or "scheme://host:port". What can't be a
// service's origin is no host of a tenant, nor is a name without a domain.
func parseHost(s string) (origin.Origin, error) {
	fail := func(problem string) (origin.Origin, error) {
		return origin.Origin{}, fieldError("host", s, problem)
	}
	scheme, host, ok := strings.Cut(FoldFlow(s), "://") // ASCII alone: Unicode would fold the Kelvin sign to k
	if host = strings.TrimSuffix(host, "/"); !ok {
		scheme, host = "https", scheme
	}
	switch {
	case scheme != "https" && scheme != "http":
		return fail("must be https")
	case host == "" || host[0] == ':':
		return fail("is empty")
	case strings.Contains(host, "/"):
		return fail("has a path; want the host alone")
	}
	o, err := origin.Read(scheme, host)
	switch {
	case err != nil:
		return fail(err.Error())
	case !o.IsAddress() && o.Hostname() != "localhost" && !isDomain(o.Hostname()):
		return fail("is not a host name")
	case scheme == "http" && !o.IsLoopback():
		return fail("must be https; plain http is for loopback only")
	}
	return o, nil
}

func parseHosts(hosts []string) ([]origin.Origin, error) {
	if len(hosts) == 0 {
		return nil, errors.New("authority: hosts: empty; name at least one host, such as contoso.b2clogin.com")
	}
	var origins []origin.Origin
	var errs []error
	for _, h := range hosts {
		o, err := parseHost(h)
		if err == nil && slices.Contains(origins, o) {
			err = fieldError("hosts", h, "named twice")
		}
		errs = append(errs, err)
		origins = append(origins, o)
	}
	return origins, errors.Join(errs...)
}
