package models

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm/schema"

	"aftersales/seal"
)

// Forgotten counts what an erasure took away, by what it was.
type Forgotten map[string]int64

// keptTables name people by ID and nothing else, and may not be changed: what they hold is said in every certificate.
var keptTables = []string{"audit", "goose"}

func kept(table string) bool {
	for _, prefix := range keptTables {
		if strings.HasPrefix(table, prefix) {
			return true
		}
	}
	return false
}

// goneWithTheCustomer are rows that are of use only to the customer: they are deleted, not renamed.
var goneWithTheCustomer = []string{"notifications", "data_exports", "corrections", "index_terms", "upload_days", "dialogues", "message_drafts", "hands"}

// Forget takes a customer out of the data: the keyset is destroyed, every sealed column under it, and whatever anybody wrote
// about the customer, is emptied down to the name of that keyset, files, sessions, accounts and news are deleted, and the customer's ID becomes a pseudonym wherever
// a transaction that must be kept names it. It goes by the columns of all tables - account_id, customer_id, and pairs like
// owner_kind and owner_id - so that a new table is cleared without being named here. It is safe to repeat, and to begin
// again after it was interrupted: id and keyRef are those of the customer before the first time.
func (s *Store) Forget(ctx context.Context, files BlobStore, id, keyRef string, at time.Time) (Forgotten, error) {
	if err := s.Keys.Destroy(ctx, keyRef); err != nil {
		return nil, err
	}
	gone := Forgotten{"keysets": 1}
	if err := s.forgetFiles(ctx, files, keyRef, gone); err != nil {
		return gone, err
	}
	tables, err := parsed()
	if err != nil {
		return gone, err
	}
	for _, table := range tables {
		if err := s.emptySealed(ctx, table, keyRef, gone); err != nil {
			return gone, fmt.Errorf("models: empty %s: %w", table.Table, err)
		}
	}
	if err := s.forgetWords(ctx, id, keyRef, gone); err != nil {
		return gone, fmt.Errorf("models: empty what others wrote: %w", err)
	}
	return gone, s.Tx(ctx, func(tx *Store) error {
		counted := Forgotten{}
		if err := tx.forgetRows(ctx, tables, id, keyRef, Moment(at), counted); err != nil {
			return err
		}
		for what, n := range counted {
			gone[what] += n
		}
		return nil
	})
}

// tombstone is all that stays of a sealed text: its version and the name of the keyset that is no more. Whoever opens it
// gets the fault Erased.
func tombstone(ref string) []byte {
	return append([]byte{seal.Version, byte(len(ref))}, ref...)
}

// forgetFiles deletes every file under a keyset from the store, and from its row the fingerprint of the content.
func (s *Store) forgetFiles(ctx context.Context, files BlobStore, keyRef string, gone Forgotten) error {
	uploads, err := s.UploadsUnder(ctx, keyRef)
	if err != nil {
		return err
	}
	for _, id := range uploads {
		if err := s.DropUpload(ctx, files, id); err != nil {
			return fmt.Errorf("models: delete an upload: %w", err)
		}
		gone["uploads"]++
	}
	for after := ""; ; {
		var blobs []Blob
		if err := s.db(ctx).Where("key_ref = ? AND id > ?", keyRef, after).Order("id").Limit(sweepBatch).Find(&blobs).Error; err != nil {
			return err
		}
		for _, blob := range blobs {
			after = blob.ID
			if err := blob.DeleteFrom(ctx, files); err != nil {
				return fmt.Errorf("models: delete a file: %w", err)
			}
			// The digest would tell somebody who has the picture that it was here.
			err := s.Tx(ctx, func(tx *Store) error {
				return errors.Join(
					tx.db(ctx).Model(&Evidence{}).Where("blob_id = ?", blob.ID).Update("digest", "erased:"+blob.ID).Error,
					tx.db(ctx).Model(&Blob{}).Where("id = ?", blob.ID).Update("digest", "erased:"+blob.ID).Error,
				)
			})
			if err != nil {
				return err
			}
			if !strings.HasPrefix(blob.Digest, "erased:") { // a repeat deletes it again and counts it once
				gone["files"]++
			}
		}
		if len(blobs) < sweepBatch {
			return nil
		}
	}
}

