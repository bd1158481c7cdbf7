# SPDX-FileCopyrightText: 2026 The b2ckit authors
# SPDX-License-Identifier: Apache-2.0
"""Runs MSAL Python against an emulated Azure AD B2C tenant, step by step.

msalpython_test.go starts this program with one argument, the path of a JSON
file (see SETTINGS), writes a line of JSON to its stdin for each step it wants,
{"step": name, "args": {...}}, and validates what comes back: here, MSAL is only
used the way its documents tell.

A step is a generator. Each thing it yields is one line of JSON on stdout; the
step goes on when a line comes back, so that the test can count the requests
that the tenant has seen meanwhile. No step needs another one: each makes its
own apps, with empty caches.
"""

import hashlib
import html.parser
import json
import platform
import socket
import sys
import traceback
import urllib.parse

try:
    import msal
    import requests
except ImportError as missing:
    print(json.dumps({"missing": str(missing) + "; apt-get install python3-msal"}), flush=True)
    sys.exit(0)

# ca_file    the certificate authority of the tenant's server
# addresses  where host:port really is, in place of DNS
# host, custom_host, address, domain, tenant_id
# apps       web, native and daemon: client_id, client_secret, redirect_uri
# scope, other_scope, unknown_scope, default_scope, unknown_default_scope
# username, password, email
SETTINGS = {}

STEPS = {}


def step(function):
    STEPS[function.__name__] = function
    return function


class Names:
    """Stands in for DNS, so that MSAL and requests need no other setting than
    the CA file, and meet the tenant at B2C's own names and port. Nothing else
    can be reached, and what was looked for is remembered."""

    def __init__(self):
        self.system = socket.getaddrinfo
        self.unknown = []

    def resolve(self, host, port, *args, **kwargs):
        name = "%s:%s" % (host.decode() if isinstance(host, bytes) else host, port)
        address = SETTINGS["addresses"].get(name)
        if address is None:
            if name not in self.unknown:
                self.unknown.append(name)
            raise socket.gaierror(socket.EAI_NONAME, "no such name here: " + name)
        return self.system(address[0], address[1], *args, **kwargs)


NAMES = Names()


# --- apps and browsers ------------------------------------------------------


def authority_of(flow):
    return "https://%s/%s/%s" % (SETTINGS["host"], SETTINGS["domain"], flow)


def confidential(name="web", flow="B2C_1_susi", authority=None, secret=None, **options):
    app = SETTINGS["apps"][name]
    options.setdefault("verify", SETTINGS["ca_file"])
    return msal.ConfidentialClientApplication(
        app["client_id"],
        client_credential=secret or app["client_secret"],
        authority=authority or authority_of(flow),
        timeout=10,
        **options,
    )


def public(flow="B2C_1_susi", authority=None, **options):
    return msal.PublicClientApplication(
        SETTINGS["apps"]["native"]["client_id"],
        authority=authority or authority_of(flow),
        verify=SETTINGS["ca_file"],
        timeout=10,
        **options,
    )


