package bot

import "time"

// china is the zone in which customers speak of days. A fixed zone: China has kept UTC+8 without summer time
// since 1991, and the program must not depend on the machine's zone files.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

// day is a calendar day found at runes [start, end), with the part of the day if the word itself names one (今晚).
type day struct {
	date       time.Time // midnight in China
	start, end int
	part       part
}

// dates finds days and times of day relative to now.
func (t *text) dates(now time.Time) []Slot {
	now = now.In(china)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, china)
	var slots []Slot
	for i := 0; i < len(t.r); {
		if t.taken[i] {
			i++
			continue
		}
		if d, ok := t.day(i, today); ok {
			if s, ok := t.moment(d, now); ok {
				slots = append(slots, s)
			}
			i = max(d.end, i+1)
			for i < len(t.r) && t.taken[i] {
				i++
			}
			continue
		}
		if c, ok := t.clock(i, noPart, false); ok {
			s, ok := t.bareClock(c, now, today)
			if ok {
				slots = append(slots, s)
			}
			i = c.end
			continue
		}
		i++
	}
	return slots
}

// day reads the day named at i.
func (t *text) day(i int, today time.Time) (day, bool) {
	if letter(t.r[i]) {
		return t.englishDay(i, today)
	}
	if alnum(t.at(i-1)) && alnum(t.r[i]) {
		return day{}, false
	}
	if d, ok := t.numericDay(i, today); ok {
		return d, true
	}
	if d, ok := t.chineseDay(i, today); ok {
		return d, true
	}
	return t.englishDay(i, today)
}

// moment joins a day with the time of day behind it, if any, and makes the slot.
func (t *text) moment(d day, now time.Time) (Slot, bool) {
	next := d.end
	for n := 0; n < 2; n++ {
		next = t.spaces(next)
		if end, ok := t.any(next, []string{"的", ",", "at ", "around ", "by ", "before ", "after ", "in the ", "on ", "t"}); ok && (t.at(next) != 't' || digit(t.at(end))) {
			next = end
		}
	}
	if c, ok := t.clock(next, d.part, true); ok {
		at := d.date.Add(c.sinceMidnight)
		return t.dated(d.start, c.end, at, now)
	}
	if d.part != noPart {
		return t.dated(d.start, d.end, d.date.Add(partHours[d.part]), now)
	}
	return t.slot(SlotDate, d.date.Format(time.DateOnly), d.start, d.end)
}

// dated makes the slot of a day with a time: ahead of now it is a time that somebody expects.
func (t *text) dated(start, end int, at, now time.Time) (Slot, bool) {
	name := SlotDate
	if at.After(now) {
		name = SlotExpectedTime
	}
	return t.slot(name, at.Format(time.RFC3339), start, end)
}

// bareClock makes a slot of a time without a day before it: "3pm tomorrow", otherwise today, or tomorrow when
// that hour is over and nothing says that it is past.
func (t *text) bareClock(c clock, now, today time.Time) (Slot, bool) {
	next := t.spaces(c.end)
	if end, ok := t.any(next, []string{"on ", "of "}); ok {
		next = end
	}
	if next < len(t.r) {
		if d, ok := t.day(next, today); ok && d.part == noPart {
			return t.dated(c.start, d.end, d.date.Add(c.sinceMidnight), now)
		}
	}
	if !c.exact {
		return Slot{}, false
	}
	at := today.Add(c.sinceMidnight)
	if at.Before(now) && !t.past(c.start, c.end) {
		at = at.AddDate(0, 0, 1)
	}
	return t.dated(c.start, c.end, at, now)
}

// numericDay reads 2026-03-05, 2026/3/5, 2026.3.5, 20260305, and 3/5 next to a word such as "on" or 收到.
func (t *text) numericDay(i int, today time.Time) (day, bool) {
	end := i
	for digit(t.at(end)) && end-i <= 8 {
		end++
	}
	switch n := end - i; {
	case n == 8:
		return t.calendarDay(i, end, t.int(i, i+4), t.int(i+4, i+6), t.int(i+6, i+8))
	case n == 4:
		sep := t.at(end)
		if sep != '-' && sep != '/' && sep != '.' {
			return day{}, false
		}
		m := t.digits(end+1, 2)
		if m == end+1 || t.at(m) != sep {
			return day{}, false
		}
		d := t.digits(m+1, 2)
		if d == m+1 || digit(t.at(d)) {
			return day{}, false
		}
		return t.calendarDay(i, d, t.int(i, end), t.int(end+1, m), t.int(m+1, d))
	case n == 1 || n == 2:
		if t.at(end) != '/' {
			return day{}, false
		}
		d := t.digits(end+1, 2)
		if d == end+1 || digit(t.at(d)) || t.at(d) == '/' || t.at(d) == '.' || t.int(i, end) < 1 || t.int(i, end) > 12 || t.int(end+1, d) < 1 || t.int(end+1, d) > 31 {
			return day{}, false
		}
		words := t.wordsBefore(i, 1)
		named := len(words) == 1 && (words[0] == "on" || words[0] == "since" || words[0] == "by" || words[0] == "before" || words[0] == "dated" || words[0] == "from")
		if !named && !t.past(i, d) {
			return day{}, false
		}
		return t.monthDay(i, d, time.Month(t.int(i, end)), t.int(end+1, d), today)
	}
	return day{}, false
}

