package dialogue

import (
	"slices"
	"strconv"
	"strings"
)

// ask asks for what is missing; again in other words when the last answer did not help. A person is called when that
// did not help either.
func (t *turn) ask(again bool) error {
	form := t.form()
	slot := form.next()
	if slot == "" {
		return t.confirm(again)
	}
	if again && t.s.Asked == slot {
		if t.s.Again++; t.s.Again > maxAgain {
			return t.handOff("not_understood")
		}
	} else if t.s.Asked != slot {
		t.s.Again = 0
	}
	t.s.Asked = slot
	retry := t.s.Again > 0
	switch slot {
	case SlotItem:
		return t.askItem(form, retry)
	case SlotReason:
		return t.askReason(form, retry)
	case SlotVariant:
		return t.askVariant(form, retry)
	case SlotEvidence:
		t.offer(Reply{Text: t.words(again2("ask_evidence", retry)), Choices: []Choice{{SlotEvidence, "none", t.words("no_files")}}})
	default:
		t.offer(Reply{Text: t.words(again2("ask_"+slot, retry))})
	}
	return nil
}

func again2(key string, retry bool) string {
	if retry {
		return key + "_again"
	}
	return key
}

func (t *turn) offer(reply Reply) {
	t.s.Offered = reply.Choices
	t.say(reply)
}

// askItem shows order cards: those that the words may have meant, or the newest.
func (t *turn) askItem(form *Form, retry bool) error {
	items, err := t.world.Items(t.ctx, itemsSeen)
	if err != nil {
		return err
	}
	if meant := form.Slots["candidates"].Value; meant != "" {
		ids := strings.Split(meant, ",")
		items = slices.DeleteFunc(items, func(i Item) bool { return !slices.Contains(ids, i.LineID) })
	}
	reply := Reply{Text: t.words(again2("ask_item", retry), "do", t.words("do:"+form.Intent)), Items: items[:min(cards, len(items))]}
	for _, item := range reply.Items {
		reply.Choices = append(reply.Choices, Choice{SlotItem, item.LineID, item.Title})
	}
	t.offer(reply)
	return nil
}

func (t *turn) askReason(form *Form, retry bool) error {
	if form.Slots[SlotReason].Value != "" && needsDetail(form) {
		t.offer(Reply{Text: t.words(again2("ask_detail", retry))})
		return nil
	}
	reasons, err := t.world.Reasons(t.ctx, form.Intent, *form.Item)
	if err != nil {
		return err
	}
	reply := Reply{Text: t.words(again2("ask_reason", retry), "do", t.words("do:"+form.Intent))}
	for _, reason := range reasons {
		label := reason.Zh
		if t.s.Lang == "en" {
			label = reason.En
		}
		reply.Choices = append(reply.Choices, Choice{SlotReason, reason.Value, label})
	}
	t.offer(reply)
	return nil
}

// askVariant shows what the article can be exchanged for: those in stock, and of them those that fit what was said.
func (t *turn) askVariant(form *Form, retry bool) error {
	variants, err := t.world.Variants(t.ctx, *form.Item)
	if err != nil {
		return err
	}
	reply := Reply{Text: t.words(again2("ask_variant", retry))}
	for _, v := range variants {
		if v.Stock > 0 && len(reply.Choices) < 8 {
			reply.Choices = append(reply.Choices, Choice{SlotVariant, v.ID, v.name()})
		}
	}
	if len(reply.Choices) == 0 {
		t.tell("nothing_in_stock")
		return t.handOff("cannot")
	}
	t.offer(reply)
	return nil
}

func (v Variant) name() string { return strings.TrimSpace(v.Colour + " " + v.Size) }

// confirm repeats everything and asks for a clear yes.
func (t *turn) confirm(again bool) error {
	form := t.form()
	if again && t.s.Asked == Confirm {
		if t.s.Again++; t.s.Again > maxAgain {
			return t.handOff("not_understood")
		}
	} else {
		t.s.Again = 0
	}
	preview, err := t.world.Preview(t.ctx, t.request(form))
	if err != nil {
		return err
	}
	if preview.Refused != "" {
		t.say(Reply{Text: preview.Refused})
		t.pop("cannot")
		return t.nextWish()
	}
	t.s.Asked = Confirm
	key := "confirm"
	if t.s.Again > 0 {
		key = "confirm_again"
	}
	t.offer(Reply{
		Text: t.words(key, "what", t.recap(form), "preview", preview.Text),
		Choices: []Choice{
			{Confirm, "yes", t.words("yes")}, {Confirm, "no", t.words("change")}, {Confirm, "cancel", t.words("cancel")},
		},
	})
	return nil
}

// denied asks what is wrong.
func (t *turn) denied() error {
	t.s.Again++
	if t.s.Again > maxAgain {
		return t.handOff("not_understood")
	}
	t.s.Offered = nil
	t.tell("what_is_wrong")
	return nil
}

// confirmed does what the form says, and goes on with what else was wanted.
func (t *turn) confirmed() error {
	form := t.form()
	if slot := form.next(); slot != "" {
		return t.ask(false)
	}
	opened, err := t.world.Do(t.ctx, t.request(form))
	if err != nil {
		return err
	}
	if opened.Person {
		return t.handOff("cannot")
	}
	if opened.Refused != "" {
		t.say(Reply{Text: opened.Refused})
		t.pop("cannot")
	} else {
		t.say(Reply{Text: opened.Text, Opened: &opened})
		t.pop("done")
	}
	if form := t.form(); form != nil {
		t.tell("back_to", "do", t.words("do:"+form.Intent))
		return t.ask(false)
	}
	return t.nextWish()
}

// request is the form as the platform gets it.
func (t *turn) request(form *Form) Request {
	r := Request{
		Intent: form.Intent, Reason: form.Slots[SlotReason].Value, Text: form.Told, Evidence: form.Evidence,
		Amount: form.Slots[SlotAmount].Value, Lang: t.s.Lang,
	}
	if form.Item != nil {
		r.Item, r.Quantity = *form.Item, form.quantity()
	}
	if form.Intent == "exchange" {
		r.VariantID = r.Item.VariantID
		if form.Want != nil {
			r.VariantID = form.Want.ID
		}
	}
	if form.Intent == "change_address" {
		r.Text = form.newAddress()
	}
	if when := form.Slots[SlotTime]; when.Raw != "" {
		r.Text = strings.TrimSpace(r.Text + "\n" + t.words("wished_time", "time", when.Raw))
	}
	return r
}

// quantity is what was said, or all that can be asked for.
func (f *Form) quantity() int {
	if n, err := strconv.Atoi(f.Slots[SlotQuantity].Value); err == nil && n >= 1 && n <= f.Item.Available {
		return n
	}
	return max(1, f.Item.Available)
}

// newAddress is where to deliver instead, in the customer's words.
func (f *Form) newAddress() string {
	place, phone := f.Slots[SlotAddress].Value, f.Slots[SlotPhone].Value
	if strings.Contains(place, phone) {
		return place
	}
	return strings.TrimSpace(place + " " + phone)
}
