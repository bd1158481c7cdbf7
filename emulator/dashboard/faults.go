// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"fmt"
	"slices"

	"github.com/b2ckit/b2ckit/emulator"
)

// faultView is a fault as the API has one.
type faultView struct {
	Kind       emulator.FaultKind `json:"kind"`
	Endpoint   emulator.Endpoint  `json:"endpoint,omitempty"`
	Flow       string             `json:"flow,omitempty"`
	Times      int                `json:"times,omitempty"`
	RetryAfter string             `json:"retryAfter,omitempty"`
	Delay      string             `json:"delay,omitempty"`
	Status     int                `json:"status,omitempty"`
}

// Counted is what Times is a number of.
func (v faultView) Counted() string {
	if v.Kind == emulator.FaultStuck {
		return "connection"
	}
	return "request"
}

func viewOfFault(f emulator.Fault) faultView {
	v := faultView{Kind: f.Kind, Endpoint: f.Endpoint, Flow: f.Flow, Times: f.Times, Status: f.Status}
	if f.RetryAfter != 0 {
		v.RetryAfter = f.RetryAfter.String()
	}
	if f.Delay != 0 {
		v.Delay = f.Delay.String()
	}
	return v
}

func faultsOf(t *emulator.Tenant) []faultView {
	all := []faultView{}
	for _, f := range t.Faults() {
		all = append(all, viewOfFault(f))
	}
	return all
}

func (v faultView) fault() (emulator.Fault, error) {
	retryAfter, err := duration("retryAfter", v.RetryAfter)
	delay, also := duration("delay", v.Delay)
	return emulator.Fault{
		Kind: v.Kind, Endpoint: v.Endpoint, Flow: v.Flow, Times: v.Times, RetryAfter: retryAfter, Delay: delay, Status: v.Status,
	}, errors.Join(err, also)
}

// setFaults replaces the faults of a tenant.
func (d *dashboard) setFaults(t *emulator.Tenant, views []faultView) error {
	faults := make([]emulator.Fault, 0, len(views))
	var errs []error
	for i, v := range views {
		f, err := v.fault()
		errs = append(errs, inside(fmt.Sprintf("faults[%d].", i), err))
		faults = append(faults, f)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	d.faults.Lock()
	defer d.faults.Unlock()
	return ofEmulator(t.SetFaults(faults...))
}

// addFault adds a fault after the others. A request that uses one of them up
// just now may find it there once more.
func (d *dashboard) addFault(t *emulator.Tenant, v faultView) error {
	f, err := v.fault()
	if err != nil {
		return err
	}
	d.faults.Lock()
	defer d.faults.Unlock()
	return ofEmulator(t.SetFaults(append(t.Faults(), f)...))
}

// clearFault removes the first fault that is like v but for how often it still
// comes; there need not be one.
func (d *dashboard) clearFault(t *emulator.Tenant, v faultView) error {
	d.faults.Lock()
	defer d.faults.Unlock()
	faults := t.Faults()
	i := slices.IndexFunc(faults, func(f emulator.Fault) bool {
		f.Times = v.Times
		return viewOfFault(f) == v
	})
	if i < 0 {
		return nil
	}
	return ofEmulator(t.SetFaults(slices.Delete(faults, i, i+1)...))
}
