package operations_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/operations"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// node is one process: a store of its own over the same database, and packs that it has loaded itself.
type node struct {
	*operations.Service
	chosen *cases.Chosen
	packs  cases.Packs
	said   *[]models.AuditEvent
}

type notes struct {
	mu   sync.Mutex
	said *[]models.AuditEvent
}

func (n *notes) Record(_ context.Context, event models.AuditEvent) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	*n.said = append(*n.said, event)
	return nil
}

// eachDB runs a test on SQLite and on PostgreSQL, with two nodes and the default pack active.
func eachDB(t *testing.T, test func(t *testing.T, one, two *node)) {
	t.Helper()
	run := func(name, dsn string, opts models.Options) {
		t.Run(name, func(t *testing.T) {
			opts.Logger = slog.New(slog.DiscardHandler)
			require.NoError(t, models.Migrate(t.Context(), dsn, opts))
			nodes := make([]*node, 2)
			for i := range nodes {
				store, err := models.Open(t.Context(), dsn, opts)
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, store.Close()) })
				said := []models.AuditEvent{}
				packs := cases.Packs{Store: store, Loaded: pack.NewRegistry()}
				nodes[i] = &node{
					Service: &operations.Service{Store: store, Packs: packs, Audit: &notes{said: &said}}, packs: packs, said: &said,
					chosen: &cases.Chosen{Store: store, Packs: packs, Fresh: time.Nanosecond},
				}
			}
			rules := builtin(t, "default")
			require.NoError(t, nodes[0].packs.Keep(t.Context(), rules))
			_, err := nodes[0].Store.ActivatePack(t.Context(), 0, models.PackActivation{PackHash: rules.Hash(), At: noon, ByKind: models.BySettings})
			require.NoError(t, err)
			test(t, nodes[0], nodes[1])
		})
	}
	run("sqlite", testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) }), models.Options{CreateMasterKey: true})
	run("postgres", testkit.PostgresFrom(t, "operations", func(url string) error { return models.Migrate(context.Background(), url, models.Options{}) }),
		models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
}

func builtin(t *testing.T, name string) *pack.Pack {
	t.Helper()
	rules, err := pack.Builtin(name)
	require.NoError(t, err)
	return rules
}

// changed is the default pack with one thing otherwise.
func changed(t *testing.T, old, new string) string {
	t.Helper()
	text := string(builtin(t, "default").Content())
	require.Contains(t, text, old)
	return strings.Replace(text, old, new, 1)
}

func code(t *testing.T, want fault.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotNil(t, fault.As(err), err)
	require.Equal(t, want, fault.As(err).Code)
}

// One node's operator activates a pack that the other has never seen: from then on both give it to new cases.
func TestEveryNodeFollowsAChoice(t *testing.T) {
	eachDB(t, func(t *testing.T, one, two *node) {
		ctx := t.Context()
		standard := builtin(t, "default").Hash()
		for _, n := range []*node{one, two} {
			hash, err := n.chosen.Hash(ctx)
			require.NoError(t, err)
			require.Equal(t, standard, hash)
		}
		mine := operations.PackRef{Content: changed(t, "edits: 5", "edits: 4")}
		head, err := one.Activate(ctx, mine, standard, "op-1")
		require.NoError(t, err)
		require.True(t, head.Active)
		require.Equal(t, "op-1", head.ActivatedBy)
		for _, n := range []*node{one, two} {
			hash, err := n.chosen.Hash(ctx)
			require.NoError(t, err)
			require.Equal(t, head.Hash, hash)
			rules, err := n.packs.Get(ctx, hash)
			require.NoError(t, err)
			require.Equal(t, "default", rules.Name())
		}
		require.Len(t, *one.said, 1)
		require.Equal(t, "pack.choose", (*one.said)[0].Action)
		require.Equal(t, head.Hash, (*one.said)[0].SubjectID)

		again, err := two.Activate(ctx, operations.PackRef{Hash: head.Hash}, standard, "op-2")
		require.NoError(t, err, "it is active already")
		require.Equal(t, "op-1", again.ActivatedBy)
		_, err = two.Activate(ctx, operations.PackRef{Content: changed(t, "edits: 5", "edits: 3")}, standard, "op-2")
		code(t, fault.PackChanged, err)
		require.Len(t, *two.said, 0)

		list, err := two.PackList(ctx, models.PageRequest{})
		require.NoError(t, err)
		require.Equal(t, head.Hash, list.Active.Hash)
		require.Len(t, list.Items, 2, "the refused one was not stored")
		detail, err := two.Pack(ctx, head.Hash)
		require.NoError(t, err)
		require.Equal(t, mine.Content, detail.Content)
		require.NotEmpty(t, detail.Tables)
		_, err = two.Pack(ctx, "none")
		code(t, fault.NotFound, err)
	})
}

