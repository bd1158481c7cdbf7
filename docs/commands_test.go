// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestShell checks each command of each shell block: that there is such a command, with
// such flags, for a folder and a target that are there. A block with what it prints right
// behind it, as text, is run, with b2ckit in the path and the page's named blocks as
// files: "…" at a line's end stands for any rest, and a line "…" for any lines.
func TestShell(t *testing.T) {
	t.Parallel()
	list := readBlocks(t)
	n, ran := 0, 0
	for i, b := range list {
		if b.lang != "sh" {
			continue
		}
		found, err := commands(b)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, c := range found {
			n++
			if err := checkCommand(b.page, c); err != nil {
				t.Errorf("%s:%d: %v", b.page, c.line, err)
			}
		}
		if i+1 < len(list) && list[i+1].page == b.page && list[i+1].lang == "text" && list[i+1].after == "sh" {
			ran++
			runShell(t, b, list[i+1].text)
		}
	}
	if n < 10 {
		t.Errorf("the pages have %d commands; is this test blind?", n)
	}
	for name := range strangers {
		if !strangerUsed[name] {
			t.Errorf("no page has the command %q that may be there", name)
		}
	}
}

// strangers are the commands that aren't ours, nor Go's: why they stand unchecked. The
// key is the command, or the page and the command.
var strangers = map[string]string{
	"docs/emulator.md curl":    ".ci/run and the tests of emulator/dashboard send such requests",
	"docs/emulator.md b2c":     "a function of that page, for curl",
	"docs/emulator.md sudo":    "of a port that needs rights; b2ckit behind it is checked",
	"docs/first-steps.md git":  "this repository, which the test has",
	"mkdir":                    "TestFirstSteps runs it",
	"cd":                       "TestFirstSteps runs it",
	"docs/command.md curl":     "TestOutputs of b2ckit token reads what it is given",
	"docs/command.md sh":       "TestOutputs of b2ckit token reads what it is given",
	"docs/first-steps.md curl": "the emulator's control API has tests, and so have the answers of a guard",
}

var strangerUsed = map[string]bool{}

func checkCommand(page string, c command) error {
	words := c.words
	if len(words) > 0 && words[0] == "sudo" {
		strangerUsed[page+" sudo"] = true
		words = words[1:]
	}
	for _, assignment := range c.env {
		if err := checkVariable(assignment); err != nil {
			return err
		}
	}
	if len(words) == 0 {
		return nil
	}
	switch path.Base(words[0]) {
	case "export":
		return checkVariables(words[1:])
	case "go":
		return checkGo(words[1:])
	case "make":
		return checkMake(words[1:])
	case "b2ckit":
		return checkB2ckit(words[1:])
	}
	for _, name := range []string{words[0], page + " " + words[0]} {
		if strangers[name] != "" {
			strangerUsed[name] = true
			return nil
		}
	}
	return fmt.Errorf("no test knows the command %q", words[0])
}

func checkVariables(assignments []string) error {
	for _, assignment := range assignments {
		if err := checkVariable(assignment); err != nil {
			return err
		}
	}
	return nil
}

var settingName = regexp.MustCompile(`plainPrefix \+ "([A-Z_]+)"|"(B2C_[A-Z_]+)"`)

// checkVariable checks that a setting of B2C's is one that settings or an example reads.
func checkVariable(assignment string) error {
	name, _, _ := strings.Cut(assignment, "=")
	short, ours := strings.CutPrefix(name, "B2C_")
	if !ours {
		return nil
	}
	for _, dir := range []string{"settings/*.go", "examples/*/*.go"} {
		list, err := filepath.Glob(filepath.Join(root, dir))
		if err != nil {
			return err
		}
		for _, file := range list {
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for _, m := range settingName.FindAllStringSubmatch(string(data), -1) {
				if m[1] == short || m[2] == name {
					return nil
				}
			}
		}
	}
	return fmt.Errorf("nothing reads %s", name)
}

// checkGo checks what is built, run or tested, and the flags of our programs. The go
// command's own flags are known to be right when they stand here.
func checkGo(words []string) error {
	dir := root
	if len(words) > 1 && words[0] == "-C" {
		dir, words = filepath.Join(root, words[1]), words[2:]
		if !exists(filepath.Join(dir, "go.mod")) {
			return fmt.Errorf("%s is no module", dir)
		}
	}
	verb := words[0]
	words = words[1:]
	switch verb {
	case "mod", "get", "version", "doc":
		return nil // of a user's own module
	case "run", "build", "test", "vet", "install":
	default:
		return fmt.Errorf("no test knows go %s", verb)
	}
	for i, word := range words {
		name, isPath := strings.CutPrefix(word, "./")
		if name, own := strings.CutPrefix(word, "github.com/b2ckit/b2ckit/"); own {
			name, _, _ := strings.Cut(name, "@")
			return goProgram(verb, filepath.Join(root, name), words[i+1:])
		}
		if !isPath || word == "./..." {
			continue
		}
		name = strings.TrimSuffix(name, "/...")
		if !exists(filepath.Join(dir, name)) {
			return fmt.Errorf("there is no %s", word)
		}
		if verb == "run" {
			return goProgram(verb, filepath.Join(dir, name), words[i+1:])
		}
		if verb == "test" {
			return checkTests(dir, word, words)
		}
	}
	return nil
}

