package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// Enqueue puts a conversation that the transaction holds into the queue, with what the person is told; nothing when it is
// there already.
func (s *Store) Enqueue(ctx context.Context, c Conversation, entry QueueEntry, summary string) error {
	entry.ID, entry.ConversationID, entry.CustomerID, entry.State = NewID(), c.ID, c.CustomerID, QueueWaiting
	entry.AskedAt, entry.Rank = Moment(entry.AskedAt), Moment(entry.Rank)
	if summary != "" {
		entry.Summary = seal.Plain(summary)
		if err := s.Keys.Seal(ctx, c.KeyRef, summaryAD(entry), &entry.Summary); err != nil {
			return err
		}
	}
	return s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&entry).Error
}

// LeaveQueue ends the waiting of a conversation that the transaction holds: taken by somebody, or left.
func (s *Store) LeaveQueue(ctx context.Context, conversationID, takenBy string, at time.Time) error {
	change := map[string]any{"state": QueueLeft, "ended_at": Moment(at)}
	if takenBy != "" {
		change["state"], change["taken_by"] = QueueTaken, takenBy
	}
	return s.db(ctx).Model(&QueueEntry{}).Where("conversation_id = ? AND state = ?", conversationID, QueueWaiting).Updates(change).Error
}

// MoveInQueue lets a conversation that waits count as asked for so much earlier.
func (s *Store) MoveInQueue(ctx context.Context, conversationID string, earlier time.Duration) error {
	var entries []QueueEntry
	err := s.db(ctx).Where("conversation_id = ? AND state = ?", conversationID, QueueWaiting).Find(&entries).Error
	for _, entry := range entries {
		err = errors.Join(err, s.db(ctx).Model(&QueueEntry{}).Where("id = ?", entry.ID).Update("rank", Moment(entry.Rank.Add(-earlier))).Error)
	}
	return err
}

// WaitingOfShop counts who waits in a team's queue because of a shop, up to limit.
func (s *Store) WaitingOfShop(ctx context.Context, team, merchant string, limit int) (n int64, err error) {
	some := s.db(ctx).Model(&QueueEntry{}).Select("1").Where("team_id = ? AND merchant_id = ? AND state = ?", team, merchant, QueueWaiting).Limit(limit)
	return n, s.db(ctx).Table("(?) AS waiting", some).Count(&n).Error
}

// ToMove lists who waits in a team's queue since before a time and was moved from no other, the longest first.
func (s *Store) ToMove(ctx context.Context, team string, before time.Time, limit int) ([]QueueEntry, error) {
	var entries []QueueEntry
	err := s.db(ctx).Where("team_id = ? AND state = ? AND moved_from IS NULL AND asked_at <= ?", team, QueueWaiting, Moment(before)).Order("asked_at").Limit(limit).Find(&entries).Error
	return entries, err
}

// MoveEntry moves a conversation that waits into another team's queue; its place there is by when it was asked for.
func (s *Store) MoveEntry(ctx context.Context, conversationID, from, to string) error {
	return s.db(ctx).Model(&QueueEntry{}).Where("conversation_id = ? AND state = ?", conversationID, QueueWaiting).Updates(map[string]any{"team_id": to, "moved_from": from}).Error
}

// LastEntry is the newest entry of a conversation in the queue, opened; ErrNotFound when it never was there.
func (s *Store) LastEntry(ctx context.Context, conversationID string) (QueueEntry, string, error) {
	var entry QueueEntry
	err := s.db(ctx).Where("conversation_id = ?", conversationID).Order("id DESC").Take(&entry).Error
	if err != nil {
		return entry, "", err
	}
	summary, err := s.Keys.Open(ctx, summaryAD(entry), entry.Summary)
	return entry, summary, err
}

