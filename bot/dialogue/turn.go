package dialogue

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"aftersales/bot"
	"aftersales/bot/nlu"
)

// turn is one message while it is answered.
type turn struct {
	ctx     context.Context
	world   World
	s       State
	in      Input
	reading nlu.Reading
	slots   []bot.Slot
	replies []Reply
}

func clone(s State) State {
	s.Stack = slices.Clone(s.Stack)
	for i := range s.Stack {
		s.Stack[i].Slots = maps.Clone(s.Stack[i].Slots)
		s.Stack[i].Evidence = slices.Clone(s.Stack[i].Evidence)
		s.Stack[i].Words = slices.Clone(s.Stack[i].Words)
	}
	s.Next, s.Offered, s.Said = slices.Clone(s.Next), slices.Clone(s.Offered), slices.Clone(s.Said)
	return s
}

func (t *turn) say(replies ...Reply) { t.replies = append(t.replies, replies...) }

func (t *turn) tell(key string, values ...any) { t.say(Reply{Text: t.words(key, values...)}) }

// form is the one that is being filled; nil when there is none.
func (t *turn) form() *Form {
	if len(t.s.Stack) == 0 {
		return nil
	}
	return &t.s.Stack[len(t.s.Stack)-1]
}

// take finds out which move the customer makes, and answers it.
func (t *turn) take() error {
	if t.in.Click != nil {
		return t.clicked(*t.in.Click)
	}
	t.slots = bot.Extract(t.in.Text, t.in.At)
	move := moveOf(t.in.Text, t.s.Asked, t.form() != nil)
	switch {
	case move == moveHandOff || t.wantsPerson():
		return t.handOff("asked_for")
	case move == moveRepeat && len(t.s.Said) > 0:
		t.say(t.s.Said...)
		return nil
	case t.form() == nil:
		return t.begin()
	case move == moveCancel:
		return t.cancel()
	}
	return t.goOn(move)
}

// wantsPerson: somebody who asks for a person gets one, however sure the bot is of anything.
func (t *turn) wantsPerson() bool {
	best, found := t.reading.Best()
	return found && best.Intent == "human_agent" && best.Confidence >= nlu.Sure
}

// begin takes a message while nothing is being done.
func (t *turn) begin() error {
	if t.s.Asked == Intent { // buttons were shown, and the customer typed
		if choice, found := t.chosen(); found {
			return t.clicked(choice)
		}
	}
	best, found := t.reading.Best()
	switch {
	case !found && len(t.in.Evidence) == 0:
		return t.puzzled()
	case len(t.reading.Wishes) > 1:
		return t.several()
	case found && (best.Confidence >= nlu.Sure || t.meansForm(best)):
		return t.wish(best.Intent)
	}
	// Not sure: the knowledge base may know; else the likeliest are shown.
	if answered, err := t.answer(best.Intent, false); err != nil || answered {
		return err
	}
	if found && best.Confidence >= nlu.Maybe {
		return t.which()
	}
	return t.puzzled()
}

// likely is enough to begin a form: it asks before it does anything, and can be left at any time. A form that the words
// name needs less.
const likely, likelyNamed = 0.5, 0.25

// meansForm tells whether a form is begun although the bot is not sure.
func (t *turn) meansForm(best nlu.Wish) bool {
	if _, isForm := forms[best.Intent]; !isForm || isQuestion(t.in.Text) && best.Confidence < nlu.Maybe {
		return false
	}
	return best.Confidence >= likely || best.Confidence >= likelyNamed && names(t.in.Text, best.Intent)
}

// several does one thing after the other. Questions are answered at once: a form would only stand between them and
// their answer.
func (t *turn) several() error {
	var first *nlu.Wish
	for _, wish := range t.reading.Wishes {
		words := t.in.Text[wish.From:wish.To]
		_, isForm := forms[wish.Intent]
		switch {
		case isForm && first == nil:
			first = &wish
		case isForm:
			t.s.Next = append(t.s.Next, Waiting{wish.Intent, words})
		default:
			if _, err := t.answerText(words, wish.Intent); err != nil {
				return err
			}
		}
	}
	if first == nil {
		if len(t.replies) == 0 {
			return t.puzzled()
		}
		return nil
	}
	return t.start(first.Intent, t.in.Text[first.From:first.To], nil)
}

// wish does what the customer wants.
func (t *turn) wish(intent string) error {
	if intent != nlu.OutOfScope {
		t.s.Puzzled = 0
	}
	if _, isForm := forms[intent]; isForm {
		return t.start(intent, t.in.Text, nil)
	}
	switch intent {
	case "human_agent":
		return t.handOff("asked_for")
	case "greeting":
		t.tell("greeting")
	case "thanks":
		t.tell("welcome")
	case nlu.OutOfScope:
		if answered, err := t.answer(intent, false); err != nil || answered {
			return err
		}
		return t.puzzled()
	default:
		answered, err := t.answer(intent, true)
		if err != nil {
			return err
		}
		if !answered {
			return t.puzzled()
		}
	}
	return t.nextWish()
}

