// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// places are the parts of the prefix at which the kit has keys: values and leases of
// package rediscache, then those of rediskeys.
var places = []string{"value:", "lease:", "keys:", "keys-lease:"}

// script is such as the one that gives a lease back, if it is still the holder's.
const script = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`

// act is a command as the kit gives it.
type act []any

func (a act) name() string {
	name, _ := a[0].(string)
	return name
}

// acts returns what the kit does at a key: a value is set, read and deleted, a lease
// taken and given back.
func acts(key string) []act {
	return []act{
		{"SET", key, "b2ckit doctor", "PX", 10_000, "NX"},
		{"GETRANGE", key, 0, 100},
		{"GET", key},
		{"EVAL", script, 1, key, "somebody else's"},
		{"DEL", key},
	}
}

// acl finds out whether the user may do what the kit does. It asks Redis by a dry run,
// and where that is not allowed does it, to keys of its own that it removes.
func (v *visit) acl(ctx context.Context) report.Finding {
	f := report.Finding{Check: report.RedisACL, State: report.OK, Found: "the user may do what the kit does"}
	try, how := v.dryRun, "dry run"
	if !v.mayDryRun(ctx) {
		try, how = v.do, "done, at keys of its own"
	}
	var lacks []string
	var failed error
	for _, place := range places {
		key := v.prefix + place + "doctor-" + rand.Text()
		for _, a := range acts(key) {
			switch refused, err := try(ctx, a); {
			case err != nil:
				failed = err
			case refused:
				lacks = append(lacks, a.name()+" on "+v.prefix+place+"*")
			}
		}
	}
	f.Facts = []report.Fact{{Name: "redis_acl_asked_by", Value: how}}
	switch {
	case ctx.Err() != nil:
		f.State, f.Found = report.Skipped, "the checks ended early"
	case failed != nil:
		f.State, f.Found, f.Do = report.Fail, foreign.Text(failed.Error()), adviceCommand(failed)
	case len(lacks) > 0:
		f.State, f.Found = report.Fail, "the user may not "+foreign.Text(strings.Join(lacks, ", "))
		f.Do = fmt.Sprintf("an administrator grants it by: ACL SETUSER <user> ~%s* %s", v.prefix, grants(lacks))
	}
	return f
}

// grants returns what to add to the user's rules.
func grants(lacks []string) string {
	var all []string
	for _, l := range lacks {
		command, _, _ := strings.Cut(l, " ")
		if g := "+" + strings.ToLower(command); !slices.Contains(all, g) {
			all = append(all, g)
		}
	}
	return strings.Join(all, " ")
}

// mayDryRun reports whether Redis says what a user may do. That is Redis 7's, and
// wants a right of its own.
func (v *visit) mayDryRun(ctx context.Context) bool {
	user, err := v.client.Do(ctx, "ACL", "WHOAMI").Text()
	if err != nil {
		return false
	}
	v.user = user
	return v.client.Do(ctx, "ACL", "DRYRUN", user, "PING").Err() == nil
}

// dryRun reports whether Redis would refuse a command.
func (v *visit) dryRun(ctx context.Context, a act) (refused bool, err error) {
	answer, err := v.client.Do(ctx, append([]any{"ACL", "DRYRUN", v.user}, a...)...).Text()
	return err == nil && answer != "OK", err
}

// do gives the command. Whatever it leaves behind is gone after ten seconds.
func (v *visit) do(ctx context.Context, a act) (refused bool, err error) {
	err = v.client.Do(ctx, a...).Err()
	switch {
	case redis.HasErrorPrefix(err, "NOPERM"), err != nil && strings.Contains(err.Error(), "NOPERM"): // from within a script
		return true, nil
	case errors.Is(err, redis.Nil):
		return false, nil
	}
	return false, err
}

func adviceCommand(err error) string {
	switch {
	case redis.HasErrorPrefix(err, "READONLY"):
		return "name the primary: this server takes no writes"
	case redis.HasErrorPrefix(err, "OOM"):
		return "Redis is full: see redis-memory"
	case redis.HasErrorPrefix(err, "MOVED"), redis.HasErrorPrefix(err, "CROSSSLOT"):
		return "this is one node of a cluster; the services need a cluster client, and the doctor sees a part alone"
	case redis.HasErrorPrefix(err, "MISCONF"):
		return "Redis refuses writes as it can't save to its disk: see its log"
	}
	return "ask who runs Redis whether these commands are there: SET, GETRANGE, GET, EVAL, DEL"
}
