// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// kinds are what requests carry, with how often.
var kinds = []struct {
	name   string
	weight int
	make   func(*supply) (*credential, error)
}{
	{"good", 46, func(s *supply) (*credential, error) { return s.mint("good", s.good()) }},
	{"read only", 5, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Scopes = []string{"tasks.read"}
		return s.mint("read only", spec)
	}},
	{"ends soon", 6, func(s *supply) (*credential, error) {
		spec := s.good()
		ends := time.Duration(s.rand.IntN(40)-65) * time.Second // and the leeway
		spec.Lifetime = 5*time.Minute + ends
		spec.IssuedAt = s.world.clock.Now().Add(-5 * time.Minute)
		return s.mint("ends soon", spec)
	}},
	{"expired", 6, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.IssuedAt, spec.Lifetime = s.world.clock.Now().Add(-2*time.Hour), time.Hour
		return s.mint("expired", spec)
	}},
	{"from the future", 2, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.IssuedAt = s.world.clock.Now().Add(10 * time.Minute)
		return s.mint("from the future", spec)
	}},
	{"altered", 5, (*supply).altered},
	{"wrong key", 3, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Key = s.stranger
		c, err := s.mint("wrong key", spec)
		if c != nil {
			c.forged = true
		}
		return c, err
	}},
	{"unknown kid", 2, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Key, spec.Header = s.stranger, map[string]any{"kid": s.kid()}
		return s.mint("unknown kid", spec)
	}},
	{"unknown, expired", 3, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Key, spec.Header = s.stranger, map[string]any{"kid": s.kid()}
		spec.IssuedAt, spec.Lifetime = s.world.clock.Now().Add(-2*time.Hour), time.Hour
		return s.mint("unknown, expired", spec)
	}},
	{"wrong audience", 3, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Audience = "6c9e1b1e-0000-4000-8000-000000000000"
		return s.mint("wrong audience", spec)
	}},
	{"foreign tenant", 4, func(s *supply) (*credential, error) {
		return readMinted("foreign tenant")(s.world.foreign.Mint(emulator.Spec{Audience: s.world.b2c.API().ID, IssuedAt: s.world.clock.Now().Add(-time.Minute)}))
	}},
	{"ID token", 3, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Kind, spec.Audience = emulator.IDToken, s.world.b2c.API().ID
		return s.mint("ID token", spec)
	}},
	{"untrusted flow", 3, func(s *supply) (*credential, error) {
		spec := s.good()
		spec.Flow = reset
		return s.mint("untrusted flow", spec)
	}},
	{"daemon", 2, func(s *supply) (*credential, error) {
		return s.mint("daemon", emulator.Spec{Kind: emulator.AppToken, Flow: partner, IssuedAt: s.world.clock.Now().Add(-time.Minute)})
	}},
	{"garbage", 3, (*supply).garbage},
	{"none", 2, func(*supply) (*credential, error) { return &credential{kind: "none", form: isNone}, nil }},
	{"another scheme", 1, func(*supply) (*credential, error) {
		return &credential{kind: "another scheme", form: isNone, header: []string{"Basic dXNlcjpwYXNzd29yZA=="}}, nil
	}},
	{"two headers", 1, func(*supply) (*credential, error) {
		return &credential{kind: "two headers", form: isTwice, header: []string{"Bearer aaaa", "Bearer bbbb"}}, nil
	}},
	{"no token68", 1, func(*supply) (*credential, error) {
		return &credential{kind: "no token68", form: isNoToken68, header: []string{"Bearer a\"b"}}, nil
	}},
}

// supply are credentials of all kinds, renewed all the time. Workers take from
// it; one goroutine fills it.
type supply struct {
	world    *world
	rand     *rand.Rand // for the goroutine that fills
	stranger *emulator.Key

	mu   sync.RWMutex
	pool [][]*credential // by kind
}

// perKind is how many of a kind there are. The oldest goes, some seconds old, so
// that keys are gone whose tokens still come.
const perKind = 12

