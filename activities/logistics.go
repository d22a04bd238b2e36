package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// ClaimWaybill makes a parcel's number this case's own. Refused: malformed, or used by another case.
func (a *Activities) ClaimWaybill(ctx context.Context, in contract.WaybillInput) (contract.WaybillResult, error) {
	if !partners.ValidWaybill(in.Carrier, in.Number) {
		code := fault.WaybillMalformed
		if _, known := a.Carrier.Carriers()[in.Carrier]; !known {
			code = fault.CarrierUnknown
		}
		return contract.WaybillResult{Refused: fault.New(code)}, nil
	}
	if in.Out {
		return a.watchWaybill(ctx, in)
	}
	other, err := a.Store.ClaimWaybill(ctx, waybillRow(in, false))
	if err != nil {
		return contract.WaybillResult{}, stored(err)
	}
	if other != "" {
		return contract.WaybillResult{Refused: fault.New(fault.WaybillReused)}, nil
	}
	return contract.WaybillResult{}, nil
}

// watchWaybill follows a parcel that the merchant sends. Refused: the number of a parcel that went another way.
func (a *Activities) watchWaybill(ctx context.Context, in contract.WaybillInput) (contract.WaybillResult, error) {
	taken, err := a.Store.WaybillTaken(ctx, in.CaseID, in.OrderID, in.Carrier, in.Number)
	if err != nil {
		return contract.WaybillResult{}, stored(err)
	}
	if taken {
		return contract.WaybillResult{Refused: fault.New(fault.WaybillReused)}, nil
	}
	return contract.WaybillResult{}, stored(a.Store.WatchWaybills(ctx, []models.Waybill{waybillRow(in, false)}))
}

func waybillRow(in contract.WaybillInput, verified bool) models.Waybill {
	return models.Waybill{
		Carrier: in.Carrier, Number: in.Number, CaseID: in.CaseID, Direction: models.WaybillBack, Verified: verified, CreatedAt: models.Moment(in.At),
	}
}

// RegisterWaybill asks the carrier to tell every scan of a claimed parcel, and where it is now. A parcel that
// travels between other cities than this case's is refused and its number given back.
func (a *Activities) RegisterWaybill(ctx context.Context, in contract.WaybillInput) (contract.WaybillResult, error) {
	waybill := partners.Waybill{Carrier: in.Carrier, Number: in.Number}
	effect, err := a.intend(ctx, models.Effect{
		Key: contract.EffectKey(in.CaseID, "subscribe/"+in.Carrier+"/"+in.Number, 1), CaseID: in.CaseID, Kind: "subscribe",
		RequestHash: contract.Digest([]string{in.CaseID, in.Carrier, in.Number}),
	})
	if err != nil {
		return contract.WaybillResult{}, err
	}
	address, place, err := a.returnPlace(ctx, in.MerchantID, in.AddressID)
	if err != nil {
		return contract.WaybillResult{}, err
	}
	if effect.Status != models.LegSucceeded { // subscribing twice is harmless, so nothing is asked first
		if err := a.Store.BeginTry(ctx, effect.Key, clock()); err != nil {
			return contract.WaybillResult{}, stored(err)
		}
		if err := a.Carrier.Subscribe(ctx, waybill, lastFour(place.Phone)); err != nil {
			return a.notWatched(ctx, in, effect.Key, err)
		}
		if err := a.Store.EndEffect(ctx, effect.Key, models.LegSucceeded, "{}", clock()); err != nil {
			return contract.WaybillResult{}, stored(err)
		}
	}
	track, err := a.Carrier.Query(ctx, waybill, lastFour(place.Phone))
	if err != nil {
		return contract.WaybillResult{}, again(errPartner, fmt.Errorf("activities: track of a waybill: %w", err))
	}
	another, err := a.another(ctx, in, address.City, track)
	if err != nil {
		return contract.WaybillResult{}, err
	}
	if another != nil {
		return contract.WaybillResult{Refused: another}, stored(a.Store.ReleaseWaybill(ctx, in.CaseID, in.Carrier, in.Number))
	}
	if err := a.Store.VerifyWaybill(ctx, in.CaseID, in.Carrier, in.Number); err != nil {
		return contract.WaybillResult{}, stored(err)
	}
	return contract.WaybillResult{Track: trackFact(track)}, nil
}

