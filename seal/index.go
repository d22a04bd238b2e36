package seal

import (
	"context"
	"fmt"
	"slices"
)

// TermSize is the length of an index term in bytes: with a million different values the chance that two of them have
// the same term is below 10^-26.
const TermSize = 16

// Term is by what a sealed value is found: an HMAC of it under a key that lives with the keysets. Equal values have
// equal terms, which is all that somebody without the key learns. The field parts terms, so that a phone number and
// an equal order number have nothing in common; the value must be in its one normal form.
func (k *Keyring) Term(ctx context.Context, field, value string) ([]byte, error) {
	index, err := k.keys(ctx, Index)
	if err != nil {
		return nil, err
	}
	term, err := index.terms.ComputePrimaryPRF(indexed(field, value), TermSize)
	if err != nil {
		return nil, fmt.Errorf("seal: index term: %w", err)
	}
	return term, nil
}

// Terms are all terms that the value may be stored with: one per key of the index, the newest first. With fresh set
// the store is asked whether another process has made a new key.
func (k *Keyring) Terms(ctx context.Context, field, value string, fresh bool) ([][]byte, error) {
	if fresh {
		k.drop(Index)
	}
	index, err := k.keys(ctx, Index)
	if err != nil {
		return nil, err
	}
	var terms [][]byte
	for id, one := range index.terms.PRFs {
		term, err := one.ComputePRF(indexed(field, value), TermSize)
		if err != nil {
			return nil, fmt.Errorf("seal: index term: %w", err)
		}
		if id == index.terms.PrimaryID {
			terms = slices.Insert(terms, 0, term)
		} else {
			terms = append(terms, term)
		}
	}
	return terms, nil
}

func indexed(field, value string) []byte {
	return fmt.Appendf(nil, "%d:%s%s", len(field), field, value)
}
