package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
)

// Colleague is a person who works, as those see it who decide on them. Role is what they may do, MerchantID their shop, TeamID
// their team, Limit the largest amount they may decide alone.
type Colleague struct {
	ID, Role, MerchantID, TeamID string
	Owner                        bool
	Name, Login                  string // Login is empty until they joined
	Limit                        money.Amount
	Status                       string // invited, active, inactive
	SecondFactor                 bool   // is set up
	CreatedAt                    time.Time
}

// Invitee is somebody who is to join. MerchantID is set for the role merchant and only for it; an owner may leave it out.
type Invitee struct {
	Role, MerchantID, TeamID string
	Owner                    bool
	Name                     string
	Limit                    money.Amount
}

// Rights is what is to change about somebody; nil leaves it as it is.
type Rights struct {
	Role   *string
	Owner  *bool
	TeamID *string // "": no team
	Limit  *money.Amount
}

// What lists of colleagues are asked with, and what they give.
type (
	StaffFilter   = models.StaffFilter
	PageRequest   = models.PageRequest
	ColleaguePage = models.Page[Colleague]
)

// may asks the policies whether actor may do something to somebody; who does not exist for actor is the fault NotFound. At the
// command line everything may be done.
func may(actor Person, action string, staff models.Staff) error {
	if actor.Kind == Console.Kind {
		return nil
	}
	return access.Standard().Check(access.Question{Who: actor.Principal(), Action: action, What: access.Staff{
		ID: staff.ID, Role: staff.Role, Shop: orEmpty(staff.MerchantID), Team: orEmpty(staff.TeamID),
	}})
}

// fits tells whether role, shop, team, ownership and limit go together.
func fits(staff models.Staff) error {
	merchant := staff.Role == RoleMerchant
	onTeam := staff.Role == RoleAgent || staff.Role == RoleSupervisor
	decides := onTeam || staff.Role == RoleOperator
	known := merchant || decides || staff.Role == RoleEditor
	if !known || merchant != (staff.MerchantID != nil) || staff.Owner && !merchant || staff.TeamID != nil && !onTeam ||
		staff.ApprovalLimit < 0 || staff.ApprovalLimit > 0 && !decides {
		return fault.New(fault.RoleNotPossible, "role", staff.Role)
	}
	return nil
}

// staffIDs is the space of the IDs of people who were invited with a key.
var staffIDs = uuid.MustParse("0b8c3f52-5f0e-4ad5-9d0e-3a5b0d6a41c7")

// Invite makes somebody who is to join, and the link for it. The same key finds the same person again, with a new link.
// Faults: Forbidden, RoleNotPossible, TeamUnknown, NotFound for a shop that is not there.
func (s *Service) Invite(ctx context.Context, actor Person, key string, in Invitee) (Colleague, Link, error) {
	if actor.Role == RoleMerchant && in.MerchantID == "" {
		in.MerchantID = actor.MerchantID
	}
	staff := models.Staff{Role: in.Role, Owner: in.Owner, ApprovalLimit: in.Limit, MerchantID: orNil(in.MerchantID), TeamID: orNil(in.TeamID)}
	if err := may(actor, "staff.invite", staff); err != nil {
		return Colleague{}, Link{}, err
	}
	if err := fits(staff); err != nil {
		return Colleague{}, Link{}, err
	}
	if in.MerchantID != "" {
		if _, err := s.store.Merchant(ctx, in.MerchantID); err != nil {
			return Colleague{}, Link{}, orNotFound(err)
		}
	}
	if err := s.knownTeam(ctx, in.TeamID); err != nil {
		return Colleague{}, Link{}, err
	}
	if in.Role == RoleOperator && actor.Kind != Console.Kind {
		others, err := s.store.OtherOperators(ctx, actor.ID)
		if err != nil {
			return Colleague{}, Link{}, fmt.Errorf("identity: count operators: %w", err)
		}
		if others > 0 {
			return Colleague{}, Link{}, fault.New(fault.OperatorByTwo)
		}
	}
	id := uuid.NewSHA1(staffIDs, []byte(actor.Subject()+" "+key)).String()
	_, err := s.store.CreateStaff(ctx, models.NewStaff{
		ID: id, Role: in.Role, MerchantID: in.MerchantID, Name: in.Name, Owner: in.Owner, TeamID: in.TeamID,
		Status: models.StaffInvited, ApprovalLimit: in.Limit, CreatedAt: s.now(),
	})
	if err != nil && !errors.Is(err, models.ErrDuplicate) {
		return Colleague{}, Link{}, fmt.Errorf("identity: invite: %w", err)
	}
	return s.linkFor(ctx, actor, id, "staff.invite", models.InviteJoin, models.StaffInvited)
}

// InviteAgain makes a new link for somebody who has not joined yet; the one before is void.
func (s *Service) InviteAgain(ctx context.Context, actor Person, staffID string) (Colleague, Link, error) {
	return s.linkFor(ctx, actor, staffID, "staff.invite.again", models.InviteJoin, models.StaffInvited)
}

