// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// owners make a Transport for the server's client.
var owners = map[string]func(t *testing.T, client *http.Transport) *reconnect.Transport{
	"own": func(t *testing.T, client *http.Transport) *reconnect.Transport {
		standard(t, client)
		return reconnect.New(nil, 0)
	},
	"user's": func(_ *testing.T, client *http.Transport) *reconnect.Transport {
		return reconnect.New(client, 0)
	},
}

// Some connections are stuck, others would be good. After the first failure
// the next attempt is on a fresh one; over HTTP/2 with a user's transport it is
// the one after that.
func TestStuck(t *testing.T) {
	for protocol, http2 := range protocols {
		for owner, newTransport := range owners {
			for start, warm := range map[string]bool{"cold": false, "warm": true} {
				for load, several := range map[string]bool{"one": false, "several": true} {
					t.Run(protocol+"/"+owner+"/"+start+"/"+load, func(t *testing.T) {
						f := newFront(t, http2)
						rt := newTransport(t, f.transport())
						defer rt.Close()
						if warm {
							f.must(rt)
						}
						f.stick()
						failures := 0
						if several {
							failures = f.healBeside(rt)
						} else {
							failures = f.heal(rt)
						}
						want := 1
						if http2 && owner == "user's" {
							want = 2
						}
						if failures > want {
							t.Errorf("got %d attempts from the first failure on that failed, want %d", failures, want)
						}
						f.must(rt)
						f.must(rt) // with a user's transport the first may have had its connection for itself
						used := f.connectionsUsed()
						if used > 4 || used > 3 && owner == "own" {
							t.Errorf("got %d connections, want no more than 3, or 4 with a user's transport", used)
						}
						for range 3 {
							f.must(rt)
						}
						if got := f.connectionsUsed(); got != used {
							t.Errorf("got %d connections more, want those that there were", got-used)
						}
					})
				}
			}
		}
	}
}

// heal makes requests one after the other until one is answered, and counts
// those that are not.
func (f *front) heal(rt http.RoundTripper) (failures int) {
	for failures < 10 {
		a := f.start(rt)
		if f.answered(a) {
			return failures
		}
		f.giveUp(a)
		failures++
	}
	return failures
}

// healBeside does so while there is always another one on the stuck connection,
// and counts those begun since the first has failed, and that.
func (f *front) healBeside(rt http.RoundTripper) (failures int) {
	older := f.start(rt)
	if f.answered(older) {
		f.t.Fatal("the first request met no stuck connection")
	}
	newer := f.start(rt)
	met := !f.answered(newer)
	f.giveUp(older)
	if !met { // over HTTP/1.1, where it has another connection
		return 1 + f.heal(rt)
	}
	for failures = 1; failures < 10; failures++ {
		older, newer = newer, f.start(rt)
		met := !f.answered(newer)
		f.giveUp(older)
		if !met {
			break
		}
	}
	return failures
}

// What a user's transport has to other servers stays, whatever fails.
func TestPoolOfUser(t *testing.T) {
	for protocol, http2 := range protocols {
		t.Run(protocol, func(t *testing.T) {
			f, other := newFront(t, http2), newFront(t, http2)
			client := f.transport()
			client.TLSClientConfig.RootCAs.AddCert(other.Certificate())
			other.must(client)
			rt := reconnect.New(client, 0)
			f.stick()
			f.heal(rt)
			rt.Close()
			other.must(client)
			if got := other.connectionsUsed(); got != 1 {
				t.Errorf("got %d connections to the other server, want the one that there was", got)
			}
		})
	}
}

// Nobody gives up, and those who come later are answered all the same.
func TestOverdueStuck(t *testing.T) {
	for owner, newTransport := range map[string]func(client *http.Transport) *reconnect.Transport{
		"own": func(client *http.Transport) *reconnect.Transport {
			standard(t, client)
			return reconnect.New(nil, time.Millisecond)
		},
		"user's": func(client *http.Transport) *reconnect.Transport { return reconnect.New(client, time.Millisecond) },
	} {
		t.Run(owner, func(t *testing.T) {
			f := newFront(t, true)
			rt := newTransport(f.transport())
			defer rt.Close()
			f.stick()
			var askings []*asking
			for range 100 { // fewer than a connection takes at once
				a := f.start(rt)
				if f.answered(a) {
					for _, a := range askings {
						f.giveUp(a)
					}
					return
				}
				askings = append(askings, a)
			}
			t.Error("got no answer, want one from another connection")
		})
	}
}

// Who has been waiting for so long that others go elsewhere is answered all the
// same, if the connection was only slow.
func TestOverdueSlow(t *testing.T) {
	f := newFront(t, true)
	standard(t, f.transport())
	rt := reconnect.New(nil, time.Millisecond)
	defer rt.Close()
	arrived, release := make(chan struct{}), make(chan struct{})
	f.handle(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	})
	slow := f.start(rt)
	<-arrived
	f.handle(func(http.ResponseWriter, *http.Request) {})
	for f.connectionsUsed() == 1 {
		f.must(rt)
	}
	close(release)
	if !f.answered(slow) {
		t.Error("got no answer from the slow connection")
	}
}
