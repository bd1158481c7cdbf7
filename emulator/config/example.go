// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	_ "embed"
	"encoding/json"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

//go:embed example.json
var example string

// Example returns a configuration with every setting: the default tenant.
func Example() []byte {
	before, flows, _ := strings.Cut(example, `"flows": [`)
	first, after, _ := strings.Cut(flows, "}") // no setting of a flow is an object
	return []byte(before + `"flows": [` + completed(first) + "}" + after)
}

// completed adds the settings that the first flow of the example doesn't show,
// as the default tenant has them.
func completed(flow string) string {
	end := strings.LastIndexByte(flow, '\n')
	flow, rest := flow[:end], flow[end:]
	line := flow[strings.LastIndexByte(flow, '\n'):]
	indent := line[:strings.IndexByte(line, '"')]
	for _, m := range wire.ObjectOf(emulator.DefaultOptions().Flows[0]) {
		name := `"` + m.Name + `": `
		if !strings.Contains(flow, name) {
			value, _ := json.Marshal(m.Value) // words, durations, numbers and lists of them
			flow += "," + indent + name + string(value)
		}
	}
	return flow + rest
}
