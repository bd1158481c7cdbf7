package main
import (
 _ "github.com/prometheus/common/expfmt"
 _ "github.com/prometheus/prometheus/promql"
 _ "github.com/prometheus/prometheus/promql/parser"
 _ "github.com/prometheus/prometheus/model/textparse"
 _ "github.com/prometheus/prometheus/util/teststorage"
 _ "github.com/prometheus/prometheus/model/rulefmt"
)