// Two operators who saw the same pack and activate two others at once: one does, the other is told.
func TestTwoChoicesAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, one, two *node) {
		ctx, standard := t.Context(), builtin(t, "default").Hash()
		errs := make([]error, 2)
		var group sync.WaitGroup
		for i, n := range []*node{one, two} {
			content := changed(t, "edits: 5", fmt.Sprint("edits: ", i+1))
			group.Go(func() {
				_, errs[i] = n.Activate(ctx, operations.PackRef{Content: content}, standard, fmt.Sprint("op-", i))
			})
		}
		group.Wait()
		failed := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
		require.Len(t, failed, 1)
		code(t, fault.PackChanged, failed[0])
	})
}

// A pack that this node cannot load does not stop it: new cases get the one before.
func TestAChoiceThatCannotBeLoadedIsPassedOver(t *testing.T) {
	eachDB(t, func(t *testing.T, one, two *node) {
		ctx, standard := t.Context(), builtin(t, "default").Hash()
		_, err := two.chosen.Hash(ctx)
		require.NoError(t, err)
		require.NoError(t, one.Store.PutPack(ctx, models.PolicyPack{Hash: "later", Name: "later", Content: "name: later\nnews: yes\n", CreatedAt: noon}))
		_, err = one.Store.ActivatePack(ctx, 1, models.PackActivation{PackHash: "later", At: noon, ByKind: models.BySettings})
		require.NoError(t, err)
		hash, err := two.chosen.Hash(ctx)
		require.NoError(t, err)
		require.Equal(t, standard, hash)
		fresh := &cases.Chosen{Store: two.Store, Packs: two.packs}
		_, err = fresh.Hash(ctx)
		require.Error(t, err, "a process that has none does not make one up")
	})
}

func TestWhatIsWrongWithAPack(t *testing.T) {
	s := &operations.Service{}
	checked := s.CheckPack(string(builtin(t, "default").Content()))
	require.Empty(t, checked.Problems)
	require.Equal(t, builtin(t, "default").Hash(), checked.Pack.Hash())
	checked = s.CheckPack(changed(t, "default: suspect_waybill", "default: shrug"))
	require.Nil(t, checked.Pack)
	require.Len(t, checked.Problems, 1)
	require.Positive(t, checked.Problems[0].Line)
	require.Positive(t, checked.Problems[0].Column)
	require.Contains(t, checked.Problems[0].Text("zh-CN"), "不认识")
	require.Contains(t, checked.Problems[0].Text("en"), "is not known here")
	for _, ref := range []operations.PackRef{{}, {Hash: "h", Content: "c"}} {
		_, err := s.DiffPacks(t.Context(), ref, ref)
		code(t, fault.BadRequest, err)
	}
	_, err := s.DiffPacks(t.Context(), operations.PackRef{Content: "name: [\n"}, operations.PackRef{Content: "x"})
	code(t, fault.PackInvalid, err)
}

