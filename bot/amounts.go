package bot

import "strconv"

var (
	// A measure word after a number counts things.
	measureWords = []string{"件套", "件", "个", "只", "条", "双", "套", "台", "本", "盒", "瓶", "包", "箱", "张", "支", "部", "把", "袋", "罐", "份",
		"对", "副", "片", "顶", "枚", "桶", "根", "听", "pcs", "pieces", "piece", "pc"}
	// What follows 块 when it counts things rather than money.
	blockNouns = []string{"香皂", "肥皂", "手表", "表", "布", "地毯", "地垫", "砖", "瓷砖", "电池", "屏", "板", "蛋糕", "玻璃", "豆腐", "巧克力", "饼", "毛巾", "抹布", "硬盘", "内存", "显卡", "移动"}
	// Number and one of these is no money: time, sizes, shares, ordinals.
	otherUnits = []string{"天", "日", "周", "星期", "礼拜", "月", "年", "号", "点", "时", "小时", "分", "秒", "岁", "次", "遍", "倍", "%", "折", "码", "楼", "度", "克",
		"斤", "公", "米", "厘", "毫", "升", "寸", "人", "位", "名", "家", "层", "期", "级", "成", "星", "回", "趟", "句", "种", "颗", "粒", "字", "页", "米", "平", "分之", "工作日", "多", "几", "来", "余", "/", "~",
		"kg", "ml", "cm", "mm", "gb", "mb", "days", "day", "weeks", "week", "months", "month", "years", "year", "hours", "hour", "minutes", "mins",
		"times", "percent", "items", "item", "units", "unit", "pairs", "pair", "sets", "boxes", "bottles", "of ", "stars", "st ", "nd ", "rd ", "th "}
	currencyBefore = []string{"¥", "$", "€", "£", "us$", "rmb", "cny", "usd", "eur", "人民币"}
	currencyAfter  = []string{"元钱", "元", "块钱", "块", "圆", "人民币", "rmb", "cny", "yuan", "usd", "eur", "dollars", "dollar", "bucks", "euros", "pounds"}
	// After these a bare number is money; the first group even when it is a small one.
	priceWords = []string{"运费", "邮费", "金额", "差价", "价格", "实付", "价钱", "总价", "单价", "合计", "总计", "共计", "退款"}
	feeWords   = []string{"运费", "邮费", "快递费"} // 十二运费
	payWords   = []string{"退", "赔", "赔偿", "补", "补偿", "付", "付款", "支付", "花", "扣", "收", "便宜", "贵", "优惠", "降到", "涨到", "降价", "标价", "卖", "才", "价"}
	payFillers = []string{"我", "了", "的", "是", ":", " ", "给", "共", "款", "为", "你", "您", "额", "掉", "回", "我们", "还", "写着", "显示"}
	payEnglish = map[string]bool{"refund": true, "refunded": true, "pay": true, "paid": true, "amount": true, "price": true, "cost": true, "costs": true,
		"charged": true, "charge": true, "compensate": true, "compensation": true, "fee": true, "total": true, "owe": true, "spent": true, "difference": true}
	payEnglishFillers = map[string]bool{"me": true, "of": true, "is": true, "was": true, "only": true, "a": true, "the": true, "us": true, "to": true, "just": true, "be": true, "it": true, "back": true}
)

// counts finds amounts and quantities: the numbers that codes and dates left over.
func (t *text) counts() []Slot {
	var slots []Slot
	for i := 0; i < len(t.r); {
		if t.taken[i] {
			i++
			continue
		}
		if end, ok := t.any(i, currencyBefore); ok && !letter(t.at(i-1)) {
			if s, next, ok := t.priced(i, t.spaces(end)); ok {
				slots = append(slots, s)
				i = next
				continue
			}
		}
		var n number
		var ok bool
		switch c := t.r[i]; {
		case numeral(c) && !letter(t.at(i-1)) || digit(c) && t.multiplier(i-1):
			n, ok = t.number(i)
		case letter(c) && !letter(t.at(i-1)):
			n, ok = t.englishNumber(i)
		case c == '俩' || c == '仨':
			if s, ok := t.pairOf(i); ok {
				slots = append(slots, s)
			}
		}
		if ok && !t.joined(n) {
			if s, found := t.amount(n); found {
				slots = append(slots, s)
			} else if s, found := t.quantity(n); found {
				slots = append(slots, s)
			}
		}
		i = max(i+1, n.end)
	}
	return slots
}

// joined tells a number that is a part of something: an ordinal, a decimal's tail, a share, a code.
func (t *text) joined(n number) bool {
	switch t.at(n.start - 1) {
	case '第', '.':
		return true
	case '双': // 双11, 双十一 are sales, not counts
		return n.arabic || t.at(n.start) == '十'
	case '之': // 百分之二十
		return t.has(n.start-3, "百分之")
	case '-', '~', '/':
		return digit(t.at(n.start - 2))
	}
	return false
}

