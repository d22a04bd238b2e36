package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"aftersales/activities"
	"aftersales/api"
	"aftersales/audit"
	"aftersales/bot"
	"aftersales/cases"
	"aftersales/config"
	"aftersales/identity"
	"aftersales/identity/factors"
	"aftersales/interchange"
	"aftersales/media"
	"aftersales/models"
	"aftersales/operations"
	"aftersales/outbox"
	"aftersales/partners"
	"aftersales/partners/alipay"
	"aftersales/partners/insurance"
	"aftersales/partners/kuaidi100"
	"aftersales/partners/safehttp"
	"aftersales/partners/sandbox"
	"aftersales/partners/shop"
	"aftersales/partners/storage"
	"aftersales/partners/wechat"
	"aftersales/policy/pack"
	"aftersales/seal"
	"aftersales/seal/kms"
	"aftersales/temporalserver"
	"aftersales/web"
	"aftersales/workflows/client"
	"aftersales/workflows/codec"
	"aftersales/workflows/contract"

	sdk "go.temporal.io/sdk/client"
)

// This file is the one place where the parts are put together.

// openStore opens the database and its keyring.
func openStore(ctx context.Context, cfg *config.Config) (*models.Store, error) {
	return models.Open(ctx, cfg.DatabaseDSN(), storeOptions(cfg))
}

// keyringOptions bound how long a process knows keysets by heart; tests make it shorter.
var keyringOptions seal.Options

func storeOptions(cfg *config.Config) models.Options {
	options := models.Options{KeysDSN: cfg.KeysDSN(), MasterKeyFile: cfg.Keys.MasterFile, Keyring: keyringOptions}
	if cfg.Keys.KMS != "" {
		options.Root = func(ctx context.Context) (seal.Root, error) {
			return kms.Open(ctx, cfg.Keys.KMS, kms.Options{TokenFile: cfg.Keys.VaultToken})
		}
	}
	return options
}

// dialEngine connects to the workflow engine, sealing what it keeps.
func dialEngine(cfg *config.Config, store *models.Store) (*client.Engine, error) {
	secure, err := cfg.Temporal.TLSConfig()
	if err != nil {
		return nil, err
	}
	return client.Dial(client.Options{
		Address: cfg.Temporal.DialAddress(), TLS: secure, Namespace: cfg.Temporal.Namespace, TaskQueue: cfg.Temporal.TaskQueue,
		Seal: func(options *sdk.Options) { codec.Options(store.Keys, options) },
		Log:  slog.Default().With("part", "temporal"),
	})
}

// engineAt is where the workflow engine is reached, and how, for what needs no sealing.
func engineAt(cfg *config.Config) (temporalserver.Endpoint, error) {
	secure, err := cfg.Temporal.TLSConfig()
	return temporalserver.Endpoint{Address: cfg.Temporal.DialAddress(), TLS: secure}, err
}

// prepareEngine waits for the workflow engine and makes the namespace that cases live in.
func prepareEngine(ctx context.Context, cfg *config.Config) error {
	at, err := engineAt(cfg)
	if err != nil {
		return err
	}
	return temporalserver.Prepare(ctx, at, caseNamespace(cfg))
}

// outside is every partner, real or played by the sandbox.
type outside struct {
	rails   map[partners.Rail]partners.Payments
	charges map[partners.Rail]partners.Charges
	carrier partners.Logistics
	market  *shop.Client
	payouts partners.Payouts
	funds   partners.Funds
	insurer partners.Insurance
	readers map[string]partners.NoticeReader
	meter   *partners.Meter // how the calls go
}

