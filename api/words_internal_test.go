package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// sources parses a folder of ours without its tests.
func sources(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	files := map[string]*ast.File{}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
		}
	}
	return files
}

// constants lists the values of a type's constants in a folder.
func constants(t *testing.T, folder, of string) (values []string) {
	for _, file := range sources(t, folder) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if named, ok := spec.Type.(*ast.Ident); ok && named.Name == of {
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				values = append(values, value)
			}
			return true
		})
	}
	require.NotEmpty(t, values, of)
	return values
}

// recorded lists the events that the stories record: the texts in calls of record, and what is assigned to event.
func recorded(t *testing.T) (events []string) {
	literal := func(n ast.Expr) {
		ast.Inspect(n, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if value, _ := strconv.Unquote(text.Value); value != "" && !strings.HasSuffix(value, "_") {
					events = append(events, value)
				}
			}
			return true
		})
	}
	for _, file := range sources(t, "../workflows") {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "record" && len(n.Args) >= 3 {
					literal(n.Args[2])
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if name, ok := left.(*ast.Ident); ok && name.Name == "event" && len(n.Rhs) > 0 {
						literal(n.Rhs[min(i, len(n.Rhs)-1)])
					}
				}
			}
			return true
		})
	}
	require.Greater(t, len(events), 100)
	return events
}

func says[K ~string](t *testing.T, table map[K]phrase, codes []string) {
	t.Helper()
	for _, code := range codes {
		words, found := table[K(code)]
		require.True(t, found, "no words for %s", code)
		require.NotEmpty(t, words.zh, code)
		require.NotEmpty(t, words.en, code)
		require.True(t, strings.ContainsFunc(words.zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }), "%s: %s is not Chinese", code, words.zh)
		require.False(t, strings.ContainsFunc(words.en, func(r rune) bool { return unicode.Is(unicode.Han, r) }), "%s: %s is not English", code, words.en)
	}
}

// A new stage, step, outcome or event gets its words with it: no screen shows a bare code.
func TestEveryCodeHasWordsInBothLanguages(t *testing.T) {
	says(t, stageWords, constants(t, "../workflows/contract", "Stage"))
	says(t, outcomeWords, constants(t, "../workflows/contract", "Outcome"))
	says(t, stepWords, constants(t, "../policy", "Step"))
	says(t, defaultWords, constants(t, "../policy", "Action"))
	says(t, kindWords, []string{"return", "refund_only", "exchange", "repair", "price_protection", "complaint"})
	says(t, eventWords, recorded(t))
	for _, composed := range []string{"intercept_requested", "intercept_impossible", "intercept_returned", "intercept_lost", "insurance_paid", "insurance_refused"} {
		says(t, eventWords, []string{composed})
	}
	for _, event := range contract.BehindTheDesk {
		says(t, eventWords, []string{event})
	}
}

// What a case can ask of people, by the name of its command.
func TestEveryActionHasWords(t *testing.T) {
	var names []string
	for _, file := range sources(t, "../workflows/contract") {
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Name" {
				ast.Inspect(f.Body, func(n ast.Node) bool {
					if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
						name, _ := strconv.Unquote(text.Value)
						names = append(names, name)
					}
					return true
				})
			}
			return true
		})
	}
	require.Greater(t, len(names), 30)
	says(t, actionWords, names)
	for name, words := range consequences {
		require.Contains(t, actionWords, name)
		require.NotEmpty(t, words.zh)
		require.NotEmpty(t, words.en)
	}
	for _, code := range goodCodes {
		require.Contains(t, ratingWords, code)
	}
}

func TestNewsOfConversationsHaveWords(t *testing.T) {
	require.Len(t, deskNews, len(chat.NewsKinds))
	for _, kind := range chat.NewsKinds {
		require.Contains(t, deskNews, kind)
		require.NotEqual(t, newsText(kind, nil, "zh-CN"), newsText(kind, nil, "en"), kind)
	}
	for _, code := range chat.RatingCodes {
		require.Contains(t, ratingWords, code)
	}
}

