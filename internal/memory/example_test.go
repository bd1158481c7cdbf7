// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

func Example() {
	m := memory.New[string](1 << 20)
	defer m.Close()
	key := sha256.Sum256([]byte("a token"))
	m.Put(key, "what it says", len("what it says"), time.Now().Add(time.Hour))
	fmt.Println(m.Get(key, time.Now()))
	m.Forget(key)
	fmt.Println(m.Get(key, time.Now()))
	// Output:
	// what it says true
	//  false
}
