package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"aftersales/api"
)

// served is the document as a client gets it.
func served(t *testing.T, r *rig) *openapi3.T {
	t.Helper()
	answer := r.do(t, call{method: "GET", path: "/openapi.json"})
	require.Equal(t, 200, answer.Code)
	require.Equal(t, "application/openapi+json", answer.Header().Get("Content-Type"))
	document, err := openapi3.NewLoader().LoadFromData(answer.Body.Bytes())
	require.NoError(t, err)
	return document
}

func TestTheDescriptionIsValid(t *testing.T) {
	document := served(t, newRig(t))
	require.NoError(t, document.Validate(context.Background()))
	require.Equal(t, "3.1.0", document.OpenAPI)
}

func TestTheDescriptionIsComplete(t *testing.T) {
	document := served(t, newRig(t))
	for _, route := range api.Routes() {
		item := document.Paths.Find(route.Path)
		require.NotNil(t, item, route.Path)
		operation := item.GetOperation(route.Method)
		require.NotNil(t, operation, route.Action)
		require.Equal(t, route.Action, operation.OperationID)
		require.NotEmpty(t, operation.Summary, route.Action)
		require.Equal(t, []string{route.Tag}, operation.Tags)
		problems := 0
		for status, response := range operation.Responses.Map() {
			require.NotEmpty(t, *response.Value.Description)
			if status[0] == '4' || status[0] == '5' {
				if media := response.Value.Content.Get("application/problem+json"); media != nil {
					require.Equal(t, "#/components/schemas/Problem", media.Schema.Ref, "%s %s", route.Action, status)
					problems++
				}
				continue
			}
			for media, content := range response.Value.Content {
				if media == "application/json" {
					require.NotEmpty(t, content.Schema.Ref, "the answer of %s has an unnamed schema", route.Action)
				}
			}
		}
		require.Positive(t, problems, route.Action)
		if body := operation.RequestBody; body != nil {
			for media, content := range body.Value.Content {
				if media == "application/json" {
					require.NotEmpty(t, content.Schema.Ref, "the content of %s has an unnamed schema", route.Action)
				}
			}
		}
		require.Equal(t, !route.Flags.Has(api.Public), operation.Security != nil && len(*operation.Security) > 0, route.Action)
		if route.Flags.Has(api.Keyed) {
			require.NotNil(t, operation.Parameters.GetByInAndName("header", "Idempotency-Key"), route.Action)
		}
	}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			require.True(t, slices.ContainsFunc(api.Routes(), func(r api.Route) bool {
				return r.Path == path && r.Method == method && r.Action == operation.OperationID
			}), "%s %s is described but not in the table", method, path)
		}
	}
	unnamed(t, document)
}

// unnamed objects make clients invent names: every object with properties is a named schema.
func unnamed(t *testing.T, document *openapi3.T) {
	for name, schema := range document.Components.Schemas {
		for property, inner := range schema.Value.Properties {
			require.False(t, inner.Ref == "" && len(inner.Value.Properties) > 0, "%s.%s is an unnamed object", name, property)
			if items := inner.Value.Items; items != nil {
				require.False(t, items.Ref == "" && len(items.Value.Properties) > 0, "%s.%s holds unnamed objects", name, property)
			}
		}
	}
}

// Every kind of answer, success and refusal, is as described.
func TestAnswersAreAsDescribed(t *testing.T) {
	r := newRig(t)
	document := served(t, r)
	document.Servers = nil
	find, err := gorillamux.NewRouter(document)
	require.NoError(t, err)
	for n, route := range api.Routes() {
		asked := []call{}
		tokens := []string{"", "customer", "merchant", "agent", "supervisor", "operator"}
		for _, token := range tokens {
			good := sound(route, token, n)
			asked = append(asked, good)
			if route.Method == "POST" {
				bad := good
				bad.body = `{"nonsense":1}`
				asked = append(asked, bad)
			}
		}
		for _, c := range asked {
			answer := r.do(t, c)
			conforms(t, find, c, answer)
		}
	}
}

func conforms(t *testing.T, find routers.Router, c call, answer *httptest.ResponseRecorder) {
	t.Helper()
	request := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	route, parameters, err := find.FindRoute(request)
	require.NoError(t, err)
	if !json.Valid(answer.Body.Bytes()) || strings.HasPrefix(answer.Header().Get("Content-Type"), "application/openapi") || route.Operation.OperationID == "notice.receive" && answer.Code == 200 {
		require.NotNil(t, route.Operation.Responses.Status(answer.Code))
		return // a file or another's dialect: there is no schema to hold it against
	}
	require.NoError(t, openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route},
		Status:                 answer.Code, Header: answer.Header(), Body: io.NopCloser(answer.Body),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}), "%s %s answered %d", c.method, c.path, answer.Code)
}