// notWatched gives a failed subscription its meaning.
func (a *Activities) notWatched(ctx context.Context, in contract.WaybillInput, key string, cause error) (contract.WaybillResult, error) {
	if partners.FailureOf(cause) != partners.Refused {
		return contract.WaybillResult{}, again(errPartner, fmt.Errorf("activities: subscribe to a waybill: %w", cause))
	}
	err := a.Store.Tx(ctx, func(tx *models.Store) error {
		if err := tx.EndEffect(ctx, key, models.LegFailed, "{}", clock()); err != nil {
			return err
		}
		return tx.ReleaseWaybill(ctx, in.CaseID, in.Carrier, in.Number)
	})
	return contract.WaybillResult{Refused: fault.New(fault.WaybillMalformed)}, stored(err)
}

// another says why a track cannot be this case's parcel: it must begin after the case did, and run from the customer's
// city to the merchant's. A city that is not known yet is not held against it.
func (a *Activities) another(ctx context.Context, in contract.WaybillInput, merchantCity string, track partners.Track) (*fault.Fault, error) {
	if n := len(track.Events); n > 0 && track.Events[n-1].At.Before(in.NotBefore.Truncate(time.Second)) {
		return fault.New(fault.WaybillTooOld), nil
	}
	if in.Out { // it may leave from any store-house of the merchant's
		receiver, err := a.recipient(ctx, in.OrderID)
		if err == nil && !sameCity(track.ToCity, receiver.City) {
			return fault.New(fault.WaybillElsewhere, "expected", "→ 收货城市 / the customer's city"), nil
		}
		return nil, err
	}
	if !sameCity(track.ToCity, merchantCity) {
		return fault.New(fault.WaybillElsewhere, "expected", "→ "+merchantCity), nil
	}
	if track.FromCity == "" {
		return nil, nil
	}
	sender, err := a.recipient(ctx, in.OrderID)
	if err != nil {
		return nil, err
	}
	if !sameCity(track.FromCity, sender.City) {
		return fault.New(fault.WaybillElsewhere, "expected", "收货城市 / your city → "+merchantCity), nil
	}
	return nil, nil
}

// sameCity compares city names as carriers and shops write them: 杭州 and 杭州市 are the same.
func sameCity(a, b string) bool {
	a, b = strings.TrimSuffix(strings.TrimSpace(a), "市"), strings.TrimSuffix(strings.TrimSpace(b), "市")
	return a == "" || b == "" || strings.EqualFold(a, b)
}

// trackFact is what a case needs of a track; nil while the carrier knows nothing.
func trackFact(track partners.Track) *contract.TrackFact {
	if track.State == partners.TrackNone || len(track.Events) == 0 {
		return nil
	}
	newest := track.Events[0].At
	return &contract.TrackFact{
		NoticeID: "query/" + track.Waybill.Number + "/" + newest.UTC().Format("20060102T150405"),
		Carrier:  track.Waybill.Carrier, Number: track.Waybill.Number, State: string(track.State), Grams: track.Grams, At: newest.UTC(),
	}
}

