package api

import (
	"strings"

	"aftersales/cases"
	"aftersales/policy"
)

// taskText is what a task asks for.
func taskText(kind, lang string) string {
	if words, found := taskWords[kind]; found {
		return words.in(lang)
	}
	text := say(stepWords, policy.Step(kind), lang)
	if lang == langZH || text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// taskWords are tasks that are no step of a case.
var taskWords = map[string]phrase{
	"fund_balance":     {"补足余额以便退款", "Fund the balance, so that a refund can be paid"},
	"consent_rail":     {"同意退款到其他账户", "Agree to be paid on another account"},
	"answer_extension": {"回应商家的延期请求", "Answer the shop's request for more time"},
	"discrepancy":      {"核对账目不符之处", "Look into a discrepancy"},
	"bulk_reading":     {"核查大量查看隐藏信息的行为", "Look into the reading of much hidden data"},
	"erasure_unproven": {"核查未能证明完成的删除", "Look into an erasure that could not be proved"},
}

// newsText is what a notification says: what happened, or what is to be thought of.
func newsText(kind string, data map[string]any, lang string) string {
	if step, isReminder := strings.CutPrefix(kind, "remind_"); isReminder {
		if lang == langZH {
			return "提醒：请" + say(stepWords, policy.Step(step), lang)
		}
		return "Reminder: please " + say(stepWords, policy.Step(step), lang)
	}
	if words, found := deskNews[kind]; found {
		return words.in(lang)
	}
	return eventText(kind, data, lang)
}

// eventText is the sentence for what happened. Goodwill was asked for by nobody: there the opening is the gift.
func eventText(event string, data map[string]any, lang string) string {
	if event == "opened" && data["reason"] == cases.ReasonGoodwill {
		event = "goodwill_given"
	}
	return say(eventWords, event, lang)
}
