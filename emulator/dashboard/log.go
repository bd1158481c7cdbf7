// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
)

// requestsShown is how many requests the page shows. The API has all of them.
const requestsShown = 100

// logPage is the log of requests, the newest first.
type logPage struct {
	Tenant string
	Last   int // the number of the newest one
	Rows   []requestRow
	Flows  bool // requests are to flows
}

// requestRow is a request as the log shows it.
type requestRow struct {
	Number        int
	At, ISO       string
	Method        string
	What          string // endpoint, or the path where there is none
	Host, Path    string
	Flow          string
	Client        string
	Status        string
	Bad           bool
	Error, Reason string
	Faults        []emulator.FaultKind
	Took          string
	Parameters    []parameter
}

type parameter struct{ Name, Value string }

// logOf returns the newest requests with a number above after; all of them if
// there is none of that number, as after a restart with the page still open.
func logOf(t *emulator.Tenant, after int) logPage {
	if after > 0 && len(t.RequestsAfter(after-1)) == 0 {
		after = 0
	}
	requests := t.RequestsAfter(after)
	slices.Reverse(requests)
	log := logPage{Tenant: t.Name(), Last: after, Flows: t.Kind() == emulator.B2C}
	for i, q := range requests {
		if i == 0 {
			log.Last = q.Number
		}
		if i == requestsShown {
			break
		}
		log.Rows = append(log.Rows, requestRowOf(t, q))
	}
	return log
}

func requestRowOf(t *emulator.Tenant, q emulator.Request) requestRow {
	row := requestRow{
		Number: q.Number, At: q.At.UTC().Format("15:04:05"), ISO: q.At.UTC().Format(time.RFC3339),
		Method: q.Method, What: string(q.Endpoint), Host: q.Host, Path: q.Path, Flow: q.Flow, Client: appName(t, q.ClientID),
		Status: strconv.Itoa(q.Status), Bad: q.Status == 0 || q.Status >= 400 || q.Error != "",
		Error: q.Error, Reason: cmp.Or(aadb2c.Meaning(q.Error), aadsts.Meaning(q.Error)), Faults: q.Faults, Took: milliseconds(q.Took),
	}
	if q.Endpoint == emulator.NoEndpoint {
		row.What = q.Path
	}
	if q.Status == 0 {
		row.Status = "cut"
	}
	for _, name := range slices.Sorted(maps.Keys(q.Parameters)) {
		row.Parameters = append(row.Parameters, parameter{name, strings.Join(q.Parameters[name], ", ")})
	}
	return row
}

func milliseconds(d time.Duration) string {
	if ms := float64(d) / float64(time.Millisecond); ms < 10 {
		return fmt.Sprintf("%.1f", ms)
	}
	return strconv.FormatInt(d.Milliseconds(), 10)
}
