package nlu

import (
	"strings"
	"unicode"
)

// Clause is a part of a message that says one thing.
type Clause struct {
	Text     string
	From, To int  // bytes of the message
	Anew     bool // something new begins here: after the end of a sentence, or with a word such as 另外
}

// joints begin a new matter within a message.
var joints = []string{
	"另外", "还有", "顺便", "对了", "再就是", "再问", "另", "第二", "其次", "以及", "然后还", "同时",
	"also", "and also", "by the way", "btw", "another thing", "one more thing", "plus", "second", "secondly", "and another",
}

// Clauses splits a message at the ends of sentences and at commas; Chinese at blanks too, where many people set them
// for commas. Crumbs of fewer than two characters stay with what comes before.
func Clauses(message string) []Clause {
	var all []Clause
	from, anew := 0, true
	cut := func(to int, nextAnew bool) {
		text := message[from:to]
		trimmed := strings.TrimFunc(text, func(c rune) bool { return unicode.IsSpace(c) || isMark(c) })
		if trimmed != "" {
			if len([]rune(trimmed)) < 2 && len(all) > 0 {
				last := &all[len(all)-1]
				last.To, last.Text = to, message[last.From:to]
			} else {
				begin := from + strings.Index(text, trimmed)
				all = append(all, Clause{Text: trimmed, From: begin, To: begin + len(trimmed), Anew: anew || begins(trimmed)})
			}
			anew = false
		}
		anew = anew || nextAnew
		from = to
	}
	var before rune
	for at, c := range message {
		end := at + len(string(c))
		switch {
		case isEnd(c):
			cut(end, true)
		case isComma(c):
			cut(end, false)
		case unicode.IsSpace(c) && before == '.': // not the point of 1.5 or of www.example.com
			cut(end, true)
		case unicode.IsSpace(c) && isHan(before):
			cut(end, false)
		}
		before = c
	}
	cut(len(message), false)
	return all
}

func begins(clause string) bool {
	plain := strings.ToLower(clause)
	for _, joint := range joints {
		rest, found := strings.CutPrefix(plain, joint)
		if found && (rest == "" || isHan([]rune(joint)[0]) || !isWord([]rune(rest)[0])) {
			return true
		}
	}
	return false
}

func isEnd(c rune) bool   { return strings.ContainsRune("。！？!?；;\n…", c) }
func isComma(c rune) bool { return strings.ContainsRune("，,、~～", c) }
func isMark(c rune) bool  { return isEnd(c) || isComma(c) || c == '.' }
