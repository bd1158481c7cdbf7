// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/explain"
)

// The corpus of package validator has the keys.
const keysDir = "../../../../testdata/tokens/keys/"

const (
	contosoID     = "775527ff-9a37-4307-8b3d-cc311f58d925"
	contosoAPI    = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	contosoIssuer = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	webClient     = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
	susiKeyID     = "xZFyOfwFZqh3vMxzmQXXBqR223Yryuct2ImjVW9fgUU"
)

// judging are the flags of a validator whose keys are in a file.
var judging = []string{
	"--tenant", "contoso", "--tenant-id", contosoID, "--flow", "B2C_1_susi", "--audience", contosoAPI,
	"--offline", keysDir + "user-flow.jwks", "--now", "1750000660",
}

// claims are those of a user's access token, changed; nil takes one out.
type claims map[string]any

func payload(changes claims) claims {
	all := claims{
		"ver": "1.0", "iss": contosoIssuer, "sub": "cccccccc-cccc-cccc-cccc-cccccccccccc", "aud": contosoAPI, "azp": webClient,
		"scp": "tasks.read tasks.write", "iat": 1750000000, "nbf": 1750000000, "exp": 1750003600, "auth_time": 1750000000,
		"oid": "cccccccc-cccc-cccc-cccc-cccccccccccc", "name": "Ada Example", "emails": []string{"ada@example.org"}, "tfp": "B2C_1_susi",
	}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// signed signs a token with a key of the corpus.
func signed(tb testing.TB, key string, header, payload claims) string {
	tb.Helper()
	data, err := os.ReadFile(keysDir + "TEST-ONLY-" + key + ".pem")
	if err != nil {
		tb.Fatal(err)
	}
	block, _ := pem.Decode(data)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		tb.Fatal(err)
	}
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			tb.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	input := part(header) + "." + part(payload)
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:])
	if err != nil {
		tb.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// token is a token of the flow, with other claims.
func token(tb testing.TB, changes claims) string {
	tb.Helper()
	return signed(tb, "user-flow", claims{"alg": "RS256", "kid": susiKeyID, "typ": "JWT"}, payload(changes))
}

// strange is a token that no known key has signed.
func strange(tb testing.TB, header, changes claims) string {
	tb.Helper()
	all := claims{"alg": "RS256", "kid": "another", "typ": "JWT"}
	maps.Copy(all, header)
	return signed(tb, "stranger", all, payload(changes))
}

// run runs b2ckit explain.
func run(tb testing.TB, input string, args ...string) (status int, stdout, stderr string) {
	tb.Helper()
	return runWith(tb, nil, input, args...)
}

// runWith is run with variables.
func runWith(tb testing.TB, environ []string, input string, args ...string) (status int, stdout, stderr string) {
	tb.Helper()
	var out, errs strings.Builder
	s := &cli.Streams{In: strings.NewReader(input), Out: &out, Err: &errs, Environ: environ}
	status = cli.Run(tb.Context(), s, append([]string{"explain"}, args...), explain.New)
	return status, out.String(), errs.String()
}