// WaitingIn lists who waits in a team's queue, the most urgent first; limit bounds them.
func (s *Store) WaitingIn(ctx context.Context, team string, limit int) ([]QueueEntry, error) {
	var entries []QueueEntry
	err := s.db(ctx).Where("team_id = ? AND state = ?", team, QueueWaiting).Order("rank, id").Limit(limit).Find(&entries).Error
	return entries, err
}

// TeamsWaiting lists the teams in whose queue somebody waits.
func (s *Store) TeamsWaiting(ctx context.Context) ([]string, error) {
	var teams []string
	err := s.db(ctx).Model(&QueueEntry{}).Distinct("team_id").Where("state = ?", QueueWaiting).Order("team_id").Pluck("team_id", &teams).Error
	return teams, err
}

// placeCounted is how far a place in a queue is counted.
const placeCounted = 1000

// PlaceInQueue is how many wait before an entry, up to 1000.
func (s *Store) PlaceInQueue(ctx context.Context, entry QueueEntry) (n int64, err error) {
	before := s.db(ctx).Model(&QueueEntry{}).Select("1").Where("team_id = ? AND state = ? AND (rank, id) < (?, ?)", entry.TeamID, QueueWaiting, entry.Rank, entry.ID).Limit(placeCounted)
	return n, s.db(ctx).Table("(?) AS before", before).Count(&n).Error
}

// LastTakes are when the newest entries of a team's queue were taken since a time, the newest first, n at most.
func (s *Store) LastTakes(ctx context.Context, team string, since time.Time, n int) ([]time.Time, error) {
	var takes []time.Time
	err := s.db(ctx).Model(&QueueEntry{}).Where("team_id = ? AND state = ? AND ended_at >= ?", team, QueueTaken, Moment(since)).Order("ended_at DESC").Limit(n).Pluck("ended_at", &takes).Error
	return takes, err
}

// SetDesk stores whether and what an agent takes.
func (s *Store) SetDesk(ctx context.Context, desk AgentDesk) error {
	desk.SeenAt, desk.UpdatedAt = Moment(desk.SeenAt), Moment(desk.UpdatedAt)
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "staff_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"team_id", "state", "capacity", "langs", "skills", "seen_at", "updated_at"}),
	}).Create(&desk).Error
}

// Desk is an agent's; ErrNotFound when they never sat down.
func (s *Store) Desk(ctx context.Context, staffID string) (AgentDesk, error) {
	return one[AgentDesk](ctx, s, "staff_id = ?", staffID)
}

// DeskAtWork is an agent's desk with how many conversations they have.
type DeskAtWork struct {
	AgentDesk
	Has int64
}

// DesksOf lists the desks of a team whose agents were seen since a time, with what they have. Inside a transaction they are
// held, so that two who give conversations out count each other's.
func (s *Store) DesksOf(ctx context.Context, team string, since time.Time) ([]DeskAtWork, error) {
	query := s.db(ctx)
	if s.inTx {
		query = s.ForUpdate(query)
	}
	var desks []AgentDesk
	err := query.Where("team_id = ? AND seen_at >= ?", team, Moment(since)).Order("staff_id").Limit(500).Find(&desks).Error
	if err != nil || len(desks) == 0 {
		return nil, err
	}
	ids := make([]string, len(desks))
	for i, desk := range desks {
		ids[i] = desk.StaffID
	}
	has, err := s.loads(ctx, ids)
	out := make([]DeskAtWork, len(desks))
	for i, desk := range desks {
		out[i] = DeskAtWork{desk, has[desk.StaffID]}
	}
	return out, err
}

// loads counts the conversations that agents have.
func (s *Store) loads(ctx context.Context, agents []string) (map[string]int64, error) {
	var rows []struct {
		AssigneeID string
		N          int64
	}
	err := s.db(ctx).Model(&Conversation{}).Select("assignee_id, count(*) AS n").Where("assignee_id IN ? AND state = ? AND audience = ?", agents, WithPeople, ToCustomer).Group("assignee_id").Find(&rows).Error
	has := map[string]int64{}
	for _, row := range rows {
		has[row.AssigneeID] = row.N
	}
	return has, err
}

