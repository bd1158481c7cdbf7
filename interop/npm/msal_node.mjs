// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Runs MSAL Node against an emulated Azure AD B2C tenant, step by step.
//
// msalnode_test.go starts this program with one argument, the path of a JSON
// file (as for msal_python.py, which says how the two talk), and validates what
// comes back: here, MSAL is only used the way its documents tell. No step needs
// another one: each makes its own apps, with empty caches.
//
// An app that is to meet the emulator needs three things:
//
//   - NODE_EXTRA_CA_CERTS in the environment before node starts, with the path
//     of the CA file that the emulator wrote: fetch, which MSAL uses, takes no
//     CA otherwise.
//   - knownAuthorities with the host of the authority (host:port where the
//     authority has one), as for B2C itself.
//   - a way to the emulator. The simple one is an authority on its own address,
//     https://127.0.0.1:port/{tenant}/{flow}; the issuer is then there too. For
//     B2C's own names there is the hosts file, if the emulator listens on port
//     443, or system.networkClient: see NetworkClient below.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import tls from "node:tls";

let msal;
try {
    msal = await import("@azure/msal-node");
} catch (e) {
    const why = `${e.code ?? e.message}; npm ci --ignore-scripts in interop/npm`;
    console.log(JSON.stringify({ missing: why }));
    process.exit(0);
}

const SETTINGS = JSON.parse(readFileSync(process.argv[2], "utf8"));
const SCOPES = [SETTINGS.scope];
const APP_SCOPES = [SETTINGS.default_scope];

// --- names ------------------------------------------------------------------

// A stand-in for DNS, so that MSAL's own HTTP client meets the tenant at B2C's
// names and port. Nothing else can be reached, and what was looked for is
// remembered.
const unknownNames = new Set();
const connect = tls.connect;
tls.connect = (options) => {
    const name = `${options.host}:${options.port}`;
    const address = SETTINGS.addresses[name];
    if (!address) {
        unknownNames.add(name);
        throw new Error("no such name here: " + name);
    }
    const servername = options.servername ?? options.host;
    return connect({ ...options, host: address[0], port: address[1], servername });
};

// NetworkClient is what an app can do about names by the book: MSAL sends its
// requests through system.networkClient, and that connects wherever it likes.
class NetworkClient {
    requests = 0;

    sendGetRequestAsync(url, options) {
        return this.send("GET", url, options);
    }

    sendPostRequestAsync(url, options) {
        return this.send("POST", url, options);
    }

    send(method, url, { headers, body } = {}) {
        this.requests++;
        const { host, hostname, port } = new URL(url);
        const [address, number] = SETTINGS.addresses[`${hostname}:${port || 443}`];
        return new Promise((resolve, reject) => {
            const request = https.request(url, {
                method,
                // The connection goes elsewhere; the certificate is still checked
                // against the name, and the tenant still sees it.
                hostname: address,
                port: number,
                servername: hostname,
                headers: { ...headers, host },
                agent: new https.Agent({ keepAlive: false }),
            });
            request.on("error", reject);
            request.on("response", async (response) => {
                let text = "";
                for await (const chunk of response.setEncoding("utf8")) text += chunk;
                try {
                    resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) });
                } catch (e) {
                    reject(e);
                }
            });
            request.end(body);
        });
    }
}

// --- apps and browsers ------------------------------------------------------

const authorityOf = (flow, host = SETTINGS.host) => `https://${host}/${SETTINGS.domain}/${flow}`;

function confidential({ name = "web", flow = "B2C_1_susi", authority, secret, known, cache, system, auth } = {}) {
    const app = SETTINGS.apps[name];
    authority ??= authorityOf(flow);
    return new msal.ConfidentialClientApplication({
        auth: {
            clientId: app.client_id,
            clientSecret: secret ?? app.client_secret,
            authority,
            knownAuthorities: known ?? [new URL(authority).host],
            ...auth,
        },
        cache: cache && { cachePlugin: cache },
        system,
    });
}

