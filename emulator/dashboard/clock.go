// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

type (
	clockView struct {
		Now    time.Time `json:"now"`
		Offset string    `json:"offset"` // ahead of the machine's clock
	}
	clockBody struct {
		ofTenant
		Advance string `json:"advance"`
	}
)

// clock returns a tenant's time. The machine's clock can only be compared to the
// second: reading both takes time too.
func clock(t *emulator.Tenant) clockView {
	now := t.Now()
	return clockView{now.UTC(), time.Until(now).Round(time.Second).String()}
}

// advance moves a tenant's clock. The bounds keep its time one that tokens can
// have and its offset one that a duration can hold.
func advance(t *emulator.Tenant, by string) error {
	d, err := duration("advance", by)
	if err != nil {
		return err
	}
	if year := t.Now().Add(d).UTC().Year(); d.Abs() > 100*365*24*time.Hour || year < 1971 || year > 2199 {
		return wrong("advance", "%s leads too far away", by)
	}
	t.Advance(d)
	return nil
}

// moveClock is advance for the API.
func moveClock(t *emulator.Tenant, b clockBody) (any, error) {
	if b.Advance == "" {
		return nil, wrong("advance", "is needed")
	}
	if err := advance(t, b.Advance); err != nil {
		return nil, err
	}
	return clock(t), nil
}

// clockRow is a tenant's clock as its page shows it.
type clockRow struct {
	Now    string
	ISO    string
	Apart  string // how far from the machine's, for people; "" if it isn't
	Back   string // what to advance by to be there again
	Jumped bool
}

func clockOf(t *emulator.Tenant) clockRow {
	now := t.Now()
	row := clockRow{Now: stamp(now), ISO: now.UTC().Format(time.RFC3339)}
	if d := time.Until(now).Round(time.Second); d != 0 {
		row.Jumped, row.Back = true, (-d).String()
		row.Apart = span(d.Abs()) + " ahead"
		if d < 0 {
			row.Apart = span(-d) + " behind"
		}
	}
	return row
}