// NoteGiven notes that an agent got a conversation.
func (s *Store) NoteGiven(ctx context.Context, staffID string, at time.Time) error {
	return s.db(ctx).Model(&AgentDesk{}).Where("staff_id = ?", staffID).Update("given_at", Moment(at)).Error
}

// LastAgentOf is who had the newest conversation of a customer that anybody had; empty: nobody.
func (s *Store) LastAgentOf(ctx context.Context, customerID string) (string, error) {
	var agents []string
	err := s.db(ctx).Model(&Conversation{}).Where("customer_id = ? AND assignee_id IS NOT NULL", customerID).Order("last_at DESC").Limit(1).Pluck("assignee_id", &agents).Error
	if err != nil || len(agents) == 0 {
		return "", err
	}
	return agents[0], nil
}

// AskTransfer stores the offer of a conversation that the transaction holds to a colleague; ErrDuplicate when one stands.
func (s *Store) AskTransfer(ctx context.Context, c Conversation, transfer Transfer, note string) (Transfer, error) {
	transfer.ID, transfer.ConversationID, transfer.CustomerID, transfer.State = NewID(), c.ID, c.CustomerID, TransferAsked
	transfer.AskedAt, transfer.Note = Moment(transfer.AskedAt), seal.Plain(note)
	if err := s.Keys.Seal(ctx, c.KeyRef, transferAD(transfer, "note"), &transfer.Note); err != nil {
		return Transfer{}, err
	}
	return transfer, s.db(ctx).Create(&transfer).Error
}

// Transfer is the offer that stands in a conversation; ErrNotFound when none does.
func (s *Store) Transfer(ctx context.Context, conversationID string) (Transfer, error) {
	return one[Transfer](ctx, s, "conversation_id = ? AND state = ?", conversationID, TransferAsked)
}

// TransferNote opens what is said with an offer.
func (s *Store) TransferNote(ctx context.Context, transfer Transfer) (string, error) {
	return s.Keys.Open(ctx, transferAD(transfer, "note"), transfer.Note)
}

// EndTransfer notes how an offer ended, in a conversation that the transaction holds.
func (s *Store) EndTransfer(ctx context.Context, c Conversation, transfer Transfer, state, answer string, at time.Time) error {
	at = Moment(at)
	transfer.State, transfer.AnsweredAt = state, &at
	if answer != "" {
		transfer.Answer = seal.Plain(answer)
		if err := s.Keys.Seal(ctx, c.KeyRef, transferAD(transfer, "answer"), &transfer.Answer); err != nil {
			return err
		}
	}
	return s.db(ctx).Save(&transfer).Error
}

// TransfersTo lists the offers that wait for an agent's answer, the oldest first.
func (s *Store) TransfersTo(ctx context.Context, staffID string) ([]Transfer, error) {
	var transfers []Transfer
	err := s.db(ctx).Where("to_id = ? AND state = ?", staffID, TransferAsked).Order("asked_at, id").Limit(MaxPage).Find(&transfers).Error
	return transfers, err
}

// VoidTransfer ends the offer that stands in a conversation, if one does.
func (s *Store) VoidTransfer(ctx context.Context, conversationID string, at time.Time) error {
	return s.db(ctx).Model(&Transfer{}).Where("conversation_id = ? AND state = ?", conversationID, TransferAsked).
		Updates(map[string]any{"state": TransferVoid, "answered_at": Moment(at)}).Error
}

// Dialogue is the bot's state in a conversation, opened, and the message that it has answered; empty when it has not begun.
func (s *Store) Dialogue(ctx context.Context, c Conversation) (state string, answered int64, err error) {
	row, err := one[Dialogue](ctx, s, "conversation_id = ?", c.ID)
	if errors.Is(err, ErrNotFound) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	state, err = s.Keys.Open(ctx, dialogueAD(row), row.State)
	return state, row.AnsweredSeq, err
}