function publicClient({ flow = "B2C_1_susi", authority = authorityOf(flow) } = {}) {
    return new msal.PublicClientApplication({
        auth: { clientId: SETTINGS.apps.native.client_id, authority, knownAuthorities: [new URL(authority).host] },
    });
}

// SharedCache is a cache that several apps use, as MSAL documents them.
class SharedCache {
    text = "";

    async beforeCacheAccess(context) {
        context.tokenCache.deserialize(this.text);
    }

    async afterCacheAccess(context) {
        if (context.cacheHasChanged) this.text = context.tokenCache.serialize();
    }
}

// visit is the user's browser: returns the parameters that come to the app.
async function visit(address) {
    const answer = await fetch(address, { redirect: "manual" });
    await answer.arrayBuffer();
    const location = answer.headers.get("location");
    if (answer.status !== 302) throw new Error(`the authorize endpoint answered ${answer.status}`);
    return Object.fromEntries(new URL(location).searchParams);
}

// begin starts a sign-in with PKCE, state and nonce, which an app of MSAL Node
// has to make and keep by itself.
async function begin(app, name = "web", scopes = SCOPES, options = {}) {
    const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
    const [state, nonce] = [randomUUID(), randomUUID()];
    const redirectUri = SETTINGS.apps[name].redirect_uri;
    const url = await app.getAuthCodeUrl({
        scopes, redirectUri, state, nonce, codeChallenge: challenge, codeChallengeMethod: "S256", ...options,
    });
    return { url, request: { scopes, redirectUri, state, nonce, codeVerifier: verifier } };
}

// finish redeems what came back. An error that came back is the app's to see:
// MSAL has nothing for it.
async function finish(app, request, response) {
    if (response.error) return response;
    const result = await attempt(app, () => app.acquireTokenByCode({ ...request, code: response.code }, response));
    if (!result.raised) result.nonce = request.nonce;
    return result;
}

async function signIn(app, name, scopes, options) {
    const { url, request } = await begin(app, name, scopes, options);
    return finish(app, request, await visit(url));
}

// --- what MSAL returns ------------------------------------------------------

const cached = (app) => JSON.parse(app.getTokenCache().serialize());

// attempt returns what a call gets or throws, in the words of msal_python.py.
// The refresh token and client_info, which MSAL shows to nobody, are read from
// its cache.
async function attempt(app, call) {
    let result;
    try {
        result = await call();
    } catch (e) {
        return {
            raised: e.name,
            message: String(e.message).split("\n")[0].slice(0, 400),
            error: e.errorCode,
            error_description: e.errorMessage,
            status: e.status,
        };
    }
    if (!result) return null;
    const cache = cached(app);
    const of = (section) =>
        Object.values(cache[section]).find((c) => c.home_account_id === result.account?.homeAccountId);
    return {
        access_token: result.accessToken,
        id_token: result.idToken,
        id_token_claims: result.idTokenClaims,
        scope: result.scopes.join(" "),
        refresh_token: result.account ? of("RefreshToken")?.secret : "",
        client_info: result.account ? of("Account")?.client_info : "",
        from_cache: result.fromCache,
        seconds: result.expiresOn ? Math.round((result.expiresOn - Date.now()) / 1000) : 0,
        accounts: result.account ? [account(result.account)] : [],
    };
}

const account = (a) => ({
    home_account_id: a.homeAccountId,
    local_account_id: a.localAccountId,
    environment: a.environment,
    realm: a.tenantId,
    username: a.username,
});

const accounts = async (app) => ({ accounts: (await app.getTokenCache().getAllAccounts()).map(account) });
const onlyAccount = async (app) => (await app.getTokenCache().getAllAccounts())[0];
const clientCredential = (app, scopes = APP_SCOPES, options = {}) =>
    attempt(app, () => app.acquireTokenByClientCredential({ scopes, ...options }));
const silent = async (app, options = {}) => {
    const request = { account: await onlyAccount(app), scopes: SCOPES, ...options };
    return attempt(app, () => app.acquireTokenSilent(request));
};
const byPassword = (app, password = SETTINGS.password) =>
    attempt(app, () =>
        app.acquireTokenByUsernamePassword({ scopes: SCOPES, username: SETTINGS.username, password }));

