package dialogue

// kind is how a form is filled.
type kind struct {
	fields  []field
	reasons string // the kind of case whose reasons may be given; empty: none is asked for
}

// field is something that a form needs.
type field struct {
	slot    string
	missing func(*Form) bool
}

var (
	item = field{SlotItem, func(f *Form) bool { return f.Item == nil }}
	// A reason that names a fault needs to be told: which fault.
	reason = field{SlotReason, func(f *Form) bool { return f.Slots[SlotReason].Value == "" || needsDetail(f) }}
	// Files are asked for once; who has none goes on without.
	evidence = field{SlotEvidence, func(f *Form) bool {
		return f.Slots["evidence_wanted"].Value != "" && len(f.Evidence) == 0 && f.Slots[SlotEvidence].Value == ""
	}}
	variant = field{SlotVariant, func(f *Form) bool { return f.Want == nil && !sameAgain(f) }}
	address = field{SlotAddress, func(f *Form) bool { return f.Slots[SlotAddress].Value == "" && f.Slots[SlotPhone].Value == "" }}
)

// forms are what the bot fills, by intent. Whatever is not here is answered.
var forms = map[string]kind{
	"return_refund":    {[]field{item, reason, evidence}, "return"},
	"refund_only":      {[]field{item, reason, evidence}, "refund_only"},
	"exchange":         {[]field{item, reason, evidence, variant}, "exchange"},
	"repair":           {[]field{item, reason, evidence}, "repair"},
	"complaint":        {[]field{item, reason, evidence}, "complaint"},
	"price_protection": {[]field{item}, ""},
	"cancel_order":     {[]field{item}, ""},
	"change_address":   {[]field{item, address}, ""},
}

// faults are reasons whose particulars matter.
var faults = map[string]bool{
	"quality": true, "damaged": true, "not_as_described": true, "faulty": true, "accident": true, "missing_parts": true, "counterfeit": true,
	"false_advertising": true, "rude": true, "refused_return": true, "other": true,
}

// needsDetail: a fault was named, but in a word or two.
func needsDetail(f *Form) bool {
	return (faults[f.Slots[SlotReason].Value] || f.Slots["describe"].Value != "") && f.Slots["described"].Value == ""
}

// sameAgain: who got a faulty or a wrong article wants the right one, not another, unless they say so.
func sameAgain(f *Form) bool {
	switch f.Slots[SlotReason].Value {
	case "quality", "damaged", "not_as_described", "faulty", "missing_parts", "counterfeit", "wrong_item":
		return f.Slots[SlotSize].Value == "" && f.Slots[SlotColour].Value == ""
	}
	return false
}

// next is what a form asks for now; empty when nothing is missing.
func (f *Form) next() string {
	for _, field := range forms[f.Intent].fields {
		if field.missing(f) {
			return field.slot
		}
	}
	return ""
}

func (f *Form) set(slot, value, raw string) {
	if f.Slots == nil {
		f.Slots = map[string]Slot{}
	}
	f.Slots[slot] = Slot{value, raw}
}
