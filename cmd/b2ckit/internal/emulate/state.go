// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// saveInterval is how much a crash can cost.
const saveInterval = time.Second

// stateVersion is that of the file; the tenants' parts have one of their own.
const stateVersion = 1

// state is the file of --state: what users, keys and the certificate were.
type state struct {
	Version     int    `json:"version"`
	Certificate string `json:"certificate,omitempty"` // PEM, with its key
	// Tenants are by their GUIDs. One that isn't configured any more is kept for
	// when it is again.
	Tenants map[string]json.RawMessage `json:"tenants"`
}

// keeper keeps the file of --state up to date.
type keeper struct {
	path    string
	tenants []*emulator.Tenant
	state   state
	written []byte
}

// errChanged is why the file isn't written any more: it would cost another's
// changes.
var errChanged = errors.New("the state isn't saved")

// newKeeper reads the file, if there is one, and restores the tenants. It never
// changes a file that it can't read.
func newKeeper(path string, tenants []*emulator.Tenant) (*keeper, error) {
	k := &keeper{path: path, tenants: tenants, state: state{Version: stateVersion, Tenants: map[string]json.RawMessage{}}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--state: %w", err)
	}
	if err := k.state.read(data); err != nil {
		return nil, k.damaged(err)
	}
	for _, t := range tenants {
		part, ok := k.state.Tenants[nameInState(t)]
		if !ok {
			continue
		}
		if err := t.Restore(part); err != nil {
			return nil, k.damaged(fmt.Errorf("tenant %s: %w", t.Name(), err))
		}
	}
	return k, nil
}

// nameInState tells a B2C tenant and its other side apart, which have one GUID.
func nameInState(t *emulator.Tenant) string {
	if t.Kind() == emulator.B2C {
		return t.ID()
	}
	return t.ID() + " " + t.Kind().String()
}

func (k *keeper) damaged(err error) error {
	return fmt.Errorf("--state %s can't be used, and is left as it is:\n%w\nTo start anew, move it away", k.path, err)
}

func (s *state) read(data []byte) error {
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return err
	}
	if version.Version != stateVersion {
		return fmt.Errorf("version %d is not %d, the one that is read here", version.Version, stateVersion)
	}
	*s = state{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return err
	}
	if s.Tenants == nil {
		return errors.New("there are no tenants")
	}
	return nil
}

// certificate returns the kept certificate, or a new one if it is for other
// hosts or at its end.
func (k *keeper) certificate(hosts []string) (*served, error) {
	s := &served{note: "new; clients need to be told once, --state keeps it"}
	if k.state.Certificate == "" {
		s.Certificate = emulator.NewCertificate(hosts...)
	} else {
		var err error
		if s, err = reused([]byte(k.state.Certificate), hosts); err != nil {
			return nil, k.damaged(err)
		}
	}
	data, err := s.PEM()
	k.state.Certificate = string(data)
	return s, err
}

// save writes the file if something has changed.
func (k *keeper) save() error {
	for _, t := range k.tenants {
		part, err := t.State()
		if err != nil {
			return err
		}
		k.state.Tenants[nameInState(t)] = part
	}
	data, err := json.MarshalIndent(&k.state, "", " ")
	if err != nil {
		return err
	}
	if bytes.Equal(data, k.written) {
		return nil
	}
	if k.written != nil {
		found, err := os.ReadFile(k.path)
		if err == nil && !bytes.Equal(found, append(bytes.Clone(k.written), '\n')) {
			return fmt.Errorf("%w: someone else has changed %s; another b2ckit emulate?", errChanged, k.path)
		}
	}
	if err := writeFile(k.path, append(data, '\n'), 0o600); err != nil {
		return unwritten("state", err)
	}
	k.written = data
	return nil
}

// run saves every second until the returned function is called, which saves for
// the last time. A failure goes to w, once, and is tried again.
func (k *keeper) run(w io.Writer) (stop func() error) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(saveInterval)
		defer tick.Stop()
		failed := false
		for {
			select {
			case <-tick.C:
				err := k.save()
				if err != nil && !failed {
					fmt.Fprintln(w, unsavedLine(err))
				}
				failed = err != nil
			case <-quit:
				return
			}
		}
	}()
	return func() error {
		close(quit)
		<-done
		return k.save()
	}
}

// unsavedLine has the form of the lines of requests.
func unsavedLine(err error) string {
	line := fmt.Sprintf("%s --- %v", time.Now().Format(time.TimeOnly), err)
	if errors.Is(err, errChanged) {
		line += " Nothing is saved from here on: stop one of the two and restart"
	}
	return line
}
