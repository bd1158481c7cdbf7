// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// sheet is the section with all layers on it, the later ones on top.
type sheet struct {
	name    string           // of the section
	entries map[string]entry // by path, folded
	other   string           // ends a text on what is missing: where else it may stand
}

func newSheet(name string) *sheet { return &sheet{name: name, entries: map[string]entry{}} }

func (s *sheet) put(e entry) { s.entries[fold(e.path)] = e }

// lay lays a layer on what is there.
func (s *sheet) lay(layer []entry, m *mistakes) {
	for _, e := range layer {
		s.lookBelow(e, m)
	}
	for _, e := range layer {
		s.put(e)
	}
}

// lookBelow finds what an entry that says nothing seems to take away, and does not: a
// list by position, such as one of whom to trust, or an object.
func (s *sheet) lookBelow(e entry, m *mistakes) {
	if e.text != "" || !isAnyOf(e.path, counting) {
		return
	}
	says := func(below entry) bool { return below.text != "" }
	below := s.below(e.path)
	if i := slices.IndexFunc(below, says); i >= 0 {
		m.addf(e.origin, "is empty, and takes nothing away: lists are laid on each other by position, as in .NET, and %s stays", below[i].origin)
	}
}

// get returns the entry of a key, and whether it says anything.
func (s *sheet) get(key string) (entry, bool) {
	e, ok := s.entries[fold(key)]
	return e, ok && e.text != ""
}

// says reports whether one of the keys says anything.
func (s *sheet) says(keys ...string) bool {
	for _, key := range keys {
		if _, ok := s.get(key); ok || len(s.below(key)) > 0 {
			return true
		}
	}
	return false
}

// text is get for a key that wants one text without space around it.
func (s *sheet) text(key string, m *mistakes) (entry, bool) {
	for _, e := range s.below(key) {
		m.addf(e.origin, "has no meaning: %s is one text", key)
	}
	e, ok := s.get(key)
	if ok && strings.TrimSpace(e.text) != e.text {
		m.addf(e.origin, "has white space around it")
		return e, false
	}
	return e, ok
}

// list returns the entries of a key that wants a list: by position, or as one text
// with spaces between them. A position that is empty counts for nothing.
func (s *sheet) list(key string, m *mistakes) (all []entry) {
	whole, isText := s.get(key)
	for _, e := range s.below(key) {
		switch _, err := strconv.ParseUint(e.path[len(key)+1:], 10, 16); {
		case err != nil:
			m.addf(e.origin, "has no meaning: %s is a list of texts", key)
		case isText:
			m.addf(e.origin, "is a part of a list and %s a whole one; keep one of them", whole.origin)
			isText = false
		case strings.TrimSpace(e.text) != e.text:
			m.addf(e.origin, "has white space around it")
		case e.text != "":
			all = append(all, e)
		}
	}
	if isText {
		for text := range strings.FieldsSeq(whole.text) {
			all = append(all, entry{whole.path, text, whole.origin})
		}
	}
	return all
}

// below returns the entries of an object or list, by position as .NET sorts them.
func (s *sheet) below(key string) (all []entry) {
	for path, e := range s.entries {
		if strings.HasPrefix(path, fold(key)+":") {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		i, aErr := strconv.Atoi(a.path[len(key)+1:])
		j, bErr := strconv.Atoi(b.path[len(key)+1:])
		if aErr == nil && bErr == nil {
			return i - j
		}
		return strings.Compare(fold(a.path), fold(b.path))
	})
	return all
}

// remove takes a key off the sheet, with all that is below.
func (s *sheet) remove(key string) {
	for _, e := range s.below(key) {
		delete(s.entries, fold(e.path))
	}
	delete(s.entries, fold(key))
}

// sorted returns all entries in the order of their paths.
func (s *sheet) sorted() (all []entry) {
	for _, path := range slices.Sorted(maps.Keys(s.entries)) {
		all = append(all, s.entries[path])
	}
	return all
}
