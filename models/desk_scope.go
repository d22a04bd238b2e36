package models

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// This file says whose business a case is on the platform's side: the team that looks after its shop, and the agent it
// was given to. Cases, proposals, tasks and news carry it, so that what a team or an agent sees is one range of an index.

// DeskScope is what of the desk somebody sees: a team's, and what was given to an agent. Both empty: nothing.
type DeskScope struct{ Team, Agent string }

// CasesOfDesk lists the cases of a scope without their views, the newest first.
func (s *Store) CasesOfDesk(ctx context.Context, scope DeskScope, filter CaseFilter, request PageRequest) (Page[Case], error) {
	return union(s.deskParts(ctx, scope, filter), request.limit(), later, byOpening, func(query func() *gorm.DB) (Page[Case], error) {
		return newestFirst(query(), request, "opened_at", byOpening)
	})
}

// OpenCasesOfDesk lists the open cases of a scope without their views, the soonest due first, those that wait for
// nothing last.
func (s *Store) OpenCasesOfDesk(ctx context.Context, scope DeskScope, filter CaseFilter, request PageRequest) (Page[Case], error) {
	yes := true
	filter.Open = &yes
	return union(s.deskParts(ctx, scope, filter), request.limit(), sooner, byDueTime, func(query func() *gorm.DB) (Page[Case], error) {
		return soonestFirst(query, request, "due_at", byDueTime)
	})
}

// deskParts are the queries of a scope, each one range of an index; no case is in two of them.
func (s *Store) deskParts(ctx context.Context, scope DeskScope, filter CaseFilter) (parts []func() *gorm.DB) {
	if scope.Team != "" {
		parts = append(parts, func() *gorm.DB { return filter.apply(s.db(ctx).Where("team_id = ?", scope.Team)) })
	}
	if scope.Agent != "" {
		parts = append(parts, func() *gorm.DB {
			query := s.db(ctx).Where("assignee_id = ?", scope.Agent)
			if scope.Team != "" {
				query = query.Where("(team_id IS NULL OR team_id <> ?)", scope.Team)
			}
			return filter.apply(query)
		})
	}
	return parts
}

func byDueTime(c Case) place { return place{moment(c.DueAt), c.ID} }

