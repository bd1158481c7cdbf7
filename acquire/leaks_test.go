// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// Secrets with all that encodings treat in their own way.
const (
	oddSecret   = `s3cr&t "of" \ contoso's <daemon>/+=%~.`
	oddPassword = `pa55 w&rd? "of" \ lin's <account>/+=%é~`
	oddCode     = `c0de+/=_-.~!from#the$authorize%20endpoint`
	oddRefresh  = `r3fresh+/=_-.~!token#of$lin%20example`
	jwtAccess   = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJhZGEiLCJleHAiOjE3NTAwMDAwMDB9.c2lnbmF0dXJlLW9mLWFkYQ"
	jweRefresh  = "eyJraWQiOiJjcGltY29yZSIsInZlciI6IjEuMCJ9..bm90LWEtbm9uY2U.Y2lwaGVydGV4dA.dGFn"
)

// sent is a token request as a proxy sees it.
type sent struct {
	*http.Request
	body string
	form url.Values
}

// all returns the request in words: its header and the values of its form.
func (s sent) all() string {
	text := "Authorization: " + s.Header.Get("Authorization")
	for _, name := range slices.Sorted(maps.Keys(s.form)) {
		text += ", " + name + ": " + s.form.Get(name)
	}
	return text
}

// proxies are what may stand between an App and B2C, and repeats what it got.
var proxies = map[string]func(s sent) (*http.Response, error){
	"form as text":     func(s sent) (*http.Response, error) { return answer(s, 400, s.body), nil },
	"words as text":    func(s sent) (*http.Response, error) { return answer(s, 403, s.all()), nil },
	"page":             func(s sent) (*http.Response, error) { return answer(s, 502, page(html.EscapeString(s.all()))), nil },
	"page with a code": func(s sent) (*http.Response, error) { return answer(s, 400, page("AADB2C90081: "+s.all())), nil },
	"description":      func(s sent) (*http.Response, error) { return described(s, 400, "invalid_request", s.all()), nil },
	"description, form": func(s sent) (*http.Response, error) {
		return described(s, 400, "invalid_client", "AADB2C90081: "+s.body), nil
	},
	"description, HTML": func(s sent) (*http.Response, error) {
		return described(s, 400, "x", html.EscapeString(s.all())), nil
	},
	"description, lower-case escapes": func(s sent) (*http.Response, error) {
		return described(s, 400, "x", lowerEscapes(strings.ReplaceAll(s.body, "+", "%20"))), nil
	},
	"description, base64 of an address": func(s sent) (*http.Response, error) {
		return described(s, 400, "x", base64.RawURLEncoding.EncodeToString([]byte("xx"+s.body))), nil
	},
	"description, 2 lines": func(s sent) (*http.Response, error) { return described(s, 400, "x", "AADB2C90081: x\r\n"+s.all()), nil },
	"error":                func(s sent) (*http.Response, error) { return described(s, 400, s.all(), ""), nil },
	"custom code": func(s sent) (*http.Response, error) {
		return described(s, 400, "x", "AAD_Custom_"+secretOf(s)+": x"), nil
	},
	"other members": func(s sent) (*http.Response, error) { return answer(s, 400, inJSON(s.form)), nil },
	"JSON in JSON":  func(s sent) (*http.Response, error) { return described(s, 400, "x", inJSON(s.form)), nil },
	"JSON, slashes escaped": func(s sent) (*http.Response, error) {
		return answer(s, 400, "x"+strings.ReplaceAll(inJSON(s.form), "/", `\/`)), nil
	},
	"JSON, all escaped": func(s sent) (*http.Response, error) {
		return answer(s, 400, `{"error":"x","error_description":"`+unicodeEscapes(s.all())+`"}`), nil
	},
	"quoted": func(s sent) (*http.Response, error) {
		return answer(s, 400, fmt.Sprintf("%q %+q", s.all(), s.form)), nil
	},
	"lower-case escapes": func(s sent) (*http.Response, error) {
		return answer(s, 400, lowerEscapes(s.body)+" "+lowerEscapes(strings.ReplaceAll(s.body, "+", "%20"))), nil
	},
	"spaces as %20": func(s sent) (*http.Response, error) {
		return answer(s, 400, strings.ReplaceAll(s.body, "+", "%20")), nil
	},
	"base64": func(s sent) (*http.Response, error) {
		return described(s, 400, "x", base64.StdEncoding.EncodeToString([]byte(s.all()))), nil
	},
	"base64, another shift": func(s sent) (*http.Response, error) {
		return answer(s, 400, base64.URLEncoding.EncodeToString([]byte("x"+s.all()))), nil
	},
	"base64 of the form": func(s sent) (*http.Response, error) {
		return answer(s, 400, base64.RawURLEncoding.EncodeToString([]byte("xx"+s.body))), nil
	},
	"base64 of the secret": func(s sent) (*http.Response, error) {
		return answer(s, 400, base64.StdEncoding.EncodeToString([]byte(secretOf(s)))), nil
	},
	"header": func(s sent) (*http.Response, error) {
		resp := answer(s, 429, "")
		resp.Header = http.Header{"X-Sent": {s.body, s.all()}, "X-Secret": {secretOf(s)}, "Set-Cookie": {"x=" + s.body}, "Retry-After": {secretOf(s)}}
		return resp, nil
	},
	"reason phrase": func(s sent) (*http.Response, error) {
		resp := answer(s, 400, "")
		resp.Status = "400 " + s.all()
		return resp, nil
	},
	"redirect": func(s sent) (*http.Response, error) {
		resp := answer(s, 307, s.all())
		resp.Header.Set("Location", "https://evil.test/?"+s.body)
		return resp, nil
	},
	"redirect that is no URL": func(s sent) (*http.Response, error) {
		resp := answer(s, 307, "")
		resp.Header.Set("Location", "https://[evil/?"+s.body)
		return resp, nil
	},
	"token type": func(s sent) (*http.Response, error) {
		return answer(s, 200, inJSON(map[string]string{"access_token": "x", "token_type": s.all()})), nil
	},
	"no answer of B2C's": func(s sent) (*http.Response, error) { return answer(s, 200, s.all()), nil },
	"token that can't be": func(s sent) (*http.Response, error) {
		return answer(s, 200, inJSON(map[string]string{"access_token": "x " + s.all()})), nil
	},
	"secret at a cut of 500": func(s sent) (*http.Response, error) {
		return described(s, 400, strings.Repeat("x", 490)+secretOf(s)+s.all(), strings.Repeat("x", 490)+secretOf(s)+s.all()), nil
	},
	"secret at a cut of 300": func(s sent) (*http.Response, error) {
		return described(s, 400, "x", strings.Repeat("x", 290)+secretOf(s)+s.all()), nil
	},
	"secret at a cut of 4 Ki": func(s sent) (*http.Response, error) {
		return answer(s, 400, strings.Repeat("x", 4<<10-20)+secretOf(s)+s.all()), nil
	},
	"tokens with a 201": func(s sent) (*http.Response, error) { return answer(s, 201, inJSON(tokens)), nil },
	"tokens with a 400": func(s sent) (*http.Response, error) { return answer(s, 400, inJSON(tokens)), nil },
	"tokens cut off": func(s sent) (*http.Response, error) {
		return answer(s, 500, strings.TrimSuffix(inJSON(tokens), "}")), nil
	},
	"tokens described": func(s sent) (*http.Response, error) {
		return described(s, 400, jweRefresh, "AADB2C90080: "+jwtAccess), nil
	},
	"tokens of no type": func(s sent) (*http.Response, error) {
		return answer(s, 200, inJSON(map[string]string{"access_token": "x", "token_type": jwtAccess})), nil
	},
	"tokens twice": func(s sent) (*http.Response, error) {
		return answer(s, 200, `{"access_token":"`+jwtAccess+`","access_token":"`+jwtAccess+`","refresh_token":"`+jweRefresh+`"}`), nil
	},
	"breaking off": func(s sent) (*http.Response, error) {
		resp := answer(s, 200, "")
		resp.Body = io.NopCloser(failingReader{errors.New("lost behind " + s.all())})
		return resp, nil
	},
	"error of a transport": func(s sent) (*http.Response, error) { return nil, errors.New("could not send " + s.all()) },
	"error with the form": func(s sent) (*http.Response, error) {
		return nil, fmt.Errorf("could not send %q: %w", s.body, io.ErrUnexpectedEOF)
	},
	"error with a request": func(s sent) (*http.Response, error) { return nil, fmt.Errorf("could not send %q %q", s.Header, s.form) },
	"error that hides one": func(s sent) (*http.Response, error) { return nil, hidingError{[]error{errors.New(s.all())}} },
	"error that hides some": func(s sent) (*http.Response, error) {
		return nil, errors.Join(io.EOF, hidingError{[]error{io.EOF, errors.New(s.body)}})
	},
}

