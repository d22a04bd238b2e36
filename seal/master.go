package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Root is the outermost key: it wraps the master keys and nothing else, so that it may be slow and far away.
type Root struct {
	Name string // tells it from other roots; says nothing secret: "file:3821736455", "hcvault://…"
	AEAD tink.AEAD
	// Direct says that keysets of before there were master keys may be wrapped under the root itself. It is so for
	// key files only.
	Direct bool
}

// WrappedMaster is the ring of master keys under one root.
type WrappedMaster struct {
	Root  string
	Bytes []byte
}

// MasterStore keeps the ring of master keys, once per root that may open it, beside the keysets.
type MasterStore interface {
	// Masters lists what is stored, by root.
	Masters(ctx context.Context) ([]WrappedMaster, error)
	// SwapMasters replaces all that is stored if it is still what was read before; false when somebody was faster.
	SwapMasters(ctx context.Context, old, changed []WrappedMaster) (bool, error)
}

// ErrNoRoot is returned when the ring of master keys is wrapped under other roots than the one that was given.
var ErrNoRoot = errors.New("seal: the master keys are wrapped under another root key")

// Master wraps keysets under the newest of the master keys and unwraps with any of them. When another process has
// made a new one, it finds it in the store. It is safe for concurrent use.
type Master struct {
	store MasterStore
	root  Root
	ttl   time.Duration
	now   func() time.Time

	mu     sync.Mutex
	stored []byte // as it was read last
	handle *keyset.Handle
	aead   tink.AEAD
	read   time.Time
}

// OpenMaster unwraps the ring of master keys with the root; the first process of all makes it. Options bound how
// long a new master key stays unknown to this process.
func OpenMaster(ctx context.Context, store MasterStore, root Root, opts Options) (*Master, error) {
	opts = opts.withDefaults()
	m := &Master{store: store, root: root, ttl: opts.CacheTTL, now: opts.Now}
	for range 3 { // whoever loses the race of the first processes reads the winner's
		all, err := store.Masters(ctx)
		if err != nil {
			return nil, fmt.Errorf("seal: read the master keys: %w", err)
		}
		if len(all) > 0 {
			return m, m.load(all)
		}
		handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, fmt.Errorf("seal: new master key: %w", err)
		}
		first, err := wrapMaster(root, handle)
		if err != nil {
			return nil, err
		}
		if _, err := store.SwapMasters(ctx, nil, []WrappedMaster{first}); err != nil {
			return nil, fmt.Errorf("seal: store the master key: %w", err)
		}
	}
	return nil, errors.New("seal: the master key cannot be stored: what was written is not read")
}

func wrapMaster(root Root, handle *keyset.Handle) (WrappedMaster, error) {
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), root.AEAD, []byte("master")); err != nil {
		return WrappedMaster{}, fmt.Errorf("seal: wrap the master keys under %s: %w", root.Name, err)
	}
	return WrappedMaster{root.Name, wrapped.Bytes()}, nil
}

func unwrapMaster(root Root, wrapped []byte) (*keyset.Handle, error) {
	return keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), root.AEAD, []byte("master"))
}

// load takes over what is stored for this root. It asks the root only when that has changed.
func (m *Master) load(all []WrappedMaster) error {
	var roots []string
	for _, one := range all {
		roots = append(roots, one.Root)
		if one.Root != m.root.Name {
			continue
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.read = m.now()
		if bytes.Equal(one.Bytes, m.stored) {
			return nil
		}
		handle, err := unwrapMaster(m.root, one.Bytes)
		if err != nil {
			return fmt.Errorf("seal: the root key %s does not open the master keys: %w", m.root.Name, err)
		}
		primitive, err := aead.New(handle)
		if err != nil {
			return fmt.Errorf("seal: the master keys are not for AEAD: %w", err)
		}
		m.stored, m.handle, m.aead = one.Bytes, handle, primitive
		return nil
	}
	return fmt.Errorf("%w: this process has %s, they are under %v; name the right one in keys.kms or keys.master_file", ErrNoRoot, m.root.Name, roots)
}

// reload reads the ring anew. The context of whoever needs a keyset is not at hand here: Tink's AEAD has none.
func (m *Master) reload() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	all, err := m.store.Masters(ctx)
	if err != nil {
		return fmt.Errorf("seal: read the master keys: %w", err)
	}
	return m.load(all)
}

func (m *Master) current() (*keyset.Handle, tink.AEAD, time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.handle, m.aead, m.read
}

// Encrypt implements tink.AEAD: it wraps under the newest master key that is known.
func (m *Master) Encrypt(plain, associated []byte) ([]byte, error) {
	wrapped, _, err := m.wrap(plain, associated)
	return wrapped, err
}

func (m *Master) wrap(plain, associated []byte) (wrapped []byte, id uint32, err error) {
	handle, primitive, read := m.current()
	if m.now().Sub(read) >= m.ttl {
		if err := m.reload(); err != nil {
			return nil, 0, err
		}
		handle, primitive, _ = m.current()
	}
	wrapped, err = primitive.Encrypt(plain, associated)
	return wrapped, primaryOf(handle), err
}

