package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// story is what the source of the return says about itself.
type story struct {
	methods map[string]*ast.FuncDecl // methods of the story
	stages  map[string]string        // StageDetails → details
	tells   map[string]string        // stage → method that tells it
	table   []described              // every command
	names   map[string]string        // SendBack → send_back
}

// described is one line of the table of commands.
type described struct {
	roles   string
	stages  []string
	command string // its name
	marks   []string
}

func readStory(t *testing.T) story {
	t.Helper()
	s := story{methods: map[string]*ast.FuncDecl{}, stages: map[string]string{}, tells: map[string]string{}, names: commandNames(t)}
	for _, file := range parse(t, "../workflows/contract/messages.go") {
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Stage") && len(spec.Values) == 1 {
				s.stages[spec.Names[0].Name], _ = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			}
			return true
		})
	}
	for _, file := range parse(t, "../workflows/*.go") {
		for _, declaration := range file.Decls {
			if method, ok := declaration.(*ast.FuncDecl); ok && method.Recv != nil {
				s.methods[method.Name.Name] = method
			}
		}
	}
	for _, file := range parse(t, "../workflows/return.go") {
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.KeyValueExpr: // contract.StageDetails: (*story).details
				stage, isStage := s.stages[selected(node.Key)]
				if method := selected(node.Value); isStage && method != "" {
					s.tells[stage] = method
				}
			case *ast.CompositeLit:
				if array, ok := node.Type.(*ast.ArrayType); ok && len(node.Elts) > 5 && name(array.Elt) == "command" {
					for _, element := range node.Elts {
						s.table = append(s.table, s.describe(element))
					}
				}
			}
			return true
		})
	}
	require.Greater(t, len(s.tells), 10)
	require.Greater(t, len(s.table), 10)
	return s
}

// commandNames reads what every command is called: func (*SendBack) Name() string { return "send_back" }.
func commandNames(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	definition := regexp.MustCompile(`(?m)^func \(\*(\w+)\) Name\(\) +string +\{ return "(\w+)" \}$`)
	for _, match := range definition.FindAllStringSubmatch(read(t, "../workflows/contract/commands.go"), -1) {
		names[match[1]] = match[2]
	}
	return names
}

// describe reads on(byCustomer, in(stages…), c.canAnswer, c.answer).inTime().
func (s story) describe(element ast.Expr) (d described) {
	call := element.(*ast.CallExpr)
	for {
		marked, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			break
		}
		d.marks = append(d.marks, marked.Sel.Name)
		call = marked.X.(*ast.CallExpr)
	}
	carriedOut := s.methods[selected(call.Args[3])].Type.Params.List
	kind := selected(carriedOut[len(carriedOut)-1].Type.(*ast.StarExpr).X)
	d.roles, d.command = strings.TrimPrefix(name(call.Args[0]), "by"), s.names[kind]
	if in, ok := call.Args[1].(*ast.CallExpr); ok {
		for _, stage := range in.Args {
			d.stages = append(d.stages, s.stages[selected(stage)])
		}
	}
	return d
}

func parse(t *testing.T, pattern string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		files = append(files, file)
	}
	require.NotEmpty(t, files)
	return files
}

func name(expression ast.Expr) string {
	if identifier, ok := expression.(*ast.Ident); ok {
		return identifier.Name
	}
	return ""
}

func selected(expression ast.Expr) string {
	if selector, ok := expression.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return ""
}

// leadsTo collects the stages that a method may return, by itself or through the methods whose result it returns.
func (s story) leadsTo(method string, seen map[string]bool) map[string]bool {
	to := map[string]bool{}
	if seen[method] || s.methods[method] == nil {
		return to
	}
	seen[method] = true
	ast.Inspect(s.methods[method].Body, func(node ast.Node) bool {
		if _, ok := node.(*ast.FuncLit); ok {
			return false // what a wait's condition returns is no stage
		}
		answer, ok := node.(*ast.ReturnStmt)
		if !ok {
			return true
		}
		for _, result := range answer.Results {
			if stage, ok := s.stages[selected(result)]; ok {
				to[stage] = true
			}
			if call, ok := result.(*ast.CallExpr); ok {
				maps.Copy(to, s.leadsTo(selected(call.Fun), seen))
			}
		}
		return true
	})
	return to
}

// The diagram shows every way from stage to stage that the source has, and no other.
func TestDiagramShowsEveryWay(t *testing.T) {
	s := readStory(t)
	var wanted []string
	for stage, method := range s.tells {
		for next := range s.leadsTo(method, map[string]bool{}) {
			if next != stage {
				wanted = append(wanted, stage+" --> "+next)
			}
		}
	}
	for _, command := range s.table {
		if command.command == "withdraw" {
			for _, stage := range command.stages {
				if stage != "in_transit" { // the command is known there only to say that the goods are on their way
					wanted = append(wanted, stage+" --> ended")
				}
			}
		}
	}
	_, diagram, found := strings.Cut(read(t, "domain.md"), "stateDiagram-v2\n")
	require.True(t, found)
	diagram, _, _ = strings.Cut(diagram, "```")
	var drawn []string
	for _, edge := range regexp.MustCompile(`(?m)^\s*(\w+) --> (\w+)`).FindAllStringSubmatch(diagram, -1) {
		drawn = append(drawn, edge[1]+" --> "+edge[2])
	}
	slices.Sort(wanted)
	slices.Sort(drawn)
	require.Equal(t, slices.Compact(wanted), slices.Compact(drawn))
}

// commands is the table of what people can ask of a return.
func commands(t *testing.T) []string {
	words := map[string]string{
		"inTime": "before the deadline", "asQuiet": "leaves the revision", "asPersonal": "counted per person",
	}
	who := map[string]string{
		"Customer": "customer", "Merchant": "merchant", "Desk": "agent, supervisor, operator",
		"Finance": "supervisor, operator", "Operator": "operator", "Anyone": "everyone in the case",
	}
	s := readStory(t)
	lines := head("command", "who", "in which stages", "and")
	for _, command := range s.table {
		require.Contains(t, who, command.roles)
		stages := "every open one"
		if len(command.stages) > 0 {
			stages = strings.Join(command.stages, ", ")
		}
		var marks []string
		for _, mark := range command.marks {
			require.Contains(t, words, mark)
			marks = append(marks, words[mark])
		}
		lines = append(lines, row(code(command.command), who[command.roles], stages, strings.Join(marks, ", ")))
	}
	return lines
}
