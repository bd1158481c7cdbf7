// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/b2ckit/b2ckit/emulator"
)

type dashboard struct {
	SchemaVersion int
	Title, UID    string
	Templating    struct {
		List []struct{ Name, Type string }
	}
	Panels []struct {
		ID         int
		Title      string
		Datasource struct{ UID string }
		GridPos    struct{ X, Y, W, H int }
		Targets    []struct {
			Expr       string
			Datasource struct{ UID string }
		}
	}
}

// queries are the expressions of a dashboard, with what Grafana puts into them.
func queries(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.SchemaVersion < 39 || d.Title == "" || d.UID == "" || len(d.Templating.List) == 0 || d.Templating.List[0].Type != "datasource" {
		t.Errorf("Grafana asks for a schema, a title, and a variable for the data source: got %d, %q, %v", d.SchemaVersion, d.Title, d.Templating.List)
	}
	ids, places, found := map[int]bool{}, map[[2]int]bool{}, map[string][]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.Datasource.UID != "${datasource}" || found[p.Title] != nil {
			t.Errorf("panel %d %q: an id or title of its own and the variable as data source, please", p.ID, p.Title)
		}
		ids[p.ID] = true
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if places[at] || at[0] > 23 {
					t.Fatalf("panel %q lies on another one, or beside the page", p.Title)
				}
				places[at] = true
			}
		}
		for _, target := range p.Targets {
			if target.Datasource.UID != "${datasource}" {
				t.Errorf("panel %q: a target asks %q", p.Title, target.Datasource.UID)
			}
			found[p.Title] = append(found[p.Title], strings.NewReplacer("$__rate_interval", "5m", "$job", ".*").Replace(target.Expr))
		}
	}
	return found
}

// Each panel shows something of a service that has seen all, by the names that it is
// scraped with.
func TestDashboard(t *testing.T) {
	h := record(t, 60, func(t *testing.T, minute int, s *service, b2c *emulator.Tenant) {
		switch minute {
		case 20:
			b2c.Rotate("", true)
		case 40:
			b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError})
			b2c.Rotate("", false)
		}
		usual(t, s, b2c)
	})
	names := h.names()
	for panel, exprs := range queries(t) {
		for _, expr := range exprs {
			for _, name := range metricsOf(t, expr) {
				if !names[name] {
					t.Errorf("panel %q: nothing scraped has the name %s", panel, name)
				}
			}
			if len(h.query(t, expr)) == 0 {
				t.Errorf("panel %q shows nothing for %s", panel, expr)
			}
		}
	}
	for _, r := range readAlerts(t) {
		for _, name := range metricsOf(t, r.Expr) {
			if !names[name] {
				t.Errorf("alert %s: nothing scraped has the name %s", r.Alert, name)
			}
		}
	}
}

// metricsOf returns the names of the metrics in an expression.
func metricsOf(t *testing.T, expr string) (names []string) {
	t.Helper()
	tree, err := promql3.ParseExpr(expr)
	if err != nil {
		t.Fatal(err)
	}
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok {
			names = append(names, s.Name)
		}
		return nil
	})
	return names
}
