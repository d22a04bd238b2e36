package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAlarmsAreListedForOperators(t *testing.T) {
	r := newRig(t)
	answer := r.do(t, call{method: "GET", path: "/v1/alarms?state=open&limit=2", token: "operator", header: map[string]string{"Accept-Language": "en"}})
	require.Equal(t, 200, answer.Code, answer.Body)
	var list struct {
		Items []map[string]any
		Next  string
	}
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &list))
	require.Len(t, list.Items, 2)
	require.Equal(t, "c", list.Next)
	require.Equal(t, "Look into the reading of much hidden data", list.Items[0]["text"])
	require.EqualValues(t, 23, list.Items[0]["seen"])
	require.Equal(t, li.Name, list.Items[0]["person"].(map[string]any)["name"])
	require.NotContains(t, list.Items[1], "person")
	require.NotContains(t, list.Items[1], "since")
	for _, role := range []string{"supervisor", "agent", "merchant", "editor", "customer"} {
		problem(t, r.do(t, call{method: "GET", path: "/v1/alarms", token: role}), 403, "forbidden")
		problem(t, r.do(t, call{method: "POST", path: "/v1/alarms/ta-1/close", token: role, header: key()}), 403, "forbidden")
	}
	problem(t, r.do(t, call{method: "GET", path: "/v1/alarms?state=void", token: "operator"}), 400, "bad_request")
}
