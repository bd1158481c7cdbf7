// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"strings"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// OpenIDProvider returns the authority of any other provider of OpenID Connect,
// by its issuer. Metadata is found as OpenID Connect Discovery section 4 has it:
// at the issuer and /.well-known/openid-configuration; it has to name that very
// issuer. The algorithms are those that the provider signs with, at least one:
// a token or key of another is refused, whatever metadata says.
//
// Microsoft's own have constructors that know more of them, and are an error
// here: [B2C], [ExternalID], [Entra] and [EntraMultiTenant].
//
// The error tells all that is wrong, a line each.
func OpenIDProvider(issuer string, algs ...Algorithm) (Authority, error) {
	set, errs := parseAlgorithms(algs)
	o, err := parseIssuer(issuer)
	if err := errors.Join(append([]error{err}, errs...)...); err != nil {
		return Authority{}, err
	}
	a := Authority{kind: OpenIDConnect, origin: o, algs: set}
	return a.with(func(p *particulars) { p.issuer = issuer }), nil
}

// parseIssuer checks an issuer identifier (OpenID Connect Discovery section 3),
// which is compared byte for byte ever after.
func parseIssuer(issuer string) (origin.Origin, error) {
	fail := func(problem string) (origin.Origin, error) {
		return origin.Origin{}, fieldError("issuer", issuer, problem)
	}
	scheme, rest, isURL := strings.Cut(issuer, "://")
	host, path, _ := strings.Cut(rest, "/")
	switch {
	case issuer == "":
		return origin.Origin{}, errors.New("authority: issuer: empty; want the provider's issuer, such as https://accounts.example.com")
	case len(issuer) > 2048:
		return origin.Origin{}, errors.New("authority: issuer: longer than 2048 bytes")
	case strings.Contains(issuer, "@"):
		// No error may quote a password.
		return origin.Origin{}, errors.New("authority: issuer: holds an @, so perhaps a user name or password; remove it")
	case strings.ContainsFunc(issuer, notInURL):
		return fail("holds a character that does not belong in a URL")
	case !isURL || scheme != "https" && scheme != "http":
		return fail("is not an absolute URL; it starts with https://")
	case strings.ContainsAny(issuer, "?#"):
		return fail("has a query or fragment, which no issuer has")
	case strings.HasSuffix(issuer, metadataSuffix):
		return fail("is the address of the metadata; want the issuer that stands in it")
	case strings.ContainsAny(path, "%{}<>\"^`|"):
		return fail("holds an escape, a placeholder or what has to be escaped; want the issuer as tokens name it")
	}
	o, err := parseHost(scheme + "://" + host)
	if err != nil {
		return fail(strings.TrimPrefix(err.Error(), "authority: host: "))
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return fail("has a path with a dot segment")
		}
	}
	if problem := OpenIDConnect.wrongHost(o.Hostname(), ""); problem != "" {
		return fail(problem)
	}
	return o, nil
}
