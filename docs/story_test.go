package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stories is what the source of the workflows says about itself.
type stories struct {
	methods  map[string]*ast.FuncDecl     // of the story, by name
	funcs    map[string]*ast.FuncDecl     // functions, by name
	files    map[*ast.FuncDecl]string     // where they stand
	stages   map[string]string            // StageDetails → details
	chapters map[string]map[string]string // intakeStages → stage → method that tells it
	names    map[string]string            // SendBack → send_back
}

// plot is one story: which method tells which stage, and what it makes of the turning points.
type plot struct {
	*stories
	name     string
	file     string
	tells    map[string]string // stage → method
	points   map[string]string // turning point → method
	commands string            // function that lists them
}

// described is one line of a table of commands.
type described struct {
	roles   string
	stages  []string
	command string // its name
	marks   []string
}

func readStories(t *testing.T) (*stories, []plot) {
	t.Helper()
	s := &stories{
		methods: map[string]*ast.FuncDecl{}, funcs: map[string]*ast.FuncDecl{}, files: map[*ast.FuncDecl]string{},
		stages: map[string]string{}, chapters: map[string]map[string]string{}, names: map[string]string{},
	}
	for _, file := range parse(t, "../workflows/contract/messages.go") {
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Stage") && len(spec.Values) == 1 {
				s.stages[spec.Names[0].Name], _ = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			}
			return true
		})
	}
	definition := regexp.MustCompile(`(?m)^func \(\*(\w+)\) Name\(\) +string +\{ return "(\w+)" \}$`)
	for file := range parse(t, "../workflows/contract/commands*.go") {
		for _, match := range definition.FindAllStringSubmatch(read(t, file), -1) {
			s.names[match[1]] = match[2]
		}
	}
	var plots []plot
	for path, file := range parse(t, "../workflows/*.go") {
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			s.files[function] = path
			if receiver := function.Recv; receiver != nil {
				if pointer, ok := receiver.List[0].Type.(*ast.StarExpr); !ok || name(pointer.X) != "story" {
					continue // another type may have a method of the same name
				}
				s.methods[function.Name.Name] = function
			} else {
				s.funcs[function.Name.Name] = function
			}
		}
		ast.Inspect(file, func(node ast.Node) bool { // var intakeStages = stages{contract.StageDetails: (*story).details}
			spec, ok := node.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if literal, ok := spec.Values[0].(*ast.CompositeLit); ok && name(literal.Type) == "stages" {
				tells := map[string]string{}
				for _, element := range literal.Elts {
					pair := element.(*ast.KeyValueExpr)
					tells[s.stages[selected(pair.Key)]] = selected(pair.Value)
				}
				s.chapters[spec.Names[0].Name] = tells
			}
			return true
		})
	}
	for _, function := range s.funcs {
		ast.Inspect(function, func(node ast.Node) bool {
			if literal, ok := node.(*ast.CompositeLit); ok && name(literal.Type) == "plot" {
				plots = append(plots, s.plot(function, literal))
			}
			return true
		})
	}
	slices.SortFunc(plots, func(a, b plot) int { return strings.Compare(a.name, b.name) })
	require.NotEmpty(t, plots)
	return s, plots
}

func (s *stories) plot(function *ast.FuncDecl, literal *ast.CompositeLit) plot {
	p := plot{stories: s, name: function.Name.Name, file: s.files[function], tells: map[string]string{}, points: map[string]string{}}
	for _, element := range literal.Elts {
		pair := element.(*ast.KeyValueExpr)
		switch field := name(pair.Key); field {
		case "stages":
			for _, chapter := range pair.Value.(*ast.CallExpr).Args {
				maps.Copy(p.tells, s.chapters[name(chapter)])
			}
		case "commands":
			p.commands = name(pair.Value)
		default:
			p.points[field] = selected(pair.Value)
		}
	}
	return p
}

// table lists what people can ask for in the order of the source.
func (p plot) table() []described {
	var all []described
	ast.Inspect(p.funcs[p.commands].Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr: // c.intakeCommands(), c.everydayCommands(extendable, in(…))
			method := p.methods[selected(node.Fun)]
			if method == nil || !strings.HasSuffix(method.Name.Name, "Commands") {
				return true
			}
			given := map[string]ast.Expr{}
			for i, argument := range node.Args {
				given[method.Type.Params.List[0].Names[i].Name] = p.known(argument)
			}
			ast.Inspect(method.Body, func(node ast.Node) bool { return p.described(node, given, &all) })
			return false
		case *ast.CompositeLit:
			return p.described(node, nil, &all)
		}
		return true
	})
	return all
}