var tokens = map[string]string{"access_token": jwtAccess, "refresh_token": jweRefresh, "id_token": jwtAccess, "token_type": "Bearer"}

// hidingError wraps what its own text doesn't tell.
type hidingError struct{ all []error }

func (hidingError) Error() string     { return "could not send" }
func (e hidingError) Unwrap() []error { return e.all }

func answer(s sent, status int, body string) *http.Response {
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"text/plain"}}, Body: io.NopCloser(strings.NewReader(body)), Request: s.Request,
	}
}

func described(s sent, status int, oauthError, description string) *http.Response {
	return answer(s, status, inJSON(map[string]string{"error": oauthError, "error_description": description}))
}

func inJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// unicodeEscapes returns the text as the inside of a JSON string, of escapes
// alone.
func unicodeEscapes(text string) string {
	var b strings.Builder
	for _, r := range text {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerEscapes(text string) string { return percent.ReplaceAllStringFunc(text, strings.ToLower) }

// secretOf returns the value of a request that nobody may see.
func secretOf(s sent) string {
	for _, name := range []string{"password", "code", "refresh_token", "client_secret"} {
		if v := s.form.Get(name); v != "" {
			return v
		}
	}
	return s.Header.Get("Authorization")
}

// writings returns the ways in which a text may give a secret away, in whole
// or in half.
func writings(secret string) []string {
	half := len(secret) / 2
	all := []string{secret, secret[:half], secret[half:]}
	for _, s := range slices.Clone(all) {
		form := url.QueryEscape(s)
		spaced := strings.ReplaceAll(form, "+", "%20")
		all = append(all, form, lowerEscapes(form), spaced, lowerEscapes(spaced), url.PathEscape(s), html.EscapeString(s))
		quoted, ascii := strconv.Quote(s), strconv.QuoteToASCII(s)
		inside := strings.Trim(inJSON(s), `"`)
		all = append(all, inside, strings.ReplaceAll(inside, "/", `\/`), quoted[1:len(quoted)-1], ascii[1:len(ascii)-1], unicodeEscapes(s))
	}
	for _, s := range []string{secret, url.QueryEscape(secret)} {
		for shift := range 3 {
			for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				text := encoding.EncodeToString([]byte(strings.Repeat("x", shift) + s))
				all = append(all, text[4:len(text)-2])
			}
		}
	}
	return all
}

// secretSet are the secrets of a test, by their names, in all their writings.
type secretSet map[string][]string

// newSecrets takes names and secrets in turn.
func newSecrets(t *testing.T, pairs ...string) secretSet {
	t.Helper()
	all := secretSet{}
	for pair := range slices.Chunk(pairs, 2) {
		if len(pair[1]) < 16 {
			t.Fatalf("the %s of %d bytes is too short to look for", pair[0], len(pair[1]))
		}
		all[pair[0]] = writings(pair[1])
	}
	return all
}

// wantNoSecrets fails if a text gives one of the secrets away.
func wantNoSecrets(t *testing.T, what, text string, all secretSet) {
	t.Helper()
	for name, writings := range all {
		for _, w := range writings {
			if i := strings.Index(text, w); i >= 0 {
				t.Errorf("%s: got the %s as %s in …%s…", what, name, w, text[max(0, i-100):min(len(text), i+len(w)+100)])
				break
			}
		}
	}
}

// textsOf returns all that can be printed of an error.
func textsOf(err error) string {
	var b strings.Builder
	var walk func(err error)
	walk = func(err error) {
		if err == nil {
			return
		}
		fmt.Fprintf(&b, "%v\n%+v\n%#v\n%q\n%s\n", err, err, err, err, err)
		if text, failed := json.Marshal(err); failed == nil {
			b.Write(text)
		}
		if r, ok := err.(*oauth2.RetrieveError); ok {
			fmt.Fprintf(&b, "%s\n%s\n%v\n%s\n%s\n%s\n", r.Body, r.Response.Status, r.Response.Header, r.ErrorCode, r.ErrorDescription, r.ErrorURI)
			_ = r.Response.Header.Write(&b)
		}
		switch wraps := err.(type) { //nolint:errorlint // this walks the chain itself
		case interface{ Unwrap() error }:
			walk(wraps.Unwrap())
		case interface{ Unwrap() []error }:
			for _, e := range wraps.Unwrap() {
				walk(e)
			}
		}
	}
	walk(err)
	return b.String()
}

// behind returns a token endpoint with a proxy in front.
func behind(t *testing.T, proxy func(sent) (*http.Response, error)) tripper {
	t.Helper()
	return func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		return proxy(sent{r, string(body), form})
	}
}

