package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/demo"
	"aftersales/partners"
)

// Operators read histories through the codec, nobody else does; agents find the customers of their cases by phone.
func TestOperatorsReadHistoriesAndAgentsFindCustomers(t *testing.T) {
	s := newStack(t, setup{})
	const secret = "金丝雀在工作流里"
	sent := map[string]any{"payloads": []map[string]any{{"metadata": map[string]string{"encoding": "anNvbi9wbGFpbg=="}, "data": base64.StdEncoding.EncodeToString([]byte(secret))}}}
	sealed := s.send(demo.OperatorLogin, http.MethodPost, "/v1/codec/encode", "", sent)
	require.Equal(t, http.StatusOK, sealed.status, "%s", sealed.body)
	require.NotContains(t, string(sealed.body), sent["payloads"].([]map[string]any)[0]["data"])
	opened := s.send(demo.OperatorLogin, http.MethodPost, "/v1/codec/decode", "", json.RawMessage(sealed.body))
	require.Contains(t, string(opened.body), base64.StdEncoding.EncodeToString([]byte(secret)))
	for _, login := range []string{kim, clerk, agent, super} {
		require.Equal(t, http.StatusForbidden, s.send(login, http.MethodPost, "/v1/codec/decode", "", json.RawMessage(sealed.body)).status, login)
	}
	// What is sealed elsewhere, for example in a column, is not opened here.
	stored, err := s.store.Customer(t.Context(), demo.CustomerID(1))
	require.NoError(t, err)
	name, err := stored.Name.Value()
	require.NoError(t, err)
	foreign := map[string]any{"payloads": []map[string]any{{"metadata": map[string]string{"encoding": base64.StdEncoding.EncodeToString([]byte("binary/tink"))}, "data": name}}}
	require.Equal(t, http.StatusBadRequest, s.send(demo.OperatorLogin, http.MethodPost, "/v1/codec/decode", "", foreign).status)

	look := func(login, phone string) string {
		got := s.send(login, http.MethodPost, "/v1/customers/lookup", "", map[string]any{"phone": phone})
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		return string(got.body)
	}
	require.JSONEq(t, `{"items":[]}`, look(agent, "13800001001"), "no case of this customer is theirs yet")
	order := s.order(120_00, func(o *partners.ShopOrder) { o.Recipient.Phone = "13955556666" })
	s.open(order, 0, 1, nil)
	for _, phone := range []string{"+86 138 0000 1001", "139-5555-6666"} {
		require.JSONEq(t, `{"items":[{"id":"`+demo.CustomerID(1)+`","name":"演****","phone":"138****1001"}]}`, look(agent, phone))
	}
	require.JSONEq(t, `{"items":[]}`, look(agent, "13800001002"))
}
