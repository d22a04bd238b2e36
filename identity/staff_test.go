package identity_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/money"
)

func ptr[T any](v T) *T { return &v }

func TestOwnersDecideOnTheirShopsStaff(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.CreateMerchant(ctx, models.NewMerchant{ID: "shop-2", Name: "Other", Level: "normal", CreatedAt: w.now()})
		require.NoError(t, err)
		_, err = w.CreateStaff(ctx, models.NewStaff{ID: "st-9", Role: "merchant", MerchantID: "shop-2", Name: "Other", CreatedAt: w.now()})
		require.NoError(t, err)

		clerk, link, err := w.service.Invite(ctx, owner, "k", identity.Invitee{Role: "merchant", Name: "Clerk 2"})
		require.NoError(t, err)
		require.Equal(t, "shop-1", clerk.MerchantID, "one's own shop")
		same, second, err := w.service.Invite(ctx, owner, "k", identity.Invitee{Role: "merchant", Name: "Clerk 2"})
		require.NoError(t, err)
		require.Equal(t, clerk.ID, same.ID, "the same key is the same person")
		require.Equal(t, fault.LinkInvalid, code(w.use(link.Token, "clerk2")))
		require.NoError(t, w.use(second.Token, "clerk2"))
		_, _, err = w.service.InviteAgain(ctx, owner, clerk.ID)
		require.Equal(t, fault.StaffState, code(err), "who joined needs no invitation")

		for why, in := range map[string]identity.Invitee{
			"another shop": {Role: "merchant", MerchantID: "shop-2", Name: "x"},
			"no such shop": {Role: "merchant", MerchantID: "shop-9", Name: "x"},
		} {
			_, _, err = w.service.Invite(ctx, owner, why, in)
			require.Equal(t, fault.NotFound, code(err), why)
		}
		for why, in := range map[string]identity.Invitee{
			"an agent":     {Role: "agent", Name: "x"},
			"an operator":  {Role: "operator", Name: "x"},
			"with a limit": {Role: "merchant", Name: "x", Limit: 1},
			"of a team":    {Role: "merchant", Name: "x", TeamID: "team-1"},
			"unknown role": {Role: "root", Name: "x"},
			"without role": {Name: "x"},
		} {
			_, _, err = w.service.Invite(ctx, owner, why, in)
			require.Equal(t, fault.RoleNotPossible, code(err), why)
		}

		everything := func(actor identity.Person, staffID string) (codes []fault.Code) {
			_, err := w.service.Colleague(ctx, actor, staffID)
			codes = append(codes, code(err))
			_, _, err = w.service.InviteAgain(ctx, actor, staffID)
			codes = append(codes, code(err))
			_, _, err = w.service.Recover(ctx, actor, staffID)
			codes = append(codes, code(err))
			_, err = w.service.Change(ctx, actor, staffID, identity.Rights{Owner: ptr(true)})
			codes = append(codes, code(err))
			_, err = w.service.Deactivate(ctx, actor, staffID)
			codes = append(codes, code(err))
			_, err = w.service.Reactivate(ctx, actor, staffID)
			codes = append(codes, code(err))
			_, err = w.service.SignOutColleague(ctx, actor, staffID)
			return append(codes, code(err))
		}
		all := func(c fault.Code) []fault.Code { return []fault.Code{c, c, c, c, c, c, c} }
		before := w.staffRows(t)
		for _, other := range []string{"st-9", "st-2", "st-3", "nobody"} {
			require.Equal(t, all(fault.NotFound), everything(owner, other), "%s does not exist for an owner", other)
		}
		plain := owner
		plain.Owner, plain.ID = false, clerk.ID
		customer := identity.Person{Kind: "customer", ID: "cu-1", Role: "customer"}
		agent := identity.Person{Kind: "staff", ID: "st-2", Role: "agent", TeamID: "team-1", Limit: 50000}
		editor := identity.Person{Kind: "staff", ID: "st-8", Role: "editor"}
		for _, actor := range []identity.Person{plain, customer, agent, editor} {
			require.Equal(t, all(fault.Forbidden), everything(actor, "st-1"), actor.Role)
		}
		require.Equal(t, before, w.staffRows(t), "nothing was changed by those who may not")

		// Nobody raises themselves, nor locks themselves out.
		for _, self := range []identity.Person{owner, operator} {
			_, err = w.service.Change(ctx, self, self.ID, identity.Rights{Limit: ptr(money.Amount(1))})
			require.Equal(t, fault.OwnRights, code(err))
			_, err = w.service.Deactivate(ctx, self, self.ID)
			require.Equal(t, fault.OwnRights, code(err))
			_, _, err = w.service.Recover(ctx, self, self.ID)
			require.Equal(t, fault.OwnRights, code(err))
		}
		changed, err := w.service.Change(ctx, owner, clerk.ID, identity.Rights{Owner: ptr(true)})
		require.NoError(t, err)
		require.True(t, changed.Owner)
		_, err = w.service.Change(ctx, owner, clerk.ID, identity.Rights{Role: ptr("supervisor")})
		require.Equal(t, fault.RoleNotPossible, code(err))
	})
}

