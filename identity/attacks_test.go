package identity_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

// Nothing tells an account that there is from one that there is not: not the answer, not the number of tries, and not the
// work that is done. TestUnknownAccountsCostTheSameWork looks at the last.
func TestAttack17_AccountsAreNotEnumerated(t *testing.T) {
	w := newWorld(t)
	answers := func(login string) (list []string) {
		for n := range 5 { // past the limit of three
			_, err := w.service.SignIn(t.Context(), login, "wrong password", at(fmt.Sprint(login, n)))
			f := fault.As(err)
			require.NotNil(t, f)
			list = append(list, fmt.Sprint(f.Code, f.Details))
		}
		return list
	}
	known := answers("alice")
	require.Equal(t, known, answers("nobody"))
	require.Equal(t, known, answers("shop:cu-1"), "an account that only the shop leads into")
	require.NoError(t, w.DB.Model(&models.Staff{}).Where("id = ?", "st-2").Update("status", "inactive").Error)
	_, err := w.service.SignIn(t.Context(), "agent", right, at("elsewhere"))
	_, unknown := w.service.SignIn(t.Context(), "nobody-else", right, at("elsewhere"))
	require.Equal(t, unknown.Error(), err.Error(), "whoever was let go looks like somebody who never was")
}

// Passwords that were stolen elsewhere, tried on many accounts from few addresses and on one account from many.
func TestAttack17_CredentialStuffing(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		// Many accounts, one address, over two processes: the right one among them is not found either.
		var failed, held int
		for n := range 20 {
			_, err := []*identity.Service{w.service, w.process()}[n%2].SignIn(t.Context(), fmt.Sprint("leaked", n), right, at("198.51.100.7"))
			switch code(err) {
			case fault.SignInFailed:
				failed++
			case fault.TooManyTries:
				held++
			}
		}
		require.Equal(t, 5, failed)
		require.Equal(t, 15, held)
		_, err := w.service.SignIn(t.Context(), "alice", right, at("198.51.100.7"))
		require.Equal(t, fault.TooManyTries, code(err))
		// One account, many addresses, dressed differently each time.
		failed = 0
		for n := range 20 {
			login := []string{"clerk", "CLERK", " clerk ", "Clerk\t"}[n%4]
			_, err := w.process().SignIn(t.Context(), login, "wrong password", at(fmt.Sprint("203.0.113.", n)))
			if code(err) == fault.SignInFailed {
				failed++
			}
		}
		require.Equal(t, 3, failed)
		_, err = w.service.SignIn(t.Context(), "clerk", right, at("203.0.113.99"))
		require.Equal(t, fault.TooManyTries, code(err))
	})
}

// However many sign in at once, with passwords however long, hashing takes the memory of a few.
func TestAttack17_HashingExhaustsNoMemory(t *testing.T) {
	hasher := identity.NewHasher(2, time.Minute)
	hash, err := hasher.Hash(t.Context(), right)
	require.NoError(t, err)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done := make(chan struct{})
	var watcher, all sync.WaitGroup
	watcher.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak.Store(max(peak.Load(), now.HeapInuse))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	long := strings.Repeat("x", 10<<20)
	for n := range 50 {
		all.Go(func() {
			password := right
			if n%2 == 1 {
				password = long
			}
			ok, err := hasher.Verify(context.Background(), hash, password)
			if err != nil || ok != (n%2 == 0) {
				t.Errorf("%d: %v %v", n, ok, err)
			}
		})
	}
	all.Wait()
	close(done)
	watcher.Wait()
	// Two hashes of 19 MiB at once, and what the collector has not taken yet: far from the 950 MiB of fifty.
	require.Less(t, int64(peak.Load())-int64(before.HeapInuse), int64(256<<20))
}

// Whoever has a network of 64 bits, as every IPv6 customer has, comes from one address, not from as many as there are stars.
func TestAttack17_ANetworkIsOneAddress(t *testing.T) {
	w := newWorld(t)
	tries := func(addresses ...string) (codes []fault.Code) {
		for n, address := range addresses {
			_, err := w.service.SignIn(t.Context(), fmt.Sprint("leaked-", address, n), right, at(address))
			codes = append(codes, code(err))
		}
		return codes
	}
	var inside []string
	for n := range 8 {
		inside = append(inside, fmt.Sprintf("2001:db8:1:2:%x::%x", n, n+1))
	}
	failed, held := fault.SignInFailed, fault.TooManyTries
	require.Equal(t, []fault.Code{failed, failed, failed, failed, failed, held, held, held}, tries(inside...))
	require.Equal(t, []fault.Code{failed}, tries("2001:db8:1:3::1"), "the neighbours are others")
	require.Equal(t, []fault.Code{failed, failed, failed, failed, failed, held}, tries("192.0.2.9", "::ffff:192.0.2.9", "192.0.2.9", "::ffff:192.0.2.9", "192.0.2.9", "::ffff:192.0.2.9"))
}

// Counters stand in the database under names from which nobody finds out whom they count by trying all logins and addresses.
func TestCountersNameNobodyWhoCouldBeGuessed(t *testing.T) {
	w := newWorld(t)
	_, err := w.service.SignIn(t.Context(), "13812345678", "wrong password", at("203.0.113.44"))
	require.Equal(t, fault.SignInFailed, code(err))
	_, err = w.service.OpenLink(t.Context(), "x", at("203.0.113.44"))
	require.Equal(t, fault.LinkInvalid, code(err))
	for _, guess := range []string{"13812345678", "203.0.113.44"} {
		sum := sha256.Sum256([]byte(guess))
		require.False(t, w.anySubject(t, hex.EncodeToString(sum[:])), guess)
		require.False(t, w.anySubject(t, guess), guess)
	}
	require.True(t, w.anySubject(t, "login:") && w.anySubject(t, "addr:") && w.anySubject(t, "link:"), "they were counted")
}