class Form(html.parser.HTMLParser):
    """Reads the fields of the page by which response_mode=form_post answers."""

    def __init__(self, page):
        super().__init__()
        self.fields = {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "input":
            self.fields[attributes["name"]] = attributes["value"]


def visit(address):
    """Is the user's browser: returns the parameters that come to the app."""
    answer = requests.get(
        address, allow_redirects=False, verify=SETTINGS["ca_file"], timeout=10
    )
    if answer.status_code == 302:
        query = urllib.parse.urlsplit(answer.headers["Location"]).query
        return dict(urllib.parse.parse_qsl(query))
    fields = Form(answer.text).fields
    if answer.status_code == 200 and fields:
        return fields
    raise RuntimeError("the authorize endpoint answered %d" % answer.status_code)


def begin(app, name="web", scopes=None, **options):
    if scopes is None:
        scopes = [SETTINGS["scope"]]
    options.setdefault("redirect_uri", SETTINGS["apps"][name]["redirect_uri"])
    return app.initiate_auth_code_flow(scopes, **options)


def sign_in(app, name="web", scopes=None, **options):
    """Is the authorization code flow with PKCE, as MSAL documents it."""
    flow = begin(app, name, scopes, **options)
    result = app.acquire_token_by_auth_code_flow(flow, visit(flow["auth_uri"]))
    # MSAL sends a hash of the nonce that it keeps, so that is in the ID token.
    result["nonce"] = hashlib.sha256(flow["nonce"].encode()).hexdigest()
    return result


def attempt(call, *args, **kwargs):
    """Returns what a call returns, or what it raises. Only the first line of a
    message is kept: further lines may hold claims."""
    try:
        return call(*args, **kwargs)
    except Exception as e:  # whatever MSAL and requests have
        return {"raised": type(e).__name__, "message": str(e).split("\n")[0][:300]}


def cached_refresh_token(app):
    tokens = app.token_cache.find(msal.TokenCache.CredentialType.REFRESH_TOKEN)
    if len(tokens) != 1:
        raise RuntimeError("the cache has %d refresh tokens" % len(tokens))
    return tokens[0]["secret"]


# --- steps ------------------------------------------------------------------


@step
def authority(authority, **options):
    app = attempt(confidential, "daemon", authority=authority, **options)
    if isinstance(app, dict):
        yield "app", app
        return
    yield "app", {
        "environment": app.authority.instance,
        "realm": app.authority.tenant,
        "token_endpoint": app.authority.token_endpoint,
    }
    yield "token", app.acquire_token_for_client([SETTINGS["default_scope"]])


@step
def without_the_ca_file():
    yield "app", attempt(confidential, verify=True)


@step
def client_credentials(flow):
    app = confidential("daemon", flow)
    scopes = [SETTINGS["default_scope"]]
    yield "first", app.acquire_token_for_client(scopes)
    yield "again", app.acquire_token_for_client(scopes)
    yield "silent", app.acquire_token_silent(scopes, account=None)


@step
def code_flow_web():
    app = confidential()
    yield "app", {}
    scopes = [SETTINGS["scope"], SETTINGS["other_scope"]]
    yield "sign-in", sign_in(app, scopes=scopes)


@step
def code_flow_native():
    app = public()
    yield "app", {}
    yield "sign-in", sign_in(app, "native", response_mode="form_post")


@step
def code_flow_custom_domain():
    authority = "https://%s/%s/B2C_1_susi" % (SETTINGS["custom_host"], SETTINGS["domain"])
    yield "sign-in", sign_in(confidential(authority=authority))


@step
def code_flow_checks():
    app = confidential()
    flow = begin(app)
    response = visit(flow["auth_uri"])
    yield "other state", attempt(
        app.acquire_token_by_auth_code_flow, flow, dict(response, state="other")
    )
    other = "other" * 10
    yield "other verifier", app.acquire_token_by_auth_code_flow(
        dict(flow, code_verifier=other), response
    )
    yield "right one", app.acquire_token_by_auth_code_flow(dict(flow), response)
    yield "used code", app.acquire_token_by_auth_code_flow(dict(flow), response)

    app = confidential()
    flow = begin(app)
    response = visit(flow["auth_uri"])
    yield "other nonce", attempt(
        app.acquire_token_by_auth_code_flow, dict(flow, nonce="other"), response
    )
    yield "accounts", {"accounts": app.get_accounts()}


@step
def openid_only():
    app = confidential()
    yield "sign-in", sign_in(app, scopes=[])
    account = app.get_accounts()[0]
    yield "silent", app.acquire_token_silent([], account)
    yield "silent again", app.acquire_token_silent([], account)


@step
def own_client_id():
    app = confidential()
    scopes = [app.client_id]
    yield "sign-in", sign_in(app, scopes=scopes)
    yield "silent", app.acquire_token_silent(scopes, app.get_accounts()[0])


@step
def ropc():
    app = public("B2C_1_ropc")
    scopes = [SETTINGS["scope"]]
    yield "app", {}
    sign_in_with = app.acquire_token_by_username_password
    yield "right password", sign_in_with(SETTINGS["username"], SETTINGS["password"], scopes)
    accounts = app.get_accounts(username=SETTINGS["username"].upper())
    yield "accounts", {"accounts": accounts}
    yield "silent", app.acquire_token_silent(scopes, accounts[0])
    yield "refresh", app.acquire_token_silent(scopes, accounts[0], force_refresh=True)
    yield "wrong password", sign_in_with(SETTINGS["username"], "wrong", scopes)
    yield "wrong again", sign_in_with(SETTINGS["username"], "wrong", scopes)
    yield "right again", sign_in_with(SETTINGS["username"], SETTINGS["password"], scopes)


@step
def ropc_with_a_port():
    app = public(authority="https://%s/%s/B2C_1_ropc" % (SETTINGS["address"], SETTINGS["domain"]))
    yield "sign-in", attempt(
        app.acquire_token_by_username_password,
        SETTINGS["username"],
        SETTINGS["password"],
        [SETTINGS["scope"]],
    )


@step
def refresh():
    app = confidential()
    scopes = [SETTINGS["scope"]]
    yield "sign-in", sign_in(app)
    account = app.get_accounts()[0]
    first = cached_refresh_token(app)
    yield "silent", app.acquire_token_silent(scopes, account)
    yield "forced", app.acquire_token_silent(scopes, account, force_refresh=True)
    second = cached_refresh_token(app)
    yield "rotation", {"rotated": first != second}
    yield "forced again", app.acquire_token_silent(scopes, account, force_refresh=True)
    third = cached_refresh_token(app)

    other = confidential()
    yield "by refresh token", other.acquire_token_by_refresh_token(third, scopes)
    yield "accounts", {"accounts": other.get_accounts()}
    yield "used one", confidential().acquire_token_by_refresh_token(first, scopes)


@step
def accounts():
    app = confidential()
    scopes = [SETTINGS["scope"]]
    yield "sign-in", sign_in(app)
    yield "all", {"accounts": app.get_accounts()}
    yield "by user name", {"accounts": app.get_accounts(username=SETTINGS["email"])}
    account = app.get_accounts()[0]
    yield "silent", app.acquire_token_silent(scopes, account)
    yield "other scope", app.acquire_token_silent([SETTINGS["other_scope"]], account)
    app.remove_account(account)
    yield "after removal", {"accounts": app.get_accounts()}
    yield "silent after removal", app.acquire_token_silent(scopes, account)


@step
def edit_profile():
    cache = msal.TokenCache()
    app = confidential(token_cache=cache)
    yield "sign-in", sign_in(app)
    edit = confidential(flow="B2C_1_edit", token_cache=cache)
    redirect_uri = SETTINGS["apps"]["web"]["redirect_uri"]
    address = edit.get_authorization_request_url(
        [SETTINGS["scope"]], redirect_uri=redirect_uri, state="s", nonce="n"
    )
    yield "address", {"address": address}
    yield "edited", edit.acquire_token_by_authorization_code(
        visit(address)["code"], [SETTINGS["scope"]], redirect_uri=redirect_uri, nonce="n"
    )
    yield "edited with PKCE", sign_in(edit)

    # A flow is an authority of its own, but MSAL keeps accounts by host.
    yield "accounts", {"accounts": app.get_accounts()}
    yield "silent", {
        a["home_account_id"]: app.acquire_token_silent([SETTINGS["scope"]], a)
        for a in app.get_accounts()
    }


@step
def code_at_another_flow():
    flow = begin(confidential(flow="B2C_1_edit"))
    response = visit(flow["auth_uri"])
    yield "redeemed", confidential().acquire_token_by_auth_code_flow(flow, response)


@step
def errors():
    app = confidential("daemon", secret="wrong")
    yield "wrong secret", app.acquire_token_for_client([SETTINGS["default_scope"]])
    yield "wrong secret again", app.acquire_token_for_client([SETTINGS["default_scope"]])
    app = confidential("daemon")
    yield "scope without .default", app.acquire_token_for_client([SETTINGS["scope"]])
    yield "unknown API", app.acquire_token_for_client([SETTINGS["unknown_default_scope"]])
    app = confidential()
    yield "unknown scope", sign_in(app, scopes=[SETTINGS["unknown_scope"]])
    yield "cancelled", sign_in(app, login_hint="cancel")
    yield "forgot password", sign_in(app, login_hint="forgot-password")
    yield "no session", sign_in(app, prompt="none")
    other = "http://localhost:8401/callback"
    yield "unregistered redirect URI", sign_in(app, redirect_uri=other)
    yield "reserved scope", attempt(begin, app, scopes=["openid"])


@step
def unsupported():
    app = confidential()
    access_token = sign_in(app)["access_token"]
    yield "signed in", {}
    yield "on behalf of", app.acquire_token_on_behalf_of(access_token, [SETTINGS["scope"]])
    yield "device code", attempt(public().initiate_device_flow, [SETTINGS["scope"]])
    app = confidential(secret={"client_assertion": "e30.e30.e30"})
    yield "client assertion", app.acquire_token_for_client([SETTINGS["default_scope"]])


@step
def shared_app_tokens():
    cache = msal.TokenCache()
    scopes = [SETTINGS["default_scope"]]
    susi = confidential("daemon", "B2C_1_susi", token_cache=cache)
    partner = confidential("daemon", "B2C_1A_partner", token_cache=cache)
    yield "susi", susi.acquire_token_for_client(scopes)
    yield "partner, silent", partner.acquire_token_silent(scopes, account=None)
    yield "partner", partner.acquire_token_for_client(scopes)
    yield "susi, silent", susi.acquire_token_silent(scopes, account=None)


@step
def throttled():
    app = confidential("daemon")
    yield "app", {}
    yield "first", app.acquire_token_for_client([SETTINGS["default_scope"]])
    yield "again", app.acquire_token_for_client([SETTINGS["default_scope"]])


@step
def one_user():
    app = confidential()
    yield "sign-in", sign_in(app)
    yield "accounts", {"accounts": app.get_accounts()}
    app = public("B2C_1_ropc")
    yield "password", app.acquire_token_by_username_password(
        SETTINGS["username"], SETTINGS["password"], [SETTINGS["scope"]]
    )
    yield "password accounts", {"accounts": app.get_accounts()}


# --- steps at External ID and Entra ID --------------------------------------

# Settings of these: authority, certificate (private_key and thumbprint), assertion,
# stock_scope, and the app tasks.


def successor(name, credential=None, authority=None, **options):
    """Is an app there. This MSAL knows none of External ID's hosts, so that
    instance discovery has to be off."""
    return confidential(
        name,
        authority=authority or SETTINGS["authority"],
        secret=credential,
        instance_discovery=False,
        **options,
    )


@step
def successor_authority(authority, known=None):
    app = attempt(successor, "daemon", authority=authority)
    if not isinstance(app, dict):
        app = app.acquire_token_for_client([SETTINGS["default_scope"]])
    yield "token", app


@step
def successor_credentials():
    for label, credential in (
        ("secret", None),
        ("certificate", SETTINGS["certificate"]),
        ("assertion", {"client_assertion": SETTINGS["assertion"]}),
    ):
        app = successor("daemon", credential)
        yield label, app.acquire_token_for_client([SETTINGS["default_scope"]])


@step
def successor_sign_in():
    app = successor("web")
    yield "sign-in", sign_in(app)
    yield "accounts", {"accounts": app.get_accounts()}
    account = app.get_accounts()[0]
    yield "refreshed", app.acquire_token_silent([SETTINGS["scope"]], account, force_refresh=True)


@step
def successor_on_behalf_of(token):
    app = successor("tasks")
    yield "token", app.acquire_token_on_behalf_of(token, [SETTINGS["stock_scope"]])


@step
def successor_device_code():
    app = public(authority=SETTINGS["authority"], instance_discovery=False)
    flow = app.initiate_device_flow([SETTINGS["scope"]])
    yield "code", {"address": flow["verification_uri"], "message": flow["user_code"]}
    yield "token", app.acquire_token_by_device_flow(flow)


@step
def successor_errors():
    app = successor("daemon", "wrong")
    yield "wrong secret", app.acquire_token_for_client([SETTINGS["default_scope"]])
    app = successor("daemon")
    yield "scope without .default", app.acquire_token_for_client([SETTINGS["scope"]])


# --- the conversation -------------------------------------------------------


def say(**line):
    print(json.dumps(line), flush=True)


def run(name, args):
    for label, value in STEPS[name](**args):
        unknown, NAMES.unknown = NAMES.unknown, []
        say(step=name, ok=True, label=label, value=value, unknown_names=unknown)
        sys.stdin.readline()


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        SETTINGS.update(json.load(f))
    socket.getaddrinfo = NAMES.resolve
    about = (msal.__version__, platform.python_version(), requests.__version__)
    say(version=msal.__version__, about="MSAL Python %s, Python %s, requests %s" % about)
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        try:
            run(request["step"], request["args"])
        except Exception:
            say(step=request["step"], ok=False, detail=traceback.format_exc())
        else:
            say(step=request["step"], ok=True, done=True)


if __name__ == "__main__":
    main()
