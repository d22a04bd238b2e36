package worker_test

import (
	"time"

	"aftersales/cases"
	"aftersales/money"
	"aftersales/workflows/contract"
)

func recoveryOf(amount money.Amount) cases.RecoveryRequest {
	return cases.RecoveryRequest{
		Actor: contract.Actor{Kind: contract.Operator, ID: "op", Limit: 1_000_000_00}, Key: "r" + amount.String(), ReceivedAt: now(),
		From: contract.Customer, Amount: amount, Cause: "empty_box_found_later",
	}
}

func moveOf(by time.Duration) cases.MoveRequest {
	return cases.MoveRequest{
		Actor: contract.Actor{Kind: contract.Operator, ID: "op"}, Key: "m1", ReceivedAt: now(), By: by, Reason: "春节",
	}
}
