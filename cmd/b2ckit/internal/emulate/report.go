// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

// report is what a developer needs to know of a running emulator.
type report struct {
	server *emulator.Server
	file   *config.File
	flags  *emulateFlags
	ca     string // file of the certificate to trust; "" for http

	certificate *served
}

// write writes the report, behind what to know of a certificate that isn't kept.
func (r *report) write(stdout, stderr io.Writer) error {
	if unkept := r.certificate.unkept; unkept != nil {
		fmt.Fprintf(stderr, "b2ckit emulate: the certificate is new on every start (%v); --keep-cert FILE would keep it\n", unkept)
	}
	_, err := io.WriteString(stdout, r.text())
	return err
}

// text returns the whole report.
func (r *report) text() string {
	var b strings.Builder
	emulated := "An emulated Azure AD B2C, for development only: it gives tokens to anyone."
	if !allB2C(r.server.Tenants()) {
		emulated = "Emulated tenants, for development only: they give tokens to anyone."
	}
	b.WriteString(emulated + "\n\n")
	entry(&b, "", "address", r.server.URL)
	if r.local() {
		entry(&b, "", "", "(in a browser: a dashboard, with links to sign in)")
	}
	if r.flags.anyAddress {
		r.beyond(&b)
	}
	if r.ca != "" {
		entry(&b, "", "trust", r.ca)
		if note := r.certificate.note; note != "" {
			entry(&b, "", "", "("+note+")")
		}
		if file := r.certificate.file; file != "" {
			entry(&b, "", "kept", file)
		}
	}
	if r.flags.state != "" {
		entry(&b, "", "state", r.flags.state)
	}
	for i, t := range r.server.Tenants() {
		r.tenant(&b, t, &r.file.Tenants[i])
	}
	first := r.server.Tenants()[0]
	fmt.Fprintf(&b, "\nTo try the tenant %s, paste into a shell:\n", first.Name())
	for _, c := range r.curls(first, &r.file.Tenants[0]) {
		b.WriteString("\n" + c.shell(r.ca))
	}
	b.WriteString("\nServing; Ctrl-C stops it.\n")
	return b.String()
}

// beyond says by which other names the server is reached.
func (r *report) beyond(b *strings.Builder) {
	if host, _, _ := net.SplitHostPort(r.flags.address); r.local() && !unspecified(host) {
		port := portOf(r.server.URL)
		entry(b, "", "", "--any-address changes nothing here: "+net.JoinHostPort(host, port)+" is loopback;")
		entry(b, "", "", "add --address :"+port)
		return
	}
	text := "and, with --any-address, from other machines, as"
	if r.flags.http {
		text = "and, with --any-address, behind what ends TLS for it, as"
	}
	entry(b, "", "", text)
	for _, t := range r.server.Tenants() {
		for _, h := range r.configuredHosts(t) {
			entry(b, "", "", r.at(h))
		}
	}
}

// at returns the address of a tenant's host, which is always https: plain http
// is for loopback, and else means that something in front ends TLS.
func (r *report) at(host string) string {
	if port := portOf(r.server.URL); !r.flags.http && port != "443" {
		return "https://" + host + ":" + port
	}
	return "https://" + host
}

// local reports whether the server's own address is a loopback one, which every
// tenant answers at.
func (r *report) local() bool {
	u, err := url.Parse(r.server.URL)
	return err == nil && net.ParseIP(u.Hostname()).IsLoopback()
}

// base returns the address at which a tenant answers.
func (r *report) base(t *emulator.Tenant) string {
	hosts := r.configuredHosts(t)
	if r.local() || len(hosts) < len(t.Hosts()) { // the server's own is one of its hosts
		return r.server.URL
	}
	return r.at(hosts[0])
}

func (r *report) tenant(b *strings.Builder, t *emulator.Tenant, configured *config.Tenant) {
	fmt.Fprintf(b, "\nTENANT %s\n", t.Name())
	if t.Kind() != emulator.B2C {
		entry(b, "  ", "kind", t.Kind().String())
	}
	entry(b, "  ", "id", t.ID())
	entry(b, "  ", "domain", t.Domain())
	entry(b, "  ", "hosts", strings.Join(r.configuredHosts(t), ", "))
	signIn := "on pages"
	if configured.SignInAs != "" {
		signIn = "everyone at once, as " + configured.SignInAs
	}
	entry(b, "  ", "sign-in", signIn)

	r.flows(b, t)
	writeApps(b, t.Apps())
	writeUsers(b, t, configured)
}

// flows writes authorities and issuers.
func (r *report) flows(b *strings.Builder, t *emulator.Tenant) {
	title := "Flows, by their authorities"
	if t.Kind() != emulator.B2C {
		title = "Authority"
	}
	b.WriteString("\n  " + title + "\n")
	var issuers []string
	for _, f := range t.Flows() {
		fmt.Fprintf(b, "    %s\n", r.authority(t, f.Name))
		issuers = append(issuers, r.issuer(t, f.Name))
	}
	b.WriteString("\n  Issuer of their tokens\n")
	for _, issuer := range slices.Compact(issuers) {
		fmt.Fprintf(b, "    %s\n", issuer)
	}
}

func writeApps(b *strings.Builder, apps []emulator.App) {
	b.WriteString("\n  Apps, by their client ids\n")
	if len(apps) == 0 {
		b.WriteString("    none\n")
	}
	for _, a := range apps {
		fmt.Fprintf(b, "    %s  %s\n", a.ID, a.Name)
		for _, secret := range slices.Concat(some(a.Secret), a.MoreSecrets) {
			entry(b, "      ", "secret", secret)
		}
		for _, uri := range a.RedirectURIs {
			entry(b, "      ", "redirect", uri)
		}
		for _, scope := range a.Scopes {
			entry(b, "      ", "scope", a.URI+"/"+scope)
		}
		for _, role := range a.Roles {
			entry(b, "      ", "app role", role+" (scope "+a.URI+"/.default)")
		}
	}
}

func writeUsers(b *strings.Builder, t *emulator.Tenant, configured *config.Tenant) {
	b.WriteString("\n  Users\n")
	users := t.Users()
	if len(users) == 0 {
		b.WriteString("    none\n")
	}
	for _, u := range users[:min(len(users), mostUsers)] {
		fmt.Fprintf(b, "    %s\n", strings.Join(slices.Concat([]string{u.Name}, some(u.Username), u.Emails), ", "))
		if u.IDP != "" {
			entry(b, "      ", "signs in", "with "+u.IDP)
		} else if _, password := passwordOf(t, configured, u); password != "" {
			entry(b, "      ", "password", password)
		}
	}
	if n := len(users) - mostUsers; n > 0 {
		fmt.Fprintf(b, "    and %d more\n", n)
	}
}

// entry writes a name and a value.
func entry(b *strings.Builder, indent, name, value string) {
	fmt.Fprintf(b, "%s%-*s%s\n", indent, 10, name, value)
}

// configuredHosts returns the tenant's hosts without the server's own address.
func (r *report) configuredHosts(t *emulator.Tenant) []string {
	return slices.DeleteFunc(t.Hosts(), func(h string) bool { return strings.HasSuffix(r.server.URL, "://"+h) })
}

// authority returns the authority of a flow.
func (r *report) authority(t *emulator.Tenant, flow string) string {
	return authorityAt(r.base(t), t, flow)
}

// issuer returns the issuer that goes with authority: it follows the host.
func (r *report) issuer(t *emulator.Tenant, flow string) string {
	return issuerAt(r.base(t), t, flow)
}
