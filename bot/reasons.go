package bot

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// phrase is one wording of a reason, normalised.
type phrase struct {
	words string
	code  string
	size  int // runes
}

// phrases holds the lexicon by first rune, longest first.
var phrases = indexLexicon()

func indexLexicon() map[rune][]phrase {
	index := map[rune][]phrase{}
	for code, wordings := range lexicon {
		for _, w := range wordings {
			addPhrase(index, w, code)
		}
	}
	for _, bucket := range index {
		slices.SortFunc(bucket, func(a, b phrase) int {
			if a.size != b.size {
				return b.size - a.size
			}
			return strings.Compare(a.words+a.code, b.words+b.code)
		})
	}
	return index
}

func addPhrase(index map[rune][]phrase, words, code string) {
	first, _ := utf8.DecodeRuneInString(words)
	index[first] = append(index[first], phrase{words: words, code: code, size: utf8.RuneCountInString(words)})
}

// mention is a phrase found at runes [start, end), for the choice it stands for.
type mention struct {
	choice     string
	start, end int
	weight     int
	negated    bool
}

// reason finds the choice that a text gives as reason. Mentions that the text denies do not count, one that
// corrects ("就是…", "actually …") counts most, otherwise the more and the longer the mentions the better; at a tie
// the first one named wins.
func (t *text) reason(choices []Choice) (mention, bool) {
	codes := codesOf(choices)
	found := t.mentions(codes, labelsOf(choices))
	score := map[string]int{}
	for _, m := range found {
		if !m.negated && m.choice != "" {
			score[m.choice] += m.weight
		}
	}
	var best mention
	for _, m := range found {
		if m.negated || m.choice == "" { // denied, or a reason that the form does not offer
			continue
		}
		if best.choice == "" || score[m.choice] > score[best.choice] || m.choice == best.choice && m.weight > best.weight {
			best = m
		}
	}
	return best, best.choice != ""
}

// mentions finds every wording of a reason, longest first, without overlaps, and whether it is denied.
func (t *text) mentions(codes map[string]string, labels []phrase) []mention {
	var found []mention
	floor := 0 // words before it belong to an earlier mention
	for i := 0; i < len(t.r); {
		p, ok := t.phraseAt(i, codes, labels)
		if !ok {
			i++
			continue
		}
		m := mention{choice: p.code, start: i, end: i + p.size, weight: p.size}
		if letter(t.at(i)) {
			m.weight = max(p.size/3, 1)
		}
		m.negated = t.negated(m, floor, found)
		if !m.negated && t.corrected(i, floor) {
			m.weight += 12
		}
		found = append(found, m)
		i, floor = m.end, m.end
	}
	return found
}

// phraseAt returns the longest label or wording at i with the choice that stands for it as code: empty for a reason
// that the form does not offer, which still hides the shorter wordings inside it.
func (t *text) phraseAt(i int, codes map[string]string, labels []phrase) (phrase, bool) {
	var best phrase
	for _, p := range labels {
		if p.size > best.size && t.whole(i, p) {
			best = p
		}
	}
	for _, p := range phrases[t.r[i]] {
		if p.size <= best.size {
			break
		}
		if t.whole(i, p) {
			best = phrase{words: p.words, code: codes[p.code], size: p.size}
			break
		}
	}
	return best, best.size > 0
}

// whole tells whether the phrase stands at i, not inside a longer Latin word.
func (t *text) whole(i int, p phrase) bool {
	return t.has(i, p.words) && !(letter(t.at(i)) && letter(t.at(i-1))) && !(letter(t.at(i+p.size-1)) && letter(t.at(i+p.size)))
}

// negated tells whether the words around a mention deny it: 不是质量问题, "not a quality issue", 质量没问题, and the
// second of "不是质量问题或者破损".
func (t *text) negated(m mention, floor int, earlier []mention) bool {
	if _, ok := t.any(m.end, noFollows); ok {
		return true
	}
	if n := len(earlier); n > 0 && earlier[n-1].negated && floor < m.start {
		if end, ok := t.any(floor, alternation); ok && m.start-end <= 3 && end <= m.start {
			return true
		}
	}
	for k := m.start; k >= m.start-6 && k > floor; k-- {
		if t.clauseEnd(k-1) || t.at(k-1) == '是' && t.at(k-2) != '不' {
			break
		}
		if start, ok := t.before(k, negators); ok && start >= floor {
			if k < m.start && t.at(k-1) == '不' && t.at(k) != '太' { // 不 denies only what follows at once
				continue
			}
			return !t.before2(start, "能", "要", "会", "可", "好") || k == m.start
		}
	}
	k := m.start
	if !letter(t.at(k)) {
		return false
	}
	for range 4 {
		for k > floor && t.at(k-1) == ' ' {
			k--
		}
		end := k
		for k > floor && (letter(t.at(k-1)) || t.at(k-1) == '\'') && end-k < 16 {
			k--
		}
		if k == end {
			return false
		}
		w := string(t.r[k:end])
		if turnings[w] {
			return false
		}
		if negations[w] {
			return true
		}
	}
	return false
}

