package dialogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"aftersales/bot/nlu"
)

// move is what a message does to the conversation, besides what it says.
type move int

const (
	moveTell move = iota // it says something
	moveYes
	moveNo
	moveCancel
	moveSkip
	moveRepeat
	moveHandOff
)

// Whole messages, folded, without marks and the particles at their end.
var (
	yeses = words("好 好的 好呀 好啊 可以 行 行的 对 对的 是 是的 嗯 嗯嗯 嗯可以 嗯好 没错 确认 确定 同意 没问题 就这样 就这样吧 就它 就这个 ok okay okk 可以的 好滴 好嘞 中 要 需要 提交 提交吧 办吧 就这么办 麻烦了 嗯对 对对 " +
		"yes|yep|yeah|yup|sure|ok|okay|correct|right|confirm|confirmed|please do|go ahead|do it|that's right|thats right|sounds good|yes please|that's correct|fine|perfect|submit|y|alright|great|good")
	noes    = words("不 不是 不对 错了 不行 不可以 不同意 不要 否 不确认 先不 有误 不准确 搞错了 弄错了 no|nope|nah|wrong|not right|that's wrong|thats wrong|incorrect|not correct|n|not that")
	cancels = words("算了 不用了 不弄了 不办了 取消 取消吧 不退了 不换了 不修了 不投诉了 先不弄了 先算了 还是算了 算了不退了 算了不换了 不需要了 没事了 放弃 撤销 停 不申请了 我再想想 再想想 " +
		"never mind|nevermind|forget it|cancel|cancel that|cancel it|stop|don't bother|no need|not needed anymore|leave it|drop it|i changed my mind")
	skips   = words("跳过 不知道 不清楚 没有 没有照片 没照片 拍不了 稍后 晚点发 等会发 没拍 随便 都行 都可以 无 不填 skip|i don't know|idk|don't know|none|no photo|no photos|no picture|no pictures|later|not now|anything|any|nothing")
	repeats = words("再说一遍 没看懂 什么意思 啥意思 没明白 重复一下 再讲一遍 刚才说什么 say that again|repeat|pardon|what do you mean|come again|what|sorry")
	persons = words("人工 转人工 人工客服 找人工 真人 客服 要人工 我要人工 我要找人工 叫人来 转接人工 人工服务 human|agent|real person|talk to a human|speak to someone|representative|talk to a person|live agent|speak to a human")
)

// words splits a list: by blanks, and by bars where a phrase has blanks of its own.
func words(list string) map[string]bool {
	all := map[string]bool{}
	chinese, english := list, ""
	if at := strings.IndexFunc(list, func(c rune) bool { return c == '|' }); at >= 0 {
		cut := strings.LastIndexByte(list[:at], ' ')
		for cut > 0 && isLatin(list[cut-1]) { // the first English phrase may have blanks
			cut = strings.LastIndexByte(list[:cut], ' ')
		}
		chinese, english = list[:cut+1], list[cut+1:]
	}
	for _, word := range strings.Fields(chinese) {
		all[word] = true
	}
	for _, phrase := range strings.Split(english, "|") {
		if phrase = strings.TrimSpace(phrase); phrase != "" {
			all[phrase] = true
		}
	}
	return all
}

func isLatin(b byte) bool { return b < 0x80 && unicode.IsLetter(rune(b)) }

// bare is a message without marks, blanks at its ends, and particles such as 吧 or 哦; folded.
func bare(text string) string {
	folded := strings.Map(func(c rune) rune {
		c = nlu.Fold(c)
		if c == '\'' || unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return ' '
	}, text)
	folded = strings.Join(strings.Fields(folded), " ")
	for _, prefix := range []string{"亲", "那", "嗯 ", "哦 ", "啊 ", "oh ", "well ", "um "} {
		folded = strings.TrimSpace(strings.TrimPrefix(folded, prefix))
	}
	for range 2 {
		for _, particle := range []string{"吧", "哦", "啊", "呀", "哈", "了哈", "呢", "啦", "嘛", "亲", "谢谢", " thanks", " please", " thank you"} {
			if rest := strings.TrimSuffix(folded, particle); rest != "" {
				folded = strings.TrimSpace(rest)
			}
		}
	}
	return folded
}

