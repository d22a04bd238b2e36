package chat

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Variables are what a canned reply can name. The customer's name is filled in when the customer reads it, so that nobody
// of the staff sees it by that; the others when the reply is taken.
var Variables = []string{varCustomer, "agent.name", "shop.name", "case.id", "order.id"}

const varCustomer = "customer.name"

var variable = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// Limits of canned replies.
const (
	maxShortcut    = 20 // characters
	maxCannedTitle = 60
	maxCannedOf    = 500 // replies of one holder
)

// Canned lists the canned replies that the actor can use by their shortcuts: own ones, the team's, everybody's. begins limits
// them to shortcuts that begin so.
func (s *Service) Canned(ctx context.Context, actor Actor, begins string, page models.PageRequest) (models.Page[models.CannedReply], error) {
	if err := may(actor, "canned.list", access.Desk{}); err != nil {
		return models.Page[models.CannedReply]{}, err
	}
	found, err := s.Store.CannedOf(ctx, holders(actor), begins, page)
	return found, away(err)
}

func holders(actor Actor) []models.CannedHolder {
	list := []models.CannedHolder{{Scope: models.CannedOwn, ID: actor.ID}, {Scope: models.CannedAll}}
	if actor.Team != "" {
		list = append(list, models.CannedHolder{Scope: models.CannedTeam, ID: actor.Team})
	}
	return list
}

// holder is whose a canned reply of a scope is that the actor writes: everybody their own, a supervisor the team's, an operator
// everybody's.
func holder(actor Actor, scope string) (models.CannedHolder, error) {
	switch {
	case scope == models.CannedOwn:
		return models.CannedHolder{Scope: scope, ID: actor.ID}, nil
	case scope == models.CannedTeam && actor.Kind == contract.Supervisor && actor.Team != "":
		return models.CannedHolder{Scope: scope, ID: actor.Team}, nil
	case scope == models.CannedAll && actor.Kind == contract.Operator:
		return models.CannedHolder{Scope: scope}, nil
	}
	return models.CannedHolder{}, fault.New(fault.Forbidden)
}

// NewCanned keeps a canned reply. Faults: forbidden for a scope that is not the actor's to write, canned_exists,
// canned_variable, text_too_long.
func (s *Service) NewCanned(ctx context.Context, actor Actor, in models.CannedReply) (models.CannedReply, error) {
	if err := may(actor, "canned.create", access.Desk{}); err != nil {
		return models.CannedReply{}, err
	}
	whose, err := holder(actor, in.Scope)
	if err != nil {
		return models.CannedReply{}, err
	}
	n, err := s.Store.CountCanned(ctx, whose.Scope, whose.ID)
	if err != nil {
		return models.CannedReply{}, away(err)
	}
	if n >= maxCannedOf {
		return models.CannedReply{}, fault.New(fault.BadRequest, "problem", "canned replies: too many")
	}
	in.ID, in.HolderID, in.CreatedAt = "", whose.ID, s.now()
	return s.saveCanned(ctx, actor, in)
}

// ChangeCanned changes shortcut, title and text of a canned reply that the actor may write.
func (s *Service) ChangeCanned(ctx context.Context, actor Actor, id string, in models.CannedReply) (models.CannedReply, error) {
	kept, err := s.writableCanned(ctx, actor, "canned.change", id)
	if err != nil {
		return models.CannedReply{}, err
	}
	kept.Shortcut, kept.Title, kept.Text = in.Shortcut, in.Title, in.Text
	return s.saveCanned(ctx, actor, kept)
}

// DropCanned deletes a canned reply that the actor may write.
func (s *Service) DropCanned(ctx context.Context, actor Actor, id string) error {
	kept, err := s.writableCanned(ctx, actor, "canned.remove", id)
	if err != nil {
		return err
	}
	return away(s.Store.DropCanned(ctx, kept.ID))
}

// writableCanned is one that the actor may write. What they cannot use does not exist for them.
func (s *Service) writableCanned(ctx context.Context, actor Actor, action, id string) (models.CannedReply, error) {
	if err := may(actor, action, access.Desk{}); err != nil {
		return models.CannedReply{}, err
	}
	kept, err := s.usableCanned(ctx, actor, id)
	if err != nil {
		return kept, err
	}
	_, err = holder(actor, kept.Scope)
	return kept, err
}

func (s *Service) usableCanned(ctx context.Context, actor Actor, id string) (models.CannedReply, error) {
	kept, err := s.Store.Canned(ctx, id)
	if err == nil && !slices.Contains(holders(actor), models.CannedHolder{Scope: kept.Scope, ID: kept.HolderID}) {
		err = models.ErrNotFound
	}
	return kept, away(err)
}

