package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// Outbound says where the goods of a case are on their way to the customer, and, with Watch, makes the case one that
// follows their parcels. A parcel counts when one of the case's lines is in it.
func (a *Activities) Outbound(ctx context.Context, in contract.OutboundInput) (contract.Outbound, error) {
	var found contract.Outbound
	err := a.Store.Tx(ctx, func(tx *models.Store) error {
		full, err := tx.Order(ctx, in.OrderID)
		if err != nil {
			return err
		}
		shipments, err := tx.Shipments(ctx, in.OrderID)
		if err != nil {
			return err
		}
		found = contract.Outbound{ShippedAt: full.Order.ShippedAt, SignedAt: full.Order.SignedAt, Grams: map[string]int{}}
		for _, line := range full.Lines {
			if slices.ContainsFunc(in.Lines, func(c contract.ChosenLine) bool { return c.LineID == line.ID }) {
				found.Grams[line.ID] = line.WeightGrams
			}
		}
		var watched []models.Waybill
		for _, shipment := range shipments {
			lines, err := linesIn(shipment)
			if err != nil {
				return err
			}
			if !holdsOneOf(lines, in.Lines) {
				continue
			}
			found.Parcels = append(found.Parcels, contract.OutboundParcel{
				Carrier: shipment.Carrier, Number: shipment.Number, ShippedAt: shipment.ShippedAt, Lines: lines,
			})
			watched = append(watched, models.Waybill{
				Carrier: shipment.Carrier, Number: shipment.Number, CaseID: in.CaseID, CreatedAt: models.Moment(in.At),
			})
		}
		if !in.Watch || len(watched) == 0 {
			return nil
		}
		return tx.WatchWaybills(ctx, watched)
	})
	return found, stored(err)
}

// linesIn are the order lines in a parcel; none: the shop did not say, and it may be any of them.
func linesIn(shipment models.OrderShipment) (lines []string, err error) {
	if err := json.Unmarshal([]byte(shipment.Lines), &lines); err != nil {
		return nil, final(errBug, fmt.Errorf("activities: lines of parcel %s of order %s: %w", shipment.Number, shipment.OrderID, err))
	}
	return lines, nil
}

func holdsOneOf(lines []string, chosen []contract.ChosenLine) bool {
	return len(lines) == 0 || slices.ContainsFunc(chosen, func(c contract.ChosenLine) bool { return slices.Contains(lines, c.LineID) })
}

// WatchOutbound asks the carriers to tell every scan of parcels on their way to the customer, and where they are now.
// A number that its carrier says cannot exist is left to time.
func (a *Activities) WatchOutbound(ctx context.Context, in contract.WatchInput) (contract.Watched, error) {
	to, err := a.recipient(ctx, in.OrderID)
	if err != nil {
		return contract.Watched{}, err
	}
	var watched contract.Watched
	for _, parcel := range in.Parcels {
		effect, err := a.intend(ctx, models.Effect{
			Key: contract.EffectKey(in.CaseID, "subscribe/"+parcel.Carrier+"/"+parcel.Number, 1), CaseID: in.CaseID, Kind: "subscribe",
			RequestHash: contract.Digest([]string{in.CaseID, parcel.Carrier, parcel.Number}),
		})
		if err != nil {
			return watched, err
		}
		waybill := partners.Waybill{Carrier: parcel.Carrier, Number: parcel.Number}
		if effect.Status == models.LegIntended {
			known, err := a.subscribe(ctx, effect.Key, waybill, lastFour(to.Phone))
			if err != nil {
				return watched, err
			}
			if !known {
				continue
			}
		}
		if effect.Status == models.LegFailed {
			continue
		}
		track, err := a.Carrier.Query(ctx, waybill, lastFour(to.Phone))
		if err != nil {
			return watched, again(errPartner, fmt.Errorf("activities: track of a waybill: %w", err))
		}
		if fact := trackFact(track); fact != nil {
			watched.Tracks = append(watched.Tracks, *fact)
			if err := a.Store.NoteShipment(ctx, parcel.Carrier, parcel.Number, fact.State, fact.At); err != nil {
				return watched, stored(err)
			}
		}
	}
	return watched, nil
}

// subscribe asks a carrier to tell every scan; known is false when it says that there is no such parcel. Asking twice
// is harmless.
func (a *Activities) subscribe(ctx context.Context, key string, waybill partners.Waybill, phone string) (known bool, err error) {
	if err := a.Store.BeginTry(ctx, key, clock()); err != nil {
		return false, stored(err)
	}
	err = a.Carrier.Subscribe(ctx, waybill, phone)
	switch {
	case err == nil:
		return true, stored(a.Store.EndEffect(ctx, key, models.LegSucceeded, "{}", clock()))
	case partners.FailureOf(err) == partners.Refused:
		return false, stored(a.Store.EndEffect(ctx, key, models.LegFailed, "{}", clock()))
	}
	return false, again(errPartner, fmt.Errorf("activities: subscribe to a waybill: %w", err))
}