// newOutside makes the adapters. WeChat Pay, the shop and the insurer are played by the sandbox only, so far.
func newOutside(cfg *config.Config) (outside, error) {
	keys, err := sandbox.EnsureKeys(cfg.Partners.KeysDir)
	if err != nil {
		return outside{}, err
	}
	base := cfg.Sandbox.URL()
	way, err := wayOut(cfg)
	if err != nil {
		return outside{}, err
	}
	alipayOptions := keys.AlipayOptions(base)
	if !cfg.Alipay.Sandboxed() {
		private, privateErr := seal.ReadSecret(cfg.Alipay.PrivateKeyFile)
		public, publicErr := os.ReadFile(cfg.Alipay.PublicKeyFile)
		if err := errors.Join(privateErr, publicErr); err != nil {
			return outside{}, fmt.Errorf("read Alipay's keys: %w", err)
		}
		alipayOptions = alipay.Options{AppID: cfg.Alipay.AppID, PrivateKey: string(private), AlipayPublicKey: string(public), Gateway: cfg.Alipay.GatewayURL}
	}
	kuaidiOptions := keys.KuaidiOptions(base, cfg.Kuaidi.CallbackURL)
	if !cfg.Kuaidi.Sandboxed() {
		kuaidiOptions = kuaidi100.Options{
			BaseURL: cfg.Kuaidi.BaseURL, Customer: cfg.Kuaidi.Customer, Key: cfg.Kuaidi.Key.Reveal(),
			Secret: cfg.Kuaidi.Secret.Reveal(), Salt: cfg.Kuaidi.Salt.Reveal(), CallbackURL: cfg.Kuaidi.CallbackURL,
		}
	}
	wechatOptions, shopOptions, insuranceOptions := keys.WeChatOptions(base), keys.ShopOptions(base), keys.InsuranceOptions(base)
	meter := &partners.Meter{}
	for partner, transport := range map[string]*http.RoundTripper{
		"alipay": &alipayOptions.Transport, "wechat": &wechatOptions.Transport, "kuaidi100": &kuaidiOptions.Transport,
		"shop": &shopOptions.Transport, "insurance": &insuranceOptions.Transport,
	} {
		*transport = meter.Watched(partner, way)
	}
	first, alipayErr := alipay.New(alipayOptions)
	second, wechatErr := wechat.New(wechatOptions)
	carrier, kuaidiErr := kuaidi100.New(kuaidiOptions)
	market, shopErr := shop.New(shopOptions)
	insurer, insuranceErr := insurance.New(insuranceOptions)
	if err := errors.Join(alipayErr, wechatErr, kuaidiErr, shopErr, insuranceErr); err != nil {
		return outside{}, fmt.Errorf("set up the partners: %w", err)
	}
	return outside{
		rails:   map[partners.Rail]partners.Payments{partners.RailAlipay: first, partners.RailWeChat: second},
		charges: map[partners.Rail]partners.Charges{partners.RailAlipay: first, partners.RailWeChat: second},
		market:  market,
		carrier: carrier,
		payouts: first,
		funds:   market,
		insurer: insurer,
		meter:   meter,
		readers: map[string]partners.NoticeReader{"alipay": first, "wechat": second, "kuaidi100": carrier, "shop": market},
	}, nil
}

// wayOut is how partners are called: servers on the internet, the sandbox, and what the configuration allows by name.
func wayOut(cfg *config.Config) (http.RoundTripper, error) {
	sandboxHost, err := safehttp.HostPort(cfg.Sandbox.URL())
	if err != nil {
		return nil, fmt.Errorf("sandbox.url: %w", err)
	}
	return safehttp.New(safehttp.Options{Allow: append([]string{sandboxHost}, cfg.Partners.AllowHosts...)}).Transport(), nil
}

// newCleaner makes what judges files, within the memory that it may use.
func newCleaner(cfg *config.Config) *media.Cleaner {
	limits := media.Usual()
	limits.Memory = cfg.Uploads.Memory
	return media.New(limits)
}

// openFiles opens the store of sealed files.
func openFiles(cfg *config.Config) (*storage.Bucket, error) {
	return storage.Open(context.Background(), cfg.Blobs.URL, cfg.Blobs.Dir)
}

// newPacks loads every built-in pack and those of the configured folders, stores them for ever, and returns the
// hash of the one that new cases get.
func newPacks(ctx context.Context, cfg *config.Config, store *models.Store) (cases.Packs, string, error) {
	packs := cases.Packs{Store: store, Loaded: pack.NewRegistry()}
	all, err := loadPacks(cfg)
	if err != nil {
		return packs, "", err
	}
	hash := ""
	for _, loaded := range all {
		if err := packs.Keep(ctx, loaded); err != nil {
			return packs, "", fmt.Errorf("store the policy pack %s: %w", loaded.Name(), err)
		}
		if loaded.Name() == cfg.Policy.Pack {
			hash = loaded.Hash()
		}
	}
	if hash == "" {
		return packs, "", fmt.Errorf("policy.pack: there is no pack %q; built in are %v", cfg.Policy.Pack, pack.BuiltinNames())
	}
	return packs, hash, nil
}

func loadPacks(cfg *config.Config) ([]*pack.Pack, error) {
	var all []*pack.Pack
	for _, name := range pack.BuiltinNames() {
		loaded, err := pack.Builtin(name)
		if err != nil {
			return nil, err
		}
		all = append(all, loaded)
	}
	for _, dir := range cfg.Policy.Dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
		if err != nil {
			return nil, fmt.Errorf("policy.dirs: %w", err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read a policy pack: %w", err)
			}
			loaded, err := pack.Load(file, content)
			if err != nil {
				return nil, err
			}
			all = append(all, loaded)
		}
	}
	return all, nil
}