// known is an argument, or what a local name of the function stands for.
func (p plot) known(argument ast.Expr) ast.Expr {
	local, ok := argument.(*ast.Ident)
	if !ok {
		return argument
	}
	for _, value := range assigned(p.funcs[p.commands], local.Name) {
		return value
	}
	return argument
}

func (p plot) described(node ast.Node, given map[string]ast.Expr, all *[]described) bool {
	literal, ok := node.(*ast.CompositeLit)
	if !ok {
		return true
	}
	if array, ok := literal.Type.(*ast.ArrayType); ok && name(array.Elt) == "command" {
		for _, element := range literal.Elts {
			*all = append(*all, p.describe(element, given))
		}
	}
	return true
}

// describe reads on(byCustomer, in(stages…), c.canAnswer, c.answer).inTime().
func (p plot) describe(element ast.Expr, given map[string]ast.Expr) (d described) {
	call := element.(*ast.CallExpr)
	for {
		marked, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			break
		}
		d.marks = append(d.marks, marked.Sel.Name)
		call = marked.X.(*ast.CallExpr)
	}
	carriedOut := p.methods[selected(call.Args[3])].Type.Params.List
	kind := selected(carriedOut[len(carriedOut)-1].Type.(*ast.StarExpr).X)
	d.roles, d.command = strings.TrimPrefix(name(call.Args[0]), "by"), p.names[kind]
	where := call.Args[1]
	if replaced, ok := given[name(where)]; ok {
		where = replaced
	}
	if in, ok := where.(*ast.CallExpr); ok {
		for _, stage := range in.Args {
			if word := p.stages[selected(stage)]; p.tells[word] != "" { // a chapter names stages that not every story has
				d.stages = append(d.stages, word)
			}
		}
	}
	return d
}

func parse(t *testing.T, pattern string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		files[name] = file
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

// assigned lists what is assigned to a local name, or to a field of that name.
func assigned(function *ast.FuncDecl, to string) []ast.Expr {
	var values []ast.Expr
	ast.Inspect(function, func(node ast.Node) bool {
		assignment, ok := node.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, left := range assignment.Lhs {
			if name(left) == to || selected(left) == to {
				values = append(values, assignment.Rhs[min(i, len(assignment.Rhs)-1)])
			}
		}
		return true
	})
	return values
}

// leadsTo collects the stages that a method may return, by itself or through what it calls.
func (p plot) leadsTo(method string, seen map[string]bool) map[string]bool {
	to := map[string]bool{}
	function := p.methods[method]
	if seen[method] || function == nil {
		return to
	}
	seen[method] = true
	if method == "end" { // what a case still holds is given back first; that is told once, in words
		return map[string]bool{"ended": true}
	}
	p.walk(function.Body, func(answer *ast.ReturnStmt) {
		for _, result := range answer.Results {
			maps.Copy(to, p.means(result, function, seen))
		}
	})
	return to
}

// walk visits the returns of a method that this story can come to: what another story's question guards is passed by, and
// so is what follows a question that this story always answers with yes.
func (p plot) walk(node ast.Node, visit func(*ast.ReturnStmt)) {
	ast.Inspect(node, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false // what a wait's condition returns is no stage
		case *ast.ReturnStmt:
			visit(node)
		case *ast.BlockStmt:
			for _, statement := range node.List {
				question, ok := statement.(*ast.IfStmt)
				answer := unsure
				if ok {
					answer = p.answers(question.Cond)
				}
				switch {
				case answer == unsure:
					p.walk(statement, visit)
				case answer == yes:
					p.walk(question.Body, visit)
					if _, ends := question.Body.List[len(question.Body.List)-1].(*ast.ReturnStmt); ends {
						return false
					}
				case question.Else != nil:
					p.walk(question.Else, visit)
				}
			}
			return false
		case *ast.CaseClause:
			for _, condition := range node.List {
				if p.answers(condition) == no {
					return false
				}
			}
		}
		return true
	})
}

// What is known of a condition from which story it is asked in.
type answer int

const (
	unsure answer = iota
	yes
	no
)

func sure(is bool) answer {
	if is {
		return yes
	}
	return no
}

