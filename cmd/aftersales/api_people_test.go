package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/identity"
	"aftersales/models"
)

type shownSession struct {
	ID, Device, Address string
	Current             bool
}

type shownSessions struct{ Items []shownSession }

// Somebody sees over HTTP where they are signed in, and what they end there is over in every process with the next request.
func TestSessionsAreSeenAndEndedOverHTTP(t *testing.T) {
	w := newAPIWorld(t)
	var second struct{ Token string }
	phone := map[string]string{"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"}
	w.call("", "POST", "/v1/session", `{"login":"one","password":"demo-password"}`, 201, &second, phone)
	w.tokens["one, by telephone"] = second.Token

	var list shownSessions
	w.call("one", "GET", "/v1/me/sessions", "", 200, &list)
	require.Len(t, list.Items, 2)
	devices, other := map[string]bool{}, ""
	for _, session := range list.Items {
		devices[session.Device] = true
		require.NotEmpty(t, session.Address)
		require.NotContains(t, second.Token, session.ID)
		if !session.Current {
			other = session.ID
		}
	}
	require.True(t, devices["Safari, iOS"])

	// Another process on the same database.
	people, factors := newIdentity(w.store, nil, identity.Options{})
	elsewhere := *w
	elsewhere.server = api.New(api.Options{
		Identity: people, Accounts: people, People: people, Factors: factors, Idempotency: keyedRequests{w.store},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	elsewhere.call("one, by telephone", "GET", "/v1/me", "", 200, nil)
	var no refused
	w.call("two", "DELETE", "/v1/me/sessions/"+other, "", 404, &no)
	require.Equal(t, "not_found", no.Code, "another's session does not exist")
	elsewhere.call("one, by telephone", "GET", "/v1/me", "", 200, nil)
	w.call("one", "DELETE", "/v1/me/sessions/"+other, "", 204, nil)
	elsewhere.call("one, by telephone", "GET", "/v1/me", "", 401, nil)

	var ended struct{ Ended int }
	w.call("", "POST", "/v1/session", `{"login":"one","password":"demo-password"}`, 201, nil)
	w.call("one", "DELETE", "/v1/me/sessions", "", 200, &ended)
	require.Equal(t, 1, ended.Ended)
	w.call("one", "GET", "/v1/me", "", 200, nil)
	w.call("one", "DELETE", "/v1/me/sessions?this=true", "", 200, &ended)
	w.call("one", "GET", "/v1/me", "", 401, nil)
}

// A password that was sent is in no table: not itself, and not as a plain hash of what was sent, from which it could be
// guessed as fast as hashes can be made.
func TestPasswordsLeaveNothingToGuessFrom(t *testing.T) {
	w := newAPIWorld(t)
	const chosen = "four quiet harbour cranes"
	body := `{"present":"demo-password","next":"` + chosen + `"}`
	w.call("two", "PUT", "/v1/me/password", body, 204, nil)
	w.call("two", "GET", "/v1/me", "", 200, nil)
	link, err := identity.New(w.store, identity.Options{}).RecoverCustomer(t.Context(), identity.Console, "cu-1")
	require.NoError(t, err)
	used := `{"token":"` + link.Token + `","password":"` + chosen + `"}`
	w.call("", "POST", "/v1/links/open", `{"token":"`+link.Token+`"}`, 200, nil)
	w.call("", "POST", "/v1/links/use", used, 204, nil)
	w.call("", "POST", "/v1/links/use", used, 410, nil)
	w.call("one", "GET", "/v1/me", "", 401, nil)
	w.call("", "POST", "/v1/session", `{"login":"one","password":"`+chosen+`"}`, 201, nil)

	var searched []string
	for _, text := range []string{chosen, body, used, link.Token} {
		sum := sha256.Sum256([]byte(text))
		searched = append(searched, text, string(sum[:]), hex.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(sum[:]), base64.RawURLEncoding.EncodeToString(sum[:]))
	}
	var rows []models.IdempotencyRow
	require.NoError(t, w.store.DB.Find(&rows).Error)
	require.Empty(t, rows, "what holds a password is not kept to be answered again")
	var tables []string
	require.NoError(t, w.store.DB.Raw("SELECT name FROM sqlite_master WHERE type = 'table'").Scan(&tables).Error)
	require.Contains(t, tables, "accounts")
	for _, table := range tables {
		var found []map[string]any
		require.NoError(t, w.store.DB.Table(table).Find(&found).Error)
		for _, row := range found {
			for column, value := range row {
				text, _ := value.(string)
				if raw, ok := value.([]byte); ok {
					text = string(raw)
				}
				for _, secret := range searched {
					require.NotContains(t, text, secret, "%s.%s", table, column)
				}
			}
		}
	}
}
