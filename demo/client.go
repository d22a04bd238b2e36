package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/fault"
	"aftersales/money"
)

// API is the public API as one person uses it.
type API struct {
	Base  string
	HTTP  *http.Client
	login string
	token string
}

// Token is the session's.
func (a *API) Token() string { return a.token }

// Problem is an error answer of the API.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// Refused tells whether err is a problem with the code.
func Refused(err error, code string) bool {
	var p *Problem
	return errors.As(err, &p) && p.Code == code
}

// SignIn returns the API as the person sees it.
func SignIn(ctx context.Context, base string, client *http.Client, login string) (*API, error) {
	api := &API{Base: strings.TrimSuffix(base, "/"), HTTP: client, login: login}
	if err := api.signIn(ctx); err != nil {
		return nil, fmt.Errorf("sign in as %s: %w", login, err)
	}
	return api, nil
}

// Case is what the demo looks at.
type Case struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Stage      string     `json:"stage"`
	Outcome    string     `json:"outcome"`
	Open       bool       `json:"open"`
	OrderID    string     `json:"order_id"`
	Amount     Sum        `json:"amount"`
	Refunded   Sum        `json:"refunded"`
	WaitingFor string     `json:"waiting_for"`
	Revision   int64      `json:"revision"`
	Seq        int64      `json:"seq"`
	OpenedAt   time.Time  `json:"opened_at"`
	ClosedAt   *time.Time `json:"closed_at"`
	Units      []string   `json:"units"`
	Quote      Quote      `json:"quote"`
	Question   *struct {
		Round int    `json:"round"`
		N     int    `json:"n"`
		Field string `json:"field"`
		Text  string `json:"text"`
	} `json:"question"`
	Wait *struct {
		Step   string    `json:"step"`
		DueAt  time.Time `json:"due_at"`
		Since  time.Time `json:"since"`
		Paused bool      `json:"paused"`
	} `json:"wait"`
	Offer *struct {
		Amount Sum `json:"amount"`
	} `json:"offer"`
	Parcel   *Parcel `json:"parcel"`
	Approval *struct {
		ID    string `json:"id"`
		Hash  string `json:"hash"`
		State string `json:"state"`
	} `json:"approval"`
	Legs        []Leg  `json:"legs"`
	Blocked     string `json:"blocked"`
	ComplaintID string `json:"complaint_id"` // that decides, or decided, its matter
	Child       *struct {
		CaseID string `json:"case_id"`
		Kind   string `json:"kind"`
	} `json:"child"` // that it waits for, or waited for
	Complaint *struct {
		Judgment *struct {
			Amount    Sum    `json:"amount"`
			CarriedBy string `json:"carried_by"`
		} `json:"judgment"`
		Appeals []struct {
			Result string `json:"result"`
		} `json:"appeals"`
	} `json:"complaint"`
	Payment *struct {
		Purpose string   `json:"purpose"`
		State   string   `json:"state"`
		Amount  Sum      `json:"amount"`
		Charges []Charge `json:"charges"`
	} `json:"payment"`
	Delivery *struct {
		Parcel      *Parcel    `json:"parcel"`
		DeliveredAt *time.Time `json:"delivered_at"`
	} `json:"delivery"`
	Exchange *struct {
		Difference Sum      `json:"difference"`
		Shipped    bool     `json:"shipped"`
		ToRefund   string   `json:"to_refund"`
		Replaced   []string `json:"replaced"`
	} `json:"exchange"`
	Insurance *struct {
		State  string `json:"state"`
		Amount Sum    `json:"amount"`
	} `json:"insurance"`
}

// Parcel is goods on their way.
type Parcel struct {
	Number string `json:"number"`
}

// Charge is where a customer pays.
type Charge struct {
	Rail  string `json:"rail"`
	State string `json:"state"`
	URL   string `json:"url"`
}

// Leg is money that went back, or is to.
type Leg struct {
	Key    string    `json:"key"`
	Rail   string    `json:"rail"`
	Amount Sum       `json:"amount"`
	Status string    `json:"status"`
	Lines  []LegLine `json:"lines"`
}

// LegLine is a leg's part of an order line.
type LegLine struct {
	LineID   string `json:"line_id"`
	Quantity int    `json:"quantity"`
	Amount   Sum    `json:"amount"`
}

// Quote is how an amount comes about.
type Quote struct {
	Total   Sum `json:"total"`
	Freight Sum `json:"freight"`
	Lines   []struct {
		LineID string `json:"line_id"`
		Amount Sum    `json:"amount"`
	} `json:"lines"`
}

