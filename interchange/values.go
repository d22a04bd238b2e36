package interchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"aftersales/money"
	"aftersales/partners"
)

// wrong is what is wrong with a cell.
type wrong struct {
	code  code
	about string
}

func (w *wrong) Error() string { return string(w.code) + " " + w.about }

func shown(value string) string {
	if utf8.RuneCountInString(value) > shownOfValue {
		value = string([]rune(value)[:shownOfValue]) + "…"
	}
	return strconv.Quote(value)
}

var (
	currencySigns = strings.NewReplacer("¥", "", "￥", "", "CNY", "", "RMB", "", "元", "", " ", "", "\u00a0", "")
	grouped       = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+(\.\d+)?$`)
	exponent      = regexp.MustCompile(`^\d(\.\d+)?[eE]\+\d+$`)
)

// ReadAmount reads an amount in yuan as shops write it: ¥1,234.50, 1234.5元, full-width digits. Nothing is rounded, and a
// decimal comma is refused.
func ReadAmount(cell string) (money.Amount, error) {
	text := currencySigns.Replace(width.Narrow.String(cell))
	text = currencySigns.Replace(strings.ToUpper(text))
	if grouped.MatchString(text) {
		text = strings.ReplaceAll(text, ",", "")
	}
	if whole, cents, found := strings.Cut(text, "."); found && len(cents) > 2 { // 12.3400 is what databases print
		text = whole + "." + cents[:2] + strings.TrimRight(cents[2:], "0")
	}
	amount, err := money.Parse(text)
	if err != nil {
		return 0, &wrong{badAmount, shown(cell)}
	}
	if amount < 0 {
		return 0, &wrong{badNegative, shown(cell)}
	}
	return amount, nil
}

// layouts are the usual forms of a time. Where a zone is missing it is China's.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-1-2 15:04:05", "2006-1-2T15:04:05", "2006-1-2 15:04",
	"2006-1-2", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "2006.1.2 15:04:05", "2006.1.2", "2006年1月2日 15:04:05",
	"2006年1月2日 15:04", "2006年1月2日15:04:05", "2006年1月2日 15时04分05秒", "2006年1月2日", "20060102150405", "20060102",
}

// ReadTime reads a point in time; a date alone is its midnight in China.
func ReadTime(cell string) (time.Time, error) {
	text := width.Narrow.String(cell)
	for _, layout := range layouts {
		at, err := time.ParseInLocation(layout, text, partners.Shanghai)
		if err == nil && at.Year() >= 2000 && at.Year() < 2100 {
			return at.UTC(), nil
		}
	}
	return time.Time{}, &wrong{badTime, shown(cell)}
}

func readNumber(cell string, low, high int64) (int64, error) {
	number, err := strconv.ParseInt(width.Narrow.String(cell), 10, 64)
	if err != nil || number < low || number > high {
		return 0, &wrong{badNumber, shown(cell)}
	}
	return number, nil
}

var yesNo = map[string]bool{
	"1": true, "是": true, "有": true, "y": true, "yes": true, "true": true, "t": true, "√": true,
	"0": false, "否": false, "无": false, "n": false, "no": false, "false": false, "f": false,
}

func readYesNo(cell string) (bool, error) {
	value, known := yesNo[strings.ToLower(cell)]
	if !known {
		return false, &wrong{badYesNo, shown(cell)}
	}
	return value, nil
}

// readID reads a name that programs use. A spreadsheet may have rounded it.
func readID(cell string, limit int) (string, error) {
	if exponent.MatchString(cell) {
		return "", &wrong{badRounded, shown(cell)}
	}
	if strings.ContainsFunc(cell, unicode.IsSpace) {
		return "", &wrong{badSpace, ""}
	}
	if len(cell) > limit {
		return "", &wrong{badLong, strconv.Itoa(limit)}
	}
	return cell, nil
}

func readText(cell string, limit int) (string, error) {
	if utf8.RuneCountInString(cell) > limit {
		return "", &wrong{badLong, strconv.Itoa(limit)}
	}
	return cell, nil
}

func readChoice(cell string, choices map[string]string) (string, error) {
	value, known := choices[strings.ToLower(cell)]
	if !known {
		return "", &wrong{badChoice, shown(cell)}
	}
	return value, nil
}
