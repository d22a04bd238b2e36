package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A player can be overtaken: the machine is slow, or a process is being killed, and a deadline runs out before the player
// did what the story wanted there. Then the case ends by that deadline's default, as it must, and not as the story says.
// That is no failure - but only where the case's own timeline proves it; whatever else ends unexpectedly still is one.

// act is what a player was to do before a deadline ran out.
type act struct {
	what   string
	caseID string
	stages []string // where it has to be done; or, of something outside,
	steps  []string // the deadlines that what it sets going has to beat

	after    int64         // as far as the case was when a player last found it where something was done
	looks    []time.Time   // when the player looked, and it could not be done yet
	sent     time.Time     // when it was begun; zero: never, for the case was past it
	answered time.Time     // when it was refused, or when the player gave up
	takes    time.Duration // outside: until the case can know of it
}

// passed is a deadline that ran out, as the timeline tells it.
type passed struct {
	seq                   int64
	at                    time.Time
	stage, step, default_ string
	since, dueAt          time.Time
}

// defaults are the deadlines that players can miss, with what each may lead to and how the timeline shows that it did.
// The platform's own (reviews, approvals) take nothing out of anybody's hands: missing one excuses nothing.
var defaults = map[string]struct{ may, shows []string }{
	"details":            {[]string{"go_on_or_close"}, []string{"details_expired"}},
	"merchant_answer":    {[]string{"agree", "escalate"}, []string{"merchant_silent"}},
	"refused":            {[]string{"close"}, []string{"closed"}},
	"offer":              {[]string{"decline"}, []string{"offer_expired"}},
	"send_back":          {[]string{"close"}, []string{"closed"}},
	"first_scan":         {[]string{"suspect_waybill"}, []string{"waybill_suspect"}},
	"correct_waybill":    {[]string{"escalate"}, []string{"case_opened", "review_opened", "delivery_failed"}},
	"inspection":         {[]string{"refund"}, []string{"inspection_silent", "case_opened"}},
	"difference":         {[]string{"escalate"}, []string{"difference_unanswered"}},
	"intercept":          {[]string{"escalate"}, []string{"case_opened", "outbound_lost"}},
	"prove_delivery":     {[]string{"refund"}, []string{"delivery_not_proven"}},
	"pay":                {[]string{"close", "decline"}, []string{"not_paid"}},
	"ship":               {[]string{"refund", "escalate"}, []string{"not_shipped"}},
	"confirm":            {[]string{"done"}, []string{"receipt_silent"}},
	"diagnosis":          {[]string{"choose"}, []string{"diagnosis_silent", "case_opened"}},
	"repair_quote":       {[]string{"decline"}, []string{"quote_expired"}},
	"repair":             {[]string{"choose"}, []string{"repair_overdue"}},
	"choice":             {[]string{"escalate"}, []string{"choice_expired"}},
	"settle":             {[]string{"go_on"}, []string{"evidence_asked"}},
	"complaint_evidence": {[]string{"judge_on_file"}, []string{"review_opened"}},
	"supplement":         {[]string{"judge_on_file"}, []string{"supplement_missing"}},
	"execute":            {[]string{"execute"}, []string{"executed_by_platform"}},
	"appeal":             {[]string{"final"}, []string{"closed"}},
	"suspended":          {[]string{"resume"}, []string{"resumed"}},
	"suspended_papers":   {[]string{"resume"}, []string{"resumed"}},
}

// deadlines are those of a timeline that ran out.
func deadlines(entries []Entry) (all []passed) {
	for _, entry := range entries {
		if entry.Event != "deadline_passed" {
			continue
		}
		text := func(name string) string { return fmt.Sprint(entry.Data[name]) }
		moment := func(name string) time.Time {
			at, _ := time.Parse(time.RFC3339Nano, text(name)) // none is found to be out of order
			return at
		}
		all = append(all, passed{
			seq: entry.Seq, at: entry.At, stage: text("stage"), step: text("step"), default_: text("default"), since: moment("since"), dueAt: moment("due_at"),
		})
	}
	return all
}

// orderly tells what is wrong with a deadline that ran out: it did so before its time, or did not do what it must.
func (d passed) orderly(entries []Entry) error {
	must, known := defaults[d.step]
	switch {
	case d.met(entries) && !d.at.Before(d.dueAt.Add(grace)):
		return nil
	case d.dueAt.IsZero() || d.at.Before(d.dueAt.Add(grace)):
		return fmt.Errorf("%s ran out at %s, before its time %s and the grace", d.step, d.at.Format(clockTime), d.dueAt.Format(clockTime))
	case !known:
		return nil
	case !slices.Contains(must.may, d.default_):
		return fmt.Errorf("%s led to %q", d.step, d.default_)
	}
	for _, entry := range entries {
		if entry.Seq <= d.seq || !slices.Contains(must.shows, entry.Event) {
			continue
		}
		if did, says := entry.Data["default"]; says && did != d.default_ && did != "close" { // who asks once more needs a word
			return fmt.Errorf("%s was to lead to %q, and led to %q", d.step, d.default_, did)
		}
		return nil
	}
	return fmt.Errorf("%s ran out, and its default %q was not carried out", d.step, d.default_)
}

