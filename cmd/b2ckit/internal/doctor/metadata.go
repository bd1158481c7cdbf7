// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
)

func (c *examination) checkMetadata() report.Finding {
	f := report.Finding{Check: report.Metadata, State: report.OK}
	if c.asked && c.metadata.Status != 0 {
		f.Facts = []report.Fact{
			{Name: "metadata", Value: c.authority.MetadataURL()},
			{Name: "metadata_status", Value: c.metadata.Status},
			{Name: "metadata_ms", Value: report.Milliseconds(c.metadata.Took)},
		}
		f.Facts = appendHeader(f.Facts, "metadata_caching", c.metadata.Header.Get("Cache-Control"))
	}
	switch {
	case !c.asked && c.err != nil:
		f.State, f.Found = report.Skipped, "not asked: "+withoutPackage(c.err)
	case c.readable:
		f.Found = fmt.Sprintf("fetched in %d ms", report.Milliseconds(c.metadata.Took))
	case c.failed == nil:
		f.State, f.Found = report.Fail, withoutPackage(c.err)
	default:
		f.State, f.Found, f.Do = report.Fail, problem(c.failed), c.advice(c.failed)
		if c.metadata.Status/100 == 3 {
			f.Facts = appendHeader(f.Facts, "location", hostOf(c.metadata.Header.Get("Location")))
		}
		if code := stsCode(c.metadata.Body); code != "" {
			f.Facts = append(f.Facts, report.Fact{Name: "code", Value: code})
		}
		f.Facts = appendRetryAfter(f.Facts, c.failed)
	}
	return f
}
