package identity_test

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/identity/handover"
	"aftersales/identity/oidc"
	"aftersales/identity/oidc/oidctest"
	"aftersales/models"
)

// clerk is the shop's owner, signed in.
func (w *world) clerk(t *testing.T) identity.Person { return w.clerkBy(t, right) }

func (w *world) clerkBy(t *testing.T, password string) identity.Person {
	t.Helper()
	signed, err := w.in("clerk", password)
	require.NoError(t, err)
	_ = w.trail.actions()
	return signed.Person
}

func TestAKeySpeaksInItsOwnersName(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		clerk := w.clerk(t)
		key, token, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: " erp ", Scopes: []string{"case.list", "case.read", "case.list"}})
		require.NoError(t, err)
		require.Equal(t, "erp", key.Name)
		require.Equal(t, []string{"case.list", "case.read"}, key.Scopes)
		require.Equal(t, w.now().Add(identity.DefaultKeyLife), key.ExpiresAt.UTC())
		got, err := w.authenticate(token)
		require.NoError(t, err)
		require.Equal(t, "st-1", got.ID)
		require.Equal(t, "shop-1", got.MerchantID)
		require.Equal(t, key.ID, got.KeyID)
		require.Equal(t, key.Scopes, got.Scopes)
		require.False(t, got.MustEnrol)
		require.Equal(t, []string{"merchant key.create api_key done"}, w.trail.actions())

		var kept models.APIKey
		require.NoError(t, w.DB.First(&kept, "id = ?", key.ID).Error)
		secret := token[strings.LastIndex(token, "_")+1:]
		require.NotContains(t, string(kept.Term)+kept.Name+kept.Scopes, secret, "the secret itself is not stored")

		all, err := w.service.APIKeys(t.Context(), clerk)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, w.now(), all[0].UsedAt.UTC())

		after, second, err := w.service.RotateAPIKey(t.Context(), clerk, key.ID)
		require.NoError(t, err)
		require.NotEqual(t, token, second)
		_, err = w.authenticate(token)
		require.Equal(t, fault.SignInRequired, code(err), "the old one ended")
		_, err = w.authenticate(second)
		require.NoError(t, err)

		other := identity.Person{AccountID: "ac-3", Kind: "staff", ID: "st-2", Role: "operator"}
		require.Equal(t, fault.NotFound, code(w.service.RevokeAPIKey(t.Context(), other, after.ID)), "another's key does not exist")
		_, _, err = w.service.RotateAPIKey(t.Context(), other, after.ID)
		require.Equal(t, fault.NotFound, code(err))
		require.NoError(t, w.service.RevokeAPIKey(t.Context(), clerk, after.ID))
		_, err = w.authenticate(second)
		require.Equal(t, fault.SignInRequired, code(err))
		require.Equal(t, fault.NotFound, code(w.service.RevokeAPIKey(t.Context(), clerk, after.ID)))
	})
}

func TestKeysEndWithTheirTimeAndTheirOwner(t *testing.T) {
	w := newWorld(t)
	clerk := w.clerk(t)
	_, token, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "erp", Scopes: []string{"case.list"}, Life: time.Hour})
	require.NoError(t, err)
	w.after(time.Hour - time.Second)
	_, err = w.authenticate(token)
	require.NoError(t, err)
	require.NoError(t, w.DB.Model(&models.Staff{}).Where("id = ?", "st-1").Update("status", "inactive").Error)
	_, err = w.authenticate(token)
	require.Equal(t, fault.SignInRequired, code(err), "whose owner was let go")
	require.NoError(t, w.DB.Model(&models.Staff{}).Where("id = ?", "st-1").Update("status", "active").Error)
	w.after(time.Second)
	_, err = w.authenticate(token)
	require.Equal(t, fault.SignInRequired, code(err), "whose time is over")
}

