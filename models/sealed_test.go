package models_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners/storage"
	"aftersales/seal"
)

// canary stands in every personal field; its parts are looked for in every file.
const canary = "金丝雀-canary-7f3a9c"

// people makes a customer, a merchant with an address, and one of its staff.
func people(t *testing.T, w world) {
	t.Helper()
	ctx := t.Context()
	_, err := w.CreateCustomer(ctx, models.NewCustomer{
		ID: "c1", Name: canary + "-name", Phone: canary + "-phone", Lang: "zh-CN", Level: "good", CreatedAt: noon,
	})
	require.NoError(t, err)
	_, err = w.CreateMerchant(ctx, models.NewMerchant{ID: "m1", Name: "店", Level: "normal", AutoAgree: true, CreatedAt: noon})
	require.NoError(t, err)
	_, err = w.AddReturnAddress(ctx, models.NewReturnAddress{
		ID: "a1", MerchantID: "m1", City: "杭州", Place: canary + "-place", IsDefault: true, CreatedAt: noon,
	})
	require.NoError(t, err)
	_, err = w.CreateStaff(ctx, models.NewStaff{ID: "s1", Role: "merchant", MerchantID: "m1", Name: canary + "-staff", CreatedAt: noon})
	require.NoError(t, err)
}

func order(id string, version int64) models.OrderInput {
	shipped := noon.Add(time.Hour)
	return models.OrderInput{
		ID: id, Version: version, CustomerID: "c1", MerchantID: "m1", Currency: money.CNY, PaidAt: noon, ShippedAt: &shipped,
		FreightPaid: 800, FreightListed: 1200, FreeOver: 9900, Discount: 500, Insured: true, Recipient: canary + "-recipient",
		Lines: []models.OrderLineInput{
			{ID: id + "-1", ProductID: "p1", VariantID: "v1", Title: "衬衫", Category: "shirts", Quantity: 2, UnitPrice: 5000, Discount: 500,
				Paid: 9500, WeightGrams: 300, Serials: []string{"SN1", "SN2"}},
			{ID: id + "-2", ProductID: "p2", VariantID: "v2", Title: "赠品", Category: "gifts", Quantity: 1, Gift: true, GiftPrice: 900},
		},
		Tenders: []models.TenderInput{
			{ID: id + "-t1", Rail: "alipay", Ref: "ali" + id, Captured: 10000, CapturedAt: noon},
			{ID: id + "-t2", Rail: "wechat", Ref: "wx" + id, Captured: 300, CapturedAt: noon},
		},
	}
}

// fill puts the canary into every personal place that there is, and returns the stores of files.
func fill(t *testing.T, w world) (files storage.Blobs, blob models.Blob, textID string) {
	t.Helper()
	ctx := t.Context()
	people(t, w)
	_, err := w.UpsertOrder(ctx, order("o1", 1))
	require.NoError(t, err)
	textID, err = w.PutText(ctx, "c1", "customer", "c1", canary+"-text", noon)
	require.NoError(t, err)
	bucket, err := storage.OpenFolder(filepath.Join(filepath.Dir(masterOf(w)), "files"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = bucket.Close() })
	blob, err = w.PutBlob(ctx, bucket, models.NewBlob{
		OwnerKind: "customer", OwnerID: "c1", MediaType: "image/png", Content: []byte(canary + "-blob"), CreatedAt: noon,
	})
	require.NoError(t, err)
	_, _, err = w.PutNotice(ctx, models.NewNotice{Partner: "k", Digest: "d", Kind: "track", Subject: "x", Body: canary + "-notice", ReceivedAt: noon})
	require.NoError(t, err)
	row, _, err := w.BeginRequest(ctx, "customer/c1", "key", "act", "hash", noon)
	require.NoError(t, err)
	customer, err := w.Customer(ctx, "c1")
	require.NoError(t, err)
	_, err = w.FinishRequest(ctx, row, customer.KeyRef, 201, canary+"-answer", noon, nil)
	require.NoError(t, err)
	require.NoError(t, w.PutPack(ctx, models.PolicyPack{Hash: "ph", Name: "default", Content: "x", CreatedAt: noon}))
	evaluation := models.PolicyEvaluation{CaseID: "k1", N: 1, PackHash: "ph", Terms: "{}", At: noon}
	require.NoError(t, w.SealFacts(ctx, customer.KeyRef, &evaluation, canary+"-facts"))
	require.NoError(t, w.KeepEvaluation(ctx, evaluation))
	return bucket, blob, textID
}

func masterOf(w world) string {
	if w.opts.MasterKeyFile != "" {
		return w.opts.MasterKeyFile
	}
	return w.dsn
}

