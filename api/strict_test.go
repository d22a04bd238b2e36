package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/fault"
)

func TestCheckJSON(t *testing.T) {
	for body, want := range map[string]fault.Code{
		`{"a":1,"b":[{"a":1},{"a":2}]}`:      "",
		` {"a":{"a":{"a":null}}} `:           "",
		`{"a":1,"a":1}`:                      fault.DuplicateField,
		`{"amount":1,"Amount":2}`:            fault.DuplicateField,
		`{"a":1,"\u0061":2}`:                 fault.DuplicateField,
		`{"risk":1,"ri\u017fk":2}`:           fault.DuplicateField, // the long s
		`{"kind":1,"` + "\u212a" + `ind":2}`: fault.DuplicateField, // the Kelvin sign
		`{"x":[{"b":{"c":1,"C":1}}]}`:        fault.DuplicateField,
		`{"a":1}{"b":2}`:                     fault.BadRequest,
		`{"a":1} x`:                          fault.BadRequest,
		`{"a":1,}`:                           fault.BadRequest,
		`{"a"`:                               fault.BadRequest,
		``:                                   fault.BadRequest,
		"{\"a\":\"\xff\"}":                   fault.BadRequest,
		`{"a":"x\u0000y"}`:                   fault.BadRequest,
		strings.Repeat("[", 17) + strings.Repeat("]", 17): fault.BadRequest,
		strings.Repeat("[", 16) + strings.Repeat("]", 16): "",
		`[` + strings.Repeat("1,", maxJSONValues) + `1]`:  fault.BadRequest,
		`{"a":` + strings.Repeat("[", 100000):             fault.BadRequest,
	} {
		err := checkJSON([]byte(body))
		if want == "" {
			require.NoError(t, err, body)
		} else {
			require.Equal(t, want, fault.As(err).Code, "%.60s", body)
		}
	}
}

func TestFieldNamesFromSendersAreShownOnlyWhenTheyLookLikeNames(t *testing.T) {
	f := fault.As(checkJSON([]byte(`{"<script>":1,"<script>":2}`)))
	require.Equal(t, "?", f.Details["field"])
	require.Equal(t, "order_id", fault.As(checkJSON([]byte(`{"order_id":1,"order_id":2}`))).Details["field"])
}

// Whatever encoding/json would put into one field from two keys, checkJSON refuses.
func TestKeysThatEncodingJSONTakesForTheSameAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type target struct {
			Kind string `json:"kinds"`
		}
		runes := []rune("kKindsDS\u017f\u212aIıİ")
		key := rapid.StringOfN(rapid.SampledFrom(runes), 5, 5, -1).Draw(t, "key")
		var got target
		body, err := json.Marshal(map[string]string{key: "x"})
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(body, &got))
		if got.Kind == "x" && key != "kinds" {
			both := `{"kinds":"y",` + string(body[1:])
			require.Equal(t, fault.DuplicateField, fault.As(checkJSON([]byte(both))).Code, both)
		}
	})
}

func FuzzCheckJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `{"a":1,"A":2}`, `[[[]]]`, `{"a":"\ud800"}`, `"x"`, "{\"\x00\":1}", `{"a":1e999}`, `nul`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		err := checkJSON(body)
		if err != nil {
			if f := fault.As(err); f == nil || f.Code != fault.BadRequest && f.Code != fault.DuplicateField {
				t.Fatalf("%v", err)
			}
			return
		}
		// What passes is one JSON value whose keys are all distinct: nothing is lost between text and value.
		if !json.Valid(body) {
			t.Fatalf("passed, but is not JSON: %q", body)
		}
		var value any
		if err := json.Unmarshal(body, &value); err != nil {
			return // numbers out of range are the schema's to refuse
		}
		again, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkJSON(again); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		var same any
		if err := json.Unmarshal(again, &same); err != nil || !reflect.DeepEqual(value, same) {
			t.Fatalf("%s: %v", again, err)
		}
	})
}

func TestMasking(t *testing.T) {
	require.Equal(t, "138****1234", maskPhone("13812341234"))
	require.Equal(t, "130****0000", maskPhone("13000000000"))
	require.Equal(t, "***", maskPhone("110"))
	require.Equal(t, "", maskPhone(""))
	require.Equal(t, "张*", maskName("张三"))
	require.Equal(t, "欧****", maskName("欧阳娜娜·买买提"))
	require.Equal(t, "李*", maskName("李"))
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`1[3-9][0-9]{9}`).Draw(t, "phone")
		require.Equal(t, phone[:3]+"****"+phone[7:], maskPhone(phone))
	})
}