// Decrypt implements tink.AEAD. What it cannot unwrap may be under a master key that another process made, or, from
// before there were master keys, under the key file.
func (m *Master) Decrypt(wrapped, associated []byte) ([]byte, error) {
	_, primitive, _ := m.current()
	plain, err := primitive.Decrypt(wrapped, associated)
	if err == nil {
		return plain, nil
	}
	if m.root.Direct {
		if plain, err := m.root.AEAD.Decrypt(wrapped, associated); err == nil {
			return plain, nil
		}
	}
	if err := m.reload(); err != nil {
		return nil, err
	}
	_, primitive, _ = m.current()
	return primitive.Decrypt(wrapped, associated)
}

// Current is the number of the newest master key that this process knows.
func (m *Master) Current() uint32 {
	handle, _, _ := m.current()
	return primaryOf(handle)
}

// Lag is how long another process may go on with an older master key, or an older key of a person.
func (m *Master) Lag() time.Duration { return 2 * m.ttl }

func primaryOf(handle *keyset.Handle) uint32 {
	entry, err := handle.Primary()
	if err != nil {
		return 0
	}
	return entry.KeyID()
}

// Renew makes a new master key and wraps the ring under `also` too, so that processes may change from one root to
// the other at leisure. Older master keys stay until Retire.
func (m *Master) Renew(ctx context.Context, also ...Root) error {
	return m.change(ctx, also, nil, func(manager *keyset.Manager, _ *keyset.Handle) error {
		id, err := manager.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return manager.SetPrimary(id)
	})
}

// Retire deletes all master keys but the newest, once no keyset is wrapped under them.
func (m *Master) Retire(ctx context.Context, also ...Root) error {
	return m.change(ctx, also, nil, func(manager *keyset.Manager, handle *keyset.Handle) error {
		for i := range handle.Len() {
			entry, err := handle.Entry(i)
			if err != nil {
				return err
			}
			if entry.IsPrimary() {
				continue
			}
			if err := manager.Delete(entry.KeyID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget deletes the ring's copy under another root: whoever holds that root opens nothing of the store any more.
func (m *Master) Forget(ctx context.Context, root string) error {
	if root == m.root.Name {
		return fmt.Errorf("seal: %s is the root key that is in use; name another in keys.kms or keys.master_file first", root)
	}
	return m.change(ctx, nil, []string{root}, nil)
}

// Roots lists the names of the roots that open the ring.
func (m *Master) Roots(ctx context.Context) ([]string, error) {
	all, err := m.store.Masters(ctx)
	var names []string
	for _, one := range all {
		names = append(names, one.Root)
	}
	return names, err
}

// change edits the ring and stores it under every root it is stored under, and under those of also. Every such root
// must be at hand, except for those that are dropped.
func (m *Master) change(ctx context.Context, also []Root, drop []string, edit func(*keyset.Manager, *keyset.Handle) error) error {
	for range 5 {
		old, err := m.store.Masters(ctx)
		if err != nil {
			return fmt.Errorf("seal: read the master keys: %w", err)
		}
		if err := m.load(old); err != nil {
			return err
		}
		handle, _, _ := m.current()
		if edit != nil {
			manager := keyset.NewManagerFromHandle(handle)
			if err := edit(manager, handle); err != nil {
				return fmt.Errorf("seal: change the master keys: %w", err)
			}
			if handle, err = manager.Handle(); err != nil {
				return fmt.Errorf("seal: change the master keys: %w", err)
			}
		}
		changed, err := m.rewrapped(old, also, drop, handle, edit != nil)
		if err != nil {
			return err
		}
		swapped, err := m.store.SwapMasters(ctx, old, changed)
		if err != nil {
			return fmt.Errorf("seal: store the master keys: %w", err)
		}
		if swapped {
			return m.load(changed)
		}
	}
	return errors.New("seal: other processes change the master keys all the time; try again")
}

func (m *Master) rewrapped(old []WrappedMaster, also []Root, drop []string, handle *keyset.Handle, edited bool) ([]WrappedMaster, error) {
	roots := map[string]Root{m.root.Name: m.root}
	names := []string{m.root.Name}
	for _, root := range also {
		if _, known := roots[root.Name]; !known {
			roots[root.Name] = root
			names = append(names, root.Name)
		}
	}
	var changed []WrappedMaster
	dropped := 0
	for _, one := range old {
		if slices.Contains(drop, one.Root) {
			dropped++
			continue
		}
		if _, known := roots[one.Root]; !known {
			if edited {
				return nil, fmt.Errorf("%w: they are under %s too, which is not at hand here; if nobody needs it any more: aftersales keys forget '%s'", ErrNoRoot, one.Root, one.Root)
			}
			changed = append(changed, one)
		}
	}
	if dropped < len(drop) {
		return nil, fmt.Errorf("seal: no root key is called %v; `aftersales keys status` lists them", drop)
	}
	for _, name := range names {
		wrapped, err := wrapMaster(roots[name], handle)
		if err != nil {
			return nil, err
		}
		changed = append(changed, wrapped)
	}
	return changed, nil
}

// Root is the name of the root key that this process uses.
func (m *Master) Root() string { return m.root.Name }
