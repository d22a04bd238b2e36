package privacy_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/privacy"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// engine notes what it is told.
type engine struct {
	store   *models.Store
	started []string
	looks   int
	away    bool
}

func (e *engine) StartErasure(_ context.Context, id string, _ time.Time) error {
	if e.away {
		return fault.New(fault.Unavailable)
	}
	e.started = append(e.started, id)
	return nil
}

func (e *engine) CancelErasure(ctx context.Context, id string) error {
	row, err := e.store.Erasure(ctx, id)
	if err == nil && row.State != models.ErasureCooling {
		return fault.New(fault.ErasureBegun)
	}
	return e.store.NoteErasure(ctx, id, models.ErasureStep{State: models.ErasureCancelled, At: noon})
}

func (e *engine) LookAtErasure(context.Context, string) error { e.looks++; return nil }

type world struct {
	*privacy.Service
	store  *models.Store
	engine *engine
	files  storage.Blobs
	now    time.Time
}

func eachDB(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		test(t, newWorld(t, schema(t), models.Options{CreateMasterKey: true}))
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := testkit.PostgresFrom(t, "privacy", func(url string) error { return models.Migrate(context.Background(), url, models.Options{}) })
		test(t, newWorld(t, dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}))
	})
}

func newWorld(t *testing.T, dsn string, opts models.Options) *world {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, models.Migrate(ctx, dsn, opts))
	store, err := models.Open(ctx, dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	files, err := storage.OpenFolder(filepath.Join(t.TempDir(), "files"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = files.Close() })
	require.NoError(t, privacy.Publish(ctx, store))
	w := &world{store: store, engine: &engine{store: store}, files: files, now: noon}
	w.Service = &privacy.Service{Store: store, Files: files, Engine: w.engine, CoolOff: 7 * 24 * time.Hour, Now: func() time.Time { return w.now }}
	for _, id := range []string{"kim", "lee"} {
		_, err := store.CreateCustomer(ctx, models.NewCustomer{ID: id, Name: "王小明-" + id, Phone: "13812341234", Lang: "zh-CN", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
	}
	_, err = store.CreateMerchant(ctx, models.NewMerchant{ID: "shop", Name: "店", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	for _, id := range []string{"kim", "lee"} {
		_, err = store.UpsertOrder(ctx, models.OrderInput{
			ID: "order-" + id, Version: 1, CustomerID: id, MerchantID: "shop", Currency: "CNY", PaidAt: noon, Recipient: `{"name":"收件人-` + id + `","phone":"13812341234","street":"文三路 1 号"}`,
			Lines:   []models.OrderLineInput{{ID: "l-" + id, ProductID: "p", VariantID: "v", Title: `=HYPERLINK("http://evil")<script>`, Category: "c", Quantity: 1, UnitPrice: 5, Paid: 5}},
			Tenders: []models.TenderInput{{ID: "t-" + id, Rail: "alipay", Ref: "r" + id, Captured: 5, CapturedAt: noon}},
		})
		require.NoError(t, err)
	}
	return w
}

func code(t *testing.T, want fault.Code, err error) {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "%v", err)
	require.Equal(t, want, f.Code)
}

func TestEveryPurposeHasANoticeInBothLanguages(t *testing.T) {
	notices, err := privacy.Notices()
	require.NoError(t, err)
	have := map[string]bool{}
	for _, n := range notices {
		require.NotEmpty(t, n.Title)
		require.NotEmpty(t, n.Body)
		have[n.Purpose+" "+n.Lang] = true
	}
	for _, purpose := range privacy.Purposes {
		for _, lang := range privacy.Languages {
			require.True(t, have[purpose+" "+lang], "%s in %s", purpose, lang)
		}
	}
}

func TestANoticeNeverChangesUnderItsVersion(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		notices, err := privacy.Notices()
		require.NoError(t, err)
		require.NoError(t, privacy.Publish(t.Context(), w.store), "publishing again is nothing new")
		notices[0].Digest = "another"
		require.ErrorIs(t, w.store.KeepNotices(t.Context(), notices[0]), models.ErrCheck)
	})
}

func TestConsentIsPerPurposeAndWithdrawnByAWord(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for purpose, want := range map[string]bool{privacy.ForService: true, privacy.ForHistory: false, privacy.ForBot: false} {
			got, err := w.Allows(ctx, "kim", purpose)
			require.NoError(t, err)
			require.Equal(t, want, got, purpose)
		}
		_, err := w.Say(ctx, "kim", privacy.Word{Purpose: "bot", Given: true, Version: 0, Lang: "en", Channel: "web"})
		code(t, fault.NoticeOutOfDate, err)
		_, err = w.Say(ctx, "kim", privacy.Word{Purpose: "else", Given: true, Version: 1})
		code(t, fault.BadRequest, err)
		for range 2 {
			stands, err := w.Say(ctx, "kim", privacy.Word{Purpose: "bot", Given: true, Version: 1, Lang: "en", Channel: "web"})
			require.NoError(t, err)
			require.True(t, stands[2].Given)
			require.Equal(t, "web", stands[2].Said.Channel)
		}
		said, err := w.store.Consents(ctx, "kim")
		require.NoError(t, err)
		require.Len(t, said, 1, "saying the same twice is one word")
		allowed, err := w.Allows(ctx, "kim", privacy.ForBot)
		require.NoError(t, err)
		require.True(t, allowed)
		allowed, err = w.Allows(ctx, "lee", privacy.ForBot)
		require.NoError(t, err)
		require.False(t, allowed, "one customer's word is not another's")
		w.now = w.now.Add(time.Second)
		_, err = w.Say(ctx, "kim", privacy.Word{Purpose: "bot"})
		require.NoError(t, err, "withdrawing needs nothing but the word")
		allowed, err = w.Allows(ctx, "kim", privacy.ForBot)
		require.NoError(t, err)
		require.False(t, allowed)

		require.NoError(t, w.MayBegin(ctx, "kim"))
		_, err = w.Say(ctx, "kim", privacy.Word{Purpose: "service"})
		require.NoError(t, err)
		code(t, fault.ConsentNeeded, w.MayBegin(ctx, "kim"))
		require.NoError(t, w.MayBegin(ctx, "lee"))
	})
}