// staffRows is the whole table, as it would be shown in a test's failure.
func (w *world) staffRows(t *testing.T) (rows []models.Staff) {
	t.Helper()
	require.NoError(t, w.DB.Order("id").Find(&rows).Error)
	return rows
}

func TestOperatorsGiveRolesTeamsAndLimits(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		team, err := w.service.CreateTeam(ctx, operator, "West")
		require.NoError(t, err)
		_, err = w.service.CreateTeam(ctx, operator, "West")
		require.Equal(t, fault.TeamExists, code(err))
		_, err = w.service.RenameTeam(ctx, operator, team.ID, "East")
		require.Equal(t, fault.TeamExists, code(err))
		_, err = w.service.RenameTeam(ctx, operator, "nothing", "North")
		require.Equal(t, fault.NotFound, code(err))
		_, err = w.service.RenameTeam(ctx, operator, team.ID, "North")
		require.NoError(t, err)
		teams, err := w.service.Teams(ctx)
		require.NoError(t, err)
		require.Equal(t, []identity.Team{{ID: "team-1", Name: "East"}, {ID: team.ID, Name: "North"}}, teams)

		change := func(rights identity.Rights) error {
			_, err := w.service.Change(ctx, operator, "st-2", rights)
			return err
		}
		require.NoError(t, change(identity.Rights{Role: ptr("supervisor"), TeamID: &team.ID, Limit: ptr(money.Amount(900))}))
		person, err := w.authenticate(signed.Token)
		require.NoError(t, err)
		require.Equal(t, []any{"supervisor", team.ID, money.Amount(900)}, []any{person.Role, person.TeamID, person.Limit}, "from the next request on")
		require.Equal(t, fault.TeamUnknown, code(change(identity.Rights{TeamID: ptr("nothing")})))
		for why, rights := range map[string]identity.Rights{
			"a shop's without a shop": {Role: ptr("merchant")}, "below nothing": {Limit: ptr(money.Amount(-1))}, "owner of nothing": {Owner: ptr(true)},
			"an editor in a team": {Role: ptr("editor")}, "an editor who decides": {Role: ptr("editor"), TeamID: ptr("")},
		} {
			require.Equal(t, fault.RoleNotPossible, code(change(rights)), why)
		}
		require.NoError(t, change(identity.Rights{Role: ptr("editor"), TeamID: ptr(""), Limit: ptr(money.Amount(0))}))
	})
}

func TestWhoIsDeactivatedIsOutAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		colleague, err := w.service.Deactivate(ctx, operator, "st-2")
		require.NoError(t, err)
		require.Equal(t, "inactive", colleague.Status)
		_, err = w.authenticate(signed.Token)
		require.Equal(t, fault.SignInRequired, code(err))
		require.Equal(t, []string{signed.Person.SessionID}, w.ended.take())
		_, out := w.in("agent", right)
		_, wrong := w.in("agent", "wrong password")
		require.Equal(t, wrong.Error(), out.Error(), "nobody learns that the password is right")
		_, err = w.service.Begin(ctx, "ac-3", identity.How{Method: "passkey", Assurance: identity.AssuredTwoFactor})
		require.Equal(t, fault.SignInFailed, code(err))
		_, _, err = w.service.Recover(ctx, operator, "st-2")
		require.Equal(t, fault.StaffState, code(err))
		_, err = w.service.Deactivate(ctx, operator, "st-2")
		require.NoError(t, err, "twice is harmless")

		w.after(time.Hour)
		colleague, err = w.service.Reactivate(ctx, operator, "st-2")
		require.NoError(t, err)
		require.Equal(t, "active", colleague.Status)
		_, err = w.authenticate(signed.Token)
		require.Equal(t, fault.SignInRequired, code(err), "what ended stays ended")
		_, err = w.in("agent", right)
		require.NoError(t, err)
		n, err := w.service.SignOutColleague(ctx, operator, "st-2")
		require.NoError(t, err)
		require.Equal(t, 1, n)

		invited, _ := w.invite(t, "k", identity.Invitee{Role: "agent", Name: "Li"})
		_, err = w.service.Deactivate(ctx, operator, invited.ID)
		require.NoError(t, err)
		colleague, err = w.service.Reactivate(ctx, operator, invited.ID)
		require.NoError(t, err)
		require.Equal(t, "invited", colleague.Status, "who never joined is still invited, and needs a link")
	})
}