// Everything personal reads back to whoever holds the keys, and to nobody once the customer is erased.
func TestPersonalDataOpensUntilErased(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		files, blob, textID := fill(t, w)
		customer, err := w.Customer(ctx, "c1")
		require.NoError(t, err)
		full, err := w.Order(ctx, "o1")
		require.NoError(t, err)
		evaluation, found, err := w.Evaluation(ctx, "k1", 1)
		require.NoError(t, err)
		require.True(t, found)
		request, fresh, err := w.BeginRequest(ctx, "customer/c1", "key", "act", "hash", noon.Add(time.Hour))
		require.NoError(t, err)
		require.False(t, fresh)

		open := map[string]func() (string, error){
			"name":      func() (string, error) { return w.CustomerName(ctx, customer) },
			"phone":     func() (string, error) { return w.CustomerPhone(ctx, customer) },
			"recipient": func() (string, error) { return w.Recipient(ctx, full.Order) },
			"text":      func() (string, error) { _, body, err := w.Text(ctx, textID); return body, err },
			"answer":    func() (string, error) { return w.RequestAnswer(ctx, request, noon) },
			"facts":     func() (string, error) { return w.EvaluationFacts(ctx, evaluation) },
			"blob":      func() (string, error) { b, err := w.BlobContent(ctx, files, blob); return string(b), err },
		}
		for what, read := range open {
			plain, err := read()
			require.NoError(t, err, what)
			require.Equal(t, canary+"-"+what, plain)
		}
		require.NoError(t, w.Keys.Destroy(ctx, customer.KeyRef))
		other, err := models.Open(ctx, w.dsn, w.opts)
		require.NoError(t, err)
		defer other.Close()
		for what, read := range open {
			plain, err := read()
			require.ErrorIs(t, err, fault.New(fault.Erased), what)
			require.Empty(t, plain)
		}
		_, err = other.CustomerName(ctx, customer)
		require.ErrorIs(t, err, fault.New(fault.Erased), "another process finds the tombstone")
		staff, err := w.Staff(ctx, "s1")
		require.NoError(t, err)
		name, err := w.StaffName(ctx, staff)
		require.NoError(t, err, "others are not touched")
		require.Equal(t, canary+"-staff", name)
	})
}

// No file holds a canary: neither the database nor its write-ahead log, the keysets or the stored files; not while
// it is open, not after rows were deleted, not after closing.
func TestFilesHoldNoPlainText(t *testing.T) {
	w := onSQLite(t)
	files, blob, textID := fill(t, w)
	folder := filepath.Dir(w.dsn)
	look := func() (seen int) {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			require.NoError(t, err)
			if entry.IsDir() {
				return nil
			}
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			seen++
			for _, part := range []string{"金丝雀", "canary-7f3a9c"} {
				require.False(t, bytes.Contains(content, []byte(part)), "%s holds plain text", path)
			}
			return nil
		}))
		return seen
	}
	require.GreaterOrEqual(t, look(), 5, "data, keysets, both logs, master key, blob")
	// The look would find it: the title of a product is plain.
	require.NoError(t, w.DB.Create(&models.Product{ID: "p1", MerchantID: "m1", Title: "plain-title", CreatedAt: noon}).Error)
	wal, err := os.ReadFile(w.dsn + "-wal")
	require.NoError(t, err)
	require.True(t, bytes.Contains(wal, []byte("plain-title")))

	text, _, err := w.Text(t.Context(), textID)
	require.NoError(t, err)
	_, err = w.SweepTexts(t.Context(), noon.Add(48*time.Hour))
	require.NoError(t, err)
	require.NoError(t, files.Delete(t.Context(), blob.ID))
	look()
	stored, err := text.Body.Value()
	require.NoError(t, err)
	_, err = w.DB.ConnPool.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
	require.NoError(t, err)
	content, err := os.ReadFile(w.dsn)
	require.NoError(t, err)
	require.False(t, bytes.Contains(content, stored.([]byte)), "what is deleted is overwritten, sealed or not")
}