func TestTheNextStepIsAddressedToItsReader(t *testing.T) {
	wait := &contract.WaitView{Step: policy.StepMerchantAnswer, Actor: contract.Merchant, Default: policy.ActAgree}
	row := CaseRow{Open: true, Stage: "merchant_answer", WaitingFor: "merchant"}
	mine := nextStep(row, wait, contract.Merchant, "zh-CN")
	require.Equal(t, nextBody{Text: "请答复申请", Yours: true, AtZero: "到时未答复，视为同意。"}, *mine)
	require.Equal(t, "等待商家答复申请", nextStep(row, wait, contract.Customer, "zh-CN").Text)
	require.Equal(t, "Waiting for the shop to answer the request", nextStep(row, wait, contract.Customer, "en").Text)
	require.False(t, nextStep(row, wait, contract.Customer, "en").Yours)

	both := CaseRow{Open: true, Stage: "settle", WaitingFor: "both"}
	talks := &contract.WaitView{Step: policy.StepSettle, Actor: contract.Both, Default: policy.ActGoOn}
	require.True(t, nextStep(both, talks, contract.Customer, "en").Yours)
	require.False(t, nextStep(both, talks, contract.Agent, "en").Yours)

	appeal := &contract.WaitView{Step: policy.StepAppeal, Actor: contract.Both, Default: policy.ActFinal}
	right := nextStep(CaseRow{Open: true, Stage: "appeal_window", WaitingFor: "both"}, appeal, contract.Customer, "zh-CN")
	require.Equal(t, nextBody{Text: "可以申诉；接受处理结果则无需操作", AtZero: "到时未申诉，处理结果生效且不可再申诉。"}, *right, "a right is no duty")
	theirs := nextStep(CaseRow{Open: true, Stage: "appeal_window", WaitingFor: "merchant"}, appeal, contract.Customer, "en")
	require.Equal(t, "Waiting for the shop to appeal, or let the judgment stand", theirs.Text)

	talks.Paused = true
	stands := nextStep(both, talks, contract.Customer, "en")
	require.True(t, stands.Paused)
	require.Empty(t, stands.AtZero, "nothing happens while the clock stands still")
	require.Nil(t, nextStep(CaseRow{}, nil, contract.Customer, "en"), "what has ended has no next step")
	decided := CaseRow{Open: true, Stage: "dispute", WaitingFor: "platform"}
	require.Equal(t, &nextBody{Text: "投诉处理中", Paused: true}, nextStep(decided, &contract.WaitView{Step: policy.StepRefused, Actor: contract.Customer, Paused: true}, contract.Customer, "zh-CN"),
		"the step that stands still is nobody's to do")
	require.Equal(t, "Complaint decides", nextStep(CaseRow{Open: true, Stage: "dispute"}, nil, contract.Customer, "en").Text)

	tasks := []string{taskText("merchant_answer", "en"), taskText("fund_balance", "zh-CN"), newsText("remind_send_back", nil, "en"), newsText("merchant_agreed", nil, "en")}
	require.Equal(t, []string{"Answer the request", "补足余额以便退款", "Reminder: please send the goods back and enter the waybill", "The shop agreed"}, tasks)
}

// Every rule that a pack of ours can name has words, and every row of the schedule of what is kept.
func TestRulesAndWhatIsKeptHaveWords(t *testing.T) {
	rule := regexp.MustCompile(`\brule: *([a-z0-9_]+)`)
	packs, err := filepath.Glob("../policy/pack/packs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, packs)
	for _, pack := range packs {
		content, err := os.ReadFile(pack)
		require.NoError(t, err)
		for _, found := range rule.FindAllStringSubmatch(string(content), -1) {
			says(t, ruleWords, found[1:])
		}
	}
	for _, row := range models.Retention {
		words, found := keptWords[row.Tables[0]]
		require.True(t, found, row.Kind)
		require.Equal(t, row.From == "", words.from == "", row.Kind)
		require.NotContains(t, []string{words.kind, words.why, words.until}, "", row.Kind)
		require.Equal(t, row.Kind, keptOf(row, "en").Kind)
	}
}
