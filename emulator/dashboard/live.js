// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// The pages work without this. It adds new requests to the log while the page
// is open, and lets buttons copy.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
  });
}

const log = document.getElementById("log");
if (log) {
  const live = document.querySelector(".live");
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const query = new URLSearchParams({ tenant: log.dataset.tenant, after: log.dataset.last });
      const answer = await fetch("/emulator/log?" + query);
      if (!answer.ok) throw new Error(answer.status);
      const rows = document.createElement("template");
      rows.innerHTML = await answer.text(); // rows that the server escaped
      const newest = rows.content.querySelector("tr");
      if (newest) {
        log.dataset.last = newest.dataset.number;
        log.prepend(rows.content);
        document.getElementById("quiet").hidden = true;
        while (log.rows.length > 100) log.deleteRow(-1);
      }
      live.hidden = false;
    } catch {
      live.hidden = true; // the emulator has stopped
    }
  };
  const loop = () => refresh().finally(() => setTimeout(loop, 2000));
  setTimeout(loop, 2000);
}
