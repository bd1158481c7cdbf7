// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package version

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// run runs b2ckit and returns its exit status and both outputs.
func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = cli.Run(t.Context(), &cli.Streams{Out: &out, Err: &errs}, args, New)
	return status, out.String(), errs.String()
}

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		status, stdout, stderr := run(t, args...)
		if status != 0 || stderr != "" || !strings.HasPrefix(stdout, "b2ckit ") || !strings.HasSuffix(stdout, "\n"+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n") {
			t.Errorf("%q: got %d, %q, %q", args, status, stdout, stderr)
		}
	}
	status, _, stderr := run(t, "version", "--short")
	if want := "b2ckit version: there is no flag --short\nIts flags: b2ckit help version\n"; status != 2 || stderr != want {
		t.Errorf("got %d, %q, want %q", status, stderr, want)
	}
}

// TestJSON: one object, whose members are told apart from those that aren't known.
func TestJSON(t *testing.T) {
	status, stdout, stderr := run(t, "version", "--json")
	var got map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); status != 0 || stderr != "" || err != nil || strings.Count(stdout, "\n") != 1 {
		t.Fatalf("got %d, %q, %q, %v", status, stdout, stderr, err)
	}
	if got["go"] != runtime.Version() || got["platform"] != runtime.GOOS+"/"+runtime.GOARCH || got["version"] == nil {
		t.Errorf("got %v", got)
	}
	for _, c := range []struct {
		settings []debug.BuildSetting
		want     string
	}{
		{nil, `{"version":"v1","go":"go1.26","platform":"` + runtime.GOOS + "/" + runtime.GOARCH + `"}`},
		{
			[]debug.BuildSetting{{Key: "vcs.revision", Value: "01"}, {Key: "vcs.time", Value: "2026-01-02T15:04:05Z"}, {Key: "vcs.modified", Value: "false"}},
			`{"version":"v1","commit":"01","time":"2026-01-02T15:04:05Z","modified":false,"go":"go1.26","platform":"` + runtime.GOOS + "/" + runtime.GOARCH + `"}`,
		},
	} {
		text, err := json.Marshal(buildOf(&debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "v1"}, Settings: c.settings}))
		if err != nil || string(text) != c.want {
			t.Errorf("got %s, %v, want %s", text, err, c.want)
		}
	}
}

func TestVersionText(t *testing.T) {
	machine := " " + runtime.GOOS + "/" + runtime.GOARCH + "\n"
	build := func(version string, settings ...string) *debug.BuildInfo {
		info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: version}}
		for i := 0; i < len(settings); i += 2 {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: settings[i], Value: settings[i+1]})
		}
		return info
	}
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "b2ckit (devel)\n" + runtime.Version() + machine},
		{build("v0.3.0"), "b2ckit v0.3.0\ngo1.26.8" + machine},
		{
			build("v0.3.1-0.20260102150405-0123456789ab+dirty", "vcs.revision", "0123456789abcdef0123456789abcdef01234567", "vcs.time", "2026-01-02T15:04:05Z", "vcs.modified", "true"),
			"b2ckit v0.3.1-0.20260102150405-0123456789ab+dirty\n" +
				"commit 0123456789abcdef0123456789abcdef01234567 of 2026-01-02T15:04:05Z, with changes\ngo1.26.8" + machine,
		},
		{build("(devel)", "vcs.revision", "01", "vcs.modified", "false"), "b2ckit (devel)\ncommit 01\ngo1.26.8" + machine},
	} {
		if got := buildOf(c.info).text(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
