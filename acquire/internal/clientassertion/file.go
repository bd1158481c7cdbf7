// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// ReadFile returns the assertion in a file, without the white space around it. What is
// wrong with it is told by its path.
func ReadFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err // which names the path
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return "", err
	}
	assertion := strings.TrimSpace(string(text))
	if len(text) > MaxSize {
		assertion = string(text) // too long, whatever surrounds it
	}
	if problem := Problem(assertion); problem != "" {
		return "", fmt.Errorf("the text in %s %s", path, problem)
	}
	return assertion, nil
}
