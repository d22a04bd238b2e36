package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// Pages are the screens: files that say nothing about anybody, for GET and HEAD.
type Pages interface {
	Find(r *http.Request) bool
	http.Handler
}

// pageOrNothing serves the screens where no route of the table is. They cannot stand in the place of a route, for routes are
// found before, nor beside one: whatever begins like a path of the table is the API's alone.
func (e *edge) pageOrNothing(c *gin.Context) {
	if e.Pages == nil || e.reserved(c.Request.URL.Path) || !e.Pages.Find(c.Request) {
		writeProblem(c, problemOf(c, notFound()))
		return
	}
	c.Writer.Header().Del("Content-Security-Policy") // that of answers, not of pages
	c.Writer.Header().Del("Cache-Control")
	c.Status(http.StatusOK) // the router has put 404 there
	e.Pages.ServeHTTP(c.Writer, c.Request)
	c.Writer.WriteHeaderNow()
}

func (e *edge) reserved(path string) bool {
	first := firstSegment(path)
	if first == "docs" {
		return true
	}
	for _, route := range e.table {
		if firstSegment(route.Path) == first {
			return true
		}
	}
	return false
}

func firstSegment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}
