package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"aftersales/bot/dialogue"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/knowledge"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// customerWorld is what the bot may look at and do in the name of one customer.
type customerWorld struct {
	service *cases.Service
	store   *models.Store
	who     contract.Actor
	key     string    // of this turn, so that a turn that is taken twice opens one case
	at      time.Time // when the message came

	articles *knowledge.Service // nil: none are told
}

var _ dialogue.World = customerWorld{}

// kindOf is the kind of case that an intent asks for.
var kindOf = map[string]policy.Kind{
	"return_refund": policy.Return, "refund_only": policy.RefundOnly, "exchange": policy.Exchange, "repair": policy.Repair,
	"complaint": policy.Complaint, "price_protection": policy.PriceProtection, "cancel_order": policy.RefundOnly,
}

// Reasons that an intent says by itself.
var reasonOf = map[string]string{"cancel_order": "cancelled", "price_protection": "price_drop"}

// ordersSeen is how many of the newest orders the bot looks through.
const ordersSeen = 15

func (w customerWorld) Items(ctx context.Context, n int) ([]dialogue.Item, error) {
	page, err := w.service.Orders(ctx, w.who, models.PageRequest{Limit: ordersSeen})
	if err != nil {
		return nil, err
	}
	var items []dialogue.Item
	for _, order := range page.Items {
		more, err := w.itemsOf(ctx, order)
		if err != nil {
			return nil, err
		}
		items = append(items, more...)
	}
	return items[:min(n, len(items))], nil
}