// BookPickup orders a courier, once per case and round, however often it is tried. Its waybill is the case's own.
func (a *Activities) BookPickup(ctx context.Context, in contract.PickupInput) (contract.PickupResult, error) {
	effect, err := a.intend(ctx, models.Effect{
		Key: pickupKey(in), CaseID: in.CaseID, Kind: "pickup",
		RequestHash: contract.Digest([]any{in.CaseID, in.AddressID, in.Carrier, in.Grams, in.After, in.Before}),
	})
	if err != nil {
		return contract.PickupResult{}, err
	}
	if off, err := a.calledOff(ctx, in); err != nil || off {
		return contract.PickupResult{Refused: fault.New(fault.NotNow)}, err
	}
	switch effect.Status {
	case models.LegSucceeded:
		var result contract.PickupResult
		if err := json.Unmarshal([]byte(effect.Result), &result); err != nil {
			return result, final(errBug, err)
		}
		return result, nil
	case models.LegFailed:
		return contract.PickupResult{Refused: fault.New(fault.CarrierUnknown)}, nil
	}
	pickup, err := a.callCourier(ctx, in, effect)
	if partners.FailureOf(err) == partners.Refused && err != nil {
		return contract.PickupResult{Refused: fault.New(fault.CarrierUnknown)},
			stored(a.Store.EndEffect(ctx, effect.Key, models.LegFailed, "{}", clock()))
	}
	if err != nil {
		return contract.PickupResult{}, err
	}
	if off, err := a.calledOff(ctx, in); err != nil || off { // cancelled while the call was on its way
		if err == nil {
			err = a.sendAway(ctx, in, pickup)
		}
		return contract.PickupResult{Refused: fault.New(fault.NotNow)}, err
	}
	return a.courierOrdered(ctx, in, effect.Key, pickup)
}

// callCourier asks by key when a call may have been made before, and orders otherwise.
func (a *Activities) callCourier(ctx context.Context, in contract.PickupInput, effect models.Effect) (partners.Pickup, error) {
	if effect.Tries > 0 {
		pickup, found, err := a.Carrier.FindPickup(ctx, effect.Key)
		if err != nil {
			return pickup, again(errPartner, fmt.Errorf("activities: ask for a courier: %w", err))
		}
		if found {
			return pickup, nil
		}
	}
	_, to, err := a.returnPlace(ctx, in.MerchantID, in.AddressID)
	if err != nil {
		return partners.Pickup{}, err
	}
	from, err := a.recipient(ctx, in.OrderID)
	if err != nil {
		return partners.Pickup{}, err
	}
	if err := a.Store.BeginTry(ctx, effect.Key, clock()); err != nil {
		return partners.Pickup{}, stored(err)
	}
	pickup, err := a.Carrier.BookPickup(ctx, partners.PickupRequest{
		Key: effect.Key, Carrier: in.Carrier, From: from, To: to, Grams: in.Grams, After: in.After, Before: in.Before,
	})
	if err != nil {
		return pickup, again(errPartner, fmt.Errorf("activities: order a courier: %w", err))
	}
	return pickup, nil
}

func (a *Activities) courierOrdered(ctx context.Context, in contract.PickupInput, key string, pickup partners.Pickup) (contract.PickupResult, error) {
	result := contract.PickupResult{Carrier: pickup.Waybill.Carrier, Number: pickup.Waybill.Number, TaskID: pickup.TaskID}
	content, err := json.Marshal(result)
	if err != nil {
		return result, final(errBug, err)
	}
	err = a.Store.Tx(ctx, func(tx *models.Store) error {
		other, err := tx.ClaimWaybill(ctx, waybillRow(contract.WaybillInput{
			CaseID: in.CaseID, Carrier: result.Carrier, Number: result.Number, At: in.At,
		}, true))
		if err != nil {
			return err
		}
		if other != "" {
			return final(errMismatch, fmt.Errorf("activities: the carrier gave case %s the waybill of case %s", in.CaseID, other))
		}
		return tx.EndEffect(ctx, key, models.LegSucceeded, string(content), clock())
	})
	return result, stored(err)
}

