package operations

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Keys is how the keys stand that everything personal is sealed with. It holds no key.
type Keys struct {
	Roots     []RootKey
	Masters   []MasterKey
	Keysets   int64 // that seal and open
	Destroyed int64 // whose people were erased: tombstones
	OldestKey *time.Time
	Jobs      []models.KeyJob
}

// RootKey opens the master keys.
type RootKey struct {
	Name      string
	Kind      string // file, vault, aws, google
	InUse     bool   // by this process; others still open the master keys too
	WrappedAt time.Time
}

// MasterKey wraps keysets. ID 0 stands for the key file of before there were master keys.
type MasterKey struct {
	ID      uint32
	Newest  bool
	Keysets int64
}

// KeysStatus shows roots, masters, keysets and how far the jobs over them are.
func (s *Service) KeysStatus(ctx context.Context) (Keys, error) {
	store := s.Store.KeyStore()
	roots, err := store.RootsSince(ctx)
	if err != nil {
		return Keys{}, away(err)
	}
	figures, err := store.Figures(ctx)
	if err != nil {
		return Keys{}, away(err)
	}
	keys := Keys{Keysets: figures.Alive, Destroyed: figures.Destroyed}
	if !figures.OldestKey.IsZero() {
		keys.OldestKey = &figures.OldestKey
	}
	for _, root := range roots {
		keys.Roots = append(keys.Roots, RootKey{root.Root, kindOfRoot(root.Root), root.Root == s.Store.Master.Root(), root.At})
	}
	current := s.Store.Master.Current()
	if _, any := figures.ByMaster[current]; !any {
		figures.ByMaster[current] = 0
	}
	for id, n := range figures.ByMaster {
		keys.Masters = append(keys.Masters, MasterKey{id, id == current, n})
	}
	slices.SortFunc(keys.Masters, func(a, b MasterKey) int { return int(a.ID) - int(b.ID) })
	for _, name := range []string{models.JobRotate, models.JobRewrap, models.JobReseal} {
		job, err := store.Job(ctx, name)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return Keys{}, away(err)
		}
		keys.Jobs = append(keys.Jobs, job)
	}
	return keys, nil
}

// kindOfRoot is where a root key is, after its name.
func kindOfRoot(name string) string {
	kind, _, _ := strings.Cut(name, ":")
	switch kind {
	case "hcvault":
		return "vault"
	case "aws-kms":
		return "aws"
	case "gcp-kms":
		return "google"
	}
	return "file"
}

// RotateKeys asks for a new key for everybody whose newest one is older than an age. A worker does it; one that was asked
// for and is not done goes on. The answer says how far it is.
func (s *Service) RotateKeys(ctx context.Context, age time.Duration) (Keys, error) {
	if age < 0 {
		return Keys{}, fault.New(fault.BadRequest, "problem", "older_than_days: 0 or more")
	}
	if _, err := s.Store.AskRotation(ctx, s.now().Add(-age)); err != nil {
		return Keys{}, away(err)
	}
	return s.KeysStatus(ctx)
}
