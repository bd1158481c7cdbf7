// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// dials watch how the client's connections are made. A client tries for longer than
// a caller waits and tells nobody why before it gives up, so that a port at which
// nobody listens looks like a server that hangs.
type dials struct {
	last atomic.Pointer[failedDial] // nil once one was made again
}

// lately is for how long a dial that failed explains why nothing comes.
const lately = 5 * time.Second

type failedDial struct {
	err error
	at  time.Time
}

// watch has the client's dials watched, from now on. Where nodes dial, those that a
// cluster knows already go unwatched: to list them it would ask the server.
func (d *dials) watch(client redis.UniversalClient) {
	switch c := client.(type) {
	case *redis.ClusterClient:
		c.OnNewNode(func(node *redis.Client) { node.AddHook(d) })
	case *redis.Ring:
		c.OnNewNode(func(node *redis.Client) { node.AddHook(d) })
		_ = c.ForEachShard(context.Background(), func(_ context.Context, node *redis.Client) error {
			node.AddHook(d)
			return nil
		})
	default:
		client.AddHook(d)
	}
}

// DialHook implements [redis.Hook].
func (d *dials) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		switch {
		case err == nil:
			d.last.Store(nil)
		case ctx.Err() == nil: // else it was cut short, which says nothing of the server
			d.last.Store(&failedDial{err, time.Now()})
		}
		return conn, err
	}
}

// ProcessHook implements [redis.Hook]. It leaves commands as they are.
func (d *dials) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

// ProcessPipelineHook implements [redis.Hook]. It leaves commands as they are.
func (d *dials) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// failed returns why no connection could be made lately, nil if one could or if
// that is not known.
func (d *dials) failed() error {
	if last := d.last.Load(); last != nil && time.Since(last.at) < lately {
		return last.err
	}
	return nil
}
