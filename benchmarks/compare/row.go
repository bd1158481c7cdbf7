// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"fmt"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// Row is what a contender costs. Times are ratios to the floor in the same situation.
type Row struct {
	Name              string
	Framework         Framework
	Versions          []string // of the contender's modules
	Unchecked, Cached string

	InTurn    measure.Figure  // different tokens in turn on one core
	Repeated  *measure.Figure // one token again and again; nil where it can't be the first sight
	AllCores  measure.Figure  // different tokens in turn on all cores
	LongerKey *measure.Figure // different tokens in turn, with the longer key; nil for middleware

	Objects, Bytes float64 // allocated for each of the different tokens
}

// Rows measures the contenders beside a floor, after each has proved that it does its
// work. What a library takes is all of the call. What middleware takes is what the
// handler takes beyond the same without middleware, which unguarded returns.
func (s *Site) Rows(contenders []Contender, unguarded func(Framework) *Subject) ([]Row, error) {
	situations := s.situations()
	var m meeting
	for _, sit := range situations {
		m.add(floorName, sit, Floor(sit.tenant))
		for _, c := range contenders {
			if c.Framework != "" && sit.tenant == s.Long {
				continue
			}
			subject, err := m.enter(c, sit)
			if err != nil {
				return nil, err
			}
			m.add(c.caseName(), sit, subject)
			if name := unguardedName(c.Framework); c.Framework != "" && !m.has(name, sit) {
				m.add(name, sit, unguarded(c.Framework))
			}
		}
	}
	results, err := s.Plan.Run(m.cases)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, c := range contenders {
		rows = append(rows, m.row(c, situations, results))
	}
	return rows, nil
}

func (m *meeting) row(c Contender, situations []situation, r *measure.Results) Row {
	row := Row{Name: c.Name, Framework: c.Framework, Versions: versions(c.Modules), Unchecked: c.Unchecked, Cached: c.Cached}
	row.Objects, row.Bytes = r.Allocations(inTurn + c.caseName())
	for _, sit := range situations {
		if !m.has(c.caseName(), sit) {
			continue
		}
		f := r.Each(func(ns func(string) float64) float64 {
			took := ns(sit.name + c.caseName())
			if c.Framework != "" {
				took -= ns(sit.name + unguardedName(c.Framework))
			}
			return took / ns(sit.name+floorName)
		})
		switch sit.name {
		case inTurn:
			row.InTurn = f
		case repeated:
			row.Repeated = &f
		case allCores:
			row.AllCores = f
		case longerKey:
			row.LongerKey = &f
		}
	}
	if c.Framework != "" {
		objects, bytes := r.Allocations(inTurn + unguardedName(c.Framework))
		row.Objects, row.Bytes = row.Objects-objects, row.Bytes-bytes
	}
	return row
}

const floorName = "the floor"

func (c *Contender) caseName() string          { return fmt.Sprintf("%s %s", c.Framework, c.Name) }
func unguardedName(framework Framework) string { return fmt.Sprintf("%s unguarded", framework) }
