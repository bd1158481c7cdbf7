// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Unset is the name of a value that stands for a default. It is no word: on the
// wire one leaves it out.
const Unset = "default"

// Words are the names of values that count from 0.
type Words []string

// Name returns the name of a value, and for one without a name its number.
func (w Words) Name(value int) string {
	if value < 0 || value >= len(w) {
		return strconv.Itoa(value)
	}
	return w[value]
}

// known returns those that stand for something.
func (w Words) known() []string {
	if w[0] == Unset {
		return w[1:]
	}
	return w
}

// WordError is a text that is none of the words that could stand there.
type WordError struct {
	Text  string
	Words []string
}

// Error names the words.
func (e *WordError) Error() string {
	return fmt.Sprintf("%q is none of %s", e.Text, strings.Join(e.Words, ", "))
}

// choice is what to write, such as `"guid" or "tfp"`.
func (e *WordError) choice() string {
	quoted := make([]string, len(e.Words))
	for i, word := range e.Words {
		quoted[i] = strconv.Quote(word)
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// ReadWord sets a value by its word, or returns a [*WordError].
func ReadWord[T ~int](into *T, words Words, text []byte) error {
	i := slices.Index(words, string(text))
	if i < 0 || words[i] == Unset {
		return &WordError{string(text), words.known()}
	}
	*into = T(i)
	return nil
}
