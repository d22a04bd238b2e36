package nlu

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Languages that the shipped models know.
const (
	Chinese = "zh"
	English = "en"
)

//go:embed text/zh/*.tsv text/en/*.tsv
var shipped embed.FS

// Intents are what a customer can want. Only these occur in the shipped text.
var Intents = []string{
	"account", "cancel_order", "change_address", "complaint", "exchange", "greeting", "human_agent", "invoice", "logistics_status",
	"order_status", "other", "price_protection", "product_question", "promotion", "refund_only", "refund_status", "repair",
	"return_refund", "thanks",
}

// OutOfScope is the intent of what is none of the others, and of texts that only fill a slot.
const OutOfScope = "other"

// TrainingText returns the project's own examples of a language, in the order of the files. The frozen ones are not
// among them.
func TrainingText(lang string) ([]Example, error) {
	return readText(lang, func(name string) bool { return !strings.HasPrefix(name, "frozen") })
}

// FrozenText returns the examples that nothing is ever trained on.
func FrozenText(lang string) ([]Example, error) {
	return readText(lang, func(name string) bool { return strings.HasPrefix(name, "frozen") })
}

func readText(lang string, wanted func(name string) bool) ([]Example, error) {
	dir := path.Join("text", lang)
	entries, err := fs.ReadDir(shipped, dir)
	if err != nil {
		return nil, fmt.Errorf("nlu: there is no text in %q; there is zh and en: %w", lang, err)
	}
	var all []Example
	for _, entry := range entries {
		if !wanted(entry.Name()) {
			continue
		}
		content, err := fs.ReadFile(shipped, path.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		examples, err := ParseText(string(content), lang)
		if err != nil {
			return nil, fmt.Errorf("nlu: %s/%s %w", dir, entry.Name(), err)
		}
		all = append(all, examples...)
	}
	return all, nil
}

// ParseText reads lines "intent[,alternative]<TAB>text"; lines that begin with "# " tell who is writing, and are passed
// over as empty ones are. An error names the line.
func ParseText(content, lang string) ([]Example, error) {
	var all []Example
	lines := bufio.NewScanner(strings.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), " \r")
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		labels, text, found := strings.Cut(line, "\t")
		if !found || strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
			return nil, fmt.Errorf("line %d: an intent, a tab and a text are wanted", n)
		}
		intents := strings.Split(labels, ",")
		for _, intent := range intents {
			if !slices.Contains(Intents, intent) {
				return nil, fmt.Errorf("line %d: there is no intent %q", n, intent)
			}
		}
		all = append(all, Example{Text: text, Lang: lang, Intent: intents[0], Alt: intents[1:]})
	}
	return all, lines.Err()
}

// LanguageOf tells which of the shipped models reads a text: Chinese as soon as it has a Chinese character among at
// most four Latin words for each, English when it has letters, and otherwise what the customer chose.
func LanguageOf(text, chosen string) string {
	han, words, inWord := 0, 0, false
	for _, c := range text {
		switch {
		case isHan(c):
			han, inWord = han+1, false
		case unicode.IsLetter(c):
			if !inWord {
				words++
			}
			inWord = true
		default:
			inWord = false
		}
	}
	switch {
	case han > 0 && words <= 4*han:
		return Chinese
	case words > 0:
		return English
	case strings.HasPrefix(chosen, English):
		return English
	}
	return Chinese
}
