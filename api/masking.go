package api

import (
	"strings"
	"unicode/utf8"
)

// maskPhone shows the first three and last four digits: 138****1234. Anything shorter than eight characters shows
// nothing.
func maskPhone(phone string) string {
	runes := []rune(phone)
	if len(runes) == 0 {
		return ""
	}
	if len(runes) < 8 {
		return strings.Repeat("*", len(runes))
	}
	return string(runes[:3]) + strings.Repeat("*", len(runes)-7) + string(runes[len(runes)-4:])
}

// maskName shows the first character: 张*, A****. The number of stars says nothing about a long name.
func maskName(name string) string {
	if name == "" {
		return ""
	}
	_, size := utf8.DecodeRuneInString(name)
	return name[:size] + strings.Repeat("*", min(max(utf8.RuneCountInString(name)-1, 1), 4))
}