// evaluated notes an evaluation of the default pack, as a case does.
func evaluated(t *testing.T, n *node, count int) {
	t.Helper()
	signed, shipped := noon, noon.Add(-48*time.Hour)
	facts := policy.Facts{
		Kind: policy.Return, Phase: policy.OnSale, Reason: "no_reason", At: signed.Add(5 * 24 * time.Hour),
		Order:    policy.OrderFacts{ID: "o", Currency: money.CNY, PaidAt: shipped, ShippedAt: &shipped, SignedAt: &signed, Paid: 10000, Parcel: "signed"},
		Lines:    []policy.LineFacts{{ID: "l", ProductID: "p", Category: "home", Quantity: 1, UnitPrice: 10000, Paid: 10000, Chosen: 1}},
		Customer: policy.StandingFacts{Level: "good"}, Merchant: policy.StandingFacts{Level: "normal"},
	}
	rules := builtin(t, "default")
	terms, err := rules.Evaluate(facts)
	require.NoError(t, err)
	require.Nil(t, terms.Refusal)
	factsJSON, err := json.Marshal(facts)
	require.NoError(t, err)
	termsJSON, err := json.Marshal(terms)
	require.NoError(t, err)
	customer, err := n.Store.Customer(t.Context(), "kim")
	require.NoError(t, err)
	rows := make([]models.PolicyEvaluation, count)
	for i := range rows {
		at := noon.Add(time.Duration(i) * time.Second)
		rows[i] = models.PolicyEvaluation{CaseID: fmt.Sprintf("k%03d", i), N: 1, PackHash: rules.Hash(), Terms: string(termsJSON), At: at}
		require.NoError(t, n.Store.SealFacts(t.Context(), customer.KeyRef, &rows[i], string(factsJSON)))
	}
	require.NoError(t, n.Store.DB.Create(&rows).Error)
}

