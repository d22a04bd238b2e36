package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"aftersales/money"
	"aftersales/partners/sandbox"
)

// welcomed is how many customers of the demo world find orders of theirs when they first look.
const welcomed = 3

// Welcome gives the first customers of the demo world three delivered orders each, through the shop, if they have
// none yet: something to try a return with. It may run at every start.
func Welcome(ctx context.Context, base string, market sandbox.Client) error {
	client := &http.Client{Timeout: 10 * time.Second}
	for customer := 1; customer <= welcomed; customer++ {
		kim, err := SignIn(ctx, base, client, CustomerLogin(customer))
		if err != nil {
			return err
		}
		var have struct {
			Items []struct{} `json:"items"`
		}
		if err := kim.Get(ctx, "/v1/orders?limit=1", &have); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if len(have.Items) > 0 {
			continue
		}
		for n, price := range []money.Amount{199_00, 899_00, 59_00} {
			order := Order(fmt.Sprintf("T%02d%02d", customer, n+1), customer, n%Shops+1, price, n == 2, n == 1, time.Now())
			if _, err := market.PlaceOrder(ctx, order); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
		}
	}
	return nil
}
