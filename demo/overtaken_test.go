package demo

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

var began = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func after(seconds float64) time.Time {
	return began.Add(time.Duration(seconds * float64(time.Second)))
}

// ranOut is what a timeline says of a deadline of eight seconds that began at the beginning, and of what it led to.
func ranOut(stage, default_, shows string) []Entry {
	return []Entry{
		{Seq: 4, At: after(0), Event: "opened"},
		{Seq: 5, At: after(9), Event: "deadline_passed", Data: map[string]any{
			"stage": stage, "step": stage, "default": default_, "since": after(0).Format(time.RFC3339Nano), "due_at": after(8).Format(time.RFC3339Nano),
		}},
		{Seq: 6, At: after(9), Event: shows, Data: map[string]any{"default": default_}},
	}
}

// Only the very deadline that the player was to meet, at its time and with its default, is an excuse.
func TestOvertakenOnlyWhereTheTimelineProvesIt(t *testing.T) {
	silent := func() []Entry { return ranOut("merchant_answer", "agree", "merchant_silent") }
	answer := func() act {
		return act{caseID: "c", stages: []string{"merchant_answer"}, after: 4, sent: after(9.5), answered: after(9.6)}
	}
	paid := act{caseID: "c", steps: []string{"pay"}, after: 4, sent: after(7), answered: after(7)}
	for name, is := range map[string]struct {
		act     func(*act)
		entries []Entry
		change  func([]Entry)
		killing bool
		excused bool
	}{
		"answered after the default":              {entries: silent(), excused: true},
		"received late, refused late":             {entries: silent(), excused: true, act: func(a *act) { a.sent = after(7.5) }},
		"refused while there was time":            {entries: silent(), act: func(a *act) { a.sent, a.answered = after(2), after(2.1) }},
		"refused just before it was over":         {entries: silent(), act: func(a *act) { a.sent, a.answered = after(7), after(7.5) }},
		"sent in good time, and held up":          {entries: silent(), act: func(a *act) { a.sent = after(1) }},
		"the same while processes are killed":     {entries: silent(), killing: true, excused: true, act: func(a *act) { a.sent = after(1) }},
		"another stage's deadline":                {entries: ranOut("send_back", "close", "closed")},
		"one that ran out before":                 {entries: silent(), act: func(a *act) { a.after = 5 }},
		"before its grace":                        {entries: silent(), change: func(e []Entry) { e[1].At = after(8.5) }},
		"before its time":                         {entries: silent(), change: func(e []Entry) { e[1].At = after(3) }},
		"no due time":                             {entries: silent(), change: func(e []Entry) { delete(e[1].Data, "due_at") }},
		"a default that the rules do not know":    {entries: ranOut("merchant_answer", "close", "merchant_silent")},
		"another default than announced":          {entries: silent(), change: func(e []Entry) { e[2].Data["default"] = "escalate" }},
		"a default that was never carried out":    {entries: silent(), change: func(e []Entry) { e[2].Event = "merchant_agreed" }},
		"the platform's own deadline":             {entries: ranOut("review", "next_level", "review_escalated"), act: func(a *act) { a.stages = []string{"review"} }},
		"no deadline at all":                      {entries: silent()[:1]},
		"a word that belongs nowhere":             {entries: silent(), act: func(a *act) { a.stages = nil }},
		"never seen at its stage":                 {entries: silent(), excused: true, act: func(a *act) { a.sent, a.looks = time.Time{}, []time.Time{after(1), after(12)} }},
		"shown elsewhere all the time":            {entries: silent(), act: func(a *act) { a.sent, a.looks = time.Time{}, []time.Time{after(1), after(7)} }},
		"paid just before, and heard of too late": {entries: ranOut("pay", "close", "not_paid"), excused: true, act: func(a *act) { *a = paid }},
		"paid in time, as it turned out":          {entries: ranOut("pay", "close", "paid"), act: func(a *act) { *a = paid }},
		"paid in good time":                       {entries: ranOut("pay", "close", "not_paid"), act: func(a *act) { *a = paid; a.sent = after(1) }},
		"paid, and another deadline":              {entries: silent(), act: func(a *act) { *a = paid }},
	} {
		a := answer()
		if is.act != nil {
			is.act(&a)
		}
		if is.change != nil {
			is.change(is.entries)
		}
		_, excused := a.by(throughJSON(t, is.entries), (&Player{Killing: is.killing}).slack())
		require.Equal(t, is.excused, excused, name)
	}
}

func throughJSON(t *testing.T, entries []Entry) (read []Entry) {
	t.Helper()
	content, err := json.Marshal(entries)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &read))
	return read
}

