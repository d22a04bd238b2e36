package main

import (
	"context"
	"strings"
	"time"

	"aftersales/bot/dialogue"
	"aftersales/bot/nlu"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/knowledge"
	"aftersales/models"
)

// Answer answers from what would happen to this very order, from the state of the customer's cases and orders, and from the
// articles, in this order: what is known of the customer's own matter goes before what holds in general.
func (w customerWorld) Answer(ctx context.Context, q dialogue.Question) (dialogue.Answer, bool, error) {
	about, known, err := w.termsOf(ctx, q)
	if err != nil {
		return dialogue.Answer{}, false, err
	}
	zh := q.Lang != nlu.English
	if known && asksFreight(q.Text) {
		if words := freight(about.Terms.Freight.Back, zh); words != "" {
			return dialogue.Answer{Text: words, Source: pick(zh, "规则 ", "rule ") + about.Terms.Freight.Rule}, true, nil
		}
	}
	switch q.Intent {
	case "refund_status", "order_status", "logistics_status":
		if answer, found, err := w.status(ctx, q); err != nil || found {
			return answer, found, err
		}
	}
	return w.article(ctx, q, about)
}

// termsOf are the terms that the form being filled would come to; false when they are not known yet.
func (w customerWorld) termsOf(ctx context.Context, q dialogue.Question) (knowledge.Facts, bool, error) {
	if q.Item == nil || kindOf[q.Form] == "" {
		return knowledge.Facts{}, false, nil
	}
	in, err := w.request(ctx, dialogue.Request{Intent: q.Form, Item: *q.Item, Quantity: max(1, q.Item.Available), Reason: q.Reason, Lang: q.Lang})
	if err != nil {
		return knowledge.Facts{}, false, err
	}
	terms, err := w.service.Preview(ctx, in)
	if fault.As(err) != nil {
		return knowledge.Facts{}, false, nil // what cannot be asked for has no terms; the rules in general still hold
	}
	return knowledge.Facts{Terms: &terms, Kind: in.Kind, Reason: in.Reason}, err == nil, err
}

// article answers from the knowledge base, and says where the answer is from.
func (w customerWorld) article(ctx context.Context, q dialogue.Question, about knowledge.Facts) (dialogue.Answer, bool, error) {
	if w.articles == nil {
		return dialogue.Answer{}, false, nil
	}
	intent := q.Intent
	if intent == nlu.OutOfScope {
		intent = ""
	}
	lang := knowledge.Chinese
	if q.Lang == nlu.English {
		lang = knowledge.English
	}
	found, ok, err := w.articles.Answer(ctx, knowledge.Query{Text: q.Text, Lang: lang, Intent: intent, About: about})
	if err != nil || !ok {
		return dialogue.Answer{}, false, err
	}
	return dialogue.Answer{
		ID: found.ArticleID, Text: found.Plain, Source: pick(lang == knowledge.Chinese, "知识库《"+found.Title+"》", "Help article “"+found.Title+"”"),
	}, true, nil
}

// thumb records whether an answer helped, in the customer's name.
func (w customerWorld) thumb(ctx context.Context, told dialogue.Reply, lang string, up bool) error {
	if w.articles == nil {
		return nil
	}
	if lang != knowledge.English {
		lang = knowledge.Chinese
	}
	return w.articles.Vote(ctx, knowledge.Thumb{Article: told.Answers, Lang: lang, Voter: string(w.who.Kind) + "/" + w.who.ID, Up: up})
}

// status says where the customer's latest matter stands: the case with what comes next and when, or else the order.
func (w customerWorld) status(ctx context.Context, q dialogue.Question) (dialogue.Answer, bool, error) {
	zh := q.Lang != nlu.English
	page, err := w.service.List(ctx, w.who, models.CaseFilter{}, models.PageRequest{Limit: 1})
	if err != nil {
		return dialogue.Answer{}, false, err
	}
	orders, err := w.service.Orders(ctx, w.who, models.PageRequest{Limit: 1})
	if err != nil {
		return dialogue.Answer{}, false, err
	}
	// Who asks for an order or a parcel means the newest order, unless a case about goods that go back is the newer matter.
	if len(orders.Items) > 0 && (len(page.Items) == 0 || q.Intent == "order_status" && orders.Items[0].PaidAt.After(page.Items[0].OpenedAt)) {
		if q.Intent != "refund_status" {
			return orderStatus(orders.Items[0], zh), true, nil
		}
	}
	if len(page.Items) == 0 {
		return dialogue.Answer{}, false, nil
	}
	newest := page.Items[0]
	text := pick(zh, "您最近的售后单 "+newest.ID+"：", "Your latest case "+newest.ID+": ") + nextStep(newest, q.Lang)
	if newest.Refunded > 0 {
		text += pick(zh, "已退款 ¥"+newest.Refunded.String()+"。", " ¥"+newest.Refunded.String()+" was refunded.")
	} else if q.Intent == "refund_status" && newest.Open && newest.Amount > 0 {
		text += pick(zh, "办完会退 ¥"+newest.Amount.String()+"，原路退回。", " ¥"+newest.Amount.String()+" comes back the way it was paid once that is done.")
	}
	return dialogue.Answer{Text: text, Source: pick(zh, "售后单 ", "case ") + newest.ID}, true, nil
}

// orderStatus says where an order stands.
func orderStatus(order cases.Order, zh bool) dialogue.Answer {
	var titles []string
	for _, line := range order.Lines {
		titles = append(titles, line.Title)
	}
	what := pick(zh, "您最近的订单 "+order.ID+"（"+strings.Join(titles, "、")+"）", "Your latest order "+order.ID+" ("+strings.Join(titles, ", ")+")")
	day := func(zhWords, enWords string, at string) string { return pick(zh, zhWords+at, enWords+at) }
	text := ""
	switch {
	case order.SignedAt != nil:
		text = day("已签收，时间 ", "was signed for on ", order.SignedAt.In(shanghai).Format("2006-01-02 15:04"))
	case order.ShippedAt != nil:
		text = day("已发货，时间 ", "was sent on ", order.ShippedAt.In(shanghai).Format("2006-01-02 15:04"))
	default:
		text = pick(zh, "商家还没有发货，不想等可以直接取消。", "has not been sent yet. If you don't want to wait, you can cancel it.")
	}
	return dialogue.Answer{Text: pick(zh, what+"："+text, what+": "+text), Source: pick(zh, "订单 ", "order ") + order.ID}
}

var shanghai = time.FixedZone("CST", 8*3600)
