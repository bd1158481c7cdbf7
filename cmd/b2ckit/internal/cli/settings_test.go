// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

const (
	guid   = "775527ff-9a37-4307-8b3d-cc311f58d925"
	client = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
)

// program runs a program whose command shows what it reads from its settings.
type program struct {
	in      string
	environ []string
	answer  string // to a question; "" is nobody to ask
}

func (p program) run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	s := &cli.Streams{In: strings.NewReader(p.in), Out: &out, Err: &errs, Environ: p.environ}
	if p.answer != "" {
		s.Ask = func(_ context.Context, question string) (string, error) {
			fmt.Fprintln(&errs, question)
			return p.answer, nil
		}
	}
	status = cli.Run(t.Context(), s, args, func(s *cli.Streams) *cobra.Command {
		var f cli.SettingsFlags
		c := &cobra.Command{Use: "try", Args: cli.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
			found, err := f.ReadWithSecret(c.Context(), s)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(s.Out, "%v from %s\n", found, found.Origin("ClientSecret"))
			return err
		}}
		f.Declare(c, s)
		f.DeclareClient(c)
		return c
	})
	return status, out.String(), errs.String()
}

// TestSettingsFlags: flags are laid on top of the environment, that on the file, and
// what is wrong names what the operator wrote.
func TestSettingsFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "section.json", `{"AzureAdB2C": {"Instance": "https://contoso.b2clogin.com", "Domain": "contoso.onmicrosoft.com", "TenantId": "`+guid+`",
		"ClientId": "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "SignUpSignInPolicyId": "B2C_1_susi", "ResetPasswordPolicyId": "B2C_1_reset"},
		"AzureAd": {"Authority": "https://contoso.ciamlogin.com/2fdd06f3-7b34-49a3-a78b-545da6bd4d4b", "ClientId": "5f1c0c5e-6f6b-4f0a-9d3c-0a7f6f2f2b11"},
		"Other": {"Instance": "https://fabrikam.b2clogin.com", "TenantId": "`+guid+`", "SignUpSignInPolicyId": "B2C_1_x"}}`)
	write(t, "folder/appsettings.json", `{"AzureAdB2C": {"Instance": "https://folder.b2clogin.com", "TenantId": "`+guid+`", "SignUpSignInPolicyId": "B2C_1_folder"}}`)
	write(t, "secret.txt", "from the file\n")
	flags := "--tenant contoso --tenant-id " + guid + " --flow B2C_1_a --flow B2C_1A_b"
	for _, c := range []struct {
		args    string
		environ []string
		status  int
		want    string // in what is printed
	}{
		{flags, nil, 0, "tenant " + guid + " at contoso.b2clogin.com, trusted flows B2C_1_a B2C_1A_b, audiences , client , no client secret from \n"},
		{flags + " --host 127.0.0.1:8443 --host login.contoso.com", nil, 0, " at 127.0.0.1:8443 login.contoso.com, "},
		{flags + " --audience 90C0FE63-bcf2-44d5-8fb7-b8bbc0b29dc6 --audience " + guid, nil, 0, "audiences 90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6 " + guid + ","},
		{flags + " --client-id " + client, []string{"B2C_CLIENT_SECRET=hush"}, 0, "client " + client + ", a client secret from B2C_CLIENT_SECRET\n"},
		{flags + " --client-id " + client + " --client-secret-file secret.txt", []string{"B2C_CLIENT_SECRET=hush"}, 0, "a client secret from --client-secret-file\n"},
		{flags + " --client-id " + client + " --client-secret-file -", nil, 0, "a client secret from --client-secret-file\n"},
		{"--settings section.json", nil, 0, "at https://contoso.b2clogin.com, trusted flows B2C_1_susi, audiences 90c0fe63-"},
		{"--settings section.json --section Other", nil, 0, "at https://fabrikam.b2clogin.com, trusted flows B2C_1_x,"},
		{"--settings section.json", nil, 0, "Entra External ID tenant 2fdd06f3-7b34-49a3-a78b-545da6bd4d4b at https://contoso.ciamlogin.com, audiences 5f1c0c5e-"},
		{"--settings section.json --section AzureAd", nil, 0, "Entra External ID tenant 2fdd06f3-7b34-49a3-a78b-545da6bd4d4b at https://contoso.ciamlogin.com, audiences 5f1c0c5e-6f6b-4f0a-9d3c-0a7f6f2f2b11, client 5f1c0c5e-6f6b-4f0a-9d3c-0a7f6f2f2b11, no client secret from \n"},
		{"--settings section.json --authority https://fabrikam.ciamlogin.com/" + guid + " --audience " + client, nil, 0, "Entra External ID tenant " + guid + " at https://fabrikam.ciamlogin.com, audiences " + client + ", client , no client secret from \n"},
		{"--authority https://login.contoso.com/" + guid, []string{"B2C_TENANT=contoso"}, 0, "Entra External ID tenant " + guid + " at https://login.contoso.com, audiences , client , no client secret from \n"},
		{"--authority https://login.microsoftonline.com/" + guid + "/v2.0", nil, 0, "Entra ID tenant " + guid + " at https://login.microsoftonline.com,"},
		{"--authority https://contoso.b2clogin.com/" + guid + "/B2C_1_a", nil, 0, "tenant " + guid + " at https://contoso.b2clogin.com, trusted flows B2C_1_a,"},
		{"--settings section.json --flow B2C_1_b", []string{"B2C_FLOWS=B2C_1_c"}, 0, "trusted flows B2C_1_b,"},
		{"--settings section.json", []string{"B2C_FLOWS=B2C_1_c"}, 0, "trusted flows B2C_1_c,"},
		{"--settings folder", nil, 0, "trusted flows B2C_1_folder,"},

		{"", nil, 2, "Name the tenant: --tenant contoso --tenant-id GUID --flow B2C_1_susi,\nor of a successor: --authority https://contoso.ciamlogin.com/GUID\nIts flags: b2ckit help try\n"},
		{"--authority https://contoso.ciamlogin.com", nil, 2, "--authority says nothing of the tenant's GUID"},
		{"--authority https://contoso.ciamlogin.com --tenant contoso --tenant-id " + guid, nil, 2, "--authority"},
		{flags + " --tenant-id x", nil, 2, "--tenant-id"},
		{"--tenant contoso", nil, 2, "AzureAdB2C:TenantId is missing (or B2C_TENANT_ID, or --tenant-id): "},
		{"--tenant contoso", nil, 2, "AzureAdB2C:SignUpSignInPolicyId is missing (or B2C_FLOWS, or --flow): "},
		{"--tenant-id " + guid, nil, 2, "AzureAdB2C:Instance is missing (or B2C_TENANT, or --tenant): "},
		{"--settings section.json --flow B2C_1_reset", nil, 2, "--flow"},
		{"--settings none.json", nil, 2, "none.json"},
		{flags + " --tenant=", nil, 2, "b2ckit try: --tenant is empty\n"},
		{flags + " --ca-file=", nil, 2, "b2ckit try: --ca-file is empty\n"},
		{flags + " --client-secret-file none.txt", nil, 2, "b2ckit try: --client-secret-file: open none.txt: no such file or directory\n"},
		{flags + " --client-secret-file folder", nil, 2, "b2ckit try: --client-secret-file: read folder: is a directory\n"},
	} {
		status, stdout, stderr := program{in: "from the pipe\n", environ: c.environ}.run(t, append([]string{"try"}, strings.Fields(c.args)...)...)
		if status != c.status || !strings.Contains(stdout+stderr, c.want) || status == 0 && stderr != "" || status != 0 && stdout != "" {
			t.Errorf("%s: got %d, %q, %q, want %d, %q", c.args, status, stdout, stderr, c.status, c.want)
		}
		if strings.Contains(stdout+stderr, "hush") || strings.Contains(stdout+stderr, "from the") {
			t.Errorf("%s: got a secret: %q, %q", c.args, stdout, stderr)
		}
	}
}

