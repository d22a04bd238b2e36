// Package sandbox is a server that plays the outside world on one machine: the Alipay gateway, WeChat Pay,
// Kuaidi100, the marketplace and the freight insurer, each in its own dialect with real signatures. It keeps a ledger of what it did in a
// file of its own, so that what the program believes can be compared with what the providers did, and it has
// switches for everything that goes wrong outside. It holds play money and made-up people only.
package sandbox

import (
	"context"
	"crypto/rsa"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options of the server. LedgerFile and KeysDir are needed; Listen only for Run.
type Options struct {
	Listen     string // e.g. "127.0.0.1:9180"
	LedgerFile string // made when missing
	KeysDir    string // see EnsureKeys
	NotifyURL  string // base of our API's notice routes: pushes go to NotifyURL + "/alipay", "/wechat", "/shop"; empty: none of these. Tracks go to the address given on subscribing
	PublicURL  string // base of this server's own address in links to bills; empty: the request's host

	WeChatSpacing time.Duration // between two refunds of one payment; 0: 1 minute as WeChat has it; negative: none
	SettleAfter   time.Duration // from accepted to done; 0: at once
	AbortAfter    time.Duration // a parcel without a record is given up; 0: 72 h
	MaxBackoff    time.Duration // longest wait between two tries of a push; 0: 10 s
	NoRecord      []string      // prefixes of numbers that never get a record; nil: NOREC, SF000, YT000, JT000, 000

	Log *slog.Logger     // nil: slog.Default
	Now func() time.Time // nil: time.Now. Signatures always use the real time
}

// Server plays the partners. Make it with New, end it with Close.
type Server struct {
	options Options
	keys    Keys
	store   *store
	faults  switches
	log     *slog.Logger
	now     func() time.Time
	pusher  *http.Client
	handler http.Handler

	alipayAppKey, alipayKey, weChatMerchantKey, weChatPlatformKey *rsa.PrivateKey

	wake chan struct{}
	stop context.CancelFunc
	done sync.WaitGroup
}

// New opens the ledger and starts what moves by itself: pushes and parcels. It does not listen; see Handler and Run.
func New(o Options) (*Server, error) {
	if o.LedgerFile == "" || o.KeysDir == "" {
		return nil, errors.New("sandbox: set the ledger's file and the folder of the keys")
	}
	switch {
	case o.WeChatSpacing == 0:
		o.WeChatSpacing = time.Minute
	case o.WeChatSpacing < 0:
		o.WeChatSpacing = 0
	}
	if o.AbortAfter == 0 {
		o.AbortAfter = 72 * time.Hour
	}
	if o.MaxBackoff == 0 {
		o.MaxBackoff = 10 * time.Second
	}
	if o.NoRecord == nil {
		o.NoRecord = []string{"NOREC", "SF000", "YT000", "JT000", "000"}
	}
	s := &Server{options: o, log: o.Log, now: o.Now, wake: make(chan struct{}, 1),
		pusher: &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	keys, err := EnsureKeys(o.KeysDir)
	if err != nil {
		return nil, err
	}
	s.keys = keys
	for pair, key := range map[*Pair]**rsa.PrivateKey{&keys.AlipayApp: &s.alipayAppKey, &keys.Alipay: &s.alipayKey,
		&keys.WeChatMerchant: &s.weChatMerchantKey, &keys.WeChatPlatform: &s.weChatPlatformKey} {
		if *key, err = pair.parse(); err != nil {
			return nil, err
		}
	}
	if s.store, err = openStore(o.LedgerFile); err != nil {
		return nil, err
	}
	if err := s.restoreFaults(); err != nil {
		s.store.close()
		return nil, err
	}
	s.handler = s.routes()
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.done.Add(1)
	go func() { defer s.done.Done(); s.run(ctx) }()
	return s, nil
}

// Keys returns the keys that the server signs and checks with.
func (s *Server) Keys() Keys { return s.keys }

// Handler serves everything; see routes.
func (s *Server) Handler() http.Handler { return s.handler }

// Close ends the pushes that are on their way (they are sent again after the next start) and closes the ledger.
func (s *Server) Close() error {
	s.stop()
	s.done.Wait()
	s.pusher.CloseIdleConnections()
	return s.store.close()
}

// Run listens on Options.Listen and serves until ctx ends; then it lets requests finish for up to 5 s and closes.
func Run(ctx context.Context, o Options) error {
	s, err := New(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.Listen)
	if err != nil {
		s.Close()
		return fmt.Errorf("sandbox: %s is not free; choose another address or end the program that holds it: %w", o.Listen, err)
	}
	server := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	s.log.Info("sandbox partners are ready", "address", "http://"+listener.Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err = server.Shutdown(grace); errors.Is(err, context.DeadlineExceeded) {
			err = server.Close() // a played time-out may hang longer than anybody waits
		}
	}
	if closeErr := s.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /alipay/gateway.do", s.alipayGateway)
	mux.HandleFunc("GET /alipay/bill.zip", s.alipayBill)

	mux.HandleFunc("POST /v3/refund/domestic/refunds", s.weChat("refund", s.weChatRefund))
	mux.HandleFunc("GET /v3/refund/domestic/refunds/{key}", s.weChat("query", s.weChatQuery))
	mux.HandleFunc("GET /v3/bill/tradebill", s.weChat("bill", s.weChatBillAddress))
	mux.HandleFunc("GET /v3/billdownload/file", s.weChatBill)

	mux.HandleFunc("POST /poll/query.do", s.kuaidi("query", s.kuaidiQuery))
	mux.HandleFunc("POST /poll", s.kuaidi("subscribe", s.kuaidiSubscribe))
	mux.HandleFunc("POST /order/borderapi.do", s.kuaidi("order", s.kuaidiOrderAPI))
	mux.HandleFunc("POST /label/order", s.kuaidi("intercept", s.kuaidiIntercept))

	mux.HandleFunc("POST /v3/pay/transactions/native", s.weChat("charge", s.weChatCharge))
	mux.HandleFunc("GET /v3/pay/transactions/out-trade-no/{no}", s.weChat("find_charge", s.weChatFindCharge))
	mux.HandleFunc("POST /v3/pay/transactions/out-trade-no/{no}/close", s.weChat("close", s.weChatClose))

	shop := dialect{"shop", "Shop", s.keys.ShopKeyID, s.keys.ShopSecret}
	mux.HandleFunc("GET /shop/orders/{id}", s.signed(shop, "query", false, s.shopOrder))
	mux.HandleFunc("POST /shop/prices", s.signed(shop, "prices", false, s.shopPrices))
	mux.HandleFunc("POST /shop/draws", s.signed(shop, "draw", true, s.shopDraw))
	mux.HandleFunc("GET /shop/draws/{key}", s.signed(shop, "find_draw", false, s.shopFindDraw))
	mux.HandleFunc("GET /shop/merchants/{id}/funds", s.signed(shop, "funds", false, s.shopFunds))

	insurer := dialect{"insurance", "Insurer", s.keys.InsuranceKeyID, s.keys.InsuranceSecret}
	mux.HandleFunc("POST /insurance/claims", s.signed(insurer, "claim", true, s.insuranceClaim))
	mux.HandleFunc("GET /insurance/claims/{key}", s.signed(insurer, "find_claim", false, s.insuranceFind))

	mux.HandleFunc("GET /healthz", s.health)
	s.controls(mux)
	// The controls are open to programs on this machine, not to pages of other sites in a browser on it.
	return http.NewCrossOriginProtection().Handler(mux)
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if err := s.store.reader.PingContext(r.Context()); err != nil {
		http.Error(w, "the ledger cannot be read", http.StatusServiceUnavailable)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	content, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "the answer cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(content)
}

func (s *Server) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run is the heart: it moves parcels whose time has come, hands due pushes to a few workers and keeps the
// switches on file. It looks when something was queued, when a push ended, and at least every 200 ms.
func (s *Server) run(ctx context.Context) {
	var workers sync.WaitGroup
	defer workers.Wait()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	busy := map[string]bool{} // subjects with a push on its way; only this goroutine touches it
	ended := make(chan string, pushWorkers)
	for {
		if err := s.runSteps(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("moving parcels", "error", err)
		}
		if err := s.keepFaults(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("keeping the switches", "error", err)
		}
		for drained := false; !drained; { // before reading, or a push that has just ended would be sent again
			select {
			case subject := <-ended:
				delete(busy, subject)
			default:
				drained = true
			}
		}
		due, err := s.duePushes(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("reading pushes", "error", err)
		}
		for _, p := range due {
			subject := p.Partner + " " + p.Subject
			if busy[subject] || len(busy) == pushWorkers {
				continue
			}
			busy[subject] = true
			workers.Go(func() {
				s.deliver(ctx, p)
				ended <- subject // never blocks: no more than pushWorkers are busy
				s.wakeUp()
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

func (s *Server) restoreFaults() error {
	var content string
	err := s.store.reader.QueryRow(`SELECT value FROM settings WHERE name = 'faults'`).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	var list []Fault
	if err == nil {
		err = json.Unmarshal([]byte(content), &list)
	}
	if err == nil {
		err = s.faults.set(list)
	}
	if err != nil {
		return fmt.Errorf("sandbox: the switches on file cannot be read: %w", err)
	}
	return nil
}

func (s *Server) keepFaults(ctx context.Context) error {
	content, changed := s.faults.changed()
	if !changed {
		return nil
	}
	return s.setting(ctx, "faults", content)
}

func (s *Server) setting(ctx context.Context, name, value string) error {
	return s.store.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`, name, value)
		return err
	})
}

func (s *Server) publicURL(r *http.Request) string {
	if s.options.PublicURL != "" {
		return s.options.PublicURL
	}
	return "http://" + r.Host
}
