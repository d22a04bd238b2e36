package dialogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"aftersales/bot"
	"aftersales/bot/nlu"
)

// itemsSeen is how many of the customer's articles are looked through for one that a message names.
const itemsSeen = 30

// start begins a form from the customer's words for it; from carries over what another one knew.
func (t *turn) start(intent, text string, from *Form) error {
	form := Form{Intent: intent}
	if from != nil {
		form.Item, form.Evidence, form.Words = from.Item, from.Evidence, slices.Clone(from.Words)
		form.Told = from.Told
		for _, name := range []string{SlotOrder, SlotProduct, SlotQuantity, SlotTime, SlotPhone, SlotAddress, SlotReason, "described", "describe", "evidence_wanted"} {
			if slot, known := from.Slots[name]; known {
				form.set(name, slot.Value, slot.Raw)
			}
		}
	}
	if len(t.s.Stack) == maxStack {
		t.s.Stack = t.s.Stack[1:]
	}
	t.s.Stack = append(t.s.Stack, form)
	t.s.Asked, t.s.Offered, t.s.Again, t.s.Puzzled = "", nil, 0, 0
	if t.in.Click == nil {
		if _, err := t.fill(t.form(), "", text); err != nil {
			return err
		}
	}
	return t.ask(false)
}

// goOn takes a message into the open form.
func (t *turn) goOn(m move) error {
	form := t.form()
	best, found := t.reading.Best()
	if found && switches(t.in.Text, form.Intent, best.Intent, best.Confidence) {
		if _, isForm := forms[best.Intent]; isForm {
			before := *form
			t.s.Stack = t.s.Stack[:len(t.s.Stack)-1]
			t.tell("switched", "do", t.words("do:"+best.Intent))
			return t.start(best.Intent, t.in.Text, &before)
		}
	}
	if choice, found := t.chosen(); found && t.s.Asked != SlotReason {
		return t.clicked(choice)
	}
	asked := t.s.Asked
	if m == moveSkip && asked == SlotEvidence {
		form.set(SlotEvidence, "none", t.in.Text)
		return t.ask(false)
	}
	switch {
	case asked == Confirm && m == moveYes:
		return t.confirmed()
	case asked == Confirm && m == moveNo:
		return t.denied()
	}
	filled, err := t.fill(form, asked, t.in.Text)
	if err != nil {
		return err
	}
	switch {
	case asked == Confirm && filled && beginsWithYes(t.in.Text) && form.next() == "":
		return t.confirmed()
	case asked == Confirm && !filled && beginsWithYes(t.in.Text) && !isQuestion(t.in.Text):
		return t.confirmed()
	case filled && !isQuestion(t.in.Text):
		return t.ask(false)
	}
	// A question in between is answered, and the form goes on where it was.
	if isQuestion(t.in.Text) || found && best.Confidence >= nlu.Sure && forms[best.Intent].fields == nil && best.Intent != nlu.OutOfScope {
		answered, err := t.answerText(t.in.Text, best.Intent)
		if err != nil {
			return err
		}
		if answered {
			return t.ask(false)
		}
	}
	if filled {
		return t.ask(false)
	}
	return t.ask(true)
}

// fill takes from a message whatever the form can use, first of all what was asked for. It tells whether there was
// anything.
func (t *turn) fill(form *Form, asked, text string) (filled bool, err error) {
	if len(t.in.Evidence) > 0 {
		form.Evidence = append(form.Evidence, t.in.Evidence...)
		form.set(SlotEvidence, strings.Join(form.Evidence, ","), "")
		filled = true
	}
	for _, slot := range t.slots {
		switch slot.Name {
		case bot.SlotQuantity:
			if n, err := strconv.Atoi(slot.Value); err != nil || form.Item != nil && n > form.Item.Available {
				continue
			}
		case bot.SlotOrderNo, bot.SlotReason, bot.SlotWaybillNo:
			continue
		}
		form.set(slot.Name, slot.Value, slot.Raw)
		filled = filled || slot.Name == asked || asked == Confirm || slot.Name == SlotAddress
	}
	chose, err := t.fillItem(form, asked, text)
	if err != nil {
		return false, err
	}
	filled = filled || chose
	if form.Item == nil { // reasons and variants are those of an article: looked for when it is known
		form.Words = append(form.Words, text)
		return filled, nil
	}
	said := append(slices.Clone(form.Words), text)
	form.Words = nil
	for _, words := range said {
		got, err := t.fillRest(form, asked, words)
		if err != nil {
			return false, err
		}
		filled = filled || got
	}
	return filled, nil
}

