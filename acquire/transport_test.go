// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

const refused = `Bearer realm="stock", error="invalid_token", error_description="The token is not good."`

// network is the hosts that a Transport calls, made of one function. It keeps
// what arrives, and like any http.RoundTripper closes the request's body.
type network struct {
	serve http.HandlerFunc // if nil, everything is answered with 200

	mu    sync.Mutex
	calls []call
	open  int // answers whose body was neither read to its end nor closed
}

type call struct {
	url           string
	authorization string
	body          string
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	c := call{url: r.URL.String(), authorization: r.Header.Get("Authorization")}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		c.body = string(body)
	}
	n.mu.Lock()
	n.calls = append(n.calls, c)
	n.open++
	n.mu.Unlock()
	rec := httptest.NewRecorder()
	if n.serve != nil {
		n.serve(rec, r)
	}
	resp := rec.Result()
	resp.Request, resp.ContentLength = r, int64(rec.Body.Len())
	resp.Body = &answerBody{resp.Body, false, sync.OnceFunc(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.open--
	})}
	return resp, nil
}

// answerBody tells when it was read to its end and closed.
type answerBody struct {
	io.ReadCloser
	ended bool
	done  func()
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.ended = b.ended || err == io.EOF
	return n, err
}

func (b *answerBody) Close() error {
	if b.ended {
		b.done()
	}
	return b.ReadCloser.Close()
}

func (n *network) since(i int) []call {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]call(nil), n.calls[i:]...)
}

// left returns how many answers' bodies keep a connection busy.
func (n *network) left() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.open
}

// accepting answers 401 to all tokens but one.
func accepting(token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.Header().Set("WWW-Authenticate", refused)
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, "not this one")
			return
		}
		fmt.Fprint(w, "3 left")
	}
}

// newStock returns a Transport for https://stock.internal over a network.
func newStock(t *testing.T, app *acquire.App, base http.RoundTripper) *acquire.Transport {
	t.Helper()
	tr, err := app.Transport("https://stock.internal", tasksScope)
	if err != nil {
		t.Fatal(err)
	}
	tr.Base = base
	return tr
}

// send makes a request through a Transport alone and returns status and body.
func send(t *testing.T, tr *acquire.Transport, method, url string, body io.Reader) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return sendRequest(t, tr, r)
}

func sendRequest(t *testing.T, tr *acquire.Transport, r *http.Request) (int, string) {
	t.Helper()
	resp, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if got := resp.Request.Header.Get("Authorization"); strings.Contains(got, "token-") {
		t.Errorf("Response.Request: got Authorization %q, want none: a response is handed about", got)
	}
	return resp.StatusCode, string(text)
}

func TestTransportAttachesToItsOriginAlone(t *testing.T) {
	for _, tc := range []struct {
		target, url, host string
		want              bool
	}{
		{"https://stock.internal", "https://stock.internal/items?x=1", "", true},
		{"https://stock.internal/", "https://stock.internal", "", true},
		{"https://stock.internal", "https://STOCK.internal:443/items", "", true},
		{"https://stock.internal", "https://stock.internal/items", "stock.internal", true},
		{"https://stock.internal:8443", "https://stock.internal:8443/items", "", true},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/items", "", true},
		{"http://localhost", "http://localhost/items", "", true},
		{"http://[::1]:8080", "http://[::1]:8080/items", "", true},
		{"https://stock.internal", "http://stock.internal/items", "", false},
		{"https://stock.internal", "http://stock.internal:443/items", "", false},
		{"https://stock.internal", "https://stock.internal:8443/items", "", false},
		{"https://stock.internal:8443", "https://stock.internal/items", "", false},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8081/items", "", false},
		{"http://127.0.0.1:8080", "http://localhost:8080/items", "", false},
		{"http://127.0.0.1:8080", "https://127.0.0.1:8080/items", "", false},
		{"https://stock.internal", "https://eu.stock.internal/items", "", false},
		{"https://eu.stock.internal", "https://stock.internal/items", "", false},
		{"https://stock.internal", "https://stock.internal.evil.test/items", "", false},
		{"https://stock.internal", "https://evilstock.internal/items", "", false},
		{"https://stock.internal", "https://stock.internal@evil.test/items", "", false},
		{"https://stock.internal", "https://evil.test/?https://stock.internal", "", false},
		{"https://stock.internal", "https://stock.internal./items", "", false},
		{"https://stock.internal", "https://stock.internal/items", "evil.test", false},
		{"https://stock.internal", "https://evil.test/items", "stock.internal", false},
	} {
		b2c, n := &endpoint{}, &network{}
		tr, err := newDaemon(t, b2c, nil).Transport(tc.target, tasksScope)
		if err != nil {
			t.Errorf("%s: %v", tc.target, err)
			continue
		}
		tr.Base = n
		r := httptest.NewRequest(http.MethodGet, tc.url, nil)
		r.Host = tc.host
		if status, _ := sendRequest(t, tr, r); status != http.StatusOK {
			t.Errorf("%s, to %s: got %d, want 200", tc.target, tc.url, status)
		}
		want, posts := "", 0
		if tc.want {
			want, posts = "Bearer token-1", 1
		}
		if calls := n.since(0); len(calls) != 1 || calls[0].authorization != want {
			t.Errorf("%s, to %s (Host %q): got %v, want one call with Authorization %q", tc.target, tc.url, tc.host, calls, want)
		}
		wantPosts(t, tc.target+", to "+tc.url, b2c, posts)
	}
}

