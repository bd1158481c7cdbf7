// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// The corpus in testdata/tokens; its README.md defines the format.
const corpusDir = "../testdata/tokens"

var update = flag.Bool("update", false, "rewrite the corpus in testdata/tokens")

// vector is one file of the corpus.
type vector struct {
	name    string
	expect  string
	comment string
	now     int64
	allow   []string // allow-missing-flow
	clients []string
	flow    string // of the accepted token; "none" for the empty flow
	user    string // of the accepted token; "none" if there is no user id
	token   string
}

const (
	corpusNow      = 1750000060
	acceptVerdict  = "accept"
	corpusAudience = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
)

// verdicts is the closed vocabulary of "expect".
var verdicts = func() []string {
	all := []string{acceptVerdict}
	for _, r := range validateReasons {
		all = append(all, r.Error())
	}
	return all
}()

func (v *vector) format() []byte {
	var b bytes.Buffer
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("expect", v.expect)
	line("comment", v.comment)
	if v.now != corpusNow {
		line("now", strconv.FormatInt(v.now, 10))
	}
	line("allow-missing-flow", strings.Join(v.allow, " "))
	line("clients", strings.Join(v.clients, " "))
	line("flow", v.flow)
	line("user", v.user)
	b.WriteString("\n" + v.token + "\n")
	return b.Bytes()
}

func parseVector(name string, data []byte) (v vector, err error) {
	v = vector{name: name, now: corpusNow}
	head, token, ok := strings.Cut(string(data), "\n\n")
	if !ok || !strings.HasSuffix(token, "\n") {
		return v, errors.New("no empty line, or no line feed at the end")
	}
	v.token = strings.TrimSuffix(token, "\n")
	seen := map[string]bool{}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, ok := strings.Cut(line, ": ")
		if !ok || value == "" || seen[key] {
			return v, fmt.Errorf("malformed or repeated line %q", line)
		}
		seen[key] = true
		switch key {
		case "expect":
			v.expect = value
		case "comment":
			v.comment = value
		case "now":
			if v.now, err = strconv.ParseInt(value, 10, 64); err != nil {
				return v, err
			}
		case "allow-missing-flow":
			v.allow = strings.Split(value, " ")
		case "clients":
			v.clients = strings.Split(value, " ")
		case "flow":
			v.flow = value
		case "user":
			v.user = value
		default:
			return v, fmt.Errorf("unknown key %q", key)
		}
	}
	if !slices.Contains(verdicts, v.expect) || v.comment == "" {
		return v, fmt.Errorf("verdict %q is not in the vocabulary, or there is no comment", v.expect)
	}
	return v, nil
}

func readCorpus(tb testing.TB) []vector {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(corpusDir, "*.txt"))
	if err != nil || len(names) == 0 {
		tb.Fatalf("no corpus in %s: %v", corpusDir, err)
	}
	all := make([]vector, 0, len(names))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		v, err := parseVector(strings.TrimSuffix(filepath.Base(name), ".txt"), data)
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		all = append(all, v)
	}
	return all
}

// corpusSources are what the corpus's README says is trusted.
func corpusSources(tb testing.TB) (sources []jwks.Source) {
	tb.Helper()
	for _, c := range []struct{ flow, issuer, keys string }{
		{"B2C_1_susi", contosoIssuer, "user-flow.jwks"},
		{"B2C_1A_partner", contosoIssuer, "partner.jwks"},
		{"B2C_1_legacy", legacyIssuer, "user-flow.jwks"},
	} {
		document, err := os.ReadFile(filepath.Join(corpusDir, "keys", c.keys))
		if err != nil {
			tb.Fatal(err)
		}
		s, err := jwks.NewStatic(contosoTenant(tb).Flow(c.flow), c.issuer, document)
		if err != nil {
			tb.Fatal(err)
		}
		sources = append(sources, s)
	}
	return sources
}

func corpusValidator(tb testing.TB, v *vector) *validator.Validator {
	tb.Helper()
	val, err := validator.NewFromSources(corpusSources(tb), corpusAudience, &validator.Options{
		AllowMissingFlow: v.allow, Clients: v.clients,
		Now: func() time.Time { return time.Unix(v.now, 0) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return val
}

// verdictOf is the corpus's word for an outcome.
func verdictOf(err error) string {
	if err == nil {
		return acceptVerdict
	}
	if e, ok := errors.AsType[*validator.Error](err); ok {
		return e.Reason.Error()
	}
	return fmt.Sprintf("an error of type %T", err)
}

func TestCorpus(t *testing.T) {
	all := readCorpus(t)
	count := map[string]int{}
	comments := map[string]string{}
	for _, v := range all {
		count[v.expect]++
		if other := comments[v.comment]; other != "" {
			t.Errorf("%s and %s have the same comment", v.name, other)
		}
		comments[v.comment] = v.name
		token, err := corpusValidator(t, &v).Validate(t.Context(), v.token)
		if got := verdictOf(err); got != v.expect {
			t.Errorf("%s (%s): got %s, want %s: %v", v.name, v.comment, got, v.expect, err)
			continue
		}
		if err != nil {
			checkErrorText(t, v.name, err)
			continue
		}
		if want := strings.TrimPrefix(v.flow, "none"); v.flow != "" && token.Flow != want {
			t.Errorf("%s: got flow %q, want %q", v.name, token.Flow, want)
		}
		user, err := token.UserID()
		if want := strings.TrimPrefix(v.user, "none"); v.user != "" && (user != want || (err != nil) != (want == "")) {
			t.Errorf("%s: got user %q, %v; want %q", v.name, user, err, want)
		}
	}
	for _, verdict := range verdicts {
		// Static keys are always there.
		if count[verdict] == 0 && verdict != validator.ErrUnavailable.Error() {
			t.Errorf("no vector expects %s", verdict)
		}
	}
	t.Logf("%d vectors: %v", len(all), count)
}

// TestCorpusFiles holds the files to their generator, which writes them with
// go test ./validator -run TestCorpusFiles -update.
func TestCorpusFiles(t *testing.T) {
	names := map[string]bool{}
	for _, v := range generate(t) {
		if names[v.name] {
			t.Fatalf("%s is generated twice", v.name)
		}
		names[v.name] = true
		file := filepath.Join(corpusDir, v.name+".txt")
		want := v.format()
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is generated (%v); run with -update", file, err)
		}
		if back, err := parseVector(v.name, want); err != nil || back.token != v.token || back.expect != v.expect {
			t.Errorf("%s does not read back: %v", v.name, err)
		}
	}
	for _, v := range readCorpus(t) {
		if !names[v.name] {
			t.Errorf("%s is not generated", v.name)
		}
	}
}
