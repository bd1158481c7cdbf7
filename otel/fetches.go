// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/b2ckit/b2ckit/jwks"
)

// fetches are those of metadata and keys.
type fetches struct {
	client           *client
	fetches, changes metric.Int64Counter
}

func newFetches(m *maker, c *client) *fetches {
	return &fetches{
		client:  c,
		fetches: m.counter("b2ckit.keys.fetches", "{document}", "Documents that were fetched, or could not be, for keys."),
		changes: m.counter("b2ckit.keys.changes", "{key}", "Keys that came into a published set, or left it."),
	}
}

func (f *fetches) record(done jwks.Fetch) {
	ctx := context.Background() // a fetch is nobody's alone
	failed := fetchError(done)
	about := []attribute.KeyValue{
		documentKey.String(string(done.Document)), causeKey.String(string(done.Cause)), viaKey.String(string(done.Via)),
	}
	attrs := slices.Concat(about, []attribute.KeyValue{authorityKey.String(done.Authority)})
	if failed != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(failed))
	}
	f.fetches.Add(ctx, 1, metric.WithAttributes(attrs...))
	f.changed(ctx, done.Authority, "added", done.Added)
	f.changed(ctx, done.Authority, "removed", done.Removed)
	if done.Via == jwks.ViaServer {
		f.client.record(ctx, exchange{
			name: "fetch " + string(done.Document), method: http.MethodGet, authority: done.Authority,
			start: done.Start, took: done.Duration, status: done.Status, errorType: failed,
		}, about...)
	}
}

// changed counts keys. Their ids are the server's to choose, so they are no labels.
func (f *fetches) changed(ctx context.Context, authority, change string, ids []string) {
	if len(ids) > 0 {
		f.changes.Add(ctx, int64(len(ids)), metric.WithAttributes(authorityKey.String(authority), changeKey.String(change)))
	}
}

// fetchError returns what kind of failure it was, "" if none: a status, timeout,
// transport, or document for an answer that is of no use.
func fetchError(done jwks.Fetch) string {
	switch {
	case done.Err == nil:
		return ""
	case done.Status >= http.StatusMultipleChoices:
		return strconv.Itoa(done.Status)
	case done.Status > 0:
		return "document"
	case isTimeout(done.Err):
		return "timeout"
	}
	return "transport"
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