// --- steps ------------------------------------------------------------------

const STEPS = {
    async *without_the_ca_file() {
        yield ["token", await clientCredential(confidential({ name: "daemon" }))];
        // MSAL doesn't say why, so this does what MSAL has tried.
        yield ["fetch", await fetch(authorityOf("B2C_1_susi") + "/v2.0/.well-known/openid-configuration").then(
            (answer) => ({ message: String(answer.status) }),
            (e) => ({ raised: e.name, message: e.cause?.code }))];
    },

    async *authority({ authority, known }) {
        const app = confidential({ name: "daemon", authority, known });
        const token = await clientCredential(app);
        const [entry] = Object.values(cached(app).AccessToken);
        yield ["token", { ...token, environment: entry?.environment, realm: entry?.realm }];
    },

    async *network_client() {
        const networkClient = new NetworkClient();
        const app = confidential({ name: "daemon", system: { networkClient } });
        yield ["token", await clientCredential(app)];
        yield ["sent", { message: String(networkClient.requests) }];
    },

    async *client_credentials({ flow }) {
        const app = confidential({ name: "daemon", flow });
        yield ["first", await clientCredential(app)];
        yield ["again", await clientCredential(app)];
        yield ["skipping the cache", await clientCredential(app, APP_SCOPES, { skipCache: true })];
    },

    async *shared_app_tokens() {
        const cache = new SharedCache();
        const susi = confidential({ name: "daemon", flow: "B2C_1_susi", cache });
        const partner = confidential({ name: "daemon", flow: "B2C_1A_partner", cache });
        yield ["susi", await clientCredential(susi)];
        yield ["partner", await clientCredential(partner)];
        yield ["susi again", await clientCredential(susi)];

        // The same by one app, which a request may give another authority.
        const app = confidential({ name: "daemon" });
        yield ["one app, susi", await clientCredential(app)];
        const other = { authority: authorityOf("B2C_1A_partner") };
        yield ["one app, partner", await clientCredential(app, APP_SCOPES, other)];
        yield ["one app, susi again", await clientCredential(app)];
    },

    async *code_flow_web() {
        const app = confidential();
        yield ["app", {}];
        yield ["sign-in", await signIn(app, "web", [SETTINGS.scope, SETTINGS.other_scope])];
        yield ["accounts", await accounts(app)];
    },

    async *code_flow_native() {
        yield ["sign-in", await signIn(publicClient(), "native")];
    },

    async *code_flow_custom_domain() {
        const app = confidential({ authority: authorityOf("B2C_1_susi", SETTINGS.custom_host) });
        yield ["sign-in", await signIn(app)];
    },

    async *code_flow_custom_policy() {
        const app = confidential({ flow: "B2C_1A_partner" });
        yield ["sign-in", await signIn(app)];
        yield ["forced", await silent(app, { forceRefresh: true })];
    },

    async *code_flow_checks() {
        let app = confidential();
        let { url, request } = await begin(app);
        const response = await visit(url);
        yield ["other state", await finish(app, request, { ...response, state: "other" })];
        const codeVerifier = "other".repeat(10);
        yield ["other verifier", await finish(app, { ...request, codeVerifier }, response)];
        yield ["right one", await finish(app, request, response)];
        yield ["used code", await finish(app, request, response)];

        app = confidential();
        ({ url, request } = await begin(app));
        yield ["other nonce", await finish(app, { ...request, nonce: "other" }, await visit(url))];
        ({ url, request } = await begin(app, "web", SCOPES, { nonce: undefined }));
        yield ["no nonce", await finish(app, request, await visit(url))];
        ({ url, request } = await begin(app));
        yield ["unexpected nonce", await finish(app, { ...request, nonce: undefined }, await visit(url))];
        yield ["accounts", await accounts(app)];
    },

    async *openid_only() {
        const app = confidential();
        yield ["sign-in", await signIn(app, "web", [])];
        yield ["silent", await silent(app, { scopes: [] })];
    },

    async *own_client_id() {
        const app = confidential();
        const scopes = [SETTINGS.apps.web.client_id];
        yield ["sign-in", await signIn(app, "web", scopes)];
        yield ["silent", await silent(app, { scopes })];
    },

    async *refresh() {
        const app = confidential();
        const refreshToken = () => Object.values(cached(app).RefreshToken)[0].secret;
        yield ["sign-in", await signIn(app)];
        const first = refreshToken();
        yield ["silent", await silent(app)];
        yield ["forced", await silent(app, { forceRefresh: true })];
        yield ["rotation", { rotated: refreshToken() !== first }];
        yield ["forced again", await silent(app, { forceRefresh: true })];

        const byRefreshToken = (app, refreshToken) =>
            attempt(app, () => app.acquireTokenByRefreshToken({ refreshToken, scopes: SCOPES }));
        const other = confidential();
        yield ["by refresh token", await byRefreshToken(other, refreshToken())];
        yield ["accounts", await accounts(other)];
        yield ["used one", await byRefreshToken(confidential(), first)];
        yield ["other scope", await silent(app, { scopes: [SETTINGS.other_scope] })];
    },

    async *accounts() {
        const app = confidential();
        yield ["sign-in", await signIn(app)];
        yield ["all", await accounts(app)];
        const a = await onlyAccount(app);
        await app.getTokenCache().removeAccount(a);
        yield ["after removal", await accounts(app)];
        yield ["silent after removal", await silent(app, { account: a })];
    },

    async *ropc() {
        const app = publicClient({ flow: "B2C_1_ropc" });
        yield ["right password", await byPassword(app)];
        yield ["accounts", await accounts(app)];
        yield ["silent", await silent(app)];
        yield ["refresh", await silent(app, { forceRefresh: true })];
        yield ["wrong password", await byPassword(app, "wrong")];
        yield ["right again", await byPassword(app)];
    },

    async *edit_profile() {
        const app = confidential();
        yield ["sign-in", await signIn(app)];
        // The way of MSAL's B2C samples: one app, and the flow in the request.
        const authority = authorityOf("B2C_1_edit");
        const { url, request } = await begin(app, "web", SCOPES, { authority });
        yield ["address", { address: url }];
        const response = await visit(url);
        yield ["at the wrong flow", await finish(app, request, response)];
        yield ["edited", await finish(app, { ...request, authority }, response)];
        yield ["accounts", await accounts(app)];
        for (const a of await app.getTokenCache().getAllAccounts()) {
            yield ["silent " + a.homeAccountId, await silent(app, { account: a })];
        }
    },

    async *errors() {
        const daemon = (options) => clientCredential(confidential({ name: "daemon", ...options }));
        yield ["wrong secret", await daemon({ secret: "wrong" })];
        yield ["unknown flow", await daemon({ flow: "B2C_1_none" })];
        yield ["unknown tenant", await daemon({ authority: `https://${SETTINGS.host}/fabrikam.onmicrosoft.com/B2C_1_susi` })];
        const app = confidential({ name: "daemon" });
        yield ["scope without .default", await clientCredential(app, SCOPES)];
        yield ["unknown API", await clientCredential(app, [SETTINGS.unknown_default_scope])];
        const web = confidential();
        yield ["unknown scope", await signIn(web, "web", [SETTINGS.unknown_scope])];
        yield ["cancelled", await signIn(web, "web", SCOPES, { loginHint: "cancel" })];
        yield ["forgot password", await signIn(web, "web", SCOPES, { loginHint: "forgot-password" })];
        yield ["no session", await signIn(web, "web", SCOPES, { prompt: "none" })];
        const redirectUri = "http://localhost:8401/callback";
        yield ["unregistered redirect URI", await signIn(web, "web", SCOPES, { redirectUri })];
    },

    async *unsupported() {
        const app = confidential();
        const { access_token: oboAssertion } = await signIn(app);
        yield ["signed in", {}];
        yield ["on behalf of", await attempt(app, () => app.acquireTokenOnBehalfOf({ oboAssertion, scopes: SCOPES }))];
        const native = publicClient();
        const request = { scopes: SCOPES, deviceCodeCallback() {} };
        yield ["device code", await attempt(native, () => native.acquireTokenByDeviceCode(request))];
        const asserting = confidential({ name: "daemon", auth: { clientSecret: "", clientAssertion: "e30.e30.e30" } });
        yield ["client assertion", await clientCredential(asserting)];
    },

    async *throttled() {
        const app = confidential({ name: "daemon" });
        yield ["first", await clientCredential(app)];
        yield ["again", await clientCredential(app)];
    },

    async *one_user() {
        const app = confidential();
        yield ["sign-in", await signIn(app)];
        yield ["accounts", await accounts(app)];
        const native = publicClient({ flow: "B2C_1_ropc" });
        yield ["password", await byPassword(native)];
        yield ["password accounts", await accounts(native)];
    },
};