func (s *Service) saveCanned(ctx context.Context, actor Actor, reply models.CannedReply) (models.CannedReply, error) {
	reply.Title, reply.Text = strings.TrimSpace(clean(reply.Title)), strings.TrimSpace(clean(reply.Text))
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' }
	switch {
	case reply.Shortcut == "" || utf8.RuneCountInString(reply.Shortcut) > maxShortcut || strings.ContainsFunc(reply.Shortcut, func(r rune) bool { return !word(r) }):
		return reply, fault.New(fault.BadRequest, "problem", "shortcut")
	case reply.Title == "" || utf8.RuneCountInString(reply.Title) > maxCannedTitle:
		return reply, fault.New(fault.BadRequest, "problem", "title")
	case reply.Text == "":
		return reply, fault.New(fault.BadRequest, "problem", "text")
	case utf8.RuneCountInString(reply.Text) > MaxText:
		return reply, fault.New(fault.TextTooLong, "limit", MaxText)
	}
	for _, found := range variable.FindAllStringSubmatch(reply.Text, -1) {
		if !slices.Contains(Variables, found[1]) {
			return reply, fault.New(fault.CannedVariable, "name", found[1], "known", strings.Join(Variables, ", "))
		}
	}
	reply.ByID, reply.UpdatedAt = actor.ID, s.now()
	kept, err := s.Store.SaveCanned(ctx, reply)
	if errors.Is(err, models.ErrDuplicate) {
		return kept, fault.New(fault.CannedExists)
	}
	return kept, away(err)
}

// Filled is a canned reply with its variables filled in. Missing are those that nothing is known for in the conversation:
// they stand as they were.
type Filled struct {
	Text    string
	Missing []string
}

// FillCanned fills a canned reply in for a conversation.
func (s *Service) FillCanned(ctx context.Context, actor Actor, conversationID, replyID string) (Filled, error) {
	c, err := s.visible(ctx, actor, "canned.fill", conversationID)
	if err != nil {
		return Filled{}, err
	}
	reply, err := s.usableCanned(ctx, actor, replyID)
	if err != nil {
		return Filled{}, err
	}
	known, err := s.known(ctx, actor, c)
	if err != nil {
		return Filled{}, away(err)
	}
	var out Filled
	out.Text = variable.ReplaceAllStringFunc(reply.Text, func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		switch value := known[name]; {
		case name == varCustomer:
			return "{{" + varCustomer + "}}"
		case value != "":
			return value
		}
		if !slices.Contains(out.Missing, name) {
			out.Missing = append(out.Missing, name)
		}
		return found
	})
	return out, nil
}

// known is what variables stand for in a conversation; the case is the one that was tied last.
func (s *Service) known(ctx context.Context, actor Actor, c models.Conversation) (map[string]string, error) {
	known := map[string]string{}
	staff, err := s.Store.Staff(ctx, actor.ID)
	if err == nil {
		known["agent.name"], err = s.Store.StaffName(ctx, staff)
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) && !gone(err) {
		return nil, err
	}
	if c.MerchantID != nil {
		shop, err := s.Store.Merchant(ctx, *c.MerchantID)
		if err != nil {
			return nil, err
		}
		known["shop.name"] = shop.Name
	}
	ties, err := s.Store.CasesTiedTo(ctx, c.ID)
	if err != nil || len(ties) == 0 {
		return known, err
	}
	row, err := s.Store.Case(ctx, ties[0].CaseID)
	known["case.id"], known["order.id"] = row.ID, row.OrderID
	return known, err
}

// addressed fills the customer's name into what the staff wrote to them, for the customer alone.
func (s *Service) addressed(ctx context.Context, actor Actor, messages []Message) error {
	if actor.Kind != contract.Customer {
		return nil
	}
	name := ""
	for i := range messages {
		m := &messages[i]
		if !byStaff(m.SenderKind) || !strings.Contains(m.Body.Text, "{{") {
			continue
		}
		if name == "" {
			customer, err := s.Store.Customer(ctx, actor.ID)
			if err == nil {
				name, err = s.Store.CustomerName(ctx, customer)
			}
			if err != nil {
				return away(err)
			}
		}
		m.Body.Text = variable.ReplaceAllStringFunc(m.Body.Text, func(found string) string {
			if variable.FindStringSubmatch(found)[1] == varCustomer {
				return name
			}
			return found
		})
	}
	return nil
}

func byStaff(senderKind string) bool {
	return senderKind == string(contract.Agent) || senderKind == string(contract.Supervisor)
}
