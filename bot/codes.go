package bot

import "strings"

// What stands near a long number says what it is.
var (
	orderWords   = []string{"订单", "单号", "order", "单子", "编号"}
	waybillWords = []string{"运单", "快递", "物流", "面单", "寄件", "包裹", "tracking", "waybill", "track", "courier", "parcel", "shipment", "awb",
		"顺丰", "圆通", "中通", "申通", "韵达", "极兔", "邮政", "德邦", "京东快", "京东物", "ems", "dhl", "ups", "fedex"}
	phoneWords   = []string{"电话", "手机", "联系", "号码", "致电", "打给", "phone", "mobile", "call", "contact", "cell", "whatsapp"}
	foreignWords = []string{"身份证", "银行卡", "卡号", "账号", "账户", "税号", "信用代码", "发票号", "开户", "序列号", "微信号", "card", "account", "serial", "imei"}
)

// carriers are the letters with which the waybill numbers of carriers begin.
var carriers = []string{"sf", "yt", "jd", "jt", "zt", "sto", "yd", "db", "dp", "ems", "kk", "1z", "lp", "uc", "jym", "zjs"}

// runs of digits that belong together are at most this long in all: more is not a number of ours.
const maxCode = 26

// codes finds phones, waybill and order numbers: everything that is known by its length and neighbourhood.
func (t *text) codes() []Slot {
	var slots []Slot
	for i := 0; i < len(t.r); {
		if !alnum(t.r[i]) && t.r[i] != '+' {
			i++
			continue
		}
		if s, end, ok := t.phone(i); ok {
			slots = append(slots, s)
			i = end
			continue
		}
		s, end, ok := t.code(i)
		if ok {
			slots = append(slots, s)
		}
		i = max(end, i+1)
	}
	return slots
}

func alnum(c rune) bool { return digit(c) || letter(c) }

// phone reads a mainland mobile at i: 11 digits beginning 13 to 19, in one run or in groups, with or without +86.
func (t *text) phone(i int) (Slot, int, bool) {
	j := i
	if end, ok := t.any(i, []string{"+86", "0086", "(+86)"}); ok {
		j = end
		for n := 0; n < 2 && (t.at(j) == ' ' || t.at(j) == '-' || t.at(j) == ')'); n++ {
			j++
		}
	} else if t.has(i, "86") {
		separated := t.at(i+2) == ' ' || t.at(i+2) == '-'
		near := t.kind(i, i+2)
		if separated || near != SlotOrderNo && near != SlotWaybillNo && near != "foreign" {
			if end, digits := t.mobile(i + 2 + btoi(separated)); digits != "" {
				s, ok := t.slot(SlotPhone, digits, i, end)
				return s, end, ok
			}
		}
	}
	end, digits := t.mobile(j)
	if digits == "" {
		return Slot{}, i, false
	}
	s, ok := t.slot(SlotPhone, digits, i, end)
	return s, end, ok
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mobile reads exactly 11 digits of a mobile; groups of three to five may be set apart by one space or dash.
func (t *text) mobile(i int) (end int, digits string) {
	if t.at(i) != '1' || t.at(i+1) < '3' || alnum(t.at(i-1)) && !t.has(i-2, "86") {
		return i, ""
	}
	var b strings.Builder
	group := 0
	j := i
	for b.Len() < 11 {
		switch c := t.at(j); {
		case digit(c):
			b.WriteRune(c)
			group++
		case (c == ' ' || c == '-') && group >= 3 && group <= 5 && digit(t.at(j+1)):
			group = 0
		default:
			return i, ""
		}
		j++
	}
	grouped := group < 11
	// A run that goes on is another number; so is a group that goes on with a group of its kind.
	if digit(t.at(j)) || grouped && group < 3 || grouped && (t.at(j) == ' ' || t.at(j) == '-') && digit(t.at(j+1)) && digit(t.at(j+2)) && digit(t.at(j+3)) {
		return i, ""
	}
	return j, b.String()
}

// code reads the longest number at i and decides by prefix, length and neighbourhood what it is. Groups of at
// least three digits are joined over single spaces and dashes.
func (t *text) code(i int) (Slot, int, bool) {
	if alnum(t.at(i - 1)) {
		return Slot{}, i + 1, false
	}
	j := i
	for alnum(t.at(j)) { // the first run; it alone may hold letters
		j++
	}
	first := string(t.r[i:min(j, i+maxCode+1)])
	letters := strings.TrimRight(first, "0123456789")
	if strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz") != "" && !strings.HasPrefix(first, "1z") {
		letters = strings.TrimLeft(letters, "abcdefghijklmnopqrstuvwxyz") // a1b2c3: taken as it stands
	}
	if len(first) > maxCode {
		return Slot{}, j, false
	}
	end, body, groups := j, first, 1
	if len(letters) == len(first) && len(letters) > 4 {
		return Slot{}, j, false // a word
	}
	for k := j; ; {
		if c := t.at(k); c != ' ' && c != '-' || !digit(t.at(k+1)) {
			break
		}
		run := k + 1
		for digit(t.at(run)) {
			run++
		}
		size := run - k - 1
		lead := len(letters) == len(first) && carrier(first+"0") // "SF 1234…": letters set apart
		if len(letters) == len(first) && !lead {
			break // "is 138…": a word before a number
		}
		if len(body)+size > maxCode || !lead && (size < 3 || size > 8 || groups == 1 && (len(first)-len(letters) > 8 || len(first)-len(letters) < 3)) {
			break
		}
		body += string(t.r[k+1 : run])
		end, k = run, run
		groups++
		if letter(t.at(run)) {
			return Slot{}, run, false
		}
	}
	digits := 0
	for _, c := range body {
		digits += btoi(digit(c))
	}
	if digits < 8 {
		return Slot{}, j, false
	}
	name := t.classify(i, end, body, digits, groups)
	if name == "" {
		if groups > 1 && len(first) == digits { // digits apart that are no code may be several numbers
			return Slot{}, j, false
		}
		if digits >= 10 {
			t.take(i, end) // a card, an identity number: nobody's amount or date either
		}
		return Slot{}, j, false
	}
	s, ok := t.slot(name, strings.ToUpper(body), i, end)
	return s, end, ok
}