// What is past is evaluated again under another pack, at most 500 times, and nothing is written.
func TestWhatWouldHaveBeen(t *testing.T) {
	eachDB(t, func(t *testing.T, one, _ *node) {
		ctx := t.Context()
		_, err := one.Store.CreateCustomer(ctx, models.NewCustomer{ID: "kim", Name: "Kim", Lang: "en", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
		evaluated(t, one, 510)
		try := func(old, new string, last int) operations.WhatIf {
			t.Helper()
			found, err := one.TryPack(ctx, operations.PackRef{Content: changed(t, old, new)}, "", last)
			require.NoError(t, err)
			return found
		}
		same := try("grace: 5s", "# grace\ngrace: 5s", 10)
		require.Equal(t, 10, same.Looked)
		require.Zero(t, same.Otherwise)
		require.Zero(t, same.Deadlines)

		window := try("    window_days: 7\n", "    window_days: 3\n", 1000)
		require.Equal(t, 500, window.Looked)
		require.Equal(t, 500, window.Otherwise, "asked on the fifth day")
		require.Equal(t, map[string]int{"refused": 500}, subset(window.By, "refused"))
		require.Len(t, window.Samples, 20)
		require.Equal(t, "k509", window.Samples[0].CaseID, "the newest first")
		require.Equal(t, "refused", window.Samples[0].Changes[0].What)
		require.NotEmpty(t, window.Samples[0].Changes[0].After)
		require.Empty(t, window.Samples[0].Changes[0].Before)

		clock := try("{actor: carrier, for: 72h, default: suspect_waybill", "{actor: carrier, for: 48h, default: suspect_waybill", 5)
		require.Zero(t, clock.Otherwise)
		require.Equal(t, 5, clock.Deadlines)

		other, err := one.TryPack(ctx, operations.PackRef{Hash: builtin(t, "default").Hash()}, "exchange", 5)
		require.NoError(t, err)
		require.Zero(t, other.Looked)

		customer, err := one.Store.Customer(ctx, "kim")
		require.NoError(t, err)
		require.NoError(t, one.Store.Keys.Destroy(ctx, customer.KeyRef))
		gone := try("    window_days: 7\n", "    window_days: 3\n", 5)
		require.Zero(t, gone.Looked)
		require.Equal(t, 5, gone.Erased)
	})
}

func subset(all map[string]int, names ...string) map[string]int {
	part := map[string]int{}
	for _, name := range names {
		part[name] = all[name]
	}
	return part
}

// played is a sandbox whose ledger is what the test says.
type played struct{ totals, payments []operations.Side }

func (p played) Payments(_ context.Context, before int64, limit int) ([]operations.Side, []operations.Side, error) {
	var page []operations.Side
	for _, payment := range p.payments {
		if (before == 0 || payment.ID < before) && len(page) < limit {
			page = append(page, payment)
		}
	}
	return p.totals, page, nil
}

// The two ledgers stand side by side; whatever differs, in either direction, shows, and nothing cancels out.
func TestTheLedgersStandSideBySide(t *testing.T) {
	eachDB(t, func(t *testing.T, one, _ *node) {
		ctx := t.Context()
		_, err := one.Ledger(ctx, models.PageRequest{})
		code(t, fault.NotFound, err)
		_, err = one.Store.CreateCustomer(ctx, models.NewCustomer{ID: "kim", Name: "Kim", Lang: "en", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
		_, err = one.Store.CreateMerchant(ctx, models.NewMerchant{ID: "shop", Name: "shop", Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
		for i := range 3 {
			id := fmt.Sprint("o", i)
			_, err = one.Store.UpsertOrder(ctx, models.OrderInput{
				ID: id, Version: 1, CustomerID: "kim", MerchantID: "shop", Currency: "CNY", PaidAt: noon, Recipient: "{}",
				Lines:   []models.OrderLineInput{{ID: id + "-l", ProductID: "p", VariantID: "v", Title: "cup", Category: "home", Quantity: 1, UnitPrice: 1000, Paid: 1000}},
				Tenders: []models.TenderInput{{ID: id + "-t", Rail: "alipay", Ref: "ref" + id, Captured: 1000, CapturedAt: noon}},
			})
			require.NoError(t, err)
		}
		side := func(id int64, ref string, captured, refunded, back money.Amount) operations.Side {
			return operations.Side{ID: id, Rail: "alipay", Ref: ref, OrderID: strings.TrimPrefix(ref, "ref"), Captured: captured, Refunded: refunded, ChargedBack: back, At: noon}
		}
		one.Sandbox = played{
			totals:   []operations.Side{{Rail: "alipay", Captured: 4000, Refunded: 100, ChargedBack: 100}},
			payments: []operations.Side{side(4, "elsewhere", 1000, 0, 0), side(3, "refo2", 1000, 100, 0), side(2, "refo1", 900, 0, 100), side(1, "refo0", 1000, 0, 0)},
		}
		page, err := one.Ledger(ctx, models.PageRequest{Limit: 3})
		require.NoError(t, err)
		require.Len(t, page.Items, 3)
		require.Equal(t, []money.Amount{1000, 100, 200}, []money.Amount{page.Items[0].Difference, page.Items[1].Difference, page.Items[2].Difference})
		require.Equal(t, "ours", page.Items[0].Missing)
		require.Equal(t, "o2", page.Items[1].OrderID)
		require.EqualValues(t, 1000+100+100, page.Totals[0].Difference)
		page, err = one.Ledger(ctx, models.PageRequest{Limit: 3, Cursor: page.Next})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.Zero(t, page.Items[0].Difference)
		require.Empty(t, page.Next)
		_, err = one.Ledger(ctx, models.PageRequest{Cursor: "x"})
		code(t, fault.BadCursor, err)
	})
}

func TestHowPartnersDo(t *testing.T) {
	eachDB(t, func(t *testing.T, one, _ *node) {
		ctx, now := t.Context(), noon
		one.Now = func() time.Time { return now }
		health := func(partner string) operations.PartnerHealth {
			t.Helper()
			list, err := one.PartnersHealth(ctx)
			require.NoError(t, err)
			require.Len(t, list, len(operations.Names))
			return list[slices.IndexFunc(list, func(h operations.PartnerHealth) bool { return h.Partner == partner })]
		}
		require.Equal(t, "unknown", health("alipay").State)
		note := func(calls, failures, inRow int64, ok, bad *time.Time) {
			t.Helper()
			require.NoError(t, one.Store.NotePartner(ctx, []models.PartnerTally{{Partner: "alipay", Minute: noon, Calls: calls, Failures: failures}},
				models.PartnerState{Partner: "alipay", SucceededAt: ok, FailedAt: bad, FailedWith: "502", FailuresInRow: inRow}))
		}
		note(4, 0, 0, &noon, nil)
		require.Equal(t, "up", health("alipay").State)
		note(1, 1, 1, nil, &noon)
		require.Equal(t, "failing", health("alipay").State)
		note(2, 2, 2, nil, &noon)
		down := health("alipay")
		require.Equal(t, "down", down.State)
		require.EqualValues(t, 7, down.Calls)
		require.EqualValues(t, 3, down.Failures)
		require.Equal(t, "502", down.FailedWith)
		note(1, 0, 0, &noon, nil)
		now = noon.Add(operations.Minutes * time.Minute)
		up := health("alipay")
		require.Equal(t, "up", up.State, "what failed is too long ago")
		require.Zero(t, up.Calls)

		require.NoError(t, one.Store.DB.Create(&models.Effect{Key: "e", CaseID: "k", Kind: "pickup", RequestHash: "h", Status: "unknown", Result: "{}", CreatedAt: noon, UpdatedAt: noon}).Error)
		require.EqualValues(t, 1, health("kuaidi100").Retrying)
	})
}

func TestKeysAreShownAndRotated(t *testing.T) {
	eachDB(t, func(t *testing.T, one, two *node) {
		ctx := t.Context()
		for i := range 3 {
			_, err := one.Store.CreateCustomer(ctx, models.NewCustomer{ID: fmt.Sprint("c", i), Name: "n", Lang: "en", Level: "good", CreatedAt: noon})
			require.NoError(t, err)
		}
		gone, err := one.Store.Customer(ctx, "c2")
		require.NoError(t, err)
		require.NoError(t, one.Store.Keys.Destroy(ctx, gone.KeyRef))
		keys, err := two.KeysStatus(ctx)
		require.NoError(t, err)
		require.Len(t, keys.Roots, 1)
		require.True(t, keys.Roots[0].InUse)
		require.Equal(t, "file", keys.Roots[0].Kind)
		require.EqualValues(t, 1, keys.Destroyed)
		require.Len(t, keys.Masters, 1)
		require.True(t, keys.Masters[0].Newest)
		require.Equal(t, keys.Keysets, keys.Masters[0].Keysets)
		require.Empty(t, keys.Jobs)

		keys, err = one.RotateKeys(ctx, 0)
		require.NoError(t, err)
		require.Len(t, keys.Jobs, 1)
		require.Nil(t, keys.Jobs[0].EndedAt)
		require.Equal(t, keys.Keysets, keys.Jobs[0].Total)
		_, err = two.Store.GoOnRotating(ctx) // as a worker does
		require.NoError(t, err)
		keys, err = one.KeysStatus(ctx)
		require.NoError(t, err)
		require.NotNil(t, keys.Jobs[0].EndedAt)
		require.Equal(t, keys.Keysets, keys.Jobs[0].Done)
	})
}

// The first page of an operator counts anew every two seconds at most, however many ask.
func TestTheOverviewIsCountedOnceForMany(t *testing.T) {
	eachDB(t, func(t *testing.T, one, _ *node) {
		now := noon
		one.Now = func() time.Time { return now }
		first, err := one.Overview(t.Context())
		require.NoError(t, err)
		require.NoError(t, one.Store.DB.Create(&models.Discrepancy{ID: "d", Kind: "amount", Subject: "s", Detail: "{}", FoundAt: noon}).Error)
		now = noon.Add(time.Second)
		same, err := one.Overview(t.Context())
		require.NoError(t, err)
		require.Equal(t, first, same)
		now = noon.Add(3 * time.Second)
		later, err := one.Overview(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, later.Discrepant)
	})
}
