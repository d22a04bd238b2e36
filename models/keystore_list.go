package models

import (
	"context"
	"fmt"
	"strings"
)

// DestroyedAmong tells which keysets of a list were destroyed. The store of keysets is the list of erasures that a restored
// backup of the data is held against.
func (k *KeyStore) DestroyedAmong(ctx context.Context, refs []string) (map[string]bool, error) {
	gone := map[string]bool{}
	if len(refs) == 0 {
		return gone, nil
	}
	marks, args := make([]string, len(refs)), make([]any, len(refs))
	for i, ref := range refs {
		marks[i], args[i] = k.say(fmt.Sprintf("$%d", i+1), "?"), ref
	}
	rows, err := k.db.QueryContext(ctx, k.say("SELECT ref FROM keys.keysets", "SELECT ref FROM keysets")+
		" WHERE destroyed_at IS NOT NULL AND ref IN ("+strings.Join(marks, ", ")+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var ref string
		if err := rows.Scan(&ref); err != nil {
			return nil, err
		}
		gone[ref] = true
	}
	return gone, rows.Err()
}
