package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"aftersales/fault"
)

// Problem is every answer that is not a success: RFC 9457, with a stable code and a sentence in the reader's
// language that says what to do.
type Problem struct {
	Type      string         `json:"type" format:"uri" doc:"Names the kind of problem; the same for the same code."`
	Title     string         `json:"title" doc:"The code in words."`
	Status    int            `json:"status" doc:"The HTTP status."`
	Code      string         `json:"code" doc:"Stable name of the problem; match on this." example:"stale_revision"`
	Detail    string         `json:"detail" doc:"What is wrong and what to do, in the language asked for."`
	Details   map[string]any `json:"details,omitempty" doc:"The values in the sentence, for programs."`
	Errors    []FieldError   `json:"errors,omitempty" doc:"Which fields are wrong, and how."`
	RequestID string         `json:"request_id,omitempty" doc:"Name this when asking for help."`
}

// FieldError is what is wrong with one field. It never repeats the value.
type FieldError struct {
	Location string `json:"location" doc:"Where, e.g. body.lines[0].quantity."`
	Code     string `json:"code" doc:"required, unknown, one_of, too_short, too_long, too_small, too_large, format, type or invalid."`
	Message  string `json:"message"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// huma keeps these in variables of the package, so they are set once for the program.
func init() {
	huma.ValidateStrictCasing = true // a field in other case is an unknown field
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return asProblem(humagin.Unwrap(ctx), status, message, errs)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return asProblem(nil, status, message, errs)
	}
}

// asProblem makes a Problem of whatever huma reports: the handler's error, or what is wrong with the request.
func asProblem(c *gin.Context, status int, message string, errs []error) *Problem {
	for _, err := range errs {
		if f := fault.As(err); f != nil {
			return problemOf(c, f)
		}
	}
	switch {
	case status == 0: // huma asks for an example, to read its type
		return &Problem{}
	case status == http.StatusRequestEntityTooLarge:
		return problemOf(c, fault.New(fault.BodyTooLarge, "limit", maxJSONBytes))
	case status == http.StatusUnsupportedMediaType:
		return problemOf(c, fault.New(fault.UnsupportedMedia))
	case status == http.StatusRequestTimeout:
		return problemOf(c, badRequest("body_too_slow"))
	case status >= 400 && status < 500:
		return wrongFields(c, errs)
	}
	return problemOf(c, asFault(errors.Join(errs...)))
}

// asFault finds the fault in an error; anything else is Unavailable when time ran out, and Internal otherwise.
func asFault(err error) *fault.Fault {
	if f := fault.As(err); f != nil {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fault.New(fault.Unavailable).Because(err)
	}
	return fault.New(fault.Internal).Because(err)
}

// notYet is for failures before anything was done: the same request may simply be sent again.
func notYet(err error) error {
	if fault.As(err) != nil {
		return err
	}
	return fault.New(fault.Unavailable).Because(err)
}

// problemOf makes the answer of a fault. Its cause goes to the log and nowhere else.
func problemOf(c *gin.Context, f *fault.Fault) *Problem {
	lang := langEN
	if c != nil {
		lang = languageOf(c.Request)
	}
	// The reasons for bad_request are keys too, so that they can be told in both languages.
	shown := f
	if reason, ok := f.Details["problem"].(string); ok && f.Code == fault.BadRequest {
		shown = fault.New(fault.BadRequest, "problem", reasonText(reason, lang))
	}
	p := &Problem{
		Type: "urn:aftersales:problem:" + string(f.Code), Title: strings.ReplaceAll(string(f.Code), "_", " "),
		Status: f.Status(), Code: string(f.Code), Detail: shown.Text(lang), Details: f.Details,
	}
	if c == nil {
		return p
	}
	p.RequestID = requestID(c)
	c.Set(problemKey, p.Code)
	if f.Status() >= 500 || errors.Unwrap(f) != nil {
		_ = c.Error(f)
	}
	switch f.Code {
	case fault.TooManyTries, fault.TooManyRequests:
		if seconds, ok := f.Details["seconds"].(int64); ok {
			c.Header("Retry-After", strconv.FormatInt(seconds, 10))
		}
	case fault.Unavailable, fault.KeyInProgress:
		c.Header("Retry-After", "1")
	case fault.SignInRequired, fault.SignInFailed:
		c.Header("WWW-Authenticate", `Bearer realm="aftersales"`)
	}
	return p
}

// wrongFields translates huma's validation errors. Their messages may quote what was sent, so only their kind is used.
func wrongFields(c *gin.Context, errs []error) *Problem {
	lang := langEN
	if c != nil {
		lang = languageOf(c.Request)
	}
	var fields []FieldError
	f := badRequest("fields")
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if !errors.As(err, &detail) {
			continue
		}
		field := FieldError{Location: shownName(detail.Location), Code: kindOfWrong(detail.Message)}
		field.Message = reasonText(field.Code, lang)
		switch {
		case field.Code == "unknown" && f.Code == fault.BadRequest:
			f = fault.New(fault.UnknownField, "field", strings.TrimPrefix(field.Location, "body."))
		case field.Code == "too_long" && strings.HasSuffix(field.Location, ".text"):
			f = fault.New(fault.TextTooLong, "limit", maxText)
		}
		if len(fields) < 20 {
			fields = append(fields, field)
		}
	}
	p := problemOf(c, f)
	p.Errors = fields
	return p
}

func kindOfWrong(message string) string {
	for _, kind := range []struct{ prefix, code string }{
		{"unexpected property", "unknown"}, {"unknown query parameter", "unknown"},
		{"expected required property", "required"}, {"required ", "required"}, {"request body is required", "required"},
		{"expected value to be one of", "one_of"},
		{"expected length >=", "too_short"}, {"expected array length >=", "too_short"},
		{"expected length <=", "too_long"}, {"expected array length <=", "too_long"},
		{"expected number >", "too_small"}, {"expected number <", "too_large"},
		{"expected string to", "format"}, {"invalid date", "format"},
		{"expected ", "type"}, {"invalid ", "type"},
	} {
		if strings.HasPrefix(message, kind.prefix) {
			return kind.code
		}
	}
	return "invalid"
}

func badRequest(reason string) *fault.Fault { return fault.New(fault.BadRequest, "problem", reason) }

// fail answers with an error and ends the handling of the request.
func fail(c *gin.Context, err error) {
	writeProblem(c, problemOf(c, asFault(err)))
}

func writeProblem(c *gin.Context, p *Problem) {
	content, err := json.Marshal(p)
	if err != nil { // a detail without JSON: the code alone must still arrive
		content, _ = json.Marshal(&Problem{Type: p.Type, Title: p.Title, Status: p.Status, Code: p.Code, Detail: p.Detail})
	}
	c.Abort()
	c.Data(p.Status, problemType, content)
}

// notAllowed is the answer to a known path with another method; the router has set Allow.
func notAllowed(c *gin.Context) {
	writeProblem(c, &Problem{
		Type: "urn:aftersales:problem:method_not_allowed", Title: "method not allowed", Status: http.StatusMethodNotAllowed,
		Code: "method_not_allowed", Detail: reasonText("method", languageOf(c.Request)), RequestID: requestID(c),
	})
}
