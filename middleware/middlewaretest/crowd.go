// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"net/http"
	"sync"
	"testing"
)

// testCrowd: requests at the same time don't get each other's answers.
func testCrowd(t *testing.T, adapter Adapter) {
	h := adapter.Router(tableRoutes())
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 4 * len(table) {
				row := table[(i+worker*7)%len(table)]
				if got := inProcess(h, request{http.MethodGet, row.path, row.headers}); got != row.want {
					t.Errorf("%s, among others: got answer\n%s\nwant\n%s", row.name, got, row.want)
				}
			}
		})
	}
	wg.Wait()
}
