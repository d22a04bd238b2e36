package api

import (
	"context"
	"time"

	"aftersales/models"
	"aftersales/operations"
	"aftersales/policy/pack"
)

// Operations is what those see and change who keep the platform going.
type Operations interface {
	PackList(ctx context.Context, page models.PageRequest) (operations.PackPage, error)
	Pack(ctx context.Context, hash string) (operations.PackDetail, error)
	CheckPack(content string) operations.Checked
	DiffPacks(ctx context.Context, from, to operations.PackRef) ([]pack.Difference, error)
	TryPack(ctx context.Context, ref operations.PackRef, kind string, last int) (operations.WhatIf, error)
	Activate(ctx context.Context, ref operations.PackRef, insteadOf, staffID string) (operations.PackHead, error)
	PartnersHealth(ctx context.Context) ([]operations.PartnerHealth, error)
	Ledger(ctx context.Context, page models.PageRequest) (operations.LedgerPage, error)
	KeysStatus(ctx context.Context) (operations.Keys, error)
	RotateKeys(ctx context.Context, age time.Duration) (operations.Keys, error)
	Overview(ctx context.Context) (operations.Overview, error)
}

func packRoutes() []Route {
	return []Route{
		{get, "/v1/packs", "pack.list", 0, "packs", "The stored policy packs, the newest first, and the one that new cases get"},
		{get, "/v1/packs/{id}", "pack.read", 0, "packs", "One policy pack: its text, and what it says, part by part"},
		{post, "/v1/packs/check", "pack.check", Large, "packs", "What is wrong with a policy pack; nothing is stored"},
		{post, "/v1/packs/diff", "pack.diff", Large, "packs", "How one policy pack decides otherwise than another"},
		{post, "/v1/packs/what-if", "pack.whatif", Large, "packs", "What recorded evaluations would have come to under another policy pack"},
		{post, "/v1/packs/activate", "pack.activate", Keyed | StepUp | Audited | Large, "packs", "Let new cases get a policy pack; those that run keep theirs"},
	}
}

