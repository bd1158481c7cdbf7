// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// starts is how long a program takes from its start to the first request that it
// accepts, against one that ends at once. The tenant is on loopback, so this is the
// program's own time.
func (p Plan) starts(ctx context.Context, dir string) (Table, error) {
	t := Table{Name: "start to first answer", Head: []string{"program", "against an empty program", "against the unguarded server"}}
	b2c := emulator.NewPlainServer(nil)
	defer b2c.Close()
	keys := filepath.Join(dir, "keys")
	if err := os.Mkdir(keys, 0o700); err != nil {
		return t, err
	}
	s := starter{token: b2c.MustMint(emulator.Spec{Host: b2c.URL}), env: append(os.Environ(),
		"AUTHORITY="+b2c.URL+"/contoso.onmicrosoft.com/B2C_1_susi", "KEYS="+keys)}
	names := []string{"nothing", "unguarded", "guarded", "restored"}
	took := map[string][]float64{}
	for _, name := range names {
		program, err := build(ctx, dir, name)
		if err != nil {
			return t, err
		}
		s.programs = append(s.programs, program)
	}
	for round := range p.Starts + 1 {
		for i, program := range s.programs {
			d, err := s.start(ctx, program, names[i] != "nothing")
			if err != nil {
				return t, fmt.Errorf("%s: %w", names[i], err)
			}
			if round > 0 { // by then what is read from the disk is in memory, and keys are stored
				took[names[i]] = append(took[names[i]], float64(d))
			}
		}
	}
	for i, what := range []string{"unguarded server", "guarded: the first request has the keys fetched", "guarded, with the keys of its last run (`keyfile`)"} {
		of := took[names[i+1]]
		t.Rows = append(t.Rows, []string{what, ratio(ratios(of, took["nothing"])), ratio(ratios(of, took["unguarded"]))})
	}
	return t, nil
}

type starter struct {
	programs []string
	token    string
	env      []string
}

// start returns how long a program takes to serve a request, or to end.
func (s *starter) start(ctx context.Context, program string, serves bool) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = s.env
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if !serves {
		err := cmd.Wait()
		return time.Since(begin), err
	}
	err = s.ask(ctx, stdout)
	took := time.Since(begin)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return took, err
}

// ask makes the first request to a program, at the address that it prints.
func (s *starter) ask(ctx context.Context, stdout io.Reader) error {
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return fmt.Errorf("it does not serve: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSpace(address), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Close = true
	resp, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the first request was answered %s", resp.Status)
	}
	return nil
}
