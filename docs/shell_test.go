// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// A command is one of a shell line: its words, without quotes. What it is given by the
// shell (redirections, a trailing &) is not its own.
type command struct {
	line  int
	env   []string // NAME=value before it
	words []string
}

// shellLines joins continued lines and takes off comments and blank lines.
func shellLines(b *block) (lines []string, numbers []int) {
	joined := ""
	for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
		if rest, continued := strings.CutSuffix(line, "\\"); continued {
			joined += rest
			continue
		}
		if line = strings.TrimSpace(joined + line); line != "" && !strings.HasPrefix(line, "#") {
			lines, numbers = append(lines, line), append(numbers, b.line+i)
		}
		joined = ""
	}
	return lines, numbers
}

// commands cuts the lines of a block into commands. It knows what pages need: quotes,
// comments, |, &&, ||, ;, &, <, >, $( ) as a word, and a function in one line.
func commands(b *block) (list []command, err error) {
	lines, numbers := shellLines(b)
	for i, line := range lines {
		if name, body, ok := strings.Cut(line, "() {"); ok { // b2c() { curl "$@"; }
			line = strings.TrimSuffix(strings.TrimSpace(body), "}")
			_ = name
		}
		l := lexer{rest: []rune(line)}
		for {
			words, more, err := l.command()
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", b.page, numbers[i], err)
			}
			c := command{line: numbers[i]}
			for len(words) > 0 && isAssignment(words[0]) {
				c.env, words = append(c.env, words[0]), words[1:]
			}
			c.words = words
			if len(c.words)+len(c.env) > 0 {
				list = append(list, c)
			}
			if !more {
				break
			}
		}
	}
	return list, nil
}

func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

type lexer struct{ rest []rune }

// command returns the words up to what ends a command, and whether more may follow.
func (l *lexer) command() (words []string, more bool, err error) {
	for {
		word, kind, err := l.word()
		switch {
		case err != nil:
			return nil, false, err
		case kind == wordRead:
			words = append(words, word)
		case kind == redirected: // and what comes next is a file
			if _, kind, err := l.word(); err != nil || kind != wordRead {
				return nil, false, errors.Join(errors.New("nothing to redirect to"), err)
			}
		default:
			return words, kind == commandEnds, nil
		}
	}
}

type wordKind int

const (
	wordRead wordKind = iota
	redirected
	commandEnds
	lineEnds
)

func (l *lexer) word() (string, wordKind, error) {
	for len(l.rest) > 0 && unicode.IsSpace(l.rest[0]) {
		l.rest = l.rest[1:]
	}
	if len(l.rest) == 0 || l.rest[0] == '#' {
		return "", lineEnds, nil
	}
	switch l.rest[0] {
	case '|', '&', ';', '(', ')', '{', '}':
		l.rest = l.rest[1:]
		return "", commandEnds, nil
	case '<', '>':
		l.rest = l.rest[1:]
		return "", redirected, nil
	}
	word := ""
	for len(l.rest) > 0 && !unicode.IsSpace(l.rest[0]) && !strings.ContainsRune("|&;<>)", l.rest[0]) {
		part, n, err := l.part()
		if err != nil {
			return "", lineEnds, err
		}
		word += part
		l.rest = l.rest[n:]
	}
	if len(l.rest) > 0 && (l.rest[0] == '>' || l.rest[0] == '<') && (word == "1" || word == "2") {
		l.rest = l.rest[1:]
		if len(l.rest) > 1 && l.rest[0] == '&' { // 2>&1
			l.rest = l.rest[2:]
			return l.word()
		}
		return "", redirected, nil
	}
	return word, wordRead, nil
}

// part is a quoted text, a $( ) or one character, and its length in the line.
func (l *lexer) part() (string, int, error) {
	switch c := l.rest[0]; {
	case c == '\'' || c == '"':
		for i := 1; i < len(l.rest); i++ {
			if l.rest[i] == c {
				return string(l.rest[1:i]), i + 1, nil
			}
		}
		return "", 0, errors.New("a quote that does not end")
	case c == '$' && len(l.rest) > 1 && l.rest[1] == '(':
		inner := lexer{l.rest[2:]}
		for len(inner.rest) > 0 && inner.rest[0] != ')' {
			_, n, err := inner.part()
			if err != nil {
				return "", 0, err
			}
			inner.rest = inner.rest[n:]
		}
		if len(inner.rest) == 0 {
			return "", 0, errors.New("a $( that does not end")
		}
		n := len(l.rest) - len(inner.rest) + 1
		return string(l.rest[:n]), n, nil
	default:
		return string(c), 1, nil
	}
}