func TestTransportTargets(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	user := app.User(acquire.Account{ID: "x"})
	for _, target := range []string{
		"", "stock.internal", "//stock.internal", "http://stock.internal", "http://10.0.0.1", "http://localhost.evil.test", "http://127.0.0.1.evil.test",
		"ftp://stock.internal", "https://", "https://stock.internal/items", "https://stock.internal?x", "https://stock.internal#x",
		"https://ada:pa55word@stock.internal", "https://stock.internal:0x1", "https://stock.internal:99999", "https://stöck.internal", "https://stock.internal ",
	} {
		for who, err := range map[string]error{
			"App":  second(app.Transport(target, tasksScope)),
			"User": second(user.Transport(target, tasksScope)),
		} {
			if err == nil || !strings.HasPrefix(err.Error(), "acquire: target: ") || strings.Contains(err.Error(), "pa55word") {
				t.Errorf("%s.Transport(%q): got %v, want an error that names target", who, target, err)
			}
		}
	}
}

// A redirect takes the token along only within the origin, and never back from
// elsewhere: another host could aim it at any path.
func TestTransportRedirects(t *testing.T) {
	const stock, other = "https://stock.internal", "https://evil.test"
	for _, tc := range []struct{ hops, want []string }{
		{[]string{stock + "/1", stock + "/2", stock + "/3"}, []string{"Bearer token-1", "Bearer token-1", "Bearer token-1"}},
		{[]string{stock + "/1", other + "/2"}, []string{"Bearer token-1", ""}},
		{[]string{stock + "/1", other + "/2", stock + "/3"}, []string{"Bearer token-1", "", ""}},
		{[]string{stock + "/1", other + "/2", stock + "/3", stock + "/4"}, []string{"Bearer token-1", "", "", ""}},
		{[]string{other + "/1", stock + "/2"}, []string{"", ""}},
		{[]string{stock + "/1", "http://stock.internal/2"}, []string{"Bearer token-1", ""}},
		{[]string{stock + "/1", "http://stock.internal/2", stock + "/3"}, []string{"Bearer token-1", "", ""}},
		{[]string{stock + "/1", stock + ":8443/2"}, []string{"Bearer token-1", ""}},
		{[]string{stock + "/1", "https://eu.stock.internal/2"}, []string{"Bearer token-1", ""}},
	} {
		for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
			n := &network{serve: func(w http.ResponseWriter, r *http.Request) {
				for i, hop := range tc.hops[:len(tc.hops)-1] {
					if hop == r.URL.String() {
						w.Header().Set("Location", tc.hops[i+1])
						w.WriteHeader(status)
					}
				}
			}}
			client := &http.Client{Transport: newStock(t, newDaemon(t, &endpoint{}, nil), n)}
			resp, err := client.Post(tc.hops[0], "text/plain", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			var hops, got []string
			for _, c := range n.since(0) {
				hops, got = append(hops, c.url), append(got, c.authorization)
			}
			if !reflect.DeepEqual(hops, tc.hops) || !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%d: got %q at %q, want %q at %q", status, got, hops, tc.want, tc.hops)
			}
		}
	}
}

