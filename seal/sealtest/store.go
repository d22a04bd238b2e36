// Package sealtest gives tests a keyring that needs no database.
package sealtest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"aftersales/seal"
)

// Store keeps keysets in memory.
type Store struct {
	mu   sync.Mutex
	rows map[string][]byte // nil: destroyed

	masters []seal.WrappedMaster
}

// NewStore makes an empty store.
func NewStore() *Store { return &Store{rows: map[string][]byte{}} }

// NewKeyring makes a keyring over an empty store, under a new master key.
func NewKeyring() *seal.Keyring {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		panic(err)
	}
	master, err := aead.New(handle)
	if err != nil {
		panic(err)
	}
	return seal.NewKeyring(NewStore(), master, seal.Options{})
}

// Create implements seal.KeyStore.
func (s *Store) Create(_ context.Context, keysets ...seal.Wrapped) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, keyset := range keysets {
		if _, taken := s.rows[keyset.Ref]; taken {
			return seal.ErrKeysetExists
		}
	}
	for _, keyset := range keysets {
		s.rows[keyset.Ref] = bytes.Clone(keyset.Bytes)
	}
	return nil
}

// Get implements seal.KeyStore.
func (s *Store) Get(_ context.Context, ref string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wrapped, found := s.rows[ref]
	switch {
	case !found:
		return nil, seal.ErrKeysetUnknown
	case wrapped == nil:
		return nil, seal.ErrKeysetDestroyed
	}
	return bytes.Clone(wrapped), nil
}

// Destroy implements seal.KeyStore.
func (s *Store) Destroy(_ context.Context, ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.rows[ref]; found {
		s.rows[ref] = nil
	}
	return nil
}

// Replace implements seal.Rekeyer.
func (s *Store) Replace(_ context.Context, old []byte, changed seal.Wrapped, _ time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.rows[changed.Ref]; now == nil || !bytes.Equal(now, old) {
		return false, nil
	}
	s.rows[changed.Ref] = bytes.Clone(changed.Bytes)
	return true, nil
}

// Masters implements seal.MasterStore.
func (s *Store) Masters(context.Context) ([]seal.WrappedMaster, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.masters), nil
}

// SwapMasters implements seal.MasterStore.
func (s *Store) SwapMasters(_ context.Context, old, changed []seal.WrappedMaster) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(a, b seal.WrappedMaster) bool { return a.Root == b.Root && bytes.Equal(a.Bytes, b.Bytes) }
	if !slices.EqualFunc(s.masters, old, same) {
		return false, nil
	}
	s.masters = slices.Clone(changed)
	return true, nil
}
