package api

import (
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// The languages that the program speaks.
const (
	langZH = "zh-CN"
	langEN = "en"
)

// languageOf is the language of a request's answer: whichever of Chinese and English Accept-Language names first;
// Chinese when it names neither.
func languageOf(r *http.Request) string {
	wanted := r.Header.Get("Accept-Language")
	if len(wanted) > 200 {
		return langZH
	}
	tags, _, err := language.ParseAcceptLanguage(wanted)
	if err != nil {
		return langZH
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return langZH
		case "en":
			return langEN
		}
	}
	return langZH
}

// reasons are the sentences for what is wrong with a request, in Chinese and English.
var reasons = map[string][2]string{
	"fields":               {"有字段不符合要求，请看 errors。", "some fields are not right; see errors."},
	"not_utf8":             {"内容不是 UTF-8 编码。", "the content is not UTF-8."},
	"json_malformed":       {"内容不是正确的 JSON。", "the content is not well-formed JSON."},
	"json_trailing":        {"JSON 之后还有多余内容。", "something follows after the JSON."},
	"json_too_deep":        {"JSON 嵌套过深。", "the JSON is nested too deeply."},
	"json_too_many_values": {"JSON 里的值过多。", "the JSON holds too many values."},
	"json_not_object":      {"内容应是一个 JSON 对象。", "the content must be a JSON object."},
	"nul_character":        {"不能含有空字符（NUL）。", "the character NUL is not allowed."},
	"body_too_slow":        {"内容没有在规定时间内收完，请重发。", "the content did not arrive in time; send it again."},
	"websocket":            {"这个地址只接受 WebSocket 连接。", "this address takes WebSocket connections."},
	"query_unexpected":     {"这个地址不接受查询参数。", "this address takes no query parameters."},
	"body_unexpected":      {"这个请求不应带内容。", "this request takes no content."},
	"body_unreadable":      {"内容没有收完整，请重发。", "the content did not arrive whole; send it again."},
	"currency":             {"币种与订单不符。", "the currency is not the order's."},
	"method":               {"这个地址不支持该方法，请看响应头 Allow。", "This address does not take that method; see the header Allow."},
	"required":             {"必填。", "is required."},
	"unknown":              {"不认识的字段。", "is not a known field."},
	"one_of":               {"不在允许的取值里。", "is not one of the allowed values."},
	"too_short":            {"太短或太少。", "is too short or too few."},
	"too_long":             {"太长或太多。", "is too long or too many."},
	"too_small":            {"太小。", "is too small."},
	"too_large":            {"太大。", "is too large."},
	"format":               {"格式不对。", "is not in the right form."},
	"type":                 {"类型不对。", "is of the wrong type."},
	"invalid":              {"无效。", "is not valid."},
}

func reasonText(reason, lang string) string {
	texts, ok := reasons[reason]
	if !ok {
		if lang == langZH {
			return fieldText(reason)
		}
		return reason // a service's own words
	}
	if lang == langZH {
		return texts[0]
	}
	return texts[1]
}

// fieldText says in Chinese which field a service's own English words are about; the words themselves stay in the details.
func fieldText(reason string) string {
	field, _, _ := strings.Cut(reason, ":")
	if !fieldName.MatchString(field) {
		return "有内容不符合要求。"
	}
	return "字段 " + field + " 不符合要求。"
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_.]*$`)
