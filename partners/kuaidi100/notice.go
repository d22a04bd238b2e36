package kuaidi100

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aftersales/partners"
)

// ReadNotice verifies md5(param+salt) and reads what is pushed: the whole track of a parcel, or the progress of a
// pick-up of ours, which tells the carrier's weight. Kuaidi100 numbers no notices, so the ID is the content's digest.
func (c *Client) ReadNotice(_ http.Header, body []byte) (partners.Notice, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return partners.Notice{}, fail(partners.Malformed, "form", err)
	}
	if len(form["param"]) != 1 || len(form["sign"]) != 1 {
		return partners.Notice{}, fail(partners.Forged, "sign", errors.New("exactly one param and one sign are needed"))
	}
	param := form.Get("param")
	expected := sign(param, c.options.Salt)
	if subtle.ConstantTimeCompare([]byte(expected), []byte(strings.ToUpper(form.Get("sign")))) != 1 {
		return partners.Notice{}, fail(partners.Forged, "sign", errors.New("the signature is wrong"))
	}
	track, err := readPush([]byte(param))
	if err != nil {
		return partners.Notice{}, fail(partners.Malformed, "param", err)
	}
	sum := sha256.Sum256([]byte(param))
	return partners.Notice{Partner: partner, ID: hex.EncodeToString(sum[:]), Track: &track}, nil
}

// Acknowledge is the answer that stops Kuaidi100 from repeating the push.
func (c *Client) Acknowledge() (string, []byte) {
	return "application/json; charset=utf-8", []byte(`{"result":true,"returnCode":"200","message":"成功"}`)
}

func readPush(param []byte) (partners.Track, error) {
	var push struct {
		Status     string          `json:"status"`
		LastResult json.RawMessage `json:"lastResult"`
		Com        string          `json:"kuaidicom"` // of a pick-up's callback
		Number     string          `json:"kuaidinum"`
		Data       *pickupProgress `json:"data"`
	}
	if err := json.Unmarshal(param, &push); err != nil {
		return partners.Track{}, err
	}
	if push.Data != nil {
		return push.Data.track(push.Com, push.Number)
	}
	track, err := parseTrack(push.LastResult)
	if err != nil {
		return partners.Track{}, err
	}
	// "abort" ends the watch: no record for 3 days, or no change for 60. Only the former says something new.
	if push.Status == "abort" && len(track.Events) == 0 {
		track.State = partners.TrackAborted
	}
	return track, nil
}

// pickupProgress is the data of a pick-up's callback.
type pickupProgress struct {
	Status     int    `json:"status"`
	Weight     string `json:"weight"`
	UpdateTime string `json:"updateTime"`
}

// track tells of a pick-up only what a track needs: the courier took the parcel (10) or the fee was settled by
// weight (15). The other steps of an order are no news about the parcel.
func (p pickupProgress) track(company, number string) (partners.Track, error) {
	if company == "" || number == "" {
		return partners.Track{}, errors.New("the pick-up's callback names no parcel")
	}
	grams, err := gramsOf(p.Weight)
	if err != nil {
		return partners.Track{}, err
	}
	track := partners.Track{Waybill: partners.Waybill{Carrier: ourCode(company), Number: number}, State: partners.TrackNone, Grams: grams}
	if p.Status == 10 || p.Status == 15 {
		at, err := time.ParseInLocation(time.DateTime, p.UpdateTime, partners.Shanghai)
		if err != nil {
			return partners.Track{}, fmt.Errorf("the time of the pick-up: %w", err)
		}
		track.State = partners.TrackPicked
		track.Events = []partners.TrackEvent{{At: at, Text: "快递员已取件"}}
	}
	return track, nil
}
