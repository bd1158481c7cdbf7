// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package version

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}, {"-version"}} {
		status, stdout, stderr := refused(t, args...)
		if status != 0 || stderr != "" || !strings.HasPrefix(stdout, "b2ckit ") || !strings.HasSuffix(stdout, "\n"+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n") {
			t.Errorf("%q: got %d, %q, %q", args, status, stdout, stderr)
		}
		fits(t, stdout)
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
		if got := versionText(c.info); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
