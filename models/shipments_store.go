package models

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"
)

// writeShipments keeps every parcel that the shop ever named: somebody may be watching it.
func (s *Store) writeShipments(ctx context.Context, in OrderInput) error {
	if len(in.Shipments) == 0 {
		return nil
	}
	rows := make([]OrderShipment, len(in.Shipments))
	for i, shipment := range in.Shipments {
		if shipment.LineIDs == nil {
			shipment.LineIDs = []string{}
		}
		lines, err := json.Marshal(shipment.LineIDs)
		if err != nil {
			return err
		}
		rows[i] = OrderShipment{
			OrderID: in.ID, Carrier: shipment.Carrier, Number: shipment.Number, Lines: string(lines), ShippedAt: Moment(shipment.ShippedAt),
		}
	}
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "order_id"}, {Name: "carrier"}, {Name: "number"}},
		DoUpdates: clause.AssignmentColumns([]string{"lines", "shipped_at"}),
	}).Create(&rows).Error
}

// Shipments lists the parcels of an order on their way to the customer, the oldest first.
func (s *Store) Shipments(ctx context.Context, orderID string) ([]OrderShipment, error) {
	var rows []OrderShipment
	err := s.db(ctx).Where("order_id = ?", orderID).Order("shipped_at, carrier, number").Find(&rows).Error
	return rows, err
}

// NoteShipment notes where a parcel on its way to a customer is. An older word changes nothing.
func (s *Store) NoteShipment(ctx context.Context, carrier, number, state string, at time.Time) error {
	return s.db(ctx).Model(&OrderShipment{}).
		Where("number = ? AND carrier = ? AND (state_at IS NULL OR state_at < ?)", number, carrier, Moment(at)).
		Updates(map[string]any{"state": state, "state_at": Moment(at)}).Error
}

// WatchWaybills notes that a case follows parcels on their way to the customer. Twice is once.
func (s *Store) WatchWaybills(ctx context.Context, rows []Waybill) error {
	for i := range rows {
		rows[i].Direction = WaybillOut
	}
	return insertOnce(s.db(ctx), rows)
}

// WatchersOf finds the workflows of the open cases that follow a parcel; known is false when no case ever did.
func (s *Store) WatchersOf(ctx context.Context, carrier, number string) (workflowIDs []string, known bool, err error) {
	var found []struct {
		WorkflowID string
		Open       bool
	}
	err = s.db(ctx).Raw(`SELECT k.workflow_id, k.open FROM cases k JOIN waybills w ON w.case_id = k.id
		WHERE w.carrier = ? AND w.number = ? ORDER BY k.id`, carrier, number).Scan(&found).Error
	for _, row := range found {
		if row.Open {
			workflowIDs = append(workflowIDs, row.WorkflowID)
		}
	}
	return workflowIDs, len(found) > 0, err
}

// OpenCasesOfOrder finds the workflows of an order's open cases; kind "": of every kind.
func (s *Store) OpenCasesOfOrder(ctx context.Context, orderID, kind string) ([]string, error) {
	query := s.db(ctx).Model(&Case{}).Where("order_id = ? AND open", orderID)
	if kind != "" {
		query = query.Where("kind = ?", kind)
	}
	var ids []string
	return ids, query.Order("id").Pluck("workflow_id", &ids).Error
}