// Whatever a proxy repeats of a request, it is in no error and in no log.
func TestErrorsTellNoSecrets(t *testing.T) {
	for name, proxy := range proxies {
		for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInParams, oauth2.AuthStyleInHeader} {
			bubble(t, func(t *testing.T) {
				logger, logged := newLogs()
				options := acquire.Options{Logger: logger, AuthStyle: style}
				newApp := func() *acquire.App { // each of its own: one back-off must not hide the rest
					return newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.Secret(oddSecret), behind(t, proxy), &options)
				}
				app := newApp()
				_, pending, err := app.BeginSignIn(callback, []string{readScope}, nil)
				if err != nil {
					t.Fatal(err)
				}
				secrets := newSecrets(
					t, "client secret", oddSecret, "password", oddPassword, "code", oddCode, "refresh token", oddRefresh,
					"verifier", pending.Verifier, "nonce", pending.Nonce, "state", pending.State,
					"token of an answer", jwtAccess, "refresh token of one", jweRefresh,
				)
				for grant, call := range map[string]func(app *acquire.App) error{
					"client_credentials": func(app *acquire.App) error { return second(app.Token(t.Context(), tasksScope)) },
					"password": func(app *acquire.App) error {
						return second(app.SignInWithPassword(t.Context(), "lin@example.org", oddPassword, readScope))
					},
					"refresh_token": func(app *acquire.App) error {
						return second(app.ImportRefreshToken(t.Context(), oddRefresh, readScope))
					},
					"authorization_code": func(app *acquire.App) error {
						return second(app.Finish(t.Context(), pending, url.Values{"state": {pending.State}, "code": {oddCode}}))
					},
				} {
					err := call(newApp())
					e, ok := errors.AsType[*acquire.Error](err)
					if !ok || e.During != grant {
						t.Errorf("%s, %s: got %v, want an error of the grant", name, grant, err)
						continue
					}
					wantNoSecrets(t, name+", "+grant, textsOf(err), secrets)
					wantOneLine(t, err)
				}
				synctest.Wait() // a renewal logs when it has answered
				wantNoSecrets(t, name+", logs", logged.String(), secrets)
				if logged.lines(" a token failed") == 0 {
					t.Errorf("%s: got logs %s, want that a renewal failed", name, logged)
				}
			})
		}
	}
}

