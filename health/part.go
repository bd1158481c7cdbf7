// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"context"
	"reflect"
)

// Part is a part of a service that knows whether it is ready: a
// [validator.Validator], a [validator.IDTokens], a database by [PartFunc]. The
// error is for operators. Ready must be safe for concurrent use and should end with
// its context.
type Part interface {
	Ready(ctx context.Context) error
}

// PartFunc is a function as a Part, such as the PingContext of a sql.DB.
type PartFunc func(context.Context) error

// Ready calls the function.
func (f PartFunc) Ready(ctx context.Context) error { return f(ctx) }

// isNil also finds the nil *validator.Validator that is left when the error of its
// constructor was not looked at, and that is no nil interface.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice:
		return rv.IsNil()
	default:
		return false
	}
}
