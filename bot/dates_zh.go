package bot

import "time"

var relativeDays = []struct {
	word string
	days int
	part part
}{
	{"大前天", -3, noPart}, {"前天", -2, noPart}, {"昨天", -1, noPart}, {"昨日", -1, noPart}, {"昨晚", -1, evening}, {"昨夜", -1, evening}, {"昨儿", -1, noPart}, {"昨个", -1, noPart},
	{"今天", 0, noPart}, {"今日", 0, noPart}, {"今晚", 0, evening}, {"今早", 0, morning}, {"今儿", 0, noPart}, {"今个", 0, noPart},
	{"明天", 1, noPart}, {"明日", 1, noPart}, {"明早", 1, morning}, {"明晚", 1, evening}, {"明儿", 1, noPart}, {"明个", 1, noPart},
	{"大后天", 3, noPart}, {"后天", 2, noPart}, {"后日", 2, noPart},
}

var weekDays = map[rune]time.Weekday{'一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '日': 0, '天': 0, '末': 6,
	'1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6, '7': 0}

// notADay follows a 号 that names something else than a day of the month.
var notADay = []string{"电池", "楼", "店", "柜", "线", "码", "色", "仓", "门", "单元", "房", "客服", "链接", "机", "字", "院", "室", "栋", "桌", "球", "钢", "铁", "商", "卡", "线", "款", "货", "品", "码"}

// dayMarks stand behind the number of a day that has no month: "5号来取".
var dayMarks = []string{"来", "取", "收", "买", "到", "签", "下单", "下的", "拍", "发", "的", "寄", "上门", "之前", "以前", "前", "之后", "以后", "后", "左右", "早", "上午", "中午", "下午", "晚", "就", "申请", "能", "可以", "有空", "在家", "派", "送"}

// chineseDay reads 昨天, 上周三, 3月5号, 下个月1号, 三天前, 5号 at i.
func (t *text) chineseDay(i int, today time.Time) (day, bool) {
	for _, w := range relativeDays {
		if end, ok := t.any(i, []string{w.word}); ok {
			if t.at(i) == '后' && (t.at(i-1) == '最' || t.at(i-1) == '以' || t.at(i-1) == '之') {
				return day{}, false
			}
			return day{date: today.AddDate(0, 0, w.days), start: i, end: end, part: w.part}, true
		}
	}
	if d, ok := t.weekDay(i, today); ok {
		return d, true
	}
	if d, ok := t.yearMonthDay(i, today); ok {
		return d, true
	}
	return t.spanAgo(i, today)
}

// weekDay reads 周三, 上周三, 下个星期一, 下下周日, 周末 (its Saturday).
func (t *text) weekDay(i int, today time.Time) (day, bool) {
	j, weeks, named := i, 0, false
	for k := 0; k < 2; k++ {
		switch {
		case t.at(j) == '上' && weeks <= 0:
			weeks, named = weeks-1, true
		case t.at(j) == '下' && weeks >= 0:
			weeks, named = weeks+1, true
		case (t.at(j) == '这' || t.at(j) == '本') && !named:
			named = true
			k = 2
		default:
			k = 2
			continue
		}
		j++
	}
	if named && t.at(j) == '个' {
		j++
	}
	end, ok := t.any(j, []string{"周", "星期", "礼拜"})
	if !ok || t.at(j) == '周' && t.before2(j, "每", "一", "两", "几") && !named || t.before2(i, "每", "每个") {
		return day{}, false
	}
	w, ok := weekDays[t.at(end)]
	if !ok || t.at(end) == '天' && t.at(j) == '周' || t.at(end) == '末' && t.at(j) != '周' {
		return day{}, false
	}
	if digit(t.at(end)) && (digit(t.at(end+1)) || t.at(end+1) == '.') {
		return day{}, false
	}
	if next := t.at(end + 1); next == '年' || next == '岁' || next == '大' && t.at(end) == '末' { // 周三年: not a weekday
		return day{}, false
	}
	d := day{start: i, end: end + 1}
	if named {
		d.date = weekday(today, weeks, w)
	} else {
		d.date = bareWeekday(today, w, t.past(i, d.end))
	}
	return d, true
}

// yearMonthDay reads [year][month]day: 2026年3月5日, 去年12月1号, 三月五号, 下个月1号, 本月5日, 5号.
func (t *text) yearMonthDay(i int, today time.Time) (day, bool) {
	if end, months, ok := t.nearMonth(i); ok {
		d, dayEnd, ok := t.small(end, 31)
		if !ok {
			return day{}, false
		}
		if mark, ok := t.any(dayEnd, []string{"号", "日"}); ok {
			first := time.Date(today.Year(), today.Month()+time.Month(months), 1, 0, 0, 0, 0, china)
			return t.calendarDay(i, mark, first.Year(), int(first.Month()), d)
		}
		return day{}, false
	}
	j, year := t.year(i, today)
	if t.at(j-1) == '年' && t.at(j) == '的' {
		j++
	}
	m, monthEnd, ok := t.small(j, 12)
	if ok && t.at(monthEnd) == '月' {
		next := monthEnd + 1
		if t.at(next) == '份' {
			next++
		}
		d, dayEnd, ok := t.small(t.spaces(next), 31)
		if !ok {
			return day{}, false
		}
		end, marked := t.any(dayEnd, []string{"号", "日"})
		if !marked {
			if _, other := t.measure(dayEnd); other || t.at(dayEnd) == '月' || t.at(dayEnd) == '.' || t.at(dayEnd) == '天' {
				return day{}, false
			}
			end = dayEnd // 3月5买的
		}
		if year != 0 {
			return t.calendarDay(i, end, year, m, d)
		}
		return t.monthDay(i, end, time.Month(m), d, today)
	}
	if year != 0 || t.at(i-1) == '第' {
		return day{}, false
	}
	d, dayEnd, ok := t.small(i, 31)
	if !ok || t.at(dayEnd) != '号' {
		return day{}, false
	}
	if _, other := t.any(dayEnd+1, notADay); other {
		return day{}, false
	}
	_, marked := t.any(dayEnd+1, dayMarks)
	if !marked && !t.clauseEnd(dayEnd+1) && !t.past(i, dayEnd+1) || t.before2(i, "数字", "加", "键", "选") {
		return day{}, false
	}
	return t.dayOfMonth(i, dayEnd+1, d, today)
}

// dayOfMonth makes a day of its number alone: the last one if past, otherwise the nearest of three months.
func (t *text) dayOfMonth(i, end, d int, today time.Time) (day, bool) {
	past := t.past(i, end)
	var best time.Time
	for k := -2; k <= 1; k++ {
		first := time.Date(today.Year(), today.Month()+time.Month(k), 1, 0, 0, 0, 0, china)
		date := first.AddDate(0, 0, d-1)
		if date.Month() != first.Month() || past && date.After(today) {
			continue
		}
		if best.IsZero() || distance(date, today) < distance(best, today) {
			best = date
		}
	}
	return day{date: best, start: i, end: end}, !best.IsZero()
}

// nearMonth reads 上个月, 下月, 本月, 这个月.
func (t *text) nearMonth(i int) (end, months int, ok bool) {
	for _, m := range []struct {
		word   string
		months int
	}{{"上上个月", -2}, {"上个月", -1}, {"上月", -1}, {"下个月", 1}, {"下月", 1}, {"这个月", 0}, {"本月", 0}, {"这月", 0}} {
		if end, ok := t.any(i, []string{m.word}); ok {
			if t.at(end) == '的' {
				end++
			}
			return end, m.months, true
		}
	}
	return i, 0, false
}

// year reads 2026年, 26年, 二零二六年, 今年, 去年; 0 when none is named.
func (t *text) year(i int, today time.Time) (end, year int) {
	for _, y := range []struct {
		word  string
		years int
	}{{"今年", 0}, {"去年", -1}, {"前年", -2}, {"明年", 1}} {
		if end, ok := t.any(i, []string{y.word}); ok {
			return end, today.Year() + y.years
		}
	}
	if end := t.digits(i, 4); end > i && t.at(end) == '年' {
		switch end - i {
		case 4:
			return end + 1, t.int(i, end)
		case 2:
			return end + 1, 2000 + t.int(i, end)
		}
		return i, 0
	}
	y, j := 0, i
	for ; j < i+4; j++ {
		d, ok := chineseDigits[t.at(j)]
		if !ok || t.at(j) == '两' {
			break
		}
		y = y*10 + int(d)
	}
	if t.at(j) == '年' && j-i == 4 {
		return j + 1, y
	}
	return i, 0
}

// small reads a whole number from 1 to limit: 5, 05, 十二, 三十一.
func (t *text) small(i, limit int) (value, end int, ok bool) {
	if digit(t.at(i)) {
		end = t.digits(i, 2)
		if digit(t.at(end)) || digit(t.at(i-1)) {
			return 0, end, false
		}
		value = t.int(i, end)
		return value, end, value >= 1 && value <= limit
	}
	for end = i; end < i+3; end++ {
		c := t.at(end)
		if d, is := chineseDigits[c]; is && c != '零' && c != '〇' && value%10 == 0 && (end == i || t.at(end-1) == '十') {
			value += int(d)
		} else if c == '十' && value < 10 && (end == i || end == i+1) {
			value = max(value, 1) * 10
		} else {
			break
		}
	}
	return value, end, value >= 1 && value <= limit
}

// spanAgo reads 三天前, 2周后, 两个月前, 半个月前. "用了两天后" tells how long, not when.
func (t *text) spanAgo(i int, today time.Time) (day, bool) {
	if !numeral(t.r[i]) && t.r[i] != '半' || t.before2(i, "用了", "用", "过了", "穿了", "穿", "第", "了", "不到", "每") {
		return day{}, false
	}
	var count int
	j := i + 1
	if t.r[i] != '半' {
		n, ok := t.number(i)
		whole, exact := n.whole()
		if !ok || n.rough || !exact || whole > 366 {
			return day{}, false
		}
		count, j = int(whole), n.end
	} else if !t.has(j, "个月") {
		return day{}, false
	}
	var days, months int
	end, ok := t.any(j, []string{"天", "日"})
	switch {
	case ok:
		days = count
	default:
		if end, ok = t.any(j, []string{"周", "个星期", "星期", "个礼拜", "礼拜"}); ok {
			days = 7 * count
		} else if end, ok = t.any(j, []string{"个月"}); ok {
			months = count
			if count == 0 {
				days = 15
			}
		} else {
			return day{}, false
		}
	}
	if back, ok := t.any(end, []string{"之前", "以前", "前"}); ok {
		return day{date: addMonths(today, -months).AddDate(0, 0, -days), start: i, end: back}, true
	}
	if on, ok := t.any(end, []string{"之后", "以后", "后"}); ok {
		return day{date: addMonths(today, months).AddDate(0, 0, days), start: i, end: on}, true
	}
	return day{}, false
}

// addMonths moves by months and stays inside the month: a month before 31 March is 28 or 29 February.
func addMonths(d time.Time, months int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(months), 1, 0, 0, 0, 0, china)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d.Day(), last)-1)
}
