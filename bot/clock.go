package bot

import "time"

// part is a part of the day.
type part int

const (
	noPart part = iota
	night       // 凌晨
	morning
	noon
	afternoon
	dusk
	evening
)

// partHours says when a part of the day begins if no hour is named: a courier asked for 后天下午 may come from 14:00.
var partHours = map[part]time.Duration{night: 0, morning: 9 * time.Hour, noon: 12 * time.Hour, afternoon: 14 * time.Hour, dusk: 17 * time.Hour, evening: 19 * time.Hour}

var partWords = []struct {
	word string
	part part
}{
	{"凌晨", night}, {"半夜", night}, {"早上", morning}, {"上午", morning}, {"早晨", morning}, {"清早", morning}, {"大早", morning}, {"中午", noon}, {"正午", noon},
	{"下午", afternoon}, {"午后", afternoon}, {"傍晚", dusk}, {"晚上", evening}, {"夜里", evening}, {"晚间", evening},
	{"morning", morning}, {"noon", noon}, {"afternoon", afternoon}, {"evening", evening}, {"night", evening},
}

// clock is a time of day at runes [start, end). It is exact when an hour was named.
type clock struct {
	start, end    int
	sinceMidnight time.Duration
	exact         bool
}

// clock reads a time of day at i: 下午3点半, 15:30, 3pm, 上午. after tells that a day was named before it; only then
// do a part of the day alone and "3点" without more count. day is the part that the day's word named (今晚).
func (t *text) clock(i int, named part, after bool) (clock, bool) {
	j, p := i, named
	for _, w := range partWords {
		if end, ok := t.any(i, []string{w.word}); ok && (!letter(t.at(i)) || !letter(t.at(i-1)) && !letter(t.at(end))) {
			j, p = end, w.part
			break
		}
	}
	worded := j > i
	k := j
	if worded {
		k = t.spaces(k)
		if end, ok := t.any(k, []string{"at ", "around "}); ok {
			k = end
		}
	}
	if c, ok := t.hour(k, p, worded || after); ok {
		c.start = i
		return t.until(c, p), true
	}
	if worded && (after || t.orderedBefore(j)) {
		return clock{start: i, end: j, sinceMidnight: partHours[p]}, true
	}
	return clock{}, false
}

// orderedBefore tells "afternoon of the 5th": a part of the day that its day follows.
func (t *text) orderedBefore(j int) bool {
	_, ok := t.any(j, []string{" of ", " on "})
	return ok
}

// hour reads 3点, 3点半, 三点一刻, 3:30, 15:30:00, 3pm, and ranges such as 2-4点, of which the beginning counts.
// Without a part of the day, one to six o'clock is the afternoon: couriers do not come at night.
func (t *text) hour(i int, p part, sure bool) (clock, bool) {
	if !numeral(t.at(i)) || alnum(t.at(i-1)) && !(t.at(i-1) == 't' && digit(t.at(i-2))) || t.at(i-1) == '第' || t.at(i-1) == '.' {
		return clock{}, false
	}
	h, end, ok := t.small(i, 24)
	if !ok {
		if !t.has(i, "0") || !digit(t.at(i)) {
			return clock{}, false
		}
		end = t.digits(i, 2)
		if h = t.int(i, end); h != 0 {
			return clock{}, false
		}
	}
	padded := t.at(i) == '0'
	minutes := 0
	switch {
	case (t.at(end) == ':' || t.at(end) == '：') && digit(t.at(end+1)) && digit(t.at(end+2)) && !digit(t.at(end+3)):
		if minutes = t.int(end+1, end+3); minutes > 59 {
			return clock{}, false
		}
		end += 3
		if t.at(end) == ':' && digit(t.at(end+1)) && digit(t.at(end+2)) {
			end += 3
		}
		if next, ok := t.any(end, []string{"+08:00"}); ok {
			end = next
		} else if t.at(end) == 'z' && !alnum(t.at(end+1)) { // UTC, as programs print it
			at, ok := t.oclock(i, end+1, h, minutes, morning, true)
			at.sinceMidnight += 8 * time.Hour
			return at, ok
		}
		sure = true
	case t.at(end) == '点' && !t.has(end, "点点"):
		end++
		var said bool
		minutes, end, said = t.minutes(end)
		if !said && !sure {
			_, marked := t.any(end, []string{"来", "取", "到", "前", "后", "之前", "以后", "左右", "上门", "送", "以前", "收", "过来"})
			if !marked {
				return clock{}, false
			}
		}
		if t.at(end) == '钱' || t.at(end) == '问' || t.at(end) == '建' || t.at(end) == '原' || t.at(end) == '意' {
			return clock{}, false
		}
		sure = true
	case (t.at(end) == '-' || t.at(end) == '~' || t.at(end) == '到' || t.at(end) == '至') && sure:
		if _, last, ok := t.small(end+1, 24); ok && t.at(last) == '点' {
			return t.oclock(i, last+1, h, 0, p, padded)
		}
		if after, ok := t.pm(end); !ok && after == end {
			return clock{}, false
		}
	default:
		after, ok := t.pm(end)
		if !ok && !(sure && t.atBefore(i)) {
			return clock{}, false
		}
		if !ok && alnum(t.at(after)) {
			return clock{}, false
		}
		if _, word := t.measure(t.spaces(end)); !ok && word {
			return clock{}, false
		}
	}
	if after, ok := t.pm(end); ok {
		afternoonSaid := t.at(t.spaces(end)) == 'p'
		switch {
		case h > 12:
		case afternoonSaid:
			p = afternoon
		default:
			p, h = morning, h%12
		}
		end = after
	}
	return t.oclock(i, end, h, minutes, p, padded)
}

