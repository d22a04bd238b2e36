package audit

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"time"

	"aftersales/models"
)

const (
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
	writeTime    = 10 * time.Second
)

// run writes batches until it is told to stop and nothing is left.
func (r *Recorder) run() {
	defer close(r.ended)
	for {
		batch, stop := r.take()
		if len(batch) > 0 && !r.write(batch) {
			r.giveBack(batch)
			return
		}
		r.anchor(stop && len(batch) == 0)
		if stop && len(batch) == 0 {
			return
		}
	}
}

// take waits for the next batch. An empty one is a reason to anchor or to stop.
func (r *Recorder) take() (batch []pending, stop bool) {
	for {
		r.mu.Lock()
		if r.urgent || r.due || r.stopping {
			n := min(len(r.queue), batchSize-1) // one place is for what was lost
			batch = append(batch, r.queue[:n]...)
			r.queue = append(r.queue[:0:0], r.queue[n:]...)
			left := len(r.queue) > 0
			r.urgent, r.due = r.urgent && left, r.due && left
			stop = r.stopping
			r.mu.Unlock()
			return batch, stop
		}
		r.mu.Unlock()
		<-r.wake
	}
}

func (r *Recorder) giveBack(batch []pending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopping = true
	r.queue = append(batch, r.queue...)
}

// write tries until the batch is in the database; false when the recorder was told to give up.
func (r *Recorder) write(batch []pending) bool {
	r.mu.Lock()
	lost := r.lost
	r.lost = 0
	r.mu.Unlock()
	if lost > 0 {
		batch = append(batch, pending{
			event:  models.AuditEvent{At: models.Moment(r.options.Now()), ActorKind: "system", Action: "audit.lost", Outcome: models.AuditFailed, Reason: "queue_full"},
			detail: `{"events":"` + strconv.Itoa(lost) + `"}`,
		})
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := r.append(batch)
		if err == nil {
			break
		}
		r.options.Log.Error("the audit trail cannot be written; trying again", "events", len(batch), "error", err)
		select {
		case <-r.running.Done():
			return false
		case <-time.After(pause):
		}
	}
	for _, p := range batch {
		if p.written != nil {
			close(p.written)
		}
	}
	return true
}

// append chains the batch on and stores it. When the database does not say whether it stored, it is asked.
func (r *Recorder) append(batch []pending) error {
	ctx, cancel := context.WithTimeout(r.running, writeTime)
	defer cancel()
	if r.chain.id == "" {
		fresh := chain{id: models.NewID(), key: make([]byte, 32)}
		_, _ = rand.Read(fresh.key) // never fails
		if err := r.store.OpenAuditChain(ctx, fresh.id, fresh.key, r.options.Now()); err != nil {
			return err
		}
		r.chain = fresh
	}
	next := r.chain
	entries := make([]models.AuditEntry, len(batch))
	for i, p := range batch {
		e := p.event
		next.seq++
		entries[i] = models.AuditEntry{
			ChainID: next.id, Seq: next.seq, At: e.At, ActorKind: e.ActorKind, ActorID: e.ActorID, SessionID: e.SessionID, Action: e.Action,
			SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, Outcome: e.Outcome, Reason: e.Reason, Detail: p.detail,
		}
		entries[i].Hash = hashOf(next.key, next.hash, entries[i])
		next.hash = entries[i].Hash
	}
	next.news = true
	if err := r.store.AppendAudit(ctx, entries); err != nil {
		head, found := r.store.LastAuditEntry(ctx, next.id)
		switch {
		case found == nil && head.Seq == next.seq && bytes.Equal(head.Hash, next.hash):
			// It was stored; only the answer was lost.
		case found == nil && head.Seq != r.chain.seq:
			// Somebody else wrote into our chain: verification will show it, and ours goes on in a new one.
			r.chain = chain{}
			return err
		default:
			return errors.Join(err, notMissing(found))
		}
	}
	r.chain = next
	return nil
}

func notMissing(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}

// anchor notes the head of the chain with the keysets, now and then and at the end.
func (r *Recorder) anchor(last bool) {
	now := r.options.Now()
	if !r.chain.news {
		return
	}
	if wait := r.anchored.Add(r.options.Anchor).Sub(now); wait > 0 && !last {
		r.anchorLater(wait)
		return
	}
	ctx, cancel := context.WithTimeout(r.running, writeTime)
	defer cancel()
	r.anchored = now
	if err := r.store.PutAuditAnchor(ctx, models.AuditAnchor{ChainID: r.chain.id, Seq: r.chain.seq, Hash: r.chain.hash, At: now}); err != nil {
		r.options.Log.Error("the head of the audit trail cannot be noted with the keysets; trying again later", "error", err)
		r.anchorLater(r.options.Anchor)
		return
	}
	r.chain.news = false
}

// anchorLater makes the writer come back once, also when nothing new happens until then.
func (r *Recorder) anchorLater(wait time.Duration) {
	if r.returning.CompareAndSwap(false, true) {
		time.AfterFunc(wait, func() { r.returning.Store(false); r.gathered() })
	}
}
