package bot

import "strconv"

var (
	// A measure word before one of these counts something other than the goods.
	notGoods = map[rune][]string{
		'个': {"月", "星期", "礼拜", "小时", "钟", "工作日", "多", "人", "问题", "事", "电话", "字", "客服", "说法", "理由", "原因", "地址", "地方", "快递", "包裹", "解释", "答复", "好评", "差评", "星", "半", "建议", "疑问", "订单", "单", "洞", "口", "坑", "裂", "划", "红包", "券", "百分点", "链接", "色", "颜色", "码", "尺码", "型号", "款", "办法", "方案", "道歉", "交代", "投诉", "赞", "想法"},
		'件': {"事", "快递"},
		'条': {"短信", "消息", "评论", "信息", "记录", "裂", "缝", "划", "线", "龙", "物流"},
		'张': {"图", "照", "截", "发票", "券", "优惠"},
		'份': {"心", "投诉", "证明"},
		'部': {"分"}, '本': {"正", "来"}, '包': {"政策", "期", "服务", "法", "规定", "凭证", "邮", "退"}, '对': {"一"}, '把': {"火"},
		'片': {"心"}, '套': {"路"}, '台': {"阶"}, '根': {"本"}, '支': {"持"}, '只': {"能", "是", "有", "要", "想", "给", "收"}, '双': {"手"},
	}
	// 一个 counts only after these: "有一个问题", "换一个" do not.
	onlyOne      = []string{"退", "买了", "买", "拍了", "少了", "少", "缺了", "缺", "漏发", "漏了", "坏了", "破了", "碎了", "差", "剩", "其中", "只", "就", "数量", "多发了", "多发", "收到"}
	notOne       = []string{"换", "另", "另外", "同", "再来", "再发", "再寄", "哪", "每", "任何", "某"}
	qtyWords     = []string{"数量", "数量:", "数量是", "数量为", "qty", "qty:", "quantity", "quantity:", "qty ", "qty: ", "数量 ", "数量: ", "quantity ", "quantity: ", "quantity of ", "quantity is "}
	countedNouns = map[string]bool{"pcs": true, "pc": true, "piece": true, "pieces": true, "item": true, "items": true, "unit": true, "units": true,
		"pair": true, "pairs": true, "set": true, "sets": true, "box": true, "boxes": true, "bottle": true, "bottles": true, "bag": true, "bags": true,
		"pack": true, "packs": true, "copies": true, "shirts": true, "shoes": true, "dresses": true, "cups": true, "mugs": true, "lamps": true, "chairs": true,
		"books": true, "phones": true, "socks": true, "plates": true, "glasses": true, "jackets": true, "chargers": true, "cables": true, "cases": true}
)

// measure returns the end of the measure word at i; 块 before its nouns is one too.
func (t *text) measure(i int) (int, bool) {
	if end, ok := t.any(i, measureWords); ok {
		return end, true
	}
	if t.blocks(i) {
		return i + 1, true
	}
	return i, false
}

// quantity makes a quantity of a number that counts goods: 两件, 3 pcs, x2, 数量2, "2 of them".
func (t *text) quantity(n number) (Slot, bool) {
	count, whole := n.whole()
	if n.rough || !whole || count < 1 || count > 9999 {
		return Slot{}, false
	}
	value := strconv.FormatInt(count, 10)
	after := t.spaces(n.end)
	if end, ok := t.measure(after); ok {
		if !t.goods(n, end) {
			return Slot{}, false
		}
		return t.slot(SlotQuantity, value, n.start, end)
	}
	if start, ok := t.before(n.start, qtyWords); ok && !letter(t.at(n.end)) {
		return t.slot(SlotQuantity, value, start, n.end)
	}
	if t.multiplier(n.start-1) && !letter(t.at(n.end)) {
		return t.slot(SlotQuantity, value, n.start-1, n.end)
	}
	if end := t.word(after); end > after && after > n.end {
		w := string(t.r[after:end])
		if countedNouns[w] {
			return t.slot(SlotQuantity, value, n.start, end)
		}
		if w == "of" {
			if last, ok := t.wordIn(t.spaces(end), "them", "these", "those", "the"); ok {
				return t.slot(SlotQuantity, value, n.start, last)
			}
		}
	}
	return Slot{}, false
}

// multiplier tells the x of "x2" and the * of "*2" at i.
func (t *text) multiplier(i int) bool {
	c := t.at(i)
	return (c == 'x' || c == '*') && !alnum(t.at(i-1)) && t.at(i-1) != '*'
}

// goods tells whether number and measure word (which ends at end) count goods.
func (t *text) goods(n number, end int) bool {
	if c := t.at(end - 1); letter(c) {
		return !letter(t.at(end))
	}
	if _, no := t.any(end, notGoods[t.at(end-1)]); no {
		return false
	}
	if n.value != one {
		return !(n.value == 3*one && t.at(end-1) == '包' && t.before2(n.start, "国家", "享受"))
	}
	if _, no := t.before(n.start, notOne); no {
		return false
	}
	if t.at(end-1) == '个' && !n.arabic {
		_, yes := t.before(n.start, onlyOne)
		return yes
	}
	return t.at(end-1) != '把' && t.at(end-1) != '对' && t.at(end-1) != '片' || n.arabic
}

func (t *text) before2(i int, words ...string) bool {
	_, ok := t.before(i, words)
	return ok
}

// pairOf reads 俩 and 仨: two and three of something, but not 我们俩.
func (t *text) pairOf(i int) (Slot, bool) {
	if t.before2(i, "们", "咱", "你", "他", "她", "我", "夫妻", "这", "那") {
		return Slot{}, false
	}
	value := "2"
	if t.r[i] == '仨' {
		value = "3"
	}
	return t.slot(SlotQuantity, value, i, i+1)
}
