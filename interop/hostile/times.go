// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"fmt"
	"strconv"
	"strings"
)

// Now is the time at which good drafts are good.
const Now = 1750000060

// timeEdits put the times at and around every edge.
func timeEdits() (all []Edit) {
	for _, name := range []string{"exp", "nbf", "iat"} {
		for _, off := range []int{-86400 * 365, -3600, -121, -120, -119, -62, -61, -60, -59, -58, -1, 0, 1, 58, 59, 60, 61, 62, 119, 120, 121, 3600, 86400 * 365} {
			all = append(all, claim("claim "+name+" at an edge", name, strconv.Itoa(Now+off)))
		}
		for _, off := range []string{"59.999", "60.001", "-59.999", "-60.001", "0.5", "-0.5", "-60.5", "60.5"} {
			f, _ := strconv.ParseFloat(off, 64)
			all = append(all, claim("claim "+name+" at an edge, with a fraction", name, strconv.FormatFloat(Now+f, 'f', 3, 64)))
		}
		for _, form := range []string{"1.75000366e9", "1750003660.0", "17500036600e-1", "1.75000366E+9", "1.75000366e00009", "1750003660.000000000000000000000000000001", "0.175000366e10", "1750003660" + "." + strings.Repeat("0", 300)} {
			all = append(all, claim("claim "+name+" in another form of number", name, form))
		}
		for _, form := range []string{"253402300799", "253402300799.5", "253402300800", "9223372036854775807", "9223372036854775808", "18446744073709551617", "1e18", "1e19", "1e30", "1e308", "1e309", "-0", "-0.0", "-1e-5", "1e-5", "-9223372036854775808", "4294967296", "2147483648"} {
			all = append(all, claim("claim "+name+" out of range", name, form))
		}
		for _, form := range []string{`"1750003660"`, `"2026-01-01T00:00:00Z"`, `"never"`, `"1e10"`, `[1750003660]`, `{"$date":1750003660}`} {
			all = append(all, claim("claim "+name+" of a wrong type or value", name, form))
		}
	}
	for _, form := range []string{"01750003660", "+1750003660", "0x684f2a00", "1750003660.", ".5", "1e", "Infinity", "NaN", "1_750_003_660", "1750003660n", "--1", "１７５０００３６６０"} {
		all = append(all, claim("JSON: no number of the grammar", "exp", form))
	}
	for i, form := range []string{"1e400", "-1e400", "1e99999", "1E+400", strings.Repeat("9", 400), "[1e400]", `{"a":[1e309]}`} {
		for _, name := range []string{"ver", "extension_n", "auth_time", "nonce"} {
			e := claim("a claim that decides nothing is a number beyond a double", name, form)
			e.Name = fmt.Sprint(e.Name, i)
			all = append(all, e)
		}
	}
	return all
}
