package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/identity"
)

// The demo's people get in with the code that the command shows, and nobody else's code is shown.
func TestUserCodeOfTheDemoWorldAlone(t *testing.T) {
	dir := t.TempDir()
	seeded(t, dir)
	t.Setenv("AFTERSALES_DATA_DIR", dir)
	t.Setenv("DATABASE_URL", "")
	cfg, err := config.Load("", os.Environ())
	require.NoError(t, err)
	store, err := openStore(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	people, second := newIdentity(store, nil, identity.Options{})
	from := identity.Origin{Address: "192.0.2.1"}
	signIn := func(proof identity.Proof) error {
		first, err := people.SignIn(t.Context(), "super01", demo.Password, from)
		require.NoError(t, err)
		require.Empty(t, first.Token)
		_, err = people.SecondStep(t.Context(), first.Next.Ticket, proof, from)
		return err
	}

	out, err := execute(t, "user", "code", "Super01")
	require.NoError(t, err)
	require.Regexp(t, `^\d{6} +\(for \d+ seconds\)\n$`, out)
	code, _, err := demo.AppCode(t.Context(), store, "super01", time.Now())
	require.NoError(t, err)
	require.NoError(t, signIn(identity.Proof{Code: code}))
	for _, who := range []string{"kim01", "nobody"} {
		_, err = execute(t, "user", "code", who)
		require.ErrorContains(t, err, "no account of the demo world", who)
	}

	out, err = execute(t, "user", "reset-factors", "super01", "--codes")
	require.NoError(t, err)
	codes := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`).FindAllString(out, -1)
	require.Len(t, codes, 10)
	require.NoError(t, signIn(identity.Proof{RecoveryCode: codes[3]}))

	first, err := people.SignIn(t.Context(), "super02", demo.Password, from)
	require.NoError(t, err)
	code, _, err = demo.AppCode(t.Context(), store, "super02", time.Now())
	require.NoError(t, err)
	signed, err := people.SecondStep(t.Context(), first.Next.Ticket, identity.Proof{Code: code}, from)
	require.NoError(t, err)
	_, err = execute(t, "user", "reset-factors", "super02")
	require.NoError(t, err)
	_, err = people.Authenticate(t.Context(), signed.Token)
	require.Error(t, err, "the sessions are over")
	again, err := people.SignIn(t.Context(), "super02", demo.Password, from)
	require.NoError(t, err)
	require.True(t, again.Person.MustEnrol)
	_, err = execute(t, "user", "code", "super02")
	require.Error(t, err)
	_, err = execute(t, "user", "reset-factors", "super02", "--codes")
	require.ErrorContains(t, err, "nothing to recover")

	// An app of one's own is not the published one.
	person, err := people.Authenticate(t.Context(), again.Token)
	require.NoError(t, err)
	begun, err := second.BeginTOTP(t.Context(), person, "")
	require.NoError(t, err)
	published, err := demo.AppSecret("super02")
	require.NoError(t, err)
	require.NotEqual(t, published, strings.TrimSpace(begun.Secret))
}
