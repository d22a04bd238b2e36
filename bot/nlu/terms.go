package nlu

import (
	"unicode"
	"unicode/utf8"
)

// maxRunes is how much of a text is read: nobody says what they want after two thousand characters.
const maxRunes = 2000

// Kinds of terms, so that a word and a piece of one never share a hash.
const (
	kindHan   = 'h' // 1 or 2 neighbouring Chinese characters
	kindWord  = 'w' // 1 or 2 neighbouring words of letters
	kindPiece = 'p' // 2 to 5 characters of a word, its edges among them
	kindSign  = 's' // a punctuation mark or emoji
)

// terms gives the hash of every feature of a normalised text to use: of Chinese its characters and their pairs, of
// English its words, their pairs, and the pieces of words, which forgive a slip of the finger. These are the features
// that measured best on real customers (dual coordinate descent, BANKING77 and JD).
func terms(runes []rune, use func(hash uint64)) {
	var beforeHan rune    // the Chinese character just before; 0: none
	var beforeWord []rune // the word before
	for i := 0; i < len(runes); {
		switch c := runes[i]; {
		case isHan(c):
			use(hash1(kindHan, c))
			if beforeHan != 0 {
				use(hash2(kindHan, beforeHan, c))
			}
			beforeHan, beforeWord = c, nil
			i++
		case isWord(c):
			end := i
			for end < len(runes) && isWord(runes[end]) {
				end++
			}
			word := runes[i:end]
			wordTerms(word, use)
			if beforeWord != nil {
				use(hashPair(beforeWord, word))
			}
			beforeWord, beforeHan = word, 0
			i = end
		case c == '\'' || unicode.IsSpace(c):
			i++
		default:
			use(hash1(kindSign, c))
			beforeHan = 0
			i++
		}
	}
}

// wordTerms gives a word and its pieces, with a blank at each edge.
func wordTerms(word []rune, use func(uint64)) {
	use(hashRunes(kindWord, word))
	const shortest, longest = 2, 5
	edged := make([]rune, 0, len(word)+2)
	edged = append(append(append(edged, ' '), word...), ' ')
	for size := shortest; size <= longest; size++ {
		if size >= len(edged) {
			use(hashRunes(kindPiece, edged))
			return
		}
		for from := 0; from+size <= len(edged); from++ {
			use(hashRunes(kindPiece, edged[from:from+size]))
		}
	}
}

func isHan(c rune) bool  { return c >= 0x2e80 && unicode.Is(unicode.Han, c) }
func isWord(c rune) bool { return !isHan(c) && (unicode.IsLetter(c) || unicode.IsDigit(c)) }

// FNV-1a over runes, 64 bits wide: with a few hundred thousand terms two never meet in practice.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func mix(h uint64, c rune) uint64 { return (h ^ uint64(c)) * fnvPrime }

func hash1(kind, a rune) uint64    { return mix(mix(fnvOffset, kind), a) }
func hash2(kind, a, b rune) uint64 { return mix(mix(mix(fnvOffset, kind), a), b) }

func hashRunes(kind rune, runes []rune) uint64 {
	h := mix(fnvOffset, kind)
	for _, c := range runes {
		h = mix(h, c)
	}
	return h
}

func hashPair(a, b []rune) uint64 {
	h := mix(fnvOffset, kindWord)
	for _, c := range a {
		h = mix(h, c)
	}
	h = mix(h, ' ')
	for _, c := range b {
		h = mix(h, c)
	}
	return h
}

// normal returns the runes of a text that are looked at: lower case, half width, simplified, digits as one sign (which
// number it is says nothing about what is wanted), broken bytes left out.
func normal(text string) []rune {
	runes := make([]rune, 0, min(len(text), maxRunes))
	digits := 0
	for at := 0; at < len(text) && len(runes) < maxRunes; {
		c, size := utf8.DecodeRuneInString(text[at:])
		at += size
		if c == utf8.RuneError && size <= 1 || invisible(c) {
			continue
		}
		c = Fold(c)
		if unicode.IsDigit(c) {
			if digits++; digits > 3 {
				continue // a number of any length: an order, a parcel, a phone
			}
			c = '0'
		} else {
			digits = 0
		}
		runes = append(runes, c)
	}
	return runes
}
