package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/knadh/koanf/v2"

	"aftersales/seal"
)

// Load reads the configuration from file and environment and validates it. file may be empty: then AFTERSALES_CONFIG
// names it, or there is none. environ is what os.Environ returns. The error lists everything that is wrong, each with
// what to do.
func Load(file string, environ []string) (*Config, error) {
	k := koanf.New(".")
	if err := k.Load(values(defaults()), nil); err != nil {
		return nil, fmt.Errorf("default settings: %w", err)
	}
	fromEnv, envErr := readEnv(environ)
	if file == "" {
		file = lookup(environ, FileVariable)
	}
	var fileErr error
	if file != "" {
		var fromFile map[string]any
		if fromFile, fileErr = readFile(file); fileErr == nil {
			fileErr = keptSecret(file, fromFile)
		}
		if fileErr == nil {
			fileErr = k.Load(values(fromFile), nil)
		}
	}
	if err := errors.Join(fileErr, envErr); err != nil {
		return nil, err
	}
	if err := k.Load(values(fromEnv), nil); err != nil {
		return nil, fmt.Errorf("settings from the environment: %w", err)
	}
	c := &Config{}
	if err := k.Unmarshal("", c); err != nil {
		return nil, readable(err)
	}
	if err := c.complete(); err != nil {
		return nil, fmt.Errorf("paths in the configuration: %w", err)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c, nil
}

// keptSecret refuses a file that others can read when it sets a secret.
func keptSecret(file string, settings map[string]any) error {
	for _, s := range describe() {
		value, set := settings[s.Path].(string)
		holds := s.secret == secretText && value != "" || s.secret == secretInURL && hidePassword(value) != value
		if !set || !holds {
			continue
		}
		if _, err := seal.ReadSecret(file); err != nil {
			return fmt.Errorf("configuration file: it sets %s, but %w", s.Path, err)
		}
	}
	return nil
}

// values hands settings by path to koanf.
type values map[string]any

// ReadBytes is not what koanf calls for a provider without a parser.
func (v values) ReadBytes() ([]byte, error) { return nil, errors.New("settings come as values") }

// Read nests the settings as koanf wants them.
func (v values) Read() (map[string]any, error) {
	nested := map[string]any{}
	for path, value := range v {
		at := nested
		parts := strings.Split(path, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = value
	}
	return nested, nil
}

func defaults() map[string]any {
	found := map[string]any{}
	for _, s := range describe() {
		if s.Value != "" { // an empty text would not become an empty list
			found[s.Path] = s.Value
		}
	}
	return found
}

func lookup(environ []string, name string) string {
	value := ""
	for _, pair := range environ {
		if key, v, _ := strings.Cut(pair, "="); key == name {
			value = v
		}
	}
	return value
}

// readEnv collects settings from the environment. An empty variable counts as not set, as compose files leave them.
func readEnv(environ []string) (map[string]any, error) {
	paths, lists := map[string]string{}, map[string]bool{}
	for _, s := range describe() {
		paths[s.Env], lists[s.Path] = s.Path, s.list
	}
	found := map[string]any{}
	for name, path := range wellKnown {
		if value := lookup(environ, name); value != "" {
			found[path] = value
		}
	}
	var errs []error
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		path, known := paths[name]
		switch {
		case known && value != "" && lists[path]:
			found[path] = splitList(value)
		case known && value != "":
			found[path] = value
		case known, !strings.HasPrefix(name, envPrefix), name == FileVariable, isForeign(name):
		default:
			errs = append(errs, fmt.Errorf("environment variable %s is no setting%s", name, suggestion(name, slices.Collect(maps.Keys(paths)))))
		}
	}
	return found, errors.Join(errs...)
}

// splitList reads a list as the environment writes it: a,b,c.
func splitList(text string) (items []string) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func isForeign(name string) bool {
	return slices.ContainsFunc(foreignPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// readFile returns the settings of a YAML file by path.
func readFile(path string) (map[string]any, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w; correct the path in --config or %s", err, FileVariable)
	}
	found, err := parseYAML(content)
	if err != nil {
		return nil, fmt.Errorf("configuration file %s: %w", path, err)
	}
	return found, nil
}

// parseYAML returns the settings by path; errors carry line and column.
func parseYAML(content []byte) (map[string]any, error) {
	tree, err := parser.ParseBytes(content, 0)
	if err != nil {
		return nil, errors.New(strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	if len(tree.Docs) > 1 {
		return nil, errors.New("it has several documents (---); put all settings into one")
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return nil, nil
	}
	found := map[string]any{}
	return found, walk(tree.Docs[0].Body, "", found)
}

// walk flattens a mapping into found. It refuses unknown settings, doubled ones and wrong shapes.
func walk(node ast.Node, prefix string, found map[string]any) error {
	var entries []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		entries = n.Values
	case *ast.MappingValueNode:
		entries = []*ast.MappingValueNode{n}
	case *ast.NullNode, *ast.CommentGroupNode:
		return nil
	default:
		return fmt.Errorf("%s: %s must be a group of settings, like \"name: value\" lines", position(node), orTop(prefix))
	}
	var errs []error
	for _, entry := range entries {
		path := prefix + entry.Key.String()
		kind, known := shapes()[path]
		switch {
		case !known:
			errs = append(errs, fmt.Errorf("%s: %s is no setting%s", position(entry.Key), path, suggestion(path, slices.Collect(maps.Keys(shapes())))))
		case kind == group:
			errs = append(errs, walk(entry.Value, path+".", found))
		default:
			value, err := scalar(entry.Value, kind)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %s %w", position(entry.Value), path, err))
			} else if value != nil {
				found[path] = value
			}
		}
	}
	return errors.Join(errs...)
}

type shape int

const (
	group shape = iota
	one
	list
)

// shapes tells for every path in a file what stands there.
func shapes() map[string]shape {
	found := map[string]shape{}
	for _, s := range describe() {
		found[s.Path] = one
		if s.list {
			found[s.Path] = list
		}
		for i, char := range s.Path {
			if char == '.' {
				found[s.Path[:i]] = group
			}
		}
	}
	return found
}

func scalar(node ast.Node, kind shape) (any, error) {
	var value any
	if err := yaml.NodeToValue(node, &value); err != nil {
		return nil, fmt.Errorf("can't be read: %w", err)
	}
	switch v := value.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return nil, errors.New("must be one value, not a group")
	case []any:
		if kind != list {
			return nil, errors.New("must be one value, not a list")
		}
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = fmt.Sprint(v[i])
		}
		return texts, nil
	default:
		return fmt.Sprint(v), nil
	}
}

func position(node ast.Node) string {
	if token := node.GetToken(); token != nil && token.Position != nil {
		return fmt.Sprintf("line %d, column %d", token.Position.Line, token.Position.Column)
	}
	return "somewhere"
}

func orTop(prefix string) string {
	if prefix == "" {
		return "the file"
	}
	return strings.TrimSuffix(prefix, ".")
}

// readable strips the decoder's own words, which name Go fields and types.
func readable(err error) error {
	return fmt.Errorf("a setting has the wrong kind of value (numbers are written 8, durations 10s): %w", err)
}