// met tells that a deadline was met after all: when it ran out, the provider was asked, and had been paid in time.
func (d passed) met(entries []Entry) bool {
	next := slices.IndexFunc(entries, func(e Entry) bool { return e.Seq > d.seq && (e.Event == "paid" || e.Event == "not_paid") })
	return d.step == "pay" && next >= 0 && entries[next].Event == "paid"
}

const clockTime = "15:04:05.000"

// overtook tells whether this deadline is the one that the act came too late for. slack is how long a program may take
// to hear of something, or to show it.
func (a act) overtook(d passed, slack time.Duration) bool {
	if d.seq <= a.after {
		return false
	}
	if len(a.steps) > 0 { // done outside, in time or not: in time, and it was heard of too late, is the program's fault
		return slices.Contains(a.steps, d.step) && d.dueAt.Add(grace).Before(a.sent.Add(a.takes+slack))
	}
	_, meets := defaults[d.step]
	switch {
	case !meets || !slices.Contains(a.stages, d.stage):
		return false
	case a.answered.Before(d.dueAt): // refused while there was time
		return false
	case a.sent.IsZero(): // never seen there, and no look should have shown it
		return !slices.ContainsFunc(a.looks, func(at time.Time) bool { return at.After(d.since.Add(slack)) && at.Before(d.dueAt) })
	}
	return d.dueAt.Before(a.sent.Add(slack))
}

// slack is how long the program may take to hear of something: longer while its processes are being killed.
func (p *Player) slack() time.Duration {
	if p.Killing {
		return passedBy
	}
	return lateness
}

// overtaken looks for the deadline that came before one of the acts, in the timelines of their cases; empty: there is
// none, and what happened has no excuse.
func (p *Player) overtaken(ctx context.Context, acts []act) (string, error) {
	timelines := map[string][]Entry{}
	for _, a := range acts {
		entries, known := timelines[a.caseID]
		if !known {
			var err error
			if entries, err = p.operator.Timeline(ctx, a.caseID); err != nil {
				return "", err
			}
			timelines[a.caseID] = entries
		}
		if d, was := a.by(entries, p.slack()); was {
			return fmt.Sprintf("%s of %s, due %s, came before %q", d.step, a.caseID, d.dueAt.Format(clockTime), a.what), nil
		}
	}
	return "", nil
}

// by finds the first orderly deadline of a timeline that the act came too late for.
func (a act) by(entries []Entry, slack time.Duration) (passed, bool) {
	for _, d := range deadlines(entries) {
		if a.overtook(d, slack) && d.orderly(entries) == nil && !d.met(entries) {
			return d, true
		}
	}
	return passed{}, false
}

// wants begins an act: it has to be done at one of the stages.
func (p *play) wants(what string, stages []string) {
	p.told.now = &act{what: what, caseID: p.caseID, stages: stages, after: p.told.seq[p.caseID]}
}

// outside notes something done outside, which takes a while and has to beat deadlines of the case.
func (p *play) outside(what string, takes time.Duration, steps ...string) {
	now := time.Now()
	p.told.acts = append(p.told.acts, act{what: what, caseID: p.caseID, steps: steps, after: p.told.seq[p.caseID], sent: now, answered: now, takes: takes})
}

// over ends an act. One that came to nothing is kept, with the moment at which that was known.
func (p *play) over(err error) {
	if now := p.told.now; now != nil && tooLate(err) {
		now.answered = time.Now()
		p.told.acts = append(p.told.acts, *now)
	}
	p.told.now = nil
}

// tooLate tells whether something may have failed because the case had moved on. Only the timeline knows whether it did.
func tooLate(err error) bool { return Late(err) || errors.Is(err, errPayLate) }

// errPayLate: what the customer was to pay had been taken back by the time.
var errPayLate = errors.New("the charge was closed before it was paid")

// gone looks, while a player waits, whether the deadline of the very act has run out: then there is nothing to wait for.
func (p *play) gone(ctx context.Context, c Case) error {
	now := p.told.now
	if now == nil || len(now.stages) == 0 {
		return nil
	}
	entries, err := p.operator.Timeline(ctx, p.caseID)
	if err != nil {
		return err
	}
	try := *now
	try.answered = time.Now()
	if d, was := try.by(entries, p.slack()); was {
		return fmt.Errorf("%w: it is at %s, %s was over at %s", errEnded, c.Stage, d.step, d.dueAt.Format(clockTime))
	}
	return nil
}

// judge says how a story went: as it must, overtaken, or wrong.
func (p *play) judge(ctx context.Context, result *Result) {
	var problem error
	switch {
	case result.Err != nil && !tooLate(result.Err):
		return
	case result.Err != nil:
		problem = result.Err
	case same(result.Endings(), result.Expected):
		return
	default:
		problem = fmt.Errorf("ended as %v, not as %v", result.Endings(), result.Expected)
	}
	why, err := p.overtaken(ctx, p.told.acts)
	result.Overtaken, result.Err = why, nil
	if why == "" {
		result.Err = cmp.Or(err, problem)
	}
}