// CancelPickup sends a courier away, by key: also one whose order may have been placed without our knowing.
func (a *Activities) CancelPickup(ctx context.Context, in contract.PickupInput) error {
	effect, err := a.intend(ctx, models.Effect{
		Key: cancelKey(in), CaseID: in.CaseID, Kind: "cancel_pickup", RequestHash: contract.Digest([]any{in.CaseID, in.Round}),
	})
	if err != nil || effect.Status == models.LegSucceeded {
		return err
	}
	pickup, found, err := a.Carrier.FindPickup(ctx, pickupKey(in))
	if err != nil {
		return again(errPartner, fmt.Errorf("activities: ask for a courier: %w", err))
	}
	if !found {
		// It may still be on its way to the carrier: whoever placed it finds this effect and sends it away.
		return stored(a.Store.EndEffect(ctx, effect.Key, models.LegSucceeded, "{}", clock()))
	}
	return a.sendAway(ctx, in, pickup)
}

func (a *Activities) sendAway(ctx context.Context, in contract.PickupInput, pickup partners.Pickup) error {
	if err := a.Carrier.CancelPickup(ctx, pickupKey(in), pickup.TaskID, "售后取消 / no longer needed"); err != nil {
		return again(errPartner, fmt.Errorf("activities: cancel a courier: %w", err))
	}
	return stored(a.Store.Tx(ctx, func(tx *models.Store) error {
		if err := tx.ReleaseWaybill(ctx, in.CaseID, pickup.Waybill.Carrier, pickup.Waybill.Number); err != nil {
			return err
		}
		return tx.EndEffect(ctx, cancelKey(in), models.LegSucceeded, "{}", clock())
	}))
}

func pickupKey(in contract.PickupInput) string {
	return contract.EffectKey(in.CaseID, "pickup", in.Round)
}

func cancelKey(in contract.PickupInput) string {
	return contract.EffectKey(in.CaseID, "cancel_pickup", in.Round)
}

// calledOff tells whether the pick-up of this round was cancelled.
func (a *Activities) calledOff(ctx context.Context, in contract.PickupInput) (bool, error) {
	effects, err := a.Store.Effects(ctx, []string{cancelKey(in)})
	return len(effects) > 0, stored(err)
}

// intend writes an effect before its call, or finds it.
func (a *Activities) intend(ctx context.Context, effect models.Effect) (models.Effect, error) {
	effect.Status, effect.Result, effect.CreatedAt, effect.UpdatedAt = models.LegIntended, "", clock(), clock()
	kept, err := a.Store.IntendEffect(ctx, effect)
	var reused *models.EffectReused
	if errors.As(err, &reused) {
		return kept, final(errMismatch, err)
	}
	return kept, stored(err)
}

// returnPlace is the merchant's address that goods go back to: the named one, or the default.
func (a *Activities) returnPlace(ctx context.Context, merchantID, addressID string) (models.ReturnAddress, partners.Place, error) {
	address, err := a.Store.ReturnAddressFor(ctx, merchantID, addressID)
	if errors.Is(err, models.ErrNotFound) {
		return address, partners.Place{}, final(errBug, fmt.Errorf("activities: merchant %s has no return address %q", merchantID, addressID))
	}
	if err != nil {
		return address, partners.Place{}, stored(err)
	}
	content, err := a.Store.ReturnPlace(ctx, address)
	if err != nil {
		return address, partners.Place{}, stored(err)
	}
	var place partners.Place
	if err := json.Unmarshal([]byte(content), &place); err != nil {
		return address, place, final(errBug, errors.New("activities: the return address cannot be read"))
	}
	return address, place, nil
}

// recipient is where the order went: the way back begins there.
func (a *Activities) recipient(ctx context.Context, orderID string) (partners.Place, error) {
	full, err := a.Store.Order(ctx, orderID)
	if err != nil {
		return partners.Place{}, stored(err)
	}
	content, err := a.Store.Recipient(ctx, full.Order)
	if err != nil {
		return partners.Place{}, stored(err)
	}
	var place partners.ShopPlace
	if err := json.Unmarshal([]byte(content), &place); err != nil {
		return partners.Place{}, final(errBug, errors.New("activities: the order's address cannot be read"))
	}
	return partners.Place(place), nil
}

func lastFour(phone string) string {
	if len(phone) < 4 {
		return ""
	}
	return phone[len(phone)-4:]
}
