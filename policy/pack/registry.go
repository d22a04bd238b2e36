package pack

import (
	"fmt"
	"sync"
)

// Registry holds packs by their hash, so that an old case is judged by the pack it began with. It may be used
// by many goroutines at once.
type Registry struct {
	mu    sync.RWMutex
	packs map[string]*Pack
}

// NewRegistry holds the given packs.
func NewRegistry(packs ...*Pack) *Registry {
	r := &Registry{packs: make(map[string]*Pack, len(packs))}
	for _, p := range packs {
		r.packs[p.Hash()] = p
	}
	return r
}

// Add loads a stored pack and keeps it. name is for messages. The same content again gives the same pack.
func (r *Registry) Add(name string, content []byte) (*Pack, error) {
	p, err := Load(name, content)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if kept, ok := r.packs[p.Hash()]; ok {
		return kept, nil
	}
	r.packs[p.Hash()] = p
	return p, nil
}

// Get finds a pack by its hash. The error says that the stored pack was never added.
func (r *Registry) Get(hash string) (*Pack, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if p, ok := r.packs[hash]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("no policy pack with hash %q is loaded; add the stored pack of that hash first", hash)
}
