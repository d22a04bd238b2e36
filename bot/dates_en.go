package bot

import "time"

var (
	englishMonths = map[string]time.Month{"january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5,
		"june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9, "october": 10, "oct": 10,
		"november": 11, "nov": 11, "december": 12, "dec": 12}
	englishWeekdays = map[string]time.Weekday{"monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 0}
	// Short names are words of their own (sat, sun, wed), so they need next, last, this or on before them.
	shortWeekdays = map[string]time.Weekday{"mon": 1, "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5, "sat": 6, "sun": 0}
)

// englishDay reads tomorrow, next Monday, March 5th 2026, 5 Mar, "3 days ago", "in two weeks", "the 5th" at i.
func (t *text) englishDay(i int, today time.Time) (day, bool) {
	if alnum(t.at(i - 1)) {
		return day{}, false
	}
	for _, w := range []struct {
		word string
		days int
		part part
	}{{"the day after tomorrow", 2, noPart}, {"day after tomorrow", 2, noPart}, {"the day before yesterday", -2, noPart}, {"day before yesterday", -2, noPart},
		{"today", 0, noPart}, {"tonight", 0, evening}, {"tomorrow", 1, noPart}, {"tmrw", 1, noPart}, {"tmr", 1, noPart}, {"tomorow", 1, noPart}, {"tommorow", 1, noPart}, {"yesterday", -1, noPart},
		{"this morning", 0, morning}, {"this afternoon", 0, afternoon}, {"this evening", 0, evening}, {"last night", -1, evening}} {
		if end, ok := t.any(i, []string{w.word}); ok && !alnum(t.at(end)) {
			return day{date: today.AddDate(0, 0, w.days), start: i, end: end, part: w.part}, true
		}
	}
	if d, ok := t.englishWeekday(i, today); ok {
		return d, true
	}
	if d, ok := t.englishDate(i, today); ok {
		return d, true
	}
	return t.englishSpan(i, today)
}

func (t *text) englishWeekday(i int, today time.Time) (day, bool) {
	j, end := i, t.word(i)
	which := string(t.r[i:end])
	switch which {
	case "next", "last", "this", "coming", "past", "on":
		j = t.spaces(end)
		end = t.word(j)
	default:
		which = ""
	}
	name := string(t.r[j:end])
	w, ok := englishWeekdays[name]
	if !ok {
		if w, ok = shortWeekdays[name]; !ok || which == "" {
			return day{}, false
		}
	}
	d := day{start: i, end: end}
	switch which {
	case "next": // as 下周: of the week that follows
		d.date = weekday(today, 1, w)
	case "this":
		d.date = weekday(today, 0, w)
	case "last", "past":
		d.date = bareWeekday(today.AddDate(0, 0, -1), w, true)
	default:
		if which == "on" {
			d.start = j
		}
		d.date = bareWeekday(today, w, t.past(i, end))
	}
	return d, true
}

// englishDate reads "March 5th, 2026", "5 March", "5th of March", "on the 5th".
func (t *text) englishDate(i int, today time.Time) (day, bool) {
	if end := t.word(i); end > i {
		if m, ok := englishMonths[string(t.r[i:end])]; ok {
			if t.at(end) == '.' {
				end++
			}
			d, dayEnd, ok := t.ordinal(t.spaces(end))
			if !ok || t.spaces(end) == end && t.at(end-1) != '.' {
				return day{}, false
			}
			return t.withYear(i, dayEnd, m, d, today)
		}
		if next, ok := t.wordIn(i, "the"); ok {
			d, dayEnd, ok := t.ordinal(t.spaces(next))
			if !ok || !letter(t.at(dayEnd-1)) {
				return day{}, false
			}
			if m, monthEnd, ok := t.monthAfter(dayEnd); ok {
				return t.withYear(i, monthEnd, m, d, today)
			}
			if words := t.wordsBefore(i, 1); len(words) == 1 && (words[0] == "on" || words[0] == "by" || words[0] == "before" || words[0] == "since") {
				return t.dayOfMonth(i, dayEnd, d, today)
			}
		}
		return day{}, false
	}
	if d, dayEnd, ok := t.ordinal(i); ok {
		if m, monthEnd, ok := t.monthAfter(dayEnd); ok {
			return t.withYear(i, monthEnd, m, d, today)
		}
	}
	return day{}, false
}

// ordinal reads 5, 5th, 21st.
func (t *text) ordinal(i int) (value, end int, ok bool) {
	if !digit(t.at(i)) {
		return 0, i, false
	}
	value, end, ok = t.small(i, 31)
	if !ok {
		return 0, i, false
	}
	if after, is := t.any(end, []string{"st", "nd", "rd", "th"}); is && !letter(t.at(after)) {
		end = after
	}
	return value, end, !letter(t.at(end)) && t.at(end) != ':'
}

func (t *text) monthAfter(i int) (m time.Month, end int, ok bool) {
	j := t.spaces(i)
	if next, is := t.wordIn(j, "of"); is {
		j = t.spaces(next)
	}
	end = t.word(j)
	m, ok = englishMonths[string(t.r[j:end])]
	return m, end, ok && j > i
}

func (t *text) withYear(i, end int, m time.Month, d int, today time.Time) (day, bool) {
	j := end
	if t.at(j) == ',' {
		j++
	}
	j = t.spaces(j)
	if yearEnd := t.digits(j, 4); yearEnd-j == 4 && j > end && !alnum(t.at(yearEnd)) && t.r[j] == '2' && t.r[j+1] == '0' {
		return t.calendarDay(i, yearEnd, t.int(j, yearEnd), int(m), d)
	}
	return t.monthDay(i, end, m, d, today)
}

// englishSpan reads "3 days ago", "a week ago", "in two weeks".
func (t *text) englishSpan(i int, today time.Time) (day, bool) {
	j, ahead := i, false
	if end, ok := t.wordIn(i, "in"); ok {
		j, ahead = t.spaces(end), true
	}
	if j >= len(t.r) {
		return day{}, false
	}
	count, end := 0, j
	if n, ok := t.englishNumber(j); ok {
		whole, _ := n.whole()
		count, end = int(min(whole, 400)), n.end
	} else if digit(t.r[j]) {
		var ok bool
		if count, end, ok = t.small(j, 99); !ok {
			return day{}, false
		}
	} else if next, ok := t.wordIn(j, "a"); ok {
		count, end = 1, next
	} else {
		return day{}, false
	}
	unit := t.spaces(end)
	if unit == end {
		return day{}, false
	}
	date, sign := today, -1
	if ahead {
		sign = 1
	}
	var ok bool
	if end, ok = t.wordIn(unit, "day", "days"); ok {
		date = today.AddDate(0, 0, sign*count)
	} else if end, ok = t.wordIn(unit, "week", "weeks"); ok {
		date = today.AddDate(0, 0, 7*sign*count)
	} else if end, ok = t.wordIn(unit, "month", "months"); ok {
		date = addMonths(today, sign*count)
	} else {
		return day{}, false
	}
	if !ahead {
		if end, ok = t.wordIn(t.spaces(end), "ago"); !ok {
			return day{}, false
		}
	}
	return day{date: date, start: i, end: end}, true
}
