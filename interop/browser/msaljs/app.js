// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

"use strict";

// A single-page app, as MSAL.js's documents tell to write one. Its buttons are
// for people. The rest is called by the test, step by step, and says what the
// library returned or threw.
const app = (() => {
  const { client, known } = document.currentScript.dataset;
  const host = "contoso.b2clogin.com";
  const authority = (flow) => `https://${host}/contoso.onmicrosoft.com/${flow}`;
  const scopes = ["https://contoso.onmicrosoft.com/tasks/tasks.read"];
  const here = location.origin + location.pathname;
  const bridge = location.origin + "/bridge"; // since MSAL.js 5, hidden frames end there
  const library = new msal.PublicClientApplication({
    auth: {
      clientId: client,
      authority: authority("B2C_1_susi"),
      knownAuthorities: known ? [host] : [],
      redirectUri: here,
      postLogoutRedirectUri: here,
    },
  });

  // accountOf returns the account of a flow: there is one for each.
  const accountOf = (flow) => library.getAllAccounts()
    .find((a) => a.homeAccountId.includes(`-${flow.toLowerCase()}.`)) ?? null;

  const told = async (promise) => {
    try {
      const got = await promise;
      return {
        account: got?.account?.homeAccountId ?? "",
        name: got?.account?.name ?? "",
        username: got?.account?.username ?? "",
        tenant: got?.account?.tenantId ?? "",
        idToken: got?.idToken ?? "",
        accessToken: got?.accessToken ?? "",
        fromCache: got?.fromCache ?? false,
      };
    } catch (e) {
      return { error: { name: e.name, code: e.errorCode ?? "", text: e.message } };
    }
  };

  const back = library.initialize().then(() => told(library.handleRedirectPromise()));
  back.then(() => { document.querySelector("h1").textContent = "Ready"; });

  const login = () => told(library.loginRedirect({ scopes }));
  const edit = () => told(library.acquireTokenRedirect({ scopes, authority: authority("B2C_1_edit") }));
  const logout = () => told(library.logoutRedirect({ account: accountOf("B2C_1_susi") }));
  document.querySelector("#login").onclick = login;
  document.querySelector("#edit").onclick = edit;
  document.querySelector("#logout").onclick = logout;

  return {
    back: () => back,
    login,
    accounts: () => library.getAllAccounts().map((a) => a.homeAccountId).sort(),
    silent: (flow, forceRefresh = false) => told(library.acquireTokenSilent({
      scopes, forceRefresh, redirectUri: bridge, authority: authority(flow), account: accountOf(flow),
    })),
    frame: (flow) => told(library.ssoSilent({ scopes, redirectUri: bridge, authority: authority(flow) })),

    // ask sends a header that needs a preflight, as apps' own tracing does.
    ask: async (method, address) => {
      try {
        const answer = await fetch(address, { method, headers: { traceparent: "00" } });
        return answer.status;
      } catch {
        return 0;
      }
    },
  };
})();
