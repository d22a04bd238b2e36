package api

import (
	"context"
	"time"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// maxText is the longest text in characters that a person may send with a command.
const maxText = 2000

// Guarded is what every command's content begins with.
type Guarded struct {
	ExpectedRevision *int64 `json:"expected_revision,omitempty" minimum:"0" maximum:"9007199254740991" doc:"The revision one saw; when the case has moved on, the command is refused with stale_revision."`
}

// Words is a text that a person writes. It is sealed and stored before anything else sees its ID.
type Words struct {
	Text string `json:"text,omitempty" maxLength:"2000" doc:"In one's own words."`
}

// Pieces names uploaded evidence.
type Pieces struct {
	Evidence []string `json:"evidence,omitempty" maxItems:"20" nullable:"false" doc:"IDs from POST /v1/uploads."`
}

// commandInput is the request of a command on a case.
type commandInput[B any] struct {
	ID  string `path:"id" maxLength:"40"`
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`

	Body B
}

type ackOutput struct {
	Body ackBody
}

// ackBody says where the case stands once the command has taken effect.
type ackBody struct {
	CaseID   string        `json:"case_id"`
	Stage    string        `json:"stage"`
	Outcome  string        `json:"outcome,omitempty"`
	Revision int64         `json:"revision"`
	Seq      int64         `json:"seq"`
	Changed  bool          `json:"changed" doc:"False: the case was like this already."`
	Question *questionBody `json:"question,omitempty" doc:"What is asked next."`
	JoinedTo string        `json:"joined_to,omitempty" doc:"The open case that took the request in: no new one was opened."`
}

func (e *edge) ack(ctx context.Context, kind string, ack contract.Ack) ackBody {
	return ackBody{
		CaseID: ack.CaseID, Stage: string(ack.Stage), Outcome: string(ack.Outcome), Revision: ack.Revision, Seq: ack.Seq,
		Changed: ack.Changed, Question: e.question(ctx, kind, ack.Question), JoinedTo: ack.JoinedTo,
	}
}

func (g Guarded) revision() *int64 { return g.ExpectedRevision }
func (w Words) written() string    { return w.Text }

// command serves one command: make builds it of the content, the stored text's ID and what comes with every command.
func command[B interface{ revision() *int64 }](e *edge, action string, make_ func(B, contract.Meta, string) contract.Command) {
	var empty B
	e.doors[make_(empty, contract.Meta{}, "").Name()] = action
	register(e, action, func(ctx context.Context, in *commandInput[B]) (*ackOutput, error) {
		caller := callerOf(ctx)
		text := ""
		if body, ok := any(in.Body).(interface{ written() string }); ok {
			text = body.written()
		}
		ack, err := e.Cases.Command(ctx, action, in.ID, text, func(textID string) contract.Command {
			return make_(in.Body, caller.meta(in.Body.revision()), textID)
		})
		if err != nil {
			return nil, err
		}
		return &ackOutput{Body: e.ack(ctx, "", ack)}, nil
	})
}

// The contents of the customer's commands.
type (
	answerBody struct {
		Guarded
		Words
		Pieces
		Round  int    `json:"round" minimum:"0" maximum:"1000" doc:"Of the question that is answered."`
		N      int    `json:"n" minimum:"0" maximum:"1000"`
		Choice string `json:"choice,omitempty" maxLength:"64"`
	}
	answerOfferBody struct {
		Guarded
		Accept bool        `json:"accept"`
		Amount *chargeBody `json:"amount,omitempty" doc:"The amount one accepts, repeated: an offer that changed meanwhile is not accepted unseen."`
	}
	editBody struct {
		Guarded
		Words
		Pieces
		Reason string `json:"reason,omitempty" maxLength:"48"`
	}
	escalateBody struct {
		Guarded
		Words
		Pieces
	}
	sendBackBody struct {
		Guarded
		Carrier string `json:"carrier" minLength:"1" maxLength:"16"`
		Number  string `json:"number" minLength:"1" maxLength:"40" doc:"The waybill's number."`
	}
	pickupBody struct {
		Guarded
		Carrier string    `json:"carrier" minLength:"1" maxLength:"16"`
		After   time.Time `json:"after" doc:"The courier may come from then."`
		Before  time.Time `json:"before" doc:"The courier comes until then."`
	}
	withdrawBody struct {
		Guarded
	}
	addEvidenceBody struct {
		Guarded
		Words
		Evidence []string `json:"evidence" minItems:"1" maxItems:"20" nullable:"false" doc:"IDs from POST /v1/uploads."`
	}
	answerExtensionBody struct {
		Guarded
		Accept bool `json:"accept"`
	}
)

func (e *edge) customerCommands() {
	command(e, "case.question.answer", func(b answerBody, m contract.Meta, textID string) contract.Command {
		return &contract.Answer{Meta: m, Round: b.Round, N: b.N, Choice: b.Choice, TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.offer.answer", func(b answerOfferBody, m contract.Meta, _ string) contract.Command {
		return &contract.AnswerOffer{Meta: m, Accept: b.Accept, Amount: b.Amount.amount()}
	})
	command(e, "case.request.edit", func(b editBody, m contract.Meta, textID string) contract.Command {
		return &contract.Edit{Meta: m, Reason: b.Reason, TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.request.escalate", func(b escalateBody, m contract.Meta, textID string) contract.Command {
		return &contract.Escalate{Meta: m, TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.parcel.send", func(b sendBackBody, m contract.Meta, _ string) contract.Command {
		return &contract.SendBack{Meta: m, Carrier: b.Carrier, Number: b.Number}
	})
	command(e, "case.pickup.request", func(b pickupBody, m contract.Meta, _ string) contract.Command {
		return &contract.RequestPickup{Meta: m, Carrier: b.Carrier, After: b.After.UTC(), Before: b.Before.UTC()}
	})
	command(e, "case.request.withdraw", func(_ withdrawBody, m contract.Meta, _ string) contract.Command {
		return &contract.Withdraw{Meta: m}
	})
	command(e, "case.evidence.add", func(b addEvidenceBody, m contract.Meta, textID string) contract.Command {
		return &contract.AddEvidence{Meta: m, Evidence: b.Evidence, TextID: textID}
	})
	command(e, "case.extension.answer", func(b answerExtensionBody, m contract.Meta, _ string) contract.Command {
		return &contract.AnswerExtension{Meta: m, Accept: b.Accept}
	})
}

// The contents of the merchant's commands.
type (
	merchantAnswerBody struct {
		Guarded
		Words
		Pieces
		Decision   string      `json:"decision" enum:"agree,refuse,offer,ask"`
		AddressID  string      `json:"address_id,omitempty" maxLength:"40" doc:"agree: where to send the goods; absent: the default address."`
		KeepGoods  bool        `json:"keep_goods,omitempty" doc:"agree: refund without the goods."`
		ReasonCode string      `json:"reason_code,omitempty" maxLength:"48" pattern:"^[a-z0-9_]*$" doc:"A code, not words: those go into text."`
		Amount     *chargeBody `json:"amount,omitempty" doc:"offer: how much."`
		AskFor     string      `json:"ask_for,omitempty" enum:"evidence,description" doc:"ask: for what."`
	}
	inspectBody struct {
		Guarded
		Words
		Pieces
		Difference   string `json:"difference,omitempty" enum:"empty,wrong,used,short,damaged" doc:"Absent: all is well."`
		MissingUnits int    `json:"missing_units,omitempty" minimum:"0" maximum:"100000"`
		Grams        int    `json:"grams,omitempty" minimum:"0" maximum:"10000000" doc:"What the parcel weighed."`
	}
	askExtensionBody struct {
		Guarded
		Seconds int64 `json:"seconds" minimum:"1" maximum:"31536000"`
	}
)

func (e *edge) merchantCommands() {
	command(e, "case.merchant.answer", func(b merchantAnswerBody, m contract.Meta, textID string) contract.Command {
		return &contract.MerchantAnswer{
			Meta: m, Decision: contract.Decision(b.Decision), AddressID: b.AddressID, KeepGoods: b.KeepGoods, ReasonCode: b.ReasonCode,
			TextID: textID, Evidence: b.Evidence, Amount: b.Amount.amount(), AskFor: b.AskFor,
		}
	})
	command(e, "case.parcel.inspect", func(b inspectBody, m contract.Meta, textID string) contract.Command {
		return &contract.Inspect{
			Meta: m, Difference: policy.Difference(b.Difference), MissingUnits: b.MissingUnits, Grams: b.Grams,
			TextID: textID, Evidence: b.Evidence,
		}
	})
	command(e, "case.extension.ask", func(b askExtensionBody, m contract.Meta, _ string) contract.Command {
		return &contract.AskExtension{Meta: m, For: time.Duration(b.Seconds) * time.Second}
	})
}

// The contents of the platform's commands.
type (
	proposeBody struct {
		Guarded
		Words
		Outcome   string      `json:"outcome" enum:"refund,partial,refuse,remedy,uphold" doc:"remedy: of a complaint about service. uphold: the judgment stands, on appeal."`
		Amount    *chargeBody `json:"amount,omitempty" doc:"partial: how much."`
		Liability string      `json:"liability,omitempty" enum:"customer,merchant,carrier,platform,unclear"`
		GoodsBack bool        `json:"goods_back,omitempty" doc:"The goods are still with the customer and must come back first."`

		Rules    []string     `json:"rules,omitempty" maxItems:"20" nullable:"false" doc:"The rules that it rests on, by name."`
		Evidence []string     `json:"evidence,omitempty" maxItems:"20" nullable:"false" doc:"The evidence that it rests on, by ID."`
		Remedies []remedyBody `json:"remedies,omitempty" maxItems:"10" nullable:"false"`
	}
	decideBody struct {
		Guarded
		Words
		ApprovalID string `json:"approval_id" minLength:"1" maxLength:"60"`
		Hash       string `json:"hash" minLength:"1" maxLength:"64" doc:"Of the proposal as one saw it."`
		Approve    bool   `json:"approve"`
	}
	resolveDetailsBody struct {
		Guarded
		Words
		GoOn   bool   `json:"go_on" doc:"True: go on with what is known. False: close."`
		Reason string `json:"reason,omitempty" maxLength:"48"`
	}
	rejectEvidenceBody struct {
		Guarded
		EvidenceID string `json:"evidence_id" minLength:"1" maxLength:"40"`
	}
	retryRefundBody struct {
		Guarded
	}
)

// recoveryBody claims money back.
type recoveryBody struct {
	From   string     `json:"from" enum:"customer,merchant" doc:"Who owes it."`
	Amount chargeBody `json:"amount"`
	Cause  string     `json:"cause" minLength:"1" maxLength:"48" pattern:"^[a-z0-9_]+$" doc:"Why, as a code, e.g. late_difference."`
}

type recoveryOpened struct {
	ID     string    `json:"id"`
	CaseID string    `json:"case_id"`
	From   string    `json:"from"`
	Amount moneyBody `json:"amount"`
	Cause  string    `json:"cause"`
	State  string    `json:"state" enum:"open,settled,dropped"`
}

type recoveryOutput struct {
	Body recoveryOpened
}

func (e *edge) judgments() {
	command(e, "case.refund.propose", func(b proposeBody, m contract.Meta, textID string) contract.Command {
		return &contract.Propose{
			Meta: m, Outcome: b.Outcome, Amount: b.Amount.amount(), Liability: policy.Party(b.Liability), GoodsBack: b.GoodsBack, TextID: textID,
			Rules: b.Rules, Evidence: b.Evidence, Remedies: remediesOf(b.Remedies),
		}
	})
	command(e, "case.refund.approve", func(b decideBody, m contract.Meta, textID string) contract.Command {
		return &contract.Decide{Meta: m, ApprovalID: b.ApprovalID, Hash: b.Hash, Approve: b.Approve, TextID: textID}
	})
	command(e, "case.details.resolve", func(b resolveDetailsBody, m contract.Meta, textID string) contract.Command {
		return &contract.ResolveDetails{Meta: m, GoOn: b.GoOn, Reason: b.Reason, TextID: textID}
	})
	command(e, "case.evidence.reject", func(b rejectEvidenceBody, m contract.Meta, _ string) contract.Command {
		return &contract.RejectEvidence{Meta: m, EvidenceID: b.EvidenceID}
	})
	command(e, "case.refund.retry", func(_ retryRefundBody, m contract.Meta, _ string) contract.Command {
		return &contract.RetryRefund{Meta: m}
	})
	register(e, "case.recovery.open", func(ctx context.Context, in *commandInput[recoveryBody]) (*recoveryOutput, error) {
		caller := callerOf(ctx)
		opened, err := e.Cases.OpenRecovery(ctx, caller.meta(nil), NewRecovery{
			CaseID: in.ID, From: in.Body.From, Amount: money.Amount(in.Body.Amount.Minor), Currency: money.Currency(in.Body.Amount.Currency), Cause: in.Body.Cause,
		})
		if err != nil {
			return nil, err
		}
		return &recoveryOutput{Body: recoveryOpened{opened.ID, opened.CaseID, opened.From, moneyOf(opened.Amount, opened.Currency), opened.Cause, opened.State}}, nil
	}, created)
}
