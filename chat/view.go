package chat

import (
	"context"
	"errors"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Row is a conversation as lists show it.
type Row struct {
	models.Conversation
	Last   *Message // nil: nothing was said yet
	Tags   []models.TagOn
	Clocks []models.ServiceClock // that run
	Unread int64
}

// View is a conversation with everything that a page shows of it at once.
type View struct {
	models.Conversation
	Messages  []Message // the newest, in order
	More      bool      // there are older ones
	Members   []models.ConversationMember
	Cases     []models.ConversationCase
	Waiting   *Waiting                // in the queue; nil: not
	Summary   string                  // what the bot told the person; for the platform's people
	Transfer  *Offer                  // that stands; for the platform's people
	Threads   []models.Conversation   // beside it; for the platform's people
	Tags      []models.TagOn          // for the platform's people
	Clocks    []models.ServiceClock   // that run; for the platform's people
	Asked     []models.PartyQuestion  // of a thread with a shop or a carrier, the newest first
	Inquiries []models.CarrierInquiry // of a carrier's thread, the newest first
	Draft     string                  // what the reader has begun to write
	Rating    *Rating                 // of one that has ended; nil: nobody asked
	CanWrite  bool
	WhyNot    *fault.Fault
}

// Message is one as it is shown. Erased tells that nobody can read it any more.
type Message struct {
	models.Message
	Body      Body
	Erased    bool
	Reactions []models.MessageReaction
}

// Waiting is where a conversation stands in the queue.
type Waiting struct {
	Since    time.Time
	Ahead    int64
	Estimate time.Duration // 0: unknown
	Nobody   bool          // nobody is there now who could take it
	OpensAt  *time.Time    // the team does not work now, and will then; nil: it works
}

// Offer is a transfer that waits for its answer.
type Offer struct {
	models.Transfer
	Note string
}

func (s *Service) view(ctx context.Context, actor Actor, c models.Conversation, limit int) (View, error) {
	view := View{Conversation: c}
	found, more, err := s.Store.Messages(ctx, c.ID, models.MessagePage{Limit: limit})
	if err != nil {
		return view, away(err)
	}
	if view.Messages, err = s.shown(ctx, actor, c.ID, found); err != nil {
		return view, err
	}
	view.More = more
	if view.Members, err = s.Store.MembersOf(ctx, c.ID); err != nil {
		return view, away(err)
	}
	if c.Audience == models.ToCustomer {
		if view.Cases, err = s.Store.CasesTiedTo(ctx, c.ID); err != nil {
			return view, away(err)
		}
	}
	if c.State == models.WithQueue {
		if view.Waiting, err = s.waiting(ctx, c); err != nil {
			return view, err
		}
	}
	err = allowed(actor, "message.send", c)
	if err == nil && !c.Open {
		err = fault.New(fault.ConversationEnded)
	}
	view.CanWrite, view.WhyNot = err == nil, fault.As(err)
	if c.Audience == models.ToMerchant || c.Audience == models.ToCarrier {
		if view.Asked, err = s.Store.QuestionsIn(ctx, c.ID); err != nil {
			return view, away(err)
		}
	}
	if c.Audience == models.ToCarrier {
		if view.Inquiries, err = s.Store.InquiriesIn(ctx, c.ID); err != nil {
			return view, away(err)
		}
	}
	if view.Draft, err = s.draft(ctx, actor, c.ID); err != nil {
		return view, err
	}
	if view.Rating, err = s.rating(ctx, c); err != nil {
		return view, err
	}
	if !platform(actor) {
		return view, nil
	}
	return view, s.inside(ctx, c, &view)
}

// inside adds what only the platform's people see.
func (s *Service) inside(ctx context.Context, c models.Conversation, view *View) error {
	_, summary, err := s.Store.LastEntry(ctx, c.ID)
	if err != nil && !errors.Is(err, models.ErrNotFound) && !gone(err) {
		return away(err)
	}
	view.Summary = summary
	transfer, err := s.Store.Transfer(ctx, c.ID)
	if err == nil {
		note, err := s.Store.TransferNote(ctx, transfer)
		if err != nil && !gone(err) {
			return away(err)
		}
		view.Transfer = &Offer{transfer, note}
	} else if !errors.Is(err, models.ErrNotFound) {
		return away(err)
	}
	if view.Tags, err = s.Store.TagsOn(ctx, c.ID); err != nil {
		return away(err)
	}
	if view.Clocks, err = s.Store.RunningClocks(ctx, c.ID); err != nil {
		return away(err)
	}
	view.Threads, err = s.Store.ThreadsAbout(ctx, "conversation", c.ID)
	return away(err)
}

// gone tells that what somebody wrote was erased.
func gone(err error) bool { return errors.Is(err, fault.New(fault.Erased)) }

// shown opens messages for a reader and adds the signs under them.
func (s *Service) shown(ctx context.Context, actor Actor, conversationID string, found []models.Message) ([]Message, error) {
	out := make([]Message, len(found))
	seqs := make([]int64, len(found))
	for i, m := range found {
		opened, err := s.open(ctx, m)
		if err != nil {
			return nil, err
		}
		out[i], seqs[i] = opened, m.Seq
	}
	reactions, err := s.Store.ReactionsTo(ctx, conversationID, seqs)
	if err != nil {
		return nil, away(err)
	}
	at := map[int64]int{}
	for i, seq := range seqs {
		at[seq] = i
	}
	for _, r := range reactions {
		out[at[r.Seq]].Reactions = append(out[at[r.Seq]].Reactions, r)
	}
	return out, s.addressed(ctx, actor, out)
}

func (s *Service) open(ctx context.Context, m models.Message) (Message, error) {
	out := Message{Message: m}
	stored, err := s.Store.MessageBody(ctx, m)
	if gone(err) {
		out.Erased = true
		return out, nil
	}
	if err == nil {
		out.Body, err = readBody(stored)
	}
	return out, away(err)
}

// rows adds to conversations what was said last and how much is unread.
func (s *Service) rows(ctx context.Context, actor Actor, found []models.Conversation) ([]Row, error) {
	if len(found) == 0 {
		return nil, nil
	}
	last, err := s.Store.LastMessages(ctx, found)
	if err != nil {
		return nil, away(err)
	}
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	members, err := s.Store.MembersOf(ctx, ids...)
	if err != nil {
		return nil, away(err)
	}
	kind, own := person(actor)
	read := map[string]int64{}
	for _, m := range members {
		if m.MemberKind == kind && m.MemberID == own {
			read[m.ConversationID] = m.ReadSeq
		}
	}
	tags, clocks := map[string][]models.TagOn{}, map[string][]models.ServiceClock{}
	if platform(actor) {
		on, err := s.Store.TagsOn(ctx, ids...)
		if err != nil {
			return nil, away(err)
		}
		for _, tag := range on {
			tags[tag.ConversationID] = append(tags[tag.ConversationID], tag)
		}
		running, err := s.Store.RunningClocks(ctx, ids...)
		if err != nil {
			return nil, away(err)
		}
		for _, clock := range running {
			clocks[clock.ConversationID] = append(clocks[clock.ConversationID], clock)
		}
	}
	rows := make([]Row, len(found))
	for i, c := range found {
		rows[i] = Row{Conversation: c, Unread: c.LastSeq - read[c.ID], Tags: tags[c.ID], Clocks: clocks[c.ID]}
		m, said := last[c.ID]
		if !said {
			continue
		}
		if m.SenderKind == kind && m.SenderID == own {
			rows[i].Unread = 0 // who wrote last has seen what came before
		}
		opened, err := s.open(ctx, m)
		if err != nil {
			return nil, err
		}
		newest := []Message{opened}
		if err := s.addressed(ctx, actor, newest); err != nil {
			return nil, err
		}
		rows[i].Last = &newest[0]
	}
	return rows, nil
}