// fillItem finds which article is meant: by the order's number, or by its name. One that stands is only changed by
// words that name another.
func (t *turn) fillItem(form *Form, asked, text string) (bool, error) {
	for _, slot := range t.slots {
		if slot.Name != bot.SlotOrderNo && !(slot.Name == bot.SlotWaybillNo && form.Item == nil) {
			continue
		}
		items, err := t.world.Order(t.ctx, slot.Value)
		if err != nil {
			return false, err
		}
		if len(items) == 0 {
			if slot.Name == bot.SlotOrderNo {
				t.tell("no_such_order", "order", slot.Raw)
			}
			continue
		}
		t.choose(form, items, slot.Value, text)
		return true, nil
	}
	correcting := isCorrection(text)
	if form.Item != nil && !correcting && asked != SlotItem {
		return false, nil
	}
	items, err := t.world.Items(t.ctx, itemsSeen)
	if err != nil {
		return false, err
	}
	named := namedIn(wanted(text), items)
	switch {
	case len(named) == 0 && asked == "" && t.s.Recent != nil:
		t.choose(form, []Item{*t.s.Recent}, "", text) // what was spoken of just now
		return true, nil
	case len(named) == 0:
		return false, nil
	case form.Item != nil && correcting && slices.ContainsFunc(named, func(i Item) bool { return i.LineID == form.Item.LineID }):
		return false, nil // it is about something else of the same article
	case len(named) == 1, len(orders(named)) == 1 && asked == SlotItem:
		t.choose(form, named, "", text)
		return true, nil
	}
	t.s.Offered = nil
	form.set("candidates", lineIDs(named), "")
	return false, nil
}

// choose takes the first of the articles, the one that the message names best among several.
func (t *turn) choose(form *Form, items []Item, number, text string) {
	chosen := items[0]
	if named := namedIn(strings.Join(append(slices.Clone(form.Words), text), " "), items); len(named) > 0 {
		chosen = named[0]
	}
	if form.Item != nil && form.Item.LineID != chosen.LineID {
		form.Want = nil // what was wanted was a variant of the other one
	}
	form.Item = &chosen
	delete(form.Slots, "candidates")
	form.set(SlotOrder, chosen.OrderID, number)
	form.set(SlotProduct, chosen.Title, product(strings.Join(append(slices.Clone(form.Words), text), " "), chosen))
}

func orders(items []Item) []string {
	var all []string
	for _, item := range items {
		if !slices.Contains(all, item.OrderID) {
			all = append(all, item.OrderID)
		}
	}
	return all
}

func lineIDs(items []Item) string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.LineID
	}
	return strings.Join(ids, ",")
}

// fillRest takes reason, particulars and variant from words about the article.
func (t *turn) fillRest(form *Form, asked, text string) (filled bool, err error) {
	if kind := forms[form.Intent].reasons; kind != "" {
		got, err := t.fillReason(form, asked, text)
		if err != nil {
			return false, err
		}
		filled = filled || got
	}
	if form.Intent == "exchange" {
		got, err := t.fillVariant(form, asked, text)
		if err != nil {
			return false, err
		}
		filled = filled || got
	}
	if form.Intent == "change_address" && asked == SlotAddress && utf8.RuneCountInString(strings.TrimSpace(text)) >= 4 {
		form.set(SlotAddress, strings.TrimSpace(text), text)
		filled = true
	}
	return filled, nil
}