// Who sends credentials of their own has mixed something up.
func TestTransportRefusesOtherCredentials(t *testing.T) {
	b2c, n := &endpoint{}, &network{}
	tr := newStock(t, newDaemon(t, b2c, nil), n)
	for name, header := range map[string]http.Header{
		"basic":      {"Authorization": {"Basic YWRhOnBhNTV3b3Jk"}},
		"lower case": {"authorization": {"Bearer pa55word"}},
		"empty":      {"Authorization": {""}},
	} {
		body := &requestBody{Reader: strings.NewReader("body")}
		r := httptest.NewRequest(http.MethodPost, "https://stock.internal/items", body)
		r.Host, r.Header = "", header
		_, err := tr.RoundTrip(r)
		wantClass(t, name, err, acquire.ErrConfiguration)
		if strings.Contains(err.Error(), "pa55word") || strings.Contains(err.Error(), "YWRhOn") {
			t.Errorf("%s: got %v, want no credential in it", name, err)
		}
		if !body.closed.Load() {
			t.Errorf("%s: got a body left open, want it closed", name)
		}
		// Elsewhere they are none of the Transport's business.
		r = httptest.NewRequest(http.MethodGet, "https://other.test/", nil)
		r.Header = header
		before := len(n.since(0))
		sendRequest(t, tr, r)
		if calls := n.since(before); len(calls) != 1 || calls[0].authorization != header.Get("Authorization") {
			t.Errorf("%s: got calls elsewhere %v, want one, unchanged", name, calls)
		}
	}
	// http.Client makes a header of a user name in the URL.
	client := &http.Client{Transport: tr}
	_, err := client.Get("https://ada:pa55word@stock.internal/")
	wantClass(t, "user name in the URL", err, acquire.ErrConfiguration)
	wantPosts(t, "refused", b2c, 0)
	if calls := n.since(3); len(calls) != 0 {
		t.Errorf("got calls %v, want none to the origin", calls)
	}
}

// requestBody is a request's body that can't be read again.
type requestBody struct {
	io.Reader
	closed atomic.Bool
}

func (b *requestBody) Close() error {
	b.closed.Store(true)
	return nil
}

func TestTransportLeavesTheRequestAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, header := range map[string]http.Header{
			"headers":   {"Accept": {"text/plain", "text/html"}, "X-Request-Id": {"1"}},
			"no header": nil,
		} {
			n := &network{serve: accepting("token-2")}
			tr := newStock(t, newDaemon(t, &endpoint{}, nil), tripper(func(r *http.Request) (*http.Response, error) {
				r.Header.Set("Accept", "changed")
				return n.RoundTrip(r)
			}))
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://stock.internal/items", strings.NewReader("one item"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = header
			before := *r
			before.Header = header.Clone()
			if status, _ := sendRequest(t, tr, r); status != http.StatusOK {
				t.Errorf("%s: got %d, want 200", name, status)
			}
			if !reflect.DeepEqual(r.Header, before.Header) || r.URL != before.URL || r.Body != before.Body || r.Host != before.Host || r.Context() != before.Context() || r.Method != before.Method {
				t.Errorf("%s: got the request changed to %v, want it as it was", name, r)
			}
		}
	})
}

func TestTransportKeepsToTheRequestsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, n := &endpoint{}, &network{}
		b2c.always(hanging())
		tr := newStock(t, newDaemon(t, b2c, nil), n)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		body := &requestBody{Reader: strings.NewReader("body")}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://stock.internal/items", body)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = tr.RoundTrip(r)
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("got %v after %v, want the context's error after 1s", err, took)
		}
		if !body.closed.Load() {
			t.Error("got a body left open, want it closed")
		}
		if calls := n.since(0); len(calls) != 0 {
			t.Errorf("got calls %v, want none without a token", calls)
		}
		// Also while a refused token is replaced.
		b2c.always(reply{token: "token-1"})
		time.Sleep(time.Minute)
		n.serve = accepting("token-2")
		if status, _ := send(t, tr, http.MethodGet, "https://stock.internal/items", nil); status != http.StatusUnauthorized {
			t.Errorf("got %d, want 401: there is no other token", status)
		}
		b2c.always(hanging())
		time.Sleep(time.Minute)
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		resp, err := tr.RoundTrip(httptest.NewRequest(http.MethodGet, "https://stock.internal/items", nil).WithContext(ctx))
		if took := time.Since(start); err != nil || resp.StatusCode != http.StatusUnauthorized || took != time.Second {
			t.Errorf("got %v, %v after %v; want the API's 401 after 1s", resp, err, took)
		}
	})
}

func TestTransportHandsErrorsOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, n := &endpoint{}, &network{}
		b2c.always(invalidClient())
		client := &http.Client{Transport: newStock(t, newDaemon(t, b2c, nil), n)}
		_, err := client.Post("https://stock.internal/items", "text/plain", strings.NewReader("body"))
		e := wantClass(t, "no token", err, acquire.ErrConfiguration)
		if e.Code != "AADB2C90081" || len(n.since(0)) != 0 {
			t.Errorf("got %v and calls %v, want B2C's code and no call", err, n.since(0))
		}

		down := errors.New("stock is down")
		base := tripper(func(r *http.Request) (*http.Response, error) {
			_ = r.Body.Close()
			return nil, down
		})
		client = &http.Client{Transport: newStock(t, newDaemon(t, &endpoint{}, nil), base)}
		if _, err := client.Post("https://stock.internal/items", "text/plain", strings.NewReader("body")); !errors.Is(err, down) {
			t.Errorf("got %v, want Base's error", err)
		}
	})
}

// What an API answers decides whether the request is made again.
func TestTransportReplays(t *testing.T) {
	for name, tc := range map[string]struct {
		status    int
		challenge []string
		want      bool
	}{
		"invalid_token":             {401, []string{refused}, true},
		"alone":                     {401, []string{`Bearer error="invalid_token"`}, true},
		"any case":                  {401, []string{`bearer ERROR="invalid_token"`}, true},
		"not quoted":                {401, []string{`Bearer error=invalid_token, realm="stock"`}, true},
		"spaces":                    {401, []string{`Bearer realm="stock" , error = "invalid_token"`}, true},
		"behind another scheme":     {401, []string{`Basic realm="stock", Bearer error="invalid_token"`}, true},
		"in a second header":        {401, []string{`Basic realm="stock"`, `Bearer error="invalid_token"`}, true},
		"no challenge":              {401, nil, false},
		"bare challenge":            {401, []string{`Bearer`}, false},
		"realm alone":               {401, []string{`Bearer realm="stock"`}, false},
		"insufficient_scope":        {401, []string{`Bearer error="insufficient_scope"`}, false},
		"invalid_request":           {401, []string{`Bearer error="invalid_request"`}, false},
		"sign-in too old":           {401, []string{`Bearer error="insufficient_user_authentication", max_age=60`}, false},
		"another error":             {401, []string{`Bearer error="invalid_token_binding"`}, false},
		"in the description":        {401, []string{`Bearer error_description="invalid_token"`}, false},
		"another scheme":            {401, []string{`Basic error="invalid_token"`}, false},
		"DPoP":                      {401, []string{`DPoP error="invalid_token"`}, false},
		"scheme that ends the same": {401, []string{`XBearer error="invalid_token"`}, false},
		"403":                       {403, []string{refused}, false},
		"400":                       {400, []string{refused}, false},
		"407":                       {407, []string{refused}, false},
		"503":                       {503, []string{refused}, false},
	} {
		bubble(t, func(t *testing.T) {
			b2c := &endpoint{}
			n := &network{serve: func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "Bearer token-1" {
					w.Header()["Www-Authenticate"] = tc.challenge
					w.WriteHeader(tc.status)
					fmt.Fprint(w, "no")
					return
				}
				fmt.Fprint(w, "yes")
			}}
			status, body := send(t, newStock(t, newDaemon(t, b2c, nil), n), http.MethodGet, "https://stock.internal/items", nil)
			wantStatus, wantBody, wantCalls := tc.status, "no", 1
			if tc.want {
				wantStatus, wantBody, wantCalls = 200, "yes", 2
			}
			if calls := n.since(0); status != wantStatus || body != wantBody || len(calls) != wantCalls {
				t.Errorf("%s: got %d, %q after %d calls; want %d, %q after %d", name, status, body, len(calls), wantStatus, wantBody, wantCalls)
			}
			wantPosts(t, name, b2c, wantCalls)
			if n.left() != 0 {
				t.Errorf("%s: got %d answers neither read nor closed, want none", name, n.left())
			}
		})
	}
}

