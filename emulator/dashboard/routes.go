// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
)

// The bodies of the API.
type (
	mintBody struct {
		ofTenant
		mintRequest
	}
	rotateBody struct {
		ofTenant
		Container string `json:"container"`
		Overlap   bool   `json:"overlap"`
	}
	retireBody struct {
		ofTenant
		Container string `json:"container"`
	}
	clockBody struct {
		ofTenant
		Advance string `json:"advance"`
	}
	faultsBody struct {
		ofTenant
		Faults *[]faultView `json:"faults"`
	}
	revokeBody struct {
		ofTenant
		User string `json:"user"`
	}
	userBody struct {
		ofTenant
		userView
	}
)

// getTenants describes all tenants, or the one that is asked for.
func (d *dashboard) getTenants(r *http.Request) (any, error) {
	all := struct {
		Tenants []tenantView `json:"tenants"`
	}{}
	if r.URL.RawQuery != "" {
		_, t, err := d.query(r)
		if err != nil {
			return nil, err
		}
		all.Tenants = []tenantView{describe(r, t)}
		return all, nil
	}
	for _, t := range d.tenants {
		all.Tenants = append(all.Tenants, describe(r, t))
	}
	return all, nil
}

func (d *dashboard) getRequests(r *http.Request) (any, error) {
	t, number, err := d.after(r)
	if err != nil {
		return nil, err
	}
	out := struct {
		Requests []requestView `json:"requests"`
	}{Requests: []requestView{}}
	for _, q := range t.RequestsAfter(number) {
		out.Requests = append(out.Requests, requestView{
			Number: q.Number, At: q.At.UTC(), Took: q.Took.String(), Endpoint: q.Endpoint, Flow: q.Flow,
			Method: q.Method, Host: q.Host, Path: q.Path, Parameters: q.Parameters, ClientID: q.ClientID,
			Status: q.Status, Error: q.Error, Faults: q.Faults,
		})
	}
	return out, nil
}

func (d *dashboard) getTokens(r *http.Request) (any, error) {
	t, number, err := d.after(r)
	if err != nil {
		return nil, err
	}
	out := struct {
		Tokens []issuedView `json:"tokens"`
	}{Tokens: []issuedView{}}
	for _, i := range t.Issued() {
		if i.Number > number {
			out.Tokens = append(out.Tokens, issuedView{i.Number, i.At.UTC(), i.Kind.String(), i.Flow, i.ClientID, i.Token})
		}
	}
	return out, nil
}

func (d *dashboard) postMint(r *http.Request) (any, error) {
	body, t, err := read[mintBody](d, r)
	if err != nil {
		return nil, err
	}
	token, err := mint(r, t, body.mintRequest)
	return map[string]string{"token": token}, err
}

func (d *dashboard) postRotate(r *http.Request) (any, error) {
	body, t, err := read[rotateBody](d, r)
	if err != nil {
		return nil, err
	}
	c, err := rotate(t, body.Container, body.Overlap)
	return keyList{c.Name, c.Keys}, err
}

func (d *dashboard) postRetire(r *http.Request) (any, error) {
	body, t, err := read[retireBody](d, r)
	if err != nil {
		return nil, err
	}
	c, err := retire(t, body.Container)
	return keyList{c.Name, c.Keys}, err
}

func (d *dashboard) getClock(r *http.Request) (any, error) {
	_, t, err := d.query(r)
	if err != nil {
		return nil, err
	}
	return clock(t), nil
}

func (d *dashboard) postClock(r *http.Request) (any, error) {
	body, t, err := read[clockBody](d, r)
	if err != nil {
		return nil, err
	}
	if body.Advance == "" {
		return nil, wrong("advance", "is needed")
	}
	if err := advance(t, body.Advance); err != nil {
		return nil, err
	}
	return clock(t), nil
}

func (d *dashboard) getFaults(r *http.Request) (any, error) {
	_, t, err := d.query(r)
	if err != nil {
		return nil, err
	}
	return faultList{faultsOf(t)}, nil
}

func (d *dashboard) putFaults(r *http.Request) (any, error) {
	body, t, err := read[faultsBody](d, r)
	if err != nil {
		return nil, err
	}
	if body.Faults == nil {
		return nil, wrong("faults", "is needed; an empty list clears them")
	}
	if err := d.setFaults(t, *body.Faults); err != nil {
		return nil, err
	}
	return faultList{faultsOf(t)}, nil
}

func (d *dashboard) postRevoke(r *http.Request) (any, error) {
	body, t, err := read[revokeBody](d, r)
	if err != nil {
		return nil, err
	}
	return nil, revoke(t, body.User)
}

func (d *dashboard) getUsers(r *http.Request) (any, error) {
	_, t, err := d.query(r)
	if err != nil {
		return nil, err
	}
	return map[string][]userView{"users": usersOf(t)}, nil
}

func (d *dashboard) postUsers(r *http.Request) (any, error) {
	body, t, err := read[userBody](d, r)
	if err != nil {
		return nil, err
	}
	u, err := addUser(t, body.userView)
	return created{u}, err
}

func (d *dashboard) putUsers(r *http.Request) (any, error) {
	body, t, err := read[userBody](d, r)
	if err != nil {
		return nil, err
	}
	u, err := setUser(t, body.userView)
	return u, err
}

func (d *dashboard) deleteUsers(r *http.Request) (any, error) {
	values, t, err := d.query(r, "user")
	if err != nil {
		return nil, err
	}
	return nil, removeUser(t, values.Get("user"))
}
