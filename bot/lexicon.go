package bot

// lexicon holds the words in which customers give a reason, by reason code of the default policy pack. Simplified
// characters, lower case, half width. A code that a pack does not have is skipped or stands in (see standIns);
// a code of a pack that is not here is still matched by its labels.
var lexicon = map[string][]string{
	"no_reason": {"七天无理由", "7天无理由", "无理由", "不想要了", "不想要", "不要了", "不需要了", "不需要", "用不上了", "用不上", "用不到", "用不着", "不喜欢", "不是很喜欢", "不太喜欢",
		"不太想要", "后悔", "没看上", "看不上", "没看中", "不满意", "不太满意", "不好看", "难看", "太丑", "好丑", "丑死", "买贵了", "买后悔", "冲动", "别家便宜", "别的地方便宜", "降价了",
		"不适合我", "不合我", "不合心意", "改主意", "改变主意", "家里有了", "已经有了", "重复了", "没什么原因", "没啥原因", "没有原因", "个人原因", "自己原因", "单纯不想", "不中意", "不值", "颜色不喜欢", "款式不喜欢", "没用了", "不想买了",
		"changed my mind", "change my mind", "change of mind", "don't want", "dont want", "do not want", "didn't want", "no longer want", "no longer wanted", "no longer need", "don't need", "dont need",
		"not needed", "don't like", "dont like", "didn't like", "do not like", "no reason", "no longer needed", "not my style", "regret", "found it cheaper", "found a cheaper", "cheaper elsewhere", "already have one", "unwanted"},
	"wrong_size": {"尺码不合适", "尺码不对", "尺寸不合适", "尺寸不对", "尺码不合", "大小不合适", "大小不合", "码数不对", "码数不合适", "不合身", "不合适", "不合脚", "太大了", "太大", "太小了", "太小", "大了一码", "小了一码", "大了点", "小了点", "偏大", "偏小", "买大了", "买小了", "穿不下", "穿不进", "穿不上", "穿不了",
		"太紧", "有点紧", "太松", "有点松", "太长", "太短", "勒得慌", "勒脚", "挤脚", "顶脚", "规格不合适", "规格不对", "size不对", "size不合", "size大", "size小", "装不下", "装不上", "放不下", "型号不合", "型号不对", "尺码", "号大了", "号小了", "大了", "小了", "穿着大", "穿着小",
		"wrong size", "too big", "too small", "too tight", "too loose", "too large", "too long", "too short", "doesn't fit", "doesnt fit", "does not fit", "didn't fit", "don't fit", "dont fit", "do not fit", "not fit", "size issue", "size problem", "fit me"},
	"ordered_wrong": {"拍错", "买错", "下错单", "下错", "点错", "选错", "订错", "多拍", "多买", "拍多了", "买多了", "拍重了", "重复下单", "重复拍", "重复购买", "手滑", "下重了", "拍了两次", "点了两次", "不小心点", "不小心拍", "不小心买", "不小心下", "下了两单",
		"ordered by mistake", "by mistake", "by accident", "accidentally ordered", "ordered the wrong", "ordered wrong", "wrong one by mistake", "ordered twice", "bought the wrong", "duplicate order", "ordered too many", "accidentally bought", "picked the wrong"},
	"quality": {"质量问题", "质量有问题", "质量不好", "质量太差", "质量很差", "质量差", "质量不行", "质量堪忧", "质量真差", "质量也太", "质量", "次品", "残次", "瑕疵", "有毛病", "坏了", "坏的", "是坏", "故障", "不能用", "用不了", "没法用", "无法使用", "不好用", "不好使", "失灵",
		"没反应", "无反应", "不亮", "不转", "不工作", "不制冷", "不制热", "不通电", "充不进", "充不上", "充不了", "开不了机", "开不了", "开不机", "打不开", "连不上", "黑屏", "花屏", "死机", "卡死", "闪退", "自动关机", "漏电", "漏水", "漏气", "漏液", "漏油", "掉色", "褪色", "染色", "起球", "开线", "脱线", "线头", "开胶", "脱胶", "掉漆",
		"掉皮", "起皮", "脱皮", "缩水", "异味", "味道大", "味道太", "味道冲", "气味", "有味", "好大味", "味道很大", "刺鼻", "难闻", "臭", "发霉", "霉了", "变质", "过期", "馊", "过敏", "起疹", "生锈", "有杂音", "杂音", "噪音", "异响", "断了", "掉了", "接触不良", "松动", "粗糙", "做工差", "做工太差", "薄得", "用了一次就", "用两天就", "没几天就", "散架", "烧了", "冒烟", "发烫", "穿一次就", "洗一次就",
		"quality", "poor quality", "bad quality", "quality issue", "quality problem", "faulty", "defective", "defect", "doesn't work", "doesnt work", "does not work", "not working", "isn't working", "didn't work", "don't work", "stopped working", "won't turn on", "wont turn on", "doesn't turn on", "won't charge", "wont charge",
		"doesn't charge", "malfunction", "malfunctioning", "stopped charging", "leaking", "leaks", "smells", "smell", "expired", "mouldy", "moldy", "fell apart", "falling apart", "came apart", "dead", "flickers", "overheats", "peeling", "fades", "faded", "shrunk", "broke after", "stitching"},
	"not_as_described": {"与描述不符", "描述不符", "和描述不", "跟描述不", "与描述", "和描述的不", "图文不符", "货不对板", "货不对版", "实物不符", "与实物不符", "和图片不", "跟图片不", "和图片", "跟图片", "和照片", "跟照片", "和页面", "与页面", "和宣传", "与宣传", "虚假宣传", "夸大宣传", "色差", "和介绍", "跟介绍", "跟说的不", "和说的不", "材质不符", "材质不对", "不是纯棉", "不是真皮",
		"参数不符", "参数不对", "颜色不一样", "颜色跟图", "颜色和图", "与图片不", "图片不符", "功能不符", "没有宣传的", "容量不足", "容量不够", "虚标", "描述说", "描述写", "页面写", "详情写", "宣传说", "介绍说", "标的是", "照骗", "买家秀", "不一样", "名不副实",
		"not as described", "not as advertised", "different from the description", "different from the picture", "different from the photo", "different from the pictures", "different from the photos", "differs from", "doesn't match", "doesnt match", "does not match", "don't match", "not like the picture", "looks different", "nothing like", "misleading", "not what was described", "description"},
	"wrong_item": {"发错货", "发错了", "发错", "错发", "寄错", "送错", "发成了", "发来的是", "你们发的", "发的是", "寄来的是", "收到的是", "来的是", "货发错", "不是我买的", "不是我拍的", "不是我要的", "不是我下单的", "不是我订的", "收到的不是", "颜色发错", "尺码发错", "型号发错", "货不对", "别人的", "发了个别的", "给我发的是", "怎么发", "款式不对", "颜色不对",
		"wrong item", "wrong product", "wrong colour", "wrong color", "wrong one", "wrong thing", "sent me the wrong", "sent the wrong", "got the wrong", "received the wrong", "shipped the wrong", "not what i ordered", "isn't what i ordered", "different item", "someone else's", "wrong model", "instead of the"},
	"damaged": {"破损", "收到时已破损", "破了", "破的", "碎了", "碎的", "全碎", "摔坏", "摔碎", "压坏", "压扁", "压变形", "变形", "挤坏", "磕坏", "磕碰", "凹了", "凹进", "凹陷", "瘪了", "裂了", "裂开", "裂缝", "裂痕", "裂纹", "有裂", "碎成", "烂了", "烂的", "划痕", "刮花", "刮痕", "划伤", "损坏", "有损", "弯了", "洒了", "漏了一箱", "包装破", "盒子破", "外包装坏", "运输坏", "路上坏", "有个洞", "破洞", "缺口", "屏幕碎", "撞坏", "到手就碎", "断裂",
		"damaged", "damage", "arrived broken", "came broken", "broken", "cracked", "crack", "shattered", "smashed", "dented", "dent", "scratched", "scratches", "scratch", "torn", "chipped", "crushed", "bent", "in pieces", "ripped"},
	"missing_parts": {"少件", "缺件", "缺配件", "少配件", "少了", "少发", "漏发", "漏装", "没发全", "没给全", "不全", "缺少", "少一", "缺一", "缺了", "少个", "缺个", "没有配件", "配件没", "没有说明书", "没说明书", "没有充电器", "没有螺丝", "没螺丝", "没充电器", "赠品没", "没有赠品", "没赠品", "数量不对", "数量不够", "没有遥控器", "只收到一", "只有一只", "只发了", "差一", "少给", "少装", "没放",
		"missing", "parts missing", "incomplete", "not complete", "not included", "didn't include", "wasn't included", "wasn't in the box", "not in the box", "only received one", "only got one", "one short", "left out", "no charger", "no manual", "no screws"},
	"counterfeit": {"假货", "假的", "是假", "假冒", "冒牌", "仿品", "仿的", "高仿", "山寨", "盗版", "不是正品", "非正品", "不像正品", "不是真货", "鉴定", "验货不过", "验真", "假一赔", "售假", "a货", "莆田", "不是原装", "扫码查不到", "防伪",
		"counterfeit", "fake", "knockoff", "knock-off", "not genuine", "isn't genuine", "not authentic", "isn't authentic", "not original", "replica", "imitation", "pirated"},
	"late_delivery": {"发货慢", "发货太慢", "发货晚", "不发货", "没发货", "还没发货", "还不发货", "还没发", "没发出", "才发货", "没动静", "未发货", "迟迟", "拖了", "延迟发货", "延迟", "等太久", "等不及", "等不了", "太慢了", "超时", "未按约定", "晚发", "一直不发", "没按时",
		"too late", "late delivery", "arrived late", "came late", "sent late", "late", "delayed", "delay", "took too long", "took forever", "taking forever", "too slow", "taking too long", "not shipped", "hasn't shipped", "still hasn't shipped"},
	"not_received": {"没收到", "没有收到", "未收到", "收不到", "没到货", "还没到", "一直没到", "丢件", "丢了", "弄丢", "快递丢", "显示签收", "没签收",
		"not received", "never arrived", "didn't arrive", "hasn't arrived", "not arrived", "never received", "haven't received", "didn't receive", "never came", "lost in transit", "lost parcel", "lost package"},
	"agreed": {"协商一致", "商量好", "说好了", "商家同意", "卖家同意", "店家同意", "客服同意", "客服让我", "商家让我", "卖家让我", "店家让", "跟商家说", "和商家说", "跟客服说好", "协商好", "谈好了", "已协商",
		"agreed with", "agreed", "seller told me", "merchant told me", "seller said", "seller asked me", "shop told me", "seller agreed", "they told me to"},
	"other": {"其他原因", "其它原因", "别的原因", "其他", "其它", "以上都不是", "都不是", "另外的原因", "other reason", "another reason", "something else", "none of these", "none of the above", "other"},
}

