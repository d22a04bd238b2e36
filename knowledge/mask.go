package knowledge

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What must not be kept of a text that was only looked for: numbers that lead to somebody, addresses of mail and of homes,
// and names that are told as names.
var (
	mailAddress = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN.-]+`)
	webAddress  = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+`)
	longNumber  = regexp.MustCompile(`[+(]?[\pN][\pN\s()_-]{3,}[\pN]|[A-Za-z]{1,4}[\pN]{5,}[A-Za-z\pN]*`)
	homeAddress = regexp.MustCompile(`\p{Han}{1,12}(?:省|市|区|县|镇|路|街|巷|弄|号楼|小区|栋|幢|单元|室)[\p{Han}\pN\s-]*`)
	streetName  = regexp.MustCompile(`(?i)\b\d+\s+(?:[a-z]+\s){1,4}(?:street|st|road|rd|avenue|ave|lane|drive|apt|apartment)\b\.?`)
	toldName    = regexp.MustCompile(`(?i)(我叫|我是|名字是|姓名[:：]?|收件人[:：]?|my name is|i am called|this is|name:)\s*(\p{Han}{2,4}|[A-Za-z]+(?:\s[A-Za-z]+)?)`)
)

// masked is what stands for what is left out.
const masked = "***"

// maxMiss is how much of a search is kept, in characters.
const maxMiss = 60

// Mask leaves out of a text what could lead to a person: phone, order and card numbers, mail, web and home addresses, names
// told as such.
func Mask(text string) string {
	text = toldName.ReplaceAllString(text, "$1"+masked)
	for _, secret := range []*regexp.Regexp{mailAddress, webAddress, longNumber, streetName, homeAddress} {
		text = secret.ReplaceAllString(text, masked)
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
}

// missOf is what is kept of a search that found nothing; empty: nothing that would tell an editor anything.
func missOf(query string) string {
	words := strings.ToLower(Mask(query))
	if utf8.RuneCountInString(words) > maxMiss {
		words = string([]rune(words)[:maxMiss])
	}
	if strings.Trim(words, "* .,!?。，！？") == "" {
		return ""
	}
	return words
}
