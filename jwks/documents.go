// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// documents is what is known of an authority's metadata and keys, and decides
// which of them the next fetch requests and when failures allow it. It makes no
// request, and its upkeep guards it.
type documents struct {
	host       string        // of the metadata
	renewAfter time.Duration // the age at which metadata is requested again

	known    metadata // the last good one
	metadata record
	keys     record
	due      bool // the next fetch in the background requests metadata too
	wanted   bool // a token's issuer wants metadata
}

// includesMetadata reports whether a fetch that somebody waits for requests
// metadata. That hardly ever changes, and B2C's request limit counts both; and
// while it fails a new key is to be found all the same.
func (d *documents) includesMetadata(usable, issuer bool, most caps) bool {
	if !usable {
		return d.wanted || d.outdated()
	}
	return issuer || d.wanted && d.metadata.wait(most) == 0
}

// metadataDue reports whether a fetch in the background requests metadata. What
// has failed is requested until it comes, or nothing would ever end the failure.
func (d *documents) metadataDue() bool {
	return d.due || d.wanted || d.metadata.err != nil || d.outdated()
}

// outdated reports whether metadata has to be requested again before keys mean
// anything; it was never, to begin with.
func (d *documents) outdated() bool { return time.Since(d.metadata.at) >= d.renewAfter }

// ruledOut reports whether metadata is good and no older than that, so that an
// issuer which it doesn't name is none.
func (d *documents) ruledOut(age time.Duration) bool {
	return d.metadata.err == nil && time.Since(d.metadata.at) <= age
}

// order returns what a fetch is to do.
func (d *documents) order(all, retry bool) order {
	return order{all: all, retry: retry, known: d.known, metadataETag: d.metadata.etag, keysETag: d.keys.etag, confirmed: d.keys.at}
}

// firstHost returns the host of the first request of a fetch.
func (d *documents) firstHost(all bool) string {
	if all || d.known.keyHost == "" {
		return d.host
	}
	return d.known.keyHost
}

// record keeps what came: of two documents one may have failed.
func (d *documents) record(out *outcome) {
	if out.metadata.isGood() {
		if out.meta != d.known {
			d.known, d.keys.etag = out.meta, ""
		}
		d.due, d.wanted = false, false
	}
	d.metadata.add(&out.metadata)
	d.keys.add(&out.keys)
}

// snapshot returns what to publish after good keys. A set that is nil has not
// changed; what has left it is kept for the grace period.
func (d *documents) snapshot(set *Set, before *snapshot, grace time.Duration) *snapshot {
	if set == nil {
		set = before.set
	} else if before != nil {
		set = set.withGrace(before.set, grace)
	}
	return &snapshot{metadata: d.known, set: set, metadataFrom: d.metadata.confirmation, keysFrom: d.keys.confirmation}
}

// confirmed returns when the server last confirmed both.
func (d *documents) confirmed() time.Time {
	if d.metadata.at.Before(d.keys.at) {
		return d.metadata.at
	}
	return d.keys.at
}

// err returns what failed last: the keys, else the metadata.
func (d *documents) err() error { return d.errFor(true) }

// errFor is err where a failure of metadata may not matter.
func (d *documents) errFor(metadata bool) error {
	switch {
	case d.keys.err != nil:
		return d.keys.err
	case metadata && d.metadata.err != nil:
		return d.metadata.err
	}
	return nil
}

// wait returns for how long failures hold back a fetch that somebody waits for.
func (d *documents) wait(all bool, most caps) time.Duration {
	if !all {
		return d.keys.wait(most)
	}
	return max(d.keys.wait(most), d.metadata.wait(most))
}

// backgroundWait is wait for a fetch that nobody waits for.
func (d *documents) backgroundWait(most caps) time.Duration {
	return max(d.keys.backgroundWait(most), d.metadata.backgroundWait(most))
}

// step returns the delay between two retries in the background.
func (d *documents) step() time.Duration {
	return max(d.keys.backoff.Step(backgroundCap), d.metadata.backoff.Step(backgroundCap))
}

// lift ends the back-off, since the host is back.
func (d *documents) lift() {
	d.keys.lift()
	d.metadata.lift()
}

// hint returns for how long the server says that its answers hold.
func (d *documents) hint() time.Duration {
	if d.keys.maxAge < 0 || d.metadata.maxAge >= 0 && d.metadata.maxAge < d.keys.maxAge {
		return d.metadata.maxAge
	}
	return d.keys.maxAge
}
