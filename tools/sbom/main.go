// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Sbom holds the list of components that cyclonedx-gomod writes of the kit's module
// against go.mod and go.sum.
//
//	sbom MODULE <sbom.json
package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom MODULE <sbom.json")
		os.Exit(2)
	}
	n, err := run(os.Args[1], os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d modules with the hashes of go.sum, and the standard library\n", n)
}

func run(module string, list io.Reader) (int, error) {
	mod, err1 := os.ReadFile(filepath.Join(module, "go.mod"))
	sum, err2 := os.ReadFile(filepath.Join(module, "go.sum"))
	if err := errors.Join(err1, err2); err != nil {
		return 0, err
	}
	want, err := required(mod, sum)
	if err != nil {
		return 0, err
	}
	got, err := components(list)
	if err != nil {
		return 0, err
	}
	return len(want), compare(got, want)
}

// required returns the modules of go.mod, "path version", with their hashes by
// go.sum, in hex.
func required(mod, sum []byte) (map[string]string, error) {
	file, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, err
	}
	want := map[string]string{}
	for _, r := range file.Require {
		want[r.Mod.Path+" "+r.Mod.Version] = ""
	}
	for line := range strings.Lines(string(sum)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, fmt.Errorf("go.sum: %q", line)
		}
		name := f[0] + " " + f[1]
		if _, ok := want[name]; !ok {
			continue
		}
		hash, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(f[2], "h1:"))
		if err != nil {
			return nil, fmt.Errorf("go.sum: %s: %w", name, err)
		}
		want[name] = hex.EncodeToString(hash)
	}
	return want, nil
}

// components returns the same of the list.
func components(list io.Reader) (map[string]string, error) {
	var bom struct {
		BOMFormat  string
		Components []struct {
			Name, Version string
			Hashes        []struct{ Alg, Content string }
		}
	}
	if err := json.NewDecoder(list).Decode(&bom); err != nil {
		return nil, err
	}
	if bom.BOMFormat != "CycloneDX" {
		return nil, fmt.Errorf("it is %q, not CycloneDX", bom.BOMFormat)
	}
	got := map[string]string{}
	for _, c := range bom.Components {
		hash := ""
		if len(c.Hashes) == 1 && c.Hashes[0].Alg == "SHA-256" {
			hash = c.Hashes[0].Content
		}
		got[c.Name+" "+c.Version] = hash
	}
	return got, nil
}

func compare(got, want map[string]string) error {
	var errs []error
	for name, hash := range want {
		switch listed, ok := got[name]; {
		case !ok:
			errs = append(errs, fmt.Errorf("%s is in go.mod, and not in the list", name))
		case hash == "" || listed != hash:
			errs = append(errs, fmt.Errorf("%s: the list has the hash %q, go.sum %q", name, listed, hash))
		}
	}
	std := 0
	for name := range got {
		if strings.HasPrefix(name, "std ") {
			std++
		} else if _, ok := want[name]; !ok {
			errs = append(errs, fmt.Errorf("%s is in the list, and not in go.mod", name))
		}
	}
	if std != 1 {
		errs = append(errs, errors.New("the list names no standard library"))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}
