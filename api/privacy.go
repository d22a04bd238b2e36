package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/privacy"
	"aftersales/workflows/contract"
)

// Privacy is what the law gives people over their data.
type Privacy interface {
	Notices(ctx context.Context, lang string) ([]models.PrivacyNotice, error)
	Known(ctx context.Context, customerID string) (privacy.Known, error)
	Consents(ctx context.Context, customerID, lang string) ([]privacy.Stand, error)
	Say(ctx context.Context, customerID string, word privacy.Word) ([]privacy.Stand, error)
	Correct(ctx context.Context, by privacy.Person, customerID string, change privacy.Change) error
	AskCopy(ctx context.Context, customerID, id, lang string) (privacy.Copy, error)
	Copies(ctx context.Context, customerID string) ([]privacy.Copy, error)
	Fetch(ctx context.Context, customerID, id string, part int) ([]byte, error)
	AskErasure(ctx context.Context, customerID, id string) (privacy.Asked, error)
	MyErasure(ctx context.Context, customerID string) (privacy.Erasure, error)
	CancelErasure(ctx context.Context, customerID string) (privacy.Erasure, error)
	ByReceipt(ctx context.Context, receipt string) (privacy.Erasure, error)
	Erasures(ctx context.Context, state string, page privacy.PageRequest) (privacy.ErasurePage, error)
	Erasure(ctx context.Context, id string) (privacy.Erasure, error)
	PlaceHold(ctx context.Context, by privacy.Person, hold privacy.NewHold) (privacy.Hold, error)
	LiftHold(ctx context.Context, by privacy.Person, id string) (privacy.Hold, error)
	Holds(ctx context.Context, customerID string, page privacy.PageRequest) (privacy.HoldPage, error)
}

func privacyRoutes() []Route {
	return []Route{
		{get, "/v1/privacy/notices", "privacy.notices", Public, "privacy", "What people are told about their data, for each purpose"},
		{get, "/v1/privacy", "privacy.read", 0, "privacy", "What is known about oneself, masked, why, and for how long"},
		{get, "/v1/privacy/consents", "consent.list", 0, "privacy", "What one agreed to, purpose by purpose"},
		{post, "/v1/privacy/consents", "consent.say", Keyed | Audited, "privacy", "Give or withdraw the consent to one purpose"},
		{post, "/v1/privacy/correct", "privacy.correct", Keyed | StepUp, "privacy", "Correct one's name, number, mail address or language"},
		{get, "/v1/privacy/exports", "privacy.export.list", 0, "privacy", "Copies of one's data, the newest first"},
		{post, "/v1/privacy/exports", "privacy.export.ask", Keyed | StepUp, "privacy", "Ask for a copy of one's data"},
		{get, "/v1/privacy/exports/{id}/content", "privacy.export.fetch", StepUp, "privacy", "One ZIP file of a copy"},
		{get, "/v1/privacy/erasure", "erasure.mine", 0, "privacy", "How far one's own erasure is"},
		{post, "/v1/privacy/erasure", "erasure.ask", Keyed | StepUp | Secret, "privacy", "Ask to be erased; the answer holds the receipt for the certificate"},
		{post, "/v1/privacy/erasure/cancel", "erasure.cancel", Keyed | Audited, "privacy", "Call one's own erasure off, within the cool-off"},
		{get, "/v1/erasure-receipt", "erasure.receipt", Public, "privacy", "An erasure and its certificate, for whoever has the receipt"},
		{get, "/v1/erasures", "erasure.list", 0, "privacy", "Requests to be erased, newest first"},
		{get, "/v1/erasures/{id}", "erasure.read", 0, "privacy", "One request to be erased, with its certificate"},
		{get, "/v1/legal-holds", "hold.list", 0, "privacy", "Legal holds that stand, the latest first"},
		{post, "/v1/legal-holds", "hold.place", Keyed | StepUp, "privacy", "Keep a customer's data from being erased or swept"},
		{post, "/v1/legal-holds/{id}/lift", "hold.lift", Keyed | StepUp, "privacy", "Let a hold go"},
	}
}

type privacyLanguageInput struct {
	Lang string `query:"lang" enum:"zh-CN,en" doc:"Of the texts; absent: as the header Accept-Language says."`
}

