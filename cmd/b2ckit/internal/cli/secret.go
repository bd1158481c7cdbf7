// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// errNobody is why a secret can't be asked for.
var errNobody = errors.New("there is no terminal to ask on")

// Secret asks for a secret without showing it. It fails where there is nobody to
// ask, or if nothing is typed.
func (s *Streams) Secret(ctx context.Context, question string) (string, error) {
	if s.Ask == nil {
		return "", errNobody
	}
	text, err := s.Ask(ctx, question)
	if err == nil && text == "" {
		err = errors.New("nothing was typed")
	}
	return text, err
}

// SecretFile reads a secret from a file, or from In if the name is "-", without the
// white space around it: what is in a file ends in a newline, as a rule.
func (s *Streams) SecretFile(flag, name string) (string, error) {
	const longest = 16 << 10
	in := s.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", fmt.Errorf("%s: %w", flag, err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, longest+1))
	secret := strings.TrimSpace(string(text))
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", flag, err)
	case len(text) > longest:
		return "", fmt.Errorf("%s: %s holds more than a secret", flag, name)
	case secret == "":
		return "", fmt.Errorf("%s: %s is empty", flag, name)
	}
	return secret, nil
}

// noArgument is the value of a flag for a secret, which is refused with what to
// write instead: other users of the machine can read a command line, and it stays
// in the shell's history.
type noArgument struct{ flag, instead string }

func (n noArgument) String() string { return "" }

func (n noArgument) Type() string { return "secret" }

func (n noArgument) Set(string) error {
	return UsageError("--%s is refused: all users of a machine can read its command lines,\nand the shell keeps them. Instead: %s", n.flag, n.instead)
}
