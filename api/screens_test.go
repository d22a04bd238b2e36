package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// shownCase is what the screens of a case need beside its codes.
type shownCase struct {
	Words struct {
		Kind       string `json:"kind"`
		Stage      string `json:"stage"`
		Reason     string `json:"reason"`
		WaitingFor string `json:"waiting_for"`
		AtZero     string `json:"at_zero"`
	} `json:"words"`
	Next *struct {
		Text   string `json:"text"`
		Yours  bool   `json:"yours"`
		AtZero string `json:"at_zero"`
	} `json:"next"`
	ReturnTo *struct{ City, Phone string } `json:"return_to"`
	Question struct {
		Type string `json:"type"`
	} `json:"question"`
	Quote struct {
		Formula []struct{ Text string } `json:"formula"`
	} `json:"quote"`
	Rating  *struct{ Score int }            `json:"rating"`
	Choices []struct{ Value, Label string } `json:"rating_choices"`
	Actions []struct {
		Name, Label, Why, Consequence string
		Enabled                       bool
		WhyText                       string `json:"why_text"`
	} `json:"actions"`
}

func (r *rig) shown(t *testing.T, token, lang string) (c shownCase) {
	t.Helper()
	answer := r.do(t, call{method: "GET", path: "/v1/cases/case-1", token: token, header: map[string]string{"Accept-Language": lang}})
	require.Equal(t, 200, answer.Code, answer.Body)
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &c))
	return c
}

func TestACaseSpeaksTheReadersLanguage(t *testing.T) {
	r := newRig(t)
	zh, en := r.shown(t, "customer", "zh-CN"), r.shown(t, "customer", "en")
	require.Equal(t, "退货退款", zh.Words.Kind)
	require.Equal(t, "Shop to answer", en.Words.Stage)
	require.Equal(t, "shop", en.Words.WaitingFor)
	require.Equal(t, "到时未答复，视为同意。", zh.Words.AtZero)
	require.Equal(t, "等待商家答复申请", zh.Next.Text)
	require.False(t, zh.Next.Yours)
	require.True(t, r.shown(t, "merchant", "en").Next.Yours)
	require.Equal(t, "files", en.Question.Type)
	require.Equal(t, "Really paid for the chosen units (l1)", en.Quote.Formula[0].Text)
	require.Equal(t, "撤回申请", zh.Actions[0].Label)
	require.Contains(t, en.Actions[0].Consequence, "ends this case")
	shop := r.shown(t, "merchant", "en").Actions[0]
	require.Equal(t, "This step is not possible now. See what comes next.", shop.WhyText)
	require.Empty(t, shop.Consequence, "an answer can be taken up again")

	answer := r.do(t, call{method: "GET", path: "/v1/cases/case-1/timeline", token: "agent", header: map[string]string{"Accept-Language": "en"}})
	require.Contains(t, answer.Body.String(), `"text":"The request was made"`)
	tasks := r.do(t, call{method: "GET", path: "/v1/tasks", token: "agent", header: map[string]string{"Accept-Language": "en"}})
	require.Contains(t, tasks.Body.String(), `"text":"Review the case"`)
	news := r.do(t, call{method: "GET", path: "/v1/notifications", token: "customer"})
	require.Contains(t, news.Body.String(), `"text":"提交了售后申请"`)
	require.Contains(t, news.Body.String(), `"unread":1`)
}

