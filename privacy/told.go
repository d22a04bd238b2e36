package privacy

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"aftersales/models"
	"aftersales/money"
)

// Told is everything that is known about a customer, in words that need no knowledge of the program: the content of a copy.
// People of the platform and of shops appear by their role only.
type Told struct {
	MadeAt        time.Time         `json:"made_at"`
	Customer      toldCustomer      `json:"customer"`
	Accounts      []toldAccount     `json:"accounts"`
	Sessions      []toldSession     `json:"sessions"`
	Orders        []toldOrder       `json:"orders"`
	Cases         []toldCase        `json:"cases"`
	Texts         []toldText        `json:"texts"`
	Evidence      []toldEvidence    `json:"evidence"`
	Notifications []toldNews        `json:"notifications"`
	Consents      []toldConsent     `json:"consents"`
	Corrections   []toldCorrection  `json:"corrections"`
	Exports       []toldExport      `json:"exports"`
	Conversations []toldTalk        `json:"conversations"`
	Why           map[string]string `json:"why"` // by kind of data: what it is needed for, and how long
}

type toldCustomer struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Phone    string    `json:"phone"`
	Mail     string    `json:"mail"`
	Language string    `json:"language"`
	Level    string    `json:"level"`
	Since    time.Time `json:"since"`
}

type toldAccount struct {
	Login string    `json:"login"`
	Since time.Time `json:"since"`
}

type toldSession struct {
	Method  string    `json:"method"`
	Device  string    `json:"device"`
	Address string    `json:"address"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Seen    time.Time `json:"seen"`
}

type toldAmount struct {
	Amount   string         `json:"amount"`
	Currency money.Currency `json:"currency"`
}

type toldOrder struct {
	ID          string          `json:"id"`
	Shop        string          `json:"shop"`
	PaidAt      time.Time       `json:"paid_at"`
	ShippedAt   *time.Time      `json:"shipped_at,omitempty"`
	SignedAt    *time.Time      `json:"signed_at,omitempty"`
	ConfirmedAt *time.Time      `json:"confirmed_at,omitempty"`
	Paid        toldAmount      `json:"paid"`
	Recipient   json.RawMessage `json:"recipient"`
	Lines       []toldLine      `json:"lines"`
	Shipments   []toldParcel    `json:"shipments"`
}

type toldLine struct {
	Title    string     `json:"title"`
	Category string     `json:"category"`
	Quantity int        `json:"quantity"`
	Paid     toldAmount `json:"paid"`
}

type toldParcel struct{ Carrier, Number, State string }

type toldCase struct {
	ID        string         `json:"id"`
	OrderID   string         `json:"order_id"`
	Kind      string         `json:"kind"`
	Stage     string         `json:"stage"`
	Outcome   string         `json:"outcome"`
	Reason    string         `json:"reason"`
	Open      bool           `json:"open"`
	OpenedAt  time.Time      `json:"opened_at"`
	ClosedAt  *time.Time     `json:"closed_at,omitempty"`
	Asked     toldAmount     `json:"asked"`
	Refunded  toldAmount     `json:"refunded"`
	Timeline  []toldEvent    `json:"timeline"`
	Questions []toldQuestion `json:"questions"`
	Decisions []toldDecision `json:"decisions"`
	Parcels   []toldParcel   `json:"parcels"`
	Refunds   []toldRefund   `json:"refunds"`
	Rating    *toldRating    `json:"rating,omitempty"`
}

// toldRating is what the customer thought of how a case went; the words are among the texts.
type toldRating struct {
	Score  int             `json:"score"`
	Codes  json.RawMessage `json:"codes"`
	TextID string          `json:"text_id"`
	At     time.Time       `json:"at"`
}

type toldEvent struct {
	At    time.Time       `json:"at"`
	By    string          `json:"by"` // a role
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data"`
}