// newEdge puts the HTTP edge together; release gives back what it stands on.
func newEdge(ctx context.Context, cfg *config.Config) (options apiOptions, err error) {
	var release []func() error
	giveBack := func() error {
		var all error
		for _, step := range slices.Backward(release) {
			all = errors.Join(all, step())
		}
		return all
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, giveBack())
		}
	}()
	store, err := openStore(ctx, cfg)
	if err != nil {
		return apiOptions{}, err
	}
	release = append(release, store.Close)
	trail, finishTrail := newRecorder(store)
	release = append(release, finishTrail)
	engine, err := dialEngine(cfg, store)
	if err != nil {
		return apiOptions{}, err
	}
	release = append(release, func() error { engine.Close(); return nil })
	files, err := openFiles(cfg)
	if err != nil {
		return apiOptions{}, err
	}
	release = append(release, files.Close)
	away, err := newOutside(cfg)
	if err != nil {
		return apiOptions{}, err
	}
	packs, hash, err := newPacks(ctx, cfg, store)
	if err != nil {
		return apiOptions{}, err
	}
	chosen, err := choosePack(ctx, cfg, store, packs, hash)
	if err != nil {
		return apiOptions{}, err
	}
	if err := notePack(ctx, store, trail, packs); err != nil {
		return apiOptions{}, err
	}
	rights, err := newPrivacy(ctx, cfg, store, files, engine, trail)
	if err != nil {
		return apiOptions{}, err
	}
	service := &cases.Service{
		Privacy: rights,
		Store:   store, Files: files, Engine: engine, Packs: packs, Chosen: chosen, Carriers: carriers{away.carrier.Carriers()},
		Ledger: away.funds, Hands: cfg.SignIn.Hands,
		Media: newCleaner(cfg), Quota: cases.UploadQuota{Files: cfg.Uploads.DailyFiles, Bytes: cfg.Uploads.DailyBytes},
	}
	articles, err := newKnowledge(ctx, store, packs, chosen)
	if err != nil {
		return apiOptions{}, err
	}
	stopFollowing, err := followArticles(ctx, store, articles)
	if err != nil {
		return apiOptions{}, err
	}
	release = append(release, stopFollowing)
	talks, stopChat := newChat(ctx, cfg, store, service, engine, articles)
	release = append(release, stopChat)
	service.Conversations = talks
	outside, err := newSignIn(cfg)
	if err != nil {
		return apiOptions{}, err
	}
	ended := &ending{}
	outside.Revoked = ended
	people, second := newIdentity(store, trail, outside)
	hub, stopLive, err := newLive(ctx, cfg, store, &sessionsOf{store, people})
	if err != nil {
		return apiOptions{}, err
	}
	release = append(release, stopLive)
	ended.hub = hub
	pages, err := web.NewPages(web.Dist())
	if err != nil {
		return apiOptions{}, err
	}
	return apiOptions{
		Listen: cfg.API.Listen, Close: giveBack,
		Edge: api.Options{
			Identity: people, Factors: second, Accounts: people, Outside: people, Webhooks: newWebhooks(cfg, store), People: people, Idempotency: keyedRequests{store},
			Notices: partnerNotices{store, away.readers},
			Cases:   caseDesk{service}, Shopkeeping: caseDesk{service}, Funds: caseDesk{service}, CaseViews: caseDesk{service}, Articles: articleDesk{articles}, Carriers: away.carrier.Carriers(), Uploads: caseDesk{service},
			Texts: func(kind, field, lang string, retry bool) string {
				return bot.QuestionText(bot.Question{Field: field}, kind, lang, retry)
			},
			Pages:     pages,
			PublicURL: cfg.API.PublicURL, TrustedProxies: cfg.API.TrustedProxies,
			TLS: api.TLS{
				CertFile: cfg.API.TLSCert, KeyFile: cfg.API.TLSKey, Domains: cfg.API.ACMEDomains, Email: cfg.API.ACMEEmail,
				CacheDir: cfg.API.ACMEDir, DirectoryURL: cfg.API.ACMEURL, PlainListen: cfg.API.HTTPListen,
			},
			Rates:   api.Rates{Person: cfg.API.RatePerson, Address: cfg.API.RateAddress, Messages: cfg.API.RateMessages, Uploads: cfg.API.RateUploads, Connections: cfg.API.ConnectionsAddress},
			Audit:   trail,
			Privacy: rights,
			Trail:   &audit.Reader{Store: store},
			Operations: &operations.Service{
				Store: store, Packs: packs, Audit: trail, Sandbox: playedLedger(cfg),
			},
			Reveals: reveals{service, audit.NewDesk(store, trail, audit.DeskOptions{}), people},
			Codec:   payloads{codec.Payloads(store.Keys)}, CodecOrigins: uiOrigins(cfg), Directory: directory{store, service},
			Live:   liveEdge{hub},
			Chat:   talks,
			Checks: map[string]api.Check{"database": store.Ping, "engine": engine.Ready},
			Logger: slog.Default(),
		},
	}, nil
}

