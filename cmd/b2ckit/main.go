// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command b2ckit is the kit's command line.
//
//	b2ckit emulate   an Azure AD B2C tenant on this machine, to develop against
//	b2ckit token     a token of a tenant, to call an API with or to look into
//	b2ckit explain   why a token is refused, and what to change
//	b2ckit doctor    whether all is as configured
//	b2ckit version   what this program was built from
//	b2ckit help      what there is
//
// Its exit status is 0 if all went well, 1 if the answer is no or something failed,
// 2 if the command line was wrong and 3 if there is no answer, as keys or the
// network are away.
package main

import (
	"os"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/emulate"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/explain"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/token"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/version"
)

func main() { os.Exit(cli.Main(commands...)) }

var commands = []cli.Constructor{
	emulate.Explaining(explain.Form),
	explain.New,
	token.New,
	doctor.New,
	version.New,
}