func TestTransportReplaysBodies(t *testing.T) {
	again := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("one item")), nil }
	for name, tc := range map[string]struct {
		body    bool
		getBody func() (io.ReadCloser, error)
		want    bool
	}{
		"no body":       {false, nil, true},
		"with GetBody":  {true, again, true},
		"no GetBody":    {true, nil, false},
		"GetBody fails": {true, func() (io.ReadCloser, error) { return nil, errors.New("the file is gone") }, false},
		"NoBody":        {false, func() (io.ReadCloser, error) { return http.NoBody, nil }, true},
	} {
		bubble(t, func(t *testing.T) {
			b2c, n := &endpoint{}, &network{serve: accepting("token-2")}
			tr := newStock(t, newDaemon(t, b2c, nil), n)
			newRequest := func() (*http.Request, *requestBody) {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://stock.internal/items", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.GetBody = tc.getBody
				if !tc.body {
					return r, nil
				}
				body := &requestBody{Reader: strings.NewReader("one item")}
				r.Body = body
				return r, body
			}
			r, body := newRequest()
			status, text := sendRequest(t, tr, r)
			wantBody := ""
			if tc.body {
				wantBody = "one item"
				if !body.closed.Load() {
					t.Errorf("%s: got the request's body left open, want it closed", name)
				}
			}
			want := []call{{"https://stock.internal/items", "Bearer token-1", wantBody}}
			if tc.want {
				want = append(want, call{"https://stock.internal/items", "Bearer token-2", wantBody})
				if status != http.StatusOK || text != "3 left" {
					t.Errorf("%s: got %d, %q; want 200, 3 left", name, status, text)
				}
			} else if status != http.StatusUnauthorized || text != "not this one" {
				t.Errorf("%s: got %d, %q; want the API's answer as it is", name, status, text)
			}
			if calls := n.since(0); !reflect.DeepEqual(calls, want) {
				t.Errorf("%s: got calls %v, want %v", name, calls, want)
			}
			// Whether or not this request could be made again, the next one has
			// a new token.
			synctest.Wait()
			wantPosts(t, name, b2c, 2)
			r, _ = newRequest()
			if status, _ := sendRequest(t, tr, r); status != http.StatusOK {
				t.Errorf("%s: next: got %d, want 200", name, status)
			}
			wantPosts(t, name+", next", b2c, 2)
			if n.left() != 0 {
				t.Errorf("%s: got %d answers neither read nor closed, want none", name, n.left())
			}
		})
	}
}

// An API that refuses every token gets two, and then none that is new for half
// a minute.
func TestTransportReplacesOnceInThirtySeconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, n := &endpoint{}, &network{serve: accepting("none of them")}
		tr := newStock(t, newDaemon(t, b2c, nil), n)
		start := time.Now()
		for second := range 90 {
			time.Sleep(time.Until(start.Add(time.Duration(second) * time.Second)))
			status, text := send(t, tr, http.MethodGet, "https://stock.internal/items", nil)
			if status != http.StatusUnauthorized || text != "not this one" {
				t.Fatalf("got %d, %q; want the API's answer as it is", status, text)
			}
		}
		var at []time.Duration
		for _, p := range b2c.since(0) {
			at = append(at, p.at.Sub(start))
		}
		if want := []time.Duration{0, 0, 30 * time.Second, 60 * time.Second}; !reflect.DeepEqual(at, want) {
			t.Errorf("got requests for a token at %v, want %v", at, want)
		}
		if got := len(n.since(0)); got != 90+3 {
			t.Errorf("got %d calls of the API, want 93: each once, and once more with each new token", got)
		}
		if n.left() != 0 {
			t.Errorf("got %d answers neither read nor closed, want none", n.left())
		}
	})
}