func (t *text) classify(i, end int, body string, digits, groups int) string {
	near := t.kind(i, end)
	if near == "foreign" {
		return ""
	}
	if letter(rune(body[0])) || strings.HasPrefix(body, "1z") {
		if near == SlotOrderNo && !carrier(body) {
			return SlotOrderNo
		}
		if digits >= 9 && digits <= 20 && (carrier(body) || near == SlotWaybillNo || postal(body)) {
			return SlotWaybillNo
		}
		return ""
	}
	if digits != len(body) {
		return ""
	}
	switch {
	case near == SlotWaybillNo && digits >= 10 && digits <= 20:
		return SlotWaybillNo
	case near == SlotOrderNo && digits >= 8 && digits <= 20:
		return SlotOrderNo
	case near == SlotPhone:
		return ""
	case groups == 1 && digits >= 12 && digits <= 20, groups > 1 && digits >= 16 && digits <= 20:
		return SlotOrderNo
	}
	return ""
}

func carrier(body string) bool {
	for _, c := range carriers {
		if strings.HasPrefix(body, c) && len(body) > len(c) && (len(body) == len(c)+1 || digit(rune(body[len(c)])) || len(body) > 12) {
			return true
		}
	}
	return false
}

// postal tells the S10 form of postal items, e.g. EA123456789CN.
func postal(body string) bool {
	return len(body) == 13 && strings.Trim(body[:2], "abcdefghijklmnopqrstuvwxyz") == "" &&
		strings.Trim(body[11:], "abcdefghijklmnopqrstuvwxyz") == "" && strings.Trim(body[2:11], "0123456789") == ""
}

// kind says what the words around [i, end) call a number: the nearest before it in its clause, otherwise the
// nearest after it. "" when nothing does.
func (t *text) kind(i, end int) string {
	const reach = 18
	for j := i - 1; j >= 0 && j >= i-reach; j-- {
		if digit(t.r[j]) && i-j > 3 && digit(t.at(j-1)) && digit(t.at(j-2)) && digit(t.at(j-3)) || strings.ContainsRune("。；！？;!?\n", t.r[j]) {
			break // another number's neighbourhood, or another sentence
		}
		if name := t.named(j); name != "" {
			return name
		}
	}
	for j := end; j < len(t.r) && j < end+reach; j++ {
		if digit(t.r[j]) || t.clauseEnd(j) {
			break
		}
		if name := t.named(j); name != "" {
			return name
		}
	}
	return ""
}

// named tells what the word that begins at j calls a number.
func (t *text) named(j int) string {
	for _, g := range [...]struct {
		words []string
		name  string
	}{{foreignWords, "foreign"}, {waybillWords, SlotWaybillNo}, {orderWords, SlotOrderNo}, {phoneWords, SlotPhone}} {
		if _, ok := t.any(j, g.words); !ok {
			continue
		}
		if letter(t.r[j]) && letter(t.at(j-1)) {
			continue // inside a longer word
		}
		if g.name == SlotOrderNo && t.has(j, "单号") { // 快递单号, 运单号
			if _, parcel := t.before(j, []string{"快递", "物流", "寄回", "退货", "运", "发货", "寄件", "退回", "寄回的", "退回的", "寄出的", "顺丰", "圆通", "中通", "申通", "韵达", "极兔"}); parcel {
				return SlotWaybillNo
			}
		}
		return g.name
	}
	return ""
}
