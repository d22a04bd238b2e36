package nlu

import "strings"

// Mood is how somebody writes.
type Mood struct {
	Anger   float64 // 0 calm to 1 furious
	Urgency float64 // 0 no hurry to 1 at once
}

// Words of anger and hurry with their weight. They are looked for in the normalised text.
var (
	angry = map[string]float64{
		"垃圾": .6, "骗子": .7, "骗人": .6, "欺骗": .6, "坑人": .6, "太坑": .5, "坑爹": .6, "黑店": .6, "无语": .4, "气死": .7, "生气": .5, "火大": .6,
		"恶心": .5, "差评": .4, "投诉": .4, "曝光": .5, "12315": .6, "消协": .6, "起诉": .6, "报警": .6, "忽悠": .5, "敷衍": .5, "推卸": .5, "踢皮球": .6,
		"什么态度": .6, "什么玩意": .6, "滚": .7, "他妈": .8, "tmd": .8, "妈的": .8, "傻": .5, "有病": .6, "要脸": .6, "过分": .5, "离谱": .4, "忍无可忍": .8,
		"受够": .6, "再也不": .4, "失望": .4, "退一赔三": .5, "假货": .4, "到底": .3, "凭什么": .5, "都几天": .3, "一直不": .3, "没人管": .5, "没人理": .5,
		"scam": .7, "fraud": .6, "ridiculous": .6, "unacceptable": .6, "disgusting": .6, "terrible": .5, "awful": .5, "worst": .6, "useless": .5,
		"furious": .8, "angry": .6, "fed up": .6, "sick of": .6, "joke": .3, "liar": .7, "lied": .5, "rip off": .6, "ripoff": .6, "wtf": .7, "damn": .4,
		"never again": .5, "disappointed": .4, "complain": .3, "lawyer": .6, "sue ": .6, "police": .5, "trading standards": .6, "chargeback": .5, "garbage": .6, "rubbish": .5,
	}
	urgent = map[string]float64{
		"急": .6, "马上": .5, "立刻": .6, "立即": .6, "赶紧": .6, "尽快": .4, "快点": .5, "赶快": .6, "今天": .3, "今晚": .4, "等着用": .6, "来不及": .6, "救命": .6,
		"现在就": .5, "火速": .7, "催": .3, "明天要": .5, "结婚": .2, "生日": .2, "出差": .3,
		"urgent": .7, "asap": .7, "immediately": .6, "right now": .6, "right away": .6, "today": .3, "tonight": .4, "hurry": .6, "quickly": .4, "emergency": .7,
		"as soon as possible": .6, "by tomorrow": .5, "need it for": .4, "wedding": .2, "birthday": .2,
	}
)

// MoodOf reads the mood of a text from its words, its exclamation marks and its shouting. It is a hint for people and
// for the queue, never a reason to refuse or to pay.
func MoodOf(text string) Mood {
	plain := string(fold(text))
	m := Mood{Anger: weigh(plain, angry), Urgency: weigh(plain, urgent)}
	if marks := strings.Count(plain, "!"); marks > 1 {
		m.Anger = together(m.Anger, min(.15*float64(marks), .6))
		m.Urgency = together(m.Urgency, min(.1*float64(marks), .4))
	}
	if shouting(text) {
		m.Anger = together(m.Anger, .4)
	}
	return m
}

// weigh joins the weights of the words that occur: 1 - Π(1 - w), so that many weak signs make a strong one.
func weigh(text string, words map[string]float64) float64 {
	calm := 1.0
	for word, weight := range words {
		if strings.Contains(text, word) {
			calm *= 1 - weight
		}
	}
	return 1 - calm
}

func together(a, b float64) float64 { return 1 - (1-a)*(1-b) }

// shouting: at least ten letters, nearly all of them capitals.
func shouting(text string) bool {
	letters, capitals := 0, 0
	for _, c := range text {
		if c >= 'a' && c <= 'z' {
			letters++
		} else if c >= 'A' && c <= 'Z' {
			letters, capitals = letters+1, capitals+1
		}
	}
	return letters >= 10 && capitals*10 >= letters*8
}

// fold is a text with every character as Fold sees it; digits stay.
func fold(text string) []rune {
	runes := make([]rune, 0, min(len(text), maxRunes))
	for _, c := range text {
		if len(runes) == maxRunes {
			break
		}
		if !invisible(c) {
			runes = append(runes, Fold(c))
		}
	}
	return runes
}
