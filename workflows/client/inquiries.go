package client

import (
	"context"

	"aftersales/workflows/contract"
)

// StartInquiry puts a question of the desk to its carrier by a workflow of its own, once per inquiry.
func (e *Engine) StartInquiry(ctx context.Context, start contract.InquiryStart) error {
	return e.begin(ctx, contract.InquiryWorkflowID(start.InquiryID), contract.WorkflowInquiry, start)
}
