package api

import (
	"container/list"
	"math"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"aftersales/fault"
)

// Rates are how many requests a second are answered, in the memory of this process; each allows bursts of ten times as
// many. Zero is no limit. Guesses of passwords and codes are counted in the database, apart from these.
type Rates struct {
	Person   int // of one person, over all their sessions
	Address  int // from one address, whoever asks; loopback has no limit
	Messages int // of one person: sent or changed
	Uploads  int // of one person

	Connections int // open at a time from one address; no rate, and not counted for loopback and trusted proxies
}

// mostBuckets bounds the memory of each kind of limit: about 2 MB.
const mostBuckets = 10_000

// limits holds one bucket for each who is limited. When there are too many, the one not seen for the longest time goes.
type limits struct {
	rate rate.Limit

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List // of *bucket, the latest first
}

type bucket struct {
	who string
	*rate.Limiter
}

func newLimits(perSecond int) *limits {
	return &limits{rate: rate.Limit(perSecond), buckets: map[string]*list.Element{}, recent: list.New()}
}

// admit takes one request of somebody; when there is none left it returns the fault TooManyRequests with the seconds to
// wait.
func (l *limits) admit(who string, now time.Time) error {
	if l.rate == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	element, known := l.buckets[who]
	if !known {
		element = l.recent.PushFront(&bucket{who, rate.NewLimiter(l.rate, 10*int(l.rate))})
		l.buckets[who] = element
		if len(l.buckets) > mostBuckets {
			oldest := l.recent.Back()
			l.recent.Remove(oldest)
			delete(l.buckets, oldest.Value.(*bucket).who)
		}
	}
	l.recent.MoveToFront(element)
	limiter := element.Value.(*bucket).Limiter
	if limiter.AllowN(now, 1) {
		return nil
	}
	missing := 1 - limiter.TokensAt(now)
	return fault.New(fault.TooManyRequests, "seconds", max(1, int64(math.Ceil(missing/float64(l.rate)))))
}

// limitAddress refuses an address that asks too much, before anything else is done for it.
func (e *edge) limitAddress(c *gin.Context) {
	if who := bucketOf(c.ClientIP()); who != "" {
		if err := e.byAddress.admit(who, e.now()); err != nil {
			fail(c, err)
			return
		}
	}
	c.Next()
}

// bucketOf is what an address is counted as: itself, or its network of 64 bits with IPv6, of which everybody has one.
// This machine itself is not counted.
func bucketOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	switch {
	case ip.IsLoopback():
		return ""
	case ip.Is6():
		network, _ := ip.Prefix(64)
		return network.String()
	}
	return ip.String()
}

// limitPerson refuses a person who asks too much.
func (e *edge) limitPerson(person Person, route Route) error {
	if err := e.byPerson.admit(person.Subject(), e.now()); err != nil {
		return err
	}
	switch {
	case route.Flags.Has(Raw):
		return e.uploads.admit(person.Subject(), e.now())
	case route.Action == "message.send", route.Action == "message.edit":
		return e.messages.admit(person.Subject(), e.now())
	}
	return nil
}
