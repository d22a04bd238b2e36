package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/demo"
	"aftersales/fault"
	"aftersales/models"
)

// A customer who is signed in at the shop comes over without a password of ours; an operator makes a key for a program,
// with a fresh factor; the key lists cases and does nothing else, until it is revoked.
func TestComingFromTheShopAndAProgramsKey(t *testing.T) {
	t.Parallel()
	s := newStack(t, setup{})

	// The shop hands its customer over, once.
	handed, err := s.sandbox.HandOver(t.Context(), demo.CustomerID(1))
	require.NoError(t, err)
	var session struct{ Token string }
	came := s.as(t, "", http.MethodPost, "/v1/session/handover", map[string]any{"token": handed})
	require.Equal(t, http.StatusCreated, came.status, "%s", came.body)
	require.NoError(t, json.Unmarshal(came.body, &session))
	require.Equal(t, "handover_invalid", s.as(t, "", http.MethodPost, "/v1/session/handover", map[string]any{"token": handed}).code, "a second time it is nothing")

	order := s.order(199_00, nil)
	require.Equal(t, http.StatusOK, s.as(t, session.Token, http.MethodGet, "/v1/orders/"+order.ID, nil).status, "an own order")
	opened := s.as(t, session.Token, http.MethodPost, "/v1/cases", request(order, 0, 1, nil))
	require.Equal(t, http.StatusCreated, opened.status, "%s", opened.body)
	id := opened.ack.CaseID

	// Without a fresh factor there is no key; with one there is.
	wanted := map[string]any{"name": "erp", "scopes": []string{"case.list"}, "days": 1}
	content, err := json.Marshal(wanted)
	require.NoError(t, err)
	operator := s.person(demo.OperatorLogin)
	require.Equal(t, string(fault.StepUpRequired), s.as(t, operator.Token(), http.MethodPost, "/v1/api-keys", wanted).code)
	fresh, err := operator.StepUp(t.Context(), http.MethodPost, "/v1/api-keys", content)
	require.NoError(t, err)
	larger := []byte(strings.Replace(string(content), "case.list", "deadline.move", 1))
	require.Equal(t, string(fault.StepUpRequired), s.sendOnce(demo.OperatorLogin, http.MethodPost, "/v1/api-keys", models.NewID(), fresh, "application/json", larger).code,
		"the factor was brought for another key")
	made := s.sendOnce(demo.OperatorLogin, http.MethodPost, "/v1/api-keys", models.NewID(), fresh, "application/json", content)
	require.Equal(t, http.StatusCreated, made.status, "%s", made.body)
	var key struct {
		Token string
		Key   struct{ ID string }
	}
	require.NoError(t, json.Unmarshal(made.body, &key))
	require.True(t, strings.HasPrefix(key.Token, "ask_"))

	// It lists, and the case is there.
	var list struct{ Items []struct{ ID string } }
	listed := s.as(t, key.Token, http.MethodGet, "/v1/cases", nil)
	require.Equal(t, http.StatusOK, listed.status, "%s", listed.body)
	require.NoError(t, json.Unmarshal(listed.body, &list))
	require.Len(t, list.Items, 1)
	require.Equal(t, id, list.Items[0].ID)

	// Everything else of the table is refused, and nothing has happened to the case.
	refused := 0
	for _, route := range api.Routes() {
		if route.Action == "case.list" || route.Flags.Has(api.Public) {
			continue
		}
		got := s.as(t, key.Token, route.Method, strings.Replace(route.Path, "{id}", id, 1), nil)
		require.Equal(t, http.StatusForbidden, got.status, "%s: %s", route.Action, got.body)
		refused++
	}
	require.Greater(t, refused, 80)
	require.Equal(t, "merchant_answer", s.caseOf(kim, id).Stage)

	// Revoked, it is nobody's at once; the operator's own session goes on.
	require.Equal(t, http.StatusNoContent, s.as(t, operator.Token(), http.MethodDelete, "/v1/api-keys/"+key.Key.ID, nil).status)
	require.Equal(t, string(fault.SignInRequired), s.as(t, key.Token, http.MethodGet, "/v1/cases", nil).code)
	require.Equal(t, http.StatusOK, s.as(t, operator.Token(), http.MethodGet, "/v1/cases", nil).status)
	for _, login := range []string{kim, clerk, agent, super} { // for the judge at the end
		s.person(login)
	}
}

// as makes a request under a token, whosever it is, and under a key of its own.
func (s *stack) as(t *testing.T, token, method, path string, body any) (got answer) {
	t.Helper()
	var content []byte
	if body != nil {
		var err error
		content, err = json.Marshal(body)
		require.NoError(t, err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.cfg.API.URL()+path, bytes.NewReader(content))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", models.NewID())
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.exchange(r)
}
