// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"encoding/json"
	"io"
	"time"
)

// finding is a Finding as JSON. The names are stable.
type finding struct {
	Check Check          `json:"check"`
	State State          `json:"state"`
	Flow  string         `json:"flow,omitempty"`
	Host  string         `json:"host,omitempty"`
	Found string         `json:"found"`
	Do    string         `json:"do,omitempty"`
	Facts map[string]any `json:"facts,omitempty"`
}

// summary is the last line.
type summary struct {
	Verdict     State  `json:"verdict"`
	OK          int    `json:"ok"`
	Warn        int    `json:"warn"`
	Fail        int    `json:"fail"`
	Skipped     int    `json:"skipped"`
	Interrupted string `json:"interrupted,omitempty"`
	Status      int    `json:"status"`
	At          string `json:"at,omitempty"`
}

// WriteJSON writes one object a line: each finding, and then the verdict.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, f := range r.Findings {
		line := finding{f.Check, f.State, f.Flow, f.Host, f.Found, f.Do, nil}
		for _, fact := range f.Facts {
			if line.Facts == nil {
				line.Facts = map[string]any{}
			}
			line.Facts[fact.Name] = fact.Value
		}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	last := summary{
		r.verdict(), r.count(OK), r.count(Warn), r.count(Fail), r.count(Skipped), r.Interrupted, r.Status(), "",
	}
	if !r.At.IsZero() {
		last.At = r.At.UTC().Format(time.RFC3339)
	}
	return e.Encode(last)
}