// SaveDialogue stores the bot's state in a conversation that the transaction holds.
func (s *Store) SaveDialogue(ctx context.Context, c Conversation, state string, answered int64, at time.Time) error {
	row := Dialogue{ConversationID: c.ID, CustomerID: c.CustomerID, State: seal.Plain(state), AnsweredSeq: answered, UpdatedAt: Moment(at)}
	if err := s.Keys.Seal(ctx, c.KeyRef, dialogueAD(row), &row.State); err != nil {
		return err
	}
	return s.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
}

// ClaimBotTurn lets one process at a time answer for the bot: true when nobody else is at it, until `until`.
func (s *Store) ClaimBotTurn(ctx context.Context, conversationID string, now, until time.Time) (bool, error) {
	done := s.db(ctx).Model(&Conversation{}).Where("id = ? AND bot_due_at <= ?", conversationID, Moment(now)).Update("bot_due_at", Moment(until))
	return done.RowsAffected == 1, done.Error
}

// PutOffBotTurn gives a turn back that failed: it is due again from now on.
func (s *Store) PutOffBotTurn(ctx context.Context, conversationID string, now time.Time) error {
	return s.db(ctx).Model(&Conversation{}).Where("id = ? AND bot_due_at IS NOT NULL", conversationID).Update("bot_due_at", Moment(now)).Error
}

// BotTurnsDue lists conversations in which the bot should have answered by a time, the longest overdue first.
func (s *Store) BotTurnsDue(ctx context.Context, by time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.db(ctx).Model(&Conversation{}).Where("bot_due_at <= ?", Moment(by)).Order("bot_due_at").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

func summaryAD(e QueueEntry) seal.AD {
	return seal.AD{Table: "queue_entries", Column: "summary", Person: e.ConversationID, Row: e.ID}
}

func transferAD(t Transfer, column string) seal.AD {
	return seal.AD{Table: "transfers", Column: column, Person: t.ConversationID, Row: t.ID}
}

func dialogueAD(d Dialogue) seal.AD {
	return seal.AD{Table: "dialogues", Column: "state", Person: d.ConversationID, Row: d.ConversationID}
}

// LoadOf counts the conversations that an agent has.
func (s *Store) LoadOf(ctx context.Context, staffID string) (int64, error) {
	has, err := s.loads(ctx, []string{staffID})
	return has[staffID], err
}

// TeamOfNewestOrder is the team that looks after the shop of a customer's newest order; empty when there is none.
func (s *Store) TeamOfNewestOrder(ctx context.Context, customerID string) (string, error) {
	var teams []*string
	err := s.db(ctx).Raw(`SELECT m.team_id FROM orders o JOIN merchants m ON m.id = o.merchant_id WHERE o.customer_id = ? ORDER BY o.paid_at DESC, o.id DESC LIMIT 1`, customerID).Scan(&teams).Error
	if err != nil || len(teams) == 0 || teams[0] == nil {
		return "", err
	}
	return *teams[0], nil
}

// TeamAtWork is the team with the most agents who were seen since a time; when nobody was, the first there is. Empty when
// there is no team.
func (s *Store) TeamAtWork(ctx context.Context, since time.Time) (string, error) {
	var teams []string
	err := s.db(ctx).Raw(`SELECT team_id FROM agent_desks WHERE state = ? AND seen_at >= ? AND team_id <> '' GROUP BY team_id ORDER BY count(*) DESC, team_id LIMIT 1`,
		DeskOnline, Moment(since)).Scan(&teams).Error
	if err == nil && len(teams) == 0 {
		err = s.db(ctx).Model(&Team{}).Order("created_at, id").Limit(1).Pluck("id", &teams).Error
	}
	if err != nil || len(teams) == 0 {
		return "", err
	}
	return teams[0], nil
}
