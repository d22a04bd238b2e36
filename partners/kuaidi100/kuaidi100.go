// Package kuaidi100 is the client of Kuaidi100, the carrier aggregator: tracks by subscription and query, and
// courier pick-ups. Signatures are MD5 over the parts that each interface names, as Kuaidi100 prescribes.
package kuaidi100

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aftersales/partners"
)

const partner = "kuaidi100"

// Options hold the account's codes. All but Transport and Timeout are needed.
type Options struct {
	BaseURL     string // e.g. https://poll.kuaidi100.com
	Customer    string // account code, signs queries
	Key         string // authorisation key
	Secret      string // signs orders
	Salt        string // signs what is pushed to us; chosen by us
	CallbackURL string // where tracks are pushed
	Transport   http.RoundTripper
	Timeout     time.Duration // 0: 10 s
}

// Client implements partners.Logistics.
type Client struct {
	options Options
	base    string
	labels  string // where parcels are stopped: in earnest another server of theirs
	http    *http.Client
	now     func() time.Time
}

var _ partners.Logistics = (*Client)(nil)

// New makes the client; it does not call anybody.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("kuaidi100: the base address %q is not a web address", o.BaseURL)
	}
	if o.Customer == "" || o.Key == "" || o.Secret == "" || len(o.Salt) < 8 || o.CallbackURL == "" {
		return nil, errors.New("kuaidi100: set customer, key, secret, callback address and a salt of at least 8 characters")
	}
	transport := &partners.Transport{Partner: partner, Base: o.Transport, Timeout: o.Timeout}
	labels := *base
	if labels.Host == "poll.kuaidi100.com" {
		labels.Host = "api.kuaidi100.com"
	}
	return &Client{options: o, base: base.String(), labels: labels.String(), http: transport.Client(), now: time.Now}, nil
}

// Subscribe asks for pushes of every scan. Kuaidi100's "subscribed already" counts as success.
func (c *Client) Subscribe(ctx context.Context, waybill partners.Waybill, phone string) error {
	company, err := c.check(waybill)
	if err != nil {
		return err
	}
	param, err := encode(map[string]any{
		"company": company, "number": waybill.Number, "key": c.options.Key,
		"parameters": map[string]string{
			"callbackurl": c.options.CallbackURL, "salt": c.options.Salt, "phone": phone,
			"resultv2": "4", // names the place of each scan, and where the parcel comes from and goes to
		},
	})
	if err != nil {
		return err
	}
	// Subscribing twice is harmless, so a lost answer only means: again.
	body, err := c.post(partners.Reading(ctx), c.base+"/poll", url.Values{"schema": {"json"}, "param": {param}})
	if err != nil {
		return err
	}
	var answer status
	if err := json.Unmarshal(body, &answer); err != nil {
		return fail(partners.Malformed, "answer", err)
	}
	if answer.ReturnCode == "200" || answer.ReturnCode == "501" {
		return nil
	}
	return answer.error()
}

// Query asks for the track now. Kuaidi100 has no track for a number without a scan; that is TrackNone.
func (c *Client) Query(ctx context.Context, waybill partners.Waybill, phone string) (partners.Track, error) {
	company, err := c.check(waybill)
	if err != nil {
		return partners.Track{}, err
	}
	param, err := encode(map[string]string{"com": company, "num": waybill.Number, "phone": phone, "resultv2": "4", "show": "0", "order": "desc"})
	if err != nil {
		return partners.Track{}, err
	}
	body, err := c.post(partners.Reading(ctx), c.base+"/poll/query.do", url.Values{
		"customer": {c.options.Customer}, "param": {param}, "sign": {sign(param, c.options.Key, c.options.Customer)},
	})
	if err != nil {
		return partners.Track{}, err
	}
	var refused status
	if err := json.Unmarshal(body, &refused); err != nil {
		return partners.Track{}, fail(partners.Malformed, "answer", err)
	}
	if refused.ReturnCode == "500" { // "no result yet, ask again later"
		return partners.Track{Waybill: waybill, State: partners.TrackNone}, nil
	}
	if refused.ReturnCode != "" && refused.ReturnCode != "200" {
		return partners.Track{}, refused.error()
	}
	track, err := parseTrack(body)
	if err == nil && track.Waybill.Number != waybill.Number {
		err = errors.New("the answer is about another parcel")
	}
	if err != nil {
		return partners.Track{}, fail(partners.Malformed, "track", err)
	}
	track.Waybill.Carrier = waybill.Carrier
	return track, nil
}

func (c *Client) check(waybill partners.Waybill) (company string, err error) {
	if company = theirCode(waybill.Carrier); company == "" {
		return "", fail(partners.Refused, "carrier", fmt.Errorf("carrier %q is not in the table", waybill.Carrier))
	}
	if n := len(waybill.Number); n < 6 || n > 32 {
		return "", fail(partners.Refused, "number", errors.New("a waybill number has 6 to 32 characters"))
	}
	return company, nil
}

func (c *Client) post(ctx context.Context, address string, form url.Values) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fail(partners.Down, "address", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.http.Do(request)
	if err != nil {
		var known *partners.Error
		if errors.As(err, &known) {
			return nil, known
		}
		return nil, fail(partners.Unknown, "transport", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fail(partners.Unknown, "transport", err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fail(partners.Refused, fmt.Sprint(answer.StatusCode), errors.New("answered "+answer.Status))
	}
	return body, nil
}

// status is the frame of every answer.
type status struct {
	Result     bool   `json:"result"`
	ReturnCode string `json:"returnCode"`
	Message    string `json:"message"`
}

// error gives a refusal its meaning. Codes: api.kuaidi100.com, "返回码" of query, subscription and order.
func (s status) error() *partners.Error {
	failure := partners.Refused
	switch s.ReturnCode {
	case "500", "501", "502", "30004":
		failure = partners.Down // server error or too busy
	case "503", "600", "601", "30002":
		failure = partners.Down // key or signature refused: nothing was done, a person must mend the account
	case "30009":
		failure = partners.Mismatch // thirdOrderId was used with other content
	case "":
		failure = partners.Malformed
	}
	return fail(failure, s.ReturnCode, errors.New(s.Message))
}

// sign is the upper-case MD5 of the parts in a row.
func sign(parts ...string) string {
	sum := md5.Sum([]byte(strings.Join(parts, "")))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

func encode(value any) (string, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return "", fail(partners.Refused, "encode", err)
	}
	return string(content), nil
}

func fail(failure partners.Failure, code string, err error) *partners.Error {
	return &partners.Error{Failure: failure, Partner: partner, Code: code, Err: err}
}
