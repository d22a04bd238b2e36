package models_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/seal"
)

// restless is a world whose processes forget keysets after a moment, so that a job need not wait for them long.
func restless(t *testing.T, w world) world {
	t.Helper()
	w.opts.Keyring = seal.Options{CacheTTL: 20 * time.Millisecond}
	if w.opts.MasterKeyFile == "" {
		w.opts.MasterKeyFile = filepath.Join(filepath.Dir(w.dsn), "master.key")
	}
	return open(t, w.dsn, w.opts)
}

// customers makes n of them and returns their IDs.
func customers(t *testing.T, w world, n int) (ids []string) {
	t.Helper()
	for range n {
		id := models.NewID()
		_, err := w.CreateCustomer(t.Context(), models.NewCustomer{ID: id, Name: canary + "-name", Phone: "+86 138-1234-5678", Mail: "Kim@Example.com", Lang: "en", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
		ids = append(ids, id)
	}
	return ids
}

func readable(t *testing.T, store *models.Store, ids ...string) {
	t.Helper()
	for _, id := range ids {
		c, err := store.Customer(t.Context(), id)
		require.NoError(t, err)
		name, err := store.CustomerName(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, canary+"-name", name)
	}
}

// While a job runs, others go on: here a second process makes customers and reads those that are there.
func working(t *testing.T, w world, job func()) (made []string) {
	t.Helper()
	other, err := models.Open(t.Context(), w.dsn, w.opts)
	require.NoError(t, err)
	defer other.Close()
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			made = append(made, customers(t, world{Store: other}, 1)...)
			readable(t, other, made...)
		}
	})
	job()
	stop()
	group.Wait()
	return made
}

func TestKeysAreRotatedWhileOthersWork(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		w = restless(t, w)
		ids := customers(t, w, 450)
		erased, err := w.Customer(t.Context(), ids[7])
		require.NoError(t, err)
		require.NoError(t, w.Keys.Destroy(t.Context(), erased.KeyRef))
		ids = append(ids[:7:7], ids[8:]...)

		// The first run is broken off after its first batch.
		begin := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		job, err := w.RotateKeysets(ctx, begin, func(models.KeyJob) { stop() })
		require.Error(t, err)
		require.Positive(t, job.Done)
		require.Less(t, job.Done, job.Total)
		left, err := w.KeyStore().CountRotatedBefore(t.Context(), begin)
		require.NoError(t, err)
		require.EqualValues(t, job.Total-job.Done, left)

		var steps []models.KeyJob
		made := working(t, w, func() {
			job, err = w.RotateKeysets(t.Context(), time.Now(), func(job models.KeyJob) { steps = append(steps, job) })
			require.NoError(t, err)
		})
		require.EqualValues(t, 450, job.Done, "449 customers and the index: each once, what was done before included")
		require.NotNil(t, job.EndedAt)
		require.GreaterOrEqual(t, len(steps), 2)
		left, err = w.KeyStore().CountRotatedBefore(t.Context(), begin)
		require.NoError(t, err)
		require.Zero(t, left)
		w.Keys.Forget()
		readable(t, w.Store, ids...)
		readable(t, w.Store, made...)
		again, err := w.CustomerName(t.Context(), erased)
		require.Error(t, err)
		require.Empty(t, again)

		found, err := w.CustomersBy(t.Context(), models.FieldPhone, "13812345678")
		require.NoError(t, err)
		require.Len(t, found, models.MaxPage, "terms under the older key of the index are found")
	})
}

