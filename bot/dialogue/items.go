package dialogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"aftersales/bot/nlu"
)

// Characters and words that say nothing about which article is meant.
var common = signs("我你您的了是不在有要想这那个一把给就都也还没能可以吗呢吧啊呀哦请问下单子买换退修货款钱码号大小好坏新旧", "i you my your the a an is it to and of for in on with this that please want need can could would have has order item product size exchange return refund one them")

func signs(han, english string) map[string]bool {
	all := map[string]bool{}
	for _, c := range han {
		all[string(c)] = true
	}
	for _, word := range strings.Fields(english) {
		all[word] = true
	}
	return all
}

// tokens are the Chinese characters and Latin words of a text that may name an article.
func tokens(text string) map[string]bool {
	all := map[string]bool{}
	var word []rune
	flush := func() {
		if name := singular(string(word)); len(word) > 1 && !common[name] {
			all[name] = true
		}
		word = word[:0]
	}
	for _, c := range text {
		c = nlu.Fold(c)
		switch {
		case unicode.Is(unicode.Han, c):
			flush()
			if !common[string(c)] {
				all[string(c)] = true
			}
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			word = append(word, c)
		default:
			flush()
		}
	}
	flush()
	return all
}

func singular(word string) string {
	if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}

// namedIn finds the articles that a text names best: each character or word counts the more, the fewer of the
// customer's articles have it. Nothing is returned when nothing is named.
func namedIn(text string, items []Item) []Item {
	said := tokens(text)
	names := make([]map[string]bool, len(items))
	having := map[string]int{}
	for i, item := range items {
		names[i] = tokens(item.Title + " " + item.Colour + " " + item.Size)
		for token := range names[i] {
			having[token]++
		}
	}
	best, top := 0.0, []Item(nil)
	for i, item := range items {
		score := 0.0
		for token := range names[i] {
			if said[token] {
				score += 1 / float64(having[token])
			}
		}
		switch {
		case score == 0 || score < best:
		case score > best:
			best, top = score, []Item{item}
		default:
			top = append(top, item)
		}
	}
	return top
}

// product is the part of an article's title that a text names: the words of the customer for it.
func product(text string, item Item) string {
	folded := []rune(strings.Map(nlu.Fold, item.Title))
	said := strings.Map(nlu.Fold, text)
	best := ""
	for from := range folded {
		for to := len(folded); to > from; to-- {
			piece := strings.TrimSpace(string(folded[from:to]))
			if len([]rune(piece)) > len([]rune(best)) && strings.Contains(said, piece) {
				best = piece
			}
		}
	}
	if best == "" {
		return item.Title
	}
	return best
}

// fits returns the variants that have what a text asks for: a colour, a size, or one size up or down from the
// article's own. raw are the words that said so. None when the text names none.
func fits(text string, item Item, variants []Variant) (found []Variant, colour, size string) {
	folded := strings.Map(nlu.Fold, text)
	sizes, colours := sizesOf(variants), coloursOf(variants)
	colour = named(folded, colours, item.Colour)
	size = named(folded, sizes, "")
	if size == "" {
		if step := steps(folded); step != 0 {
			if at := slices.Index(sizes, item.Size); at >= 0 && at+step >= 0 && at+step < len(sizes) {
				size = sizes[at+step]
			}
		}
	}
	if colour == "" && size == "" {
		return nil, "", ""
	}
	for _, v := range variants {
		wantColour, wantSize := colour, size
		if wantColour == "" {
			wantColour = item.Colour
		}
		if wantSize == "" {
			wantSize = item.Size
		}
		if v.Colour == wantColour && v.Size == wantSize {
			found = append(found, v)
		}
	}
	return found, colour, size
}

// named finds which of the values a text names; when it names two, the one that is not the article's own, or the last.
func named(folded string, values []string, own string) string {
	best, at := "", -1
	for _, value := range values {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.Map(nlu.Fold, value), "色"), "码")
		if name == "" {
			continue
		}
		where := lastWord(folded, name)
		if where < 0 || value == own && best != "" {
			continue
		}
		if best == own && own != "" || where > at || where == at && len(name) > len(best) {
			best, at = value, where
		}
	}
	return best
}

// lastWord is where a value stands last in a text as a word of its own: 43 is not in 1430, m is not in medium.
func lastWord(text, value string) int {
	for end := len(text); ; {
		at := strings.LastIndex(text[:end], value)
		if at < 0 {
			return -1
		}
		before, after := lastRune(text[:at]), firstRune(text[at+len(value):])
		joins := func(c rune) bool { return c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c)) }
		if !(joins(before) && joins(firstRune(value))) && !(joins(after) && joins(lastRune(value))) {
			return at
		}
		end = at
	}
}

func firstRune(s string) rune {
	for _, c := range s {
		return c
	}
	return 0
}

func lastRune(s string) rune {
	var last rune
	for _, c := range s {
		last = c
	}
	return last
}

// steps reads 大一码, 小半码, a size up: how many sizes.
func steps(folded string) int {
	for _, sign := range []struct {
		words string
		by    int
	}{
		{"大两码", 2}, {"小两码", -2}, {"大二码", 2}, {"小二码", -2}, {"两码大", 2}, {"大一码", 1}, {"大1码", 1}, {"大一号", 1}, {"大一点", 1}, {"大点", 1}, {"大半码", 1}, {"大个码", 1}, {"大一些", 1}, {"大码", 1},
		{"小一码", -1}, {"小1码", -1}, {"小一号", -1}, {"小一点", -1}, {"小点", -1}, {"小半码", -1}, {"小个码", -1}, {"小一些", -1}, {"小码", -1},
		{"two sizes up", 2}, {"two sizes bigger", 2}, {"two sizes down", -2}, {"size up", 1}, {"size bigger", 1}, {"size larger", 1}, {"bigger size", 1}, {"larger size", 1}, {"bigger one", 1}, {"larger one", 1},
		{"size down", -1}, {"size smaller", -1}, {"smaller size", -1}, {"smaller one", -1}, {"next size", 1},
	} {
		if strings.Contains(folded, sign.words) && !strings.Contains(folded, "大小") {
			return sign.by
		}
	}
	return 0
}

// sizesOf lists the sizes from small to large: numbers by value, letters as clothes are labelled, others as they come.
func sizesOf(variants []Variant) []string {
	var all []string
	for _, v := range variants {
		if v.Size != "" && !slices.Contains(all, v.Size) {
			all = append(all, v.Size)
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return rank(a) - rank(b) })
	return all
}

func rank(size string) int {
	if n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSuffix(size, "码"), "cm"), 64); err == nil {
		return int(n * 10)
	}
	if at := slices.Index([]string{"xxs", "xs", "s", "m", "l", "xl", "xxl", "2xl", "xxxl", "3xl", "4xl", "5xl"}, strings.ToLower(size)); at >= 0 {
		return at
	}
	return 0
}

func coloursOf(variants []Variant) []string {
	var all []string
	for _, v := range variants {
		if v.Colour != "" && !slices.Contains(all, v.Colour) {
			all = append(all, v.Colour)
		}
	}
	return all
}
