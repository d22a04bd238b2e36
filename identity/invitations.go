package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Link is what lets one person choose a password, once and until it ends. The token is shown once, to whoever made the link,
// who hands it over; only its hash is stored.
type Link struct {
	Token     string
	Purpose   string // models.InviteJoin or models.InviteRecover
	ExpiresAt time.Time
}

// link makes a link for a person; whichever stood before is void. It runs inside the Tx of what it belongs to.
func (s *Service) link(ctx context.Context, tx *models.Store, actor Person, purpose, kind, personID string) (Link, error) {
	life := s.options.InvitationLife
	if purpose == models.InviteRecover {
		life = s.options.RecoveryLife
	}
	token, hash := newToken()
	now := s.now()
	made := Link{Token: token, Purpose: purpose, ExpiresAt: now.Add(life)}
	err := tx.PutInvitation(ctx, models.Invitation{
		ID: models.NewID(), TokenHash: hash, Purpose: purpose, PersonKind: kind, PersonID: personID, MadeBy: actor.Subject(),
		CreatedAt: now, ExpiresAt: made.ExpiresAt,
	})
	if err != nil {
		return Link{}, fmt.Errorf("identity: store a link: %w", err)
	}
	return made, nil
}

// Opened is what a link is for, told to whoever holds it.
type Opened struct {
	Purpose   string
	Role      string
	ExpiresAt time.Time
}

// OpenLink tells what a link is for. A token that was used, replaced, never made, or is too old gives the fault LinkInvalid.
func (s *Service) OpenLink(ctx context.Context, token string, from Origin) (Opened, error) {
	invitation, err := s.invitation(ctx, token, from)
	if err != nil {
		return Opened{}, err
	}
	opened := Opened{Purpose: invitation.Purpose, Role: RoleCustomer, ExpiresAt: invitation.ExpiresAt}
	if invitation.PersonKind == KindStaff {
		staff, err := s.store.Staff(ctx, invitation.PersonID)
		if err != nil {
			return Opened{}, orLinkInvalid(err)
		}
		opened.Role = staff.Role
	}
	return opened, nil
}

// Acceptance is the use of a link.
type Acceptance struct {
	Token    string
	Login    string // chosen when joining; not needed for a new password
	Password string // may be empty when Prove is set: then no password leads in
	From     Origin

	// Prove, when set, stores another way of signing in for the account, in the transaction that uses the link. It is for joining
	// alone: a link to recover is good for a password and nothing else.
	Prove func(ctx context.Context, tx *models.Store, accountID string) error
}