func TestMasterKeyIsChangedWhileOthersWork(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		w = restless(t, w)
		ids := customers(t, w, 250)
		next, err := seal.FileRoot(filepath.Join(t.TempDir(), "next.key"), true)
		require.NoError(t, err)
		older := w.Master.Current()

		ctx, stop := context.WithCancel(t.Context())
		_, err = w.RewrapKeysets(ctx, func(models.KeyJob) { stop() }, next)
		require.Error(t, err)
		newer := w.Master.Current()
		require.NotEqual(t, older, newer)

		var job models.KeyJob
		made := working(t, w, func() {
			job, err = w.RewrapKeysets(t.Context(), nil, next)
			require.NoError(t, err)
		})
		require.NotNil(t, job.EndedAt)
		require.Equal(t, newer, w.Master.Current(), "the run that was broken off goes on with its master key")
		figures, err := w.KeyStore().Figures(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[uint32]int64{newer: figures.Alive}, figures.ByMaster)

		// A process with the other root opens all of it, one with neither nothing.
		opts := w.opts
		opts.Root = func(context.Context) (seal.Root, error) { return next, nil }
		moved := open(t, w.dsn, opts)
		readable(t, moved.Store, ids...)
		readable(t, moved.Store, made...)
		require.NoError(t, moved.Master.Forget(t.Context(), mustRoot(t, w.opts.MasterKeyFile).Name))
		_, err = models.Open(t.Context(), w.dsn, w.opts)
		require.ErrorIs(t, err, seal.ErrNoRoot)
		stranger := mustRoot(t, filepath.Join(t.TempDir(), "stranger.key"))
		opts.Root = func(context.Context) (seal.Root, error) { return stranger, nil }
		_, err = models.Open(t.Context(), w.dsn, opts)
		require.ErrorIs(t, err, seal.ErrNoRoot)
	})
}

func mustRoot(t *testing.T, path string) seal.Root {
	t.Helper()
	root, err := seal.FileRoot(path, true)
	require.NoError(t, err)
	return root
}

// After a rotation every sealed value, of every table and every file, goes under the new keys, once; and all of it reads
// back.
func TestRowsAreSealedAnew(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		files, blob, textID := fill(t, w)
		before := sealedValues(t, w)
		require.GreaterOrEqual(t, len(before), 9)
		sealedFile, err := files.Get(ctx, blob.ID)
		require.NoError(t, err)

		_, err = w.Reseal(ctx, files, nil)
		require.NoError(t, err)
		require.Equal(t, before, sealedValues(t, w), "what is under the newest key is left alone")

		_, err = w.RotateKeysets(ctx, time.Now().Add(time.Second), nil)
		require.NoError(t, err)
		stopped, stop := context.WithCancel(ctx)
		_, err = w.Reseal(stopped, files, func(models.KeyJob) { stop() })
		require.Error(t, err)
		job, err := w.Reseal(ctx, files, nil)
		require.NoError(t, err)
		require.NotNil(t, job.EndedAt)
		require.Equal(t, job.Total, job.Done)

		after := sealedValues(t, w)
		require.Len(t, after, len(before))
		for place, value := range after {
			require.NotEqual(t, before[place], value, place)
			stale, err := w.Keys.Stale(ctx, []byte(value))
			require.NoError(t, err)
			require.False(t, stale, place)
		}
		again, err := files.Get(ctx, blob.ID)
		require.NoError(t, err)
		require.NotEqual(t, sealedFile, again)
		content, err := w.BlobContent(ctx, files, blob)
		require.NoError(t, err)
		require.Equal(t, canary+"-blob", string(content))
		_, body, err := w.Text(ctx, textID)
		require.NoError(t, err)
		require.Equal(t, canary+"-text", body)
		full, err := w.Order(ctx, "o1")
		require.NoError(t, err)
		recipient, err := w.Recipient(ctx, full.Order)
		require.NoError(t, err)
		require.Equal(t, canary+"-recipient", recipient)
	})
}