// Recover makes a link with which somebody who works chooses a new password. Until it is used the old one stands; the second
// factor stays in any case.
func (s *Service) Recover(ctx context.Context, actor Person, staffID string) (Colleague, Link, error) {
	return s.linkFor(ctx, actor, staffID, "staff.recover", models.InviteRecover, models.StaffActive)
}

// noted are the names under which the trail keeps links, besides what it keeps of the requests for them.
var noted = map[string]string{"staff.invite": "account.invite", "staff.invite.again": "account.invite", "staff.recover": "account.recover"}

// linkFor makes a link for somebody in a state, by somebody who decides on them.
func (s *Service) linkFor(ctx context.Context, actor Person, staffID, action, purpose, status string) (Colleague, Link, error) {
	var made Link
	staff, err := s.change(ctx, actor, action, staffID, func(tx *models.Store, staff *models.Staff) (err error) {
		if staff.Status != status {
			return fault.New(fault.StaffState, "status", staff.Status)
		}
		if purpose == models.InviteRecover {
			if err := s.recovers(ctx, tx, actor, KindStaff, staffID); err != nil {
				return err
			}
		} else if err := s.put(ctx, tx, actor, models.HandMade, KindStaff, staffID); err != nil {
			return err
		}
		made, err = s.link(ctx, tx, actor, purpose, KindStaff, staffID)
		return err
	})
	if err != nil {
		return Colleague{}, Link{}, err
	}
	if err := s.done(ctx, actor, noted[action], "staff", staffID, facts(staff)); err != nil {
		return Colleague{}, Link{}, err
	}
	colleague, err := s.colleague(ctx, staff)
	return colleague, made, err
}

// RecoverCustomer makes a link with which a customer who has an account chooses a new password.
func (s *Service) RecoverCustomer(ctx context.Context, actor Person, customerID string) (Link, error) {
	account, err := s.store.AccountOf(ctx, KindCustomer, customerID)
	if err != nil {
		return Link{}, orNotFound(err)
	}
	var made Link
	err = s.store.Tx(ctx, func(tx *models.Store) (err error) {
		if err := s.recovers(ctx, tx, actor, KindCustomer, customerID); err != nil {
			return err
		}
		made, err = s.link(ctx, tx, actor, models.InviteRecover, KindCustomer, customerID)
		return err
	})
	if err != nil {
		return Link{}, err
	}
	return made, s.done(ctx, actor, "account.recover", "account", account.ID, nil)
}

// Change gives somebody other rights, which hold from their next request on. Nobody changes their own. Faults: NotFound,
// OwnRights, RoleNotPossible, TeamUnknown; OperatorByTwo, when another operator must ask for the same before somebody is one: then
// nothing but the wish is noted.
func (s *Service) Change(ctx context.Context, actor Person, staffID string, rights Rights) (Colleague, error) {
	if rights.TeamID != nil {
		if err := s.knownTeam(ctx, *rights.TeamID); err != nil {
			return Colleague{}, err
		}
	}
	wished := false
	staff, err := s.change(ctx, actor, "staff.change", staffID, func(tx *models.Store, staff *models.Staff) error {
		before := *staff
		if rights.Role != nil {
			staff.Role = *rights.Role
		}
		if rights.Owner != nil {
			staff.Owner = *rights.Owner
		}
		if rights.TeamID != nil {
			staff.TeamID = orNil(*rights.TeamID)
		}
		if rights.Limit != nil {
			staff.ApprovalLimit = *rights.Limit
		}
		if err := fits(*staff); err != nil {
			return err
		}
		if staff.Role == RoleOperator && before.Role != RoleOperator {
			if err := s.makesOperator(ctx, tx, actor, staffID); errors.Is(err, errWished) {
				*staff, wished = before, true
				return nil
			} else if err != nil {
				return err
			}
		}
		if staff.Role == before.Role && (!staff.Owner || before.Owner) && staff.ApprovalLimit <= before.ApprovalLimit {
			return nil
		}
		return s.put(ctx, tx, actor, models.HandRaised, KindStaff, staffID)
	})
	if err != nil {
		return Colleague{}, err
	}
	if wished {
		err := s.note(ctx, actor, "account.operator.wish", "staff", staffID, models.AuditDone, nil, "")
		return Colleague{}, errors.Join(err, fault.New(fault.OperatorByTwo))
	}
	if err := s.done(ctx, actor, "account.change", "staff", staffID, facts(staff)); err != nil {
		return Colleague{}, err
	}
	return s.colleague(ctx, staff)
}

