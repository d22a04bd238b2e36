package api

import (
	"context"

	"aftersales/models"
)

// Recorder puts into the audit trail what must be provable later.
type Recorder interface {
	Record(ctx context.Context, event models.AuditEvent) error
}
