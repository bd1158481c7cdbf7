// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package cli is what the commands of b2ckit share: streams, the way a command
// line is read and refused, help, exit statuses, and flags that several have.
//
// A command is a package with one constructor, which [Main] is given:
//
//	func New(s *cli.Streams) *cobra.Command
//
// Results go to Streams.Out and everything that is said about them to Streams.Err.
// What a command returns decides the exit status: nil is 0; a [UsageError] is 2, and
// says which help to read; an error of [Exit] or [Status] carries its own; any
// other is 1.
package cli