func (t *text) atBefore(i int) bool {
	return t.before2(i, "at ", "around ", "by ", "before ", "after ")
}

// pm reads am, pm, a.m., p.m. with a space before it or not.
func (t *text) pm(i int) (int, bool) {
	end, ok := t.any(t.spaces(i), []string{"a.m.", "p.m.", "am", "pm", "a.m", "p.m"})
	if !ok || letter(t.at(end)) {
		return i, false
	}
	return end, true
}

// oclock makes the time of an hour as said in a part of the day.
func (t *text) oclock(i, end, h, minutes int, p part, padded bool) (clock, bool) {
	switch {
	case h == 24 && minutes > 0:
		return clock{}, false
	case h == 12 && (p == evening || p == night): // 晚上12点 is the end of the day, 凌晨12点 its beginning
		h = 24
		if p == night {
			h = 0
		}
	case h < 12 && (p == afternoon || p == dusk || p == evening), h < 4 && h > 0 && p == noon,
		p == noPart && h >= 1 && h <= 6 && !padded:
		h += 12
	}
	return clock{start: i, end: end, sinceMidnight: time.Duration(h)*time.Hour + time.Duration(minutes)*time.Minute, exact: true}, true
}

// minutes reads what follows 点: 半, 一刻, 三刻, 钟, 整, 20分, 二十.
func (t *text) minutes(i int) (value, end int, said bool) {
	for _, m := range []struct {
		word  string
		value int
	}{{"半", 30}, {"一刻", 15}, {"三刻", 45}, {"钟", 0}, {"整", 0}} {
		if end, ok := t.any(i, []string{m.word}); ok {
			return m.value, end, true
		}
	}
	j := i
	if t.at(j) == '零' || t.at(j) == '过' {
		j++
	}
	value, end, ok := t.small(j, 59)
	if !ok || end-j < 2 && j == i && t.at(end) != '分' {
		return 0, i, false
	}
	if _, counted := t.measure(end); counted {
		return 0, i, false
	}
	if t.at(end) == '分' {
		end++
	}
	return value, end, true
}

// until takes the end of a range into the span: 下午2点到4点, 9:00-12:00.
func (t *text) until(c clock, p part) clock {
	j := t.spaces(c.end)
	next, ok := t.any(j, []string{"到", "至", "-", "~", "to ", "and "})
	if !ok {
		return c
	}
	next = t.spaces(next)
	for _, w := range partWords {
		if end, ok := t.any(next, []string{w.word}); ok {
			next = end
			break
		}
	}
	// The range's beginning is what counts; its end only must not be taken for another time.
	if last, ok := t.hour(next, p, true); ok {
		c.end = last.end
	}
	return c
}