func (t *turn) fillReason(form *Form, asked, text string) (bool, error) {
	reasons, err := t.world.Reasons(t.ctx, form.Intent, *form.Item)
	if err != nil {
		return false, err
	}
	before := form.Slots[SlotReason].Value
	if before != "" && asked != SlotReason && !isCorrection(text) {
		return false, nil
	}
	if asked == SlotReason && before != "" && needsDetail(form) && describes(text) {
		form.tell(text)
		form.set("described", "yes", "")
		form.set(SlotReason, before, text)
		return true, nil
	}
	offered := make([]bot.Choice, len(reasons))
	for i, reason := range reasons {
		offered[i] = bot.Choice{Value: reason.Value, Zh: reason.Zh, En: reason.En}
	}
	reading, err := bot.NewFormFiller().Read(t.ctx, bot.Form{Kind: forms[form.Intent].reasons, Reasons: offered, Missing: []string{bot.FieldReason}, Now: t.in.At},
		bot.Answer{Field: bot.FieldReason, Text: text})
	if err != nil {
		return false, err
	}
	value := reading.Value
	if value == "" && asked == SlotReason && describes(text) {
		// Words that fit no reason are the reason in words; the merchant reads them.
		if at := slices.IndexFunc(reasons, func(r Reason) bool { return r.Value == "other" || r.Value == "quality" }); at >= 0 {
			value = reasons[at].Value
		}
	}
	if value == "" {
		return false, nil
	}
	t.reasonIs(form, value, text, reasons)
	if asked == SlotReason && describes(text) || wordy(text) {
		form.tell(text)
		form.set("described", "yes", "")
	}
	return true, nil
}

func (t *turn) reasonIs(form *Form, value, raw string, reasons []Reason) {
	form.set(SlotReason, value, raw)
	delete(form.Slots, "evidence_wanted")
	delete(form.Slots, "describe")
	at := slices.IndexFunc(reasons, func(r Reason) bool { return r.Value == value })
	if at >= 0 && reasons[at].Evidence {
		form.set("evidence_wanted", "yes", "")
	}
	if at >= 0 && reasons[at].Describe {
		form.set("describe", "yes", "")
	}
}

// tell keeps the customer's words, which the merchant will read.
func (f *Form) tell(text string) {
	text = strings.TrimSpace(text)
	if text == "" || strings.Contains(f.Told, text) {
		return
	}
	if f.Told != "" {
		f.Told += "\n"
	}
	if room := maxTold - utf8.RuneCountInString(f.Told); room > 0 {
		runes := []rune(text)
		f.Told += string(runes[:min(room, len(runes))])
	}
}

// describes: words that say more than yes, no or one word.
func describes(text string) bool {
	said := bare(text)
	han, latin := letters(said)
	return !yeses[said] && !noes[said] && !skips[said] && (han >= 3 || latin >= 2)
}

// wordy: long enough to tell what is wrong besides what is wanted.
func wordy(text string) bool {
	han, latin := letters(text)
	return han >= 14 || latin >= 10
}

func letters(text string) (han, words int) {
	for _, field := range strings.Fields(text) {
		latin := false
		for _, c := range field {
			if unicode.Is(unicode.Han, c) {
				han++
			} else if unicode.IsLetter(c) {
				latin = true
			}
		}
		if latin {
			words++
		}
	}
	return han, words
}

