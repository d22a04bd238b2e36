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

	"aftersales/models"
)

// deletes notes every DELETE with its values, so that its plan can be asked for.
type deletes struct {
	logger.Interface
	seen []string
}

func (d *deletes) LogMode(logger.LogLevel) logger.Interface { return d }

func (d *deletes) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	if sql, _ := statement(); strings.HasPrefix(sql, "DELETE") {
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
