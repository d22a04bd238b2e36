package knowledge

import (
	"strings"
	"unicode"
)

// term is what a text is found by: two neighbouring Chinese characters, or the stem of a word. from and to are where it
// stands, in runes.
type term struct {
	text     string
	from, to int
}

// reader cuts texts into terms. fold brings a character to the form that is compared: lower case, half width, simplified.
type reader struct{ fold func(rune) rune }

// terms cuts a text. A Chinese character that stands alone is a term of its own.
func (r reader) terms(text string) []term {
	runes := []rune(text)
	for i, c := range runes {
		runes[i] = r.fold(c)
	}
	var all []term
	for i := 0; i < len(runes); {
		switch {
		case unicode.Is(unicode.Han, runes[i]):
			end := i
			for end < len(runes) && unicode.Is(unicode.Han, runes[end]) {
				end++
			}
			if end == i+1 {
				all = append(all, term{string(runes[i:end]), i, end})
			}
			for at := i; at+2 <= end; at++ {
				all = append(all, term{string(runes[at : at+2]), at, at + 2})
			}
			i = end
		case unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]):
			end := i
			for end < len(runes) && !unicode.Is(unicode.Han, runes[end]) && (unicode.IsLetter(runes[end]) || unicode.IsDigit(runes[end]) || inWord(runes, end)) {
				end++
			}
			if word := strings.ReplaceAll(string(runes[i:end]), "'", ""); !stop[word] {
				all = append(all, term{stem(word), i, end})
			}
			i = end
		default:
			i++
		}
	}
	return all
}

// inWord tells whether an apostrophe stands between letters: don't.
func inWord(runes []rune, at int) bool {
	return runes[at] == '\'' && at+1 < len(runes) && unicode.IsLetter(runes[at+1])
}

// stop are words that say nothing about what is looked for.
var stop = set(`a an the is are was were be been am i me my mine you your it its this that these those to of in on at for from with
and or but so do does did have has had can could will would should shall may might how what when where which who whom why
we us our they them their he she his her as by if then than there here im ive its dont doesnt didnt isnt not no yes please just`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}

// stem cuts the commonest endings of English words, so that "returned", "returning" and "returns" are one.
func stem(word string) string {
	for _, c := range word {
		if c > unicode.MaxASCII || unicode.IsDigit(c) {
			return word
		}
	}
	word = strings.TrimSuffix(word, "'s")
	switch n := len(word); {
	case n > 4 && strings.HasSuffix(word, "ies"):
		word = word[:n-3] + "y"
	case n > 4 && (strings.HasSuffix(word, "sses") || strings.HasSuffix(word, "shes") || strings.HasSuffix(word, "ches") || strings.HasSuffix(word, "xes")):
		word = word[:n-2]
	case n > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us"):
		word = word[:n-1]
	}
	switch n := len(word); {
	case n > 5 && strings.HasSuffix(word, "ing"):
		word = undouble(word[:n-3])
	case n > 4 && strings.HasSuffix(word, "ed"):
		word = undouble(word[:n-2])
	}
	if n := len(word); n > 3 && strings.HasSuffix(word, "e") {
		word = word[:n-1]
	}
	return word
}

// undouble makes "shipp" of shipping and shipped "ship".
func undouble(word string) string {
	n := len(word)
	if n > 3 && word[n-1] == word[n-2] && !strings.ContainsRune("lsz", rune(word[n-1])) {
		return word[:n-1]
	}
	return word
}