// sooner orders places by time and ID, those without a time last; later is the other way round.
func sooner(a, b place) int {
	if a.at.IsZero() != b.at.IsZero() {
		if a.at.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
}

func later(a, b place) int { return sooner(b, a) }

// union reads one page of several queries that are in the same order and have no row in common.
func union[Q, T any](parts []Q, limit int, order func(a, b place) int, where func(T) place, read func(Q) (Page[T], error)) (Page[T], error) {
	var all Page[T]
	more := false
	for _, part := range parts {
		page, err := read(part)
		if err != nil {
			return Page[T]{}, err
		}
		all.Items, more = append(all.Items, page.Items...), more || page.Next != ""
	}
	slices.SortFunc(all.Items, func(a, b T) int { return order(where(a), where(b)) })
	if len(all.Items) > limit {
		all.Items, more = all.Items[:limit], true
	}
	if more {
		all.Next = where(all.Items[len(all.Items)-1]).cursor()
	}
	return all, nil
}

// WaitingApprovalsOf lists the proposals of a team's cases that wait for people, the soonest due first.
func (s *Store) WaitingApprovalsOf(ctx context.Context, team string, request PageRequest) (Page[Approval], error) {
	return soonestDue(s.db(ctx).Where("team_id = ? AND state = ?", team, "waiting"), request, byApprovalDue)
}

// AssigneesOfOrder lists the agents whom cases of an order were given to.
func (s *Store) AssigneesOfOrder(ctx context.Context, orderID string) ([]string, error) {
	var agents []string
	err := s.db(ctx).Model(&Case{}).Distinct("assignee_id").Where("order_id = ? AND assignee_id IS NOT NULL", orderID).Pluck("assignee_id", &agents).Error
	return agents, err
}

// ShopsByTime lists the shops, the newest first; those of one team unless it is empty.
func (s *Store) ShopsByTime(ctx context.Context, team string, request PageRequest) (Page[Merchant], error) {
	query := s.db(ctx)
	if team != "" {
		query = query.Where("team_id = ?", team)
	}
	return newestFirst(query, request, "created_at", func(m Merchant) place { return place{m.CreatedAt, m.ID} })
}

// deskOf is whose business a case is.
type deskOf struct{ Team, Agent *string }

// lookUp reads whose business a case is or, if it is new, will be. On PostgreSQL the shop stays with its team until the
// transaction ends, so that no case is left behind when it goes to another.
func (s *Store) lookUp(ctx context.Context, caseID, merchantID string) (deskOf, error) {
	sql := "SELECT m.team_id AS team, c.assignee_id AS agent FROM merchants m LEFT JOIN cases c ON c.id = ? WHERE m.id = ?"
	if s.dialect == Postgres {
		sql += " FOR KEY SHARE OF m"
	}
	var desk deskOf
	return desk, s.db(ctx).Raw(sql, caseID, merchantID).Scan(&desk).Error
}

// platformRole tells whether tasks and news for a role are a team's.
func platformRole(kind string) bool { return kind == "agent" || kind == "supervisor" }

// recipient is whom a task or news for anybody of a role is for: the agent who has the case, else the team. Nobody has
// it when the shop has no team: operators see to it.
func (d deskOf) recipient(kind string) string {
	switch {
	case kind == "agent" && d.Agent != nil:
		return *d.Agent
	case platformRole(kind) && d.Team != nil:
		return *d.Team
	}
	return ""
}

// address writes the recipients into a projection, and announces it to them.
func (d deskOf) address(p *Projection) {
	p.Case.TeamID = d.Team
	if p.Approval != nil {
		p.Approval.TeamID = d.Team
	}
	p.News = slices.Clone(p.News) // a transaction that is tried again looks up anew
	if p.Desk != nil {
		p.Desk = &Desk{slices.Clone(p.Desk.Tasks), slices.Clone(p.Desk.Reminders), p.Desk.Reminded, p.Desk.End}
	}
	news := func(list []Notification) {
		for i := range list {
			if platformRole(list[i].RecipientKind) && list[i].RecipientID == "" {
				list[i].RecipientID = d.recipient(list[i].RecipientKind)
			}
		}
	}
	news(p.News)
	if p.Desk != nil {
		news(p.Desk.Reminders)
		for i, task := range p.Desk.Tasks {
			if platformRole(task.RecipientKind) && task.RecipientID == "" {
				p.Desk.Tasks[i].RecipientID = d.recipient(task.RecipientKind)
			}
		}
	}
}

// audience are the platform's people who may see the case, in the words of the outbox.
func (d deskOf) audience() []string {
	list := []string{"operator/"}
	if d.Team != nil {
		list = append(list, "agent/"+*d.Team, "supervisor/"+*d.Team)
	}
	if d.Agent != nil {
		list = append(list, "agent/"+*d.Agent)
	}
	return list
}

// Topics of events that change whose business something is.
const (
	TopicCaseAssigned = "case.assigned" // its subject is "case/<id>"
	TopicShopMoved    = "shop.moved"    // to another team; its subject is "merchant/<id>"
	TopicStaffChanged = "staff.changed" // other rights; its subject is "staff/<id>"
)

// moved announces that something is somebody else's business from now on, to them and to whose it was.
func (s *Store) moved(ctx context.Context, topic, subject string, at time.Time, whose ...deskOf) error {
	var told []string
	for _, desk := range whose {
		told = append(told, desk.audience()...)
	}
	slices.Sort(told)
	audience, err := json.Marshal(slices.Compact(told))
	if err != nil {
		return err
	}
	return s.AppendOutbox(ctx, OutboxEvent{Topic: topic, Subject: subject, Audience: string(audience), Data: "{}", At: Moment(at)})
}

// AssignCase gives a case to an agent, with what there is to do about it; to nobody when agentID is empty. unless is who
// must have it until now; nil: whoever. It tells whether it did; ErrNotFound when there is no such case.
func (s *Store) AssignCase(ctx context.Context, caseID, agentID, by string, unless *string, at time.Time) (done bool, err error) {
	given := &agentID
	if agentID == "" {
		given = nil
	}
	err = s.Tx(ctx, func(tx *Store) error {
		before, err := tx.CaseParties(ctx, caseID)
		if err != nil {
			return err
		}
		query := tx.db(ctx).Table("cases").Where("id = ?", caseID)
		if unless != nil {
			query = query.Where("COALESCE(assignee_id, '') = ?", *unless)
		}
		result := query.Update("assignee_id", given)
		if result.Error != nil || result.RowsAffected == 0 {
			return result.Error
		}
		row, err := tx.Case(ctx, caseID)
		if err != nil {
			return err
		}
		done = true
		if err := tx.db(ctx).Create(&CaseAssignment{ID: NewID(), CaseID: caseID, AgentID: given, GivenBy: by, At: Moment(at)}).Error; err != nil {
			return err
		}
		now := deskOf{row.TeamID, row.AssigneeID}
		if err := tx.moved(ctx, TopicCaseAssigned, "case/"+caseID, at, deskOf{before.TeamID, before.AssigneeID}, now); err != nil {
			return err
		}
		return tx.readdress(ctx, "agent", now, true, "id = ?", caseID)
	})
	return done && err == nil, err
}

// AssignmentsOf lists who was given a case, the first one first.
func (s *Store) AssignmentsOf(ctx context.Context, caseID string) ([]CaseAssignment, error) {
	var list []CaseAssignment
	err := s.db(ctx).Where("case_id = ?", caseID).Order("at, id").Find(&list).Error
	return list, err
}

// SetMerchantTeam gives a shop to a team, with its cases and everything about them, and its open conversations; to none when the
// team is empty.
// ErrNotFound when there is no such shop. What was given to an agent stays theirs.
func (s *Store) SetMerchantTeam(ctx context.Context, merchantID, teamID string) error {
	team := &teamID
	if teamID == "" {
		team = nil
	}
	return s.Tx(ctx, func(tx *Store) error {
		query := tx.db(ctx)
		if tx.dialect == Postgres { // waits for projections under way; those after it see the new team
			query = query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
		}
		var shop Merchant
		found := query.Where("id = ?", merchantID).Limit(1).Find(&shop)
		if found.Error != nil || found.RowsAffected == 0 {
			return cmp.Or(found.Error, ErrNotFound)
		}
		if err := tx.db(ctx).Model(&Merchant{}).Where("id = ?", merchantID).Update("team_id", team).Error; err != nil {
			return err
		}
		if err := tx.db(ctx).Table("cases").Where("merchant_id = ?", merchantID).Update("team_id", team).Error; err != nil {
			return err
		}
		cases := tx.db(ctx).Table("cases").Select("id").Where("merchant_id = ?", merchantID)
		if err := tx.db(ctx).Table("approvals").Where("case_id IN (?)", cases).Update("team_id", team).Error; err != nil {
			return err
		}
		if err := tx.moveConversations(ctx, merchantID, team); err != nil {
			return err
		}
		if err := tx.moved(ctx, TopicShopMoved, "merchant/"+merchantID, time.Now(), deskOf{Team: shop.TeamID}, deskOf{Team: team}); err != nil {
			return err
		}
		return cmp.Or(
			tx.readdress(ctx, "supervisor", deskOf{Team: team}, false, "merchant_id = ?", merchantID),
			tx.readdress(ctx, "agent", deskOf{Team: team}, false, "merchant_id = ? AND assignee_id IS NULL", merchantID),
		)
	})
}

// moveConversations gives a shop's open conversations to a team: those who wait do so in its queue, and who has one keeps it.
func (s *Store) moveConversations(ctx context.Context, merchantID string, team *string) error {
	to := ""
	if team != nil {
		to = *team
	}
	open := func() *gorm.DB {
		return s.db(ctx).Table("conversations").Select("id").Where("merchant_id = ? AND open", merchantID)
	}
	return cmp.Or(
		s.db(ctx).Table("conversations").Where("merchant_id = ? AND open", merchantID).Updates(map[string]any{"team_id": team, "rev": gorm.Expr("rev + 1")}).Error,
		s.db(ctx).Table("queue_entries").Where("state = ? AND conversation_id IN (?)", QueueWaiting, open()).Update("team_id", to).Error,
		s.db(ctx).Table("service_clocks").Where("stopped_at IS NULL AND conversation_id IN (?)", open()).Update("team_id", to).Error,
	)
}

// readdress brings what a role has to do, and to know, about some cases to whose business they are now; toCome leaves what
// is over as it was.
func (s *Store) readdress(ctx context.Context, role string, desk deskOf, toCome bool, which string, args ...any) error {
	about := func(table string) *gorm.DB {
		cases := s.db(ctx).Table("cases").Select("id").Where(which, args...)
		return s.db(ctx).Table(table).Where("subject_kind = ? AND subject_id IN (?) AND recipient_kind = ?", "case", cases, role)
	}
	tasks, news := about("tasks"), about("notifications")
	if toCome {
		tasks, news = tasks.Where("state = ?", TaskOpen), news.Where("sent_at IS NULL")
	}
	to := desk.recipient(role)
	return cmp.Or(tasks.Update("recipient_id", to).Error, news.Update("recipient_id", to).Error)
}