// standIns says which reason stands in for one that a pack does not offer: the pack may be coarser than the lexicon.
var standIns = map[string][]string{
	"wrong_size":       {"size", "no_reason"},
	"ordered_wrong":    {"no_reason"},
	"damaged":          {"quality"},
	"quality":          {"defective", "faulty", "damaged"},
	"no_reason":        {"change_of_mind", "seven_days", "dislike"},
	"not_as_described": {"description_mismatch"},
	"missing_parts":    {"missing", "missing_item", "short"},
	"wrong_item":       {"wrong"},
	"counterfeit":      {"fake"},
	"not_received":     {"lost"},
	"late_delivery":    {"late"},
}

// Words that turn a mention round, before it and behind it.
var (
	negators    = []string{"不是", "没有", "并非", "不属于", "不算", "不存在", "没", "非", "别", "无关", "无", "没啥", "也不", "不"}
	noFollows   = []string{"没问题", "没有问题", "没毛病", "没啥问题", "没什么问题", "倒是没", "挺好", "不错", "很好", "还可以", "还行", "可以的", "都好", "都挺好", "倒挺好", "是好的", "没的说", "也没问题", "也还行", "倒还行", " is fine", " is ok", " is good", " is great", " is not the", " isn't the", " was fine", " is okay", " are fine"}
	alternation = []string{"或者", "或", "和", "、", "也不是", "跟", "也没", "也没有", " or ", " nor ", "还是", "，也不是", "，也没有", ", nor "}
	corrections = []string{"就是", "而是", "其实", "其实是", "主要", "主要是", "实际", "实际上", "是因为", "单纯", "纯粹", "应该是", "只是", "算是", "算", "改成", "选", "更正", "说错了", "我是", "，是", ",是", "actually ", "actually it's ", "but ", "just ", "i just ", "it's ", "it is ", "rather ", "because ", "mainly ", "simply "}
	negations   = map[string]bool{"not": true, "isn't": true, "isnt": true, "wasn't": true, "wasnt": true, "no": true, "nothing": true, "never": true, "without": true, "aren't": true, "ain't": true}
	turnings    = map[string]bool{"but": true, "just": true, "rather": true, "actually": true, "it's": true, "because": false}
)
