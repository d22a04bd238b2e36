package api

import (
	"time"

	"aftersales/money"
	"aftersales/workflows/contract"
)

// The contents of the commands of a repair.
type (
	diagnoseBody struct {
		Guarded
		Words
		Pieces
		Fault   string      `json:"fault" minLength:"1" maxLength:"48" pattern:"^[a-z0-9_]+$" doc:"The merchant's code of what is wrong; the same fault, the same code."`
		Covered bool        `json:"covered" doc:"By the warranty."`
		Amount  *chargeBody `json:"amount,omitempty" doc:"What the repair costs when it is not covered."`
	}
	answerQuoteBody struct {
		Guarded
		Accept bool        `json:"accept"`
		Amount *chargeBody `json:"amount,omitempty" doc:"The amount that is accepted, repeated."`
	}
	finishRepairBody struct {
		Guarded
		Words
		Serial string `json:"serial,omitempty" maxLength:"64" doc:"When the repair gave a single item another serial number."`
	}
	cannotRepairBody struct {
		Guarded
		Words
	}
	rejectRepairBody struct {
		Guarded
		Words
		Pieces
	}
	chooseBody struct {
		Guarded
		Choice string `json:"choice" enum:"exchange,return,repair"`
	}
)

func (e *edge) repairCommands() {
	command(e, "case.repair.diagnose", func(b diagnoseBody, m contract.Meta, textID string) contract.Command {
		return &contract.Diagnose{Meta: m, Fault: b.Fault, Covered: b.Covered, Amount: b.Amount.amount(), TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.repair.quote", func(b answerQuoteBody, m contract.Meta, _ string) contract.Command {
		return &contract.AnswerQuote{Meta: m, Accept: b.Accept, Amount: b.Amount.amount()}
	})
	command(e, "case.repair.finish", func(b finishRepairBody, m contract.Meta, textID string) contract.Command {
		return &contract.FinishRepair{Meta: m, Serial: b.Serial, TextID: textID}
	})
	command(e, "case.repair.decline", func(_ cannotRepairBody, m contract.Meta, textID string) contract.Command {
		return &contract.CannotRepair{Meta: m, TextID: textID}
	})
	command(e, "case.repair.reject", func(b rejectRepairBody, m contract.Meta, textID string) contract.Command {
		return &contract.RejectRepair{Meta: m, TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.repair.choose", func(b chooseBody, m contract.Meta, _ string) contract.Command {
		return &contract.Choose{Meta: m, Choice: b.Choice}
	})
}

// repairBody is how far a repair is.
type repairBody struct {
	WarrantyUntil *time.Time `json:"warranty_until,omitempty" doc:"With what the repair added."`
	Before        int        `json:"before" doc:"Repairs of the same fault, without this one."`
	Fault         string     `json:"fault,omitempty"`
	Covered       bool       `json:"covered"`
	Amount        *moneyBody `json:"amount,omitempty" doc:"What the customer is asked to pay."`
	TextID        string     `json:"text_id,omitempty"`
	Evidence      []string   `json:"evidence" nullable:"false"`
	Done          bool       `json:"done"`
	Rejected      int        `json:"rejected" doc:"Times that it came back with the same fault."`
	Why           string     `json:"why,omitempty" doc:"Why the customer chooses, or why the item goes back as it was."`
	Choices       []string   `json:"choices" nullable:"false" doc:"Open to the customer now."`
	Chosen        string     `json:"chosen,omitempty"`
}

func (b *caseBody) addRepair(v contract.View, currency money.Currency) {
	r := v.Repair
	if r == nil {
		return
	}
	b.Repair = &repairBody{
		WarrantyUntil: r.WarrantyUntil, Before: r.Before, Fault: r.Fault, Covered: r.Covered, TextID: r.TextID, Evidence: solid(r.Evidence),
		Done: r.Done, Rejected: r.Rejected, Why: r.Why, Choices: solid(r.Choices), Chosen: r.Chosen,
	}
	if r.Amount > 0 {
		amount := moneyOf(r.Amount, currency)
		b.Repair.Amount = &amount
	}
}