type noticeBody struct {
	Purpose     string    `json:"purpose" enum:"service,history,bot"`
	Version     int       `json:"version"`
	Language    string    `json:"language"`
	Title       string    `json:"title"`
	Text        string    `json:"text" doc:"Markdown."`
	SHA256      string    `json:"sha256" doc:"Of the text as it was published, in hex."`
	PublishedAt time.Time `json:"published_at"`
}

type noticeListBody struct {
	Items []noticeBody `json:"items" nullable:"false"`
}

type noticeListOutput struct{ Body noticeListBody }

type keptBody struct {
	Kind  string `json:"kind"`
	Why   string `json:"why"`
	Days  int    `json:"days,omitempty" doc:"Absent: see until."`
	From  string `json:"from,omitempty" doc:"What the days count from."`
	Until string `json:"until" doc:"What happens then."`
	Yours bool   `json:"yours" doc:"It holds something of the reader."`
}

type knownBody struct {
	Name     string           `json:"name" doc:"Masked."`
	Phone    string           `json:"phone,omitempty" doc:"Masked."`
	Language string           `json:"language"`
	Standing string           `json:"standing"`
	Since    time.Time        `json:"since"`
	Counts   map[string]int64 `json:"counts" doc:"How much there is of each kind."`
	Kept     []keptBody       `json:"kept" nullable:"false"`
	Erasure  bool             `json:"erasure" doc:"To be erased was asked for: GET /v1/privacy/erasure tells how far that is."`
}

type knownOutput struct{ Body knownBody }

type standBody struct {
	Notice  noticeBody `json:"notice"`
	Needed  bool       `json:"needed" doc:"The service rests on the contract; it goes on until this is withdrawn."`
	Given   bool       `json:"given" doc:"Whether data may be used for this now."`
	SaidAt  *time.Time `json:"said_at,omitempty" doc:"When one last gave or withdrew it; absent: never."`
	Version int        `json:"version,omitempty" doc:"Of the notice that was shown then."`
	Channel string     `json:"channel,omitempty"`
}

type consentListBody struct {
	Items []standBody `json:"items" nullable:"false"`
}

type consentListOutput struct{ Body consentListBody }

type sayBody struct {
	Purpose  string `json:"purpose" enum:"service,history,bot"`
	Given    bool   `json:"given" doc:"false withdraws; that needs nothing else."`
	Version  int    `json:"version,omitempty" minimum:"0" doc:"Of the notice that was read, to give consent."`
	Language string `json:"language,omitempty" enum:"zh-CN,en"`
	Channel  string `json:"channel,omitempty" enum:"web,app,api" default:"api"`
}

type sayInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body sayBody
}

type correctBody struct {
	Name     *string `json:"name,omitempty" maxLength:"200"`
	Phone    *string `json:"phone,omitempty" maxLength:"40"`
	Mail     *string `json:"mail,omitempty" maxLength:"254"`
	Language *string `json:"language,omitempty" maxLength:"8"`
}

type correctInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body correctBody
}