// newIdentity joins who people are with their second factors.
func newIdentity(store *models.Store, trail identity.Recorder, options identity.Options) (*identity.Service, *factors.Service) {
	second := factors.New(store, factors.Options{Recorder: trail, Now: options.Now})
	options.Factors, options.Audit = second, trail
	return identity.New(store, options), second
}

// newActivities puts the effects together.
func newActivities(store *models.Store, files models.BlobStore, packs cases.Packs, away outside, engine *client.Engine, trail activities.Audit) *activities.Activities {
	return &activities.Activities{
		Store: store, Shop: away.market, Rules: &cases.Evaluator{Packs: packs}, Packs: packs, Bot: formBot{bot.NewFormFiller()},
		Rails: away.rails, Charges: away.charges, Carrier: away.carrier, Payouts: away.payouts, Insurer: away.insurer, Funds: away.funds,
		Engine: engine, Files: files, Audit: trail, Log: slog.Default(),
	}
}

// formBot is the bot as the activities need it.
type formBot struct{ filler bot.Filler }

func (b formBot) Next(ctx context.Context, form activities.Form) (*contract.Question, error) {
	question, err := b.filler.Next(ctx, botForm(form))
	if err != nil || question == nil {
		return nil, err
	}
	asked := &contract.Question{Field: question.Field}
	for _, choice := range question.Choices {
		asked.Choices = append(asked.Choices, contract.Choice(choice))
	}
	return asked, nil
}

func (b formBot) Read(ctx context.Context, form activities.Form, reply activities.Reply) (activities.Reading, error) {
	reading, err := b.filler.Read(ctx, botForm(form), bot.Answer(reply))
	return activities.Reading{Understood: reading.Understood, Value: reading.Value}, err
}

func botForm(form activities.Form) bot.Form {
	filled := bot.Form{
		Kind: string(form.Kind), Lang: form.Lang, Missing: form.Missing, Needs: form.Needs, Now: form.Now, Retry: form.Retry,
	}
	for _, reason := range form.Reasons {
		filled.Reasons = append(filled.Reasons, bot.Choice(reason))
	}
	return filled
}

// caseNews tells running cases what partners said.
type caseNews struct{ engine *client.Engine }

func (c caseNews) Track(ctx context.Context, workflowID string, news outbox.TrackNews) error {
	return c.engine.Track(ctx, workflowID, contract.TrackFact(news))
}

func (c caseNews) Refund(ctx context.Context, workflowID, noticeID, legKey string) error {
	return c.engine.Refund(ctx, workflowID, contract.RefundFact{NoticeID: noticeID, LegKey: legKey})
}

func (c caseNews) Order(ctx context.Context, workflowID string, news outbox.OrderNews) error {
	return c.engine.Order(ctx, workflowID, contract.OrderFact(news))
}

func (c caseNews) Charge(ctx context.Context, workflowID string, news outbox.ChargeNews) error {
	return c.engine.Charge(ctx, workflowID, contract.ChargeFact(news))
}

func (c caseNews) Chargeback(ctx context.Context, workflowID string, news outbox.ChargebackNews) error {
	return c.engine.Chargeback(ctx, workflowID, contract.ChargebackFact(news))
}

// shopOrders stores orders as the shop tells them.
type shopOrders struct{ store *models.Store }

func (s shopOrders) Upsert(ctx context.Context, content json.RawMessage) error {
	var order partners.ShopOrder
	if err := json.Unmarshal(content, &order); err != nil {
		return fmt.Errorf("an order of the shop: %w", err)
	}
	in, err := interchange.StoredOrder(order)
	if err != nil {
		return err
	}
	for _, shipment := range order.Shipments {
		in.Shipments = append(in.Shipments, models.ShipmentInput(shipment))
	}
	_, err = s.store.UpsertOrder(ctx, in)
	return err
}

// carriers knows the carriers' codes and the forms of their numbers.
type carriers struct{ names map[string]string }

func (c carriers) Known(carrier string) bool { _, known := c.names[carrier]; return known }

func (c carriers) Codes() []string { return slices.Sorted(maps.Keys(c.names)) }

func (c carriers) Valid(carrier, number string) bool { return partners.ValidWaybill(carrier, number) }
