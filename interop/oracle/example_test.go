// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle_test

import (
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/interop/hostile"
	"github.com/b2ckit/b2ckit/interop/oracle"
)

func Example() {
	key := hostile.Key("example", 2048)
	o, err := oracle.New([]oracle.Authority{{
		Issuer: "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/", Flow: "B2C_1_susi", Audiences: []string{"api"},
		KeySet: []byte(`{"keys":[` + hostile.JWK(&key.PublicKey, "k").String() + `]}`),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	token := hostile.Good(key, "k", hostile.NewObject(
		"iss", `"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"`, "aud", `"api"`, "exp", "1750003600",
		"tfp", `"b2c_1_SUSI"`, "scp", `"read"`, "sub", `"ada"`,
	)).Token()
	for _, now := range []int64{1750000000, 1750009999} {
		v := o.Judge(token, &oracle.Rules{Now: time.Unix(now, 0), MaxBytes: 16 << 10})
		fmt.Println(v.Accepted(), v.User, v.Faults)
	}
	// Output:
	// true ada []
	// false  [expired]
}
