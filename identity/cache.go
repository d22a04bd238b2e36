package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

// A revoked session may be honoured for cacheTTL by other processes; a person clicks slower than that.
const (
	cacheTTL  = time.Second
	cacheSize = 4096
)

// cache remembers for a moment whom a token belongs to. When it is full it is emptied: at a second's life that
// costs less than keeping order.
type cache struct {
	mu      sync.Mutex
	entries map[[sha256.Size]byte]cached
	size    int
	ttl     time.Duration
	round   int // grows with every forget
}

type cached struct {
	person Person
	until  time.Time
}

func newCache(size int, ttl time.Duration) *cache {
	return &cache{entries: map[[sha256.Size]byte]cached{}, size: size, ttl: ttl}
}

func (c *cache) get(hash [sha256.Size]byte, now time.Time) (Person, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries[hash]
	if !ok || !now.Before(entry.until) {
		return Person{}, false
	}
	return entry.person, true
}

// generation is taken before the database is read and given back to put.
func (c *cache) generation() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.round
}

// put remembers until the entry's life or the session's is over. When something was forgotten since generation, it
// does not: what was read may be what was signed out.
func (c *cache) put(hash [sha256.Size]byte, person Person, now, sessionEnds time.Time, generation int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation != c.round {
		return
	}
	if len(c.entries) >= c.size {
		clear(c.entries)
	}
	c.entries[hash] = cached{person: person, until: earlier(now.Add(c.ttl), sessionEnds)}
}

func (c *cache) forget(hash [sha256.Size]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.round++
	delete(c.entries, hash)
}
