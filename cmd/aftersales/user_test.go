package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/identity"
)

// type a password into a command.
func typing(t *testing.T, password string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(strings.NewReader(password + "\n"))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

// A new installation gets its first operator, and somebody who is out is let back in.
func TestUserCommand(t *testing.T) {
	t.Setenv("AFTERSALES_DATA_DIR", t.TempDir())
	t.Setenv("DATABASE_URL", "")
	_, err := execute(t, "migrate")
	require.NoError(t, err)
	cfg, err := config.Load("", os.Environ())
	require.NoError(t, err)
	people := func(do func(*identity.Service)) {
		t.Helper()
		store, err := openStore(t.Context(), cfg)
		require.NoError(t, err)
		defer store.Close()
		do(identity.New(store, identity.Options{}))
	}

	_, err = typing(t, "password123", "user", "add", "--role", "operator", "--name", "王芳", "--login", "wang.fang", "--set-password")
	require.ErrorContains(t, err, "password_common")
	out, err := execute(t, "user", "list")
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(out, "\n"), "a refusal makes nobody: %s", out)
	out, err = typing(t, "seven lanterns at sea", "user", "add", "--role", "operator", "--name", "王芳", "--login", "wang.fang", "--set-password")
	require.NoError(t, err, out)
	require.Contains(t, out, "can sign in as wang.fang")
	require.NotContains(t, out, "seven")
	out, err = execute(t, "user", "list", "--role", "operator")
	require.NoError(t, err)
	require.Regexp(t, `wang\.fang +王芳 +operator +- +- +0\.00 +active +no`, out)

	out, err = execute(t, "user", "add", "--role", "agent", "--name", "李四", "--team", "East", "--limit", "500")
	require.NoError(t, err, out)
	require.Contains(t, out, "made the team East")
	token := regexp.MustCompile(`token +(\S+)`).FindStringSubmatch(out)[1]
	id := regexp.MustCompile(`ID (\S+)`).FindStringSubmatch(out)[1]
	out, err = execute(t, "user", "invite", id)
	require.NoError(t, err)
	again := regexp.MustCompile(`token +(\S+)`).FindStringSubmatch(out)[1]
	people(func(s *identity.Service) {
		_, err := s.Accept(t.Context(), identity.Acceptance{Token: token, Login: "li.si", Password: "a paper crane folded"})
		require.ErrorContains(t, err, "link_invalid", "the second link took its place")
		_, err = s.Accept(t.Context(), identity.Acceptance{Token: again, Login: "li.si", Password: "a paper crane folded"})
		require.NoError(t, err)
	})

	out, err = typing(t, "two paper cranes folded", "user", "reset", "li.si", "--set-password")
	require.NoError(t, err, out)
	out, err = execute(t, "user", "reset", "li.si")
	require.NoError(t, err)
	require.Regexp(t, `token +\S{43}`, out)
	out, err = execute(t, "user", "deactivate", "li.si")
	require.NoError(t, err)
	require.Contains(t, out, "li.si may not sign in any more")
	_, err = execute(t, "user", "reset", "li.si")
	require.ErrorContains(t, err, "staff_state")
	_, err = execute(t, "user", "reactivate", id)
	require.NoError(t, err)
	_, err = execute(t, "user", "sign-out", "li.si")
	require.NoError(t, err)

	out, err = execute(t, "audit", "show")
	require.NoError(t, err)
	require.Regexp(t, `system/console +account\.deactivate +staff/`+id, out)

	for _, wrong := range [][]string{
		{"add", "--role", "root", "--name", "x"}, {"add", "--role", "agent"}, {"add", "--role", "agent", "--name", "x", "--login", "x.y"},
		{"add", "--role", "agent", "--name", "x", "--limit", "much"}, {"add", "--role", "merchant", "--name", "x"}, {"add", "--role", "merchant", "--shop", "none", "--name", "x"},
		{"reset", "nobody"}, {"invite", "li.si"}, {"deactivate", "nobody"},
	} {
		_, err = execute(t, append([]string{"user"}, wrong...)...)
		require.Error(t, err, "%v", wrong)
	}
}
