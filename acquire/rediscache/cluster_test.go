// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/cachetest"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

const slots = 16384

// cluster is one of several masters, which have the slots in equal parts.
type cluster struct {
	nodes  []*redistest.Server
	client *redis.ClusterClient
}

func newCluster(t *testing.T, n int) *cluster {
	t.Helper()
	k := &cluster{}
	var addrs []string
	for i := range n {
		node := redistest.Start(t, "--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "2000")
		admin := dial(t, node.Addr, nil)
		if err := admin.ClusterAddSlotsRange(t.Context(), i*slots/n, (i+1)*slots/n-1).Err(); err != nil {
			t.Fatal(err)
		}
		if err := admin.Do(t.Context(), "cluster", "set-config-epoch", i+1).Err(); err != nil {
			t.Fatal(err)
		}
		k.nodes, addrs = append(k.nodes, node), append(addrs, node.Addr)
		host, port, err := net.SplitHostPort(addrs[0])
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			continue
		}
		if err := admin.ClusterMeet(t.Context(), host, port).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, addr := range addrs {
		admin := dial(t, addr, nil)
		wait(t, "the cluster to be ready", func() bool {
			info, err := admin.ClusterInfo(t.Context()).Result()
			return err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_slots_ok:%d", slots))
		})
	}
	k.client = redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = k.client.Close() })
	return k
}

// keys returns a key of each node.
func (k *cluster) keys(t *testing.T) []string {
	t.Helper()
	keys := make([]string, len(k.nodes))
	for i, found := 0, 0; found < len(keys); i++ {
		key := fmt.Sprint("key ", i)
		slot, err := k.client.ClusterKeySlot(t.Context(), at(key)).Result()
		if err != nil {
			t.Fatal(err)
		}
		if node := int(slot) * len(keys) / slots; keys[node] == "" {
			keys[node] = key
			found++
		}
	}
	return keys
}

func TestClusterConformance(t *testing.T) {
	k := newCluster(t, 3)
	cachetest.Run(t, func(t *testing.T) acquire.Cache { return newCache(t, k.client, patient) })
	c := newCache(t, k.client, patient)
	for i, key := range k.keys(t) {
		set(t, c, key, "value")
		if n, err := dial(t, k.nodes[i].Addr, nil).Exists(t.Context(), at(key)).Result(); n != 1 || err != nil {
			t.Errorf("node %d: got %d, %v, want %s there", i, n, err, key)
		}
	}
}

// A node of a cluster dies without a replica: what it had is gone, and the
// other nodes serve what is theirs.
func TestClusterLosesANode(t *testing.T) {
	k := newCluster(t, 3)
	c := newCache(t, k.client, impatient)
	keys := k.keys(t)
	served := func(key string) bool {
		if c.Set(t.Context(), key, []byte("value"), far) != nil {
			return false
		}
		got, err := c.Get(t.Context(), key)
		return string(got) == "value" && err == nil
	}
	for _, key := range keys {
		wait(t, key, func() bool { return served(key) })
	}
	k.nodes[2].Kill()
	for range 3 {
		if served(keys[2]) {
			t.Errorf("got %s served by a dead node", keys[2])
		}
		wait(t, keys[0], func() bool { return served(keys[0]) })
		wait(t, keys[1], func() bool { return served(keys[1]) })
	}
	k.nodes[2].Restart()
	wait(t, keys[2], func() bool { return served(keys[2]) })
}