// Of a secret that begins like another nothing is left either.
func TestSecretsThatBeginAlike(t *testing.T) {
	const long = oddRefresh + "-and-the-rest-of-a-secret"
	for _, pair := range [][2]string{{long, oddRefresh}, {oddRefresh, long}} {
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.Secret(pair[0]), behind(t, proxies["description"]), nil)
		_, err := app.ImportRefreshToken(t.Context(), pair[1])
		wantNoSecrets(t, "begin alike", textsOf(err), newSecrets(t, "beginning", oddRefresh, "whole", long, "rest", "-and-the-rest-of-a-secret"))
	}
}

// The same for a user's tokens, which are renewed out of sight.
func TestRenewalsTellNoSecrets(t *testing.T) {
	for name, proxy := range proxies {
		bubble(t, func(t *testing.T) {
			b2c := emulator.NewTenant(nil)
			w := newWire(b2c)
			logger, logged := newLogs()
			app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Logger: logger})
			pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
			ret, err := app.Finish(t.Context(), pending, params)
			if err != nil {
				t.Fatal(err)
			}
			secrets := newSecrets(
				t, "client secret", webSecret, "verifier", pending.Verifier, "nonce", pending.Nonce, "state", pending.State, "code", params.Get("code"),
				"access token", ret.SignIn.Token.AccessToken, "refresh token", ret.SignIn.RefreshToken, "ID token", ret.SignIn.RawIDToken,
				"token of an answer", jwtAccess, "refresh token of one", jweRefresh,
			)
			w.cutting(func(p post, r *http.Request) (*http.Response, error) {
				return proxy(sent{r, p.form.Encode(), p.form})
			})
			time.Sleep(50 * time.Minute) // the token is to be renewed, and good
			user := app.User(ret.SignIn.Account)
			if token, err := user.Token(t.Context(), readScope); err != nil || token.AccessToken != ret.SignIn.Token.AccessToken {
				t.Errorf("%s: got %v, %v; want the old token", name, token, err)
			}
			time.Sleep(time.Hour)
			_, err = user.Token(t.Context(), readScope)
			wantNoSecrets(t, name, textsOf(err), secrets)
			_, err = user.Replace(t.Context(), ret.SignIn.Token, readScope)
			wantNoSecrets(t, name+", Replace", textsOf(err), secrets)
			tr, err := user.Transport("https://stock.internal", readScope)
			if err != nil {
				t.Fatal(err)
			}
			_, err = (&http.Client{Transport: tr}).Get("https://stock.internal/items")
			if err == nil {
				t.Errorf("%s: got a token for an API, want none", name)
			}
			wantNoSecrets(t, name+", Transport", textsOf(err), secrets)
			synctest.Wait()
			wantNoSecrets(t, name+", logs", logged.String(), secrets)
			if logged.lines(" a token failed") == 0 {
				t.Errorf("%s: got logs %s, want that a renewal failed", name, logged)
			}
		})
	}
}

