// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package browser has the tests that need a real browser: the emulator's pages
// and dashboard, the example web app on them, and a single-page app with MSAL.js,
// in headless Chromium.
//
//	B2CKIT_SCREENSHOTS=dir go test ./browser    # keeps a picture of every step
package browser