// A story is right, overtaken or wrong, and says which.
func TestStoryIsJudgedByItsTimelines(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entries := ranOut("merchant_answer", "agree", "merchant_silent")
		if strings.Contains(r.URL.Path, "other") {
			entries = entries[:1]
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": entries})
	}))
	defer server.Close()
	late := &Problem{Status: http.StatusConflict, Code: "deadline_passed"}
	missed := func(caseID string) act {
		return act{what: "merchant-answer", caseID: caseID, stages: []string{"merchant_answer"}, after: 4, sent: after(9), answered: after(9)}
	}
	ended := []Case{{Kind: "return", Outcome: "refunded"}}
	for name, is := range map[string]struct {
		err                error
		acts               []act
		expected           []string
		overtaken, failure bool
	}{
		"as it must":                          {expected: []string{"return/refunded"}},
		"late, as the timeline says":          {err: late, acts: []act{missed("c")}, expected: []string{"return/withdrawn"}, overtaken: true},
		"late, and ended as it must":          {err: late, acts: []act{missed("c")}, expected: []string{"return/refunded"}, overtaken: true},
		"late, and the timeline says nothing": {err: late, acts: []act{missed("other")}, expected: []string{"return/withdrawn"}, failure: true},
		"late without an act":                 {err: late, expected: []string{"return/refunded"}, failure: true},
		"another ending for no reason":        {expected: []string{"return/withdrawn"}, failure: true},
		"another error beside a late act":     {err: errors.New("500"), acts: []act{missed("c")}, expected: []string{"return/refunded"}, failure: true},
		"another ending after an outside act": {acts: []act{{caseID: "c", steps: []string{"merchant_answer"}, after: 4, sent: after(8)}}, expected: []string{"return/withdrawn"}, overtaken: true},
	} {
		p := &play{Player: &Player{operator: &API{Base: server.URL, HTTP: server.Client()}}, told: &told{acts: is.acts}}
		result := Result{Expected: is.expected, Cases: ended, Err: is.err}
		p.judge(t.Context(), &result)
		require.Equal(t, is.overtaken, result.Overtaken != "", name)
		require.Equal(t, is.failure, result.Err != nil, name)
		report := Report{Results: []Result{result}}
		require.Equal(t, is.failure, len(report.Failures()) > 0, name)
		require.Equal(t, is.overtaken, len(report.Overtaken()) == 1, name)
	}
}

// An ending that is missing because its story was overtaken is no failure, and the story is played once more.
func TestOvertakenStoriesArePlayedOnceMore(t *testing.T) {
	p := &Player{Cases: 3, First: 1, stories: []story{{name: "a", ends: ended("return/a")}, {name: "b", ends: ended("return/b")}, {name: "c", ends: ended("return/b")}}}
	p.results = []Result{
		{Story: "a", Expected: ended("return/a"), Cases: []Case{{Kind: "return", Outcome: "b"}}, Overtaken: "pay"},
		{Story: "b", Expected: ended("return/b"), Cases: []Case{{Kind: "return", Outcome: "b"}}, Overtaken: "pay"},
	}
	turns := p.unseen(1)
	require.Len(t, turns, 1, "b was seen")
	require.Equal(t, "a", p.stories[(p.First+turns[0])%len(p.stories)].name)
	require.GreaterOrEqual(t, turns[0], p.Cases, "no order has the number of another")
	require.NotEqual(t, turns, p.unseen(2))
	require.Empty(t, Report{Results: p.results}.Failures())
	require.Equal(t, []string{"return/a"}, Report{Results: p.results}.Unseen())
	p.results[0].Overtaken = ""
	require.Empty(t, p.unseen(1))
	require.Len(t, Report{Results: p.results}.Failures(), 1)
}

// What the rules say of a deadline is held against every one that ran out, whoever was late.
func TestDeadlinesOfTimelinesAreChecked(t *testing.T) {
	b := &books{timelines: map[string][]Entry{}}
	for id, entries := range map[string][]Entry{
		"a": ranOut("pay", "close", "not_paid"), "b": ranOut("ship", "agree", "not_shipped"), "c": ranOut("pay", "close", "paid"),
	} {
		b.timelines[id] = throughJSON(t, entries)
	}
	n, disorderly := b.deadlines()
	require.Equal(t, 3, n)
	require.Len(t, disorderly, 1)
	require.Contains(t, disorderly[0], "case b: ship")
	require.Contains(t, Report{Disorderly: disorderly}.Failures()[0], "ship led to")
}

// Every deadline that a pack knows is one that a player can miss, with the pack's default, or one of the platform's or
// the carrier's own.
func TestDefaultsAreThoseOfThePack(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "policy", "pack", "packs", "default.yaml"))
	require.NoError(t, err)
	var standard struct {
		Deadlines map[string][]struct{ Actor, Default string }
	}
	require.NoError(t, yaml.Unmarshal(content, &standard))
	require.NotEmpty(t, standard.Deadlines)
	for step, waits := range standard.Deadlines {
		for _, wait := range waits {
			must, known := defaults[step]
			if !known {
				others := []string{"transit_stalled", "transit_lost", "carrier_claim"}
				require.True(t, wait.Actor == "platform" || slices.Contains(others, step), step)
				continue
			}
			require.Contains(t, must.may, wait.Default, step)
		}
	}
	for step := range defaults {
		require.Contains(t, standard.Deadlines, step)
	}
}