type exportPartBody struct {
	N      int    `json:"n"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

type exportBody struct {
	ID        string           `json:"id"`
	State     string           `json:"state" enum:"asked,made,failed,gone"`
	AskedAt   time.Time        `json:"asked_at"`
	MadeAt    *time.Time       `json:"made_at,omitempty"`
	ExpiresAt *time.Time       `json:"expires_at,omitempty"`
	Parts     []exportPartBody `json:"parts" nullable:"false"`
}

type exportOutput struct{ Body exportBody }

type exportListBody struct {
	Items []exportBody `json:"items" nullable:"false"`
}

type exportListOutput struct{ Body exportListBody }

type exportAskBody struct {
	Language string `json:"language,omitempty" enum:"zh-CN,en" doc:"Of the page for people."`
}

type exportAskInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body exportAskBody
}

type exportFetchInput struct {
	ID   string `path:"id" maxLength:"40"`
	Part int    `query:"part" minimum:"1" maximum:"1000" default:"1"`
}

type zipOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

type erasureBody struct {
	ID          string          `json:"id"`
	State       string          `json:"state" enum:"cooling,ending,held,erasing,proving,unproven,done,cancelled"`
	AskedAt     time.Time       `json:"asked_at"`
	EraseAt     time.Time       `json:"erase_at" doc:"Until then it can be called off."`
	Cases       int             `json:"open_cases" doc:"Cases that must come to their end first."`
	Money       int             `json:"open_money" doc:"Refunds, claims and recoveries whose end is not known."`
	Holds       int             `json:"holds,omitempty" doc:"For operators only."`
	ErasedAt    *time.Time      `json:"erased_at,omitempty"`
	EndedAt     *time.Time      `json:"ended_at,omitempty"`
	Receipt     string          `json:"receipt,omitempty" doc:"Said once: with it the certificate can be read when nobody can sign in any more."`
	Certificate json.RawMessage `json:"certificate,omitempty" doc:"What went, what was searched, what stays and why."`
	SHA256      string          `json:"sha256,omitempty" doc:"Of the certificate."`
}

type erasureOutput struct{ Body erasureBody }

// receiptOutput also makes the browser forget, once there is nobody any more whom it could remember.
type receiptOutput struct {
	Clear string `header:"Clear-Site-Data"`
	Body  erasureBody
}

type erasureListBody struct {
	Items []erasureBody `json:"items" nullable:"false"`
	Next  string        `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type erasureListOutput struct{ Body erasureListBody }

type erasureListInput struct {
	PageInput
	State string `query:"state" enum:"cooling,ending,held,erasing,proving,unproven,done,cancelled"`
}

// nothingBody has no particulars.
type nothingBody struct{}

type keyedInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body nothingBody
}

type receiptInput struct {
	Receipt string `header:"Receipt" maxLength:"100" doc:"What the answer to the request said. A header, because addresses are logged."`
}

type holdRequest struct {
	CustomerID string `json:"customer_id" minLength:"1" maxLength:"40"`
	Reason     string `json:"reason" enum:"court,police,regulator,claim"`
	Text       string `json:"text,omitempty" maxLength:"1000" doc:"File number and words; kept sealed."`
	Days       int    `json:"days" minimum:"1" maximum:"365" doc:"When somebody must ask whether it is still needed."`
}

type holdInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body holdRequest
}

type holdBody struct {
	ID         string     `json:"id"`
	CustomerID string     `json:"customer_id"`
	Reason     string     `json:"reason" enum:"court,police,regulator,claim"`
	PlacedBy   string     `json:"placed_by"`
	PlacedAt   time.Time  `json:"placed_at"`
	ReviewAt   time.Time  `json:"review_at"`
	LiftedAt   *time.Time `json:"lifted_at,omitempty"`
}

type holdOutput struct{ Body holdBody }

