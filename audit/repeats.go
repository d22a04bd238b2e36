package audit

import (
	"strconv"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// repeats counts refusals that say the same, so that whoever knocks a thousand times makes two entries, not a thousand.
// Nobody knows who an unknown actor is, and whoever asks too much asks for anything: then what they asked for is not told
// apart either.
type repeats map[sameness]*tally

type sameness struct{ kind, actor, action, subject, reason, asked string }

type tally struct {
	event models.AuditEvent // the first
	more  int
	last  time.Time
}

const mostRepeats = 10_000

func samenessOf(e models.AuditEvent) sameness {
	s := sameness{e.ActorKind, e.ActorID, e.Action, e.SubjectKind + "/" + e.SubjectID, e.Reason, e.Detail["asked"]}
	if e.ActorID == "" || e.Reason == string(fault.TooManyRequests) {
		s.subject = ""
	}
	return s
}

// again counts an event that came before.
func (r repeats) again(e models.AuditEvent) bool {
	t, found := r[samenessOf(e)]
	if found {
		t.more++
		t.last = e.At
	}
	return found
}

// first remembers an event and tells whether it is the only one, so that somebody must come back for it.
func (r repeats) first(e models.AuditEvent) bool {
	if len(r) >= mostRepeats {
		return false
	}
	r[samenessOf(e)] = &tally{event: e}
	return len(r) == 1
}

// take empties it into entries: one for every event that came again.
func (r repeats) take() []pending {
	var more []pending
	for _, t := range r {
		if t.more == 0 {
			continue
		}
		e := t.event
		e.At, e.Detail = t.last, map[string]string{"again": strconv.Itoa(t.more)}
		more = append(more, pending{event: e, detail: `{"again":"` + strconv.Itoa(t.more) + `"}`})
	}
	clear(r)
	return more
}
