package chat

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"aftersales/fault"
)

// Kinds of messages.
const (
	KindText    = "text"
	KindPicture = "picture"
	KindFile    = "file"
	KindLink    = "link"
	KindOrder   = "order"   // an order card
	KindProduct = "product" // a product card
	KindCase    = "case"    // a case card
	KindClick   = "click"   // a quick reply that was chosen
	KindAsk     = "ask"     // a question with quick replies or cards
	KindSystem  = "system"  // what happened: a case moved on, somebody came
)

// Body is what a message says. Which fields it has is a matter of its kind; the screen renders all of it as text.
type Body struct {
	Text    string   `json:"text,omitempty"`
	File    string   `json:"file,omitempty"` // picture, file: ID of the evidence
	URL     string   `json:"url,omitempty"`  // link
	Ref     string   `json:"ref,omitempty"`  // order, product, case: its ID
	Choices []Choice `json:"choices,omitempty"`
	Items   []Item   `json:"items,omitempty"`
	Click   *Choice  `json:"click,omitempty"`
	Event   string   `json:"event,omitempty"` // system: what happened
	CaseID  string   `json:"case_id,omitempty"`
	Round   string   `json:"round,omitempty"`  // ask: of the case's question
	Source  string   `json:"source,omitempty"` // where an answer comes from
	Answers int64    `json:"answers,omitempty"`
	Data    any      `json:"data,omitempty"` // system: codes and numbers, nobody's words

	Mentions []string `json:"mentions,omitempty"` // text: IDs of colleagues who are told of it
}

// Choice is a quick reply.
type Choice struct {
	Slot  string `json:"slot"`
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
}

// Item is an order card to choose.
type Item struct {
	OrderID  string `json:"order_id"`
	LineID   string `json:"line_id"`
	Title    string `json:"title"`
	Variant  string `json:"variant,omitempty"`
	Quantity int    `json:"quantity"`
	Paid     string `json:"paid,omitempty"`
}

// Limits of what is sent.
const (
	MaxText    = 4000 // characters
	maxURL     = 2000
	maxRef     = 64
	maxLabel   = 200
	maxChoices = 12

	maxMentions = 20
)

// sound checks what a person sends and takes out what cannot be seen. Faults: bad_request, text_too_long.
func sound(kind string, b Body) (Body, error) {
	bad := func(what string) (Body, error) {
		return Body{}, fault.New(fault.BadRequest, "problem", "message: "+what)
	}
	b.Text = clean(b.Text)
	if utf8.RuneCountInString(b.Text) > MaxText {
		return Body{}, fault.New(fault.TextTooLong, "limit", MaxText)
	}
	out := Body{Text: b.Text, Answers: max(0, b.Answers)}
	switch kind {
	case KindText:
		if strings.TrimSpace(b.Text) == "" {
			return bad("empty")
		}
		if len(b.Mentions) > maxMentions {
			return bad("mentions")
		}
		out.Mentions = slices.Compact(slices.Sorted(slices.Values(b.Mentions)))
	case KindPicture, KindFile:
		if b.File == "" || len(b.File) > maxRef {
			return bad("file")
		}
		out.File = b.File
	case KindLink:
		at, err := url.Parse(b.URL)
		if err != nil || len(b.URL) > maxURL || at.Host == "" || at.User != nil || !slices.Contains([]string{"https", "http"}, at.Scheme) {
			return bad("link")
		}
		out.URL = at.String()
	case KindOrder, KindProduct, KindCase:
		if b.Ref == "" || len(b.Ref) > maxRef {
			return bad("ref")
		}
		out.Ref = b.Ref
	case KindClick:
		if b.Click == nil || b.Click.Slot == "" || len(b.Click.Slot) > maxRef || len(b.Click.Value) > maxLabel || utf8.RuneCountInString(b.Click.Label) > maxLabel {
			return bad("click")
		}
		out.Click = &Choice{b.Click.Slot, b.Click.Value, clean(b.Click.Label)}
		if out.Text == "" {
			out.Text = out.Click.Label
		}
	case KindAsk:
		if strings.TrimSpace(b.Text) == "" || len(b.Choices) == 0 || len(b.Choices) > maxChoices {
			return bad("choices")
		}
		for _, choice := range b.Choices {
			if choice.Label == "" || utf8.RuneCountInString(choice.Label) > maxLabel || len(choice.Slot) > maxRef || len(choice.Value) > maxLabel {
				return bad("choices")
			}
			out.Choices = append(out.Choices, Choice{choice.Slot, choice.Value, clean(choice.Label)})
		}
	default:
		return bad("kind")
	}
	return out, nil
}

// clean takes characters out that steer a terminal or hide in a text; line breaks and tabs stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r', unicode.IsControl(r), r == utf8.RuneError:
			return -1
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // they turn the direction of what others read
			return -1
		}
		return r
	}, s)
}

// write and read are the stored form of a body.
func (b Body) write() (string, error) {
	content, err := json.Marshal(b)
	return string(content), err
}

func readBody(stored string) (b Body, err error) {
	if stored == "" {
		return b, nil // recalled
	}
	return b, json.Unmarshal([]byte(stored), &b)
}