func TestAKeyCannotDoMoreThanItsOwnerNorChangeWhoTheyAre(t *testing.T) {
	w := newWorld(t)
	clerk := w.clerk(t)
	for _, scope := range []string{"deadline.move", "nonsense", "key.create", "factor.add", "stepup.begin", "account.password.change", "elsewhere.tie"} {
		_, _, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "k", Scopes: []string{"case.list", scope}})
		require.Equal(t, fault.ScopeUnknown, code(err), scope)
	}
	for name, in := range map[string]identity.NewAPIKey{
		"no name": {Scopes: []string{"case.list"}}, "no scope": {Name: "k"}, "too long": {Name: "k", Scopes: []string{"case.list"}, Life: 367 * 24 * time.Hour},
	} {
		_, _, err := w.service.CreateAPIKey(t.Context(), clerk, in)
		require.Equal(t, fault.BadRequest, code(err), name)
	}
	_, _, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "k", Scopes: []string{"merchant.figures"}})
	require.Equal(t, fault.ScopeUnknown, code(err), "figures of people whom the key may not see")
	require.True(t, w.service.KeyMay(clerk, "merchant.figures"), "with the cases it may be")
	for n := range 20 {
		scopes := []string{"case.list", "merchant.figures"}[:1+n%2]
		_, _, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "k", Scopes: scopes})
		require.NoError(t, err)
	}
	_, _, err = w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "k", Scopes: []string{"case.list"}})
	require.Equal(t, fault.TooManyKeys, code(err))
}

// Tokens that were never issued, altered, or put together of two.
func TestAttack05_ForgedKeys(t *testing.T) {
	w := newWorld(t)
	clerk := w.clerk(t)
	_, first, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "a", Scopes: []string{"case.list"}})
	require.NoError(t, err)
	_, second, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "b", Scopes: []string{"case.list"}})
	require.NoError(t, err)
	cut := strings.LastIndex(first, "_")
	for _, token := range []string{
		"ask_", "ask__", first[:cut], first[:cut+1], first + "A", first[:len(first)-1] + "_", first[:cut] + second[strings.LastIndex(second, "_"):], strings.ToUpper(first),
		"ask_" + strings.Repeat("a", 16) + "_" + strings.Repeat("A", 43),
	} {
		_, err := w.authenticate(token)
		require.Equal(t, fault.SignInRequired, code(err), token)
	}
}

func (w *world) withShop(t *testing.T) (*identity.Service, func(id, customer string) string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	shop, err := handover.New("us", map[string]ed25519.PublicKey{"shop": public}, w.now)
	require.NoError(t, err)
	service := identity.New(w.Store, identity.Options{Hasher: w.hasher, Now: w.now, Audit: &w.trail, TriesPerAddress: 5, Handovers: shop})
	return service, func(id, customer string) string {
		token, err := handover.Sign(private, "shop", "us", id, customer, w.now())
		require.NoError(t, err)
		return token
	}
}

func TestTheShopHandsItsCustomersOver(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		service, sign := w.withShop(t)
		_, err := w.Store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-2", Name: "Bob", Lang: "zh-CN", Level: "good", CreatedAt: w.now()})
		require.NoError(t, err)
		for n, customer := range []string{"cu-1", "cu-2", "cu-2"} { // one has an account, the other has none at first
			signed, err := service.HandOver(t.Context(), sign(strings.Repeat("n", n+1), customer), identity.Origin{Address: "203.0.113.9"})
			require.NoError(t, err)
			got, err := w.authenticate(signed.Token)
			require.NoError(t, err)
			require.Equal(t, customer, got.ID)
			require.Equal(t, identity.AssuredPassword, got.Assurance)
		}
		_, err = service.SignIn(t.Context(), "shop:cu-2", "", identity.Origin{})
		require.Equal(t, fault.SignInFailed, code(err), "no password leads into such an account")
	})
}

