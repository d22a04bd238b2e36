package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

func TestOneInvitationStandsForAPerson(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		put := func(id, token, person string, ends time.Time) {
			require.NoError(t, w.PutInvitation(ctx, models.Invitation{
				ID: id, TokenHash: []byte(token), Purpose: models.InviteJoin, PersonKind: "staff", PersonID: person, MadeBy: "operator/o1",
				CreatedAt: noon, ExpiresAt: ends,
			}))
		}
		put("i1", "one", "s1", noon.Add(time.Hour))
		put("i2", "two", "s1", noon.Add(2*time.Hour))
		put("i3", "other", "s2", noon.Add(time.Hour))
		_, err := w.Invitation(ctx, []byte("one"), noon)
		require.ErrorIs(t, err, models.ErrNotFound, "the second took its place")
		found, err := w.Invitation(ctx, []byte("two"), noon)
		require.NoError(t, err)
		require.Equal(t, "i2", found.ID)

		_, err = w.TakeInvitation(ctx, []byte("two"), noon.Add(2*time.Hour))
		require.ErrorIs(t, err, models.ErrNotFound, "it ends at its end, not after it")
		taken, err := w.TakeInvitation(ctx, []byte("two"), noon.Add(2*time.Hour-time.Microsecond))
		require.NoError(t, err)
		require.Equal(t, found, taken)
		_, err = w.TakeInvitation(ctx, []byte("two"), noon)
		require.ErrorIs(t, err, models.ErrNotFound)

		require.NoError(t, w.DropInvitation(ctx, "staff", "s2"))
		require.NoError(t, w.DropInvitation(ctx, "staff", "s2"))
		put("i4", "late", "s3", noon.Add(time.Minute))
		n, err := w.SweepInvitations(ctx, noon.Add(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.Error(t, w.PutInvitation(ctx, models.Invitation{ID: "i5", TokenHash: []byte("x"), Purpose: "other", PersonKind: "staff", PersonID: "s4", CreatedAt: noon, ExpiresAt: noon.Add(1)}))
	})
}

// The database refuses what cannot be, whoever asks.
func TestStaffAreWhatTheyMayBe(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		require.NoError(t, w.CreateTeam(ctx, models.Team{ID: "t1", Name: "East", CreatedAt: noon}))
		for why, wrong := range map[string]models.NewStaff{
			"an agent owns nothing":        {Role: "agent", Owner: true},
			"an editor is in no team":      {Role: "editor", TeamID: "t1"},
			"a shop's staff is in no team": {Role: "merchant", MerchantID: "m1", TeamID: "t1"},
			"an unknown state":             {Role: "agent", Status: "gone"},
			"an unknown role":              {Role: "root"},
		} {
			wrong.ID, wrong.Name, wrong.CreatedAt = "x", "x", noon
			_, err := w.CreateStaff(ctx, wrong)
			require.ErrorIs(t, err, models.ErrCheck, why)
		}
		_, err := w.CreateStaff(ctx, models.NewStaff{ID: "x", Role: "agent", TeamID: "t9", Name: "x", CreatedAt: noon})
		require.ErrorIs(t, err, models.ErrReference)
		editor, err := w.CreateStaff(ctx, models.NewStaff{ID: "e1", Role: "editor", Name: "x", CreatedAt: noon})
		require.NoError(t, err)
		require.Equal(t, models.StaffActive, editor.Status)
		_, err = w.ChangeStaff(ctx, "e1", func(_ *models.Store, staff *models.Staff) error { staff.Status = models.StaffInactive; return nil })
		require.NoError(t, err)
		_, err = w.ChangeStaff(ctx, "nobody", func(*models.Store, *models.Staff) error { return nil })
		require.ErrorIs(t, err, models.ErrNotFound)
		page, err := w.StaffPage(ctx, models.StaffFilter{Status: "inactive"}, models.PageRequest{})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
	})
}