// priced reads the number behind a currency sign at i; j is where the number begins.
func (t *text) priced(i, j int) (Slot, int, bool) {
	if !numeral(t.at(j)) {
		return Slot{}, i, false
	}
	n, ok := t.number(j)
	if !ok || n.rough || n.value%(one/100) != 0 {
		return Slot{}, i, false
	}
	end := n.end
	if after, ok := t.any(t.spaces(end), currencyAfter); ok && !letter(t.at(after)) {
		end = after
	}
	s, ok := t.slot(SlotAmount, strconv.FormatInt(n.value/(one/100), 10), i, end)
	return s, end, ok
}

// amount makes an amount of a number if something says that it is money: a currency, a scale (三百二), or
// a word such as 退 or "paid" before it.
func (t *text) amount(n number) (Slot, bool) {
	if n.rough {
		return Slot{}, false
	}
	if fen, end, ok := t.currency(n); ok {
		return t.slot(SlotAmount, strconv.FormatInt(fen, 10), n.start, end)
	}
	after := t.spaces(n.end)
	if _, other := t.any(after, otherUnits); other || n.value%(one/100) != 0 || letter(t.at(n.end)) {
		return Slot{}, false
	}
	if _, counted := t.measure(n.end); counted || t.blocks(n.end) {
		return Slot{}, false
	}
	if c := t.at(n.end); (c == '-' || c == '到' || c == '至') && numeral(t.at(n.end+1)) {
		return Slot{}, false // 200-300: nobody's exact figure
	}
	if _, fee := t.any(n.end, feeWords); !n.scaled && !fee && !t.pays(n) {
		return Slot{}, false
	}
	return t.slot(SlotAmount, strconv.FormatInt(n.value/(one/100), 10), n.start, n.end)
}

// currency reads the currency behind a number with its tail: 元, 块5, 元3角2分, 块零五毛, 5毛钱.
func (t *text) currency(n number) (fen int64, end int, ok bool) {
	fen = n.value / (one / 100)
	exact := n.value%(one/100) == 0
	if j, is := t.any(n.end, []string{"毛", "角"}); is && n.value < 10*one && (t.at(j) == '钱' || t.clauseEnd(j)) {
		return fen / 10, j + btoi(t.at(j) == '钱'), exact && fen%10 == 0
	}
	j, is := t.any(t.spaces(n.end), currencyAfter)
	if !is || !exact || letter(t.at(j-1)) && letter(t.at(j)) {
		return 0, n.end, false
	}
	c := t.at(j - 1)
	if c == '块' {
		if t.blocks(j-1) || !n.arabic && n.value == one && !t.pays(n) && !numeral(t.at(j)) {
			return 0, n.end, false // 三块手表, 一块退了吧
		}
	}
	if c != '块' && c != '元' && c != '圆' || n.value%one != 0 {
		return fen, j, true
	}
	tail, tailEnd := t.smallChange(j)
	if tail > 0 && t.at(tailEnd) == '钱' {
		tailEnd++
	}
	return fen + tail, tailEnd, true
}

// smallChange reads what follows 块 or 元: one digit is 角, two are 分 as well.
func (t *text) smallChange(j int) (fen int64, end int) {
	k := j
	if t.at(k) == '零' {
		k++
	}
	if d, ok := t.oneDigit(k); ok {
		switch next := t.at(k + 1); {
		case next == '角' || next == '毛':
			fen, end = d*10, k+2
			if c, ok := t.oneDigit(end); ok && !digit(t.at(end+1)) {
				if t.at(end+1) == '分' {
					return fen + c, end + 2
				}
				if _, counted := t.measure(end + 1); !counted {
					return fen + c, end + 1
				}
			}
			return fen, end
		case next == '分' && !t.has(k+1, "分钟") && k > j:
			return d, k + 2
		case digit(next) && digit(t.at(k)) && !digit(t.at(k+2)) && k == j:
			if _, counted := t.measure(k + 2); !counted {
				return d*10 + int64(next-'0'), k + 2
			}
		case !numeral(next) && next != '百' && next != '千' && next != '万':
			_, counted := t.measure(k + 1)
			_, other := t.any(k+1, otherUnits)
			if !counted && !other {
				return d * 10, k + 1
			}
		}
	}
	return 0, j
}

func (t *text) oneDigit(i int) (int64, bool) {
	c := t.at(i)
	if digit(c) {
		return int64(c - '0'), true
	}
	d, ok := chineseDigits[c]
	return d, ok && d > 0
}

// pays tells whether a word before the number says that it is money.
func (t *text) pays(n number) bool {
	i := n.start
	for range 5 {
		if _, ok := t.before(i, priceWords); ok {
			return true
		}
		if _, ok := t.before(i, payWords); ok {
			return n.value >= 10*one || n.value%one != 0
		}
		start, filler := t.before(i, payFillers)
		if !filler {
			break
		}
		i = start
	}
	for _, w := range t.wordsBefore(n.start, 4) {
		if payEnglish[w] {
			return n.value >= 10*one || n.value%one != 0
		}
		if !payEnglishFillers[w] {
			break
		}
	}
	return false
}

// blocks tells 块 as a measure word: 两块手表.
func (t *text) blocks(i int) bool {
	if t.at(i) != '块' {
		return false
	}
	_, ok := t.any(i+1, blockNouns)
	return ok
}
