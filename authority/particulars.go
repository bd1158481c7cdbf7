// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

// particulars are what an authority may have besides where it is. They stand
// behind one word, since each token has an Authority and asks for none of them, and
// a canonical one, so that authorities compare with ==.
type particulars struct {
	audiences   string // joined, "" if not named
	appID       string // of the metadata URL's ?appid=
	userIDClaim string
	tenants     string // the allow-list, joined; "" unless there are several
	issuer      string // an OpenID Connect provider's
}
