package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftersales/policy"
	"aftersales/policy/pack"
)

// Languages that articles are written in.
const (
	Chinese = "zh"
	English = "en"
)

// Facts are what the figures in an article are taken from. With the terms of an order or a case, what they say goes before
// what the pack says in general: an answer never differs from what the case will do.
type Facts struct {
	Pack   *pack.Pack
	Kinds  []policy.Kind // that the article is about; empty: any
	Terms  *policy.Terms // of the order or case that is spoken of; nil: none
	Kind   policy.Kind   // of the terms
	Reason string        // that the terms were made for
}

var placeholder = regexp.MustCompile(`\{\{\s*([a-z_]+):([a-z_]+)\s*\}\}`)

// Unfilled says that a text names a figure that the rules do not have.
type Unfilled struct{ Placeholder string }

func (u *Unfilled) Error() string {
	return fmt.Sprintf("knowledge: the rules have no figure for %s", u.Placeholder)
}

// Fill replaces the placeholders of a text in a language: {{time:STEP}}, {{window:REASON}}, {{freight:REASON}},
// {{limit:NAME}}, {{price_protection:CATEGORY}}. *Unfilled when the rules lack one of them.
func Fill(text, lang string, facts Facts) (string, error) {
	var missing error
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		value := facts.value(parts[1], parts[2], lang)
		if value == "" && missing == nil {
			missing = &Unfilled{found}
		}
		return value
	})
	if missing == nil && (strings.Contains(filled, "{{") || strings.Contains(filled, "}}")) {
		missing = &Unfilled{"{{…}}"}
	}
	return filled, missing
}

func (f Facts) value(kind, name, lang string) string {
	switch kind {
	case "time":
		return f.wait(policy.Step(name), lang)
	case "window":
		reason, found := f.Pack.Reason(name)
		if !found || reason.WindowDays == 0 {
			return ""
		}
		return amount(reason.WindowDays, "天", "day", lang)
	case "freight":
		return f.postage(name, lang)
	case "limit":
		if length, found := f.extension(name); found {
			return Length(length, lang)
		}
		if n, found := f.count(name); found {
			return strconv.Itoa(n)
		}
	case "price_protection":
		if days := f.Pack.ProtectionDays(name); days > 0 {
			return amount(days, "天", "day", lang)
		}
	}
	return ""
}

// wait is how long a step lasts: in this case, or as a rule. Where that depends on the kind of case, each is said.
func (f Facts) wait(step policy.Step, lang string) string {
	if f.Terms != nil {
		if deadline, found := f.Terms.Deadline(step); found {
			return clocked(deadline.For, deadline.Clock, lang)
		}
	}
	waits := f.Pack.Waits(step, f.Kinds...)
	if len(waits) == 0 {
		waits = f.Pack.Waits(step)
	}
	var said []string
	for _, wait := range waits {
		words := clocked(wait.For, wait.Clock, lang)
		if len(waits) > 1 {
			words += " (" + kindNames(wait.Kinds, lang) + ")"
		}
		said = append(said, words)
	}
	return strings.Join(said, pick(lang, "或 ", " or "))
}

// postage is who pays for sending goods back.
func (f Facts) postage(reason, lang string) string {
	if f.Terms != nil && f.Reason == reason {
		return party(f.Terms.Freight.Back, lang)
	}
	var said []string
	for _, who := range f.Pack.PostageBack(reason) {
		said = append(said, party(who, lang))
	}
	return strings.Join(said, pick(lang, "或", " or "))
}

func (f Facts) extension(name string) (time.Duration, bool) {
	if f.Terms != nil {
		switch name {
		case "merchant_extension":
			return f.Terms.Limits.MerchantExtension, true
		case "pickup_extension":
			return f.Terms.Limits.PickupExtension, true
		}
	}
	return f.Pack.Extension(name)
}

func (f Facts) count(name string) (int, bool) {
	if f.Terms != nil {
		switch name {
		case "offers":
			return f.Terms.Limits.Offers, true
		case "edits":
			return f.Terms.Limits.Edits, true
		case "repairs":
			return f.Terms.Limits.Repairs, true
		}
	}
	return f.Pack.Count(name)
}

// KindsOf are the kinds of case that intents are about; nil: any.
func KindsOf(intents []string) []policy.Kind {
	known := map[string]policy.Kind{
		"return_refund": policy.Return, "refund_only": policy.RefundOnly, "cancel_order": policy.RefundOnly, "exchange": policy.Exchange,
		"repair": policy.Repair, "price_protection": policy.PriceProtection, "complaint": policy.Complaint,
	}
	var kinds []policy.Kind
	for _, intent := range intents {
		if kind, found := known[intent]; found && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func kindNames(kinds []policy.Kind, lang string) string {
	var said []string
	for _, kind := range kinds {
		said = append(said, pick(lang, kindWords[kind][0], kindWords[kind][1]))
	}
	return strings.Join(said, pick(lang, "、", ", "))
}

var kindWords = map[policy.Kind][2]string{
	policy.Return: {"退货退款", "returns"}, policy.RefundOnly: {"仅退款", "refunds without return"}, policy.Exchange: {"换货", "exchanges"},
	policy.Repair: {"维修", "repairs"}, policy.PriceProtection: {"价保", "price protection"}, policy.Complaint: {"投诉", "complaints"},
}

func party(who policy.Party, lang string) string {
	words, known := map[policy.Party][2]string{
		policy.Customer: {"您", "you"}, policy.Merchant: {"商家", "the merchant"}, policy.Platform: {"平台", "the platform"}, policy.Carrier: {"快递公司", "the carrier"},
	}[who]
	if !known {
		return ""
	}
	return pick(lang, words[0], words[1])
}

// Length says a length of time in a language: 48小时, 3天; 48 hours, 3 days.
func Length(length time.Duration, lang string) string {
	const day = 24 * time.Hour
	switch {
	case length > 48*time.Hour && length%day == 0:
		return amount(int(length/day), "天", "day", lang)
	case length >= time.Hour && length%time.Hour == 0:
		return amount(int(length/time.Hour), "小时", "hour", lang)
	case length >= time.Minute && length%time.Minute == 0:
		return amount(int(length/time.Minute), "分钟", "minute", lang)
	case length >= time.Minute:
		whole := length.Truncate(time.Minute)
		return Length(whole, lang) + pick(lang, "", " ") + Length(length-whole, lang)
	}
	return amount(int(length/time.Second), "秒", "second", lang)
}

func clocked(length time.Duration, clock policy.Clock, lang string) string {
	if clock == policy.WorkingDays && length%(24*time.Hour) == 0 {
		return amount(int(length/(24*time.Hour)), "个工作日", "working day", lang)
	}
	return Length(length, lang)
}

func amount(n int, zh, en, lang string) string {
	if lang == Chinese {
		return strconv.Itoa(n) + zh
	}
	if n != 1 {
		en += "s"
	}
	return strconv.Itoa(n) + " " + en
}

func pick(lang, zh, en string) string {
	if lang == Chinese {
		return zh
	}
	return en
}