// TestSecretByArgument: it is refused in all its forms, and never shown.
func TestSecretByArgument(t *testing.T) {
	for _, args := range [][]string{{"--client-secret", "hush"}, {"--client-secret=hush"}, {"--client-secret"}, {"--client-secret", "hush", "--tenant", "x"}} {
		status, stdout, stderr := program{}.run(t, append([]string{"try"}, args...)...)
		const want = "b2ckit try: --client-secret is refused: all users of a machine can read its command lines,\n" +
			"and the shell keeps them. Instead: --client-secret-file FILE, the variable\nB2C_CLIENT_SECRET, or wait to be asked\nIts flags: b2ckit help try\n"
		if status != 2 || stdout != "" || stderr != want {
			t.Errorf("%q: got %d, %q, %q", args, status, stdout, stderr)
		}
	}
	if _, stdout, _ := (program{}).run(t, "help", "try"); strings.Contains(stdout, "--client-secret ") {
		t.Errorf("the help shows it:\n%s", stdout)
	}
}

// TestSecretIsAskedFor: once there is a client, no secret, and someone to ask.
func TestSecretIsAskedFor(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"try", "--tenant", "contoso", "--tenant-id", guid, "--flow", "B2C_1_a"}
	status, stdout, stderr := program{answer: " hush "}.run(t, append(args, "--client-id", client)...)
	if status != 0 || !strings.Contains(stdout, "a client secret from the client secret\n") || stderr != "Client secret of "+client+" (not shown):\n" {
		t.Errorf("got %d, %q, %q", status, stdout, stderr)
	}
	if _, stdout, stderr := (program{answer: "hush"}).run(t, args...); !strings.Contains(stdout, "no client secret") || stderr != "" {
		t.Errorf("without a client: got %q, %q", stdout, stderr)
	}
	if status, _, stderr := (program{answer: "hüsh"}).run(t, append(args, "--client-id", client)...); status != 2 || strings.Contains(stderr, "hüsh") {
		t.Errorf("a secret that is none: got %d, %q", status, stderr)
	}
}

// TestFlowCompletion: names of flows come from the settings, whatever else is typed.
func TestFlowCompletion(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "appsettings.json", `{"AzureAdB2C": {"Instance": "https://contoso.b2clogin.com", "TenantId": "`+guid+`", "SignUpSignInPolicyId": "B2C_1_susi",
		"TrustedPolicies": ["B2C_1A_partner"], "EditProfilePolicyId": "B2C_1_edit"}}`)
	for _, args := range [][]string{{"--flow", ""}, {"--flow", "B2C_1_susi", "--flow", ""}} {
		status, stdout, _ := program{}.run(t, append([]string{"__complete", "try"}, args...)...)
		if want := "B2C_1_susi\nB2C_1A_partner\nB2C_1_edit\n:4\n"; status != 0 || stdout != want {
			t.Errorf("%q: got %d, %q, want %q", args, status, stdout, want)
		}
	}
	if _, stdout, _ := (program{}).run(t, "__complete", "try", "--settings", "none.json", "--flow", ""); stdout != ":4\n" {
		t.Errorf("without settings: got %q", stdout)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