type holdListBody struct {
	Items []holdBody `json:"items" nullable:"false"`
	Next  string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type holdListOutput struct{ Body holdListBody }

type holdListInput struct {
	PageInput
	CustomerID string `query:"customer_id" maxLength:"40"`
}

type liftInput struct {
	ID   string `path:"id" maxLength:"40"`
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body nothingBody
}

func noticeOf(n models.PrivacyNotice) noticeBody {
	return noticeBody{n.Purpose, n.Version, n.Lang, n.Title, n.Body, n.Digest, n.PublishedAt}
}

func consentsOf(stands []privacy.Stand) *consentListOutput {
	return &consentListOutput{Body: consentListBody{Items: each(stands, func(stand privacy.Stand) standBody {
		body := standBody{Notice: noticeOf(stand.Notice), Needed: stand.Needed, Given: stand.Given}
		if said := stand.Said; said != nil {
			body.SaidAt, body.Version, body.Channel = &said.At, said.Version, said.Channel
		}
		return body
	})}}
}

func exportOf(c privacy.Copy) exportBody {
	body := exportBody{ID: c.ID, State: c.State, AskedAt: c.AskedAt, MadeAt: c.MadeAt, Parts: []exportPartBody{}}
	if c.State == models.ExportMade {
		body.ExpiresAt = &c.NextAt
	}
	for _, part := range c.Parts {
		body.Parts = append(body.Parts, exportPartBody{part.N, part.Size, part.Digest})
	}
	return body
}

// erasureOf shows an erasure. That somebody is investigated is not told to them: to the customer, waiting is waiting.
func erasureOf(e privacy.Erasure, operator bool) erasureBody {
	body := erasureBody{
		ID: e.ID, State: e.State, AskedAt: e.AskedAt, EraseAt: e.EraseAt, Cases: e.Cases, Money: e.Legs, ErasedAt: e.ErasedAt,
		EndedAt: e.EndedAt, SHA256: e.Digest,
	}
	if e.Certificate != "" {
		body.Certificate = json.RawMessage(e.Certificate)
	}
	if operator {
		body.Holds = e.Holds
	} else if e.State == models.ErasureHeld {
		body.State = models.ErasureEnding
	}
	return body
}

func holdOf(h privacy.Hold) holdBody {
	return holdBody{h.ID, h.CustomerID, h.Reason, h.PlacedBy, h.PlacedAt, h.ReviewAt, h.LiftedAt}
}

// keyedID is the ID of what a keyed request makes: the same for its repeats.
func (c *caller) keyedID(what string) string {
	return contract.EffectKey(what, contract.UpdateID(c.actor(), c.Key), 1)
}

func (c *caller) party() privacy.Person { return privacy.Person{Kind: c.Role, ID: c.ID} }

func (e *edge) privacy() {
	e.consents()
	e.copies()
	e.erasures()
	e.holds()
}

func (e *edge) consents() {
	register(e, "privacy.notices", func(ctx context.Context, in *privacyLanguageInput) (*noticeListOutput, error) {
		notices, err := e.Privacy.Notices(ctx, in.Lang)
		return &noticeListOutput{Body: noticeListBody{Items: each(notices, noticeOf)}}, err
	})
	register(e, "privacy.read", func(ctx context.Context, _ *struct{}) (*knownOutput, error) {
		lang := callerOf(ctx).Language
		known, err := e.Privacy.Known(ctx, callerOf(ctx).ID)
		if err != nil {
			return nil, err
		}
		_, err = e.Privacy.MyErasure(ctx, callerOf(ctx).ID)
		if f := fault.As(err); err != nil && (f == nil || f.Code != fault.NotFound) {
			return nil, err
		}
		return &knownOutput{Body: knownBody{
			Erasure: err == nil,
			Name:    maskName(known.Name), Phone: maskPhone(known.Phone), Language: known.Language, Standing: known.Level, Since: known.Since, Counts: known.Counts,
			Kept: each(known.Kept, func(row privacy.Retained) keptBody { return keptOf(row, lang) }),
		}}, nil
	})
	register(e, "consent.list", func(ctx context.Context, in *privacyLanguageInput) (*consentListOutput, error) {
		caller := callerOf(ctx)
		stands, err := e.Privacy.Consents(ctx, caller.ID, orElse(in.Lang, caller.Language))
		return consentsOf(stands), err
	})
	register(e, "consent.say", func(ctx context.Context, in *sayInput) (*consentListOutput, error) {
		caller := callerOf(ctx)
		stands, err := e.Privacy.Say(ctx, caller.ID, privacy.Word{
			Purpose: in.Body.Purpose, Given: in.Body.Given, Version: in.Body.Version, Lang: orElse(in.Body.Language, caller.Language), Channel: in.Body.Channel,
		})
		return consentsOf(stands), err
	})
	register(e, "privacy.correct", func(ctx context.Context, in *correctInput) (*knownOutput, error) {
		caller := callerOf(ctx)
		change := privacy.Change{Name: in.Body.Name, Phone: in.Body.Phone, Mail: in.Body.Mail, Lang: in.Body.Language}
		if err := e.Privacy.Correct(ctx, caller.party(), caller.ID, change); err != nil {
			return nil, err
		}
		known, err := e.Privacy.Known(ctx, caller.ID)
		return &knownOutput{Body: knownBody{
			Name: maskName(known.Name), Phone: maskPhone(known.Phone), Language: known.Language, Standing: known.Level, Since: known.Since, Counts: known.Counts, Kept: []keptBody{},
		}}, err
	})
}

func (e *edge) copies() {
	register(e, "privacy.export.list", func(ctx context.Context, _ *struct{}) (*exportListOutput, error) {
		copies, err := e.Privacy.Copies(ctx, callerOf(ctx).ID)
		return &exportListOutput{Body: exportListBody{Items: each(copies, exportOf)}}, err
	})
	register(e, "privacy.export.ask", func(ctx context.Context, in *exportAskInput) (*exportOutput, error) {
		caller := callerOf(ctx)
		asked, err := e.Privacy.AskCopy(ctx, caller.ID, caller.keyedID("export"), orElse(in.Body.Language, caller.Language))
		return &exportOutput{Body: exportOf(asked)}, err
	}, accepted)
	register(e, "privacy.export.fetch", func(ctx context.Context, in *exportFetchInput) (*zipOutput, error) {
		content, err := e.Privacy.Fetch(ctx, callerOf(ctx).ID, in.ID, in.Part)
		if err != nil {
			return nil, err
		}
		return &zipOutput{
			ContentType: "application/zip", Disposition: fmt.Sprintf(`attachment; filename="data-%d.zip"`, in.Part), Body: content,
		}, nil
	}, func(operation *huma.Operation) {
		operation.Responses = map[string]*huma.Response{"200": {Description: "The ZIP file.", Content: map[string]*huma.MediaType{
			"application/zip": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		}}}
	})
}

func (e *edge) erasures() {
	register(e, "erasure.mine", func(ctx context.Context, _ *struct{}) (*erasureOutput, error) {
		mine, err := e.Privacy.MyErasure(ctx, callerOf(ctx).ID)
		return &erasureOutput{Body: erasureOf(mine, false)}, err
	})
	register(e, "erasure.ask", func(ctx context.Context, _ *keyedInput) (*erasureOutput, error) {
		caller := callerOf(ctx)
		asked, err := e.Privacy.AskErasure(ctx, caller.ID, caller.keyedID("erasure"))
		if err != nil {
			return nil, err
		}
		body := erasureOf(asked.Erasure, false)
		body.Receipt = asked.Receipt
		return &erasureOutput{Body: body}, nil
	}, accepted)
	register(e, "erasure.cancel", func(ctx context.Context, _ *keyedInput) (*erasureOutput, error) {
		mine, err := e.Privacy.CancelErasure(ctx, callerOf(ctx).ID)
		return &erasureOutput{Body: erasureOf(mine, false)}, err
	})
	register(e, "erasure.receipt", func(ctx context.Context, in *receiptInput) (*receiptOutput, error) {
		found, err := e.Privacy.ByReceipt(ctx, in.Receipt)
		out := &receiptOutput{Body: erasureOf(found, false)}
		if found.State == models.ErasureDone {
			out.Clear = clearSite
		}
		return out, err
	})
	register(e, "erasure.list", func(ctx context.Context, in *erasureListInput) (*erasureListOutput, error) {
		page, err := e.Privacy.Erasures(ctx, in.State, privacy.PageRequest(in.PageInput))
		return &erasureListOutput{Body: erasureListBody{Items: each(page.Items, func(found privacy.Erasure) erasureBody {
			body := erasureOf(found, true)
			body.Certificate = nil
			return body
		}), Next: page.Next}}, err
	})
	register(e, "erasure.read", func(ctx context.Context, in *caseInput) (*erasureOutput, error) {
		found, err := e.Privacy.Erasure(ctx, in.ID)
		return &erasureOutput{Body: erasureOf(found, true)}, err
	})
}

func (e *edge) holds() {
	register(e, "hold.list", func(ctx context.Context, in *holdListInput) (*holdListOutput, error) {
		holds, err := e.Privacy.Holds(ctx, in.CustomerID, privacy.PageRequest(in.PageInput))
		return &holdListOutput{Body: holdListBody{Items: each(holds.Items, holdOf), Next: holds.Next}}, err
	})
	register(e, "hold.place", func(ctx context.Context, in *holdInput) (*holdOutput, error) {
		caller := callerOf(ctx)
		placed, err := e.Privacy.PlaceHold(ctx, caller.party(), privacy.NewHold{
			ID: caller.keyedID("hold"), CustomerID: in.Body.CustomerID, Reason: in.Body.Reason, Note: in.Body.Text, For: time.Duration(in.Body.Days) * 24 * time.Hour,
		})
		return &holdOutput{Body: holdOf(placed)}, err
	}, created)
	register(e, "hold.lift", func(ctx context.Context, in *liftInput) (*holdOutput, error) {
		lifted, err := e.Privacy.LiftHold(ctx, callerOf(ctx).party(), in.ID)
		return &holdOutput{Body: holdOf(lifted)}, err
	})
}

// orElse is the first of two texts that says something.
func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