func TestTransportReplaysWithANewerTokenThatIsThere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, n := &endpoint{}, &network{}
		app := newDaemon(t, b2c, nil)
		n.serve = func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer token-1" { // someone else finds out first
				if newer, err := app.Replace(t.Context(), &oauth2.Token{AccessToken: "token-1"}, tasksScope); err != nil || newer.AccessToken != "token-2" {
					t.Errorf("Replace: got %v, %v; want token-2", newer, err)
				}
			}
			accepting("token-2")(w, r)
		}
		if status, _ := send(t, newStock(t, app, n), http.MethodGet, "https://stock.internal/items", nil); status != http.StatusOK {
			t.Errorf("got %d, want 200", status)
		}
		wantPosts(t, "a token replaced already", b2c, 2)
	})
}

func TestTransportWithoutANewToken(t *testing.T) {
	for name, second := range map[string]reply{
		"B2C is down":      down(),
		"B2C refuses":      invalidClient(),
		"same token again": {token: "token-1"},
	} {
		bubble(t, func(t *testing.T) {
			b2c, n := &endpoint{}, &network{serve: accepting("token-9")}
			b2c.play(func(p post) reply {
				if p.n == 1 {
					return reply{}
				}
				return second
			})
			again := &requestBody{Reader: strings.NewReader("one item")}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://stock.internal/items", strings.NewReader("one item"))
			if err != nil {
				t.Fatal(err)
			}
			r.GetBody = func() (io.ReadCloser, error) { return again, nil }
			status, text := sendRequest(t, newStock(t, newDaemon(t, b2c, nil), n), r)
			if status != http.StatusUnauthorized || text != "not this one" || len(n.since(0)) != 1 {
				t.Errorf("%s: got %d, %q after %d calls; want the API's answer as it is after one", name, status, text, len(n.since(0)))
			}
			if !again.closed.Load() {
				t.Errorf("%s: got the second body left open, want it closed", name)
			}
		})
	}
}

// However many requests find out that a token is refused, one asks for another.
func TestTransportManyAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, n := &endpoint{}, &network{serve: accepting("token-2")}
		b2c.always(reply{after: 100 * time.Millisecond})
		tr := newStock(t, newDaemon(t, b2c, nil), n)
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				time.Sleep(time.Duration(i%7) * 20 * time.Millisecond)
				text := fmt.Sprintf("item %d", i)
				if status, body := send(t, tr, http.MethodPost, "https://stock.internal/items", strings.NewReader(text)); status != http.StatusOK || body != "3 left" {
					t.Errorf("%d: got %d, %q; want 200, 3 left", i, status, body)
				}
			})
		}
		all.Wait()
		wantPosts(t, "a hundred requests", b2c, 2)
		if n.left() != 0 {
			t.Errorf("got %d answers neither read nor closed, want none", n.left())
		}
		bodies := map[string]bool{}
		for _, c := range n.since(0) {
			if c.authorization == "Bearer token-2" {
				bodies[c.body] = true
			}
		}
		if len(bodies) != 100 {
			t.Errorf("got %d bodies with the new token, want 100", len(bodies))
		}
	})
}

// Bodies stream in both directions: nothing waits for their end.
func TestTransportStreams(t *testing.T) {
	bubble(t, func(t *testing.T) {
		up, write := io.Pipe()
		down, answer := io.Pipe()
		base := tripper(func(r *http.Request) (*http.Response, error) {
			first := make([]byte, 5)
			if _, err := io.ReadFull(r.Body, first); err != nil || string(first) != "first" {
				t.Errorf("got %q, %v; want the first words", first, err)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: down, Request: r}, nil
		})
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://stock.internal/items", up)
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = write.Write([]byte("first")) }()
		resp, err := newStock(t, newDaemon(t, &endpoint{}, nil), base).RoundTrip(r)
		if err != nil || resp.Body != down {
			t.Fatalf("got %v, %v; want the answer's body as it is", resp, err)
		}
		_ = write.Close()
		_ = answer.Close()
	})
}

