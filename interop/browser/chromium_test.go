// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience bounds a single step. It is generous: it only matters when a step
// fails.
const patience = 30 * time.Second

// chromium is a tab of a browser with a fresh profile.
type chromium struct {
	t     *testing.T
	ctx   context.Context
	shots int
}

// options are how a browser finds its way.
type options struct {
	b2c   *emulator.Server // reached by its tenants' names, and its certificate trusted; nil for none
	url   string           // in place of b2c, a server over TLS…
	roots *x509.CertPool   // …and who vouches for it
	noJS  bool             // without JavaScript
	third bool             // with third-party cookies, whatever the browser's default is
	phone bool
	dark  bool
}

// launch starts Chromium. Without it the test is skipped, or fails where it is
// required.
func launch(t *testing.T, o options) *chromium {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		if os.Getenv("B2CKIT_REQUIRE_INTEROP") != "" {
			t.Fatal("chromium is not installed, and B2CKIT_REQUIRE_INTEROP asks for it")
		}
		t.Skip("chromium is not installed")
	}
	flags := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // Chromium has none for root
	}
	rules := []string{"MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"} // nothing reaches out to the world
	if o.third {
		flags = append(flags, chromedp.UserDataDir(profile(t, `{"profile": {"cookie_controls_mode": 0}}`)))
	}
	if o.b2c != nil {
		o.url, o.roots = o.b2c.URL, o.b2c.CertPool()
	}
	if o.url != "" {
		listener, leaf := meet(t, o.url, o.roots)
		for _, name := range leaf.DNSNames {
			if name != "localhost" {
				rules = append([]string{"MAP " + name + ":443 " + listener}, rules...)
			}
		}
		key := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
		flags = append(flags, chromedp.Flag("ignore-certificate-errors-spki-list", base64.StdEncoding.EncodeToString(key[:])))
	}
	flags = append(flags, chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	c := &chromium{t: t, ctx: ctx}
	// The first Run starts the browser, which ends with its context.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("can't start chromium: %v", err)
	}
	c.prepare(o)
	return c
}

// profile returns the folder of a new profile with preferences. It is not the
// test's own: a browser may write to it a moment longer than it seems to run.
func profile(t *testing.T, preferences string) string {
	t.Helper()
	dir, err := os.MkdirTemp(programs.dir, "profile-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	err = os.Mkdir(filepath.Join(dir, "Default"), 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "Default", "Preferences"), []byte(preferences), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// meet returns a server's address and its certificate, which is verified here
// as any client does; Chromium is then told of its key alone.
func meet(t *testing.T, url string, roots *x509.CertPool) (address string, leaf *x509.Certificate) {
	t.Helper()
	address = strings.TrimPrefix(url, "https://")
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return address, conn.ConnectionState().PeerCertificates[0]
}

func (c *chromium) prepare(o options) {
	c.t.Helper()
	width, height := int64(1100), int64(850)
	if o.phone {
		width, height = 360, 720
	}
	scheme := "light"
	if o.dark {
		scheme = "dark"
	}
	c.do("viewport", chromedp.EmulateViewport(width, height))
	send(c, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: o.noJS})
	send(c, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}
