// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// token is a token that has been taken apart.
type token struct {
	header, payload []member
}

// member is a member of a JSON object, in the order it came.
type member struct {
	name string
	raw  json.RawMessage
}

// parse takes a token apart. The error is for people. It is more patient than a
// validator must be: people paste what is wrong, to see why.
func parse(compact string) (*token, error) {
	parts := strings.Split(compact, ".")
	switch {
	case compact == "":
		return nil, errors.New("there is no token")
	case len(parts) == 5:
		return nil, errors.New("five parts: an encrypted token, such as a code or a refresh token. Only the tenant can read it")
	case len(parts) != 3:
		return nil, errors.New("no token: it must have three parts with dots between")
	}
	t := &token{}
	for i, part := range []*[]member{&t.header, &t.payload} {
		name := []string{"header", "payload"}[i]
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, errors.New("the " + name + " is no base64url")
		}
		if *part, err = members(text); err != nil {
			return nil, errors.New("the " + name + " is no JSON object")
		}
	}
	return t, nil
}

// members reads the members of a JSON object, in order and with twins.
func members(object []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return nil, errors.New("no object")
	}
	var all []member
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok {
			return nil, errors.New("no name")
		}
		m := member{name: name}
		if err := d.Decode(&m.raw); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return all, nil
}

// text returns a member that is a string, or "".
func text(of []member, name string) string {
	for _, m := range of {
		var s string
		if m.name == name && json.Unmarshal(m.raw, &s) == nil {
			return s
		}
	}
	return ""
}

// timeIn returns a claim that is a time.
func timeIn(of []member, name string) (time.Time, bool) {
	for _, m := range of {
		var seconds float64
		if m.name == name && json.Unmarshal(m.raw, &seconds) == nil && seconds > -1e11 && seconds < 1e12 {
			return time.Unix(int64(seconds), 0), string(m.raw) != "null"
		}
	}
	return time.Time{}, false
}
