// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package version

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

const versionUsage = `usage: b2ckit version

Prints the version of b2ckit, the commit it was built from and the Go it was
built with.
`

// version prints what this program is.
func version(_ context.Context, args []string, stdout, _ io.Writer) error {
	switch {
	case len(args) == 1 && isHelp(args[0]):
		return flag.ErrHelp
	case len(args) > 0:
		return wrongUsage("%q is too much: it has no flags", args[0])
	}
	info, _ := debug.ReadBuildInfo()
	_, err := io.WriteString(stdout, versionText(info))
	return err
}

// versionText describes a build; nil is one without modules. A program that "go
// install" has built of a version knows no commit but the one in the version.
func versionText(info *debug.BuildInfo) string {
	if info == nil {
		info = &debug.BuildInfo{}
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	text := "b2ckit " + cmp.Or(info.Main.Version, "(devel)") + "\n"
	if commit := settings["vcs.revision"]; commit != "" {
		text += "commit " + commit
		if at := settings["vcs.time"]; at != "" {
			text += " of " + at
		}
		if settings["vcs.modified"] == "true" {
			text += ", with changes"
		}
		text += "\n"
	}
	return text + fmt.Sprintf("%s %s/%s\n", cmp.Or(info.GoVersion, runtime.Version()), runtime.GOOS, runtime.GOARCH)
}