func TestCorrectionIsNotedWithoutWhatItSaid(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		by := privacy.Person{Kind: "customer", ID: "kim"}
		text := func(s string) *string { return &s }
		code(t, fault.NameInvalid, w.Correct(ctx, by, "kim", models.PersonalChange{Name: text("  ")}))
		code(t, fault.PhoneInvalid, w.Correct(ctx, by, "kim", models.PersonalChange{Phone: text("12a")}))
		require.NoError(t, w.Correct(ctx, by, "kim", models.PersonalChange{Name: text("李雷"), Phone: text("139 0000-1111")}))
		known, err := w.Known(ctx, "kim")
		require.NoError(t, err)
		require.Equal(t, "李雷", known.Name)
		require.Equal(t, "13900001111", known.Phone)
		require.EqualValues(t, 2, known.Counts["corrections"])
		require.EqualValues(t, 1, known.Counts["orders"])
		found, err := w.store.CustomersBy(ctx, models.FieldPhone, "13900001111")
		require.NoError(t, err)
		require.Equal(t, []string{"kim"}, found, "found by the new number")
		other, err := w.Known(ctx, "lee")
		require.NoError(t, err)
		require.Equal(t, "王小明-lee", other.Name)
	})
}

func TestACopyHasEverythingOfOnesOwnAndNothingOfOthers(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, id := range []string{"kim", "lee"} {
			text, err := w.store.PutText(ctx, id, "customer", id, "我的话-"+id, noon)
			require.NoError(t, err)
			require.NoError(t, w.store.UseTexts(ctx, "case/x", text))
		}
		blob, err := w.store.PutBlob(ctx, w.files, models.NewBlob{OwnerKind: "customer", OwnerID: "kim", MediaType: "image/png", Content: []byte("a picture"), CreatedAt: noon})
		require.NoError(t, err)
		require.NoError(t, w.store.CreateEvidence(ctx, models.Evidence{ID: "ev", Digest: blob.Digest, OwnerKind: "customer", OwnerID: "kim", BlobID: blob.ID, Kind: "picture", State: "new", UploadedAt: noon}))

		for _, id := range []string{"kim", "lee"} {
			talk, _, err := w.store.OpenConversation(ctx, models.Conversation{ID: "talk-" + id, CustomerID: id, Lang: "zh-CN", State: models.WithPeople, OpenedAt: noon})
			require.NoError(t, err)
			inner, err := w.store.OpenThread(ctx, models.Conversation{ID: "notes-" + id, Audience: models.ToColleagues, CustomerID: id, AboutKind: "conversation", AboutID: talk.ID, OpenedAt: noon})
			require.NoError(t, err)
			for in, words := range map[*models.Conversation]string{&talk: "{{customer.name}}，聊天里说的-" + id, &inner: "内部的话-" + id} {
				_, _, _, err := w.store.Send(ctx, *in, models.NewMessage{SenderKind: "agent", SenderID: "anna", ClientID: "m", Kind: "text", Body: `{"text":"` + words + `"}`, SentAt: noon},
					func(*models.Store, *models.Conversation) ([]models.OutboxEvent, error) { return nil, nil })
				require.NoError(t, err)
			}
			_, err = w.store.AskRating(ctx, models.ConversationRating{ConversationID: talk.ID, CustomerID: id, AgentID: "anna", AskedAt: noon})
			require.NoError(t, err)
			at := noon
			require.NoError(t, w.store.RateConversation(ctx, talk, models.ConversationRating{
				ConversationID: talk.ID, CustomerID: id, AgentID: "anna", AskedAt: noon, Score: 4, AnsweredAt: &at,
			}, "评价的话-"+id))
		}
		asked, err := w.AskCopy(ctx, "kim", "copy-1", "zh-CN")
		require.NoError(t, err)
		again, err := w.AskCopy(ctx, "kim", "copy-1", "zh-CN")
		require.NoError(t, err)
		require.Equal(t, asked.ID, again.ID)
		_, err = w.Fetch(ctx, "kim", "copy-1", 1)
		code(t, fault.ExportNotReady, err)
		more, err := w.MakeCopies(ctx)
		require.NoError(t, err)
		require.True(t, more)
		more, err = w.MakeCopies(ctx)
		require.NoError(t, err)
		require.False(t, more)

		_, err = w.Fetch(ctx, "lee", "copy-1", 1)
		code(t, fault.NotFound, err)
		_, err = w.Fetch(ctx, "kim", "copy-1", 3)
		code(t, fault.NotFound, err)
		first := unzip(t, w, 1)
		require.Contains(t, unzip(t, w, 2), "evidence/ev.png")
		whole := strings.Join([]string{first["data.json"], first["index.html"], first["orders.csv"], first["cases.csv"]}, "\n")
		for _, mine := range []string{"王小明-kim", "收件人-kim", "13812341234", "我的话-kim", "order-kim", "王小明-kim，聊天里说的-kim", "评价的话-kim"} {
			require.Contains(t, first["data.json"], mine)
			require.Contains(t, first["index.html"], mine)
		}
		require.NotContains(t, whole, "lee")
		require.NotContains(t, whole, "内部的话", "what colleagues write to each other is theirs")
		require.NotContains(t, whole, "anna", "people of the platform appear by their role")
		require.True(t, json.Valid([]byte(first["data.json"])))
		require.NotContains(t, first["index.html"], "<script>", "what a shop calls an article is text")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(first["orders.csv"], "\ufeff"))).ReadAll()
		require.NoError(t, err)
		require.Equal(t, `'=HYPERLINK("http://evil")<script>`, rows[1][5], "no cell is a formula")

		w.now = noon.Add(24*time.Hour - time.Second)
		_, err = w.Fetch(ctx, "kim", "copy-1", 1)
		require.NoError(t, err)
		w.now = noon.Add(24 * time.Hour)
		_, err = w.Fetch(ctx, "kim", "copy-1", 1)
		code(t, fault.ExportGone, err)
		copies, err := w.Copies(ctx, "kim")
		require.NoError(t, err)
		parts := copies[0].Parts
		require.Len(t, parts, 2)
		_, err = w.SweepCopies(ctx)
		require.NoError(t, err)
		_, err = w.files.Get(ctx, parts[0].BlobID)
		require.Error(t, err, "the files are gone")
	})
}

