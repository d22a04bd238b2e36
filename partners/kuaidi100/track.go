package kuaidi100

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"aftersales/partners"
)

// trackBody is a track in Kuaidi100's words. Weight is an extension: Kuaidi100 tells the carrier's weight only in
// the callback of its own orders; a carrier contract, and our sandbox, may put it here, in kilograms.
type trackBody struct {
	State  string `json:"state"`
	Com    string `json:"com"`
	Nu     string `json:"nu"`
	Weight string `json:"weight"`
	Data   []struct {
		Time    string `json:"time"`
		FTime   string `json:"ftime"`
		Context string `json:"context"`
		Area    string `json:"areaName"`
	} `json:"data"`
	Route struct {
		From routeEnd `json:"from"`
		To   routeEnd `json:"to"`
	} `json:"routeInfo"`
}

type routeEnd struct {
	Name string `json:"name"`
}

func parseTrack(content []byte) (partners.Track, error) {
	var body trackBody
	if err := json.Unmarshal(content, &body); err != nil {
		return partners.Track{}, err
	}
	if body.Nu == "" || body.Com == "" {
		return partners.Track{}, errors.New("the track names no parcel")
	}
	grams, err := gramsOf(body.Weight)
	if err != nil {
		return partners.Track{}, err
	}
	track := partners.Track{
		Waybill: partners.Waybill{Carrier: ourCode(body.Com), Number: body.Nu},
		State:   partners.TrackNone, Grams: grams,
		FromCity: cityOf(body.Route.From.Name), ToCity: cityOf(body.Route.To.Name),
	}
	if len(body.Data) == 0 {
		return track, nil
	}
	for i, scan := range body.Data {
		at, err := time.ParseInLocation(time.DateTime, firstOf(scan.FTime, scan.Time), partners.Shanghai)
		if err != nil {
			return partners.Track{}, fmt.Errorf("scan %d: %w", i, err)
		}
		if i > 0 && at.After(track.Events[i-1].At) {
			return partners.Track{}, errors.New("the scans are not ordered newest first")
		}
		track.Events = append(track.Events, partners.TrackEvent{At: at, City: cityOf(scan.Area), Text: scan.Context})
	}
	if track.FromCity == "" {
		track.FromCity = track.Events[len(track.Events)-1].City
	}
	if track.State, err = stateOf(body.State); err != nil {
		return partners.Track{}, err
	}
	if track.ToCity == "" && (track.State == partners.TrackSigned || track.State == partners.TrackReturnSigned) {
		track.ToCity = track.Events[0].City
	}
	return track, nil
}

var states = map[string]partners.TrackState{
	"0": partners.TrackTransit, "1": partners.TrackPicked, "2": partners.TrackTrouble, "3": partners.TrackSigned,
	"4": partners.TrackReturnSigned, "5": partners.TrackOutForDelivery, "6": partners.TrackReturning,
	"7": partners.TrackForwarded, "8": partners.TrackCustoms, "14": partners.TrackRefused,
	"101": partners.TrackNone, "102": partners.TrackNone, // ordered, waiting for the courier: no scan yet
}

// stateOf maps a state. The finer states that resultv2 switches on begin with the plain one: 301 is a way of
// being signed; 1001 and its kin are ways of being under way.
func stateOf(code string) (partners.TrackState, error) {
	if state, known := states[code]; known {
		return state, nil
	}
	if _, err := strconv.Atoi(code); err == nil {
		switch {
		case len(code) == 4 && strings.HasPrefix(code, "10"):
			return partners.TrackTransit, nil
		case len(code) == 3:
			if state, known := states[code[:1]]; known {
				return state, nil
			}
		}
	}
	return "", fmt.Errorf("unknown state %q", code)
}

// cityOf takes the city out of "广东,深圳市,龙岗区"; a single name is the city itself.
func cityOf(area string) string {
	parts := strings.Split(area, ",")
	if len(parts) > 1 {
		return strings.TrimSpace(parts[1])
	}
	return strings.TrimSpace(parts[0])
}

// gramsOf reads kilograms such as "1.2"; "" is not measured.
func gramsOf(kilograms string) (int, error) {
	if kilograms == "" {
		return 0, nil
	}
	weight, err := strconv.ParseFloat(kilograms, 64)
	if err != nil || math.IsNaN(weight) || weight < 0 || weight > 100_000 {
		return 0, fmt.Errorf("the weight %q is not kilograms", kilograms)
	}
	return int(math.Round(weight * 1000)), nil
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
