package kuaidi100

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"aftersales/partners"
)

// Intercept asks for a parcel to go back to the address it was sent from (document "拦截改址接口", RETURN_SEND_ADDR). What became
// of it is in its track.
func (c *Client) Intercept(ctx context.Context, waybill partners.Waybill, reason string) error {
	company, err := c.check(waybill)
	if err != nil {
		return err
	}
	param, err := encode(map[string]string{
		"kuaidicom": company, "kuaidinum": waybill.Number, "interceptType": "RETURN_SEND_ADDR", "reason": reason,
		"callbackUrl": c.options.CallbackURL, "salt": c.options.Salt,
	})
	if err != nil {
		return err
	}
	t := strconv.FormatInt(c.now().UnixMilli(), 10)
	// A parcel that is turned round stays turned round, so a lost answer only means: again.
	body, err := c.post(partners.Reading(ctx), c.labels+"/label/order", url.Values{
		"method": {"interceptOrder"}, "key": {c.options.Key}, "t": {t}, "param": {param}, "sign": {sign(param, t, c.options.Key, c.options.Secret)},
	})
	if err != nil {
		return err
	}
	var answer struct {
		status
		Success bool `json:"success"`
		Code    int  `json:"code"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fail(partners.Malformed, "answer", err)
	}
	// Their interfaces of labels answer with success and a number where the others have result and a text.
	if answer.ReturnCode == "" && answer.Code != 0 {
		answer.ReturnCode, answer.Result = strconv.Itoa(answer.Code), answer.Success
	}
	if answer.Result && answer.ReturnCode == "200" {
		return nil
	}
	return answer.error()
}
