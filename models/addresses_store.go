package models

import (
	"context"
	"errors"
	"time"

	"aftersales/seal"
)

// NewReturnAddress is where a merchant takes goods back. Place is the JSON of the whole address, plain here.
type NewReturnAddress struct {
	ID, MerchantID, City, Place string
	IsDefault                   bool
	CreatedAt                   time.Time
}

// AddReturnAddress seals and stores an address; a new default replaces the old one.
func (s *Store) AddReturnAddress(ctx context.Context, in NewReturnAddress) (ReturnAddress, error) {
	address, err := s.sealAddress(ctx, in)
	if err != nil {
		return address, err
	}
	return address, s.Tx(ctx, func(tx *Store) error { return tx.putAddress(ctx, address) })
}

// ReplaceReturnAddress retires an address and stores another in its place: what was told of the old one keeps it. The
// new one is the default when it says so or the old one was. ErrNotFound when the merchant has no such address, or it is
// retired already.
func (s *Store) ReplaceReturnAddress(ctx context.Context, oldID string, in NewReturnAddress) (ReturnAddress, error) {
	address, err := s.sealAddress(ctx, in)
	if err != nil {
		return address, err
	}
	return address, s.Tx(ctx, func(tx *Store) error {
		old, err := tx.lockAddress(ctx, in.MerchantID, oldID)
		if err != nil {
			return err
		}
		address.IsDefault = in.IsDefault || old.IsDefault
		return errors.Join(tx.retire(ctx, oldID, in.CreatedAt), tx.putAddress(ctx, address))
	})
}

// ErrLastAddress says that a merchant has to have an address to go on with.
var ErrLastAddress = errors.New("models: the merchant's default address cannot be retired")

// RetireReturnAddress takes an address out of use. ErrNotFound as above; ErrLastAddress for the default one.
func (s *Store) RetireReturnAddress(ctx context.Context, merchantID, id string, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		old, err := tx.lockAddress(ctx, merchantID, id)
		switch {
		case err != nil:
			return err
		case old.IsDefault:
			return ErrLastAddress
		}
		return tx.retire(ctx, id, at)
	})
}

// DefaultReturnAddress makes an address the default one. ErrNotFound as above.
func (s *Store) DefaultReturnAddress(ctx context.Context, merchantID, id string) error {
	return s.Tx(ctx, func(tx *Store) error {
		if _, err := tx.lockAddress(ctx, merchantID, id); err != nil {
			return err
		}
		return errors.Join(tx.noDefault(ctx, merchantID), tx.db(ctx).Model(&ReturnAddress{}).Where("id = ?", id).Update("is_default", true).Error)
	})
}

// lockAddress holds the merchant, so that it never has two default addresses, and reads one that is in use.
func (s *Store) lockAddress(ctx context.Context, merchantID, id string) (ReturnAddress, error) {
	if err := s.ForUpdate(s.db(ctx)).Where("id = ?", merchantID).Take(&Merchant{}).Error; err != nil {
		return ReturnAddress{}, err
	}
	return one[ReturnAddress](ctx, s, "id = ? AND merchant_id = ? AND retired_at IS NULL", id, merchantID)
}

func (s *Store) retire(ctx context.Context, id string, at time.Time) error {
	return s.db(ctx).Model(&ReturnAddress{}).Where("id = ?", id).Updates(map[string]any{"retired_at": Moment(at), "is_default": false}).Error
}

func (s *Store) noDefault(ctx context.Context, merchantID string) error {
	return s.db(ctx).Model(&ReturnAddress{}).Where("merchant_id = ? AND is_default", merchantID).Update("is_default", false).Error
}

func (s *Store) putAddress(ctx context.Context, address ReturnAddress) error {
	if address.IsDefault {
		if err := s.noDefault(ctx, address.MerchantID); err != nil {
			return err
		}
	}
	return s.db(ctx).Create(&address).Error
}

func (s *Store) sealAddress(ctx context.Context, in NewReturnAddress) (ReturnAddress, error) {
	address := ReturnAddress{
		ID: in.ID, MerchantID: in.MerchantID, City: in.City, Place: seal.Plain(in.Place), IsDefault: in.IsDefault, CreatedAt: Moment(in.CreatedAt),
	}
	ref, err := s.KeyRef(ctx, KindMerchant, in.MerchantID)
	if err != nil {
		return address, err
	}
	return address, s.Keys.Seal(ctx, ref, placeAD(address), &address.Place)
}

// ReturnAddresses lists a merchant's addresses that are in use, the default one first.
func (s *Store) ReturnAddresses(ctx context.Context, merchantID string) ([]ReturnAddress, error) {
	var addresses []ReturnAddress
	err := s.db(ctx).Where("merchant_id = ? AND retired_at IS NULL", merchantID).Order("is_default DESC, created_at, id").Find(&addresses).Error
	return addresses, err
}

// ReturnAddressFor is where goods of a merchant go back to: the named address, also when it was retired since, or the
// default one. ErrNotFound when there is none.
func (s *Store) ReturnAddressFor(ctx context.Context, merchantID, id string) (ReturnAddress, error) {
	if id != "" {
		return one[ReturnAddress](ctx, s, "id = ? AND merchant_id = ?", id, merchantID)
	}
	addresses, err := s.ReturnAddresses(ctx, merchantID)
	if err == nil && len(addresses) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return ReturnAddress{}, err
	}
	return addresses[0], nil
}

// ReturnAddress returns one address; ErrNotFound when there is none.
func (s *Store) ReturnAddress(ctx context.Context, id string) (ReturnAddress, error) {
	return one[ReturnAddress](ctx, s, "id = ?", id)
}

// ReturnPlace opens an address: the JSON it was stored with.
func (s *Store) ReturnPlace(ctx context.Context, a ReturnAddress) (string, error) {
	return s.Keys.Open(ctx, placeAD(a), a.Place)
}

func placeAD(a ReturnAddress) seal.AD {
	return seal.AD{Table: "return_addresses", Column: "place", Person: a.MerchantID, Row: a.ID}
}
