package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftersales/fault"
	"aftersales/seal"
)

// Searched is what a search for somebody looked at, and what it found.
type Searched struct {
	Table   string `json:"table"`
	Columns int    `json:"columns"`
	Found   int64  `json:"found"` // rows
}

// publicColumns are texts of shops and of the platform about nobody in particular; a name may stand in them by chance.
var publicColumns = []string{
	"merchants.name", "products.title", "products.category", "order_lines.title", "order_lines.category", "variants.colour", "variants.size",
	"policy_packs.content", "policy_packs.name", "privacy_notices.body", "privacy_notices.title", "merchant_rules.name",
}

// Traces looks for words in every table of the database, whatever it is called: in texts, and in the bytes of everything
// else. It also looks for the customer's ID where a column names a customer. Tables that may not be changed are left out;
// the certificate says so.
func (s *Store) Traces(ctx context.Context, customerID string, words []string, looked func(table string)) ([]Searched, error) {
	columns, err := s.columns(ctx)
	if err != nil {
		return nil, err
	}
	tables, err := parsed()
	if err != nil {
		return nil, err
	}
	people := map[string][]personColumn{"accounts": nil}
	for _, table := range tables {
		people[table.Table] = personColumns(table)
	}
	var names []string
	for name := range columns {
		if !kept(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var report []Searched
	for _, name := range names {
		looked(name)
		var conditions []string
		var args []any
		for _, column := range columns[name] {
			for _, word := range words {
				if condition, ok := s.holds(name, column); ok {
					conditions, args = append(conditions, condition), append(args, word)
				}
			}
		}
		for _, column := range people[name] {
			if customerID != "" {
				conditions, args = append(conditions, "("+column.condition+")"), append(args, customerID)
			}
		}
		one := Searched{Table: name, Columns: len(columns[name])}
		// A statement takes only so many conditions.
		for len(conditions) > 0 {
			n := min(len(conditions), 200)
			var found int64
			if err := s.db(ctx).Raw("SELECT count(*) FROM "+name+" WHERE "+strings.Join(conditions[:n], " OR "), args[:n]...).Scan(&found).Error; err != nil {
				return report, fmt.Errorf("models: search %s: %w", name, err)
			}
			one.Found += found
			conditions, args = conditions[n:], args[n:]
		}
		report = append(report, one)
	}
	return report, nil
}

type column struct{ name, kind string }

// columns are the columns of every table as the database has them.
func (s *Store) columns(ctx context.Context) (map[string][]column, error) {
	query := `SELECT m.name AS "table", p.name AS "name", lower(p.type) AS "kind" FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'`
	if s.dialect == Postgres {
		query = `SELECT table_name AS "table", column_name AS "name", data_type AS "kind" FROM information_schema.columns
			WHERE table_schema = current_schema()`
	}
	var found []struct{ Table, Name, Kind string }
	if err := s.db(ctx).Raw(query).Scan(&found).Error; err != nil {
		return nil, err
	}
	all := map[string][]column{}
	for _, f := range found {
		all[f.Table] = append(all[f.Table], column{f.Name, f.Kind})
	}
	return all, nil
}

// holds is the condition under which a column holds a word; false for columns that cannot hold words, or not somebody's.
func (s *Store) holds(table string, c column) (string, bool) {
	if slices.Contains(publicColumns, table+"."+c.name) {
		return "", false
	}
	name := `"` + c.name + `"`
	if s.dialect == SQLite {
		switch c.kind {
		case "integer", "numeric", "datetime":
			return "", false
		}
		return "instr(CAST(" + name + " AS BLOB), CAST(? AS BLOB)) > 0", true
	}
	switch {
	case c.kind == "bytea":
		return "position(convert_to(?, 'UTF8') IN " + name + ") > 0", true
	case c.kind == "text" || strings.HasPrefix(c.kind, "character") || strings.HasPrefix(c.kind, "json") || c.kind == "tsvector":
		return "strpos(" + name + "::text, ?) > 0", true
	}
	return "", false
}

// StillSealed counts the sealed columns under a keyset that hold more than its name, and the files that are still there.
func (s *Store) StillSealed(ctx context.Context, files BlobStore, keyRef string) (texts, blobs int64, err error) {
	tables, err := parsed()
	if err != nil {
		return 0, 0, err
	}
	head := "substr(%[1]s, 1, %[2]d) = ? AND length(%[1]s) > %[2]d"
	if s.dialect == Postgres {
		head = "substring(%[1]s FROM 1 FOR %[2]d) = ? AND octet_length(%[1]s) > %[2]d"
	}
	stone := tombstone(keyRef)
	for _, table := range tables {
		for _, field := range table.Fields {
			if !isSealed(field) || kept(table.Table) {
				continue
			}
			var n int64
			err := s.db(ctx).Raw("SELECT count(*) FROM "+table.Table+" WHERE "+fmt.Sprintf(head, `"`+field.DBName+`"`, len(stone)), stone).Scan(&n).Error
			if err != nil {
				return texts, blobs, err
			}
			texts += n
		}
	}
	rows, err := s.BlobsUnder(ctx, keyRef)
	if err != nil {
		return texts, blobs, err
	}
	for _, row := range rows {
		for _, id := range row.Objects() {
			if _, err := files.Get(ctx, id); err == nil {
				blobs++
			}
		}
	}
	return texts, blobs, nil
}

// Unreadable tells that nothing under a keyset can be opened any more, here or anywhere else.
func (s *Store) Unreadable(ctx context.Context, keyRef string) (bool, error) {
	s.Keys.Forget()
	err := s.Keys.Preload(ctx, keyRef)
	if errors.Is(err, fault.New(fault.Erased)) {
		_, err := s.keystore.Get(ctx, keyRef)
		return errors.Is(err, seal.ErrKeysetDestroyed), nil
	}
	return false, err
}

// Compact empties the write-ahead log on SQLite, where what was deleted may still stand.
func (s *Store) Compact(ctx context.Context) error {
	if s.dialect != SQLite {
		return nil
	}
	return s.db(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error
}
