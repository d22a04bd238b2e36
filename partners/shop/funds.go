package shop

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

var _ partners.Funds = (*Client)(nil)

// drawBody is a movement in the shop's words.
type drawBody struct {
	Key        string         `json:"key"`
	PutBackOf  string         `json:"put_back_of,omitempty"`
	MerchantID string         `json:"merchant_id"`
	Amount     money.Amount   `json:"amount"`
	Currency   money.Currency `json:"currency"`
	Reason     string         `json:"reason,omitempty"`
	At         time.Time      `json:"at,omitzero"`
}

func (b drawBody) draw(key string) (partners.Draw, error) {
	if b.Key != key || b.MerchantID == "" || b.Amount <= 0 || b.At.IsZero() {
		return partners.Draw{}, errors.New("not the movement asked for, or without merchant, amount or time")
	}
	return partners.Draw{Key: b.Key, PutBackOf: b.PutBackOf, MerchantID: b.MerchantID, Amount: b.Amount, At: b.At}, nil
}

// Draw moves from deposit to balance.
func (c *Client) Draw(ctx context.Context, request partners.DrawRequest) (partners.Draw, error) {
	if err := request.Check(); err != nil {
		return partners.Draw{}, fail(partners.Refused, "invalid_request", err)
	}
	return c.move(ctx, drawBody{
		Key: request.Key, MerchantID: request.MerchantID, Amount: request.Amount, Currency: request.Currency, Reason: request.Reason,
	}, fail(partners.Refused, "no_merchant", errors.New("the shop knows no such merchant")))
}

// PutBack moves from balance to deposit what a draw took and nobody needed.
func (c *Client) PutBack(ctx context.Context, request partners.PutBackRequest) (partners.Draw, error) {
	if err := request.Check(); err != nil {
		return partners.Draw{}, fail(partners.Refused, "invalid_request", err)
	}
	return c.move(ctx, drawBody{
		Key: request.Key, PutBackOf: request.DrawKey, MerchantID: request.MerchantID, Amount: request.Amount, Currency: request.Currency, Reason: request.Reason,
	}, fail(partners.Refused, "no_draw", errors.New("the shop knows no such draw")))
}

// move asks for a movement between deposit and balance; unknown is the error when the shop knows nothing of it.
func (c *Client) move(ctx context.Context, request drawBody, unknown error) (partners.Draw, error) {
	var answer drawBody
	found, err := c.signed.Read(ctx, http.MethodPost, "/shop/draws", request, &answer)
	if err != nil {
		return partners.Draw{}, err
	}
	if !found {
		return partners.Draw{}, unknown
	}
	draw, err := answer.draw(request.Key)
	switch {
	case err != nil:
		return partners.Draw{}, fail(partners.Unknown, "answer", err)
	case draw.MerchantID != request.MerchantID || draw.Amount != request.Amount || draw.PutBackOf != request.PutBackOf:
		return partners.Draw{}, fail(partners.Mismatch, "content", errors.New("the key stands for another movement"))
	}
	return draw, nil
}

// FindDraw asks by key.
func (c *Client) FindDraw(ctx context.Context, key string) (partners.Draw, bool, error) {
	var answer drawBody
	found, err := c.signed.Read(ctx, http.MethodGet, "/shop/draws/"+url.PathEscape(key), nil, &answer)
	if err != nil || !found {
		return partners.Draw{}, false, err
	}
	draw, err := answer.draw(key)
	if err != nil {
		return partners.Draw{}, false, fail(partners.Malformed, "answer", err)
	}
	return draw, true, nil
}

// Funds asks what the merchant has.
func (c *Client) Funds(ctx context.Context, merchantID string) (balance, deposit money.Amount, err error) {
	var answer struct {
		MerchantID string        `json:"merchant_id"`
		Balance    *money.Amount `json:"balance"`
		Deposit    *money.Amount `json:"deposit"`
	}
	found, err := c.signed.Read(ctx, http.MethodGet, "/shop/merchants/"+url.PathEscape(merchantID)+"/funds", nil, &answer)
	switch {
	case err != nil:
		return 0, 0, err
	case !found:
		return 0, 0, fail(partners.Refused, "no_merchant", errors.New("the shop knows no such merchant"))
	case answer.MerchantID != merchantID || answer.Balance == nil || answer.Deposit == nil:
		return 0, 0, fail(partners.Malformed, "answer", errors.New("not the funds asked for"))
	}
	return *answer.Balance, *answer.Deposit, nil
}
