package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"aftersales/interchange"
)

func orderColumns(*testing.T) []string {
	lines := head("column", "also called", "of", "needed", "what it says")
	for _, column := range interchange.Columns() {
		needed, about := "", column.About
		if column.Required {
			needed = "yes"
		}
		if column.Personal {
			about = strings.TrimPrefix(about+"; personal", "; ")
		}
		lines = append(lines, row(code(column.Name), strings.Join(column.Names, ", "), column.Level, needed, about))
	}
	return lines
}

func caseColumns(*testing.T) []string {
	lines := head("column", "what it says")
	for _, column := range interchange.CaseColumns() {
		lines = append(lines, row(code(column[0]), column[1]))
	}
	return lines
}

func taobaoStates(*testing.T) []string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	lines := head("stage", "outcome", "`status`", "… without goods", "exchange", "`cs_status`", "… after stepping in", "confirmed", "note")
	for _, line := range interchange.TaobaoRows() {
		sure := "no"
		if line.Sure {
			sure = "yes"
		}
		lines = append(lines, row(code(string(line.Stage)), code(string(line.Outcome)), code(line.Status), code(line.WithoutGoods),
			number(line.Exchange), number(line.CS), number(line.Reviewed), sure, line.Note))
	}
	return lines
}

func taobaoRefunds(*testing.T) []string {
	refunds, _, _ := interchange.TaobaoWays()
	return taobaoBack("`status`", refunds)
}

func taobaoExchanges(*testing.T) []string {
	_, exchanges, _ := interchange.TaobaoWays()
	return taobaoBack("exchange `status`", exchanges)
}

func taobaoBack(title string, ways []interchange.TaobaoBack) []string {
	lines := head(title, "`has_good_return`", "stage", "outcome", "waits for", "command that leads there")
	for _, way := range ways {
		lines = append(lines, row(way.Taobao, way.Goods, code(way.Stage), code(way.Outcome), way.WaitingFor, code(way.Command)))
	}
	return lines
}

func taobaoStepped(*testing.T) []string {
	_, _, stepped := interchange.TaobaoWays()
	lines := head("`cs_status`", "stage while open", "waits for", "outcomes it allows once ended", "command that leads there")
	for _, way := range stepped {
		lines = append(lines, row(way.Taobao, code(way.Stage), way.WaitingFor, way.Outcome, code(way.Command)))
	}
	return lines
}