// Deactivate keeps somebody from signing in and ends all of their sessions and keys for good; what they did stays theirs. A link
// that stood for them is void. To deactivate twice is harmless.
func (s *Service) Deactivate(ctx context.Context, actor Person, staffID string) (Colleague, error) {
	var ended, keys []string
	staff, err := s.change(ctx, actor, "staff.deactivate", staffID, func(tx *models.Store, staff *models.Staff) error {
		staff.Status = models.StaffInactive
		if err := tx.DropInvitation(ctx, KindStaff, staffID); err != nil {
			return err
		}
		account, err := tx.AccountOf(ctx, KindStaff, staffID)
		if errors.Is(err, models.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if ended, err = tx.RevokeSessions(ctx, account.ID, "", s.now()); err != nil {
			return err
		}
		keys, err = s.endKeys(ctx, tx, account.ID)
		return err
	})
	if err != nil {
		return Colleague{}, err
	}
	s.tellRevoked(ended...)
	if err := s.done(ctx, actor, "account.deactivate", "staff", staffID, facts(staff)); err != nil {
		return Colleague{}, err
	}
	if err := s.keysEnded(ctx, actor, keys); err != nil {
		return Colleague{}, err
	}
	return s.colleague(ctx, staff)
}

// Reactivate lets somebody sign in again, who was deactivated; their keys stay ended; who had never joined needs a link again.
func (s *Service) Reactivate(ctx context.Context, actor Person, staffID string) (Colleague, error) {
	staff, err := s.change(ctx, actor, "staff.reactivate", staffID, func(tx *models.Store, staff *models.Staff) error {
		if staff.Status != models.StaffInactive {
			return nil
		}
		staff.Status = models.StaffActive
		_, err := tx.AccountOf(ctx, KindStaff, staffID)
		if errors.Is(err, models.ErrNotFound) {
			staff.Status, err = models.StaffInvited, nil
		}
		if err != nil {
			return err
		}
		return s.put(ctx, tx, actor, models.HandRaised, KindStaff, staffID)
	})
	if err != nil {
		return Colleague{}, err
	}
	if err := s.done(ctx, actor, "account.reactivate", "staff", staffID, facts(staff)); err != nil {
		return Colleague{}, err
	}
	return s.colleague(ctx, staff)
}

// SignOutColleague ends every session of somebody who works and returns how many.
func (s *Service) SignOutColleague(ctx context.Context, actor Person, staffID string) (int, error) {
	staff, err := s.store.Staff(ctx, staffID)
	if err != nil {
		return 0, orNotFound(err)
	}
	if err := may(actor, "staff.signout", staff); err != nil {
		return 0, err
	}
	account, err := s.store.AccountOf(ctx, KindStaff, staffID)
	if errors.Is(err, models.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("identity: find account: %w", err)
	}
	return s.revokeAll(ctx, actor, account.ID, "")
}

// change lets somebody who may do an action to a person change them.
func (s *Service) change(ctx context.Context, actor Person, action, staffID string, how func(*models.Store, *models.Staff) error) (models.Staff, error) {
	staff, err := s.store.ChangeStaffBy(ctx, actor.ID, staffID, func(tx *models.Store, by, staff *models.Staff) error {
		if err := may(actor, action, *staff); err != nil {
			return err
		}
		still, err := asOfNow(actor, by)
		if err != nil {
			return err
		}
		if err := may(still, action, *staff); err != nil {
			return err
		}
		return how(tx, staff)
	})
	if fault.As(err) == nil && err != nil {
		err = orNotFound(err)
	}
	return staff, err
}

// asOfNow is actor with the rights that they have at this moment, which is after whatever was changed about them while they
// asked. The fault SignInRequired says that they were let go meanwhile.
func asOfNow(actor Person, row *models.Staff) (Person, error) {
	switch {
	case actor.Kind == Console.Kind:
	case row == nil || row.Status != models.StaffActive:
		return Person{}, fault.New(fault.SignInRequired)
	default:
		actor.Role, actor.MerchantID, actor.Owner = row.Role, orEmpty(row.MerchantID), row.Owner
		actor.TeamID, actor.Limit = orEmpty(row.TeamID), row.ApprovalLimit
	}
	return actor, nil
}

// Colleague returns one person who works, if they exist for actor; else the fault NotFound.
func (s *Service) Colleague(ctx context.Context, actor Person, staffID string) (Colleague, error) {
	staff, err := s.store.Staff(ctx, staffID)
	if err != nil {
		return Colleague{}, orNotFound(err)
	}
	if err := may(actor, "staff.read", staff); err != nil {
		return Colleague{}, err
	}
	return s.colleague(ctx, staff)
}

// Colleagues lists whom actor sees: an owner the shop's people, a supervisor the team's, an operator all. The limits of the
// filter come on top. Others get the fault Forbidden.
func (s *Service) Colleagues(ctx context.Context, actor Person, filter StaffFilter, page PageRequest) (ColleaguePage, error) {
	var none ColleaguePage
	switch {
	case actor.Role == RoleOperator || actor.Kind == Console.Kind:
	case actor.Role == RoleMerchant && actor.Owner:
		if filter.MerchantID != "" && filter.MerchantID != actor.MerchantID {
			return none, nil
		}
		filter.MerchantID = actor.MerchantID
	case actor.Role == RoleSupervisor && actor.TeamID != "":
		if filter.TeamID != "" && filter.TeamID != actor.TeamID {
			return none, nil
		}
		filter.TeamID = actor.TeamID
	case actor.Role == RoleSupervisor:
		return none, nil
	default:
		return none, fault.New(fault.Forbidden)
	}
	rows, err := s.store.StaffPage(ctx, filter, page)
	if err != nil {
		return none, err
	}
	colleagues, err := s.colleagues(ctx, rows.Items)
	return ColleaguePage{Items: colleagues, Next: rows.Next}, err
}