func unzip(t *testing.T, w *world, part int) map[string]string {
	t.Helper()
	content, err := w.Fetch(t.Context(), "kim", "copy-1", part)
	require.NoError(t, err)
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	files := map[string]string{}
	for _, file := range archive.File {
		reader, err := file.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(reader)
		require.NoError(t, err)
		files[file.Name] = string(body)
	}
	return files
}

func TestErasureIsAskedOnceCalledOffAndShownByItsReceipt(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		asked, err := w.AskErasure(ctx, "kim", "er-1")
		require.NoError(t, err)
		require.Equal(t, noon.Add(7*24*time.Hour), asked.EraseAt)
		require.Regexp(t, "^erasure_[A-Za-z0-9_-]{43}$", asked.Receipt)
		repeat, err := w.AskErasure(ctx, "kim", "er-1")
		require.NoError(t, err)
		require.Equal(t, asked.ID, repeat.ID)
		require.Empty(t, repeat.Receipt, "the receipt is said once")
		_, err = w.AskErasure(ctx, "kim", "er-2")
		code(t, fault.ErasureAsked, err)
		require.NoError(t, w.MayBegin(ctx, "kim"), "within the cool-off everything goes on")

		shown, err := w.ByReceipt(ctx, asked.Receipt)
		require.NoError(t, err)
		require.Equal(t, "er-1", shown.ID)
		for _, wrong := range []string{"", "erasure_", "erasure_" + strings.Repeat("A", 43), strings.TrimPrefix(asked.Receipt, "erasure_")} {
			_, err = w.ByReceipt(ctx, wrong)
			code(t, fault.NotFound, err)
		}
		_, err = w.CancelErasure(ctx, "lee")
		code(t, fault.NotFound, err)
		cancelled, err := w.CancelErasure(ctx, "kim")
		require.NoError(t, err)
		require.Equal(t, models.ErasureCancelled, cancelled.State)

		_, err = w.AskErasure(ctx, "kim", "er-3")
		require.NoError(t, err)
		require.NoError(t, w.store.NoteErasure(ctx, "er-3", models.ErasureStep{State: models.ErasureEnding, At: noon}))
		_, err = w.CancelErasure(ctx, "kim")
		code(t, fault.ErasureBegun, err)
		code(t, fault.Leaving, w.MayBegin(ctx, "kim"))
		_, err = w.AskCopy(ctx, "kim", "late", "en")
		code(t, fault.Leaving, err)
	})
}