// Every way of writing through GORM and by hand is refused when the text is not sealed.
func TestUnsealedTextIsRefusedOnEveryPath(t *testing.T) {
	plain := seal.Plain(canary)
	row := func() *models.Text {
		return &models.Text{ID: models.NewID(), AuthorKind: "customer", AuthorID: "c1", Body: plain, CreatedAt: noon}
	}
	paths := map[string]func(db *gorm.DB, id string) error{
		"create":         func(db *gorm.DB, _ string) error { return db.Create(row()).Error },
		"create batch":   func(db *gorm.DB, _ string) error { return db.CreateInBatches([]*models.Text{row(), row()}, 2).Error },
		"create map":     func(db *gorm.DB, _ string) error { return db.Model(&models.Text{}).Create(mapOf(plain)).Error },
		"create map str": func(db *gorm.DB, _ string) error { return db.Model(&models.Text{}).Create(mapOf(canary)).Error },
		"upsert": func(db *gorm.DB, id string) error {
			r := row()
			r.ID = id
			return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(r).Error
		},
		"save": func(db *gorm.DB, id string) error { r := row(); r.ID = id; return db.Save(r).Error },
		"update": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Update("body", plain).Error
		},
		"update string": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Update("body", canary).Error
		},
		"update bytes": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Update("body", []byte(canary)).Error
		},
		"update empty": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Update("body", []byte{}).Error
		},
		"update column": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).UpdateColumn("body", canary).Error
		},
		"updates map": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Updates(map[string]any{"body": canary}).Error
		},
		"updates map text": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Updates(map[string]any{"body": plain}).Error
		},
		"updates struct": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Updates(models.Text{Body: plain}).Error
		},
		"expression": func(db *gorm.DB, id string) error {
			return db.Model(&models.Text{}).Where("id = ?", id).Update("body", gorm.Expr("?", canary)).Error
		},
		"exec": func(db *gorm.DB, id string) error {
			return db.Exec("UPDATE texts SET body = ? WHERE id = ?", canary, id).Error
		},
		"exec text": func(db *gorm.DB, id string) error {
			return db.Exec("UPDATE texts SET body = ? WHERE id = ?", plain, id).Error
		},
		"version as text": func(db *gorm.DB, id string) error {
			if db.Dialector.Name() == "postgres" {
				return models.ErrCheck // a bytea column has no text form
			}
			return db.Exec("UPDATE texts SET body = ? WHERE id = ?", "\x01"+canary, id).Error
		},
	}
	eachDB(t, func(t *testing.T, w world) {
		people(t, w)
		id, err := w.PutText(t.Context(), "c1", "customer", "c1", "sealed", noon)
		require.NoError(t, err)
		for name, write := range paths {
			require.Error(t, write(w.DB.WithContext(t.Context()), id), name)
		}
		_, body, err := w.Text(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, "sealed", body)
		var n int64
		require.NoError(t, w.DB.Model(&models.Text{}).Count(&n).Error)
		require.EqualValues(t, 1, n)
	})
}

func mapOf(body any) map[string]any {
	return map[string]any{"id": models.NewID(), "author_kind": "customer", "author_id": "c1", "body": body, "created_at": noon}
}

// Every column of sealed text carries the constraint, so that a new table cannot forget it.
func TestEverySealedColumnIsChecked(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		columns := 0
		for _, table := range models.Tables() {
			statement := &gorm.Statement{DB: w.DB}
			require.NoError(t, statement.Parse(table))
			for _, field := range statement.Schema.Fields {
				if _, ok := field.NewValuePool.Get().(*seal.Text); !ok && field.FieldType.String() != "seal.Text" {
					continue
				}
				columns++
				name := statement.Schema.Table + "_" + field.DBName + "_sealed"
				require.True(t, w.DB.Migrator().HasConstraint(table, name), name)
			}
		}
		require.GreaterOrEqual(t, columns, 8)
	})
}

func TestKeysetsLiveApart(t *testing.T) {
	t.Run("sqlite: a file of its own", func(t *testing.T) {
		w := onSQLite(t)
		people(t, w)
		require.False(t, w.DB.Migrator().HasTable("keysets"))
		require.FileExists(t, filepath.Join(filepath.Dir(w.dsn), "keys.db"))
	})
	t.Run("postgres: another schema", func(t *testing.T) {
		w := onPostgres(t)
		people(t, w)
		var n int64
		require.NoError(t, w.DB.Raw("SELECT count(*) FROM keys.keysets").Scan(&n).Error)
		require.EqualValues(t, 4, n, "customer, merchant, staff and the index")
	})
	t.Run("postgres data with keysets elsewhere", func(t *testing.T) {
		first := onPostgres(t)
		opts := first.opts
		opts.KeysDSN = filepath.Join(t.TempDir(), "elsewhere.db")
		w := open(t, first.dsn, opts)
		people(t, w)
		require.FileExists(t, opts.KeysDSN)
		customer, err := w.Customer(t.Context(), "c1")
		require.NoError(t, err)
		_, err = first.CustomerName(t.Context(), customer)
		require.ErrorIs(t, err, seal.ErrKeysetUnknown)
	})
}

// A person whose row cannot be written leaves no usable keyset behind.
func TestFailedCreationDestroysItsKeyset(t *testing.T) {
	w := onPostgres(t)
	people(t, w)
	_, err := w.CreateCustomer(context.Background(), models.NewCustomer{ID: "c1", Name: "again", CreatedAt: noon})
	require.ErrorIs(t, err, models.ErrDuplicate)
	var alive int64
	require.NoError(t, w.DB.Raw("SELECT count(*) FROM keys.keysets WHERE destroyed_at IS NULL").Scan(&alive).Error)
	require.EqualValues(t, 4, alive, "those of before and the index's")
}
