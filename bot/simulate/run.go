package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftersales/bot/dialogue"
)

// Line is one message of a dialogue.
type Line struct {
	Who  string `json:"who"` // customer or bot
	Text string `json:"text"`
}

// Result is how a script went.
type Result struct {
	ID     string   `json:"id"`
	Passed bool     `json:"passed"`
	Why    []string `json:"why,omitempty"` // what was not as expected
	Turns  int      `json:"bot_turns"`
	Lines  []Line   `json:"lines,omitempty"`
}

// most is how many turns a script may take before it is given up.
const most = 20

// Run plays a script. An error is the engine's own.
func Run(ctx context.Context, engine *dialogue.Engine, answers Answerer, script Script, at time.Time) (Result, error) {
	r := Result{ID: script.ID}
	w := newWorld(script, answers, at)
	var state dialogue.State
	said := make([]bool, len(script.UserTurns))
	seen := observed{slots: map[string]dialogue.Slot{}}
	for len(r.Lines) < 2*most {
		text, found := next(script.UserTurns, said, state.Asked, r.Turns == 0)
		if !found {
			break
		}
		r.Lines = append(r.Lines, Line{"customer", text})
		before := state
		after, replies, err := engine.Turn(ctx, w, restored(state), dialogue.Input{Text: text, Lang: script.Lang, At: at})
		if err != nil {
			return r, fmt.Errorf("script %s: %w", script.ID, err)
		}
		state = after
		r.Turns++
		seen.note(before, state, replies)
		for _, reply := range replies {
			r.Lines = append(r.Lines, Line{"bot", reply.Text})
		}
	}
	r.Why = seen.judge(script, w, r)
	r.Passed = len(r.Why) == 0
	return r, nil
}

// restored is a state that was stored and loaded, as after a restart.
func restored(s dialogue.State) dialogue.State {
	content, err := json.Marshal(s)
	var back dialogue.State
	if err != nil || json.Unmarshal(content, &back) != nil {
		panic("simulate: a dialogue's state is not plain data")
	}
	return back
}

// same names what scripts call the things that the bot asks for.
var same = map[string][]string{
	dialogue.SlotItem:     {"order_no", "product", "item", "order"},
	dialogue.SlotVariant:  {"variant", "sku_size", "sku_colour", "sku"},
	dialogue.SlotReason:   {"reason", "description", "detail"},
	dialogue.SlotEvidence: {"evidence", "photo"},
	dialogue.SlotAddress:  {"address", "phone"},
	dialogue.Confirm:      {"confirm"},
	dialogue.Intent:       {"intent", "clarify"},
}

// next is what the customer says now: what was asked for, else the next that is said unasked.
func next(turns []Said, said []bool, asked string, first bool) (string, bool) {
	if !first {
		for i, turn := range turns {
			if !said[i] && turn.When != nil && (*turn.When == asked || slices.Contains(same[asked], *turn.When)) {
				said[i] = true
				return turn.Say, true
			}
		}
	}
	for i, turn := range turns {
		if !said[i] && turn.When == nil {
			said[i] = true
			return turn.Say, true
		}
	}
	return "", false
}

// observed is what happened in a dialogue.
type observed struct {
	slots                          map[string]dialogue.Slot // as they were last known
	intent                         string
	intents                        []string
	confirmed, cancelled, handedTo bool
	opened                         int
	texts                          strings.Builder
	summary                        *dialogue.Summary
}

func (o *observed) note(before, after dialogue.State, replies []dialogue.Reply) {
	for _, state := range []dialogue.State{before, after} {
		for _, form := range state.Stack {
			o.intent = form.Intent
			for name, slot := range form.Slots {
				o.slots[name] = slot
			}
			if form.Told != "" {
				o.slots["told"] = dialogue.Slot{Value: form.Told}
			}
		}
	}
	for _, reply := range replies {
		o.texts.WriteString(reply.Text + "\n")
		if reply.Opened != nil {
			o.confirmed = true
			o.opened++
		}
		if reply.Handoff != nil {
			o.handedTo, o.summary = true, reply.Handoff
		}
	}
	o.cancelled = o.cancelled || after.Last == "cancelled"
}

// judge lists what is not as expected.
func (o *observed) judge(script Script, w *world, r Result) (why []string) {
	not := func(format string, args ...any) { why = append(why, fmt.Sprintf(format, args...)) }
	want := script.Expect
	if o.summary != nil && o.intent == "" {
		o.intent = o.summary.Intent
	}
	done := map[string]bool{o.intent: true}
	for _, request := range w.done {
		done[request.Intent] = true
	}
	if want.Intent != "" && !done[want.Intent] {
		not("intent %s, not %s", o.intent, want.Intent)
	}
	for _, intent := range want.Intents {
		if !slices.ContainsFunc(w.done, func(r dialogue.Request) bool { return r.Intent == intent }) {
			not("%s was not done", intent)
		}
	}
	for name, value := range want.Slots {
		if !o.has(name, value, w) {
			not("slot %s is %q (%q), not %q", name, o.slots[name].Value, o.slots[name].Raw, value)
		}
	}
	for what, pair := range map[string]struct {
		want *bool
		got  bool
	}{"confirmed": {want.Confirmed, o.confirmed}, "handoff": {want.Handoff, o.handedTo}, "cancelled": {want.Cancelled, o.cancelled}} {
		if pair.want != nil && *pair.want != pair.got {
			not("%s is %v", what, pair.got)
		}
	}
	if want.MaxTurns > 0 && r.Turns > want.MaxTurns {
		not("%d turns of the bot, more than %d", r.Turns, want.MaxTurns)
	}
	if len(want.Digression) > 0 && !slices.ContainsFunc(want.Digression, func(word string) bool { return strings.Contains(o.texts.String(), word) }) {
		not("the question in between was not answered with %q", want.Digression)
	}
	if want.ResolvedBy == "product" && o.slots[dialogue.SlotOrder].Raw != "" {
		not("the order was found by its number, not by its article")
	}
	slices.Sort(why)
	return why
}

// has tells whether a slot has the value: normalised, or in the customer's words.
func (o *observed) has(name, value string, w *world) bool {
	is := func(got string) bool {
		return got != "" && strings.EqualFold(strings.TrimSpace(got), strings.TrimSpace(value))
	}
	slot := o.slots[name]
	if is(slot.Value) || is(slot.Raw) {
		return true
	}
	if name == dialogue.SlotReason {
		told := o.slots["told"].Value
		return is(told) || strings.Contains(told, value) || strings.Contains(slot.Raw, value)
	}
	if name == dialogue.SlotSize || name == dialogue.SlotColour { // "43" for "43码"
		return slot.Value != "" && (strings.HasPrefix(slot.Value, value) || strings.HasPrefix(value, slot.Value))
	}
	return slices.ContainsFunc(w.done, func(r dialogue.Request) bool {
		return name == dialogue.SlotOrder && is(r.Item.OrderID) || name == dialogue.SlotProduct && is(r.Item.Title)
	})
}
