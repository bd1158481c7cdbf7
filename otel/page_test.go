// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

const page = "../docs/telemetry.md"

var write = flag.Bool("write", false, "write the table of metrics in docs/telemetry.md anew")

// everything has all instruments and attributes measured.
func everything(t *testing.T) (p *probe, private []string) {
	t.Helper()
	p = newProbe(t, b2cotel.Options{RememberedSpans: true})
	b2c := emulator.NewTenant(nil)
	v := p.newValidator(t, b2c, validator.Options{})
	p.Watch(v)
	h := p.guarded(v, validator.Scope("tasks.read"))
	good := b2c.MustMint(emulator.Spec{})
	for _, raw := range []string{good, good, "", "x", b2c.MustMint(emulator.Spec{Lifetime: -time.Hour}), b2c.MustMint(emulator.Spec{Scopes: []string{"x.y"}})} {
		send(t, h, raw)
	}
	app, wrong := p.newApp(t, b2c, b2c.Daemon().Secret), p.newApp(t, b2c, "a-wrong-secret-that-nobody-should-see")
	_, _ = app.Token(t.Context(), tasks)
	_, _ = wrong.Token(t.Context(), tasks)
	b2c.Rotate("", true)
	send(t, h, b2c.MustMint(emulator.Spec{}))
	b2c.Retire("")
	_ = v.Refresh(t.Context())
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError})
	time.Sleep(time.Minute)
	_ = v.Refresh(t.Context())
	synctest.Wait()
	private = append(strings.Split(good, "."), b2c.Daemon().Secret, "a-wrong-secret", b2c.Daemon().ID, b2c.User().ObjectID, b2c.User().Name, "x.y", "tasks.read")
	return p, private
}

// about returns what kind of instrument it is, and the attributes of all its series.
func about(m metricdata.Metrics) (kind string, attributes map[attribute.Key]bool, sets []attribute.Set) {
	switch d := m.Data.(type) {
	case metricdata.Histogram[float64]:
		kind = "histogram"
		for _, p := range d.DataPoints {
			sets = append(sets, p.Attributes)
		}
	case metricdata.Gauge[float64]:
		kind = "gauge"
		for _, p := range d.DataPoints {
			sets = append(sets, p.Attributes)
		}
	case metricdata.Sum[int64]:
		kind = "up-down counter"
		if d.IsMonotonic {
			kind = "counter"
		}
		for _, p := range d.DataPoints {
			sets = append(sets, p.Attributes)
		}
	}
	attributes = map[attribute.Key]bool{}
	for _, s := range sets {
		for _, kv := range s.ToSlice() {
			attributes[kv.Key] = true
		}
	}
	return kind, attributes, sets
}

// The page's table of metrics is made of what is measured.
func TestPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := everything(t)
		var table strings.Builder
		table.WriteString("| metric | kind, unit | attributes | what it is |\n|---|---|---|---|\n")
		metrics := p.collect(t)
		for _, name := range slices.Sorted(maps.Keys(metrics)) {
			m := metrics[name]
			kind, attributes, _ := about(m)
			var keys []string
			for _, k := range slices.Sorted(maps.Keys(attributes)) {
				keys = append(keys, "`"+string(k)+"`")
			}
			fmt.Fprintf(&table, "| `%s` | %s, `%s` | %s | %s |\n", name, kind, m.Unit, strings.Join(keys, " "), strings.TrimSuffix(m.Description, "."))
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		const begin, end = "<!-- metrics: go -C otel test . -write -->\n", "<!-- end -->"
		before, rest, ok1 := strings.Cut(string(text), begin)
		now, after, ok2 := strings.Cut(rest, end)
		if !ok1 || !ok2 {
			t.Fatalf("%s has no place for the table", page)
		}
		if now == table.String() {
			return
		}
		if !*write {
			t.Fatalf("%s has not the table below; go -C otel test . -write mends it\n%s", page, table.String())
		}
		if err := os.WriteFile(page, []byte(before+begin+table.String()+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
	})
}

// No series and no span holds what is a user's, a client's or a secret's.
func TestNothingPrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, private := everything(t)
		check := func(where string, attrs []attribute.KeyValue) {
			for _, kv := range attrs {
				for _, secret := range private {
					if len(secret) < 3 || strings.Contains(kv.Value.String(), secret) {
						t.Errorf("%s: %s is %s", where, kv.Key, kv.Value.String())
					}
				}
			}
		}
		n := 0
		for name, m := range p.collect(t) {
			_, _, sets := about(m)
			for _, s := range sets {
				check(name, s.ToSlice())
				n++
			}
		}
		for _, s := range p.spans.Ended() {
			check(s.Name(), append(s.Attributes(), attribute.String("status", s.Status().Description)))
			if len(s.Events()) > 0 {
				t.Errorf("%s has events, whose texts nobody has looked at", s.Name())
			}
			n++
		}
		if n < 30 {
			t.Errorf("%d series and spans were looked at; is this test blind?", n)
		}
	})
}