// fillVariant finds which variant is wanted instead.
func (t *turn) fillVariant(form *Form, asked, text string) (bool, error) {
	variants, err := t.world.Variants(t.ctx, *form.Item)
	if err != nil {
		return false, err
	}
	found, colour, size := fits(wanted(text), *form.Item, variants)
	if colour == "" && size == "" {
		return false, nil
	}
	if form.Want != nil && !isCorrection(text) && asked != SlotVariant && asked != Confirm {
		return false, nil
	}
	if colour == form.Item.Colour && size == "" && asked != SlotVariant { // it only describes what was bought
		return false, nil
	}
	if form.Want != nil { // "不是黑色，是棕色": the size that was wanted stays
		if colour == "" {
			colour = form.Slots[SlotColour].Value
		}
		if size == "" {
			size = form.Slots[SlotSize].Value
		}
		found, _, _ = fits(colour+" "+size, *form.Item, variants)
	}
	if size != "" {
		form.set(SlotSize, size, text)
	}
	if colour != "" {
		form.set(SlotColour, colour, text)
	}
	inStock := slices.DeleteFunc(slices.Clone(found), func(v Variant) bool { return v.Stock <= 0 })
	if len(inStock) == 0 {
		t.tell("not_in_stock", "variant", strings.TrimSpace(colour+" "+size))
		form.Want = nil
		return true, nil
	}
	form.Want = &inStock[0]
	return true, nil
}

// isCorrection: "不是黑色，是棕色那双", "I meant the brown one".
func isCorrection(text string) bool {
	folded := strings.Map(nlu.Fold, text)
	for _, sign := range []string{"不是", "不对", "说错", "搞错", "弄错", "应该是", "改成", "改为", "换成", "而是", "要的是", "我是说", "我说的是", "错了", " meant", "not the", "actually", "instead", "wrong", "i mean", "should be", "change it to", "rather"} {
		if strings.Contains(folded, sign) {
			return true
		}
	}
	return false
}

// wanted drops what a correction takes back: of "不是黑色，是棕色那双" only what comes after counts.
func wanted(text string) string {
	folded := strings.Map(nlu.Fold, text)
	for _, denial := range []string{"不是", "不要", "not the ", "not a ", "not "} {
		from := strings.Index(folded, denial)
		if from < 0 {
			continue
		}
		rest := folded[from+len(denial):]
		to := len(rest)
		for _, turn := range []string{",", ".", ";", "是", "要", "换", " but ", " the ", "\n"} {
			if at := strings.Index(rest, turn); at > 0 && at < to {
				to = at
			}
		}
		return folded[:from] + rest[to:]
	}
	return text
}

// fillByClick takes a button of a form.
func (t *turn) fillByClick(form *Form, choice Choice) error {
	switch choice.Slot {
	case SlotItem:
		items, err := t.world.Items(t.ctx, itemsSeen)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(items, func(i Item) bool { return i.LineID == choice.Value })
		if at < 0 {
			t.tell("no_such_order", "order", "")
			return nil
		}
		t.slots = nil
		t.choose(form, items[at:at+1], "", "")
		words := form.Words
		form.Words = nil
		for _, text := range words {
			if _, err := t.fillRest(form, "", text); err != nil {
				return err
			}
		}
	case SlotVariant:
		variants, err := t.world.Variants(t.ctx, *form.Item)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(variants, func(v Variant) bool { return v.ID == choice.Value && v.Stock > 0 }); at >= 0 {
			form.Want = &variants[at]
			form.set(SlotSize, variants[at].Size, "")
			form.set(SlotColour, variants[at].Colour, "")
		}
	case SlotReason:
		reasons, err := t.world.Reasons(t.ctx, form.Intent, *form.Item)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(reasons, func(r Reason) bool { return r.Value == choice.Value }) {
			t.reasonIs(form, choice.Value, "", reasons)
		}
	case SlotQuantity:
		if n, err := strconv.Atoi(choice.Value); err == nil && form.Item != nil && n >= 1 && n <= form.Item.Available {
			form.set(SlotQuantity, choice.Value, "")
		}
	case SlotEvidence:
		form.set(SlotEvidence, "none", "")
	}
	return nil
}
