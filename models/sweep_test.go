package models_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"aftersales/fault"
	"aftersales/models"
)

// deletes notes every DELETE, and every UPDATE that empties, with its values, so that its plan can be asked for.
type deletes struct {
	logger.Interface
	seen []string
}

func (d *deletes) LogMode(logger.LogLevel) logger.Interface { return d }

func (d *deletes) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	if sql, _ := statement(); strings.HasPrefix(sql, "DELETE") || strings.HasPrefix(sql, "UPDATE") {
		d.seen = append(d.seen, sql)
	}
}

// swept runs a sweep and returns how many rows it deleted, the batches it took, and the plan of one.
func swept(t *testing.T, w world, sweep func(context.Context, time.Time) (int64, error), before time.Time) (n int64, batches int, plan string) {
	t.Helper()
	log := &deletes{Interface: logger.Discard}
	plain := w.DB
	w.DB = plain.Session(&gorm.Session{NewDB: true, Logger: log})
	defer func() { w.DB = plain }()
	n, err := sweep(t.Context(), before)
	require.NoError(t, err)
	require.NotEmpty(t, log.seen)
	return n, len(log.seen), explain(t, plain, w.Dialect(), log.seen[0])
}

func day(n int) time.Time { return noon.Add(time.Duration(n) * 24 * time.Hour) }

// 1,200 notices of each state from days 0 to 119, and one more than the sweep's day itself.
func TestSweepNoticesDeletesWhatIsHandledAndOld(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		states := []string{models.NoticeNew, models.NoticeDelivered, models.NoticeIgnored, models.NoticeFailed}
		var body models.PartnerNotice
		_, _, err := w.PutNotice(ctx, models.NewNotice{Partner: "p", Digest: "first", Kind: "track", Subject: "s", Body: "{}", ReceivedAt: day(200)})
		require.NoError(t, err)
		require.NoError(t, w.DB.First(&body).Error)
		var notices []models.PartnerNotice
		for _, state := range states {
			for i := range 1200 {
				id := fmt.Sprint(state, "-", i)
				notices = append(notices, models.PartnerNotice{
					ID: id, Partner: "kuaidi100", Digest: id, Kind: "track", Subject: "s", Body: body.Body, ReceivedAt: day(i % 120), State: state, NextAt: noon,
				})
			}
		}
		require.NoError(t, w.DB.CreateInBatches(&notices, 300).Error)
		require.NoError(t, w.DB.Exec("ANALYZE").Error)

		n, batches, plan := swept(t, w, w.SweepNotices, day(100))
		require.EqualValues(t, 3*1000, n)
		require.Equal(t, 7, batches, "six full ones, and one that finds nothing")
		require.Contains(t, plan, "notices_handled", "it must not read those that stay")
		for _, state := range states {
			var left, old int64
			of := func() *gorm.DB {
				return w.DB.Model(&models.PartnerNotice{}).Where("state = ? AND partner = ?", state, "kuaidi100")
			}
			require.NoError(t, of().Count(&left).Error)
			require.NoError(t, of().Where("received_at < ?", day(100)).Count(&old).Error)
			if state == models.NoticeNew {
				require.EqualValues(t, 1200, left, "what waits for its case stays")
				continue
			}
			require.EqualValues(t, 200, left, state)
			require.Zero(t, old, state)
		}
	})
}

