package pack

import (
	"regexp"
	"strings"
	"sync"
)

// chineseOf says in Chinese what is wrong with a pack: the English form, with the verbs of fmt, beside the Chinese one, in
// which {1} is the first value. What the parsers of YAML and of conditions say is theirs: it stands after what we say.
var chineseOf = [][2]string{
	{`%q is no reason above that stands for facts of its own; name one`, `上方没有可独立成立的原因 {1}，请写一个`},
	{`only a complaint can be about an earlier request; leave it out`, `只有投诉才能针对先前的申请，请去掉这一项`},
	{`name the kinds of case that the pack serves, of %s`, `请写明规则包适用的售后类型，可选：{1}`},
	{`%d is out of range; use 1 to 100, or leave it out`, `{1} 超出范围，请填 1 到 100，或不写`},
	{`%d is out of range; use 1 to 3650, or leave it out`, `{1} 超出范围，请填 1 到 3650，或不写`},
	{`%d is out of range; use 1 to 100`, `{1} 超出范围，请填 1 到 100`},
	{`%d is out of range; use 1 to 5`, `{1} 超出范围，请填 1 到 5`},
	{`%d is not a percentage; use 0 to 100`, `{1} 不是百分比，请填 0 到 100`},
	{`%d is negative`, `{1} 是负数，请填 0 或更大的数`},
	{`a pack needs at least one reason`, `规则包至少要有一个售后原因`},
	{`the reason %q stands above already; give each its own code`, `原因 {1} 上面已经有了，每个原因要有自己的代码`},
	{`there is no group %q above; write the group first, with group: true`, `上面没有分组 {1}，请先写分组（group: true）`},
	{`the reason %q needs kinds and phases, or nobody can choose it`, `原因 {1} 缺少 kinds 和 phases，没有人能选到它`},
	{`only a refund without a return goes different ways; leave it out`, `只有仅退款才区分货物状态，请去掉这一项`},
	{`a no-reason reason needs window_days: the law gives 7`, `无理由的原因必须写 window_days，法律规定是 7 天`},
	{`the rule needs a condition in when, or it refuses every case`, `这条规则缺少条件（when），否则会拒绝所有售后`},
	{`there is no fault %q; use window_over, not_returnable, kind_not_possible or another of the catalogue`, `没有错误码 {1}，请用 window_over、not_returnable、kind_not_possible 或目录里的其他代码`},
	{`there is no such step; use one of %s`, `没有这个环节，可选：{1}`},
	{`the step is missing; every step needs a deadline with its default action`, `缺少这个环节：每个环节都要写期限和到期后的处理`},
	{`write how long the wait is, e.g. %s`, `请写等待的时长，例如 {1}`},
	{`working days are whole days; write e.g. 7d`, `工作日只能是整天，例如 7d`},
	{`reminders ascend and come before the deadline`, `提醒时间要从小到大，并且早于期限`},
	{`the last variant must hold always; leave its when out`, `最后一行必须总是成立，请去掉它的 when`},
	{`the last variant must hold always; leave its kinds out`, `最后一行必须总是成立，请去掉它的 kinds`},
	{`there is no reason %q in this pack`, `这个规则包里没有原因 {1}`},
	{`liability %s has no row without conditions; add one as its last`, `责任方 {1} 没有无条件的一行，请在最后加一行`},
	{`it is above second_above, where two people must look; use less`, `高于 second_above（需要两人审批的金额），请写小一些`},
	{`there is no such difference; use one of %s`, `没有这种不符情形，可选：{1}`},
	{`the difference needs a percentage that holds always, as its last row`, `这种不符情形的最后一行必须是总是成立的百分比`},
	{`it is missing; write it`, `缺少内容，请补上`},
	{`write it in both languages, as {zh: ..., en: ...}`, `请用两种语言写，格式为 {zh: ..., en: ...}`},
	{`%q is not known here; use one of %s`, `{1} 在这里不认识，可选：{2}`},
	{`the row needs below, the amount up to which nobody is asked`, `这一行缺少 below，即不再询问的金额上限`},
	{`write %s, and nothing else, as a number of 1 to 3650`, `请只写 {1}，取 1 到 3650 的数`},
	{`a row without categories holds for all and must be the last`, `没有类目的一行适用于所有商品，必须放在最后`},
	{`the table needs a last row without categories, which holds for all others`, `表格最后要有一行不写类目，适用于其余商品`},
	{`counts are 1 or more; leave out what does not matter`, `次数要写 1 或更大，不需要的请不写`},
	{`every row but the last names a count; the last names none and holds for everybody else`, `除最后一行外都要写次数；最后一行不写，适用于其余的人`},
	{`points may be ordered, so write at most how many`, `判定可以给积分，请写最多多少`},
	{`coupons may be ordered, so write at most how much one is worth`, `判定可以给优惠券，请写单张最高金额`},
	{`the condition is longer than %d characters; split the rule`, `条件超过 {1} 个字符，请拆成几条规则`},
	{`%q does not compile at column %d: %s`, `条件 {1} 在第 {2} 列有误：{3}`},
	{`%q gives %s; a condition must give true or false`, `条件 {1} 的结果是 {2}，条件只能得出真或假`},
	{`%q cannot be prepared: %s`, `条件 {1} 无法使用：{2}`},
	{`make the language of conditions: %s`, `条件语言无法准备：{1}`},
	{`there is no built-in pack %q; the built-in packs are %s`, `没有内置规则包 {1}，内置的有：{2}`},
	{`the pack is larger than %d bytes; make it smaller`, `规则包超过 {1} 字节，请精简`},
	{`the pack has %d YAML documents; write one, or a base and what extends it`, `规则包有 {1} 个 YAML 文档，请只写一个，或基础包加上对它的扩展`},
	{`it lies over the pack %q; write extends: %s`, `它扩展的是规则包 {1}，请写 extends: {2}`},
	{`the pack %q has no such step; use one of %s`, `规则包 {1} 没有这个环节，可选：{2}`},
	{`%q is not a length of time; write it as 5s, 30m, 48h or 7d`, `{1} 不是时长，请写成 5s、30m、48h 或 7d`},
	{`%q is not an amount; write it as "500.00"`, `{1} 不是金额，请写成 "500.00"`},
	{`%q is not a window; write it as "09:00-18:00"`, `{1} 不是时段，请写成 "09:00-18:00"`},
	{`%d to %d is not a span of the day; use minutes with 0 ≤ from < to ≤ 1440`, `{1} 到 {2} 不是一天内的时段，请保证 0 ≤ 开始 < 结束 ≤ 1440 分钟`},
	{`begins before the window above it ends; put them in ascending order without overlap`, `与上一个时段重叠，请按先后顺序写，不要重叠`},
	{`%d is not a weekday; use 0 (Sunday) to 6 (Saturday)`, `{1} 不是星期，请用 0（周日）到 6（周六）`},
	{`%q is not a date; write it as 2026-10-01`, `{1} 不是日期，请写成 2026-10-01`},
	{`%q is not a fixed offset; write it as "+08:00" or "UTC"`, `{1} 不是固定时差，请写成 "+08:00" 或 "UTC"`},
	// the parser of YAML
	{`sequence was used where mapping is expected`, `这里应写成“键: 值”，而不是列表`},
	{`mapping was used where sequence is expected`, `这里应写成列表（- 开头），而不是“键: 值”`},
	{`unknown field %q`, `不认识的字段 {1}，请检查拼写`},
	{`mapping key %q already defined at %s`, `键 {1} 已在 {2} 写过，请只写一次`},
	{`cannot unmarshal %s into Go struct field %s of type %s`, `值的类型不对（{1}），请检查这一项的写法`},
	{`cannot unmarshal %s into Go value of type %s`, `值的类型不对（{1}），请检查这一项的写法`},
}

var placeholder = regexp.MustCompile(`\{[1-9]\}`)

type problemText struct {
	english *regexp.Regexp
	chinese string
}

var problemTexts = sync.OnceValue(func() []problemText {
	texts := make([]problemText, len(chineseOf))
	forms := strings.NewReplacer(`%q`, `("(?:[^"\\]|\\.)*")`, `%d`, `(-?\d+)`, `%s`, `(.*)`)
	for i, pair := range chineseOf {
		texts[i] = problemText{regexp.MustCompile(`^(?s:` + forms.Replace(regexp.QuoteMeta(pair[0])) + `)$`), pair[1]}
	}
	return texts
})
