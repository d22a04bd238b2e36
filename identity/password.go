package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"aftersales/fault"
)

// Cost of a hash: OWASP's password storage cheat sheet, argon2id with 19 MiB, two passes, one lane.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	saltBytes  = 16
	sumBytes   = 32
)

// Bounds of what a stored hash may ask for, so that a damaged row cannot take the machine's memory.
const (
	maxMemory = 256 * 1024
	maxPasses = 16
	maxLanes  = 8
)

// MaxPassword is the longest password in bytes; MinPassword the shortest that Hash accepts.
const (
	MinPassword = 8
	MaxPassword = 256
)

// ErrHashMalformed is returned for a stored hash that is no argon2id PHC string.
var ErrHashMalformed = errors.New("identity: the stored password hash is not an argon2id PHC string; set the password again")

// Stale tells whether a hash was made with other parameters than those of today.
func (h *Hasher) Stale(hash string) bool {
	p, err := parsePHC(hash)
	return err == nil && (p.memory != h.cost.Memory || p.passes != h.cost.Passes || p.lanes != hashLanes || len(p.sum) != sumBytes || len(p.salt) != saltBytes)
}

// ErrPasswordLength is returned for a new password that is too short or too long.
var ErrPasswordLength = fmt.Errorf("identity: a password has %d to %d bytes", MinPassword, MaxPassword)

// Hasher makes and checks password hashes. At most Parallel run at once, so that sign-ins can never take more
// than Parallel × 19 MiB; the others wait, at most Patience.
type Hasher struct {
	slots    chan struct{}
	patience time.Duration
	dummy    string
	cost     Cost
}

// Cost of a hash.
type Cost struct{ Memory, Passes uint32 } // Memory in KiB

// CheapCost is for tests of what is not about hashing. No setting of the program leads to it.
var CheapCost = Cost{Memory: 64, Passes: 1}

// NewHasher makes a Hasher at the cost above. parallel 0 means 2, patience 0 means 5 s.
func NewHasher(parallel int, patience time.Duration) *Hasher {
	return NewHasherAt(Cost{Memory: hashMemory, Passes: hashPasses}, parallel, patience)
}

// NewHasherAt is NewHasher at another cost.
func NewHasherAt(cost Cost, parallel int, patience time.Duration) *Hasher {
	if parallel <= 0 {
		parallel = 2
	}
	if patience <= 0 {
		patience = 5 * time.Second
	}
	salt, sum := make([]byte, saltBytes), make([]byte, sumBytes)
	_, _ = rand.Read(salt) // never fails
	_, _ = rand.Read(sum)  // no password has this sum, as far as anybody can find out
	return &Hasher{
		slots: make(chan struct{}, parallel), patience: patience, cost: cost,
		dummy: phc{memory: cost.Memory, passes: cost.Passes, lanes: hashLanes, salt: salt, sum: sum}.String(),
	}
}

// Hash makes the PHC string of a new password. It errs with ErrPasswordLength, or with the fault Unavailable when
// no slot became free in time.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) < MinPassword || len(password) > MaxPassword {
		return "", ErrPasswordLength
	}
	p := phc{memory: h.cost.Memory, passes: h.cost.Passes, lanes: hashLanes, salt: make([]byte, saltBytes)}
	_, _ = rand.Read(p.salt)
	var err error
	p.sum, err = h.derive(ctx, password, p, sumBytes)
	return p.String(), err
}

// Verify tells whether the password belongs to the hash. An empty hash stands for an account that does not exist:
// the same work is done and the answer is no.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	unknown := hash == ""
	if unknown {
		hash = h.dummy
	}
	p, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	if len(password) > MaxPassword {
		// Cut, so that an overlong one costs as much as any other; it is refused below.
		password, unknown = password[:MaxPassword], true
	}
	sum, err := h.derive(ctx, password, p, len(p.sum))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, p.sum) == 1 && !unknown, nil
}

func (h *Hasher) derive(ctx context.Context, password string, p phc, length int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable).Because(fmt.Errorf("identity: waiting for a password slot: %w", ctx.Err()))
	}
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(length)), nil
}

// phc is a parsed "$argon2id$v=19$m=…,t=…,p=…$salt$sum".
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.sum))
}

func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, ErrHashMalformed
	}
	var p phc
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil || n != 3 {
		return phc{}, ErrHashMalformed
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil {
		return phc{}, ErrHashMalformed
	}
	if p.sum, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil {
		return phc{}, ErrHashMalformed
	}
	// Scanning numbers forgives leading zeros and trailing text; writing it again does not.
	if p.String() != s || len(p.salt) < 8 || len(p.sum) < 16 || len(p.sum) > 64 ||
		p.memory < 8*uint32(p.lanes) || p.memory > maxMemory || p.passes < 1 || p.passes > maxPasses || p.lanes < 1 || p.lanes > maxLanes {
		return phc{}, ErrHashMalformed
	}
	return p, nil
}