// nextWish takes up what the customer wanted besides.
func (t *turn) nextWish() error {
	if len(t.s.Next) == 0 || t.form() != nil {
		return nil
	}
	waiting := t.s.Next[0]
	t.s.Next = t.s.Next[1:]
	return t.start(waiting.Intent, waiting.Text, nil)
}

// which shows the likeliest things to choose from.
func (t *turn) which() error {
	if t.s.Puzzled++; t.s.Puzzled > maxPuzzled {
		return t.handOff("not_understood")
	}
	reply := Reply{Text: t.words("which")}
	for _, wish := range t.reading.Choices {
		if wish.Intent != nlu.OutOfScope {
			reply.Choices = append(reply.Choices, Choice{Intent, wish.Intent, t.words("do:" + wish.Intent)})
		}
	}
	reply.Choices = append(reply.Choices, Choice{Intent, "human_agent", t.words("do:human_agent")})
	t.s.Asked, t.s.Offered = Intent, reply.Choices
	t.say(reply)
	return nil
}

// puzzled asks for other words, and calls a person when that did not help.
func (t *turn) puzzled() error {
	t.s.Puzzled++
	if t.s.Puzzled > maxPuzzled {
		return t.handOff("not_understood")
	}
	reply := Reply{Text: t.words("puzzled")}
	for _, intent := range []string{"return_refund", "exchange", "logistics_status", "refund_status", "human_agent"} {
		reply.Choices = append(reply.Choices, Choice{Intent, intent, t.words("do:" + intent)})
	}
	t.s.Asked, t.s.Offered = Intent, reply.Choices
	t.say(reply)
	return nil
}

// answer looks for an answer to the whole message. known tells that the intent is certain.
func (t *turn) answer(intent string, known bool) (bool, error) {
	if !known && !isQuestion(t.in.Text) {
		return false, nil
	}
	return t.answerText(t.in.Text, intent)
}

func (t *turn) answerText(text, intent string) (bool, error) {
	question := Question{Text: text, Intent: intent, Lang: t.s.Lang}
	if form := t.form(); form != nil {
		question.Item, question.Form, question.Reason = form.Item, form.Intent, form.Slots[SlotReason].Value
	}
	found, ok, err := t.world.Answer(t.ctx, question)
	if err != nil || !ok {
		return false, err
	}
	t.s.Puzzled = 0
	t.say(Reply{Text: found.Text, Source: found.Source, Answers: found.ID})
	return true, nil
}

// handOff calls a person, who is told all that is known.
func (t *turn) handOff(why string) error {
	summary := Summary{Why: why, Mood: t.reading.Mood, Slots: map[string]string{}}
	if best, found := t.reading.Best(); found {
		summary.Intent, summary.Confidence = best.Intent, best.Confidence
	}
	if form := t.form(); form != nil {
		summary.Intent = form.Intent
		for name, slot := range form.Slots {
			summary.Slots[name] = slot.Value
		}
		for _, field := range forms[form.Intent].fields {
			if field.missing(form) {
				summary.Missing = append(summary.Missing, field.slot)
			}
		}
	}
	summary.Text = t.summary(summary)
	t.s.Stack, t.s.Next, t.s.Asked, t.s.Offered, t.s.Again, t.s.Puzzled = nil, nil, "", nil, 0, 0
	t.s.Last = "handed"
	t.say(Reply{Text: t.words("handoff"), Handoff: &summary})
	return nil
}

func (t *turn) cancel() error {
	form := t.form()
	t.tell("cancelled", "do", t.words("do:"+form.Intent))
	t.pop("cancelled")
	return t.nextWish()
}

// pop ends the form that is being filled; the one below goes on.
func (t *turn) pop(last string) {
	if item := t.form().Item; item != nil {
		t.s.Recent = item
	}
	t.s.Stack = t.s.Stack[:len(t.s.Stack)-1]
	t.s.Asked, t.s.Offered, t.s.Again, t.s.Last = "", nil, 0, last
}

// clicked takes a button.
func (t *turn) clicked(choice Choice) error {
	if choice.Slot == Intent {
		t.s.Asked, t.s.Offered = "", nil
		return t.wish(choice.Value)
	}
	form := t.form()
	if form == nil {
		return t.puzzled()
	}
	if choice.Slot == Confirm {
		switch choice.Value {
		case "yes":
			return t.confirmed()
		case "no":
			return t.denied()
		}
		return t.cancel()
	}
	if err := t.fillByClick(form, choice); err != nil {
		return err
	}
	return t.ask(false)
}

// chosen finds the offered button that a text names: by its number, or by its label.
func (t *turn) chosen() (Choice, bool) {
	text := strings.TrimSpace(t.in.Text)
	if at, found := ordinal(text); found && at < len(t.s.Offered) {
		return t.s.Offered[at], true
	}
	for _, choice := range t.s.Offered {
		if choice.Label != "" && utf8.RuneCountInString(text) >= 2 && strings.EqualFold(choice.Label, text) {
			return choice, true
		}
	}
	return Choice{}, false
}
