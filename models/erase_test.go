package models_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/seal"
)

// leaving is a customer with something in every kind of place, and somebody else who stays.
func leaving(t *testing.T, w world) (files storage.Blobs, keyRef string) {
	t.Helper()
	ctx := t.Context()
	files, _, _ = fill(t, w)
	customer, err := w.Customer(ctx, "c1")
	require.NoError(t, err)
	_, err = w.CreateCustomer(ctx, models.NewCustomer{ID: "c2", Name: "李四先生", Phone: "13900001111", Lang: "en", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	staying, err := w.PutText(ctx, "c2", "customer", "c2", "我留下来", noon)
	require.NoError(t, err)
	require.NoError(t, w.UseTexts(ctx, "case/x", staying))
	for _, id := range []string{"c1", "c2"} {
		require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "acc-" + id, Login: "login-" + id, PersonKind: "customer", PersonID: id, PasswordHash: "x", CreatedAt: noon}))
		person, err := w.Customer(ctx, id)
		require.NoError(t, err)
		err = w.CreateSession(ctx, models.NewSession{
			TokenHash: []byte("token-" + id), ID: "session-" + id, AccountID: "acc-" + id, Method: "password", Device: "Firefox", Assurance: 1,
			Address: canary + "-address", PersonID: id, KeyRef: person.KeyRef, CreatedAt: noon, SeenAt: noon, ExpiresAt: noon.Add(time.Hour),
		})
		require.NoError(t, err)
		require.NoError(t, w.KeepNotices(ctx, aNotice))
		_, err = w.AddConsent(ctx, models.Consent{CustomerID: id, Purpose: "bot", Given: true, Version: 1, Lang: "en", Channel: "web", At: noon})
		require.NoError(t, err)
		require.NoError(t, w.DB.Create(&models.Notification{ID: "n-" + id, DedupeKey: id, RecipientKind: "customer", RecipientID: id, Kind: "k", SubjectKind: "case", SubjectID: "x", Data: "{}", DueAt: noon, CreatedAt: noon}).Error)
		require.NoError(t, w.DB.Create(&models.OutboxEvent{Topic: "case.changed", Subject: "case/x", Audience: `["customer/` + id + `","merchant/m1"]`, Data: "{}", At: noon}).Error)
	}
	return files, customer.KeyRef
}

var aNotice = models.PrivacyNotice{Purpose: "bot", Version: 1, Lang: "en", Title: "t", Body: "b", Digest: "d", PublishedAt: noon}

// Whatever names or describes the customer is gone, and a transaction without a name stays; the neighbour keeps everything.
func TestForgetTakesACustomerOutOfEverything(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		files, ref := leaving(t, w)
		words := []string{canary + "-name", canary + "-phone", canary + "-recipient", canary + "-text"}
		before, err := w.Traces(ctx, "c1", nil, func(string) {})
		require.NoError(t, err)
		require.Positive(t, foundIn(before), "the search sees the customer's ID before")

		for range 2 { // a repeat changes nothing
			_, err := w.Forget(ctx, files, "c1", ref, noon)
			require.NoError(t, err)
			require.NoError(t, w.Compact(ctx))
			searched, err := w.Traces(ctx, "c1", words, func(string) {})
			require.NoError(t, err)
			require.Zero(t, foundIn(searched), "%+v", searched)
			texts, blobs, err := w.StillSealed(ctx, files, ref)
			require.NoError(t, err)
			require.Zero(t, texts+blobs)
			gone, err := w.Unreadable(ctx, ref)
			require.NoError(t, err)
			require.True(t, gone)
		}
		_, err = w.Customer(ctx, "c1")
		require.ErrorIs(t, err, models.ErrNotFound)
		_, err = w.AccountByLogin(ctx, "login-c1")
		require.ErrorIs(t, err, models.ErrNotFound)

		order, err := w.Order(ctx, "o1")
		require.NoError(t, err, "the transaction stays")
		require.EqualValues(t, 10300, order.Payment.Captured)
		stranger, err := w.Customer(ctx, order.Order.CustomerID)
		require.NoError(t, err)
		require.Regexp(t, "^erased-[a-z2-7]{24}$", stranger.ID)
		require.NotNil(t, stranger.ErasedAt)
		_, err = w.Recipient(ctx, order.Order)
		require.ErrorIs(t, err, fault.New(fault.Erased))
		_, err = w.CustomerName(ctx, stranger)
		require.ErrorIs(t, err, fault.New(fault.Erased))

		neighbour, err := w.Customer(ctx, "c2")
		require.NoError(t, err)
		name, err := w.CustomerName(ctx, neighbour)
		require.NoError(t, err)
		require.Equal(t, "李四先生", name)
		_, err = w.AccountByLogin(ctx, "login-c2")
		require.NoError(t, err)
		texts, err := w.TextsBy(ctx, "customer", "c2", 0)
		require.NoError(t, err)
		require.Len(t, texts, 1)
		consents, err := w.Consents(ctx, "c2")
		require.NoError(t, err)
		require.Len(t, consents, 1)
	})
}

