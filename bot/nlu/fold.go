package nlu

import (
	"unicode"

	"golang.org/x/text/width"
)

// Fold returns one character as the features see it: lower case, half width, simplified.
func Fold(c rune) rune {
	if c < 0x80 {
		return unicode.ToLower(c)
	}
	if folded := width.LookupRune(c).Folded(); folded != 0 {
		c = folded
	}
	switch c {
	case '’', '‘', '`':
		return '\''
	case '。', '｡':
		return '.'
	case '、':
		return ','
	case '—', '–', '‐', '−':
		return '-'
	case '￥':
		return '¥'
	}
	if simple, found := simplified[c]; found {
		return simple
	}
	return unicode.ToLower(c)
}

// invisible tells joiners, variation selectors and marks of order, which change no word.
func invisible(c rune) bool {
	switch c {
	case 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0xfe0e, 0xfe0f, 0x20e3:
		return true
	}
	return false
}
