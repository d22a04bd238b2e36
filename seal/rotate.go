package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Rekeyer is a KeyStore whose keysets can be exchanged while they are in use.
type Rekeyer interface {
	KeyStore
	// Replace exchanges a keyset if it is still `old` and not destroyed; false when it is not. rotated is the time
	// of its new key, zero when the keys are the old ones under another master key.
	Replace(ctx context.Context, old []byte, changed Wrapped, rotated time.Time) (bool, error)
}

// ErrNoRekeyer is returned when the store of keysets cannot exchange them.
var ErrNoRekeyer = errors.New("seal: this store of keysets cannot exchange them")

// Rotate gives a keyset a new key to seal with; what was sealed before stays readable. Other processes go on with the
// older key for the lifetime of their cache and read what is sealed with the new one at once. False when the keyset
// was destroyed meanwhile.
func (k *Keyring) Rotate(ctx context.Context, ref string, at time.Time) (bool, error) {
	return k.exchange(ctx, ref, at, func(handle *keyset.Handle) (*keyset.Handle, error) {
		manager := keyset.NewManagerFromHandle(handle)
		id, err := manager.Add(template(ref))
		if err == nil {
			err = manager.SetPrimary(id)
		}
		if err != nil {
			return nil, err
		}
		return manager.Handle()
	})
}

// Rewrap puts a keyset under the newest master key. Its keys stay as they are. False when it was destroyed meanwhile.
func (k *Keyring) Rewrap(ctx context.Context, ref string) (bool, error) {
	return k.exchange(ctx, ref, time.Time{}, func(handle *keyset.Handle) (*keyset.Handle, error) { return handle, nil })
}

func (k *Keyring) exchange(ctx context.Context, ref string, rotated time.Time, change func(*keyset.Handle) (*keyset.Handle, error)) (bool, error) {
	store, ok := k.store.(Rekeyer)
	if !ok {
		return false, ErrNoRekeyer
	}
	for range 5 { // another process may be at the same keyset
		old, err := store.Get(ctx, ref)
		if errors.Is(err, ErrKeysetDestroyed) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("seal: keyset %s: %w", ref, err)
		}
		have, err := k.unwrap(ref, old)
		if err != nil {
			return false, err
		}
		handle, err := change(have.handle)
		if err != nil {
			return false, fmt.Errorf("seal: change keyset %s: %w", ref, err)
		}
		changed, err := k.wrap(ref, handle)
		if err != nil {
			return false, err
		}
		done, err := store.Replace(ctx, old, changed, rotated)
		if err != nil {
			return false, fmt.Errorf("seal: store keyset %s: %w", ref, err)
		}
		if done {
			k.drop(ref)
			return true, nil
		}
	}
	return false, fmt.Errorf("seal: keyset %s is changed by another process all the time; try again", ref)
}

// Stale tells whether something is sealed with an older key of its keyset than the one in use now.
func (k *Keyring) Stale(ctx context.Context, sealed []byte) (bool, error) {
	ref, err := RefOf(sealed)
	if err != nil {
		return false, err
	}
	unwrapped, err := k.keys(ctx, ref)
	if err != nil {
		return false, err
	}
	id := primaryOf(unwrapped.handle)
	// Tink writes the number of the key that it used before the ciphertext.
	prefix := []byte{1, byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}
	return !bytes.HasPrefix(sealed[2+len(ref):], prefix), nil
}
