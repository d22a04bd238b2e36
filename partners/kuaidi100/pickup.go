package kuaidi100

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aftersales/partners"
)

// orderBody is an order in Kuaidi100's words.
type orderBody struct {
	TaskID       string `json:"taskId"`
	OrderID      string `json:"orderId"`
	Number       string `json:"kuaidinum"`
	Company      string `json:"kuaidicom"`
	ThirdOrderID string `json:"thirdOrderId"`
}

// pickup joins both of their numbers into our TaskID, because cancelling wants both.
func (b orderBody) pickup(key string) partners.Pickup {
	return partners.Pickup{Key: key, TaskID: b.TaskID + ":" + b.OrderID,
		Waybill: partners.Waybill{Carrier: ourCode(b.Company), Number: b.Number}}
}

// BookPickup orders a courier. Our key goes as thirdOrderId: the same one orders once and answers as the first time.
func (c *Client) BookPickup(ctx context.Context, request partners.PickupRequest) (partners.Pickup, error) {
	company := theirCode(request.Carrier)
	if company == "" {
		return partners.Pickup{}, fail(partners.Refused, "carrier", fmt.Errorf("carrier %q is not in the table", request.Carrier))
	}
	if request.Key == "" || len(request.Key) > 64 {
		return partners.Pickup{}, fail(partners.Refused, "key", errors.New("the key must have 1 to 64 characters"))
	}
	param := map[string]string{
		"kuaidicom": company, "thirdOrderId": request.Key,
		"sendManName": request.From.Name, "sendManMobile": request.From.Phone, "sendManPrintAddr": address(request.From),
		"recManName": request.To.Name, "recManMobile": request.To.Phone, "recManPrintAddr": address(request.To),
		"weight":      strconv.FormatFloat(float64(request.Grams)/1000, 'f', -1, 64),
		"callBackUrl": c.options.CallbackURL, "salt": c.options.Salt,
	}
	if !request.After.IsZero() {
		day, err := c.dayType(request.After)
		if err != nil {
			return partners.Pickup{}, err
		}
		param["dayType"] = day
		param["pickupStartTime"] = request.After.In(partners.Shanghai).Format("15:04")
		param["pickupEndTime"] = request.Before.In(partners.Shanghai).Format("15:04")
	}
	var order orderBody
	if err := c.order(ctx, "bOrder", param, &order); err != nil {
		return partners.Pickup{}, err
	}
	if order.TaskID == "" || order.Number == "" {
		return partners.Pickup{}, fail(partners.Unknown, "answer", errors.New("the answer names no task or no waybill"))
	}
	order.Company = company
	return order.pickup(request.Key), nil
}

// FindPickup asks by thirdOrderId. An account whose contract lets "detail" ask by taskId only has to have this
// switched on by Kuaidi100; without it a lost answer cannot be told from a lost request.
func (c *Client) FindPickup(ctx context.Context, key string) (partners.Pickup, bool, error) {
	var order orderBody
	err := c.order(partners.Reading(ctx), "detail", map[string]string{"thirdOrderId": key}, &order)
	var known *partners.Error
	if errors.As(err, &known) && known.Code == orderUnknown {
		return partners.Pickup{}, false, nil
	}
	if err != nil {
		return partners.Pickup{}, false, err
	}
	if order.ThirdOrderID != key || order.TaskID == "" || order.Number == "" {
		return partners.Pickup{}, false, fail(partners.Malformed, "answer", errors.New("not the order asked for"))
	}
	return order.pickup(key), true, nil
}

const (
	orderUnknown   = "30005"
	orderCancelled = "30006"
)

// CancelPickup gives the pick-up back; one that is cancelled already, or that never was, is fine. taskID is the
// one of Pickup; when it is empty, the order is looked up by key.
func (c *Client) CancelPickup(ctx context.Context, key, taskID, reason string) error {
	if taskID == "" {
		pickup, found, err := c.FindPickup(ctx, key)
		if err != nil || !found {
			return err
		}
		taskID = pickup.TaskID
	}
	task, order, _ := strings.Cut(taskID, ":")
	// Cancelling twice is harmless, so a lost answer only means: again.
	err := c.order(partners.Reading(ctx), "cancel", map[string]string{"taskId": task, "orderId": order, "cancelMsg": reason}, nil)
	var known *partners.Error
	if errors.As(err, &known) && (known.Code == orderUnknown || known.Code == orderCancelled) {
		return nil
	}
	return err
}

// order calls the interface of pick-ups with one method.
func (c *Client) order(ctx context.Context, method string, param any, into *orderBody) error {
	text, err := encode(param)
	if err != nil {
		return err
	}
	t := strconv.FormatInt(c.now().UnixMilli(), 10)
	body, err := c.post(ctx, c.base+"/order/borderapi.do", url.Values{
		"method": {method}, "key": {c.options.Key}, "t": {t}, "param": {text}, "sign": {sign(text, t, c.options.Key, c.options.Secret)},
	})
	if err != nil {
		return err
	}
	var answer struct {
		status
		Data *orderBody `json:"data"`
	}
	unreadable := partners.Malformed
	if method == "bOrder" {
		unreadable = partners.Unknown
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fail(unreadable, "answer", err)
	}
	if answer.ReturnCode != "200" {
		failed := answer.error()
		// A server error while ordering may come after the order was taken.
		if failed.Failure == partners.Malformed || method == "bOrder" && (answer.ReturnCode == "500" || answer.ReturnCode == "30004") {
			failed.Failure = unreadable
		}
		return failed
	}
	if into != nil {
		if answer.Data == nil {
			return fail(unreadable, "answer", errors.New("the answer has no data"))
		}
		*into = *answer.Data
	}
	return nil
}

// dayType names the day of the pick-up as Kuaidi100 wants it; couriers come within three days.
func (c *Client) dayType(after time.Time) (string, error) {
	date := func(t time.Time) time.Time {
		y, m, d := t.In(partners.Shanghai).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, partners.Shanghai)
	}
	switch days := int(date(after).Sub(date(c.now())).Hours() / 24); {
	case days <= 0:
		return "今天", nil
	case days == 1:
		return "明天", nil
	case days == 2:
		return "后天", nil
	default:
		return "", fail(partners.Refused, "day", fmt.Errorf("a courier cannot be ordered %d days ahead; at most 2", days))
	}
}

func address(p partners.Place) string { return p.Province + p.City + p.District + p.Street }
