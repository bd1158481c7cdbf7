// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

// Literals of the tenant that all tests trust.
const (
	contosoID     = "775527ff-9a37-4307-8b3d-cc311f58d925"
	contosoIssuer = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	legacyIssuer  = "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_legacy/v2.0/"
	contosoAPI    = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	fabrikamID    = "99999999-9999-4999-8999-999999999999"
)

// validateReasons are the reasons of Validator.Validate, idTokenReasons those
// of IDTokens.Validate alone, and requirementReasons those of requirements:
// together, all there are.
var (
	validateReasons = []validator.Reason{
		validator.ErrMalformed, validator.ErrTooLarge, validator.ErrEncrypted, validator.ErrAlgorithm, validator.ErrHeader,
		validator.ErrUnknownKey, validator.ErrSignature, validator.ErrClaim, validator.ErrIssuer, validator.ErrAudience,
		validator.ErrExpired, validator.ErrNotYetValid, validator.ErrNotAccessToken, validator.ErrFlow, validator.ErrClient,
		validator.ErrUnavailable,
	}
	idTokenReasons = []validator.Reason{
		validator.ErrNotIDToken, validator.ErrNonce, validator.ErrHash,
	}
	requirementReasons = []validator.Reason{
		validator.ErrScopeRequired, validator.ErrRoleRequired, validator.ErrFlowRequired, validator.ErrClientRequired,
		validator.ErrClaimRequired, validator.ErrUserRequired, validator.ErrAppRequired, validator.ErrSignInTooOld,
		validator.ErrClaimsChallenge, validator.ErrGroupRequired, validator.ErrGroupsOverage, validator.ErrTenantRequired, validator.ErrRefused, validator.ErrUndecided,
	}
)

func contosoTenant(tb testing.TB) authority.Tenant {
	tb.Helper()
	tenant, err := authority.B2C("contoso", contosoID)
	if err != nil {
		tb.Fatal(err)
	}
	return tenant
}

// checkErrorText holds the text of an error to the rules of law 5: short, and
// no character in it that an attacker chose and a log would obey.
func checkErrorText(tb testing.TB, what string, err error) {
	tb.Helper()
	text := err.Error()
	if len(text) > 2000 {
		tb.Errorf("%s: the error has %d bytes", what, len(text))
	}
	if i := strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsPrint(r) || r == unicode.ReplacementChar
	}); i >= 0 {
		tb.Errorf("%s: odd character in the error %q", what, text)
	}
}

// wantReason fails unless err is an *Error of the reason.
func wantReason(tb testing.TB, what string, err error, want validator.Reason) {
	tb.Helper()
	if got := verdictOf(err); got != want.Error() {
		tb.Errorf("%s: got %s, want %s: %v", what, got, want, err)
		return
	}
	if !errors.Is(err, want) {
		tb.Errorf("%s: errors.Is finds no %s in %v", what, want, err)
	}
	checkErrorText(tb, what, err)
}
