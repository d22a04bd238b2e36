package api

import (
	"context"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// Rating is what a customer thought of how a case went.
type Rating struct {
	CaseID string
	Score  int // 1 to 5
	Codes  []string
	Text   string
	At     time.Time
	Until  time.Time // it can be changed before this
}

type (
	rateBody struct {
		Score int      `json:"score" minimum:"1" maximum:"5"`
		Codes []string `json:"codes,omitempty" maxItems:"9" nullable:"false" doc:"Values of the case's rating_choices."`
		Text  string   `json:"text,omitempty" maxLength:"2000"`
	}
	ratingBody struct {
		Score int       `json:"score"`
		Codes []string  `json:"codes" nullable:"false"`
		Words []string  `json:"words" nullable:"false" doc:"The codes in the reader's language."`
		Text  string    `json:"text,omitempty"`
		At    time.Time `json:"at"`
		Until time.Time `json:"changeable_until"`
	}
	ratingChoice struct {
		Value string `json:"value"`
		Label string `json:"label" doc:"In the reader's language."`
		Good  bool   `json:"good" doc:"It is praise."`
	}
	ratingOutput struct{ Body ratingBody }
)

func (e *edge) ratings() {
	register(e, "case.rate", func(ctx context.Context, in *keyedByID[rateBody]) (*ratingOutput, error) {
		caller := callerOf(ctx)
		given, err := e.Cases.Rate(ctx, caller.meta(nil), Rating{CaseID: in.ID, Score: in.Body.Score, Codes: in.Body.Codes, Text: in.Body.Text})
		if err != nil {
			return nil, err
		}
		return &ratingOutput{Body: ratingOf(given, caller.Language)}, nil
	})
}

func ratingOf(r Rating, lang string) ratingBody {
	return ratingBody{r.Score, solid(r.Codes), each(r.Codes, func(code string) string { return say(ratingWords, code, lang) }), r.Text, r.At, r.Until}
}

// addRating shows the rating to whom it is for, and lets the customer rate.
func (b *caseBody) addRating(view CaseView, reader *caller) {
	b.Choices = []ratingChoice{}
	if contract.Role(reader.Role) == contract.Merchant {
		return
	}
	if view.Rating != nil {
		given := ratingOf(*view.Rating, reader.Language)
		b.Rating = &given
	}
	if !reader.mayDo("case.rate", view.CaseRow) {
		return
	}
	why := ""
	if view.RateWhy != nil {
		why = string(view.RateWhy.Code)
	}
	if why != string(fault.RatingTooEarly) {
		b.Actions = append(b.Actions, voice{view.Currency, reader.Language}.action("rate", why == "", why))
	}
	if why != "" {
		return
	}
	b.Choices = ratingChoices(sortedKeys(ratingWords), reader.Language)
}

// ratingChoices are what a rating can name, praise first.
func ratingChoices(codes []string, lang string) []ratingChoice {
	choices := each(codes, func(code string) ratingChoice {
		return ratingChoice{code, say(ratingWords, code, lang), slices.Contains(goodCodes, code)}
	})
	slices.SortStableFunc(choices, func(x, y ratingChoice) int {
		switch {
		case x.Good == y.Good:
			return 0
		case x.Good:
			return -1
		}
		return 1
	})
	return choices
}