type (
	// PackBody is a pack as lists show it. Exported, because only so it is seen inside of another.
	PackBody struct {
		Hash        string     `json:"hash" doc:"SHA-256 of its text: its name for ever."`
		Name        string     `json:"name"`
		Version     string     `json:"version"`
		Description string     `json:"description" doc:"In the language asked for."`
		StoredAt    time.Time  `json:"stored_at"`
		Active      bool       `json:"active" doc:"New cases get it."`
		ActiveSince *time.Time `json:"active_since,omitempty" doc:"When it last became active; absent: never."`
		ActivatedBy string     `json:"activated_by,omitempty" doc:"A member of staff; absent: the settings."`
		OpenCases   int64      `json:"open_cases" doc:"That keep this pack."`
	}
	packListBody struct {
		Active PackBody   `json:"active"`
		Items  []PackBody `json:"items" nullable:"false"`
		Next   string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	packListOutput struct{ Body packListBody }

	packCellBody struct {
		Name  string `json:"name" doc:"A word of packs, e.g. for."`
		Title string `json:"title" doc:"The word in the language asked for."`
		Value string `json:"value" doc:"As in YAML, e.g. 48h."`
	}
	packRowBody struct {
		Key   string         `json:"key" doc:"What makes it this rule, in this pack and in others."`
		Title string         `json:"title"`
		Cells []packCellBody `json:"cells" nullable:"false"`
	}
	packTableBody struct {
		Name    string        `json:"name" example:"deadlines"`
		Title   string        `json:"title"`
		Ordered bool          `json:"ordered" doc:"The first row that fits counts."`
		Rows    []packRowBody `json:"rows" nullable:"false"`
	}
	packDetailBody struct {
		PackBody
		Content string          `json:"content" doc:"YAML. A pack that extends another holds that one first."`
		Tables  []packTableBody `json:"tables" nullable:"false"`
	}
	packDetailOutput struct{ Body packDetailBody }

	packTextBody struct {
		Content string `json:"content" minLength:"1" maxLength:"262144" doc:"YAML."`
	}
	packCheckInput  struct{ Body packTextBody }
	packProblemBody struct {
		Line   int    `json:"line" doc:"1 is the first."`
		Column int    `json:"column,omitempty" doc:"1 is the first; absent: not known."`
		Path   string `json:"path,omitempty" example:"deadlines.review[0].default"`
		Text   string `json:"text" doc:"What is wrong and what to write instead, in the language asked for."`
	}
	packCheckBody struct {
		OK       bool              `json:"ok"`
		Hash     string            `json:"hash,omitempty" doc:"What it would be stored under."`
		Name     string            `json:"name,omitempty"`
		Version  string            `json:"version,omitempty"`
		Problems []packProblemBody `json:"problems" nullable:"false"`
		Tables   []packTableBody   `json:"tables" nullable:"false" doc:"What it says, if nothing is wrong."`
	}
	packCheckOutput struct{ Body packCheckBody }

	// packRefBody names a pack.
	packRefBody struct {
		Hash    string `json:"hash,omitempty" maxLength:"64" doc:"Of a stored pack. Either this or content."`
		Content string `json:"content,omitempty" maxLength:"262144" doc:"YAML."`
	}
	packPairBody struct {
		From packRefBody `json:"from"`
		To   packRefBody `json:"to"`
	}
	packDiffInput      struct{ Body packPairBody }
	packDifferenceBody struct {
		Table  string `json:"table" example:"deadlines"`
		Change string `json:"change" enum:"added,removed,changed,reordered"`
		Key    string `json:"key" doc:"Of the rule."`
		Cell   string `json:"cell,omitempty" example:"for" doc:"Which figure was changed."`
		Before string `json:"before,omitempty" example:"48h"`
		After  string `json:"after,omitempty" example:"24h"`
		Text   string `json:"text" doc:"All of it as a sentence, in the language asked for."`
	}
	packDiffBody struct {
		Items []packDifferenceBody `json:"items" nullable:"false"`
	}
	packDiffOutput struct{ Body packDiffBody }

	packTrialBody struct {
		Pack packRefBody `json:"pack"`
		Last int         `json:"last,omitempty" minimum:"1" maximum:"500" default:"200" doc:"How many of the newest evaluations are looked at."`
		Kind string      `json:"kind,omitempty" enum:"return,refund_only,exchange,repair,price_protection,complaint" doc:"Only of this kind of case."`
	}
	packTrialInput  struct{ Body packTrialBody }
	trialChangeBody struct {
		What   string `json:"what" enum:"refused,amount,liability,freight,asked,agreed,approval,no_reason"`
		Before string `json:"before,omitempty"`
		After  string `json:"after,omitempty"`
	}
	trialSampleBody struct {
		CaseID  string            `json:"case_id"`
		N       int               `json:"n" doc:"Number of the evaluation in its case."`
		Kind    string            `json:"kind"`
		Reason  string            `json:"reason,omitempty"`
		At      time.Time         `json:"at"`
		Changes []trialChangeBody `json:"changes" nullable:"false"`
	}
	trialCountBody struct {
		What string `json:"what"`
		N    int    `json:"n"`
	}
	packTrialResultBody struct {
		Looked    int               `json:"looked" doc:"Evaluations that were evaluated again."`
		Erased    int               `json:"erased" doc:"Whose facts nobody can read any more."`
		Failed    int               `json:"failed" doc:"That one of the two packs could not evaluate."`
		Otherwise int               `json:"otherwise" doc:"That would have ended otherwise."`
		Deadlines int               `json:"deadlines" doc:"That would have ended alike, with other deadlines."`
		By        []trialCountBody  `json:"by" nullable:"false" doc:"How many, by what would have been otherwise."`
		Samples   []trialSampleBody `json:"samples" nullable:"false" doc:"The newest that would have ended otherwise, at most 20."`
		Since     *time.Time        `json:"since,omitempty" doc:"The oldest that was looked at."`
	}
	packTrialOutput struct{ Body packTrialResultBody }

	packChoiceBody struct {
		Pack      packRefBody `json:"pack"`
		InsteadOf string      `json:"instead_of" minLength:"1" maxLength:"64" doc:"Hash of the pack that was active when this was decided."`
	}
	packChoiceInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body packChoiceBody
	}
	packOutput struct{ Body PackBody }
	hashInput  struct {
		ID string `path:"id" maxLength:"64" doc:"Hash of the pack."`
	}
)

func packOf(p operations.PackHead, lang string) PackBody {
	return PackBody{p.Hash, p.Name, p.Version, p.Description.In(lang), p.StoredAt, p.Active, p.ActiveSince, p.ActivatedBy, p.OpenCases}
}

