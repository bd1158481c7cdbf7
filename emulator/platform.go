// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// platform is the Microsoft identity platform: what External ID and Entra ID have
// in common. Their tenants have one flow, without a name, which no URL shows.
type platform struct{}

func (platform) flows() []Flow { return []Flow{{}} }

// fill has refresh tokens live for 90 days, without an end to refreshing them.
func (platform) fill(f *Flow) {
	f.KeyContainer = TenantKeys
	if f.RefreshLifetime == 0 {
		f.RefreshLifetime = 90 * 24 * time.Hour
	}
	if f.RefreshWindow == 0 {
		f.RefreshWindow = 100 * 365 * 24 * time.Hour
	}
}

func (platform) path(of names, flow string) string {
	if flow == "" {
		return "/" + of.id
	}
	return "/" + of.id + "/" + flow
}

// firstOf returns the first segment of a path.
func firstOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

func (platform) header(key *Key, o *order) jose.Object { return o.platformHeader(key) }

func (platform) claims(o *order, now time.Time) jose.Object { return o.platformClaims(now) }

// granted adds the nonce to ID tokens alone. Who a user is to all apps, a client
// learns if it has asked for the scope profile.
func (platform) granted(kind Kind, g *grant, claims map[string]any) {
	if kind == IDToken {
		g.addNonce(claims)
		if g.scope.email && len(g.user.Emails) > 0 {
			claims["email"] = g.user.Emails[0]
		}
	}
	if !g.scope.profile {
		for _, name := range []string{"name", "oid", "preferred_username", "tid"} {
			claims[name] = Absent
		}
	}
}

// sign makes the signature of Microsoft Graph's tokens one that nobody else can
// verify.
func (platform) sign(key *Key, o *order) func([]byte) []byte {
	if !o.isGraph() {
		return key.Sign
	}
	return func(input []byte) []byte {
		return key.Sign(append([]byte("Microsoft Graph alone knows how. "), input...))
	}
}

func (platform) authorization(m *model, to route, q url.Values) (*authorization, *failure.Error) {
	return readPlatformAuthorization(m, to, q)
}

func (platform) scope(m *model, client *App, text string) (scope, *failure.Error) {
	return platformScope(m, client, text)
}

func (platform) tokens(h *tokenHandler) func(http.ResponseWriter, *call) {
	return newPlatformTokens(h).serve
}

// ownWords are what the platform says where what all products have in common says
// B2C's.
var ownWords = map[string]*failure.Error{
	aadb2c.Internal.Code:          aadsts.Internal,
	aadb2c.Throttled.Code:         aadsts.Throttled,
	aadb2c.StalePage.Code:         aadsts.StalePage,
	aadb2c.Cancelled.Code:         aadsts.Cancelled,
	aadb2c.ProviderCancelled.Code: aadsts.Cancelled,
	aadb2c.ForgotPassword.Code:    aadsts.Cancelled,
	aadb2c.NoUser.Code:            aadsts.NoUser,
	aadb2c.NoSession.Code:         aadsts.NoSession,
	aadb2c.UnknownGrant.Code:      aadsts.UnknownCode,
	aadb2c.GrantExpired.Code:      aadsts.ExpiredCode,
	aadb2c.GrantRevoked.Code:      aadsts.RevokedRefresh,
	aadb2c.AccountGone.Code:       aadsts.NoUser,
	aadb2c.GrantClient.Code:       aadsts.UnknownCode,
	aadb2c.GrantRedirectURI.Code:  aadsts.RedirectMismatch,
	aadb2c.MalformedVerifier.Code: aadsts.NoVerifier,
	aadb2c.WrongVerifier.Code:     aadsts.WrongVerifier,

	aadb2c.MissingParameter.Code: aadsts.MissingParameter,
	aadb2c.ResponseType.Code:     aadsts.ResponseType,
	aadb2c.ResponseMode.Code:     aadsts.ResponseMode,
	aadb2c.NoImplicit.Code:       aadsts.NoImplicit,
	aadb2c.NoChallenge.Code:      aadsts.NoChallenge,
	aadb2c.ChallengeMethod.Code:  aadsts.BadChallenge,
	aadb2c.Prompt.Code:           aadsts.BadRequest,
	aadb2c.MaxAge.Code:           aadsts.BadRequest,

	aadb2c.RedirectURI.Code:   aadsts.RedirectURI,
	aadb2c.LogoutURI.Code:     aadsts.RedirectURI,
	aadb2c.HintExpired.Code:   aadsts.BadHint,
	aadb2c.HintAudience.Code:  aadsts.BadHint,
	aadb2c.HintIssuer.Code:    aadsts.BadHint,
	aadb2c.HintSignature.Code: aadsts.BadHint,
	aadb2c.HintForm.Code:      aadsts.BadHint,
}

// own keeps the text where that of the platform would want words filled in.
func (platform) own(e *failure.Error) *failure.Error {
	own := ownWords[e.Code]
	switch {
	case own == nil:
		return e
	case strings.Contains(own.Text, "%s"):
		filled := *own
		filled.Text = e.Text
		return &filled
	}
	return own
}

// atAuthorize are OAuth's codes where those of the token endpoint aren't known.
var atAuthorize = map[string]string{
	aadsts.NoConsent.Code:   "consent_required",
	aadsts.NotAssigned.Code: "access_denied",
	aadsts.NoUser.Code:      "access_denied",
}

func (platform) parameters(e *failure.Error, at time.Time) []answer.Parameter {
	told := aadsts.Tell(e, at)
	if word := atAuthorize[e.Code]; word != "" {
		told.Error = word
	}
	all := []answer.Parameter{{Name: "error", Value: told.Error}, {Name: "error_description", Value: told.Description}}
	if told.URI != "" {
		all = append(all, answer.Parameter{Name: "error_uri", Value: told.URI})
	}
	return all
}

// lost tells of a tenant that doesn't exist. Other paths are as unknown as B2C's.
func (platform) lost(of names, path string) *failure.Error {
	tenant := firstOf(path)
	if of.known(tenant) || strings.Count(path, "/") < 2 || !ofProduct(path) {
		return nil
	}
	return aadsts.UnknownTenant.With(tenant)
}

func (platform) answer(e *failure.Error, at time.Time) any { return aadsts.Tell(e, at) }