func newSupply(w *world, r *rand.Rand) (*supply, error) {
	s := &supply{world: w, rand: r, stranger: emulator.NewKey(), pool: make([][]*credential, len(kinds))}
	for range perKind {
		if err := s.renew(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// renew replaces one credential of each kind.
func (s *supply) renew() error {
	for i, k := range kinds {
		c, err := k.make(s)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		s.mu.Lock()
		s.pool[i] = append(s.pool[i], c)
		s.pool[i] = s.pool[i][max(0, len(s.pool[i])-perKind):]
		s.mu.Unlock()
	}
	return nil
}

// draw takes one by chance.
func (s *supply) draw(r *rand.Rand) *credential {
	n := 0
	for _, k := range kinds {
		n += k.weight
	}
	n = r.IntN(n)
	for i, k := range kinds {
		if n -= k.weight; n < 0 {
			s.mu.RLock()
			defer s.mu.RUnlock()
			return s.pool[i][r.IntN(len(s.pool[i]))]
		}
	}
	panic("weights")
}

// good is a token that opens some route, of any flow and user.
func (s *supply) good() emulator.Spec {
	flows := append([]string{s.world.wide[s.rand.IntN(len(s.world.wide))]}, trusted...)
	users := s.world.b2c.Users()
	return emulator.Spec{
		Flow: flows[s.rand.IntN(len(flows))], User: &users[s.rand.IntN(len(users))],
		IssuedAt: s.world.clock.Now().Add(-30 * time.Second), Lifetime: 10 * time.Minute,
	}
}

func (s *supply) kid() string {
	return fmt.Sprintf("%016x%016x", s.rand.Uint64(), s.rand.Uint64())
}

func (s *supply) mint(kind string, spec emulator.Spec) (*credential, error) {
	return readMinted(kind)(s.world.b2c.Mint(spec))
}

func readMinted(kind string) func(string, error) (*credential, error) {
	return func(raw string, err error) (*credential, error) {
		if err != nil {
			return nil, err
		}
		return read(kind, raw, false)
	}
}

// altered is a good token of which one thing was changed.
func (s *supply) altered() (*credential, error) {
	raw, err := s.world.b2c.Mint(s.good())
	if err != nil {
		return nil, err
	}
	parts := strings.Split(raw, ".")
	if s.rand.IntN(2) == 0 {
		signature := []byte(parts[2])
		at := s.rand.IntN(len(signature) - 1) // the last holds bits that must be zero
		if signature[at]++; signature[at] != 'B' {
			signature[at] = 'A'
		}
		if string(signature) == parts[2] {
			signature[at] = 'C'
		}
		parts[2] = string(signature)
	} else {
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			return nil, err
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			return nil, err
		}
		claims["oid"] = "00000000-0000-4000-8000-000000000001"
		if payload, err = json.Marshal(claims); err != nil {
			return nil, err
		}
		parts[1] = base64.RawURLEncoding.EncodeToString(payload)
	}
	return read("altered", strings.Join(parts, "."), true)
}

// garbage is what no validator should think about.
func (s *supply) garbage() (*credential, error) {
	c, err := s.mint("garbage", s.good())
	if err != nil {
		return nil, err
	}
	parts := strings.Split(c.raw, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"x","typ":"JWT"}`))
	raw := []string{
		"garbage", strings.Repeat("a", 20<<10), parts[0] + "." + parts[1], c.raw + "." + parts[2], c.raw + "=",
		unsigned + "." + parts[1] + ".", parts[1] + "." + parts[0] + "." + parts[2], strings.Repeat(".", 1000),
	}[s.rand.IntN(8)]
	return &credential{kind: "garbage", form: isMalformed, header: []string{"Bearer " + raw}}, nil
}

// forged returns an unsigned token of an unknown key for a flow, which by its
// claims might be good. It is cheap, for floods.
func (s *supply) forged(r *rand.Rand, flow string) *credential {
	now := s.world.clock.Now()
	encode := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	signature := make([]byte, 256)
	for i := range signature {
		signature[i] = byte(r.Uint32())
	}
	raw := encode(map[string]any{"alg": "RS256", "typ": "JWT", "kid": fmt.Sprintf("%016x", r.Uint64())}) + "." + encode(map[string]any{
		"iss": s.world.issuer(), "aud": s.world.b2c.API().ID, "tfp": flow, "scp": "tasks.read", "azp": s.world.b2c.Web().ID,
		"sub": "nobody", "nbf": now.Add(-time.Minute).Unix(), "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
	}) + "." + base64.RawURLEncoding.EncodeToString(signature)
	c, err := read("flood", raw, true)
	if err != nil {
		panic(err)
	}
	return c
}