// answers tells what a condition comes to in this story: whether it is a complaint, of which kind it is, and whether it
// has a turning point.
func (p plot) answers(condition ast.Expr) answer {
	switch condition := condition.(type) {
	case *ast.ParenExpr:
		return p.answers(condition.X)
	case *ast.BinaryExpr:
		left, right := p.answers(condition.X), p.answers(condition.Y)
		switch condition.Op {
		case token.LAND:
			if left == no || right == no {
				return no
			}
			return min(left, right) // both yes, or unsure
		case token.LOR:
			if left == yes || right == yes {
				return yes
			}
		case token.EQL, token.NEQ:
			known, is := p.compares(condition)
			if known {
				return sure(is == (condition.Op == token.EQL))
			}
		}
	}
	return unsure
}

// compares tells whether the two sides are the same in this story, where that is known.
func (p plot) compares(condition *ast.BinaryExpr) (known, same bool) {
	what, ok := condition.X.(*ast.SelectorExpr)
	switch {
	case !ok:
	case name(condition.Y) == "nil" && selected(what.X) == "plot":
		return true, p.points[what.Sel.Name] == ""
	case name(condition.Y) == "nil" && what.Sel.Name == "Complaint":
		return true, p.name != "Complaint"
	case what.Sel.Name == "Kind" && selected(what.X) == "start":
		return true, p.name == selected(condition.Y)
	}
	return false, false
}

// means is which stages an expression may stand for in a method.
func (p plot) means(expression ast.Expr, in *ast.FuncDecl, seen map[string]bool) map[string]bool {
	to := map[string]bool{}
	switch expression := expression.(type) {
	case *ast.SelectorExpr:
		if stage, ok := p.stages[expression.Sel.Name]; ok {
			return map[string]bool{stage: true}
		}
		if expression.Sel.Name == "Detour" { // set by a command of this very story
			for _, function := range p.methods {
				if p.files[function] == p.file {
					for _, value := range assigned(function, "Detour") {
						maps.Copy(to, p.means(value, function, seen))
					}
				}
			}
		}
	case *ast.Ident:
		for _, value := range assigned(in, expression.Name) {
			maps.Copy(to, p.means(value, in, seen))
		}
	case *ast.CallExpr:
		called := expression.Fun
		if selector, ok := called.(*ast.SelectorExpr); ok && selected(selector.X) == "plot" {
			return p.leadsTo(p.points[selector.Sel.Name], seen)
		}
		return p.leadsTo(selected(called), seen)
	}
	return to
}

// ways lists every way from stage to stage, as a diagram says it.
func (p plot) ways() []string {
	ways, told := []string{}, map[string]bool{}
	add := func(stage string, to map[string]bool) {
		for next := range to {
			if next != stage && (p.tells[next] != "" || next == "ended") {
				ways = append(ways, stage+" --> "+next)
			}
		}
	}
	for stage, method := range p.tells {
		seen := map[string]bool{}
		add(stage, p.leadsTo(method, seen))
		maps.Copy(told, seen)
	}
	for method := range told {
		add("refund", p.afterwards(method))
	}
	for _, command := range p.table() {
		if command.command == "withdraw" {
			for _, stage := range command.stages {
				if stage != "in_transit" { // the command is known there only to say that the goods are on their way
					ways = append(ways, stage+" --> ended")
				}
			}
		}
	}
	for _, way := range slices.Clone(ways) {
		stage, aside, _ := strings.Cut(way, " --> ")
		if from, takesUp := takenUp[aside]; takesUp && (from == nil || slices.Contains(from, stage)) {
			ways = append(ways, aside+" --> "+stage)
		}
	}
	slices.Sort(ways)
	return reachable(slices.Compact(ways))
}

// takenUp are the stages for which another one is set aside, and which go on where it was left: any of them, or those that
// people left by their word. Where time led out of a stage it is not taken up again.
var takenUp = map[string][]string{
	"suspended": nil, "supplement": nil,
	"dispute": {"refused", "difference", "confirm", "repair_quote", "choice"},
}

// afterwards are the stages to which a refund that a method begins goes on.
func (p plot) afterwards(method string) map[string]bool {
	to := map[string]bool{}
	function := p.methods[method]
	if function == nil {
		return to
	}
	for _, value := range assigned(function, "Next") {
		if stage := p.stages[selected(value)]; stage != "" {
			to[stage] = true
		}
	}
	ast.Inspect(function, func(node ast.Node) bool {
		if pair, ok := node.(*ast.KeyValueExpr); ok && name(pair.Key) == "Next" && p.stages[selected(pair.Value)] != "" {
			to[p.stages[selected(pair.Value)]] = true
		}
		return true
	})
	return to
}