// digits returns the end of at most n digits at i.
func (t *text) digits(i, n int) int {
	for k := 0; k < n && digit(t.at(i)); k++ {
		i++
	}
	return i
}

func (t *text) int(i, j int) int {
	n := 0
	for _, c := range t.r[i:j] {
		n = n*10 + int(c-'0')
	}
	return n
}

// calendarDay makes a day of a full date; a date that no calendar has is none.
func (t *text) calendarDay(i, end, y, m, d int) (day, bool) {
	date := time.Date(y, time.Month(m), d, 0, 0, 0, 0, china)
	if y < 2000 || y > 2099 || date.Month() != time.Month(m) || date.Day() != d {
		return day{}, false
	}
	return day{date: date, start: i, end: end}, true
}

// monthDay makes a day of month and day without a year: the last such day if the words around say that it is
// past, otherwise the one nearest to today.
func (t *text) monthDay(i, end int, m time.Month, d int, today time.Time) (day, bool) {
	past := t.past(i, end)
	var best time.Time
	for y := today.Year() - 4; y <= today.Year()+4; y++ { // four years, because of 29 February
		date := time.Date(y, m, d, 0, 0, 0, 0, china)
		if date.Month() != m || past && date.After(today) {
			continue
		}
		if best.IsZero() || distance(date, today) < distance(best, today) {
			best = date
		}
	}
	return day{date: best, start: i, end: end}, !best.IsZero()
}

func distance(a, b time.Time) time.Duration { return max(a.Sub(b), b.Sub(a)) }

var (
	pastWords = []string{"收到", "签收", "买的", "买了", "购买", "下单", "下的单", "拍的", "拍下", "到货", "到的", "发的货", "发货了", "付的", "付款", "寄的", "寄出", "寄走",
		"申请", "已", "就坏", "坏了", "坏的", "拿到", "取走", "取的"}
	pastEnglish = map[string]bool{"received": true, "bought": true, "ordered": true, "purchased": true, "got": true, "arrived": true, "paid": true,
		"delivered": true, "was": true, "signed": true, "since": true, "came": true, "sent": true, "shipped": true, "returned": true, "broke": true, "placed": true}
)

// past tells whether the words around [i, j), in the same clause, speak of something that happened.
func (t *text) past(i, j int) bool {
	for k := j; k < j+10 && !t.clauseEnd(k); k++ {
		if _, ok := t.any(k, pastWords); ok {
			return true
		}
	}
	for k := i - 1; k >= i-8 && k >= 0 && !t.clauseEnd(k); k-- {
		if _, ok := t.any(k, pastWords); ok {
			return true
		}
	}
	for _, w := range t.wordsBefore(i, 4) {
		if pastEnglish[w] {
			return true
		}
	}
	for n, k := 0, j; n < 4; n++ {
		k = t.spaces(k)
		end := t.word(k)
		if end == k {
			break
		}
		if pastEnglish[string(t.r[k:end])] {
			return true
		}
		k = end
	}
	return false
}

// weekday returns the given weekday of the week that lies weeks away; weeks begin on Monday, as in China.
func weekday(today time.Time, weeks int, d time.Weekday) time.Time {
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	return monday.AddDate(0, 0, 7*weeks+(int(d)+6)%7)
}

// bareWeekday returns the weekday without a week named: the last one if past, otherwise the next, today included.
func bareWeekday(today time.Time, d time.Weekday, past bool) time.Time {
	ahead := (int(d) - int(today.Weekday()) + 7) % 7
	if past && ahead > 0 {
		ahead -= 7
	}
	return today.AddDate(0, 0, ahead)
}