// moveOf reads a message as a move. asked is what the bot waits for.
func moveOf(text, asked string, inForm bool) move {
	said := bare(text)
	compact := strings.ReplaceAll(said, " ", "")
	half := compact[:len(compact)/2]
	if half+half == compact {
		compact = half // 可以可以
	}
	is := func(list map[string]bool) bool { return list[said] || list[compact] }
	switch {
	case said == "":
		return moveTell
	case is(persons):
		return moveHandOff
	case is(repeats):
		return moveRepeat
	case inForm && is(cancels):
		return moveCancel
	case asked == Confirm && is(yeses):
		return moveYes
	case asked == Confirm && is(noes):
		return moveNo
	case inForm && is(skips):
		return moveSkip
	}
	return moveTell
}

// begins with a yes, and goes on: "可以，明天下午来取".
func beginsWithYes(text string) bool {
	head := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("，,。.！!；; ", c) })
	return len(head) > 1 && yeses[bare(head[0])] || endsWithYes(head)
}

func endsWithYes(parts []string) bool {
	return len(parts) > 1 && yeses[bare(parts[len(parts)-1])]
}

// isQuestion tells whether a message asks something.
func isQuestion(text string) bool {
	folded := " " + strings.Map(nlu.Fold, text) + " "
	if strings.ContainsRune(folded, '?') {
		return true
	}
	return slices.ContainsFunc(asking, func(sign string) bool { return strings.Contains(folded, sign) })
}

var asking = []string{
	"吗", "谁", "怎么", "如何", "多少", "几天", "多久", "什么时候", "啥时候", "哪里", "哪儿", "为什么", "为啥", "能不能", "可不可以", "是不是", "有没有", "多大", "几号", "要不要", "咋",
	" how ", " who ", " when ", " what ", " where ", " why ", " which ", " can i ", " do i ", " is there ", " does ", " will ", " is it ", " are there ", " could you ",
}

// Signs that somebody wants something else than the form that is open, by intent.
var namesIntent = map[string][]string{
	"exchange":         {"换货", "换一", "换个", "换成", "想换", "要换", "exchange", "swap", "replacement"},
	"return_refund":    {"退货", "退掉", "退了", "想退", "要退", "退回", "退！", "退!", "退两", "退一", "给退", "return", "send it back", "sending it back"},
	"refund_only":      {"仅退款", "只退款", "退款", "退钱", "退我", "refund", "money back"},
	"repair":           {"维修", "修一", "修理", "保修", "repair", "fix it", "warranty"},
	"complaint":        {"投诉", "举报", "complain", "complaint"},
	"price_protection": {"价保", "保价", "差价", "降价", "price match", "price drop", "price difference"},
	"cancel_order":     {"取消订单", "不买了", "取消这单", "cancel the order", "cancel my order"},
	"change_address":   {"改地址", "换地址", "地址写错", "change the address", "change address"},
}

// names tells whether a text names what an intent does.
func names(text, intent string) bool {
	folded := strings.Map(nlu.Fold, text)
	return slices.ContainsFunc(namesIntent[intent], func(sign string) bool { return strings.Contains(folded, sign) })
}

var turning = []string{"算了", "还是", "直接", "改成", "改为", "不换了", "不退了", "不修了", "干脆", "那就", "instead", "actually", "rather", "forget", "just "}

// switches tells that a message leaves the open form for another intent: it names that intent, and turns away or is
// sure of it.
func switches(text, open, intent string, confidence float64) bool {
	folded := strings.Map(nlu.Fold, text)
	has := func(sign string) bool { return strings.Contains(folded, sign) }
	if intent == open || !slices.ContainsFunc(namesIntent[intent], has) {
		return false
	}
	if slices.ContainsFunc(turning, has) {
		return true
	}
	return confidence >= nlu.Sure && !isQuestion(text) && !slices.ContainsFunc(namesIntent[open], has)
}

// ordinal reads "2", "第二个", "the second one": which of what was offered, counted from 0.
func ordinal(text string) (int, bool) {
	said := strings.ReplaceAll(bare(text), " ", "")
	for _, prefix := range []string{"就", "选", "我选", "我要", "要", "第", "the", "number", "no", "option"} {
		said = strings.TrimPrefix(said, prefix)
	}
	for _, suffix := range []string{"个", "双", "件", "条", "款", "单", "项", "号", "one"} {
		said = strings.TrimSuffix(said, suffix)
	}
	if n, err := strconv.Atoi(said); err == nil && n >= 1 && n <= 9 {
		return n - 1, true
	}
	for _, names := range [][]string{
		{"一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"},
	} {
		if at := slices.Index(names, said); at >= 0 {
			return at, true
		}
	}
	return 0, false
}