// Entry is a line of a case's timeline.
type Entry struct {
	Seq   int64          `json:"seq"`
	At    time.Time      `json:"at"`
	Event string         `json:"event"`
	Data  map[string]any `json:"data"`
}

// Sum is money as the API writes it.
type Sum struct {
	Minor    money.Amount `json:"minor"`
	Currency string       `json:"currency"`
}

// Yuan makes the API's form of an amount.
func Yuan(minor money.Amount) Sum { return Sum{Minor: minor, Currency: string(money.CNY)} }

// Ack answers a command.
type Ack struct {
	CaseID   string `json:"case_id"`
	Stage    string `json:"stage"`
	Changed  bool   `json:"changed"`
	JoinedTo string `json:"joined_to"` // the open case that took an opening in
	Question *struct {
		Round int    `json:"round"`
		N     int    `json:"n"`
		Field string `json:"field"`
	} `json:"question"`
}

// Get reads.
func (a *API) Get(ctx context.Context, path string, into any) error {
	return a.patiently(ctx, http.MethodGet, path, "", nil, into)
}

// Do commands, under a key of its own; however often it is sent, it is done once.
func (a *API) Do(ctx context.Context, path string, body any) (Ack, error) {
	var ack Ack
	return ack, a.patiently(ctx, http.MethodPost, path, uuid.NewString(), body, &ack)
}

// Timeline reads all that happened in a case.
func (a *API) Timeline(ctx context.Context, caseID string) (entries []Entry, err error) {
	for after := int64(0); ; {
		var page struct {
			Items []Entry `json:"items"`
			Next  int64   `json:"next_after_seq"`
		}
		if err := a.Get(ctx, fmt.Sprintf("/v1/cases/%s/timeline?after_seq=%d", caseID, after), &page); err != nil {
			return nil, err
		}
		entries = append(entries, page.Items...)
		if after = page.Next; after == 0 {
			return entries, nil
		}
	}
}

// Upload sends a file and returns its evidence ID.
func (a *API) Upload(ctx context.Context, content []byte) (string, error) {
	var evidence struct {
		ID string `json:"id"`
	}
	return evidence.ID, a.patiently(ctx, http.MethodPost, "/v1/uploads", uuid.NewString(), content, &evidence)
}

// Patience is how long a request is repeated while the API is away. Somebody may just have killed it.
const Patience = 3 * time.Minute

// patiently repeats a request with the same key until there is a definite answer, and brings a fresh factor where one is
// asked for.
func (a *API) patiently(ctx context.Context, method, path, key string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	content, kind, err := encoded(body)
	if err != nil {
		return err
	}
	wait, fresh := 100*time.Millisecond, ""
	for proofs := 0; ; {
		err := a.once(ctx, method, path, key, fresh, kind, content, into)
		if Refused(err, string(fault.StepUpRequired)) && proofs < proofTries {
			proofs++
			if fresh, err = a.StepUp(ctx, method, path, content); err != nil {
				return fmt.Errorf("a fresh factor for %s: %w", path, err)
			}
			continue
		}
		away := Refused(err, string(fault.PartnerSilent)) // kept under that key: only a new request asks the partner again
		if away {
			key = uuid.NewString()
		}
		var problem *Problem
		definite := !away && errors.As(err, &problem) && problem.Status < 500 && problem.Status != http.StatusTooManyRequests && problem.Code != "idempotency_key_in_progress"
		if err == nil || definite {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s %s: %w", method, path, err)
		case <-time.After(wait):
			wait = min(2*wait, 2*time.Second)
		}
	}
}

// encoded is the content of a request and its kind.
func encoded(body any) (content []byte, kind string, err error) {
	switch body := body.(type) {
	case nil:
		return nil, "application/json", nil
	case []byte:
		return body, "application/octet-stream", nil
	}
	if content, err = json.Marshal(body); err != nil {
		return nil, "", fmt.Errorf("demo: %w", err)
	}
	return content, "application/json", nil
}

func (a *API) once(ctx context.Context, method, path, key, fresh, kind string, content []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, a.Base+path, bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Accept-Language", "en")
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if fresh != "" {
		request.Header.Set("Step-Up", fresh)
	}
	answer, err := a.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		problem := &Problem{Status: answer.StatusCode}
		_ = json.Unmarshal(text, problem) // an answer that is no problem document keeps its status
		problem.Status = answer.StatusCode
		return problem
	}
	if into == nil || len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, into)
}
