// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

func Example() {
	good := false
	user := roundTripper(func(r *http.Request) (*http.Response, error) {
		fmt.Println("the connection is used for this request alone:", r.Close)
		if good {
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		}
		return nil, errors.New("stuck")
	})
	transport := reconnect.New(user, 0)
	defer transport.Close()
	for range 3 {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://contoso.b2clogin.com/", nil)
		if err != nil {
			panic(err)
		}
		resp, err := transport.RoundTrip(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		good = true
	}
	// Output:
	// the connection is used for this request alone: false
	// the connection is used for this request alone: true
	// the connection is used for this request alone: false
}
