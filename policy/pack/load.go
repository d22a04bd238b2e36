package pack

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"aftersales/policy"
)

//go:embed packs/*.yaml
var builtins embed.FS

const (
	maxBytes     = 256 << 10
	maxDocuments = 4
	separator    = "\n---\n"
)

// BuiltinNames lists the packs that ship with the program.
func BuiltinNames() []string { return []string{"default", "demo"} }

// Builtin returns a pack that ships with the program: "default" or "demo".
func Builtin(name string) (*Pack, error) {
	content, err := builtins.ReadFile("packs/" + name + ".yaml")
	if err != nil || !slices.Contains(BuiltinNames(), name) {
		return nil, fmt.Errorf("there is no built-in pack %q; the built-in packs are %s", name, strings.Join(BuiltinNames(), ", "))
	}
	return Load(name+".yaml", content)
}

// Load reads a pack. name is the file's name for messages. content is one YAML document with a whole pack;
// or one that extends a built-in pack; or several, where each later one extends the first (the form in which
// an extending pack is stored, so that it never depends on what ships with a later program).
// A pack that cannot be used is refused with every problem found, each a *Problem with file, line and reason.
func Load(name string, content []byte) (*Pack, error) {
	if len(content) > maxBytes {
		return nil, &Problem{File: name, Line: 1, Reason: fmt.Sprintf("the pack is larger than %d bytes; make it smaller", maxBytes)}
	}
	bodies, err := documents(name, content)
	if err != nil {
		return nil, err
	}
	base := extends(bodies[0])
	if base == "" {
		return build(name, content, bodies)
	}
	below, err := Builtin(base)
	if err != nil {
		c := &checker{file: name, body: bodies[0]}
		c.refuse("extends", "%v", err)
		return nil, c.err()
	}
	baseBodies, err := documents(below.file, below.content)
	if err != nil {
		return nil, err
	}
	whole := append(append(bytes.TrimRight(slices.Clone(below.content), "\n"), separator...), content...)
	return build(name, whole, append(baseBodies, bodies...))
}

// Peek reads name, version and description of a pack without compiling it.
func Peek(content []byte) (name, version string, description Text, err error) {
	bodies, err := documents("", content)
	if err != nil {
		return "", "", Text{}, err
	}
	var head struct {
		Name        string `yaml:"name"`
		Version     string `yaml:"version"`
		Description Text   `yaml:"description"`
	}
	err = yaml.NodeToValue(bodies[len(bodies)-1], &head)
	return head.Name, head.Version, head.Description, err
}

// build decodes the base, lays the other documents over it one by one, and checks and compiles each stage, so
// that a problem is always reported where it was written. The pack is named after content's last document.
func build(name string, content []byte, bodies []ast.Node) (*Pack, error) {
	var doc document
	var p *Pack
	for i, body := range bodies {
		c := &checker{file: name, body: body}
		if i == 0 {
			if err := decode(name, body, &doc); err != nil {
				return nil, err
			}
		} else {
			var over overlay
			if err := decode(name, body, &over); err != nil {
				return nil, err
			}
			over.apply(&doc, c)
		}
		p = compilePack(doc, c)
		if err := c.err(); err != nil {
			return nil, err
		}
	}
	digest := sha256.Sum256(content)
	p.source = doc
	p.file, p.content, p.hash = name, slices.Clone(content), hex.EncodeToString(digest[:])
	return p, nil
}

// documents parses content into its YAML documents.
func documents(name string, content []byte) ([]ast.Node, error) {
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		return nil, yamlProblem(name, err)
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if doc != nil && doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 || len(bodies) > maxDocuments {
		return nil, &Problem{File: name, Line: 1, Reason: fmt.Sprintf("the pack has %d YAML documents; write one, or a base and what extends it", len(bodies))}
	}
	return bodies, nil
}

func decode(name string, body ast.Node, into any) error {
	if err := yaml.NodeToValue(body, into, yaml.Strict()); err != nil {
		return yamlProblem(name, err)
	}
	return nil
}

// extends peeks at the field of that name, without judging the rest.
func extends(body ast.Node) string {
	var peek struct {
		Extends string `yaml:"extends"`
	}
	if yaml.NodeToValue(body, &peek) != nil {
		return ""
	}
	return peek.Extends
}

// apply lays the overlay over doc.
func (o overlay) apply(doc *document, c *checker) {
	if o.Extends != doc.Name {
		c.refuse("extends", "it lies over the pack %q; write extends: %s", doc.Name, doc.Name)
	}
	doc.Name, doc.Version, doc.Description = o.Name, o.Version, o.Description
	if o.Grace != nil {
		doc.Grace = *o.Grace
	}
	if o.Calendar != nil {
		doc.Calendar = *o.Calendar
	}
	if o.Limits != nil {
		doc.Limits = *o.Limits
	}
	if o.Approvals != nil {
		doc.Approvals = *o.Approvals
	}
	for step, times := range o.Times {
		variants, ok := doc.Deadlines[step]
		if !ok {
			c.refuse("times."+string(step), "the pack %q has no such step; use one of %s", o.Extends, join(steps))
			continue
		}
		if times.For <= 0 {
			c.refuse("times."+string(step)+".for", "write how long the wait is, e.g. 5s")
		}
		for i := range variants {
			variants[i].For, variants[i].Reminders, variants[i].Clock = times.For, times.Reminders, policy.WallClock
		}
	}
}
