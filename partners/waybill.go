package partners

import "regexp"

// The carriers' number forms, by our carrier code. They follow what the carriers print on their labels; a form
// that a carrier adds later is added here.
var waybillForms = map[string]*regexp.Regexp{
	"sf":    regexp.MustCompile(`^(SF[0-9]{12,15}|[0-9]{12}|[0-9]{15})$`),
	"yto":   regexp.MustCompile(`^(YT[0-9]{12,15}|[0-9]{10,18})$`),
	"zto":   regexp.MustCompile(`^(ZT[0-9]{12,14}|[0-9]{12,15})$`),
	"sto":   regexp.MustCompile(`^[0-9]{12,15}$`),
	"yunda": regexp.MustCompile(`^[0-9]{13,15}$`),
	"jt":    regexp.MustCompile(`^(JT)?[0-9]{12,15}$`),
	"jd":    regexp.MustCompile(`^(JD|VA|VB|VC)[0-9A-Z]{8,20}(-[0-9]{1,3}){0,3}-?$`),
	"ems":   regexp.MustCompile(`^([A-Z]{2}[0-9]{9}[A-Z]{2}|[0-9]{13})$`),
}

// ValidWaybill says whether the number can be one of the carrier ("sf", "yto", "zto", "sto", "yunda", "jt", "jd",
// "ems"): upper-case, no blanks. An unknown carrier has no valid number. It proves the form, not that the parcel exists.
func ValidWaybill(carrier, number string) bool {
	form, known := waybillForms[carrier]
	return known && form.MatchString(number)
}