// B2C, or whoever sends the user back, may repeat the address that the user
// was sent to.
func TestReturnsTellNoSecrets(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	for name, echo := range map[string]func(p *acquire.Pending) url.Values{
		"description": func(p *acquire.Pending) url.Values {
			return form("error", "access_denied", "error_description", "nonce "+p.Nonce+" "+p.State)
		},
		"at a cut": func(p *acquire.Pending) url.Values {
			return form("error", strings.Repeat("x", 490)+p.Nonce, "error_description", strings.Repeat("x", 490)+p.Nonce)
		},
		"code": func(p *acquire.Pending) url.Values {
			return form("error", "x", "error_description", "AAD_Custom_"+p.Nonce+": "+p.Verifier)
		},
		"token": func(*acquire.Pending) url.Values {
			return form("error", "x", "error_description", "AADB2C90208: "+jwtAccess+" "+jweRefresh)
		},
		"beside a code": func(p *acquire.Pending) url.Values {
			return form("code", oddCode, "error", "x", "error_description", p.Verifier)
		},
		"another issuer": func(p *acquire.Pending) url.Values {
			return form("code", oddCode, "iss", "https://evil.test/"+p.Nonce+oddCode)
		},
		"another state": func(p *acquire.Pending) url.Values { return form("code", oddCode, "state", p.State) },
	} {
		_, pending, err := app.BeginSignIn(callback, []string{readScope}, nil)
		if err != nil {
			t.Fatal(err)
		}
		params := echo(pending)
		params.Add("state", pending.State)
		_, err = app.Finish(t.Context(), pending, params)
		if err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
		wantNoSecrets(t, name, textsOf(err), newSecrets(
			t, "verifier", pending.Verifier, "nonce", pending.Nonce, "state", pending.State, "code", oddCode, "token", jwtAccess, "refresh token", jweRefresh,
		))
		wantOneLine(t, err)
	}
}

