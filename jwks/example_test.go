// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// A cache of one user flow's keys. Here an emulated tenant answers for
// contoso.b2clogin.com; leave Transport out for the real one.
func ExampleNew() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		log.Fatal(err)
	}
	keys, err := jwks.New(tenant.Flow("B2C_1_susi"), &jwks.Options{
		Transport: b2c.Transport(),
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer keys.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	// The tenant starts to sign with a new key. No restart, no waiting: the
	// first token that names the key makes the cache look for it.
	if _, err := keys.Find(ctx, jwks.Query{}); err != nil {
		log.Fatal(err)
	}
	b2c.Rotate("B2C_1_susi", true)
	kid := b2c.CurrentKey("B2C_1_susi").ID()
	set, err := keys.Find(ctx, jwks.Query{KeyID: kid})
	if err != nil {
		log.Fatal(err) // *jwks.UnavailableError: answer 503, not 401
	}
	_, found := set.Key(kid)
	fmt.Println("issuer:", set.Issuer())
	fmt.Println("keys:", len(set.KeyIDs()))
	fmt.Println("new key found:", found)
	fmt.Println("requests for keys:", keys.State().KeyFetches)
	// Output:
	// issuer: https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/
	// keys: 2
	// new key found: true
	// requests for keys: 2
}

// Keys without a network: B2C's own user-flow key, which is the same for all
// tenants. Only the issuer's GUID and the audience tell them apart.
func ExampleNewStatic() {
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		log.Fatal(err)
	}
	document := `{"keys":[{"kid":"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk","nbf":1493763266,"use":"sig","kty":"RSA","e":"AQAB",` +
		`"n":"tVKUtcx_n9rt5afY_2WFNvU6PlFMggCatsZ3l4RjKxH0jgdLq6CScb0P3ZGXYbPzXvmmLiWZizpb-h0qup5jznOvOr-Dhw9908584BSgC83YacjWNqEK3urxhyE2jWjwRm2N95WGgb5mzE5XmZIvkvyXnn7X8dvgFPF5QwIngGsDG8LyHuJWlaDhr_EPLMW4wHvH0zZCuRMARIJmmqiMy3VD4ftq4nS5s8vJL0pVSrkuNojtokp84AtkADCDU_BUhrc2sIgfnvZ03koCQRoZmWiHu86SuJZYkDFstVTVSR0hiXudFlfQ2rOhPlpObmku68lXw-7V-P7jwrQRFfQVXw"}]}`
	source, err := jwks.NewStatic(
		tenant.Flow("B2C_1_susi"),
		"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
		[]byte(document))
	if err != nil {
		log.Fatal(err)
	}
	key, _ := source.Current().Key("X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk")
	fmt.Println(key.ID(), key.Bits())

	// A stranger's issuer is refused, although the key would fit.
	_, err = jwks.NewStatic(tenant.Flow("B2C_1_susi"), "https://fabrikam.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/", []byte(document))
	fmt.Println("stranger refused:", err != nil)
	// Output:
	// X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk 2048
	// stranger refused: true
}