func TestListsOfStaffShowWhomOneDecidesOnOrAnswersFor(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		supervisor := identity.Person{Kind: "staff", ID: "st-7", Role: "supervisor", TeamID: "team-1"}
		list := func(actor identity.Person, filter identity.StaffFilter) (ids []string) {
			request := identity.PageRequest{Limit: 1}
			for {
				page, err := w.service.Colleagues(ctx, actor, filter, request)
				require.NoError(t, err)
				for _, colleague := range page.Items {
					ids = append(ids, colleague.ID)
				}
				if page.Next == "" {
					return ids
				}
				request.Cursor = page.Next
			}
		}
		require.Equal(t, []string{"st-3", "st-2", "st-1"}, list(operator, identity.StaffFilter{}))
		require.Equal(t, []string{"st-2"}, list(operator, identity.StaffFilter{Role: "agent", Status: "active", TeamID: "team-1"}))
		require.Equal(t, []string{"st-1"}, list(owner, identity.StaffFilter{}))
		require.Empty(t, list(owner, identity.StaffFilter{MerchantID: "shop-2"}))
		require.Equal(t, []string{"st-2"}, list(supervisor, identity.StaffFilter{}))
		require.Empty(t, list(supervisor, identity.StaffFilter{TeamID: "team-2"}))
		require.Empty(t, list(identity.Person{Kind: "staff", ID: "st-6", Role: "supervisor"}, identity.StaffFilter{}), "no team, nobody")
		seen, err := w.service.Colleague(ctx, supervisor, "st-2")
		require.NoError(t, err)
		require.Equal(t, "Agent", seen.Name)
		_, err = w.service.Colleague(ctx, supervisor, "st-3")
		require.Equal(t, fault.NotFound, code(err))
		for _, role := range []string{"agent", "editor", "customer", "merchant"} {
			_, err := w.service.Colleagues(ctx, identity.Person{Kind: "staff", ID: "x", Role: role, MerchantID: "shop-1"}, identity.StaffFilter{}, identity.PageRequest{})
			require.Equal(t, fault.Forbidden, code(err), role)
		}
	})
}

// Of two owners, or two operators, who take each other's rights at the same moment one comes too late: a shop keeps an owner, and
// the platform an operator.
func TestTwoWhoTakeEachOthersRights(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, staff := range []models.NewStaff{
			{ID: "st-4", Role: "merchant", MerchantID: "shop-1", Owner: true, Name: "Partner"}, {ID: "st-5", Role: "operator", Name: "Second"},
		} {
			staff.CreatedAt = w.now()
			_, err := w.CreateStaff(ctx, staff)
			require.NoError(t, err)
		}
		partner, second := owner, operator
		partner.ID, second.ID = "st-4", "st-5"
		for name, pair := range map[string]struct {
			one, other identity.Person
			take       func(actor identity.Person, id string) error
			left       func(models.Staff) bool
		}{
			"owners": {owner, partner, func(actor identity.Person, id string) error {
				_, err := w.process().Change(ctx, actor, id, identity.Rights{Owner: ptr(false)})
				return err
			}, func(s models.Staff) bool { return s.Owner }},
			"operators": {operator, second, func(actor identity.Person, id string) error {
				_, err := w.process().Deactivate(ctx, actor, id)
				return err
			}, func(s models.Staff) bool { return s.Role == "operator" && s.Status == models.StaffActive }},
		} {
			for range 5 {
				require.NoError(t, w.DB.Model(&models.Staff{}).Where("id IN ?", []string{"st-1", "st-4"}).Update("owner", true).Error)
				require.NoError(t, w.DB.Model(&models.Staff{}).Where("id IN ?", []string{"st-3", "st-5"}).Update("status", models.StaffActive).Error)
				var all sync.WaitGroup
				var errs [2]error
				all.Go(func() { errs[0] = pair.take(pair.one, pair.other.ID) })
				all.Go(func() { errs[1] = pair.take(pair.other, pair.one.ID) })
				all.Wait()
				left := 0
				for _, row := range w.staffRows(t) {
					if pair.left(row) {
						left++
					}
				}
				require.Equal(t, 1, left, "%s: %v", name, errs)
				late := errs[0]
				if late == nil {
					late = errs[1]
				}
				require.Contains(t, []fault.Code{fault.Forbidden, fault.SignInRequired}, code(late), name)
			}
		}
	})
}
