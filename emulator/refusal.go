// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// refuse answers with an error of the token endpoint.
func refuse(w http.ResponseWriter, as telling, e *failure.Error, now time.Time) {
	e = as.own(e)
	recordOf(w).fails(e)
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	answer.JSON(w, status, as.answer(e, now))
}

// refusePage answers with an error for the user's eyes, where there is no app to
// which it may be sent.
func refusePage(w http.ResponseWriter, as telling, tenant string, e *failure.Error, now time.Time) {
	e = as.own(e)
	recordOf(w).fails(e)
	page.Refuse(w, tenant, e, now)
}
