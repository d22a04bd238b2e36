package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"aftersales/access"
	"aftersales/identity"
)

// edge puts the routes of the table before their handlers.
type edge struct {
	Options
	engine *gin.Engine
	huma   huma.API
	table  map[string]Route  // by action
	served map[string]bool   // actions that have a handler
	doors  map[string]string // the action by which a command is given, by the command's name
	cross  *http.CrossOriginProtection
	log    *slog.Logger
	state
}

// newEdge makes the engine with what holds for every request.
func newEdge(options Options) *edge {
	gin.SetMode(gin.ReleaseMode)
	e := &edge{
		Options: options, engine: gin.New(), table: map[string]Route{}, served: map[string]bool{}, doors: map[string]string{},
		cross: http.NewCrossOriginProtection(), log: options.Logger,
	}
	e.intake = newIntake()
	for _, route := range Routes() {
		if _, twice := e.table[route.Action]; twice {
			panic("api: the action " + route.Action + " is in the table twice")
		}
		e.table[route.Action] = route
		if !route.Flags.Has(Public) && len(access.Standard().Roles(route.Action)) == 0 {
			panic("api: nobody may do " + route.Action + ": say who, and what it is about, in access/policies")
		}
	}
	e.engine.HandleMethodNotAllowed = true
	e.engine.RedirectTrailingSlash = false
	e.engine.RedirectFixedPath = false
	e.engine.UseRawPath = true // an escaped slash stays inside its segment
	e.engine.UnescapePathValues = true
	if err := e.engine.SetTrustedProxies(options.TrustedProxies); err != nil {
		panic(fmt.Errorf("api: trusted proxies: %w", err))
	}
	e.engine.RemoteIPHeaders = []string{"X-Forwarded-For"} // the one that proxies append to
	e.byPerson, e.byAddress = newLimits(options.Rates.Person), newLimits(options.Rates.Address)
	e.messages, e.uploads = newLimits(options.Rates.Messages), newLimits(options.Rates.Uploads)
	e.engine.Use(e.trace, e.recover, e.protect, e.allowTools, e.limitAddress)
	e.engine.NoRoute(e.pageOrNothing)
	e.engine.NoMethod(notAllowed)
	e.huma = humagin.New(e.engine, description(options))
	return e
}

// description is the head of the OpenAPI document. The paths of huma's own pages stay empty: only the table serves.
func description(options Options) huma.Config {
	format := huma.Format{
		Marshal: func(w io.Writer, v any) error {
			encoder := json.NewEncoder(w)
			encoder.SetEscapeHTML(true)
			return encoder.Encode(v)
		},
		Unmarshal: json.Unmarshal,
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Aftersales", Version: options.Version,
				Description: "Returns, refunds and everything after the sale. Amounts are whole minor units with their currency. " +
					"Commands take the header Idempotency-Key: the same key with the same content gives the first answer again. " +
					"Errors are application/problem+json with a stable code.",
			},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer": {Type: "http", Scheme: "bearer", Description: "The token of a session."},
					"cookie": {Type: "apiKey", In: "cookie", Name: secureCookie, Description: "The session of a browser."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
	}
}

// schemaName names a schema after its type, without our suffix.
func schemaName(t reflect.Type, hint string) string {
	return strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "Body")
}

// register serves an action of the table. prepare may refine the operation's description.
func register[I, O any](e *edge, action string, handler func(context.Context, *I) (*O, error), prepare ...func(*huma.Operation)) {
	route, ok := e.table[action]
	if !ok {
		panic("api: the action " + action + " is not in the table of routes")
	}
	e.served[action] = true
	_, takes := reflect.TypeFor[I]().FieldByName("Body")
	operation := huma.Operation{
		OperationID: route.Action, Method: route.Method, Path: route.Path, Summary: route.Summary, Tags: []string{route.Tag},
		Errors: errorsOf(route), Description: whoMay(route),
		MaxBodyBytes: maxFileBytes + 1, BodyReadTimeout: -1, // the guard has read and limited the body already
		RejectUnknownQueryParameters: true,
		Middlewares: huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
			c := humagin.Unwrap(ctx)
			e.guard(c, route, takes, func() { next(ctx) })
		}},
	}
	if !route.Flags.Has(Public) {
		operation.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
	}
	if route.Flags.Has(StepUp) {
		describeStepUp(&operation)
	}
	for _, refine := range prepare {
		refine(&operation)
	}
	huma.Register(e.huma, operation, handler)
}

// finish checks that every route of the table has its handler.
func (e *edge) finish() {
	for action := range e.table {
		if !e.served[action] {
			panic("api: nobody serves the action " + action)
		}
	}
}

func whoMay(route Route) string {
	if route.Flags.Has(Signed) {
		return "For partners; the signature is checked."
	}
	if route.Flags.Has(Public) {
		return "Needs no sign-in."
	}
	return "For: " + strings.Join(access.Standard().Roles(route.Action), ", ") + "."
}

