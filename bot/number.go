package bot

// one is the scale of a number: numbers are kept in ten-thousandths, never as floats.
const one = 10_000

// number is a spoken or written number at runes [start, end).
type number struct {
	value      int64 // in ten-thousandths
	start, end int
	scaled     bool // 百, 千, 万, k or w was said: money even without a currency
	arabic     bool // begins with an Arabic digit
	rough      bool // 三百多, 两三百: not a figure that anyone may be held to
}

func (n number) whole() (int64, bool) { return n.value / one, n.value%one == 0 }

var chineseDigits = map[rune]int64{'零': 0, '〇': 0, '一': 1, '壹': 1, '二': 2, '两': 2, '贰': 2, '三': 3, '叁': 3,
	'四': 4, '肆': 4, '五': 5, '伍': 5, '六': 6, '陆': 6, '七': 7, '柒': 7, '八': 8, '捌': 8, '九': 9, '玖': 9}

var chineseUnits = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000}

// maxNumber is the longest number read, in runes; it keeps scanning linear.
const maxNumber = 24

// numeral tells whether a number may begin with c.
func numeral(c rune) bool {
	_, chinese := chineseDigits[c]
	return digit(c) || chinese || c == '十'
}

// number reads the number at i: 120, 1,299.50, 1.2万, 5k, 三百二 (320), 1千5 (1500), 一千零五 (1005). The end is
// past the number even if it is not ok, so that the caller can go on behind it.
func (t *text) number(i int) (n number, ok bool) {
	n = number{start: i, end: i, arabic: digit(t.at(i))}
	var total, section, unit int64 // 万 and above; below; the last unit said
	digitAt, pending := -1, int64(-1)
	zero := false
	j := i
scan:
	for j < len(t.r) && j-i < maxNumber {
		c := t.r[j]
		if digit(c) {
			if pending >= 0 {
				break
			}
			value, end, fine := t.decimal(j)
			if !fine {
				n.end = end
				return n, false
			}
			digitAt, pending, j = j, value, end
			continue
		}
		if d, is := chineseDigits[c]; is {
			if pending >= 0 { // 三四百, 二零二六: roughly so many, or a string of digits
				return t.rough(n, j), false
			}
			if d == 0 {
				if j == i {
					n.end = j + 1
					return n, false
				}
				zero = true
			} else {
				digitAt, pending = j, d*one
			}
			j++
			continue
		}
		if u, is := chineseUnits[c]; is {
			if pending < 0 && u == 10 && (j == i || unit >= 100) {
				pending = one
			}
			if pending < 0 || unit != 0 && u >= unit {
				break
			}
			section, unit, pending, zero = section+pending*u, u, -1, false
			n.scaled = n.scaled || u >= 100
			j++
			continue
		}
		switch {
		case c == '万', c == 'w' && n.arabic && !letter(t.at(j+1)):
			if pending >= 0 {
				section += pending
			}
			if section == 0 || total != 0 {
				break scan
			}
			total, section, pending, unit, zero, n.scaled = section*10_000, 0, -1, 10_000, false, true
		case c == 'k' && n.arabic && unit == 0 && pending >= 0 && !letter(t.at(j+1)):
			section, pending, unit, n.scaled = pending*1000, -1, 1000, true
		default:
			break scan
		}
		j++
	}
	if pending >= 0 {
		_, measured := t.measure(j)
		switch short := unit >= 100 && !zero && pending < 10*one && pending%one == 0 && pending > 0; {
		case short && measured: // 五百一件: five hundred, for one piece
			j = digitAt
		case short: // 三百二 leaves out the 十
			section += pending * unit / 10
		case unit != 0 && pending >= unit*one:
			n.end = j
			return n, false
		default:
			section += pending
		}
	} else if j == i {
		return n, false
	}
	n.value, n.end = total+section, j
	switch t.at(j) {
	case '多', '几', '余', '来':
		n.rough = true
	}
	return n, n.value < 1_000_000_000*one
}

// rough runs to the end of a string of digits such as 三四百 or 二零二六.
func (t *text) rough(n number, j int) number {
	for j-n.start < maxNumber {
		c := t.at(j)
		_, isDigit := chineseDigits[c]
		_, isUnit := chineseUnits[c]
		if !isDigit && !isUnit && c != '万' {
			break
		}
		j++
	}
	n.end, n.rough = j, true
	return n
}

// decimal reads Arabic digits with thousands separators and at most four decimal places.
func (t *text) decimal(i int) (value int64, end int, ok bool) {
	digits := 0
	j := i
	for ; digit(t.at(j)); j++ {
		if digits++; digits <= 9 {
			value = value*10 + int64(t.r[j]-'0')
		}
	}
	for digits <= 9 && j-i <= 3+4 && t.at(j) == ',' && digit(t.at(j+1)) && digit(t.at(j+2)) && digit(t.at(j+3)) && !digit(t.at(j+4)) {
		for k := 1; k <= 3; k++ {
			value = value*10 + int64(t.r[j+k]-'0')
		}
		digits += 3
		j += 4
	}
	ok = digits <= 9
	if !ok {
		return 0, j, false
	}
	value *= one
	if t.at(j) == '.' && digit(t.at(j+1)) {
		place := int64(one)
		for j++; digit(t.at(j)); j++ {
			place /= 10
			value += int64(t.r[j]-'0') * place
			ok = ok && place > 0
		}
	}
	return value, j, ok
}

var englishUnits = map[string]int64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
	"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90}

// englishNumber reads "two", "twenty-five", "two hundred and fifty", "a thousand".
func (t *text) englishNumber(i int) (n number, ok bool) {
	n = number{start: i, end: i}
	var total, section int64
	j := i
	for words := 0; words < 10; words++ {
		end := t.word(j)
		if end == j {
			break
		}
		w := string(t.r[j:end])
		value, plain := englishUnits[w]
		switch {
		case plain && (section%100 == 0 || section%100 >= 20 && value < 10 && section%10 == 0):
			section += value
		case w == "a" && j == i:
			if next := t.spaces(end); next > end {
				if _, big := t.wordIn(next, "hundred", "thousand"); big {
					section = 1
					j = next
					continue
				}
			}
			return n, false
		case w == "hundred" && section > 0 && section < 100:
			section *= 100
			n.scaled = true
		case w == "thousand" && section > 0 && total == 0:
			total, section = section*1000, 0
			n.scaled = true
		case w == "and" && n.scaled:
			next := t.spaces(end)
			if follow := t.word(next); englishUnits[string(t.r[next:follow])] == 0 {
				n.value = (total + section) * one
				return n, n.value > 0
			}
			j = next
			continue
		default:
			n.value = (total + section) * one
			return n, n.value > 0
		}
		n.end = end
		j = end
		if c := t.at(j); c == ' ' || c == '-' {
			j++
		} else {
			break
		}
	}
	n.value = (total + section) * one
	return n, n.value > 0
}