// sealedValues reads every sealed value of the database, by place.
func sealedValues(t *testing.T, w world) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, column := range models.SealedColumns() {
		rows, err := w.DB.Raw("SELECT " + column.Name + " FROM " + column.Table + " WHERE " + column.Name + " IS NOT NULL").Rows()
		require.NoError(t, err)
		for n := 0; rows.Next(); n++ {
			var value []byte
			require.NoError(t, rows.Scan(&value))
			found[column.Table+"."+column.Name+"#"+string(rune('0'+n))] = string(value)
		}
		require.NoError(t, rows.Close())
	}
	return found
}

func TestCustomersAreFoundByPhoneAndMail(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		id := customers(t, w, 1)[0]
		by := func(field, value string) []string {
			ids, err := w.CustomersBy(ctx, field, value)
			require.NoError(t, err)
			return ids
		}
		for _, phone := range []string{"13812345678", "+86 138 1234 5678", "0086-13812345678", "86 13812345678", "１３８１２３４５６７８"} {
			require.Equal(t, []string{id}, by(models.FieldPhone, phone), phone)
		}
		for _, phone := range []string{"", "13812345679", "1381234567", "+1 381 234 5678", "kim@example.com"} {
			require.Empty(t, by(models.FieldPhone, phone), phone)
		}
		require.Equal(t, []string{id}, by(models.FieldMail, " KIM@example.COM "))
		require.Empty(t, by(models.FieldMail, "13812345678"))

		// The recipient of an order leads to who bought it, until the shop corrects the number.
		in := order("o1", 1)
		in.Recipient = `{"name":"x","phone":"139 0000 1111"}`
		_, err := w.UpsertOrder(ctx, in)
		require.NoError(t, err)
		require.Equal(t, []string{"c1"}, by(models.FieldPhone, "13900001111"))
		in.Version, in.Recipient = 2, `{"name":"x","phone":"139 0000 2222"}`
		_, err = w.UpsertOrder(ctx, in)
		require.NoError(t, err)
		require.Empty(t, by(models.FieldPhone, "13900001111"))
		require.Equal(t, []string{"c1"}, by(models.FieldPhone, "13900002222"))

		// A new key of the index: found before and after the terms are made anew, by this process and by others.
		other, err := models.Open(ctx, w.dsn, w.opts)
		require.NoError(t, err)
		defer other.Close()
		_, err = other.CustomersBy(ctx, models.FieldPhone, "1")
		require.NoError(t, err)
		_, err = w.Keys.Rotate(ctx, seal.Index, time.Now())
		require.NoError(t, err)
		require.Equal(t, []string{id}, by(models.FieldPhone, "13812345678"))
		var terms []models.IndexTerm
		require.NoError(t, w.DB.Find(&terms).Error)
		files, err := storage.OpenFolder(t.TempDir())
		require.NoError(t, err)
		defer files.Close()
		_, err = w.Reseal(ctx, files, nil)
		require.NoError(t, err)
		var anew []models.IndexTerm
		require.NoError(t, w.DB.Find(&anew).Error)
		require.Len(t, anew, len(terms))
		for _, term := range terms {
			require.NotContains(t, anew, term)
		}
		found, err := other.CustomersBy(ctx, models.FieldPhone, "13812345678")
		require.NoError(t, err)
		require.Equal(t, []string{id}, found, "it learns of the new key when it finds nothing")

		require.NoError(t, w.UnindexCustomer(ctx, id))
		require.Empty(t, by(models.FieldPhone, "13812345678"))
		require.Empty(t, by(models.FieldMail, "kim@example.com"))
	})
}

// Every sealed column is known to the job that seals rows anew, with what its values are bound to.
func TestEverySealedColumnCanBeSealedAnew(t *testing.T) {
	known := map[string]bool{}
	for _, column := range models.SealedColumns() {
		known[column.Table+"."+column.Name] = column.Bound
	}
	require.NotEmpty(t, known)
	var missing []string
	for place, bound := range known {
		if !bound {
			missing = append(missing, place)
		}
	}
	require.Empty(t, missing, "say in sealedTables of models/reseal.go what their values are bound to, or in shortLived that they pass")
}