func TestRatingIsTheCustomers(t *testing.T) {
	r := newRig(t)
	ended := func(why *fault.Fault) func(contract.Actor) (api.CaseView, error) {
		return func(contract.Actor) (api.CaseView, error) {
			view := aView()
			view.Open, view.RateWhy = false, why
			view.Rating = &api.Rating{Score: 4, Codes: []string{"kind"}, At: noon, Until: noon.Add(time.Hour)}
			view.ReturnTo = &api.Place{City: "杭州市", Phone: "1"}
			return view, nil
		}
	}
	r.view = ended(nil)
	own := r.shown(t, "customer", "zh-CN")
	require.Nil(t, own.Next)
	require.Equal(t, "杭州市", own.ReturnTo.City)
	require.Equal(t, 4, own.Rating.Score)
	require.Len(t, own.Choices, 9)
	require.Equal(t, "说明清楚", own.Choices[0].Label, "praise first")
	last := own.Actions[len(own.Actions)-1]
	require.Equal(t, "rate", last.Name)
	require.True(t, last.Enabled)
	require.Nil(t, r.shown(t, "merchant", "en").Rating)
	agent := r.shown(t, "agent", "en")
	require.Equal(t, 4, agent.Rating.Score)
	require.Empty(t, agent.Choices)

	r.view = ended(fault.New(fault.RatingTooLate))
	late := r.shown(t, "customer", "en")
	require.Empty(t, late.Choices)
	require.False(t, late.Actions[len(late.Actions)-1].Enabled)
	require.NotEmpty(t, late.Actions[len(late.Actions)-1].WhyText)

	for _, wrong := range []string{`{"score":0}`, `{"score":6}`, `{"score":3,"stars":1}`} {
		answer := r.do(t, call{method: "POST", path: "/v1/cases/case-1/rating", token: "customer", body: wrong, header: map[string]string{"Idempotency-Key": "k" + wrong}})
		require.Equal(t, http.StatusBadRequest, answer.Code, answer.Body)
	}
}

func TestFiltersReachTheService(t *testing.T) {
	r := newRig(t)
	var got api.CaseFilter
	r.list = func(_ contract.Actor, filter api.CaseFilter, _ api.PageRequest) (api.Page[api.CaseRow], error) {
		got = filter
		row := aView().CaseRow
		row.ReasonLabel("质量问题", "Faulty")
		return api.Page[api.CaseRow]{Items: []api.CaseRow{row}}, nil
	}
	answer := r.do(t, call{method: "GET", token: "agent", header: map[string]string{"Accept-Language": "en"},
		path: "/v1/cases?open=true&stage=review&kind=return&reason=quality&order_id=o-1&number=SO12&waiting_for=customer&agent=me&due_before=2026-03-02T00:00:00Z&sort=due"})
	require.Equal(t, 200, answer.Code, answer.Body)
	require.Contains(t, answer.Body.String(), `"reason":"Faulty"`)
	yes := true
	require.Equal(t, api.CaseFilter{
		Open: &yes, Stage: "review", Kind: "return", Reason: "quality", OrderID: "o-1", Begins: "SO12", WaitingFor: "customer", Agent: "me",
		DueBefore: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Sort: "due",
	}, got)
	for _, wrong := range []string{"sort=amount", "waiting_for=bot", "due_before=soon"} {
		require.Equal(t, 400, r.do(t, call{method: "GET", path: "/v1/cases?" + wrong, token: "agent"}).Code, wrong)
	}
	counts := r.do(t, call{method: "GET", path: "/v1/task-counts", token: "agent"})
	require.Contains(t, counts.Body.String(), `"tasks":4,"soon":2,"passed":1`)
}

func TestAnOrderShowsWhatCanBeAskedForInWords(t *testing.T) {
	r := newRig(t)
	r.order = func(contract.Actor) (api.Order, error) {
		order := anOrder()
		order.Lines[0].Asks = []api.Ask{{Kind: policy.Return, Why: fault.New(fault.WindowOver, "until", "2026-03-01")}, {Kind: policy.Repair, NoReason: true}}
		return order, nil
	}
	answer := r.do(t, call{method: "GET", path: "/v1/orders/o-1", token: "customer", header: map[string]string{"Accept-Language": "en"}})
	var order struct {
		Lines []struct {
			Asks []struct {
				Kind, Label, Why string
				Enabled          bool
				WhyText          string `json:"why_text"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &order))
	asks := order.Lines[0].Asks
	require.Equal(t, "Return", asks[0].Label)
	require.False(t, asks[0].Enabled)
	require.Equal(t, "window_over", asks[0].Why)
	require.Contains(t, asks[0].WhyText, "2026-03-01")
	require.True(t, asks[1].Enabled)

	require.Equal(t, 400, r.do(t, call{method: "GET", path: "/v1/reasons?kind=return&order_id=o-1", token: "customer"}).Code, "a line is needed, too")
	preview := r.do(t, call{method: "POST", path: "/v1/case-previews", token: "customer", body: bodies["case.preview"], header: map[string]string{"Accept-Language": "en"}})
	require.Contains(t, preview.Body.String(), `"field":"evidence","text":"evidence?en","type":"files"`)
	require.Contains(t, preview.Body.String(), `"possible":true`)
}