// The shop tells of an erased customer's order again, and the customer comes back as a new one: the old order stays nobody's.
func TestWhatTheShopTellsLaterBringsNobodyBack(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		files, ref := leaving(t, w)
		_, err := w.Forget(ctx, files, "c1", ref, noon)
		require.NoError(t, err)
		changed, err := w.UpsertOrder(ctx, order("o1", 2))
		require.NoError(t, err)
		require.False(t, changed)
		_, err = w.CreateCustomer(ctx, models.NewCustomer{ID: "c1", Name: "新名字", Lang: "zh-CN", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
		changed, err = w.UpsertOrder(ctx, order("o1", 3))
		require.NoError(t, err)
		require.False(t, changed)
		changed, err = w.UpsertOrder(ctx, order("o2", 1))
		require.NoError(t, err)
		require.True(t, changed, "a new order is theirs")
	})
}

// Who writes about a customer writes it under the customer's keyset: a shop's, an agent's, a colleague's words go with them, and
// nobody else's. What an older program had sealed under its author's keyset goes, too.
func TestWhatOthersWroteAboutACustomerGoesToo(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		files, ref := leaving(t, w)
		_, err := w.CreateStaff(ctx, models.NewStaff{ID: "st-9", Role: "agent", Name: "王", CreatedAt: noon})
		require.NoError(t, err)
		for id, customer := range map[string]string{"k1": "c1", "k2": "c2"} {
			require.NoError(t, w.DB.Create(&models.Case{
				ID: id, WorkflowID: "case/x/" + id, Kind: "return", CustomerID: customer, MerchantID: "m1", OrderID: "o1", Currency: "CNY", Open: true,
				View: "{}", OpenedAt: noon, UpdatedAt: noon,
			}).Error)
		}
		write := func(about, used string) string {
			id, err := w.PutText(ctx, about, "agent", "st-9", "张三住在南京路", noon)
			require.NoError(t, err)
			require.NoError(t, w.UseTexts(ctx, used, id))
			return id
		}
		written := []string{write("c1", "case/k1"), write("c1", "payout/k1"), write("c1", "rating/k1"), write("c1", "audit/r1"), write("c1", "audit/r2"), write("c1", "audit/r3")}
		others := write("c2", "case/k2")
		text, _, err := w.Text(ctx, written[0])
		require.NoError(t, err)
		require.Equal(t, ref, text.Body.Ref(), "the customer's keyset, not the author's")

		// As an older program left them: under the author's keyset.
		own, err := w.KeyRef(ctx, "staff", "st-9")
		require.NoError(t, err)
		require.NoError(t, w.OpenAuditChain(ctx, "ch", []byte("key"), noon))
		for n, subject := range []string{"case", "order", "customer"} {
			about := []string{"k1", "o1", "c1"}[n]
			require.NoError(t, w.AppendAudit(ctx, []models.AuditEntry{{
				ChainID: "ch", Seq: int64(n + 1), At: noon, ActorKind: "agent", ActorID: "st-9", Action: subject + ".reveal", SubjectKind: subject, SubjectID: about,
				Outcome: models.AuditDone, Reason: "legal", Detail: `{"words":"r` + strconv.Itoa(n+1) + `"}`, Hash: []byte("h"),
			}}))
		}
		for _, id := range written {
			body := seal.Plain("张三住在南京路")
			require.NoError(t, w.Keys.Seal(ctx, own, seal.AD{Table: "texts", Column: "body", Person: "agent/st-9", Row: id}, &body))
			require.NoError(t, w.DB.Model(&models.Text{}).Where("id = ?", id).Update("body", body).Error)
			_, words, err := w.Text(ctx, id)
			require.NoError(t, err)
			require.Equal(t, "张三住在南京路", words, "readable before")
		}

		_, err = w.Forget(ctx, files, "c1", ref, noon)
		require.NoError(t, err)
		for _, id := range written {
			_, words, err := w.Text(ctx, id)
			require.ErrorIs(t, err, fault.New(fault.Erased), id)
			require.Empty(t, words)
		}
		_, words, err := w.Text(ctx, others)
		require.NoError(t, err)
		require.Equal(t, "张三住在南京路", words, "what is said of somebody else stays")
		_, err = w.PutText(ctx, "c1", "agent", "st-9", "x", noon)
		require.Error(t, err, "nobody writes about who is gone")
	})
}

