package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/workflows/contract"
)

// dispute hands what the parties could not settle to the platform. cause says why, e.g. merchant_refused.
func (c *story) dispute(ctx workflow.Context, cause string) contract.Stage {
	return c.review(ctx, cause)
}