// emptySealed empties the sealed columns of a table that are under a keyset, in batches.
func (s *Store) emptySealed(ctx context.Context, table *schema.Schema, keyRef string, gone Forgotten) error {
	if kept(table.Table) {
		return nil
	}
	row, head := "rowid", "substr(%[1]s, 1, %[2]d) = ? AND length(%[1]s) > %[2]d"
	if s.dialect == Postgres {
		row, head = "ctid", "substring(%[1]s FROM 1 FOR %[2]d) = ? AND octet_length(%[1]s) > %[2]d"
	}
	stone := tombstone(keyRef)
	for _, field := range table.Fields {
		if !isSealed(field) {
			continue
		}
		column := `"` + field.DBName + `"`
		for {
			emptied := s.db(ctx).Exec(fmt.Sprintf(`UPDATE %[1]s SET %[2]s = ? WHERE %[3]s IN (SELECT %[3]s FROM %[1]s WHERE `+fmt.Sprintf(head, column, len(stone))+` LIMIT %[4]d)`,
				table.Table, column, row, sweepBatch), stone, stone)
			gone["sealed texts"] += emptied.RowsAffected
			if emptied.Error != nil {
				return emptied.Error
			}
			if emptied.RowsAffected < sweepBatch {
				break
			}
		}
	}
	return nil
}

// forgetRows deletes what only the customer needed and gives the rest a pseudonym.
func (s *Store) forgetRows(ctx context.Context, tables []*schema.Schema, id, keyRef string, at time.Time, gone Forgotten) error {
	customer, err := one[Customer](ctx, s, "key_ref = ?", keyRef)
	if errors.Is(err, ErrNotFound) {
		return nil // this copy of the data never had the customer
	}
	if err != nil {
		return err
	}
	run := func(what, statement string, args ...any) error {
		done := s.db(ctx).Exec(statement, args...)
		gone[what] += done.RowsAffected
		return done.Error
	}
	// The tables stand in the order in which they refer to each other: what refers to an account goes before it.
	const accounts = "(SELECT id FROM accounts WHERE person_kind = 'customer' AND person_id = ?)"
	ended, err := s.revoke(ctx, at, "account_id IN "+accounts, id) // told, so that nothing stays open for them
	if err != nil {
		return err
	}
	gone["sessions"] += int64(len(ended))
	for i := len(tables) - 1; i >= 0; i-- {
		table := tables[i]
		if table.LookUpField("account_id") == nil || kept(table.Table) {
			continue
		}
		if err := run(table.Table, "DELETE FROM "+table.Table+" WHERE account_id IN "+accounts, id); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		what, statement string
		args            []any
	}{
		{"accounts", "DELETE FROM accounts WHERE person_kind = 'customer' AND person_id = ?", []any{id}},
		{"stored answers", "DELETE FROM idempotency WHERE actor = ?", []any{"customer/" + id}},
		{"exports", "DELETE FROM data_export_parts WHERE export_id IN (SELECT id FROM data_exports WHERE customer_id = ?)", []any{id}},
		{"evidence never sent", "DELETE FROM evidence WHERE case_id IS NULL AND owner_kind = 'customer' AND owner_id = ?", []any{id}},
		{"search terms of messages", "DELETE FROM message_terms WHERE conversation_id IN (SELECT id FROM conversations WHERE customer_id = ?)", []any{id}},
		{"events", "UPDATE outbox SET audience = replace(audience, ?, ?) WHERE audience LIKE ? ESCAPE '!'",
			[]any{`"customer/` + id + `"`, `"customer/erased"`, `%"customer/` + escapeLike(id) + `"%`}},
	} {
		if err := run(step.what, step.statement, step.args...); err != nil {
			return err
		}
	}
	pseudonym, err := s.pseudonymOf(ctx, customer, at)
	if err != nil {
		return err
	}
	for i := len(tables) - 1; i >= 0; i-- {
		for _, column := range personColumns(tables[i]) {
			statement := "UPDATE " + tables[i].Table + ` SET "` + column.id + `" = ? WHERE ` + column.condition
			args := []any{pseudonym, id}
			if slices.Contains(goneWithTheCustomer, tables[i].Table) {
				statement, args = "DELETE FROM "+tables[i].Table+" WHERE "+column.condition, args[1:]
			}
			if err := run(tables[i].Table, statement, args...); err != nil {
				return fmt.Errorf("models: %s: %w", tables[i].Table, err)
			}
		}
	}
	if customer.ErasedAt != nil {
		return nil
	}
	return errors.Join(
		s.db(ctx).Exec("DELETE FROM customers WHERE id = ?", customer.ID).Error,
		s.db(ctx).Model(&Customer{}).Where("id = ?", pseudonym).Update("key_ref", keyRef).Error,
	)
}