// A copy of the data from before an erasure is put back: the store of keysets, which is not in it, tells who is gone.
func TestAttack20_RestoredBackupForgetsAgain(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	files, ref := leaving(t, w)
	copied := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, w.DB.Exec("VACUUM INTO ?", copied).Error)
	_, err := w.Forget(ctx, files, "c1", ref, noon)
	require.NoError(t, err)

	opts := w.opts
	opts.KeysDSN, opts.MasterKeyFile, opts.CreateMasterKey = filepath.Join(filepath.Dir(w.dsn), "keys.db"), filepath.Join(filepath.Dir(w.dsn), "master.key"), false
	restored, err := models.Open(ctx, copied, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, restored.Close()) })
	customer, err := restored.Customer(ctx, "c1")
	require.NoError(t, err, "the backup has the row")
	_, err = restored.CustomerName(ctx, customer)
	require.ErrorIs(t, err, fault.New(fault.Erased), "and nobody can read it")

	back, next, err := restored.Returned(ctx, "")
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, back, 1)
	require.Equal(t, "c1", back[0].ID)
	_, err = restored.Forget(ctx, files, back[0].ID, back[0].KeyRef, noon)
	require.NoError(t, err)
	back, _, err = restored.Returned(ctx, "")
	require.NoError(t, err)
	require.Empty(t, back)
	searched, err := restored.Traces(ctx, "c1", []string{canary}, func(string) {})
	require.NoError(t, err)
	for _, table := range searched {
		require.Zero(t, table.Found, table.Table)
	}
}

// After an erasure no file of the machine holds a word of the customer in any usual form.
func TestAttack20_ErasedIsNotInAnyFile(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	files, ref := leaving(t, w)
	before := filesUnder(t, filepath.Dir(w.dsn))
	require.True(t, anyHolds(before, []byte("login-c1")), "the search finds what is there")
	_, err := w.Forget(ctx, files, "c1", ref, noon)
	require.NoError(t, err)
	require.NoError(t, w.Compact(ctx))
	after := filesUnder(t, filepath.Dir(w.dsn))
	for _, word := range []string{canary, "customer/c1", "login-c1"} {
		for form, bytes := range forms(word) {
			require.False(t, anyHolds(after, bytes), "%s as %s", word, form)
		}
	}
	require.True(t, anyHolds(after, []byte("login-c2")))
}

func forms(word string) map[string][]byte {
	units := utf16.Encode([]rune(word))
	little, big := []byte{}, []byte{}
	for _, u := range units {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	quoted, _ := json.Marshal(word)
	return map[string][]byte{
		"utf-8": []byte(word), "utf-16le": little, "utf-16be": big, "base64": []byte(base64.StdEncoding.EncodeToString([]byte(word))[:8]),
		"url": []byte(url.QueryEscape(word)), "json": bytes.Trim(quoted, `"`),
	}
}

func filesUnder(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all[path] = content
		return err
	}))
	return all
}

func anyHolds(files map[string][]byte, word []byte) bool {
	for _, content := range files {
		if bytes.Contains(content, word) {
			return true
		}
	}
	return false
}

func foundIn(searched []models.Searched) (n int64) {
	for _, table := range searched {
		n += table.Found
	}
	return n
}

// Columns that name a customer are found by their names, in every table.
func TestColumnsThatNameACustomerAreFound(t *testing.T) {
	found := models.ColumnsOfCustomers()
	for table, columns := range map[string][]string{
		"accounts": {"person_id"}, "cases": {"customer_id"}, "consents": {"customer_id"}, "corrections": {"customer_id", "by_id"},
		"data_exports": {"customer_id"}, "erasures": {"customer_id", "by_id"}, "evidence": {"owner_id"}, "legal_holds": {"customer_id"},
		"notifications": {"recipient_id", "subject_id"}, "orders": {"customer_id"}, "recoveries": {"from_id"}, "remedies": {"customer_id"},
		"tasks": {"recipient_id", "subject_id"}, "texts": {"author_id"}, "timeline": {"actor_id"},
	} {
		require.Equal(t, columns, found[table], table)
	}
}
