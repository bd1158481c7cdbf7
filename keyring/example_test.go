// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyring_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/b2ckit/b2ckit/keyring"
)

// Keys come from the configuration, such as an environment variable or a
// secret store. This one is no secret any more.
func Example() {
	key, err := keyring.ParseKey("4KJvwHlrZaJLWMCWFfXrbFAUqUvJbUOGoCXb5smQ5H0=")
	if err != nil {
		log.Fatal(err)
	}
	ring, err := keyring.New(key)
	if err != nil {
		log.Fatal(err)
	}
	sealed := ring.Seal([]byte("a refresh token"), []byte("cookie session"))

	plaintext, err := ring.Open(sealed, []byte("cookie session"))
	fmt.Printf("%s, %v\n", plaintext, err)

	// In any other place it is worth nothing.
	_, err = ring.Open(sealed, []byte("cookie theme"))
	fmt.Println(err)
	// Output:
	// a refresh token, <nil>
	// keyring: not a message sealed with this key and associated data
}

// Changing the key takes three rollouts, and loses nothing.
func ExampleNew_rotation() {
	old, next, name := keyring.NewKey(), keyring.NewKey(), []byte("entry 7")
	ring := func(current []byte, older ...[]byte) *keyring.Ring {
		r, err := keyring.New(current, older...)
		if err != nil {
			log.Fatal(err)
		}
		return r
	}

	before := ring(old)
	first := ring(old, next)  // all machines can open what the next key seals
	second := ring(next, old) // the next key seals
	third := ring(next)       // what the old key sealed has expired

	_, err := first.Open(second.Seal([]byte("new"), name), name)
	fmt.Println("a new message on a machine of the first rollout:", err)
	_, err = second.Open(before.Seal([]byte("old"), name), name)
	fmt.Println("an old message on a machine of the second rollout:", err)
	_, err = third.Open(before.Seal([]byte("old"), name), name)
	fmt.Println("an old message after the third:", errors.Is(err, keyring.ErrUnknownKey))
	// Output:
	// a new message on a machine of the first rollout: <nil>
	// an old message on a machine of the second rollout: <nil>
	// an old message after the third: true
}
