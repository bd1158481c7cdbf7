// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package version

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// New returns the command.
func New(s *cli.Streams) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "version",
		Short: "what this program was built from",
		Long: `Prints the version of b2ckit, the commit it was built from and the Go it was
built with. With changes means that files differed from that commit.`,
		Example: `  b2ckit version
  b2ckit version --json | jq -r .commit`,
		Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			b := buildOf(info)
			if asJSON {
				return json.NewEncoder(s.Out).Encode(b)
			}
			_, err := io.WriteString(s.Out, b.text())
			return err
		},
	}
	cli.Group(c, "", func(set *pflag.FlagSet) {
		set.BoolVar(&asJSON, "json", false, "one object: version, commit, time, modified, go and platform")
	})
	return c
}

// build is what the program was built from.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"` // of the commit
	Modified *bool  `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// buildOf describes a build; nil is one without modules. A program that "go install"
// has built of a version knows no commit but the one in the version.
func buildOf(info *debug.BuildInfo) *build {
	if info == nil {
		info = &debug.BuildInfo{}
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	b := &build{
		Version: cmp.Or(info.Main.Version, "(devel)"), Commit: settings["vcs.revision"], Time: settings["vcs.time"],
		Go: cmp.Or(info.GoVersion, runtime.Version()), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if modified, ok := settings["vcs.modified"]; ok {
		b.Modified = new(modified == "true")
	}
	return b
}

// text returns what a person reads.
func (b *build) text() string {
	text := "b2ckit " + b.Version + "\n"
	if b.Commit != "" {
		text += "commit " + b.Commit
		if b.Time != "" {
			text += " of " + b.Time
		}
		if b.Modified != nil && *b.Modified {
			text += ", with changes"
		}
		text += "\n"
	}
	return text + fmt.Sprintf("%s %s\n", b.Go, b.Platform)
}
