package factors

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"

	"aftersales/fault"
	"aftersales/identity"
)

// Recovery codes: ten, each of 80 random bits, written in Crockford's base 32, which has no letters that look alike.
const (
	recoveryCodes = 10
	codeSymbols   = 16
	alphabet      = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// newCodes makes codes to be shown once, and what is stored of them. 80 random bits need no slow hash.
func newCodes(accountID string) (codes []string, hashes [][]byte) {
	raw := make([]byte, recoveryCodes*codeSymbols)
	_, _ = rand.Read(raw) // never fails
	for n := range recoveryCodes {
		var code strings.Builder
		for i, b := range raw[n*codeSymbols : (n+1)*codeSymbols] {
			if i > 0 && i%4 == 0 {
				code.WriteByte('-')
			}
			code.WriteByte(alphabet[b%32])
		}
		codes = append(codes, code.String())
		hashes = append(hashes, codeHash(accountID, code.String()))
	}
	return codes, hashes
}

var asMeant = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

// codeHash is what is stored of a code, however it is typed.
func codeHash(accountID, code string) []byte {
	sum := sha256.Sum256([]byte("recovery code\n" + accountID + "\n" + asMeant.Replace(strings.ToUpper(code))))
	return sum[:]
}

func (s *Service) proveRecovery(ctx context.Context, accountID, code string) (identity.Proven, error) {
	used, err := s.repository.UseRecoveryCode(ctx, accountID, codeHash(accountID, code), s.now())
	if err != nil {
		return identity.Proven{}, fmt.Errorf("factors: %w", err)
	}
	if !used {
		return identity.Proven{}, fault.New(fault.FactorRefused)
	}
	return identity.Proven{AccountID: accountID, Method: identity.MethodRecovery}, nil
}

// NewRecoveryCodes replaces a person's recovery codes. They are shown this once. Without a factor there is nothing to recover.
func (s *Service) NewRecoveryCodes(ctx context.Context, person identity.Person) ([]string, error) {
	return s.IssueRecoveryCodes(ctx, person, person.AccountID)
}

// IssueRecoveryCodes is the same for another's account, by an operator.
func (s *Service) IssueRecoveryCodes(ctx context.Context, by identity.Person, accountID string) ([]string, error) {
	rows, err := s.repository.Factors(ctx, accountID)
	if err != nil {
		return nil, fmt.Errorf("factors: %w", err)
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.FactorMissing)
	}
	codes, hashes := newCodes(accountID)
	if err := s.repository.SetRecoveryCodes(ctx, accountID, hashes, s.now()); err != nil {
		return nil, fmt.Errorf("factors: %w", err)
	}
	return codes, s.record(ctx, by, "factor.codes.renewed", accountID, nil)
}