// Accept uses a link: the person joins with a login and a password, or gets a new password. It begins no session: whoever
// recovers still has to show the second factor, which stays as it was. All sessions and keys of the account end: whoever had it
// may have made some. It returns the ID
// of the account. Faults: LinkInvalid, LoginMalformed, LoginTaken, those of CheckPassword.
func (s *Service) Accept(ctx context.Context, in Acceptance) (accountID string, err error) {
	invitation, err := s.invitation(ctx, in.Token, in.From)
	if err != nil {
		return "", err
	}
	login, joining := "", invitation.Purpose == models.InviteJoin
	account, err := s.store.AccountOf(ctx, invitation.PersonKind, invitation.PersonID)
	switch {
	case joining:
		if login, err = readLogin(in.Login); err != nil {
			return "", err
		}
		account = models.Account{
			ID: models.NewID(), Login: login, PersonKind: invitation.PersonKind, PersonID: invitation.PersonID, CreatedAt: s.now(),
		}
	case err != nil:
		return "", orLinkInvalid(err)
	case in.Prove != nil:
		// It would be one more way in, past the second factor where another service's is believed.
		return "", fault.New(fault.LinkInvalid)
	}
	// Hashing takes a while: it is done before the transaction, and in vain for who comes second.
	if in.Password != "" || in.Prove == nil {
		if err := CheckPassword(in.Password, account.Login); err != nil {
			return "", err
		}
		if account.PasswordHash, err = s.hasher.Hash(ctx, in.Password); err != nil {
			return "", err
		}
	}
	byLogin, err := s.hidden(ctx, "login", account.Login)
	if err != nil {
		return "", err
	}
	var ended, keys []string
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		hash, _ := tokenHash(in.Token)
		if _, err := tx.TakeInvitation(ctx, hash[:], s.now()); err != nil {
			return orLinkInvalid(err)
		}
		if joining {
			if err := s.join(ctx, tx, account); err != nil {
				return err
			}
		} else {
			if in.Password != "" {
				if err := tx.SetPassword(ctx, account.ID, account.PasswordHash, s.now()); err != nil {
					return err
				}
			}
			if ended, err = tx.RevokeSessions(ctx, account.ID, "", s.now()); err != nil {
				return err
			}
			if keys, err = s.endKeys(ctx, tx, account.ID); err != nil {
				return err
			}
			if err := tx.DropTicketsOf(ctx, account.ID, ticketSignIn); err != nil {
				return err
			}
			if err := tx.ClearSignInTries(ctx, byLogin, subject("password", account.ID)); err != nil {
				return err
			}
		}
		if in.Prove != nil {
			return in.Prove(ctx, tx, account.ID)
		}
		return nil
	})
	switch {
	case errors.Is(err, models.ErrDuplicate):
		return "", fault.New(fault.LoginTaken)
	case fault.As(err) != nil:
		return "", err
	case err != nil:
		return "", fmt.Errorf("identity: use a link: %w", err)
	}
	s.tellRevoked(ended...)
	person := Person{Kind: invitation.PersonKind, Role: invitation.PersonKind, ID: invitation.PersonID}
	return account.ID, errors.Join(
		s.done(ctx, person, "account."+invitation.Purpose, "account", account.ID, map[string]string{"made_by": invitation.MadeBy}),
		s.keysEnded(ctx, person, keys),
	)
}

// join makes the account of somebody who was invited.
func (s *Service) join(ctx context.Context, tx *models.Store, account models.Account) error {
	at := s.now()
	if account.PasswordHash != "" {
		account.PasswordAt = &at
	}
	if account.PersonKind == KindStaff {
		_, err := tx.ChangeStaff(ctx, account.PersonID, func(_ *models.Store, staff *models.Staff) error {
			if staff.Status != models.StaffInvited {
				return fault.New(fault.LinkInvalid)
			}
			staff.Status = models.StaffActive
			return nil
		})
		if err != nil {
			return orLinkInvalid(err)
		}
	}
	return tx.CreateAccount(ctx, account)
}

// invitation finds the link of a token. Tokens cannot be guessed; counting wrong ones keeps somebody from making this
// machine look for them all day.
func (s *Service) invitation(ctx context.Context, token string, from Origin) (models.Invitation, error) {
	now := s.now()
	byAddress, err := s.fromAddress(ctx, "link", from.Address)
	if err != nil {
		return models.Invitation{}, err
	}
	seen, err := s.store.SignInTries(ctx, byAddress, now, s.options.TryWindow)
	if err != nil {
		return models.Invitation{}, fmt.Errorf("identity: read tries: %w", err)
	}
	if seen.Count >= s.options.TriesPerAddress {
		return models.Invitation{}, tooMany(seen.StartedAt.Add(s.options.TryWindow).Sub(now))
	}
	err = models.ErrNotFound
	var invitation models.Invitation
	if hash, ok := tokenHash(token); ok {
		invitation, err = s.store.Invitation(ctx, hash[:], now)
	}
	if errors.Is(err, models.ErrNotFound) {
		if _, err := s.store.CountSignInTry(ctx, byAddress, now, s.options.TryWindow); err != nil {
			return models.Invitation{}, fmt.Errorf("identity: count try: %w", err)
		}
	}
	if err != nil {
		return models.Invitation{}, orLinkInvalid(err)
	}
	return invitation, nil
}

func orLinkInvalid(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.LinkInvalid).Because(err)
	}
	return err
}
