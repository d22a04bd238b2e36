package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
)

func TestCarriersAreListedInTheReadersLanguage(t *testing.T) {
	r := newRig(t, func(o *api.Options) { o.Carriers = map[string]string{"sf": "顺丰速运", "newco": "新快递"} })
	for lang, want := range map[string]string{
		"zh-CN": `[{"code":"newco","name":"新快递"},{"code":"sf","name":"顺丰速运"}]`,
		"en":    `[{"code":"newco","name":"新快递"},{"code":"sf","name":"SF Express"}]`,
	} {
		answer := r.do(t, call{method: "GET", path: "/v1/carriers", token: "customer", header: map[string]string{"Accept-Language": lang}})
		require.Equal(t, 200, answer.Code, answer.Body.String())
		var list struct{ Items json.RawMessage }
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &list))
		require.JSONEq(t, want, string(list.Items))
	}
}
