// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

const modelBytes = 64 << 10

// model is a memory without a limit, by which another is judged.
type model struct {
	t    *testing.T
	m    *memory.Memory[int]
	rows map[[32]byte]modelRow
	puts int
}

type modelRow struct {
	value   int
	expires time.Time
}

// step does what three bytes say, and looks at all that may be there.
func (d *model) step(what, which, how byte) {
	k := key("model", int(which))
	switch what % 8 {
	case 0, 1, 2, 3: // of a length of all kinds, among them some that are never kept
		d.puts++
		size, expires := int(how)*int(how)/14, time.Now().Add(time.Duration(int(what)/8-2)*time.Second)
		if size > modelBytes/16-500 { // too large, whatever the entry itself takes
			size += 500
		}
		d.m.Put(k, d.puts, size, expires)
		d.rows[k] = modelRow{d.puts, expires}
		if size > modelBytes/16 {
			delete(d.rows, k)
		}
	case 4, 5:
		d.get(k)
	case 6:
		d.m.Forget(k)
		delete(d.rows, k)
		if how == 0 {
			d.m.Purge()
			clear(d.rows)
		}
	case 7:
		time.Sleep(time.Duration(how) * 10 * time.Millisecond)
	}
	for k, r := range d.rows {
		if !time.Now().Before(r.expires) {
			d.get(k) // forgotten on time
			delete(d.rows, k)
		}
	}
	d.checkStats()
}

func (d *model) get(k [32]byte) (ok bool) {
	v, ok := d.m.Get(k, time.Now())
	r, there := d.rows[k]
	if ok && (!there || v != r.value || !time.Now().Before(r.expires)) {
		d.t.Fatalf("got %d, want %+v, %v", v, r, there)
	}
	return ok
}

func (d *model) checkStats() {
	s := d.m.Stats()
	if s.Bytes > s.MaxBytes {
		d.t.Fatalf("%+v", s)
	}
	if s.Entries > len(d.rows) || s.Evicted == 0 && s.Entries < len(d.rows) || s.Entries == 0 && s.Bytes != 0 {
		d.t.Fatalf("%+v, want %d entries", s, len(d.rows))
	}
}

// checkAll gets everything: what Stats counts is there.
func (d *model) checkAll() {
	there := 0
	for n := range 256 {
		if d.get(key("model", n)) {
			there++
		}
	}
	if s := d.m.Stats(); s.Entries != there {
		d.t.Fatalf("%d are there, and %+v", there, s)
	}
}

func play(t *testing.T, script []byte) memory.Stats {
	d := &model{t: t, m: memory.New[int](modelBytes), rows: map[[32]byte]modelRow{}}
	for i := 0; i+2 < len(script); i += 3 {
		d.step(script[i], script[i+1], script[i+2])
	}
	d.checkAll()
	return d.m.Stats()
}

func FuzzModel(f *testing.F) {
	f.Add([]byte{0x18, 1, 10, 4, 1, 0, 6, 1, 1, 4, 1, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		synctest.Test(t, func(t *testing.T) { play(t, script) })
	})
}

func TestModel(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 13))
			script := make([]byte, 9000)
			for i := range script {
				script[i] = byte(rnd.Uint32())
			}
			if s := play(t, script); s.Evicted == 0 {
				t.Errorf("seed %d never fills it: %+v", seed, s)
			}
		})
	}
}
