// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guid_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/guid"
)

func TestGUID(t *testing.T) {
	for _, tc := range []struct {
		in, folded string
		is         bool
	}{
		{"775527ff-9a37-4307-8b3d-cc311f58d925", "775527ff-9a37-4307-8b3d-cc311f58d925", true},
		{"775527FF-9a37-4307-8B3D-CC311f58d925", "775527ff-9a37-4307-8b3d-cc311f58d925", true},
		{"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000", true},
		{"", "", false},
		{"{775527FF-9a37-4307-8b3d-cc311f58d925}", "{775527FF-9a37-4307-8b3d-cc311f58d925}", false},
		{"775527FF9a3743078b3dcc311f58d925", "775527FF9a3743078b3dcc311f58d925", false},
		{"775527FG-9a37-4307-8b3d-cc311f58d925", "775527FG-9a37-4307-8b3d-cc311f58d925", false},
		{"775527FF_9a37-4307-8b3d-cc311f58d925", "775527FF_9a37-4307-8b3d-cc311f58d925", false},
		{"775527FF-9a37-4307-8b3d-cc311f58d92-", "775527FF-9a37-4307-8b3d-cc311f58d92-", false},
		{"775527FF-9a37-4307-8b3d-cc311f58d925\n", "775527FF-9a37-4307-8b3d-cc311f58d925\n", false},
		{"775527ff-9a37-4307-8b3d-cc311f58d9ä", "775527ff-9a37-4307-8b3d-cc311f58d9ä", false},
		{"Ada", "Ada", false},
	} {
		if is, folded := guid.Is(tc.in), guid.Fold(tc.in); is != tc.is || folded != tc.folded {
			t.Errorf("%q: %v, %q; want %v, %q", tc.in, is, folded, tc.is, tc.folded)
		}
	}
}

func FuzzIs(f *testing.F) {
	pattern := regexp.MustCompile(`^(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)
	f.Add("775527FF-9a37-4307-8b3d-cc311f58d925")
	f.Add("775527FF-9a37-4307-8b3d-cc311f58d92-")
	f.Fuzz(func(t *testing.T, s string) {
		is := pattern.MatchString(s)
		if guid.Is(s) != is {
			t.Errorf("%q: want %v", s, is)
		}
		want := s
		if is {
			want = strings.ToLower(s)
		}
		if got := guid.Fold(s); got != want || guid.Fold(got) != got {
			t.Errorf("%q folds to %q", s, got)
		}
	})
}