// goProgram checks the flags of a program of ours.
func goProgram(verb, dir string, args []string) error {
	if path.Base(dir) == "b2ckit" {
		if verb != "run" {
			return nil
		}
		return checkB2ckit(args)
	}
	list, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(list) == 0 {
		return fmt.Errorf("there is no program in %s", dir)
	}
	text := ""
	for _, name := range list {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text += string(data)
	}
	for _, arg := range args {
		if name := strings.TrimLeft(arg, "-"); name != arg && !regexp.MustCompile(`flag\.\w+\((?:&\w+, )?"`+regexp.QuoteMeta(name)+`"`).MatchString(text) {
			return fmt.Errorf("%s has no flag %s", dir, arg)
		}
	}
	return nil
}

// checkTests checks that what -run names is there.
func checkTests(dir, pkg string, words []string) error {
	at := slices.Index(words, "-run")
	if at < 0 || at+1 == len(words) {
		return nil
	}
	list, err := filepath.Glob(filepath.Join(dir, strings.TrimSuffix(pkg, "/..."), "*_test.go"))
	if err != nil {
		return err
	}
	for _, name := range list {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if regexp.MustCompile(`func (?:` + words[at+1] + `)\w*\(`).Match(data) {
			return nil
		}
	}
	return fmt.Errorf("%s has no test %s", pkg, words[at+1])
}

func checkMake(words []string) error {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		return err
	}
	for _, word := range words {
		if name, _, assigned := strings.Cut(word, "="); assigned {
			if !strings.Contains(string(makefile), "$("+name+")") {
				return fmt.Errorf("the Makefile has no %s", name)
			}
		} else if !strings.Contains(string(makefile), "\n"+word+":") {
			return fmt.Errorf("there is no make %s", word)
		}
	}
	return nil
}

// b2ckit is the command, built once; TestMain removes it.
var b2ckit = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "b2ckit-docs-")
	if err != nil {
		return "", err
	}
	made = append(made, dir)
	program := filepath.Join(dir, "b2ckit")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/b2ckit").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
})

// made are the folders to remove in the end.
var made []string

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range made {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

var flagOfHelp = regexp.MustCompile(`(?m)(?:^|[\s,])(--?[a-z][a-z-]*)\b`)

var (
	helpMutex sync.Mutex
	helps     = map[string]map[string]bool{}
)

// flagsOf are the flags that a command's help names; without a flag if there is no such
// command.
func flagsOf(name string) (map[string]bool, error) {
	helpMutex.Lock()
	defer helpMutex.Unlock()
	if flags := helps[name]; flags != nil {
		return flags, nil
	}
	program, err := b2ckit()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, append([]string{"help"}, strings.Fields(name)...)...).Output()
	flags := map[string]bool{}
	if err == nil {
		flags["--help"] = true
		for _, m := range flagOfHelp.FindAllStringSubmatch(string(out), -1) {
			flags[m[1]] = true
		}
	}
	helps[name] = flags
	return flags, nil
}

// checkB2ckit checks that there is such a command with such flags.
func checkB2ckit(words []string) error {
	if len(words) == 0 || words[0] == "help" || words[0] == "version" || words[0] == "completion" {
		return nil
	}
	flags, err := flagsOf(words[0])
	if err != nil {
		return err
	}
	if len(flags) == 0 {
		return fmt.Errorf("there is no b2ckit %s", words[0])
	}
	for _, word := range words[1:] {
		name, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(name, "-") && name != "-" && !flags[name] {
			return fmt.Errorf("b2ckit %s has no %s", words[0], name)
		}
	}
	return nil
}

func TestCommands(t *testing.T) {
	for text, want := range map[string]string{
		"go run ./x -serve  # it serves\n": "[go run ./x -serve]",
		"a 'b c' | d >f 2>&1 && e\n":       "[a b c][d][e]",
		"A=1 B=\"2 3\" go \\\n  test\n":    "[go test]",
		"export A=$(x y) \n\n# c\nz\n":     "[export A=$(x y)][z]",
		"f() { curl -d x \"$@\"; }\n":      "[curl -d x $@]",
		"a 'b\n":                           "error",
	} {
		list, err := commands(&block{page: "p", line: 1, text: text})
		got := ""
		for _, c := range list {
			got += fmt.Sprint(c.words)
		}
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// What isn't there is found.
func TestCheckCommand(t *testing.T) {
	for text, want := range map[string]bool{
		"go run ./examples/quickstart -serve":         true,
		"go run ./examples/quickstart -sever":         false,
		"go run ./examples/quickstar":                 false,
		"go test ./validator -run TestCorpusFiles":    true,
		"go test ./validator -run TestThatIsNotThere": false,
		"go frobnicate ./...":                         false,
		"go -C interop test ./oracle":                 true,
		"go -C nowhere test ./oracle":                 false,
		"make soak MINUTES=10":                        true,
		"make soak MINUTE=10":                         false,
		"make nonsense":                               false,
		"b2ckit emulate --sign-in-as x":               true,
		"b2ckit emulate --sing-in-as x":               false,
		"go run ./cmd/b2ckit emulate --no-such":       false,
		"b2ckit frobnicate":                           false,
		"rm -rf x":                                    false,
	} {
		list, err := commands(&block{page: "p", line: 1, text: text + "\n"})
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: got %v, %v", text, list, err)
		}
		if err := checkCommand("p", list[0]); (err == nil) != want {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
