// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/interop/hostile"
	"github.com/b2ckit/b2ckit/interop/oracle"
	"github.com/b2ckit/b2ckit/validator"
)

var (
	verdicts = flag.Int("verdicts", 20000, "how many verdicts are compared")
	seed     = flag.Uint64("seed", 12, "seed of the worlds and tokens; 0 takes one from the clock")
)

// A world is made for so many tokens, and each token, which costs a signature, is
// judged so many times: at other times, by other rules, tampered with or not.
const (
	tokensPerWorld    = 16
	applications      = 4
	verdictsPerToken  = 24
	verdictsPerWorld  = tokensPerWorld * verdictsPerToken
	leastShareOfKinds = 2000 // one verdict in so many, of each kind that must come
)

// TestVerdicts: the kit and the oracle agree on every verdict, on its reason,
// and on what an accepted token says.
func TestVerdicts(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", *seed)
	begin := time.Now()
	s := &score{counts: map[oracle.Fault]int{}}
	worlds := (*verdicts + verdictsPerWorld - 1) / verdictsPerWorld
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(worlds) && !t.Failed(); i = next.Add(1) - 1 {
				compareWorld(t, rand.New(rand.NewPCG(*seed, uint64(i))), s, fmt.Sprintf("seed %d, world %d", *seed, i))
			}
		})
	}
	group.Wait()
	s.check(t)
	t.Logf("%d worlds, %d verdicts, %d accepted, %v", worlds, s.total, s.counts[""], time.Since(begin).Round(time.Second))
}

// score counts verdicts by the oracle's first fault; "" is acceptance.
type score struct {
	mu     sync.Mutex
	counts map[oracle.Fault]int
	total  int
}

func (s *score) add(v *oracle.Verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	if v.Accepted() {
		s.counts[""]++
		return
	}
	for _, f := range slices.Compact(slices.Sorted(slices.Values(v.Faults))) {
		s.counts[f]++
	}
}

// check fails if some kind of verdict hardly ever came: then it was not tested.
func (s *score) check(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return
	}
	for _, f := range []oracle.Fault{"", "too_large", "malformed", "encrypted", "algorithm", "header", "unknown_key", "signature", "claim", "issuer", "audience", "expired", "not_yet_valid", "not_access_token", "flow", "client"} {
		if s.counts[f] < s.total/leastShareOfKinds {
			t.Errorf("%q came %d times in %d", f, s.counts[f], s.total)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(s.counts)) {
		t.Logf("%-18q %8d", f, s.counts[f])
	}
}

// application is one validator and the rules that the oracle is told instead.
type application struct {
	rules     *oracle.Rules
	validator *validator.Validator
}

func newApplication(t *testing.T, r *rand.Rand, w *world) *application {
	t.Helper()
	app := &application{rules: newRules(r, w)}
	var err error
	app.validator, err = validator.NewFromSources(w.sources(t), "", &validator.Options{
		Clients: app.rules.Clients, AllowMissingFlow: app.rules.AllowMissingFlow, Leeway: app.rules.Leeway, MaxTokenBytes: app.rules.MaxBytes,
		Now: func() time.Time { return app.rules.Now },
	})
	if err != nil {
		t.Fatalf("%v\n%+v\n%v", w, app.rules, err)
	}
	return app
}

func compareWorld(t *testing.T, r *rand.Rand, s *score, where string) {
	w := newWorld(t, r)
	var apps []*application
	for range applications {
		apps = append(apps, newApplication(t, r, w))
	}
	for i := range tokensPerWorld {
		d, text := newDraft(r, w)
		token := d.Token()
		for j := range verdictsPerToken {
			app, raw, how := apps[j%applications], token, ""
			app.rules.Now = newTime(r, d, app.rules.Leeway)
			if j >= applications && r.IntN(3) == 0 {
				m := hostile.TamperOnce(r, token)
				raw, how = m.Raw, fmt.Sprint(", ", m.How, " at ", m.At)
			}
			want := w.oracle.Judge(raw, app.rules)
			got, err := app.validator.Validate(context.Background(), raw)
			s.add(&want)
			if problem := difference(got, err, &want); problem != "" {
				header, claims := d.Texts()
				t.Errorf("%s, token %d (%s%s): %s\nheader  %q\nclaims  %q\nrules   %+v\nworld\n%v", where, i, text, how, problem, header, claims, *app.rules, w)
				return
			}
		}
	}
	for _, app := range apps {
		_ = app.validator.Close()
	}
}

// newTime is when the token is judged: mostly while it is good, else at an edge
// of its times.
func newTime(r *rand.Rand, d *hostile.Draft, leeway time.Duration) time.Time {
	now := time.Unix(hostile.Now, 0)
	if r.IntN(3) > 0 {
		return now
	}
	edge := []time.Time{now.Add(3540*time.Second + leeway), now.Add(-60*time.Second - leeway), now.Add(3540 * time.Second), now.Add(-time.Minute)}[r.IntN(4)]
	return edge.Add([]time.Duration{-time.Second, -time.Millisecond, 0, time.Millisecond, time.Second, time.Hour, -time.Hour}[r.IntN(7)])
}

// difference tells where the two verdicts differ, "" if they don't.
func difference(got *validator.Token, err error, want *oracle.Verdict) string {
	if want.Accepted() != (err == nil) {
		return fmt.Sprintf("the oracle finds %v, the kit %v", want.Faults, err)
	}
	if err != nil {
		refusal, ok := errors.AsType[*validator.Error](err)
		if !ok || !slices.Contains(want.Faults, oracle.Fault(refusal.Reason.Error())) {
			return fmt.Sprintf("both refuse, the oracle for %v, the kit for %v", want.Faults, err)
		}
		return ""
	}
	user, _ := got.UserID()
	if !slices.Contains(want.Flows, got.Flow) || user != want.User || !slices.Equal(got.Scopes, want.Scopes) {
		return fmt.Sprintf("both accept, the oracle %+v, the kit flow %q user %q scopes %q", *want, got.Flow, user, got.Scopes)
	}
	return ""
}