// Functions and stores of the user's that fail with a secret in their error.
func TestOwnFailuresTellNoSecrets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		logger, logged := newLogs()
		secrets := newSecrets(t, "client secret", oddSecret, "access token", jwtAccess, "refresh token", jweRefresh, "another", oddRefresh)
		at := contoso(t).Flow("B2C_1_susi")
		b2c := &endpoint{}
		b2c.always(reply{token: jwtAccess})
		app := newDaemonAt(t, at, acquire.SecretFunc(func(context.Context) (string, error) {
			return oddSecret, errors.New("this secret is old: " + oddSecret)
		}), b2c, &acquire.Options{Logger: logger})
		_, err := app.Token(t.Context(), tasksScope)
		wantClass(t, "SecretFunc", err, acquire.ErrRetry)
		wantNoSecrets(t, "SecretFunc", textsOf(err), secrets)

		for name, panics := range map[string]any{"a text": oddSecret, "an error": errors.New(oddSecret), "bytes": []byte(oddSecret)} {
			app := newDaemonAt(t, at, acquire.Secret(oddSecret), tripper(func(*http.Request) (*http.Response, error) { panic(panics) }), &acquire.Options{Logger: logger})
			_, err := app.Token(t.Context(), tasksScope)
			wantClass(t, "panic with "+name, err, acquire.ErrUnexpected)
			wantNoSecrets(t, "panic with "+name, textsOf(err), secrets)
		}
		synctest.Wait()
		if logged.lines("panic") != 2*3 {
			t.Errorf("got logs %s, want what panicked", logged)
		}

		for name, cache := range map[string]*tellingCache{
			"a value as it is":    {tell: func(value string) error { return errors.New("SET key " + value + ": out of memory") }},
			"a value, quoted":     {tell: func(value string) error { return fmt.Errorf("SET %q: out of memory", value) }},
			"a value, in base64":  {tell: func(value string) error { return errors.New(base64.StdEncoding.EncodeToString([]byte(value))) }},
			"odd numbers":         {value: `{"key":1,"access_token":"` + jwtAccess + `"}`},
			"a token in no place": {value: `{"key":"x","until":"` + oddRefresh + `"}`},
			"no JSON":             {value: jwtAccess + " " + oddRefresh},
		} {
			cacheLogger, cacheLogged := newLogs()
			app := newDaemonAt(t, at, acquire.Secret(oddSecret), b2c, &acquire.Options{Logger: cacheLogger, Cache: cache})
			if token, err := app.Token(t.Context(), tasksScope); err != nil || token.AccessToken != jwtAccess {
				t.Errorf("%s: got %v, %v; want a token whatever the cache does", name, token, err)
			}
			if cacheLogged.lines("the shared cache failed") != 1 {
				t.Errorf("%s: got logs %s, want one line about the cache", name, cacheLogged)
			}
			wantNoSecrets(t, name, cacheLogged.String(), secrets)
		}
		wantNoSecrets(t, "logs", logged.String(), secrets)
	})
}

