package cases

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// maxAddresses bounds a merchant's list.
const maxAddresses = 50

// Address is where a merchant takes goods back.
type Address struct {
	ID      string
	Place   ReturnPlace
	Default bool
	Since   time.Time
}

// ReturnPlace is an address in full, as carriers want it. The names of its fields are those of partners.Place.
type ReturnPlace struct{ Name, Phone, Province, City, District, Street string }

func (p ReturnPlace) check() error {
	for name, field := range map[string]struct {
		value string
		most  int
		may   bool // be empty
	}{
		"name": {p.Name, 50, false}, "phone": {p.Phone, 20, false}, "province": {p.Province, 64, true}, "city": {p.City, 64, false},
		"district": {p.District, 64, true}, "street": {p.Street, 200, false},
	} {
		switch n := utf8.RuneCountInString(field.value); {
		case strings.TrimSpace(field.value) != field.value:
			return fault.New(fault.BadRequest, "problem", name+": without space around it")
		case n == 0 && !field.may:
			return fault.New(fault.BadRequest, "problem", name+": missing")
		case n > field.most:
			return fault.New(fault.BadRequest, "problem", name+": too long")
		}
	}
	return nil
}

// Addresses lists the return addresses of the actor's shop that are in use, the default one first.
func (s *Service) Addresses(ctx context.Context, actor contract.Actor) ([]Address, error) {
	shop, err := s.shopOf(ctx, actor, "merchant.address.list", "")
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.ReturnAddresses(ctx, shop.ID)
	if err != nil {
		return nil, away(err)
	}
	list := make([]Address, len(rows))
	for i, row := range rows {
		if list[i], err = s.address(ctx, row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) address(ctx context.Context, row models.ReturnAddress) (Address, error) {
	content, err := s.Store.ReturnPlace(ctx, row)
	if err != nil {
		return Address{}, away(err)
	}
	shown := Address{ID: row.ID, Default: row.IsDefault, Since: row.CreatedAt}
	return shown, broken("return address", row.ID, json.Unmarshal([]byte(content), &shown.Place))
}

// AddAddress gives the actor's shop another return address; the first one is the default. The same key adds it once.
func (s *Service) AddAddress(ctx context.Context, meta contract.Meta, place ReturnPlace, isDefault bool) (Address, error) {
	shop, err := s.shopOf(ctx, meta.Actor, "merchant.address.add", "")
	if err != nil {
		return Address{}, err
	}
	rows, err := s.Store.ReturnAddresses(ctx, shop.ID)
	if err != nil {
		return Address{}, away(err)
	}
	if len(rows) >= maxAddresses {
		return Address{}, fault.New(fault.BadRequest, "problem", "at most 50 addresses")
	}
	in, err := newAddress(meta, "add", shop.ID, place, isDefault || len(rows) == 0)
	if err != nil {
		return Address{}, err
	}
	row, err := s.Store.AddReturnAddress(ctx, in)
	if errors.Is(err, models.ErrDuplicate) {
		if row, err = s.Store.ReturnAddress(ctx, in.ID); err != nil {
			return Address{}, away(err)
		}
		return s.address(ctx, row)
	}
	return Address{ID: row.ID, Place: place, Default: row.IsDefault, Since: row.CreatedAt}, away(err)
}

// ChangeAddress puts another address in the place of one: cases that were told of the old one keep it. It answers with
// the new one, which has an ID of its own. When only the default changes the address stays the same. Faults: not_found for
// an address that the shop does not use.
func (s *Service) ChangeAddress(ctx context.Context, meta contract.Meta, id string, place ReturnPlace, isDefault bool) (Address, error) {
	shop, err := s.shopOf(ctx, meta.Actor, "merchant.address.change", "")
	if err != nil {
		return Address{}, err
	}
	in, err := newAddress(meta, "change", shop.ID, place, isDefault)
	if err != nil {
		return Address{}, err
	}
	before, err := s.Store.ReturnAddress(ctx, id)
	if err != nil {
		return Address{}, away(err)
	}
	if before.MerchantID != shop.ID {
		return Address{}, fault.New(fault.NotFound)
	}
	if before.RetiredAt != nil { // by this very request, perhaps
		row, err := s.Store.ReturnAddress(ctx, in.ID)
		if err != nil {
			return Address{}, away(err)
		}
		return s.address(ctx, row)
	}
	shown, err := s.address(ctx, before)
	if err != nil {
		return Address{}, err
	}
	if shown.Place == place {
		if isDefault && !shown.Default {
			err = s.Store.DefaultReturnAddress(ctx, shop.ID, id)
			shown.Default = true
		}
		return shown, away(err)
	}
	row, err := s.Store.ReplaceReturnAddress(ctx, id, in)
	return Address{ID: row.ID, Place: place, Default: row.IsDefault, Since: row.CreatedAt}, away(err)
}

// RemoveAddress takes an address out of use. Faults: not_found, address_default.
func (s *Service) RemoveAddress(ctx context.Context, meta contract.Meta, id string) error {
	shop, err := s.shopOf(ctx, meta.Actor, "merchant.address.remove", "")
	if err != nil {
		return err
	}
	err = s.Store.RetireReturnAddress(ctx, shop.ID, id, meta.ReceivedAt)
	if errors.Is(err, models.ErrLastAddress) {
		return fault.New(fault.AddressDefault)
	}
	return away(err)
}

// newAddress names an address by the request that makes it, so that a repeat makes the same one.
func newAddress(meta contract.Meta, what, shopID string, place ReturnPlace, isDefault bool) (models.NewReturnAddress, error) {
	if err := place.check(); err != nil {
		return models.NewReturnAddress{}, err
	}
	content, err := json.Marshal(place)
	if err != nil {
		return models.NewReturnAddress{}, fault.New(fault.Internal).Because(err)
	}
	return models.NewReturnAddress{
		ID: contract.EffectKey("address/"+what+"/"+shopID, meta.Key, 0), MerchantID: shopID, City: place.City, Place: string(content),
		IsDefault: isDefault, CreatedAt: meta.ReceivedAt,
	}, nil
}