// --- steps at External ID and Entra ID --------------------------------------

// successor is an app there: what the settings are is in msal_python.py.
const successor = (name, auth = {}, authority = SETTINGS.authority) => confidential({ name, authority, auth });

Object.assign(STEPS, {
    async *successor_authority({ authority, known }) {
        const app = confidential({ name: "daemon", authority, known });
        yield ["token", await clientCredential(app)];
    },

    async *successor_credentials() {
        const { private_key: privateKey, thumbprint_sha256: thumbprintSha256 } = SETTINGS.certificate;
        for (const [label, auth] of [
            ["secret", {}],
            ["certificate", { clientSecret: "", clientCertificate: { privateKey, thumbprintSha256 } }],
            ["assertion", { clientSecret: "", clientAssertion: SETTINGS.assertion }],
        ]) {
            yield [label, await clientCredential(successor("daemon", auth))];
        }
    },

    async *successor_sign_in() {
        const app = successor("web");
        yield ["sign-in", await signIn(app)];
        yield ["accounts", await accounts(app)];
        yield ["refreshed", await silent(app, { forceRefresh: true })];
    },

    async *successor_on_behalf_of({ token }) {
        const app = successor("tasks");
        const request = { oboAssertion: token, scopes: [SETTINGS.stock_scope] };
        yield ["token", await attempt(app, () => app.acquireTokenOnBehalfOf(request))];
    },

    async *successor_device_code() {
        const app = publicClient({ authority: SETTINGS.authority });
        let signedIn;
        const code = await new Promise((resolve) => {
            signedIn = attempt(app, () => app.acquireTokenByDeviceCode({ scopes: SCOPES, deviceCodeCallback: resolve }));
        });
        yield ["code", { address: code.verificationUri, message: code.userCode }];
        yield ["token", await signedIn];
    },

    async *successor_errors() {
        yield ["wrong secret", await clientCredential(successor("daemon", { clientSecret: "wrong" }))];
        yield ["scope without .default", await clientCredential(successor("daemon"), SCOPES)];
    },

    // As an API in Node validates a token: npm's jose, with the key set's address.
    async *jose({ token, keys, issuer, audience }) {
        const { createRemoteJWKSet, jwtVerify } = await import("jose");
        let result;
        try {
            const set = createRemoteJWKSet(new URL(keys));
            const { payload } = await jwtVerify(token, set, { issuer, audience, algorithms: ["RS256"] });
            result = { id_token_claims: payload };
        } catch (e) {
            result = { raised: e.code ?? e.name, message: String(e.message) };
        }
        yield ["verdict", result];
    },
});

// --- the conversation -------------------------------------------------------

const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const { version } = JSON.parse(
    readFileSync(new URL("node_modules/@azure/msal-node/package.json", import.meta.url), "utf8"));
say({ version, about: `MSAL Node ${version}, Node ${process.versions.node}` });

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (let line; !(line = await lines.next()).done; ) {
    const { step, args } = JSON.parse(line.value);
    try {
        for await (const [label, value] of STEPS[step](args)) {
            say({ step, ok: true, label, value, unknown_names: [...unknownNames] });
            unknownNames.clear();
            await lines.next();
        }
        say({ step, ok: true, done: true });
    } catch (e) {
        say({ step, ok: false, detail: String(e.stack ?? e) });
    }
}
process.exit(0);