func (w customerWorld) Order(ctx context.Context, number string) ([]dialogue.Item, error) {
	order, err := w.service.Order(ctx, w.who, number)
	if f := fault.As(err); f != nil && f.Code == fault.OrderUnknown {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return w.itemsOf(ctx, order)
}

func (w customerWorld) itemsOf(ctx context.Context, order cases.Order) ([]dialogue.Item, error) {
	var items []dialogue.Item
	for _, line := range order.Lines {
		item := dialogue.Item{
			OrderID: order.ID, LineID: line.ID, ProductID: line.ProductID, VariantID: line.VariantID, Title: line.Title,
			Quantity: line.Quantity, Available: line.Available, Paid: yuan(line.Paid, order.Currency),
			Shipped: order.ShippedAt != nil, Delivered: order.SignedAt != nil, At: order.PaidAt,
		}
		variants, err := w.store.SoldVariants(ctx, order.MerchantID, "", []string{line.VariantID})
		if err != nil {
			return nil, err
		}
		if own, sold := variants[line.VariantID]; sold {
			item.Colour, item.Size = own.Colour, own.Size
		}
		items = append(items, item)
	}
	return items, nil
}

func yuan(amount money.Amount, currency money.Currency) string {
	if currency == money.CNY {
		return "¥" + amount.String()
	}
	return money.Of(amount, currency).String()
}

func (w customerWorld) Variants(ctx context.Context, item dialogue.Item) ([]dialogue.Variant, error) {
	order, err := w.service.Order(ctx, w.who, item.OrderID)
	if err != nil {
		return nil, err
	}
	rows, err := w.store.VariantsLike(ctx, order.MerchantID, item.VariantID)
	return all(rows, func(v models.Variant) dialogue.Variant {
		return dialogue.Variant{ID: v.ID, Colour: v.Colour, Size: v.Size, Price: yuan(v.Price, order.Currency), Stock: v.Stock}
	}), err
}

func (w customerWorld) Reasons(ctx context.Context, intent string, item dialogue.Item) ([]dialogue.Reason, error) {
	order, err := w.service.Order(ctx, w.who, item.OrderID)
	if err != nil {
		return nil, err
	}
	phase := policy.OnSale
	if order.ConfirmedAt != nil {
		phase = policy.AfterSale
	}
	found, err := w.service.Reasons(ctx, kindOf[intent], phase)
	if err != nil {
		return nil, err
	}
	var reasons []dialogue.Reason
	for _, reason := range found {
		if !reason.Group && !reason.Staff {
			reasons = append(reasons, dialogue.Reason{
				Value: reason.Code, Zh: reason.Text.ZH, En: reason.Text.EN, Evidence: len(reason.Evidence) > 0, Describe: reason.Describe,
			})
		}
	}
	return reasons, nil
}

// request is what the bot asks for in the words of the cases.
func (w customerWorld) request(ctx context.Context, r dialogue.Request) (cases.OpenRequest, error) {
	in := cases.OpenRequest{
		Actor: w.who, Key: w.key, ReceivedAt: w.at, Kind: kindOf[r.Intent], OrderID: r.Item.OrderID, Reason: r.Reason, Text: r.Text,
		Evidence: r.Evidence, Lang: map[string]string{"zh": "zh-CN", "en": "en"}[r.Lang],
	}
	if own, fixed := reasonOf[r.Intent]; fixed {
		in.Reason = own
	}
	line := contract.ChosenLine{LineID: r.Item.LineID, Quantity: r.Quantity}
	if r.Intent == "exchange" {
		line.VariantID = r.VariantID
	}
	in.Lines = []contract.ChosenLine{line}
	if r.Amount != "" && (in.Kind == policy.RefundOnly || in.Kind == policy.Complaint) {
		minor, err := strconv.ParseInt(r.Amount, 10, 64)
		if err != nil {
			return in, fmt.Errorf("the bot's amount %q: %w", r.Amount, err)
		}
		in.Asked = money.Amount(minor)
	}
	if in.Kind == policy.Complaint {
		reasons, err := w.service.Reasons(ctx, in.Kind, "")
		if err != nil {
			return in, err
		}
		for _, reason := range reasons {
			if reason.Code == in.Reason && reason.Subject == policy.SubjectService {
				in.Subject, in.Lines, in.Asked = policy.SubjectService, nil, 0
			}
		}
	}
	return in, nil
}

// refusal is a fault of the request in words; empty when the error is another.
func refusal(err error, lang string) string {
	if f := fault.As(err); f != nil && f.Status() < 500 {
		return f.Text(lang)
	}
	return ""
}

func (w customerWorld) Preview(ctx context.Context, r dialogue.Request) (dialogue.Preview, error) {
	if _, known := kindOf[r.Intent]; !known {
		return dialogue.Preview{}, nil
	}
	in, err := w.request(ctx, r)
	if err != nil {
		return dialogue.Preview{}, err
	}
	terms, err := w.service.Preview(ctx, in)
	if words := refusal(err, in.Lang); words != "" {
		return dialogue.Preview{Refused: words}, nil
	}
	if err != nil {
		return dialogue.Preview{}, err
	}
	return dialogue.Preview{Text: foreseen(in.Kind, terms, r.Lang)}, nil
}

// foreseen is what a case would come to, in a sentence.
func foreseen(kind policy.Kind, terms policy.Terms, lang string) string {
	zh := lang != "en"
	text := ""
	switch {
	case kind == policy.Complaint:
		return ""
	case kind == policy.Exchange && terms.Exchange != nil && terms.Exchange.Difference > 0:
		text = pick(zh, "需补差价 ¥"+terms.Exchange.Difference.String()+"，", "The price difference is ¥"+terms.Exchange.Difference.String()+". ")
	case kind == policy.Return || kind == policy.RefundOnly || kind == policy.PriceProtection:
		text = pick(zh, "预计退款 ¥"+terms.Quote.Total.String()+"，", "Expected refund: ¥"+terms.Quote.Total.String()+". ")
	}
	if kind == policy.Return || kind == policy.Exchange || kind == policy.Repair {
		text += freight(terms.Freight.Back, zh)
	}
	return text
}

func freight(back policy.Party, zh bool) string {
	switch back {
	case policy.Customer:
		return pick(zh, "寄回运费由您承担。", "You pay the postage for sending it back. ")
	case policy.Merchant:
		return pick(zh, "寄回运费由商家承担。", "The merchant pays the postage for sending it back. ")
	case policy.Platform:
		return pick(zh, "寄回运费由平台承担。", "The platform pays the postage for sending it back. ")
	}
	return ""
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func (w customerWorld) Do(ctx context.Context, r dialogue.Request) (dialogue.Opened, error) {
	if _, known := kindOf[r.Intent]; !known {
		return dialogue.Opened{Person: true}, nil
	}
	in, err := w.request(ctx, r)
	if err != nil {
		return dialogue.Opened{}, err
	}
	ack, err := w.service.Open(ctx, in)
	if words := refusal(err, in.Lang); words != "" {
		return dialogue.Opened{Refused: words}, nil
	}
	if err != nil {
		return dialogue.Opened{}, err
	}
	opened := dialogue.Opened{CaseID: ack.CaseID}
	shown, err := w.service.Show(ctx, w.who, ack.CaseID)
	if err != nil && !errors.Is(err, context.Canceled) {
		opened.Text = pick(r.Lang != "en", "已提交，售后单 "+ack.CaseID+"。", "Submitted: case "+ack.CaseID+".")
		return opened, nil
	}
	opened.Text = pick(r.Lang != "en", "已提交，售后单 "+ack.CaseID+"。", "Submitted: case "+ack.CaseID+". ") + nextStep(shown.Case, r.Lang)
	return opened, nil
}

// nextStep says who must act in a case, and by when.
func nextStep(c models.Case, lang string) string {
	zh := lang != "en"
	if !c.Open {
		return pick(zh, "这一单已经办完。", "It is settled already.")
	}
	by := ""
	if c.DueAt != nil {
		by = c.DueAt.In(time.FixedZone("CST", 8*3600)).Format("1月2日 15:04")
		if !zh {
			by = c.DueAt.UTC().Format("2 Jan 15:04 UTC")
		}
	}
	if contract.Stage(c.Stage) == contract.StageAppeal {
		return pick(zh, "已有处理结果。不服可在 "+by+" 前申诉，接受则无需操作。", "It has been judged. An appeal is possible until "+by+"; to accept it, there is nothing to do.")
	}
	switch contract.Role(c.WaitingFor) {
	case contract.Merchant:
		return pick(zh, "接下来等商家处理，最晚 "+by+"，到时我会告诉您。", "Next the merchant answers, by "+by+"; I'll let you know.")
	case contract.Customer:
		return pick(zh, "接下来需要您完成下一步，请在 "+by+" 前处理。", "The next step is yours, by "+by+".")
	case contract.Agent, contract.Supervisor, contract.Operator:
		return pick(zh, "接下来由平台同事处理，最晚 "+by+"。", "Next a colleague of the platform looks at it, by "+by+".")
	}
	return pick(zh, "我会盯着进度，有变化马上告诉您。", "I'll keep an eye on it and tell you when something changes.")
}
