package interchange

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"aftersales/models"
)

// CaseStore is where exported cases come from.
type CaseStore interface {
	CasesInRange(ctx context.Context, in models.CaseRange, give func(models.Case) error) error
}

// Format of an export.
type Format string

const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// caseColumns are what an export tells of a case. Nothing personal: neither names and addresses nor what people wrote nor
// the customer's ID. Amounts are decimals, times RFC 3339 in UTC, what is not there is empty.
var caseColumns = []struct {
	name, about string
	value       func(models.Case) any
}{
	{"case_id", "", func(c models.Case) any { return c.ID }},
	{"kind", "`return`, `refund_only`, `exchange`, `repair`, `price_protection`, `complaint`", func(c models.Case) any { return c.Kind }},
	{"phase", "`onsale` or `aftersale`, when it was opened", func(c models.Case) any { return c.Phase }},
	{"stage", "where it stands", func(c models.Case) any { return c.Stage }},
	{"outcome", "how it ended; empty while open", func(c models.Case) any { return c.Outcome }},
	{"open", "`true` or `false`", func(c models.Case) any { return c.Open }},
	{"waiting_for", "who must act", func(c models.Case) any { return c.WaitingFor }},
	{"due_at", "until when", func(c models.Case) any { return stamp(c.DueAt) }},
	{"default_action", "what happens then", func(c models.Case) any { return c.Default }},
	{"merchant_id", "", func(c models.Case) any { return c.MerchantID }},
	{"order_id", "", func(c models.Case) any { return c.OrderID }},
	{"parent_id", "the case that it belongs to", func(c models.Case) any {
		if c.ParentID == nil {
			return ""
		}
		return *c.ParentID
	}},
	{"reason", "code of the policy pack", func(c models.Case) any { return c.Reason }},
	{"currency", "", func(c models.Case) any { return string(c.Currency) }},
	{"amount", "asked for now", func(c models.Case) any { return c.Amount.String() }},
	{"refunded", "paid back in this case", func(c models.Case) any { return c.Refunded.String() }},
	{"revision", "changes with every decision", func(c models.Case) any { return c.Revision }},
	{"opened_at", "", func(c models.Case) any { return stamp(&c.OpenedAt) }},
	{"updated_at", "", func(c models.Case) any { return stamp(&c.UpdatedAt) }},
	{"closed_at", "", func(c models.Case) any { return stamp(c.ClosedAt) }},
}

// CaseColumns lists the columns of an export and what they say.
func CaseColumns() [][2]string {
	var all [][2]string
	for _, column := range caseColumns {
		all = append(all, [2]string{column.name, column.about})
	}
	return all
}

func stamp(at *time.Time) string {
	if at == nil || at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// ExportCases writes the cases of a range, the first opened first, and returns how many. CSV has a head, and a cell that
// a spreadsheet would compute (= + - @ tab …) begins with an apostrophe; JSONL has one object per line, amounts as strings.
// It holds one page at a time.
func ExportCases(ctx context.Context, store CaseStore, in models.CaseRange, format Format, out io.Writer) (int, error) {
	give, finish, err := caseWriter(format, out)
	if err != nil {
		return 0, err
	}
	count := 0
	err = store.CasesInRange(ctx, in, func(c models.Case) error {
		count++
		return give(c)
	})
	if err != nil {
		return count, fmt.Errorf("export cases: %w", err)
	}
	if err := finish(); err != nil {
		return count, fmt.Errorf("export cases: %w", err)
	}
	return count, nil
}

func caseWriter(format Format, out io.Writer) (give func(models.Case) error, finish func() error, err error) {
	switch format {
	case CSV:
		lines := csv.NewWriter(out)
		cells := make([]string, len(caseColumns))
		for i, column := range caseColumns {
			cells[i] = column.name
		}
		give := func(c models.Case) error {
			for i, column := range caseColumns {
				cells[i] = harmless(plain(column.value(c)))
			}
			return lines.Write(cells)
		}
		finish := func() error { lines.Flush(); return lines.Error() }
		return give, finish, lines.Write(cells)
	case JSONL:
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		give := func(c models.Case) error { return lines.Encode(inOrder(c)) }
		return give, func() error { return nil }, nil
	}
	return nil, nil, fmt.Errorf("%q is no format; there are csv and jsonl", format)
}

func plain(value any) string {
	switch value := value.(type) {
	case bool:
		return strconv.FormatBool(value)
	case int64:
		return strconv.FormatInt(value, 10)
	}
	return value.(string)
}

// inOrder is a case as JSON with its members in the order of the columns.
type inOrder models.Case

func (c inOrder) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, column := range caseColumns {
		if i > 0 {
			text = append(text, ',')
		}
		value, err := json.Marshal(column.value(models.Case(c)))
		if err != nil {
			return nil, err
		}
		text = append(append(strconv.AppendQuote(text, column.name), ':'), value...)
	}
	return append(text, '}'), nil
}
