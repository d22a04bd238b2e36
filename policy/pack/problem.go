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
	Column int    // 1 is the first; 0: not known
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

// Text is what is wrong in "zh-CN" (also "zh") or English for anything else.
func (p *Problem) Text(lang string) string {
	if !chinese(lang) {
		return p.Reason
	}
	for _, known := range problemTexts() {
		if match := known.english.FindStringSubmatch(p.Reason); match != nil {
			return placeholder.ReplaceAllStringFunc(known.chinese, func(name string) string { return match[name[1]-'0'] })
		}
	}
	return "写法有误：" + p.Reason
}

// yamlProblem turns the parser's own error, which carries a position, into a Problem.
func yamlProblem(file string, err error) error {
	var positioned interface {
		error
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &positioned) {
		line, column := 1, 0
		if t := positioned.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
		return &Problem{File: file, Line: line, Column: column, Reason: firstLine(positioned.GetMessage())}
	}
	return &Problem{File: file, Line: 1, Reason: firstLine(err.Error())}
}

// Problems lists what is wrong with a pack, in the order in which it was found: the parts of an error of Load.
func Problems(err error) []*Problem {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		var all []*Problem
		for _, one := range many.Unwrap() {
			all = append(all, Problems(one)...)
		}
		return all
	}
	var one *Problem
	if errors.As(err, &one) {
		return []*Problem{one}
	}
	if err != nil {
		return []*Problem{{Line: 1, Reason: firstLine(err.Error())}}
	}
	return nil
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
	line, column := c.place(path)
	c.found = append(c.found, &Problem{
		File: c.file, Line: line, Column: column, Path: path, Reason: fmt.Sprintf(format, values...),
	})
}

// place finds where path stands, or where the nearest part of it does.
func (c *checker) place(path string) (line, column int) {
	for ; path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
		where, err := yaml.PathString("$." + path)
		if err != nil {
			continue
		}
		node, err := where.FilterNode(c.body)
		if err != nil || node == nil || node.GetToken() == nil {
			continue
		}
		return node.GetToken().Position.Line, node.GetToken().Position.Column
	}
	if c.body == nil || c.body.GetToken() == nil {
		return 1, 0
	}
	return c.body.GetToken().Position.Line, c.body.GetToken().Position.Column
}

func (c *checker) err() error { return errors.Join(c.found...) }
