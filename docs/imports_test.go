// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// taken are the packages of others that a server takes which guards with net/http. Each
// is code to trust, to build and to link, so none comes unseen; who can do without one
// takes it off the list. All but the first seven come with the JOSE library, of which
// the linker keeps what is called.
var taken = []string{
	"github.com/go-json-experiment/json",
	"github.com/go-json-experiment/json/internal",
	"github.com/go-json-experiment/json/internal/jsonflags",
	"github.com/go-json-experiment/json/internal/jsonopts",
	"github.com/go-json-experiment/json/internal/jsonwire",
	"github.com/go-json-experiment/json/jsontext",
	"golang.org/x/time/rate",

	"github.com/lestrrat-go/blackmagic",
	"github.com/lestrrat-go/httpcc",
	"github.com/lestrrat-go/httprc",
	"github.com/lestrrat-go/iter/arrayiter",
	"github.com/lestrrat-go/iter/mapiter",
	"github.com/lestrrat-go/jwx/v2/cert",
	"github.com/lestrrat-go/jwx/v2/internal/base64",
	"github.com/lestrrat-go/jwx/v2/internal/ecutil",
	"github.com/lestrrat-go/jwx/v2/internal/iter",
	"github.com/lestrrat-go/jwx/v2/internal/json",
	"github.com/lestrrat-go/jwx/v2/internal/keyconv",
	"github.com/lestrrat-go/jwx/v2/internal/pool",
	"github.com/lestrrat-go/jwx/v2/jwa",
	"github.com/lestrrat-go/jwx/v2/jwk",
	"github.com/lestrrat-go/jwx/v2/jwk/internal/x509",
	"github.com/lestrrat-go/jwx/v2/jws",
	"github.com/lestrrat-go/jwx/v2/x25519",
	"github.com/lestrrat-go/option",
	"golang.org/x/crypto/curve25519",
	"golang.org/x/crypto/ed25519",
}

// mostOwn is how many packages of the kit such a server takes at most.
const mostOwn = 18

func TestImportsOfAServer(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}",
		"../validator", "../middleware/nethttp").Output()
	if err != nil {
		t.Fatal(err)
	}
	own, others := 0, []string(nil)
	for path := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(path, "github.com/b2ckit/b2ckit/") {
			own++
		} else {
			others = append(others, path)
		}
	}
	if own > mostOwn {
		t.Errorf("got %d packages of the kit, want at most %d", own, mostOwn)
	}
	for _, path := range others {
		if !slices.Contains(taken, path) {
			t.Errorf("%s has come in: is it worth its place?", path)
		}
	}
	for _, path := range taken {
		if !slices.Contains(others, path) {
			t.Errorf("%s is gone: take it off the list", path)
		}
	}
}