// reachable leaves out what no way leads to from the beginning: stages of a chapter that this story never opens.
func reachable(ways []string) []string {
	from := map[string]bool{"checking": true}
	for grown := true; grown; {
		grown = false
		for _, way := range ways {
			stage, next, _ := strings.Cut(way, " --> ")
			if from[stage] && !from[next] {
				from[next], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(ways, func(way string) bool {
		stage, _, _ := strings.Cut(way, " --> ")
		return !from[stage]
	})
}

var edge = regexp.MustCompile(`^\s*(\w+ --> \w+)(:.*)?$`)

// Each story's diagram shows every way from stage to stage that the source has, and no other. With -update the ways are
// put right and what is said of them is kept.
func TestDiagramsShowEveryWay(t *testing.T) {
	_, plots := readStories(t)
	content := read(t, "domain.md")
	for _, p := range plots {
		begin := "<!-- story: " + p.name + " -->\n```mermaid\nstateDiagram-v2\n"
		before, rest, found := strings.Cut(content, begin)
		require.True(t, found, "docs/domain.md has no diagram of %s: begin one with %q", p.name, begin)
		diagram, after, _ := strings.Cut(rest, "```")
		wanted := p.ways()
		var drawn, kept []string
		for _, line := range strings.Split(strings.TrimRight(diagram, "\n"), "\n") {
			match := edge.FindStringSubmatch(line)
			if match == nil || slices.Contains(wanted, match[1]) {
				kept = append(kept, line)
			}
			if match != nil {
				drawn = append(drawn, match[1])
			}
		}
		for _, way := range wanted {
			if !slices.Contains(drawn, way) {
				kept = append(kept, "    "+way)
			}
		}
		if *update {
			content = before + begin + strings.Trim(strings.Join(kept, "\n"), "\n") + "\n```" + after
			continue
		}
		require.Contains(t, diagram, "[*] --> checking", "the diagram of %s does not say where it begins", p.name)
		require.Contains(t, diagram, "ended --> [*]", "the diagram of %s does not say where it ends", p.name)
		for _, line := range kept {
			match := edge.FindStringSubmatch(line)
			require.False(t, match != nil && strings.Trim(match[2], ": ") == "", "the diagram of %s does not say what leads from %s: write it behind a colon", p.name, line)
		}
		slices.Sort(drawn)
		require.Equal(t, wanted, slices.Compact(drawn), "the diagram of %s is out of date; run: go test ./docs -update", p.name)
	}
	if *update {
		require.NoError(t, os.WriteFile("domain.md", []byte(content), 0o644))
	}
}

// commands is the table of what people can ask for, over all stories.
func commands(t *testing.T) []string {
	words := map[string]string{
		"inTime": "before the deadline", "asQuiet": "leaves the revision", "asPersonal": "counted per person",
	}
	who := map[string]string{
		"Customer": "customer", "Merchant": "merchant", "Desk": "agent, supervisor", "Approver": "agent, supervisor, operator", "Parties": "customer, merchant",
		"Finance": "supervisor, operator", "Reporter": "agent, supervisor, operator, merchant", "Operator": "operator", "Anyone": "everyone in the case",
	}
	_, plots := readStories(t)
	type spoken struct {
		line    described
		stories []string
	}
	var order []string
	all := map[string]*spoken{}
	for _, p := range plots {
		for _, command := range p.table() {
			key := command.command + "|" + command.roles + "|" + strings.Join(command.stages, ",")
			if all[key] == nil {
				all[key] = &spoken{line: command}
				order = append(order, key)
			}
			all[key].stories = append(all[key].stories, p.name)
		}
	}
	slices.Sort(order)
	lines := head("command", "who", "in which stages", "of", "and")
	for _, key := range order {
		command, in := all[key].line, all[key].stories
		roles, known := who[command.roles]
		if !known {
			roles = strings.ToLower(command.roles)
		}
		stages := "every open one"
		if len(command.stages) > 0 {
			stages = strings.Join(command.stages, ", ")
		}
		of := strings.Join(in, ", ")
		if len(in) == len(plots) {
			of = "every story"
		}
		var marks []string
		for _, mark := range command.marks {
			require.Contains(t, words, mark)
			marks = append(marks, words[mark])
		}
		lines = append(lines, row(code(command.command), roles, stages, of, strings.Join(marks, ", ")))
	}
	return lines
}