// pseudonymOf makes the row that stands for a customer from now on, and returns its ID. It is a new row, so that nothing of
// the old one is left in any column; it takes the keyset's name over when the old one is gone.
func (s *Store) pseudonymOf(ctx context.Context, customer Customer, at time.Time) (id string, err error) {
	if customer.ErasedAt != nil {
		return customer.ID, nil
	}
	row := Customer{
		ID: newPseudonym(), KeyRef: newPseudonym(), Lang: customer.Lang, Level: customer.Level, CreatedAt: customer.CreatedAt, ErasedAt: &at,
	}
	if row.Name, err = seal.Sealed(tombstone(customer.KeyRef)); err != nil {
		return "", err
	}
	return row.ID, s.db(ctx).Create(&row).Error
}

func escapeLike(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)
}

// newPseudonym names somebody whom nobody can name any more.
func newPseudonym() string {
	raw := make([]byte, 15)
	_, _ = rand.Read(raw) // never fails
	return "erased-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

// personColumn is a column that may name a customer, and the condition under which it names this one.
type personColumn struct{ id, condition string }

// personColumns finds them by their names: customer_id, and X_id or X beside X_kind.
func personColumns(table *schema.Schema) (columns []personColumn) {
	if kept(table.Table) {
		return nil
	}
	for _, field := range table.Fields {
		switch base, isKind := strings.CutSuffix(field.DBName, "_kind"); {
		case field.DBName == "customer_id":
			columns = append(columns, personColumn{field.DBName, "customer_id = ?"})
		case isKind && table.LookUpField(base+"_id") != nil:
			columns = append(columns, personColumn{base + "_id", base + "_kind = 'customer' AND " + base + "_id = ?"})
		}
	}
	return columns
}

var sealedType = reflect.TypeFor[seal.Text]()

func isSealed(field *schema.Field) bool { return field.IndirectFieldType == sealedType }

// parsed are the tables as gorm reads them, each after those that it refers to.
var parsed = sync.OnceValues(func() ([]*schema.Schema, error) {
	var tables []*schema.Schema
	cache := &sync.Map{}
	for _, table := range Tables() {
		one, err := schema.Parse(table, cache, schema.NamingStrategy{})
		if err != nil {
			return nil, fmt.Errorf("models: %T: %w", table, err)
		}
		tables = append(tables, one)
	}
	return tables, nil
})

// CustomersAfter lists customers who are not erased, in the order of their IDs: for walking through all of them.
func (s *Store) CustomersAfter(ctx context.Context, id string, limit int) ([]Customer, error) {
	var customers []Customer
	err := s.db(ctx).Where("id > ? AND erased_at IS NULL", id).Order("id").Limit(limit).Find(&customers).Error
	return customers, err
}

// Returned finds customers whose keyset was destroyed but who stand in the data all the same: a backup from before their
// erasure was restored, or an erasure was interrupted. It looks at one batch after an ID and returns the ID to go on from,
// empty at the end.
func (s *Store) Returned(ctx context.Context, after string) (returned []Customer, next string, err error) {
	const batch = 1000
	customers, err := s.CustomersAfter(ctx, after, batch)
	if err != nil || len(customers) == 0 {
		return nil, "", err
	}
	refs := make([]string, len(customers))
	for i, customer := range customers {
		refs[i] = customer.KeyRef
	}
	gone, err := s.keystore.DestroyedAmong(ctx, refs)
	for _, customer := range customers {
		if gone[customer.KeyRef] {
			returned = append(returned, customer)
		}
	}
	if len(customers) == batch {
		next = customers[batch-1].ID
	}
	return returned, next, err
}