// For a user the Transport finds the account anew each time.
func TestTransportOfUser(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, n := emulator.NewTenant(nil), &network{}
		app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		tr, err := app.User(in.Account).Transport("https://stock.internal", readScope)
		if err != nil {
			t.Fatal(err)
		}
		tr.Base = n
		send(t, tr, http.MethodGet, "https://stock.internal/items", nil)
		send(t, tr, http.MethodGet, "https://other.test/", nil)
		if calls := n.since(0); len(calls) != 2 || calls[0].authorization != "Bearer "+in.Token.AccessToken || calls[1].authorization != "" {
			t.Errorf("got %d calls %v, want two, the first with the user's token", len(calls), calls)
		}
		if err := app.Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		body := &requestBody{Reader: strings.NewReader("body")}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://stock.internal/items", body)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tr.RoundTrip(r)
		wantClass(t, "removed", err, acquire.ErrInteractionRequired)
		if !body.closed.Load() || len(n.since(0)) != 2 {
			t.Errorf("got the body closed: %v, and %d calls; want it closed and no call", body.closed.Load(), len(n.since(0)))
		}
	})
}

// endless is a body that trickles on for good.
type endless struct{ closed *atomic.Bool }

func (e endless) Read(p []byte) (int, error) {
	if e.closed.Load() {
		return 0, io.ErrClosedPipe
	}
	time.Sleep(time.Second)
	return copy(p, "."), nil
}

func (e endless) Close() error { e.closed.Store(true); return nil }

// A refusal that never ends doesn't hold the caller, who has no deadline.
func TestTransportLeavesEndlessRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var closed atomic.Bool
		n := &network{serve: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "yes") }}
		tr := newStock(t, newDaemon(t, &endpoint{}, nil), nil)
		tr.Base = roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := n.RoundTrip(r)
			if err == nil && len(n.since(0)) == 1 {
				_ = resp.Body.Close()
				resp.StatusCode, resp.ContentLength, resp.Body = http.StatusUnauthorized, -1, endless{&closed}
				resp.Header.Set("WWW-Authenticate", refused)
			}
			return resp, err
		})
		start := time.Now()
		status, body := send(t, tr, http.MethodGet, "https://stock.internal/items", nil)
		if took := time.Since(start); status != http.StatusOK || body != "yes" || took > 0 || !closed.Load() {
			t.Errorf("got %d, %q after %v, refusal closed: %v; want 200, yes at once, and it closed", status, body, took, closed.Load())
		}
	})
}

// Over real connections, with Base left out: a listener on loopback, since
// connections are what is counted. A refused answer gives its connection back.
func TestTransportOverConnections(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer token-2" {
			w.Header().Set("WWW-Authenticate", refused)
			http.Error(w, strings.Repeat("no ", 500), http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, "got %s", body)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	tr, err := newDaemon(t, &endpoint{}, nil).Transport(server.URL, tasksScope)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: tr}
	for range 3 {
		resp, err := client.Post(server.URL+"/items", "text/plain", strings.NewReader("one item"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || string(text) != "got one item" {
			t.Errorf("got %d, %q, %v; want 200, got one item", resp.StatusCode, text, err)
		}
	}
	if got := connections.Load(); got != 1 {
		t.Errorf("got %d connections, want 1", got)
	}
	client.CloseIdleConnections()
}

type idleCloser struct {
	tripper
	closed int
}

func (c *idleCloser) CloseIdleConnections() { c.closed++ }

func TestTransportClosesIdleConnections(t *testing.T) {
	base := &idleCloser{}
	client := &http.Client{Transport: newStock(t, newDaemon(t, noRequests(t), nil), base)}
	client.CloseIdleConnections()
	if base.closed != 1 {
		t.Errorf("got Base's connections closed %d times, want once", base.closed)
	}
	newStock(t, newDaemon(t, noRequests(t), nil), base.tripper).CloseIdleConnections() // which can't: no panic
}
