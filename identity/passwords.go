package identity

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"aftersales/fault"
)

//go:embed common_passwords.txt
var commonText string

//go:embed common_names.txt
var namesText string

// commonWords is the shipped list, by word, and every Chinese surname with every given name of the second one.
var commonWords = sync.OnceValue(func() map[string]bool {
	words := make(map[string]bool, 1<<14)
	surnames, given, _ := strings.Cut(namesText, "\ngiven\n")
	_, surnames, _ = strings.Cut(surnames, "\nsurnames\n")
	for surname := range strings.FieldsSeq(surnames) {
		for name := range strings.FieldsSeq(given) {
			words[surname+name] = true
		}
	}
	for line := range strings.Lines(commonText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			words[word] = true
		}
	}
	return words
})

// CheckPassword refuses a new password that is too short or too long (PasswordLength), that attackers try first
// (PasswordCommon), or that holds the login (PasswordPersonal). There are no rules about kinds of characters and none about
// age: they make passwords worse (NIST SP 800-63B 5.1.1.2, ASVS 5.0 6.2).
func CheckPassword(password, login string) error {
	if len(password) < MinPassword || len(password) > MaxPassword || !utf8.ValidString(password) {
		return fault.New(fault.PasswordLength, "min", MinPassword, "max", MaxPassword)
	}
	folded := strings.ToLower(password)
	if name, _, _ := strings.Cut(login, "@"); len(name) >= 3 && strings.Contains(folded, name) {
		return fault.New(fault.PasswordPersonal)
	}
	if common(folded) {
		return fault.New(fault.PasswordCommon)
	}
	return nil
}

// aroundWord is how many characters around a common word do not make it uncommon: "password2026!".
const aroundWord = 6

// common tells whether a password in lower case is among the first that are tried.
func common(password string) bool {
	words := commonWords()
	for _, form := range []string{password, strings.ReplaceAll(password, " ", ""), unleet(password)} {
		word := strings.TrimFunc(form, notLetter)
		switch {
		case words[form], onlyDigits(form), fewCharacters(form), walked(form):
			return true
		case len(word) >= 4 && len(form)-len(word) <= aroundWord && (words[word] || walked(word) || fewCharacters(word) || doubled(word)):
			return true
		case doubled(form), pair(form):
			return true
		}
	}
	// A word first, then its letters written as digits: "p4ssw0rd2026".
	word := unleet(strings.TrimRight(password, "0123456789!@#$%^&*.?_-+"))
	return len(word) >= 4 && len(password)-len(word) <= aroundWord && words[word]
}

func notLetter(r rune) bool { return r < 'a' || r > 'z' && r < utf8.RuneSelf }

// unleet writes the digits and signs that stand for letters as these.
func unleet(password string) string { return leet.Replace(password) }

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "9", "g", "@", "a", "$", "s", "!", "i", "+", "t")

// onlyDigits: telephone numbers, birthdays and runs, all quickly tried.
func onlyDigits(password string) bool {
	return len(password) < 20 && strings.Trim(password, "0123456789 -./+") == ""
}

// fewCharacters: "aaaaaaaa", "abababab", "112112112".
func fewCharacters(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) <= 3 && len(password) < 24
}

// doubled: a common word, or any short one, over and over: "dragondragon", "xyz1xyz1xyz1".
func doubled(password string) bool {
	for size := 1; size <= len(password)/2; size++ {
		if len(password)%size != 0 {
			continue
		}
		unit := password[:size]
		if strings.Repeat(unit, len(password)/size) == password && (size <= 4 || commonWords()[unit] || walked(unit)) {
			return true
		}
	}
	return false
}

// pair: two common words one after another, with or without something between: "dragonmaster", "Lucky_Tiger7". Three are a
// beginning of a passphrase, and taken.
func pair(password string) bool {
	parts := strings.FieldsFunc(password, notLetter)
	letters := 0
	for _, part := range parts {
		letters += len(part)
	}
	if len(password)-letters > aroundWord {
		return false
	}
	words := commonWords()
	switch len(parts) {
	case 1:
		for at := 3; at <= len(parts[0])-3; at++ {
			if words[parts[0][:at]] && words[parts[0][at:]] {
				return true
			}
		}
	case 2:
		return len(parts[0]) >= 3 && len(parts[1]) >= 3 && words[parts[0]] && words[parts[1]]
	}
	return false
}

// walks are ways that fingers go by themselves.
var walks = sync.OnceValue(func() []string {
	ways := []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "azertyuiop", "qwertzuiop",
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
		"qweasdzxc", "147258369", "159357", "741852963", "!@#$%^&*()", "a1s2d3f4g5h6", "1a2b3c4d5e6f", "a1b2c3d4e5f6",
	}
	for _, way := range ways {
		back := []byte(way)
		for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
			back[i], back[j] = back[j], back[i]
		}
		ways = append(ways, string(back))
	}
	return ways
})

// walked tells whether a password is nothing but walks of three keys or more, one after another: "qwerty123", "1qaz2wsx".
func walked(password string) bool {
	for at := 0; at < len(password); {
		longest := 0
		for _, way := range walks() {
			for size := 3; at+size <= len(password) && strings.Contains(way, password[at:at+size]); size++ {
				longest = max(longest, size)
			}
		}
		if longest == 0 {
			return false
		}
		at += longest
	}
	return password != ""
}