func tablesOf(tables []pack.Table, lang string) []packTableBody {
	return each(tables, func(t pack.Table) packTableBody {
		return packTableBody{t.Name, t.Title.In(lang), t.Ordered, each(t.Rows, func(r pack.Row) packRowBody {
			return packRowBody{r.Key, r.Title.In(lang), each(r.Cells, func(c pack.Cell) packCellBody {
				return packCellBody{c.Name, pack.Words(c.Name).In(lang), c.Value}
			})}
		})}
	})
}

func (e *edge) packs() {
	register(e, "pack.list", func(ctx context.Context, in *PageInput) (*packListOutput, error) {
		lang := callerOf(ctx).Language
		page, err := e.Operations.PackList(ctx, models.PageRequest(in.request()))
		if err != nil {
			return nil, err
		}
		items := each(page.Items, func(p operations.PackHead) PackBody { return packOf(p, lang) })
		return &packListOutput{packListBody{packOf(page.Active, lang), items, page.Next}}, nil
	})
	register(e, "pack.read", func(ctx context.Context, in *hashInput) (*packDetailOutput, error) {
		lang := callerOf(ctx).Language
		found, err := e.Operations.Pack(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &packDetailOutput{packDetailBody{packOf(found.PackHead, lang), found.Content, tablesOf(found.Tables, lang)}}, nil
	})
	register(e, "pack.check", func(ctx context.Context, in *packCheckInput) (*packCheckOutput, error) {
		lang := callerOf(ctx).Language
		checked := e.Operations.CheckPack(in.Body.Content)
		body := packCheckBody{OK: len(checked.Problems) == 0, Tables: []packTableBody{}, Problems: each(checked.Problems, func(p *pack.Problem) packProblemBody {
			return packProblemBody{p.Line, p.Column, p.Path, p.Text(lang)}
		})}
		if p := checked.Pack; p != nil && body.OK {
			body.Hash, body.Name, body.Version, body.Tables = p.Hash(), p.Name(), p.Version(), tablesOf(p.Tables(), lang)
		}
		return &packCheckOutput{body}, nil
	})
	register(e, "pack.diff", func(ctx context.Context, in *packDiffInput) (*packDiffOutput, error) {
		lang := callerOf(ctx).Language
		found, err := e.Operations.DiffPacks(ctx, operations.PackRef(in.Body.From), operations.PackRef(in.Body.To))
		if err != nil {
			return nil, err
		}
		return &packDiffOutput{packDiffBody{each(found, func(d pack.Difference) packDifferenceBody {
			return packDifferenceBody{d.Table, d.Kind, d.Key, d.Cell, d.Before, d.After, d.Sentence(lang)}
		})}}, nil
	})
	register(e, "pack.whatif", func(ctx context.Context, in *packTrialInput) (*packTrialOutput, error) {
		found, err := e.Operations.TryPack(ctx, operations.PackRef(in.Body.Pack), in.Body.Kind, in.Body.Last)
		if err != nil {
			return nil, err
		}
		return &packTrialOutput{trialOf(found)}, nil
	})
	register(e, "pack.activate", func(ctx context.Context, in *packChoiceInput) (*packOutput, error) {
		caller := callerOf(ctx)
		active, err := e.Operations.Activate(ctx, operations.PackRef(in.Body.Pack), in.Body.InsteadOf, caller.ID)
		if err != nil {
			return nil, err
		}
		return &packOutput{packOf(active, caller.Language)}, nil
	})
}

func trialOf(w operations.WhatIf) packTrialResultBody {
	body := packTrialResultBody{
		Looked: w.Looked, Erased: w.Erased, Failed: w.Failed, Otherwise: w.Otherwise, Deadlines: w.Deadlines,
		By: each(sortedKeys(w.By), func(what string) trialCountBody { return trialCountBody{what, w.By[what]} }),
		Samples: each(w.Samples, func(s operations.Sample) trialSampleBody {
			return trialSampleBody{s.CaseID, s.N, s.Kind, s.Reason, s.At, each(s.Changes, func(c operations.Change) trialChangeBody { return trialChangeBody(c) })}
		}),
	}
	if !w.Since.IsZero() {
		body.Since = &w.Since
	}
	return body
}
