// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"fmt"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// FlowsRow is what a contender costs where it trusts many flows, against where it
// trusts one.
type FlowsRow struct {
	Name string
	// Ratios has one for each number of flows.
	Ratios []measure.Figure
}

// FlowsRows measures the contenders that take tokens of several flows, with so many of
// them. The tokens are of the flows in turn, on one core.
func (s *Site) FlowsRows(contenders []Contender, numbers []int) ([]FlowsRow, error) {
	var m meeting
	for _, n := range append([]int{1}, numbers...) {
		sit := s.flows(n)
		for _, c := range contenders {
			if !c.Issuers {
				continue
			}
			subject, err := m.enter(c, sit)
			if err != nil {
				return nil, err
			}
			m.add(c.caseName(), sit, subject)
		}
	}
	results, err := s.Plan.Run(m.cases)
	if err != nil {
		return nil, err
	}
	var rows []FlowsRow
	for _, c := range contenders {
		if !c.Issuers {
			continue
		}
		row := FlowsRow{Name: c.Name}
		for _, n := range numbers {
			row.Ratios = append(row.Ratios, results.Ratio(flowsName(n)+c.caseName(), flowsName(1)+c.caseName()))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Site) flows(n int) situation {
	t := s.Short.WithFlows(n)
	return situation{name: flowsName(n), tenant: t, tokens: t.Tokens(len(s.Tokens)), cores: 1}
}

func flowsName(n int) string { return fmt.Sprintf("%d flows: ", n) }
