// Package seal holds text that cannot be stored unsealed, and the keysets that it is sealed under.
// Every person has a keyset of their own; destroying it erases all that was sealed under it.
package seal

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Version is the first byte of everything that is sealed. A CHECK constraint on every such column looks for it,
// so that plain text is refused by the database too.
const Version = 0x01

// ErrUnsealed is returned when plain text is about to be stored.
var ErrUnsealed = errors.New("seal: the text is not sealed; call Keyring.Seal before storing it")

// ErrMalformed is returned for bytes that were never made by Keyring.Seal.
var ErrMalformed = errors.New("seal: not in the sealed form")

const shown = "[sealed]"

// Text is a column of personal text. In memory it is empty (NULL), plain or sealed; only the sealed form can be
// stored, and no form prints what it holds.
type Text struct {
	plain   string
	sealed  []byte
	isPlain bool
}

// Plain makes a Text that must be sealed before it is stored. The empty string is a text too, not NULL.
func Plain(s string) Text { return Text{plain: s, isPlain: true} }

// Sealed makes a Text of its stored form. It errs when b does not begin with the version and a key reference.
func Sealed(b []byte) (Text, error) {
	if _, err := RefOf(b); err != nil {
		return Text{}, err
	}
	return Text{sealed: bytes.Clone(b)}, nil
}

// IsZero tells whether there is no text at all (NULL).
func (t Text) IsZero() bool { return !t.isPlain && t.sealed == nil }

// IsSealed tells whether the text may be stored.
func (t Text) IsSealed() bool { return t.sealed != nil }

// Ref is the reference of the keyset that the text is sealed under; empty when it is not sealed.
func (t Text) Ref() string {
	ref, _ := RefOf(t.sealed)
	return ref
}

// Value implements driver.Valuer: the sealed bytes, NULL for a zero Text, ErrUnsealed for plain text.
func (t Text) Value() (driver.Value, error) {
	if t.isPlain {
		return nil, ErrUnsealed
	}
	if t.sealed == nil {
		return nil, nil
	}
	return t.sealed, nil
}

// Scan implements sql.Scanner: it takes NULL or the sealed form.
func (t *Text) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*t = Text{}
		return nil
	case []byte:
		text, err := Sealed(v)
		if err != nil {
			return err
		}
		*t = text
		return nil
	default:
		return fmt.Errorf("seal: a sealed column holds bytes, not %T: %w", value, ErrMalformed)
	}
}

// GormDataType names the general type of the column.
func (Text) GormDataType() string { return "bytes" }

// GormDBDataType is the column's type in each database.
func (Text) GormDBDataType(db *gorm.DB, _ *schema.Field) string {
	if db.Dialector.Name() == "postgres" {
		return "bytea"
	}
	return "blob"
}

// Format prints "[sealed]" under every verb, so that no log line and no error text ever holds the plain text.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, shown) }

// String is "[sealed]".
func (t Text) String() string { return shown }

// GoString is "[sealed]".
func (t Text) GoString() string { return shown }

// LogValue is "[sealed]".
func (t Text) LogValue() slog.Value { return slog.StringValue(shown) }

// MarshalJSON gives "[sealed]": a text leaves the program only after Keyring.Open.
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + shown + `"`), nil }

// MarshalText gives "[sealed]".
func (t Text) MarshalText() ([]byte, error) { return []byte(shown), nil }

// RefOf reads the key reference of something sealed: version, length of the reference, reference, ciphertext.
func RefOf(sealed []byte) (string, error) {
	if len(sealed) < 2 || sealed[0] != Version {
		return "", ErrMalformed
	}
	n := int(sealed[1])
	if n == 0 || len(sealed) < 2+n {
		return "", ErrMalformed
	}
	return string(sealed[2 : 2+n]), nil
}