// errorsOf lists the statuses that a route may answer besides success.
func errorsOf(route Route) []int {
	codes := []int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if !route.Flags.Has(Public) {
		codes = append(codes, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(route.Path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if route.Method == post || route.Method == put || route.Method == patch {
		codes = append(codes, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if route.Flags.Has(Keyed) || route.Tag == "factors" || route.Tag == "session" {
		codes = append(codes, http.StatusNotFound, http.StatusConflict, http.StatusGone)
	}
	if route.Tag == "conversations" || route.Tag == "routing" {
		codes = append(codes, http.StatusNotFound, http.StatusConflict, http.StatusGone)
	}
	if route.Flags.Has(Signed) || route.Tag == "session" {
		codes = append(codes, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests)
	}
	if route.Flags.Has(Open) {
		codes = append(codes, http.StatusUnauthorized, http.StatusForbidden)
	}
	if route.Flags.Has(Raw) || strings.HasPrefix(route.Action, "upload.") {
		codes = append(codes, http.StatusConflict, http.StatusGone, http.StatusTooManyRequests)
	}
	if strings.Contains(route.Action, ".read") || strings.Contains(route.Action, ".list") {
		codes = append(codes, http.StatusGone)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (e *edge) now() time.Time { return e.Now().UTC().Truncate(time.Microsecond) }

// guard is what every route of the table goes through, in this order: who asks, whether they may, the content
// whole and sound, for commands the key, and where it is asked for a fresh factor. Only then the handler runs. takes
// tells whether the route has any use for JSON.
func (e *edge) guard(c *gin.Context, route Route, takes bool, next func()) {
	c.Set(routeKey, route)
	defer e.noteRefusal(c, route)
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), originKey{}, identity.Origin{
		Address: c.ClientIP(), Device: identity.DeviceOf(c.Request.UserAgent()),
	}))
	ctx, cancel := context.WithTimeout(c.Request.Context(), fileReadTime+answerTime)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	if err := soundParameters(c); err != nil {
		fail(c, err)
		return
	}
	if !route.Flags.Has(Public) {
		if err := e.identify(c, route); err != nil {
			fail(c, err)
			return
		}
	}
	if route.Flags.Has(Raw) {
		leave, err := e.intake.enter(c.Request.Context(), callerOf(c.Request.Context()).Subject(), cmp.Or(max(0, c.Request.ContentLength), maxFileBytes))
		if err != nil {
			fail(c, err)
			return
		}
		defer leave()
	}
	body, err := e.readBody(c, route)
	if err == nil && !takes && len(body) > 0 && !route.Flags.Has(Raw) && !route.Flags.Has(Signed) {
		err = checkNothing(body)
	}
	if err != nil {
		fail(c, err)
		return
	}
	answerCtx, done := context.WithTimeout(c.Request.Context(), answerTime)
	defer done()
	c.Request = c.Request.WithContext(answerCtx)
	next = e.proven(c, route, body, next)
	if route.Flags.Has(Keyed) {
		e.once(c, route, body, next)
		return
	}
	if err := e.stepUp(c, route, body, ""); err != nil {
		fail(c, err)
		return
	}
	next()
}

type originKey struct{}

// originOf is where the request came from: the connection's other end, or what a trusted proxy says, and its device.
func originOf(ctx context.Context) identity.Origin { return ctx.Value(originKey{}).(identity.Origin) }

// soundParameters refuses NUL and broken UTF-8 in the path and the query: no database takes them.
func soundParameters(c *gin.Context) error {
	for _, param := range c.Params {
		if err := soundText(param.Value); err != nil {
			return err
		}
	}
	for name, values := range c.Request.URL.Query() {
		for _, text := range append(values, name) {
			if err := soundText(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// stamp writes how long the answer took just before its headers leave.
type stamp struct {
	gin.ResponseWriter
	begin time.Time
}

func (w *stamp) mark() {
	if !w.Written() {
		took := float64(time.Since(w.begin).Microseconds()) / 1000
		w.Header().Set("Server-Timing", "app;dur="+strconv.FormatFloat(took, 'f', 1, 64))
	}
}

func (w *stamp) Write(content []byte) (int, error) { w.mark(); return w.ResponseWriter.Write(content) }
func (w *stamp) WriteString(content string) (int, error) {
	w.mark()
	return w.ResponseWriter.WriteString(content)
}
func (w *stamp) WriteHeaderNow() { w.mark(); w.ResponseWriter.WriteHeaderNow() }
func (w *stamp) Flush()          { w.mark(); w.ResponseWriter.Flush() }

// Unwrap lets http.ResponseController reach the connection.
func (w *stamp) Unwrap() http.ResponseWriter { return w.ResponseWriter }
