// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"

	"github.com/b2ckit/b2ckit/emulator"
)

// every is how often Prometheus scrapes, and promql is its language.
const every = time.Minute

var promql3 = parser.NewParser(parser.Options{})

// history is what Prometheus has scraped of one service, for its own engine to query.
type history struct {
	byLabels   map[string]*recorded
	start, end time.Time
}

type recorded struct {
	labels  labels.Labels
	samples []chunks.Sample
}

// day is what happens to a service: minute by minute, on virtual time.
type day func(t *testing.T, minute int, s *service, b2c *emulator.Tenant)

// record has a service live for so many minutes, and scrapes it meanwhile.
func record(t *testing.T, minutes int, happens day) *history {
	t.Helper()
	h := &history{byLabels: map[string]*recorded{}}
	logger := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(logger)
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		s, err := newService(b2c)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		h.start = time.Now()
		for minute := range minutes {
			happens(t, minute, s, b2c)
			for range time.Minute / every {
				time.Sleep(every)
				h.scrape(t, s)
			}
		}
		h.end = time.Now()
	})
	return h
}

func (h *history) scrape(t *testing.T, s *service) {
	t.Helper()
	w := httptest.NewRecorder()
	s.internal.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	p := textparse.NewPromParser(w.Body.Bytes(), labels.NewSymbolTable(), false)
	for {
		entry, err := p.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var of labels.Labels
		p.Labels(&of)
		_, _, v := p.Series()
		key := of.String()
		if h.byLabels[key] == nil {
			h.byLabels[key] = &recorded{labels: of}
		}
		h.byLabels[key].samples = append(h.byLabels[key].samples, sample{time.Now().UnixMilli(), v})
	}
}

// names are those of the metrics that were scraped.
func (h *history) names() map[string]bool {
	found := map[string]bool{}
	for _, r := range h.byLabels {
		found[r.labels.Get(model.MetricNameLabel)] = true
	}
	return found
}

// query evaluates an expression at each scrape of the history.
func (h *history) query(t *testing.T, expr string) promql.Matrix {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: math.MaxInt32, Timeout: time.Minute, Parser: promql3})
	defer engine.Close()
	q, err := engine.NewRangeQuery(t.Context(), h, nil, expr, h.start, h.end, every)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	m, err := q.Exec(t.Context()).Matrix()
	if err != nil {
		t.Fatal(err)
	}
	for i := range m { // the engine takes its memory back
		m[i].Floats = slices.Clone(m[i].Floats)
	}
	return slices.Clone(m)
}

// Querier makes a history a storage.Queryable.
func (h *history) Querier(int64, int64) (storage.Querier, error) { return querier{h}, nil }

type querier struct{ *history }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &found{at: -1}
	for _, r := range q.byLabels {
		if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(r.labels.Get(m.Name)) }) {
			set.series = append(set.series, storage.NewListSeries(r.labels, r.samples))
		}
	}
	return set
}

func (querier) Close() error { return nil }

func (querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

type found struct {
	series []storage.Series
	at     int
}

func (f *found) Next() bool                        { f.at++; return f.at < len(f.series) }
func (f *found) At() storage.Series                { return f.series[f.at] }
func (f *found) Err() error                        { return nil }
func (f *found) Warnings() annotations.Annotations { return nil }

type sample struct {
	at    int64
	value float64
}

func (s sample) T() int64                      { return s.at }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.value }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }
