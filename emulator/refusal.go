// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// refuse answers with an error of the token endpoint. There are no members beside
// these, unlike in Entra ID's answers.
func refuse(w http.ResponseWriter, e *aadb2c.Error, now time.Time) {
	recordOf(w).fails(e)
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	answer.JSON(w, status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{e.OAuth, e.Description(now)})
}

// refusePage answers with an error for the user's eyes, where there is no app to
// which it may be sent.
func refusePage(w http.ResponseWriter, tenant string, e *aadb2c.Error, now time.Time) {
	recordOf(w).fails(e)
	page.Refuse(w, tenant, e, now)
}
