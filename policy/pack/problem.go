package pack

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Problem is one thing wrong with a pack: where it stands and what to write instead.
type Problem struct {
	File   string
	Line   int    // 1 is the first
	Path   string // e.g. "deadlines.review[0].default"; empty when the file as a whole is meant
	Reason string
}

// Error reads "default.yaml:12: deadlines.review[0].default: reason".
func (p *Problem) Error() string {
	if p.Path == "" {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Path, p.Reason)
}

// yamlProblem turns the parser's own error, which carries a position, into a Problem.
func yamlProblem(file string, err error) error {
	var positioned interface {
		error
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &positioned) {
		line := 1
		if t := positioned.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
		return &Problem{File: file, Line: line, Reason: firstLine(positioned.GetMessage())}
	}
	return &Problem{File: file, Line: 1, Reason: firstLine(err.Error())}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// checker collects the problems of one document.
type checker struct {
	file  string
	body  ast.Node
	found []error
}

// refuse notes a problem at path.
func (c *checker) refuse(path, format string, values ...any) {
	c.found = append(c.found, &Problem{File: c.file, Line: c.line(path), Path: path, Reason: fmt.Sprintf(format, values...)})
}

// line finds where path stands, or where the nearest part of it does.
func (c *checker) line(path string) int {
	for ; path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
		where, err := yaml.PathString("$." + path)
		if err != nil {
			continue
		}
		node, err := where.FilterNode(c.body)
		if err != nil || node == nil || node.GetToken() == nil {
			continue
		}
		return node.GetToken().Position.Line
	}
	if c.body == nil || c.body.GetToken() == nil {
		return 1
	}
	return c.body.GetToken().Position.Line
}

func (c *checker) err() error { return errors.Join(c.found...) }
