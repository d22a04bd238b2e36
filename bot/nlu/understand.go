package nlu

import "slices"

// Thresholds of the confidence: at least Sure, and what is wanted is done; at least Maybe, and the likeliest are shown
// to choose from; below, the knowledge base is asked, then a person.
const (
	Sure  = 0.70
	Maybe = 0.35
)

// Wish is one thing that a message wants.
type Wish struct {
	Intent     string
	Confidence float64
	From, To   int // bytes of the message that say so
}

// Reading is what was understood of a message.
type Reading struct {
	Lang    string
	Wishes  []Wish // in the order of the message; several only when each is sure
	Choices []Wish // the three likeliest of the whole message, best first
	Mood    Mood
}

// Best is the likeliest wish; false when the message holds nothing to go by.
func (r Reading) Best() (Wish, bool) {
	if len(r.Choices) == 0 {
		return Wish{}, false
	}
	return r.Choices[0], true
}

// Mind holds a model per language.
type Mind struct {
	models map[string]*Model
}

// NewMind joins the models of the languages.
func NewMind(chinese, english *Model) *Mind {
	return &Mind{map[string]*Model{Chinese: chinese, English: english}}
}

// Model of a language, or nil.
func (m *Mind) Model(lang string) *Model { return m.models[lang] }

// small are intents that never make a message one of several wishes.
var small = []string{OutOfScope, "greeting", "thanks"}

// Read understands a message. chosen is the language that the customer chose, for messages without a letter.
func (m *Mind) Read(message, chosen string) Reading {
	r := Reading{Lang: LanguageOf(message, chosen), Mood: MoodOf(message)}
	model := m.models[r.Lang]
	whole := model.Predict(message)
	for i, guess := range whole.Guesses[:min(3, len(whole.Guesses))] {
		confidence := whole.Confidence
		if i > 0 { // what the best leaves over, shared by how far each is behind it
			confidence = (1 - whole.Confidence) / float64(2*i)
		}
		r.Choices = append(r.Choices, Wish{guess.Intent, confidence, 0, len(message)})
	}
	if several := m.several(model, message); len(several) > 1 {
		r.Wishes = several
		return r
	}
	if len(r.Choices) > 0 {
		r.Wishes = r.Choices[:1:1]
	}
	return r
}

// several looks for more than one wish: parts of the message, each beginning anew, each sure, each another.
func (m *Mind) several(model *Model, message string) []Wish {
	clauses := Clauses(message)
	if len(clauses) < 2 {
		return nil
	}
	var parts []Clause // clauses up to the next that begins anew belong together
	for _, clause := range clauses {
		if clause.Anew || len(parts) == 0 {
			parts = append(parts, clause)
			continue
		}
		last := &parts[len(parts)-1]
		last.To = clause.To
		last.Text = message[last.From:last.To]
	}
	var wishes []Wish
	for _, part := range parts {
		p := model.Predict(part.Text)
		known := slices.ContainsFunc(wishes, func(w Wish) bool { return w.Intent == p.Intent() })
		if p.Confidence < Sure || known || slices.Contains(small, p.Intent()) {
			continue
		}
		wishes = append(wishes, Wish{p.Intent(), p.Confidence, part.From, part.To})
	}
	return wishes
}
