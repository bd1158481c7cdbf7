// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// The fields of a credential as Microsoft.Identity.Web describes it, folded, and the
// kinds of it that are read.
const (
	fieldSource    = "sourcetype"
	fieldSecret    = "clientsecret"
	fieldPath      = "certificatediskpath"
	fieldPassword  = "certificatepassword"
	fieldAssertion = "signedassertionfilediskpath"

	sourceSecret    = "clientsecret"
	sourcePath      = "path"
	sourceAssertion = "signedassertionfilepath"

	wantSource = "want ClientSecret, Path of a PEM file, or SignedAssertionFilePath"
)

// described is one credential of a list, by its fields.
type described struct {
	origin string // of the one in the list
	fields map[string]entry
}

// readCredentials reads how an application of External ID or Entra ID authenticates:
// by a secret, a certificate in a file or an assertion in a file. .NET tries them in
// their order; here one counts, so that nobody is surprised which.
func readCredentials(s *sheet, r *section, w workload, m *mistakes) (credential, string) {
	var offers []offer
	add := func(o offer, ok bool) {
		if ok {
			offers = append(offers, o)
		}
	}
	if below := s.below(keyClientSecret); len(below) > 0 {
		m.addf(upTo(below[0], keyClientSecret), "is no text")
	}
	if secret, ok := s.get(keyClientSecret); ok {
		add(secretOffer(secret, m))
	}
	for _, key := range []string{keyCredentials, keyCertificates} {
		if e, ok := s.get(key); ok {
			m.addf(e.origin, "is no list")
		}
		for _, d := range describedIn(s, key) {
			add(d.offer(w, m))
		}
	}
	for _, o := range offers[min(1, len(offers)):] {
		if o.text != offers[0].text {
			m.addf(o.from, "and %s are two credentials; keep one", offers[0].from)
		}
	}
	if len(offers) == 0 && w.isFor(r) {
		add(assertionOffer(w.file))
	}
	if len(offers) == 0 {
		return credential{}, ""
	}
	return offers[0].credential, offers[0].from
}

// describedIn returns the credentials of a list that say something.
func describedIn(s *sheet, key string) (all []described) {
	at := map[string]int{}
	for _, e := range s.below(key) {
		number, name, _ := strings.Cut(e.path[len(key)+1:], ":")
		if e.text == "" {
			continue
		}
		i, there := at[number]
		if !there {
			i = len(all)
			at[number] = i
			all = append(all, described{upTo(e, key) + ":" + foreign.Text(number), map[string]entry{}})
		}
		all[i].fields[fold(name)] = e
	}
	return all
}

// offer reads one credential.
func (d described) offer(w workload, m *mistakes) (o offer, ok bool) {
	source, said := d.fields[fieldSource]
	kind := fold(source.text)
	if !said {
		for field, of := range map[string]string{fieldSecret: sourceSecret, fieldPath: sourcePath, fieldAssertion: sourceAssertion} {
			if _, ok := d.fields[field]; ok {
				kind = of
			}
		}
	}
	secret, path, file := d.fields[fieldSecret], d.fields[fieldPath], d.fields[fieldAssertion]
	if file.text == "" {
		file = w.file
	}
	switch {
	case kind == sourceSecret && secret.text != "":
		return secretOffer(secret, m)
	case kind == sourcePath && path.text != "":
		if password, ok := d.fields[fieldPassword]; ok {
			m.addf(password.origin, "is for a PKCS #12 file, and what is read here is PEM without a password")
			return offer{}, false
		}
		return certificateOffer(path, m)
	case kind == sourceAssertion && file.text != "":
		return assertionOffer(file)
	case kind == sourceAssertion:
		m.addf(d.origin, "names no file (SignedAssertionFileDiskPath), and there is no %s", varTokenFile)
	case kind == sourceSecret, kind == sourcePath:
		m.addf(d.origin, "has no ClientSecret or CertificateDiskPath, as its SourceType asks for")
	case said:
		m.addf(source.origin, "is %s, which is not read here; %s", foreign.Name(source.text), wantSource)
	default:
		m.addf(d.origin, "says nothing that is read here; %s as SourceType", wantSource)
	}
	return offer{}, false
}