// tellingCache is a Cache with an entry for every key, whose errors repeat
// what it is given.
type tellingCache struct {
	value string
	tell  func(value string) error
}

func (c *tellingCache) Get(context.Context, string) ([]byte, error) { return []byte(c.value), nil }

func (c *tellingCache) Set(_ context.Context, _ string, value []byte, _ time.Duration) error {
	if c.tell == nil {
		return nil
	}
	return c.tell(string(value))
}

func (c *tellingCache) Delete(context.Context, string) error { return nil }

// Whatever is printed of the package's values, by whatever verb.
func TestValuesTellNoSecrets(t *testing.T) {
	b2c := &endpoint{}
	b2c.always(reply{token: jwtAccess})
	credential := acquire.Secret(oddSecret)
	options := acquire.Options{Transport: tripper(b2c.RoundTrip)} // b2c itself would print what it got
	app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), credential, options.Transport, &options)
	mustToken(t, app, tasksScope)
	_, pending, err := app.BeginSignIn(callback, []string{readScope}, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := acquire.SignIn{
		Account: acquire.Account{ID: "x"}, Token: &oauth2.Token{AccessToken: jwtAccess}, RefreshToken: jweRefresh, RawIDToken: jwtAccess,
	}
	tr := newStock(t, app, nil)
	logger, logged := newLogs()
	type config struct {
		Credential acquire.Credential
		Options    acquire.Options
		Pending    acquire.Pending
		SignIn     acquire.SignIn
		App        *acquire.App
	}
	type hidden struct {
		credential acquire.Credential
		options    acquire.Options
		app        *acquire.App
	}
	var printed bytes.Buffer
	for _, v := range []any{
		app, credential, &credential, options, &options, pending, *pending, in, &in, app.User(in.Account), tr, app.TokenSource(t.Context(), tasksScope),
		newCookies(t, 1),
		acquire.Return{SignIn: &in},
		&acquire.Return{SignIn: &in},
		config{credential, options, *pending, in, app},
		&config{credential, options, *pending, in, app},
		hidden{credential, options, app},
		[]any{credential, pending, in},
		map[string]any{"c": credential, "p": *pending, "s": &in},
		[]acquire.Credential{credential},
		[]acquire.Pending{*pending},
		[]acquire.SignIn{in},
		[1]any{in},
	} {
		fmt.Fprintf(&printed, "%v\n%+v\n%#v\n%s\n%q\n%x\n", v, v, v, v, v, v)
		fmt.Fprintln(&printed, v)
		logger.Info("printed", "value", v)
	}
	for _, v := range []any{credential, pending, *pending, in, &in} {
		if s, ok := v.(fmt.Stringer); !ok || fmt.Sprint(v) != s.String() || fmt.Sprintf("%#v", v) != s.String() || s.String() == "" {
			t.Errorf("%T: got %v and %#v, want its String", v, v, v)
		}
	}
	secrets := newSecrets(
		t, "client secret", oddSecret, "access token", jwtAccess, "refresh token", jweRefresh,
		"verifier", pending.Verifier, "nonce", pending.Nonce, "state", pending.State,
	)
	wantNoSecrets(t, "printed", printed.String(), secrets)
	for name, writings := range secrets {
		if text := fmt.Sprintf("%x", writings[0]); strings.Contains(printed.String(), text) {
			t.Errorf("printed: got the %s in hexadecimal", name)
		}
	}
	// What a slice or map holds goes into a JSON log by its own MarshalJSON or
	// fields: only what is logged as itself is covered.
	for line := range strings.Lines(logged.String()) {
		if !strings.Contains(line, `"value":[`) && !strings.Contains(line, `"value":{"`) || strings.Contains(line, `"value":{"flow"`) || strings.Contains(line, `"value":{"account"`) {
			wantNoSecrets(t, "logged", line, secrets)
		}
	}
}