func TestSweepRequestsForgetsOldKeysOnly(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		var rows []models.IdempotencyRow
		for _, actor := range []string{"customer/a", "customer/b"} { // a key is its sender's own
			for i := range 600 {
				rows = append(rows, models.IdempotencyRow{Actor: actor, Key: fmt.Sprint("k", i), Action: "case.open", RequestHash: "h", ReceivedAt: day(i % 60)})
			}
		}
		rows = append(rows, models.IdempotencyRow{Actor: "customer/b", Key: "shared", Action: "x", RequestHash: "h", ReceivedAt: day(0)},
			models.IdempotencyRow{Actor: "customer/a", Key: "shared", Action: "x", RequestHash: "h", ReceivedAt: day(59)})
		require.NoError(t, w.DB.CreateInBatches(&rows, 300).Error)
		require.NoError(t, w.DB.Exec("ANALYZE").Error)

		n, batches, plan := swept(t, w, w.SweepRequests, day(50))
		require.EqualValues(t, 2*500+1, n)
		require.Equal(t, 3, batches)
		require.Contains(t, plan, "idx_idempotency_received_at")
		var old, left int64
		require.NoError(t, w.DB.Model(&models.IdempotencyRow{}).Count(&left).Error)
		require.NoError(t, w.DB.Model(&models.IdempotencyRow{}).Where("received_at < ?", day(50)).Count(&old).Error)
		require.EqualValues(t, 201, left)
		require.Zero(t, old)

		_, fresh, err := w.BeginRequest(ctx, "customer/a", "shared", "x", "h", day(60))
		require.NoError(t, err)
		require.False(t, fresh, "the same key of somebody else was swept, not this one")
		_, fresh, err = w.BeginRequest(ctx, "customer/a", "k0", "another", "hash", day(60))
		require.NoError(t, err)
		require.True(t, fresh, "a key that was forgotten is a new one")
	})
}

// An answer that holds a secret goes when its time is over; that the request was answered stays, so that it is not done again.
func TestSecretAnswersAreForgotten(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		over := noon.Add(10 * time.Minute)
		row := func(key string, forgetAt *time.Time) models.IdempotencyRow {
			begun, _, err := w.BeginRequest(ctx, "staff/s", key, "key.create", "h", noon)
			require.NoError(t, err)
			stored, err := w.FinishRequest(ctx, begun, "platform", 201, "secret", noon, forgetAt)
			require.NoError(t, err)
			require.True(t, stored)
			begun, _, err = w.BeginRequest(ctx, "staff/s", key, "key.create", "h", noon)
			require.NoError(t, err)
			return begun
		}
		secret, plain := row("k1", &over), row("k2", nil)
		answer, err := w.RequestAnswer(ctx, secret, over.Add(-time.Microsecond))
		require.NoError(t, err)
		require.Equal(t, "secret", answer)
		_, err = w.RequestAnswer(ctx, secret, over)
		require.ErrorIs(t, err, fault.New(fault.AnswerOver), "in time, although nobody has swept yet")
		_, err = w.RequestAnswer(ctx, plain, over.AddDate(0, 0, 29))
		require.NoError(t, err)

		others := make([]models.IdempotencyRow, 3000)
		for i := range others {
			others[i] = models.IdempotencyRow{Actor: "customer/a", Key: fmt.Sprint("o", i), Action: "case.open", RequestHash: "h", ReceivedAt: noon}
		}
		require.NoError(t, w.DB.CreateInBatches(&others, 300).Error)
		require.NoError(t, w.DB.Exec("ANALYZE").Error)
		n, err := w.ForgetSecrets(ctx, over.Add(-time.Microsecond))
		require.NoError(t, err)
		require.Zero(t, n)
		for _, want := range []int64{1, 0} {
			n, _, plan := swept(t, w, w.ForgetSecrets, over)
			require.Equal(t, want, n)
			require.Contains(t, plan, "idempotency_secrets")
		}
		var left []models.IdempotencyRow
		require.NoError(t, w.DB.Order("key").Find(&left, "actor = ?", "staff/s").Error)
		require.Len(t, left, 2)
		require.True(t, left[0].Answer.IsZero())
		require.Equal(t, 201, left[0].Status)
		require.False(t, left[1].Answer.IsZero())
		_, err = w.RequestAnswer(ctx, left[0], noon)
		require.ErrorIs(t, err, fault.New(fault.AnswerOver), "nor for a clock that is behind")
		_, fresh, err := w.BeginRequest(ctx, "staff/s", "k1", "key.create", "h", over)
		require.NoError(t, err)
		require.False(t, fresh)
	})
}