// corrected tells whether a word that corrects stands within a few runes before i.
func (t *text) corrected(i, floor int) bool {
	for k := i; k >= i-5 && k >= floor; k-- {
		if start, ok := t.before(k, corrections); ok && start >= floor {
			return !t.before2(start, "不", "不是")
		}
		if t.clauseEnd(k - 1) {
			break
		}
	}
	return false
}

// codesOf maps every code of the lexicon to the choice that stands for it: the same code, its last segment
// (goods.quality), a choice labelled in its words, or a stand-in.
func codesOf(choices []Choice) map[string]string {
	offered := make(map[string]string, 2*len(choices))
	for _, c := range choices {
		code := strings.ToLower(c.Value)
		offered[code] = c.Value
		if at := strings.LastIndexAny(code, "./:"); at >= 0 {
			if tail := code[at+1:]; offered[tail] == "" {
				offered[tail] = c.Value
			}
		}
	}
	byLabel := map[string]string{}
	for _, c := range choices {
		if _, known := lexicon[strings.ToLower(c.Value)]; known {
			continue
		}
		for _, label := range []string{c.Zh, c.En} {
			l := newText(label)
			for i := range l.r {
				for _, p := range phrases[l.r[i]] {
					if p.size >= 3 && l.whole(i, p) && byLabel[p.code] == "" {
						byLabel[p.code] = c.Value
					}
				}
			}
		}
	}
	codes := make(map[string]string, len(lexicon))
	for code := range lexicon {
		codes[code] = offered[code]
		if codes[code] == "" {
			codes[code] = byLabel[code]
		}
		for _, other := range standIns[code] {
			if codes[code] == "" {
				codes[code] = offered[other]
			}
		}
	}
	return codes
}

// labelsOf makes phrases of the choices' labels and of their parts: 不想要了（七天无理由） is two wordings.
func labelsOf(choices []Choice) []phrase {
	var labels []phrase
	add := func(words, choice string) {
		if n := utf8.RuneCountInString(words); n >= 2 && !(n < 5 && letter(rune(words[0]))) {
			labels = append(labels, phrase{words: words, code: choice, size: n})
		}
	}
	for _, c := range choices {
		add(strings.ReplaceAll(strings.ToLower(c.Value), "_", " "), c.Value)
		for _, label := range []string{c.Zh, c.En} {
			folded := string(newText(label).r)
			add(strings.TrimSpace(folded), c.Value)
			for _, piece := range strings.FieldsFunc(folded, func(r rune) bool { return strings.ContainsRune("()/、或,，;；", r) }) {
				if piece = strings.TrimSpace(piece); utf8.RuneCountInString(piece) > 2 || len(piece) > 4 {
					add(piece, c.Value)
				}
			}
		}
	}
	return labels
}

// ordinalChoice reads an answer that only points: "2", 第二个, 选3, B, "option 1".
func ordinalChoice(s string, choices []Choice) (string, bool) {
	folded := strings.TrimSpace(string(newText(s).r))
	for _, prefix := range []string{"我选", "选择", "选", "第", "option", "number", "no.", "#", "the "} {
		folded = strings.TrimSpace(strings.TrimPrefix(folded, prefix))
	}
	for _, suffix := range []string{"。", ".", "吧", "个", "项", "种", "条", "号", " one", "、"} {
		folded = strings.TrimSpace(strings.TrimSuffix(folded, suffix))
	}
	at, err := strconv.Atoi(folded)
	if err != nil {
		at = slices.Index([]string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}, folded)
		if at < 1 {
			at = slices.Index([]string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"}, folded)
		}
		if at < 1 && len(folded) == 1 && letter(rune(folded[0])) {
			at = int(folded[0]-'a') + 1
		}
	}
	if at < 1 || at > len(choices) {
		return "", false
	}
	return choices[at-1].Value, true
}

// closest returns the choice whose label a short, misspelt answer resembles: at least six tenths of the pairs
// of characters in common, and clearly more than with any other.
func closest(t *text, choices []Choice) (string, bool) {
	if len(t.r) < 2 || len(t.r) > 40 {
		return "", false
	}
	best, second, value := 0, 0, ""
	for _, c := range choices {
		score := 0
		for _, label := range []string{c.Zh, c.En} {
			score = max(score, likeness(t.r, newText(label).r))
		}
		if score > best {
			best, second, value = score, best, c.Value
		} else {
			second = max(second, score)
		}
	}
	return value, best >= 60 && best-second >= 15
}

// likeness is the share of bigrams in common, in percent (Dice).
func likeness(a, b []rune) int {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	seen := map[[2]rune]int{}
	for i := 0; i+1 < len(a); i++ {
		seen[[2]rune{a[i], a[i+1]}]++
	}
	common := 0
	for i := 0; i+1 < len(b); i++ {
		if key := [2]rune{b[i], b[i+1]}; seen[key] > 0 {
			seen[key]--
			common++
		}
	}
	return 200 * common / (len(a) + len(b) - 2)
}
