package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// Text is what an article says in one language, as it is written: Markdown with placeholders.
type Text struct {
	Title     string   `yaml:"title"`
	Category  string   `yaml:"category"`
	Intents   []string `yaml:"intents,flow"`
	Questions []string `yaml:"questions"`
	Keywords  []string `yaml:"keywords,flow"`
	Review    int      `yaml:"review_after_days"`
	Body      string   `yaml:"-"`
}

// ErrNotAnArticle says that a file is no article.
var ErrNotAnArticle = errors.New("knowledge: an article begins with front matter between two lines of ---")

// ReadText reads an article in Markdown with front matter. Fields that nobody knows are refused.
func ReadText(content []byte) (Text, error) {
	whole := strings.ReplaceAll(string(content), "\r\n", "\n")
	head, found := strings.CutPrefix(whole, "---\n")
	if !found || !utf8.ValidString(whole) {
		return Text{}, ErrNotAnArticle
	}
	head, body, found := strings.Cut(head, "\n---\n")
	if !found {
		return Text{}, ErrNotAnArticle
	}
	var text Text
	if err := yaml.UnmarshalWithOptions([]byte(head), &text, yaml.Strict()); err != nil {
		return Text{}, fmt.Errorf("knowledge: front matter: %w", err)
	}
	text.Body = strings.TrimSpace(body)
	return text, nil
}

// Markdown writes an article so that ReadText reads it again.
func (t Text) Markdown() ([]byte, error) {
	head, err := yaml.MarshalWithOptions(t, yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("knowledge: front matter: %w", err)
	}
	return slices.Concat([]byte("---\n"), head, []byte("---\n"), []byte(t.Body), []byte("\n")), nil
}

// Bounds of what an article may hold.
const (
	maxTitle     = 100
	maxBody      = 6000
	maxQuestions = 30
	maxKeywords  = 20
	maxLine      = 200
)

var (
	links   = regexp.MustCompile(`\[([^\]]*)\]\(([^)]*)\)`)
	slugs   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	tags    = regexp.MustCompile(`<\s*[/!a-zA-Z]`)
	bareURL = regexp.MustCompile(`(?i)(https?://|javascript:|data:|www\.)`)
)

// Wrong says what is wrong with a text, by field; an empty one means nothing is.
type Wrong []string

// Check looks whether a text may be told to customers: within bounds, without HTML, with links to other articles only, and
// with figures that the rules have. linked tells whether there is an article of a slug.
func (t Text) Check(lang string, facts Facts, linked func(slug string) bool) (wrong Wrong) {
	refuse := func(field string) {
		if !slices.Contains(wrong, field) {
			wrong = append(wrong, field)
		}
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(t.Title)); n == 0 || n > maxTitle || tags.MatchString(t.Title) {
		refuse("title")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(t.Body)); n == 0 || n > maxBody || tags.MatchString(t.Body) || bareURL.MatchString(t.Body) {
		refuse("body")
	}
	if lang != Chinese && lang != English {
		refuse("lang")
	}
	for field, list := range map[string][]string{"questions": t.Questions, "keywords": t.Keywords, "intents": t.Intents} {
		most := map[string]int{"questions": maxQuestions, "keywords": maxKeywords, "intents": 10}[field]
		if len(list) > most || slices.ContainsFunc(list, func(line string) bool {
			n := utf8.RuneCountInString(strings.TrimSpace(line))
			return n == 0 || n > maxLine || strings.ContainsAny(line, "\n\r") || tags.MatchString(line)
		}) {
			refuse(field)
		}
	}
	for _, link := range links.FindAllStringSubmatch(t.Body, -1) {
		if !linked(link[2]) {
			refuse("links")
		}
	}
	if facts.Pack != nil {
		if _, err := Fill(t.Body, lang, facts); err != nil {
			refuse("placeholders")
		}
	}
	slices.Sort(wrong)
	return wrong
}

// Links lists the slugs that a text leads to, each once.
func (t Text) Links() []string {
	var found []string
	for _, link := range links.FindAllStringSubmatch(t.Body, -1) {
		if !slices.Contains(found, link[2]) {
			found = append(found, link[2])
		}
	}
	return found
}

// plain is a body without what only Markdown needs.
func plain(body string) string {
	body = links.ReplaceAllString(body, "$1")
	body = strings.ReplaceAll(body, "**", "")
	return strings.TrimSpace(body)
}