func TestAttack07_ReplayedHandover(t *testing.T) {
	w := newWorld(t)
	service, sign := w.withShop(t)
	token := sign("n-1", "cu-1")
	var in, refused int
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			_, err := service.HandOver(t.Context(), token, identity.Origin{Address: "203.0.113." + string(rune('1'+n))})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if code(err) == fault.HandoverInvalid {
				refused++
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, in, "a token works once, also side by side")
	require.Equal(t, 3, refused)

	_, err := service.HandOver(t.Context(), sign("n-2", "nobody"), identity.Origin{Address: "203.0.113.50"})
	require.Equal(t, fault.HandoverInvalid, code(err), "a customer whom we do not know looks like any other bad token")
	late := sign("n-3", "cu-1")
	w.after(time.Minute)
	_, err = service.HandOver(t.Context(), late, identity.Origin{Address: "203.0.113.50"})
	require.Equal(t, fault.HandoverInvalid, code(err))
	_, err = w.service.HandOver(t.Context(), sign("n-4", "cu-1"), identity.Origin{})
	require.Equal(t, fault.HandoverInvalid, code(err), "no shop, no hand-over")
	for range 5 {
		_, err = service.HandOver(t.Context(), "x", identity.Origin{Address: "203.0.113.60"})
		require.Equal(t, fault.HandoverInvalid, code(err))
	}
	_, err = service.HandOver(t.Context(), sign("n-5", "cu-1"), identity.Origin{Address: "203.0.113.60"})
	require.Equal(t, fault.TooManyTries, code(err))
}

// withCompany is a service whose staff may sign in with the company's own.
func (w *world) withCompany(t *testing.T, second ...string) (*identity.Service, *oidctest.Server) {
	t.Helper()
	company := oidctest.New(t)
	provider, err := oidc.New(oidc.Config{Name: "company", Title: "Company", Issuer: company.URL, ClientID: company.ClientID, SecondFactor: second}, "http://us/arrive", company.Client())
	require.NoError(t, err)
	return identity.New(w.Store, identity.Options{Hasher: w.hasher, Now: w.now, Audit: &w.trail, Elsewhere: []*oidc.Provider{provider}}), company
}

// there goes to the company and comes back with state and code.
func there(t *testing.T, company *oidctest.Server, to string) url.Values {
	t.Helper()
	browser := *company.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := browser.Get(to)
	require.NoError(t, err)
	defer response.Body.Close()
	back, err := response.Location()
	require.NoError(t, err)
	return back.Query()
}

func TestStaffSignInElsewhereOnceTheirAccountIsTied(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		service, company := w.withCompany(t, "mfa")
		come := func(person identity.Person, purpose identity.Purpose) (identity.Arrival, error) {
			gone, err := service.Depart(t.Context(), "company", person, purpose)
			require.NoError(t, err)
			back := there(t, company, gone.URL)
			return service.Arrive(t.Context(), "company", back.Get("state"), gone.Binding, back.Get("code"), identity.Origin{})
		}
		_, err := come(identity.Person{}, identity.Purpose{})
		require.Equal(t, fault.OutsideUnknown, code(err), "nobody is let in by being known elsewhere")

		agent, err := service.Person(t.Context(), "ac-3")
		require.NoError(t, err)
		arrival, err := come(agent, identity.Purpose{Link: true, To: "/me"})
		require.NoError(t, err)
		require.Equal(t, "/me", arrival.Purpose.To)
		require.Empty(t, arrival.SignedIn.Token, "tying begins no session")
		owner, err := service.Person(t.Context(), "ac-2")
		require.NoError(t, err)
		_, err = come(owner, identity.Purpose{Link: true})
		require.Equal(t, fault.OutsideTaken, code(err), "an account elsewhere is one person's")

		arrival, err = come(identity.Person{}, identity.Purpose{To: "/cases"})
		require.NoError(t, err)
		got, err := w.authenticate(arrival.SignedIn.Token)
		require.NoError(t, err)
		require.Equal(t, "st-2", got.ID)
		require.Equal(t, identity.AssuredPassword, got.Assurance, "the company saw no second factor")
		company.Set(func(s *oidctest.Server) { s.AMR = []string{"mfa"} })
		arrival, err = come(identity.Person{}, identity.Purpose{})
		require.NoError(t, err)
		got, err = w.authenticate(arrival.SignedIn.Token)
		require.NoError(t, err)
		require.Equal(t, identity.AssuredTwoFactor, got.Assurance)

		tied, err := service.Tied(t.Context(), agent)
		require.NoError(t, err)
		require.Len(t, tied, 1)
		require.NotContains(t, string(tied[0].Term), "worker-1", "whom they know is not readable")
		require.NoError(t, service.Untie(t.Context(), agent, "company"))
		_, err = come(identity.Person{}, identity.Purpose{})
		require.Equal(t, fault.OutsideUnknown, code(err))
		require.Equal(t, fault.NotFound, code(service.Untie(t.Context(), agent, "company")))
	})
}

