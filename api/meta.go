package api

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"aftersales/fault"
)

// Check tells whether a part that requests need is there. It must come back soon after its context ends.
type Check func(ctx context.Context) error

const checkTime = 2 * time.Second

type partBody struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

type healthBody struct {
	OK    bool       `json:"ok"`
	Parts []partBody `json:"parts" nullable:"false"`
}

type healthOutput struct {
	Status int
	Body   healthBody
}

type liveBody struct {
	OK bool `json:"ok"`
}

type liveOutput struct {
	Body liveBody
}

// DemoPerson is one of the demo world. Its password is published and guards nothing.
type DemoPerson struct {
	Role     string `json:"role" enum:"customer,merchant,agent,supervisor,operator"`
	Login    string `json:"login"`
	Password string `json:"password"`
}

type demoOutput struct {
	Body struct {
		People []DemoPerson `json:"people" nullable:"false"`
	}
}

func (e *edge) meta() {
	register(e, "meta.demo", func(context.Context, *struct{}) (*demoOutput, error) {
		out := &demoOutput{}
		out.Body.People = solid(e.Demo)
		return out, nil
	})
	register(e, "meta.live", func(context.Context, *struct{}) (*liveOutput, error) {
		return &liveOutput{Body: liveBody{OK: true}}, nil
	})
	register(e, "meta.ready", func(ctx context.Context, _ *struct{}) (*liveOutput, error) {
		if e.draining.Load() {
			return nil, fault.New(fault.Unavailable)
		}
		if health := e.health(ctx); !health.OK {
			return nil, fault.New(fault.Unavailable)
		}
		return &liveOutput{Body: liveBody{OK: true}}, nil
	})
	register(e, "meta.health", func(ctx context.Context, _ *struct{}) (*healthOutput, error) {
		out := &healthOutput{Status: http.StatusOK, Body: e.health(ctx)}
		if !out.Body.OK {
			out.Status = http.StatusServiceUnavailable
		}
		return out, nil
	})
	var once sync.Once
	var document []byte
	register(e, "meta.openapi", func(context.Context, *struct{}) (*noticeOutput, error) {
		var err error
		once.Do(func() { document, err = json.Marshal(e.huma.OpenAPI()) })
		return &noticeOutput{ContentType: "application/openapi+json", Body: document}, err
	}, answering("application/openapi+json", "The OpenAPI document."))
	if e.Docs {
		e.engine.GET("/docs", e.docs)
	}
}

// health asks every part at the same time. What is wrong goes to the log, not into the answer.
func (e *edge) health(ctx context.Context) healthBody {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	body := healthBody{OK: true, Parts: make([]partBody, 0, len(e.Checks))}
	for name := range e.Checks {
		body.Parts = append(body.Parts, partBody{Name: name})
	}
	slices.SortFunc(body.Parts, func(a, b partBody) int { return compare(a.Name, b.Name) })
	var all sync.WaitGroup
	for i := range body.Parts {
		part := &body.Parts[i]
		all.Go(func() {
			if err := e.Checks[part.Name](ctx); err != nil {
				e.log.WarnContext(ctx, "a part is not ready", "part", part.Name, "error", err)
				return
			}
			part.OK = true
		})
	}
	all.Wait()
	for _, part := range body.Parts {
		body.OK = body.OK && part.OK
	}
	return body
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// docs shows the table of routes, for people. It needs nothing from elsewhere and runs no script.
func (e *edge) docs(c *gin.Context) {
	c.Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.Header("Content-Type", "text/html; charset=utf-8")
	rows := make([][5]string, 0, len(e.table))
	for _, route := range Routes() {
		key := ""
		if route.Flags.Has(Keyed) {
			key = keyHeader
		}
		rows = append(rows, [5]string{route.Method, route.Path, route.Action, whoMay(route), key})
	}
	if err := docsPage.Execute(c.Writer, rows); err != nil {
		_ = c.Error(fmt.Errorf("docs: %w", err))
	}
}

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Aftersales API</title>
<h1>Aftersales API</h1><p>The whole description: <a href="/openapi.json">/openapi.json</a></p>
<table><thead><tr><th>Method</th><th>Path</th><th>Action</th><th>Who</th><th>Header</th></tr></thead>
<tbody>{{range .}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>{{end}}</tbody></table></html>`))

var _ huma.StatusError = (*Problem)(nil)