func TestAHoldIsPlacedOncePerReasonAndItsEndIsTold(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		op := privacy.Person{Kind: "operator", ID: "op"}
		_, err := w.PlaceHold(ctx, op, privacy.NewHold{ID: "h0", CustomerID: "nobody", Reason: "court", For: time.Hour})
		code(t, fault.NotFound, err)
		hold, err := w.PlaceHold(ctx, op, privacy.NewHold{ID: "h1", CustomerID: "kim", Reason: "court", Note: "(2026)浙01民初1号", For: time.Hour})
		require.NoError(t, err)
		_, err = w.PlaceHold(ctx, op, privacy.NewHold{ID: "h2", CustomerID: "kim", Reason: "court", For: time.Hour})
		code(t, fault.HoldInForce, err)
		note, err := w.store.HoldNote(ctx, hold)
		require.NoError(t, err)
		require.Equal(t, "(2026)浙01民初1号", note)
		_, err = w.AskErasure(ctx, "kim", "er-1")
		require.NoError(t, err)
		for range 2 {
			_, err = w.LiftHold(ctx, op, "h1")
			require.NoError(t, err)
		}
		require.Equal(t, 1, w.engine.looks)
		holds, err := w.Holds(ctx, "", privacy.PageRequest{})
		require.NoError(t, err)
		require.Empty(t, holds.Items)
	})
}

func TestReplayForgetsWhomABackupBroughtBack(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		n, err := w.Replay(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		asked, err := w.AskErasure(ctx, "kim", "er-1") // the backup was made within the cool-off
		require.NoError(t, err)
		require.NoError(t, w.store.Keys.Destroy(ctx, asked.KeyRef))
		n, err = w.Replay(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = w.store.Customer(ctx, "kim")
		require.ErrorIs(t, err, models.ErrNotFound)
		done, err := w.Erasure(ctx, "er-1")
		require.NoError(t, err)
		require.Equal(t, models.ErasureDone, done.State)
		n, err = w.Replay(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		_, err = w.store.Customer(ctx, "lee")
		require.NoError(t, err)
	})
}

// The engine was away when somebody asked, and they did not ask again: they are erased all the same.
func TestAnErasureThatTheEngineMissedBegins(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.engine.away = true
		_, err := w.AskErasure(ctx, "kim", "e-1")
		code(t, fault.Unavailable, err)
		_, err = w.AskErasure(ctx, "kim", "e-2")
		code(t, fault.ErasureAsked, err)
		require.Error(t, w.Resume(ctx))
		w.engine.away = false
		require.NoError(t, w.Resume(ctx))
		require.Equal(t, []string{"e-1"}, w.engine.started)
		_, err = w.CancelErasure(ctx, "kim")
		require.NoError(t, err)
		w.engine.started = nil
		require.NoError(t, w.Resume(ctx))
		require.Empty(t, w.engine.started, "what is over is left alone")
	})
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
