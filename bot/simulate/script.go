// Package simulate plays written dialogues against the bot, without a database: each script gets a small world with the
// order that it names.
package simulate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Script is one dialogue with what must come of it.
type Script struct {
	ID        string `json:"id"`
	Lang      string `json:"lang"` // zh or en
	Goal      string `json:"goal"`
	UserTurns []Said `json:"user_turns"`
	Expect    Expect `json:"expect"`
}

// Said is one turn of the customer: said when the bot asks for When, or unasked, in order, without it.
type Said struct {
	Say  string  `json:"say"`
	When *string `json:"when"`
}

// Expect is what must come of a script; what is absent is not looked at.
type Expect struct {
	Intent     string            `json:"intent"`
	Slots      map[string]string `json:"slots"`
	Confirmed  *bool             `json:"confirmed"`
	Handoff    *bool             `json:"handoff"`
	Cancelled  *bool             `json:"cancelled"`
	Resumed    *bool             `json:"resumed"` // the dialogue went on after its state had been stored and loaded
	MaxTurns   int               `json:"max_bot_turns"`
	Intents    []string          `json:"intents"`                // all of them were done
	Digression Words             `json:"must_answer_digression"` // a word that one of the bot's messages must contain
	ResolvedBy string            `json:"order_resolved_by"`      // order_no, or product: without a number
}

// Words is one word or several, of which any will do.
type Words []string

// UnmarshalJSON reads a string or a list of them.
func (w *Words) UnmarshalJSON(content []byte) error {
	var one string
	if json.Unmarshal(content, &one) == nil {
		if *w = nil; one != "" {
			*w = Words{one}
		}
		return nil
	}
	return json.Unmarshal(content, (*[]string)(w))
}

// Read reads scripts, one JSON object per line. An error names the line.
func Read(in io.Reader) ([]Script, error) {
	var all []Script
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var script Script
		if err := json.Unmarshal(lines.Bytes(), &script); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(script.UserTurns) == 0 || !slices.Contains([]string{"zh", "en"}, script.Lang) {
			return nil, fmt.Errorf("line %d: user_turns are needed, and lang zh or en", n)
		}
		all = append(all, script)
	}
	return all, lines.Err()
}
