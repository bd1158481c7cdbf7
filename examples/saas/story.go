// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// story calls the API as customers' users and as an administrator, in order, and
// compares with what should happen.
type story struct {
	service    *service
	tenants    []*emulator.Tenant
	api, admin string
	client     *http.Client
}

func newStory(s *service, tenants []*emulator.Tenant, api, admin string) *story {
	return &story{s, tenants, api, admin, &http.Client{
		Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16},
	}}
}

func (s *story) customer(i int) customer {
	t := s.tenants[i]
	return customer{Name: t.Name(), TenantID: t.ID(), Audience: t.API().ID, Flow: "B2C_1_susi"}
}

func (s *story) token(i int) string { return s.tenants[i].MustMint(emulator.Spec{}) }

// answers counts answers by status; 0 are those that did not come.
type answers map[int]int

func (s *story) tell(ctx context.Context, out io.Writer) (failed int) {
	last := len(s.tenants) - 1
	wrong := s.customer(last)
	wrong.Audience = "https://customer.onmicrosoft.com/tasks"
	for _, row := range []struct {
		what string
		do   func() answers
		want answers
	}{
		{"a token before anybody has signed up", func() answers { return s.call(ctx, 0) }, answers{401: 1}},
		{"all but one sign up, in one change", func() answers { return s.signUpAll(ctx, last) }, answers{200: 1}},
		{"a token of each", func() answers { return s.callAll(ctx, last) }, answers{200: last}},
		{"a token of the one that has not", func() answers { return s.call(ctx, last) }, answers{401: 1}},
		{"it signs up, with a mistake", func() answers { return s.put(ctx, wrong) }, answers{400: 1}},
		{"it signs up", func() answers { return s.put(ctx, s.customer(last)) }, answers{200: 1}},
		{"its token", func() answers { return s.call(ctx, last) }, answers{200: 1}},
		{"its token, for another customer's API", func() answers { return s.callForOther(ctx, last) }, answers{401: 1}},
		{"it leaves", func() answers { return s.remove(ctx, last) }, answers{200: 1}},
		{"its token", func() answers { return s.call(ctx, last) }, answers{401: 1}},
		{"20 leave and come back, the others call", func() answers { return s.churn(ctx, 20) }, answers{200: 400}},
	} {
		begun := time.Now()
		got := row.do()
		verdict := ""
		if fmt.Sprint(got) != fmt.Sprint(row.want) {
			failed++
			verdict = fmt.Sprintf("  want %v", row.want)
		}
		fmt.Fprintf(out, "%-42s %-14s %6d ms%s\n", row.what, fmt.Sprint(got)[3:], time.Since(begun).Milliseconds(), verdict)
	}
	return failed
}

// signUpAll is how a service trusts its customers when it starts, and has their
// keys before the first token comes.
func (s *story) signUpAll(ctx context.Context, n int) answers {
	all := make([]customer, n)
	for i := range all {
		all[i] = s.customer(i)
	}
	if err := errors.Join(s.service.signUp(all...), s.service.validator.AllReady(ctx)); err != nil {
		return answers{0: 1}
	}
	return answers{200: 1}
}

// callAll has each of the first n call once.
func (s *story) callAll(ctx context.Context, n int) answers {
	got := answers{}
	for i := range n {
		got.add(s.call(ctx, i))
	}
	return got
}

// churn has the last n leave and come back one by one, while 400 requests of the
// others are under way.
func (s *story) churn(ctx context.Context, n int) answers {
	stay := len(s.tenants) - 1 - n
	got, changes := answers{}, answers{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 100 {
				one := s.call(ctx, (w*100+i)%stay)
				mu.Lock()
				got.add(one)
				mu.Unlock()
			}
		})
	}
	for i := stay; i < stay+n; i++ {
		changes.add(s.remove(ctx, i))
		changes.add(s.put(ctx, s.customer(i)))
	}
	wg.Wait()
	if changes[200] != 2*n {
		return changes
	}
	return got
}

func (a answers) add(more answers) {
	for status, n := range more {
		a[status] += n
	}
}

func (s *story) call(ctx context.Context, i int) answers {
	return s.send(ctx, "GET", s.api+"/tasks", s.token(i), nil)
}

// callForOther sends a token that the tenant has issued for another audience.
func (s *story) callForOther(ctx context.Context, i int) answers {
	raw := s.tenants[i].MustMint(emulator.Spec{Audience: s.customer(0).Audience})
	return s.send(ctx, "GET", s.api+"/tasks", raw, nil)
}

func (s *story) put(ctx context.Context, c customer) answers {
	body, err := json.Marshal(c)
	if err != nil {
		return answers{0: 1}
	}
	return s.send(ctx, "PUT", s.admin+"/customers/"+c.TenantID, "", body)
}

func (s *story) remove(ctx context.Context, i int) answers {
	return s.send(ctx, "DELETE", s.admin+"/customers/"+s.tenants[i].ID(), "", nil)
}

func (s *story) send(ctx context.Context, method, url, token string, body []byte) answers {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return answers{0: 1}
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return answers{0: 1}
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if errors.Join(err, resp.Body.Close()) != nil {
		return answers{0: 1}
	}
	return answers{resp.StatusCode: 1}
}