type toldQuestion struct {
	Field      string     `json:"field"`
	Answer     string     `json:"answer"`
	AskedAt    time.Time  `json:"asked_at"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	TextID     string     `json:"text_id"`
}

// toldDecision is how the rules decided, and on what: whoever is decided about by rules may know them.
type toldDecision struct {
	At    time.Time       `json:"at"`
	Rules string          `json:"rules"` // the pack's hash
	Facts json.RawMessage `json:"facts"`
	Terms json.RawMessage `json:"terms"`
}

type toldRefund struct {
	Amount    toldAmount `json:"amount"`
	Cause     string     `json:"cause"`
	Status    string     `json:"status"`
	SettledAt *time.Time `json:"settled_at,omitempty"`
}

type toldText struct {
	ID    string    `json:"id"`
	About string    `json:"about"`
	Words string    `json:"words"`
	At    time.Time `json:"at"`
}

type toldEvidence struct {
	ID     string    `json:"id"`
	CaseID string    `json:"case_id"`
	Kind   string    `json:"kind"`
	File   string    `json:"file"`
	SHA256 string    `json:"sha256"`
	At     time.Time `json:"at"`
}

type toldNews struct {
	Kind  string    `json:"kind"`
	About string    `json:"about"`
	At    time.Time `json:"at"`
}

type toldConsent struct {
	Purpose  string    `json:"purpose"`
	Given    bool      `json:"given"`
	Version  int       `json:"version"`
	Language string    `json:"language"`
	Channel  string    `json:"channel"`
	At       time.Time `json:"at"`
}

type toldCorrection struct {
	Field string    `json:"field"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

type toldExport struct {
	State   string    `json:"state"`
	AskedAt time.Time `json:"asked_at"`
}

// toldTalk is a conversation, with everything that the customer could read in it.
type toldTalk struct {
	ID       string        `json:"id"`
	From     time.Time     `json:"from"`
	Until    *time.Time    `json:"until,omitempty"`
	Messages []toldMessage `json:"messages"`
	Score    int64         `json:"score,omitempty"` // how the customer found it
	Codes    string        `json:"codes,omitempty"`
	Words    string        `json:"words,omitempty"`
}

type toldMessage struct {
	By       string          `json:"by"` // a role
	At       time.Time       `json:"at"`
	Words    string          `json:"words"`
	Content  json.RawMessage `json:"content"` // all of it: cards, files, what was chosen
	Edited   *time.Time      `json:"edited_at,omitempty"`
	Recalled *time.Time      `json:"recalled_at,omitempty"`
}

// tell opens everything and puts it into words.
func (s *Service) tell(ctx context.Context, p models.Personal, at time.Time) (Told, error) {
	told := Told{MadeAt: at, Why: map[string]string{}}
	for _, kind := range models.Retention {
		told.Why[kind.Kind] = kind.Why + "; " + kind.Then
	}
	name, nameErr := s.Store.CustomerName(ctx, p.Customer)
	phone, phoneErr := s.Store.CustomerPhone(ctx, p.Customer)
	mail, mailErr := s.Store.CustomerMail(ctx, p.Customer)
	if err := errors.Join(nameErr, phoneErr, mailErr); err != nil {
		return told, err
	}
	told.Customer = toldCustomer{p.Customer.ID, name, phone, mail, p.Customer.Lang, p.Customer.Level, p.Customer.CreatedAt}
	for _, account := range p.Accounts {
		told.Accounts = append(told.Accounts, toldAccount{account.Login, account.CreatedAt})
	}
	for _, session := range p.Sessions {
		address, err := s.Store.SessionAddress(ctx, p.Customer.ID, session)
		if err != nil {
			return told, err
		}
		told.Sessions = append(told.Sessions, toldSession{session.Method, session.Device, address, session.CreatedAt, session.ExpiresAt, session.SeenAt})
	}
	for _, text := range p.Texts {
		about := ""
		if text.UsedBy != nil {
			about = *text.UsedBy
		}
		told.Texts = append(told.Texts, toldText{text.ID, about, text.Words, text.CreatedAt})
	}
	if err := s.tellOrders(ctx, p, &told); err != nil {
		return told, err
	}
	if err := s.tellCases(ctx, p, &told); err != nil {
		return told, err
	}
	if err := s.tellTalks(ctx, p, &told); err != nil {
		return told, err
	}
	return told, s.tellRest(ctx, p, &told)
}

func (s *Service) tellOrders(ctx context.Context, p models.Personal, told *Told) error {
	for _, full := range p.Orders {
		order := full.Order
		recipient, err := s.Store.Recipient(ctx, order)
		if err != nil {
			return err
		}
		one := toldOrder{
			ID: order.ID, Shop: order.MerchantID, PaidAt: order.PaidAt, ShippedAt: order.ShippedAt, SignedAt: order.SignedAt,
			ConfirmedAt: order.ConfirmedAt, Paid: amount(full.Payment.Captured, order.Currency), Recipient: raw(recipient),
		}
		for _, line := range full.Lines {
			one.Lines = append(one.Lines, toldLine{line.Title, line.Category, line.Quantity, amount(line.Paid, order.Currency)})
		}
		for _, parcel := range p.Shipments {
			if parcel.OrderID == order.ID {
				one.Shipments = append(one.Shipments, toldParcel{parcel.Carrier, parcel.Number, parcel.State})
			}
		}
		told.Orders = append(told.Orders, one)
	}
	return nil
}

func (s *Service) tellCases(ctx context.Context, p models.Personal, told *Told) error {
	place := map[string]int{}
	for i, c := range p.Cases {
		place[c.ID] = i
		told.Cases = append(told.Cases, toldCase{
			ID: c.ID, OrderID: c.OrderID, Kind: c.Kind, Stage: c.Stage, Outcome: c.Outcome, Reason: c.Reason, Open: c.Open, OpenedAt: c.OpenedAt,
			ClosedAt: c.ClosedAt, Asked: amount(c.Amount, c.Currency), Refunded: amount(c.Refunded, c.Currency),
		})
	}
	of := func(id string) *toldCase { return &told.Cases[place[id]] }
	for _, e := range p.Timeline {
		of(e.CaseID).Timeline = append(of(e.CaseID).Timeline, toldEvent{e.At, e.ActorKind, e.Event, raw(e.Data)})
	}
	for _, q := range p.Questions {
		of(q.CaseID).Questions = append(of(q.CaseID).Questions, toldQuestion{q.Field, q.Answer, q.AskedAt, q.AnsweredAt, q.TextID})
	}
	for _, e := range p.Evaluations {
		facts, err := s.Store.EvaluationFacts(ctx, e)
		if err != nil {
			return err
		}
		of(e.CaseID).Decisions = append(of(e.CaseID).Decisions, toldDecision{e.At, e.PackHash, raw(facts), raw(e.Terms)})
	}
	for _, r := range p.Ratings {
		of(r.CaseID).Rating = &toldRating{r.Score, raw(r.Codes), r.TextID, r.CreatedAt}
	}
	for _, w := range p.Waybills {
		of(w.CaseID).Parcels = append(of(w.CaseID).Parcels, toldParcel{w.Carrier, w.Number, w.Direction})
	}
	for _, leg := range p.Refunds {
		if _, mine := place[leg.CaseID]; mine {
			of(leg.CaseID).Refunds = append(of(leg.CaseID).Refunds, toldRefund{amount(leg.Amount, leg.Currency), leg.Cause, leg.Status, leg.SettledAt})
		}
	}
	return nil
}

func (s *Service) tellTalks(ctx context.Context, p models.Personal, told *Told) error {
	place := map[string]int{}
	for i, c := range p.Conversations {
		place[c.ID] = i
		told.Conversations = append(told.Conversations, toldTalk{ID: c.ID, From: c.OpenedAt, Until: c.ClosedAt})
	}
	for _, m := range p.Messages {
		body, err := s.Store.MessageBody(ctx, m)
		if err != nil {
			return err
		}
		if m.SenderKind != "customer" { // where the desk put the customer's name without seeing it
			body = strings.ReplaceAll(body, "{{customer.name}}", told.Customer.Name)
		}
		var said struct {
			Text string `json:"text"`
		}
		_ = json.Unmarshal([]byte(body), &said) // a recalled one says nothing any more
		talk := &told.Conversations[place[m.ConversationID]]
		talk.Messages = append(talk.Messages, toldMessage{m.SenderKind, m.SentAt, said.Text, raw(body), m.EditedAt, m.RecalledAt})
	}
	for _, r := range p.ConversationRatings {
		_, words, err := s.Store.ConversationRating(ctx, r.ConversationID)
		if err != nil {
			return err
		}
		talk := &told.Conversations[place[r.ConversationID]]
		talk.Score, talk.Codes, talk.Words = r.Score, strings.Trim(r.Codes, ","), words
	}
	return nil
}

func (s *Service) tellRest(ctx context.Context, p models.Personal, told *Told) error {
	for _, piece := range p.Evidence {
		blob, err := s.Store.Blob(ctx, piece.BlobID)
		if err != nil {
			return err
		}
		one := toldEvidence{ID: piece.ID, Kind: piece.Kind, File: evidenceName(piece, blob.MediaType), SHA256: piece.Digest, At: piece.UploadedAt}
		if piece.CaseID != nil {
			one.CaseID = *piece.CaseID
		}
		told.Evidence = append(told.Evidence, one)
	}
	for _, n := range p.Notifications {
		told.Notifications = append(told.Notifications, toldNews{n.Kind, n.SubjectKind + "/" + n.SubjectID, n.DueAt})
	}
	for _, c := range p.Consents {
		told.Consents = append(told.Consents, toldConsent{c.Purpose, c.Given, c.Version, c.Lang, c.Channel, c.At})
	}
	for _, c := range p.Corrections {
		told.Corrections = append(told.Corrections, toldCorrection{c.Field, c.ByKind, c.At})
	}
	for _, e := range p.Exports {
		told.Exports = append(told.Exports, toldExport{e.State, e.AskedAt})
	}
	return nil
}

// raw passes JSON on as it is and makes a text of anything else.
func raw(content string) json.RawMessage {
	if json.Valid([]byte(content)) {
		return json.RawMessage(content)
	}
	text, _ := json.Marshal(content)
	return text
}

func amount(a money.Amount, currency money.Currency) toldAmount {
	return toldAmount{a.String(), currency}
}

// ordersCSV and casesCSV are tables for spreadsheets.
func ordersCSV(told Told) []byte {
	rows := [][]string{{"order", "shop", "paid_at", "paid", "currency", "article", "quantity"}}
	for _, order := range told.Orders {
		for _, line := range order.Lines {
			rows = append(rows, []string{order.ID, order.Shop, order.PaidAt.Format(time.RFC3339), line.Paid.Amount, string(line.Paid.Currency), line.Title, fmt.Sprint(line.Quantity)})
		}
	}
	return sheet(rows)
}

func casesCSV(told Told) []byte {
	rows := [][]string{{"case", "order", "kind", "stage", "outcome", "reason", "opened_at", "asked", "refunded", "currency"}}
	for _, c := range told.Cases {
		rows = append(rows, []string{c.ID, c.OrderID, c.Kind, c.Stage, c.Outcome, c.Reason, c.OpenedAt.Format(time.RFC3339), c.Asked.Amount, c.Refunded.Amount, string(c.Asked.Currency)})
	}
	return sheet(rows)
}

// sheet writes CSV that Excel reads as UTF-8 and in which no cell is computed.
func sheet(rows [][]string) []byte {
	var buffer bytes.Buffer
	buffer.WriteString("\ufeff")
	writer := csv.NewWriter(&buffer)
	for _, row := range rows {
		for i := range row {
			row[i] = cell(row[i])
		}
		_ = writer.Write(row) // into memory: it cannot fail
	}
	writer.Flush()
	return buffer.Bytes()
}

// cell keeps a spreadsheet from taking a text for a formula, also behind white space.
func cell(text string) string {
	for _, r := range text {
		switch r {
		case ' ', '\u00a0', '\u3000':
			continue
		case '=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠':
			return "'" + text
		}
		break
	}
	return text
}