func TestSomebodyJoinsByInvitationAndElsewhere(t *testing.T) {
	w := newWorld(t)
	service, company := w.withCompany(t)
	_, link, err := service.Invite(t.Context(), operator, "key-1", identity.Invitee{Name: "New", Role: "agent", TeamID: "team-1"})
	require.NoError(t, err)
	gone, err := service.Depart(t.Context(), "company", identity.Person{}, identity.Purpose{Invitation: link.Token, Login: "newbie"})
	require.NoError(t, err)
	back := there(t, company, gone.URL)
	arrival, err := service.Arrive(t.Context(), "company", back.Get("state"), gone.Binding, back.Get("code"), identity.Origin{})
	require.NoError(t, err)
	require.Equal(t, "agent", arrival.SignedIn.Person.Role)
	_, err = service.SignIn(t.Context(), "newbie", "", identity.Origin{})
	require.Equal(t, fault.SignInFailed, code(err), "no password leads in")
}

func TestAttack04_SignInElsewhereOfAnotherBrowser(t *testing.T) {
	w := newWorld(t)
	service, company := w.withCompany(t)
	agent, err := service.Person(t.Context(), "ac-3")
	require.NoError(t, err)
	depart := func() (identity.Departure, url.Values) {
		gone, err := service.Depart(t.Context(), "company", agent, identity.Purpose{Link: true})
		require.NoError(t, err)
		return gone, there(t, company, gone.URL)
	}
	refused := func(why, provider, state, binding, theirCode string) {
		_, err := service.Arrive(t.Context(), provider, state, binding, theirCode, identity.Origin{})
		require.Equal(t, fault.OutsideRefused, code(err), why)
	}
	gone, back := depart()
	mine, _ := depart()
	refused("without the browser's own secret", "company", back.Get("state"), "", back.Get("code"))
	refused("with another's", "company", back.Get("state"), mine.Binding, back.Get("code"))
	refused("with a made-up state", "company", "made-up", gone.Binding, back.Get("code"))
	_, err = service.Arrive(t.Context(), "company", back.Get("state"), gone.Binding, back.Get("code"), identity.Origin{})
	require.NoError(t, err)
	refused("twice", "company", back.Get("state"), gone.Binding, back.Get("code"))
	refused("twice, with a new code", "company", back.Get("state"), gone.Binding, there(t, company, gone.URL).Get("code"))
	_, err = service.Arrive(t.Context(), "nobody", back.Get("state"), gone.Binding, back.Get("code"), identity.Origin{})
	require.Equal(t, fault.NotFound, code(err))

	gone, back = depart()
	w.after(10 * time.Minute)
	refused("too late", "company", back.Get("state"), gone.Binding, back.Get("code"))
}

// A link to a new password is for a password. Tied to an account elsewhere whose second factor is believed, it would let in
// whoever holds it - who made it, for instance - past the second factor that the account has here.
func TestAttack16_ARecoveryTiesNoAccountElsewhere(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		service, company := w.withCompany(t, "mfa")
		company.Set(func(s *oidctest.Server) { s.AMR = []string{"mfa"} })
		_, link, err := service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)
		gone, err := service.Depart(t.Context(), "company", identity.Person{}, identity.Purpose{Invitation: link.Token})
		require.NoError(t, err)
		back := there(t, company, gone.URL)
		arrival, err := service.Arrive(t.Context(), "company", back.Get("state"), gone.Binding, back.Get("code"), identity.Origin{})
		require.Equal(t, fault.LinkInvalid, code(err))
		require.Empty(t, arrival.SignedIn.Token)
		tied, err := service.Tied(t.Context(), identity.Person{AccountID: "ac-3"})
		require.NoError(t, err)
		require.Empty(t, tied)
		_, err = service.Accept(t.Context(), identity.Acceptance{Token: link.Token, Password: "a quiet harbour at night"})
		require.NoError(t, err, "it is still good for what it is for")
	})
}

func TestAKeyIsRotatedOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		clerk := w.clerk(t)
		key, _, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "erp", Scopes: []string{"case.list"}})
		require.NoError(t, err)
		var all sync.WaitGroup
		var mu sync.Mutex
		codes := map[fault.Code]int{}
		for range 4 {
			all.Go(func() {
				_, _, err := w.process().RotateAPIKey(context.Background(), clerk, key.ID)
				mu.Lock()
				defer mu.Unlock()
				if err != nil && code(err) == "" {
					t.Errorf("no fault: %v", err)
				}
				codes[code(err)]++
			})
		}
		all.Wait()
		require.Equal(t, map[fault.Code]int{"": 1, fault.NotFound: 3}, codes)
		keys, err := w.service.APIKeys(t.Context(), clerk)
		require.NoError(t, err)
		require.Len(t, keys, 2, "the old one and its successor")
	})
}

// Whoever had somebody's account may have made keys: they end with the recovery, for good, and so they do when somebody is let go.
func TestKeysEndForGoodWithARecoveryAndADeactivation(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		made := func(password string) string {
			_, token, err := w.service.CreateAPIKey(ctx, w.clerkBy(t, password), identity.NewAPIKey{Name: "erp", Scopes: []string{"case.list"}})
			require.NoError(t, err)
			_, err = w.authenticate(token)
			require.NoError(t, err)
			return token
		}
		ended := func(token string) {
			_, err := w.authenticate(token)
			require.Equal(t, fault.SignInRequired, code(err))
		}
		first, second := made(right), made(right)
		_, link, err := w.service.Recover(ctx, operator, "st-1")
		require.NoError(t, err)
		_, err = w.authenticate(first)
		require.NoError(t, err, "a link that was only made changes nothing")
		_ = w.trail.actions()
		require.NoError(t, w.use(link.Token, ""))
		ended(first)
		ended(second)
		require.Equal(t, []string{
			"staff account.recover account done", "staff key.revoke api_key done", "staff key.revoke api_key done",
		}, w.trail.actions())

		third := made(fresh)
		_, err = w.service.Deactivate(ctx, operator, "st-1")
		require.NoError(t, err)
		require.Contains(t, w.trail.actions(), "operator key.revoke api_key done")
		ended(third)
		_, err = w.service.Reactivate(ctx, operator, "st-1")
		require.NoError(t, err)
		ended(third)
		var working int64
		require.NoError(t, w.DB.Model(&models.APIKey{}).Where("revoked_at IS NULL").Count(&working).Error)
		require.Zero(t, working)
	})
}

// A key that was about to be made while somebody recovered or was let go is not made.
func TestNoKeyIsMadeForASessionThatHasEnded(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		clerk := w.clerk(t)
		key, _, err := w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "erp", Scopes: []string{"case.list"}})
		require.NoError(t, err)
		require.NoError(t, w.DB.Where("id = ?", clerk.SessionID).Delete(&models.Session{}).Error)
		_, _, err = w.service.CreateAPIKey(t.Context(), clerk, identity.NewAPIKey{Name: "late", Scopes: []string{"case.list"}})
		require.Equal(t, fault.SignInRequired, code(err))
		_, _, err = w.service.RotateAPIKey(t.Context(), clerk, key.ID)
		require.Equal(t, fault.SignInRequired, code(err))
		keys, err := w.service.APIKeys(t.Context(), clerk)
		require.NoError(t, err)
		require.Len(t, keys, 1)
		require.Nil(t, keys[0].RevokedAt)
	})
}
