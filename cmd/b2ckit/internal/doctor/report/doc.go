// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package report is what the doctor has found, for people and for programs.
//
// It is meant to be pasted in a ticket: who makes findings puts no secret, token
// or person's name in, and text from outside is escaped by then.
package report
