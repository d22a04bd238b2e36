package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRunes caps what is read of one text: whoever writes more has not answered a form's question.
const maxRunes = 2000

// text is a customer's text in normalised form, rune by rune, with the way back to its bytes: lower case,
// half width, simplified characters, invisible runes dropped. One rune becomes at most one rune.
type text struct {
	src      string
	r        []rune
	from, to []int  // byte span of each normalised rune in src
	taken    []bool // runes that belong to a slot already
}

func newText(src string) *text {
	n := min(len(src), maxRunes)
	t := &text{src: src, r: make([]rune, 0, n), from: make([]int, 0, n), to: make([]int, 0, n)}
	var previous rune
	for at := 0; at < len(src) && len(t.r) < maxRunes; {
		c, size := utf8.DecodeRuneInString(src[at:])
		if !invisible(c) {
			folded := fold(c)
			if c == '，' && wideDigit(previous) { // １，２９９: a thousands separator, not the end of a clause
				if next, _ := utf8.DecodeRuneInString(src[at+size:]); wideDigit(next) {
					folded = ','
				}
			}
			t.r = append(t.r, folded)
			t.from = append(t.from, at)
			t.to = append(t.to, at+size)
			previous = c
		}
		at += size
	}
	t.taken = make([]bool, len(t.r))
	return t
}

// invisible tells zero-width joiners, byte order marks, and the two runes that turn a digit into an emoji.
func invisible(c rune) bool {
	switch c {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\ufe0f', '\u20e3':
		return true
	}
	return false
}

func wideDigit(c rune) bool { return c >= '０' && c <= '９' }

func fold(c rune) rune {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c < 0x80:
		if c == '\t' {
			return ' '
		}
		return c
	case c == '，' || c == '；' || c == '？' || c == '！': // ends of clauses, kept apart from separators of digits
		return c
	case c >= 0xff01 && c <= 0xff5e:
		return fold(c - 0xfee0)
	case c == '￥':
		return '¥'
	case c == '—' || c == '–' || c == '‐' || c == '‑' || c == '−':
		return '-'
	case c == '×' || c == '✕' || c == '✖':
		return 'x'
	case c == '’':
		return '\''
	case unicode.IsSpace(c):
		return ' '
	}
	if simple, ok := simplified[c]; ok {
		return simple
	}
	return c
}

// simplified holds the traditional characters that the words below use.
var simplified = pairs("訂订單单運运號号塊块錢钱圓圆貨货質质問问題题發发錯错壞坏損损髒脏舊旧與与實实際际顏颜顔颜碼码這这個个隻只雙双條条張张買买賣卖兩两萬万億亿週周禮礼點点鐘钟時时間间後后電电話话機机遞递無无沒没樣样補补償偿價价還还" +
	"給给為为來来過过開开關关裝装換换爛烂齊齐偽伪歡欢適适寬宽緊紧鬆松長长麼么幾几圖图錄录視视頻频貳贰參叁請请嗎吗說说應应該该現现從从東东對对於于會会動动螢荧劃划斷断褲裤襪袜黃黄紅红綠绿藍蓝頭头連连線线膠胶縮缩陸陆")

func pairs(s string) map[rune]rune {
	runes := []rune(s)
	m := make(map[rune]rune, len(runes)/2)
	for i := 0; i+1 < len(runes); i += 2 {
		m[runes[i]] = runes[i+1]
	}
	return m
}

// at returns the rune at i, or 0 outside the text.
func (t *text) at(i int) rune {
	if i < 0 || i >= len(t.r) {
		return 0
	}
	return t.r[i]
}

// has tells whether the words stand at i.
func (t *text) has(i int, words string) bool {
	for _, c := range words {
		if i < 0 || i >= len(t.r) || t.r[i] != c {
			return false
		}
		i++
	}
	return true
}

// any returns the end of the first of the words that stands at i.
func (t *text) any(i int, words []string) (int, bool) {
	for _, w := range words {
		if t.has(i, w) {
			return i + utf8.RuneCountInString(w), true
		}
	}
	return i, false
}

// before tells whether one of the words ends right before i, and where it starts.
func (t *text) before(i int, words []string) (int, bool) {
	for _, w := range words {
		if n := utf8.RuneCountInString(w); t.has(i-n, w) {
			return i - n, true
		}
	}
	return i, false
}

// spaces returns the end of at most two spaces at i.
func (t *text) spaces(i int) int {
	for n := 0; n < 2 && t.at(i) == ' '; n++ {
		i++
	}
	return i
}

// word returns the end of the Latin word at i; i itself when none starts there.
func (t *text) word(i int) int {
	if letter(t.at(i - 1)) {
		return i
	}
	end := i
	for letter(t.at(end)) && end-i < 24 {
		end++
	}
	if letter(t.at(end)) {
		return i
	}
	return end
}

// wordIn returns the end of the Latin word at i if it is one of the words.
func (t *text) wordIn(i int, words ...string) (int, bool) {
	end := t.word(i)
	for _, w := range words {
		if end-i == len(w) && t.has(i, w) {
			return end, true
		}
	}
	return i, false
}

// wordsBefore returns up to n Latin words that stand right before i, the nearest first.
func (t *text) wordsBefore(i, n int) []string {
	var words []string
	for len(words) < n {
		for t.at(i-1) == ' ' || t.at(i-1) == ':' || t.at(i-1) == '#' {
			i--
		}
		end := i
		for letter(t.at(i-1)) && end-i < 24 {
			i--
		}
		if i == end {
			break
		}
		words = append(words, string(t.r[i:end]))
	}
	return words
}

// clauseEnd tells the runes over which a word does not reach. A dot between digits is no end.
func (t *text) clauseEnd(i int) bool {
	switch t.at(i) {
	case '.':
		return !digit(t.at(i + 1))
	case ',':
		return !digit(t.at(i+1)) || !digit(t.at(i-1))
	}
	return strings.ContainsRune("，。；！？;!?\n\x00", t.at(i))
}

// slot makes a slot of the runes [i, j) and takes them, unless one is taken already.
func (t *text) slot(name, value string, i, j int) (Slot, bool) {
	if !t.free(i, j) {
		return Slot{}, false
	}
	t.take(i, j)
	return Slot{Name: name, Value: value, Raw: t.src[t.from[i]:t.to[j-1]], Start: t.from[i], End: t.to[j-1]}, true
}

func (t *text) take(i, j int) {
	for k := i; k < j; k++ {
		t.taken[k] = true
	}
}

func (t *text) free(i, j int) bool {
	if i < 0 || j > len(t.r) || i >= j {
		return false
	}
	for k := i; k < j; k++ {
		if t.taken[k] {
			return false
		}
	}
	return true
}

func digit(c rune) bool  { return c >= '0' && c <= '9' }
func letter(c rune) bool { return c >= 'a' && c <= 'z' }
