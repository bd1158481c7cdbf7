// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package hostile makes hostile tokens: good ones, edited and signed anew, so
// that the edit reaches the claims, or tampered with afterwards, so that it does
// not. Each names the class of what is wrong with it.
//
// It imports nothing of the kit and makes the same tokens on every run.
package hostile
