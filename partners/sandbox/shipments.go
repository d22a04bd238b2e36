package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"aftersales/partners"
)

// Outbound parcels: those of an order's shipments, and calling one back.

// shipOut makes the order's parcels known to the carrier: picked up when they were shipped, and signed when the order
// is. Later versions of the order add what is new.
func (s *Server) shipOut(ctx context.Context, tx *sql.Tx, order partners.ShopOrder) error {
	weights := map[string]int{}
	whole := 0
	for _, line := range order.Lines {
		weights[line.ID] = line.WeightGrams * line.Quantity
		whole += weights[line.ID]
	}
	for _, shipment := range order.Shipments {
		grams := 0
		for _, id := range shipment.LineIDs {
			grams += weights[id]
		}
		if len(shipment.LineIDs) == 0 {
			grams = whole
		}
		if s.neverRecorded(shipment.Number) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO parcels (number, grams, to_city) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET to_city = excluded.to_city`,
			shipment.Number, grams, order.Recipient.City); err != nil {
			return err
		}
		state, err := lastState(ctx, tx, shipment.Number)
		if err != nil {
			return err
		}
		moved := false
		if state == partners.TrackNone {
			moved = true
			if err := insertScan(ctx, tx, shipment.Number, Scan{State: partners.TrackPicked}, shipment.ShippedAt); err != nil {
				return err
			}
		}
		if order.SignedAt != nil && !ended(state) && state != partners.TrackReturning {
			moved = true
			if err := insertScan(ctx, tx, shipment.Number, Scan{State: partners.TrackSigned, City: order.Recipient.City}, *order.SignedAt); err != nil {
				return err
			}
		}
		if moved {
			if _, err := tx.ExecContext(ctx, `UPDATE parcels SET abort_at = NULL WHERE number = ?`, shipment.Number); err != nil {
				return err
			}
			if err := s.pushTrack(ctx, tx, shipment.Number, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// ended says that a parcel moves no more.
func ended(state partners.TrackState) bool {
	return state == partners.TrackSigned || state == partners.TrackReturnSigned
}

func lastState(ctx context.Context, q queryer, number string) (partners.TrackState, error) {
	state := partners.TrackNone
	err := q.QueryRowContext(ctx, `SELECT state FROM scans WHERE number = ? ORDER BY id DESC LIMIT 1`, number).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return state, err
}

func insertScan(ctx context.Context, tx *sql.Tx, number string, scan Scan, at time.Time) error {
	if scan.Text == "" {
		scan.Text = stateTexts[scan.State]
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO scans (number, state, city, text, at) VALUES (?, ?, ?, ?, ?)`, number, scan.State, scan.City, scan.Text, millis(at))
	return err
}

// errTooLate is what calling back a parcel gets that has arrived already.
var errTooLate = errors.New("the parcel has arrived; it cannot be called back")

// intercept calls a parcel back: it turns round now and is with its sender after the time given.
func (s *Server) intercept(ctx context.Context, number string, after time.Duration) error {
	if s.neverRecorded(number) {
		return errNoRecord
	}
	defer s.wakeUp()
	return s.store.write(ctx, func(tx *sql.Tx) error {
		state, err := lastState(ctx, tx, number)
		switch {
		case err != nil:
			return err
		case state == partners.TrackNone:
			return badRequest{fmt.Errorf("there is no parcel %s on its way", number)}
		case ended(state):
			return errTooLate
		case state == partners.TrackReturning:
			return nil // it is called back already
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM steps WHERE number = ?`, number); err != nil {
			return err
		}
		if err := s.recordScan(ctx, tx, number, Scan{State: partners.TrackReturning}); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO steps (number, seq, due_at, state, city, text) VALUES (?, 0, ?, ?, '', '')`,
			number, millis(s.now().Add(after)), partners.TrackReturnSigned)
		return err
	})
}
