package models

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"aftersales/fault"
	"aftersales/seal"
)

// sealedTable says what the sealed values of a table are bound to. Every table with sealed columns is in sealedTables,
// or its values would stay under old keys; a test compares the list with the tables.
type sealedTable struct {
	schema *schema.Schema
	rows   func(query *gorm.DB) ([]sealedRow, error)
	bound  func(row reflect.Value) map[string]seal.AD // by column
}

type sealedRow struct {
	value reflect.Value
	bound map[string]seal.AD // by column
}

// sealedIn describes a table by what each sealed column of a row is bound to.
func sealedIn[T any](bound func(row T) map[string]seal.AD) sealedTable {
	parsed, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		panic(err) // a mistake in this package, found by every test
	}
	ofRow := func(row reflect.Value) map[string]seal.AD { return bound(row.Interface().(T)) }
	return sealedTable{schema: parsed, bound: ofRow, rows: func(query *gorm.DB) ([]sealedRow, error) {
		var found []T
		if err := query.Find(&found).Error; err != nil {
			return nil, err
		}
		rows := make([]sealedRow, len(found))
		for i := range found {
			rows[i] = sealedRow{reflect.ValueOf(&found[i]).Elem(), bound(found[i])}
		}
		return rows, nil
	}}
}

var schemas sync.Map

var sealedTables = sync.OnceValue(func() []sealedTable {
	return []sealedTable{
		sealedIn(func(c Customer) map[string]seal.AD {
			return map[string]seal.AD{"name": customerAD(c.ID, "name"), "phone": customerAD(c.ID, "phone"), "mail": customerAD(c.ID, "mail")}
		}),
		sealedIn(func(p Staff) map[string]seal.AD { return map[string]seal.AD{"name": staffAD(p.ID)} }),
		sealedIn(func(v CaseView) map[string]seal.AD { return map[string]seal.AD{"name": caseViewAD(v)} }),
		sealedIn(func(a ReturnAddress) map[string]seal.AD { return map[string]seal.AD{"place": placeAD(a)} }),
		sealedIn(func(o Order) map[string]seal.AD { return map[string]seal.AD{"recipient": recipientAD(o)} }),
		sealedIn(func(e PolicyEvaluation) map[string]seal.AD { return map[string]seal.AD{"facts": factsAD(e)} }),
		sealedIn(func(t Text) map[string]seal.AD { return map[string]seal.AD{"body": bodyAD(t)} }),
		sealedIn(func(n PartnerNotice) map[string]seal.AD { return map[string]seal.AD{"body": noticeAD(n)} }),
		sealedIn(func(c AuditChain) map[string]seal.AD { return map[string]seal.AD{"key": auditKeyAD(c.ID)} }),
		sealedIn(func(h LegalHold) map[string]seal.AD { return map[string]seal.AD{"note": noteAD(h)} }),
		sealedIn(func(f Factor) map[string]seal.AD {
			return map[string]seal.AD{"label": factorAD(f, "label"), "secret": factorAD(f, "secret")}
		}),
		sealedIn(func(m Message) map[string]seal.AD { return map[string]seal.AD{"body": messageAD(m)} }),
		sealedIn(func(v MessageVersion) map[string]seal.AD { return map[string]seal.AD{"body": versionAD(v)} }),
		sealedIn(func(d Dialogue) map[string]seal.AD { return map[string]seal.AD{"state": dialogueAD(d)} }),
		sealedIn(func(e QueueEntry) map[string]seal.AD { return map[string]seal.AD{"summary": summaryAD(e)} }),
		sealedIn(func(t Transfer) map[string]seal.AD {
			return map[string]seal.AD{"note": transferAD(t, "note"), "answer": transferAD(t, "answer")}
		}),
		sealedIn(func(e WebhookEndpoint) map[string]seal.AD {
			return map[string]seal.AD{"url": endpointAD(e.ID, "url"), "secret": endpointAD(e.ID, "secret"), "old_secret": endpointAD(e.ID, "old_secret")}
		}),
		sealedIn(func(d MessageDraft) map[string]seal.AD { return map[string]seal.AD{"body": draftAD(d)} }),
		sealedIn(func(r ConversationRating) map[string]seal.AD { return map[string]seal.AD{"words": ratingAD(r)} }),
		sealedIn(func(i CarrierInquiry) map[string]seal.AD { return map[string]seal.AD{"words": inquiryAD(i)} }),
		sealedIn(func(f FollowUp) map[string]seal.AD { return map[string]seal.AD{"words": followUpAD(f)} }),
		sealedIn(func(r IdempotencyRow) map[string]seal.AD { return map[string]seal.AD{"answer": answerAD(r)} }),
	}
})

// shortLived are sealed columns whose rows end by themselves within days: nothing of them is left to seal anew.
var shortLived = map[string]bool{"sessions.address": true, "erasures.words": true, "tickets.data": true}

const resealBatch = 100

// Reseal brings every sealed value, and every file, under the newest key of its keyset, and makes the index terms
// anew, while others work. What is under it already is left alone. A run that was broken off goes on where it was.
// Temporal's histories cannot be rewritten: they stay under the keys of their time, which is why keysets keep those.
func (s *Store) Reseal(ctx context.Context, files BlobStore, progress KeyProgress) (KeyJob, error) {
	job, running, err := s.unfinished(ctx, JobReseal)
	if err != nil {
		return job, err
	}
	if !running {
		job = KeyJob{Name: JobReseal, StartedAt: Moment(time.Now())}
		if job.Total, err = s.countSealed(ctx); err != nil {
			return job, err
		}
	}
	at, after, _ := strings.Cut(job.Position, " ")
	for _, table := range sealedTables() {
		if at != "" && at != table.schema.Table {
			continue // done before the run was broken off
		}
		if err := s.resealTable(ctx, table, after, &job, progress); err != nil {
			return job, err
		}
		at, after = "", ""
	}
	if at == "" || at == "blobs" {
		if err := s.resealFiles(ctx, files, after, &job, progress); err != nil {
			return job, err
		}
		at, after = "", ""
	}
	if err := s.reindex(ctx, at, after, &job, progress); err != nil {
		return job, err
	}
	return s.ended(ctx, job, progress)
}

func (s *Store) countSealed(ctx context.Context) (total int64, err error) {
	tables := []string{"blobs", "customers", "orders", "conversations"}
	for _, table := range sealedTables() {
		tables = append(tables, table.schema.Table)
	}
	for _, table := range tables {
		var n int64
		if err := s.db(ctx).Table(table).Count(&n).Error; err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (s *Store) resealTable(ctx context.Context, table sealedTable, after string, job *KeyJob, progress KeyProgress) error {
	var keys []string
	for _, field := range table.schema.PrimaryFields {
		keys = append(keys, field.DBName)
	}
	order := strings.Join(keys, ", ")
	for {
		query := s.db(ctx).Order(order).Limit(resealBatch)
		if after != "" {
			values, err := keyValues(table.schema, after)
			if err != nil {
				return err
			}
			query = query.Where("("+order+") > ("+strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")+")", values...)
		}
		rows, err := table.rows(query)
		if err != nil {
			return fmt.Errorf("models: read %s to seal it anew: %w", table.schema.Table, err)
		}
		if len(rows) == 0 {
			return nil
		}
		for _, row := range rows {
			if err := s.resealRow(ctx, table.schema, row); err != nil {
				return err
			}
		}
		if after, err = keyText(ctx, table.schema, rows[len(rows)-1].value); err != nil {
			return err
		}
		job.Done += int64(len(rows))
		job.Position = table.schema.Table + " " + after
		if err := s.SaveKeyJob(ctx, job); err != nil {
			return err
		}
		progress.say(*job)
	}
}

func (s *Store) resealRow(ctx context.Context, in *schema.Schema, row sealedRow) error {
	for column, ad := range row.bound {
		value, _ := in.LookUpField(column).ValueOf(ctx, row.value)
		text := value.(seal.Text)
		if text.IsZero() {
			continue
		}
		old, err := text.Value()
		if err != nil {
			return err
		}
		fresh, err := s.resealed(ctx, ad, old.([]byte))
		if err != nil || fresh == nil {
			if err != nil {
				return fmt.Errorf("models: seal %s.%s anew: %w", in.Table, column, err)
			}
			continue
		}
		sealed, err := seal.Sealed(fresh)
		if err != nil {
			return err
		}
		update := s.db(ctx).Table(in.Table)
		for _, field := range in.PrimaryFields {
			key, _ := field.ValueOf(ctx, row.value)
			update = update.Where(field.DBName+" = ?", key)
		}
		// Whoever wrote it meanwhile has used the newest key.
		if err := update.Where(column+" = ?", old).Update(column, sealed).Error; err != nil {
			return err
		}
	}
	return nil
}

// resealed returns the value under the newest key, nil when there is nothing to do: it is so already, or its owner
// was erased.
func (s *Store) resealed(ctx context.Context, ad seal.AD, sealed []byte) ([]byte, error) {
	ref, err := seal.RefOf(sealed)
	if err != nil {
		return nil, err
	}
	stale, err := s.Keys.Stale(ctx, sealed)
	if err == nil && !stale {
		return nil, nil
	}
	var plain []byte
	if err == nil {
		plain, err = s.Keys.OpenBytes(ctx, ad, sealed)
	}
	if err == nil {
		sealed, err = s.Keys.SealBytes(ctx, ref, ad, plain)
	}
	if errors.Is(err, fault.New(fault.Erased)) {
		return nil, nil
	}
	return sealed, err
}

// resealFile seals a file anew, part by part.
func (s *Store) resealFile(ctx context.Context, files BlobStore, blob Blob) error {
	for i := range blob.parts() {
		sealed, err := files.Get(ctx, blob.object(i))
		if err != nil {
			return err
		}
		fresh, err := s.resealed(ctx, blob.partAD(i), sealed)
		if err != nil {
			return err
		}
		if fresh == nil || bytes.Equal(fresh, sealed) {
			continue
		}
		if err := files.Put(ctx, blob.object(i), fresh); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) resealFiles(ctx context.Context, files BlobStore, after string, job *KeyJob, progress KeyProgress) error {
	for {
		var blobs []Blob
		if err := s.db(ctx).Where("id > ?", after).Order("id").Limit(resealBatch).Find(&blobs).Error; err != nil {
			return err
		}
		if len(blobs) == 0 {
			return nil
		}
		for _, blob := range blobs {
			err := s.resealFile(ctx, files, blob)
			if err == nil {
				continue
			}
			if _, gone := s.Blob(ctx, blob.ID); !errors.Is(gone, ErrNotFound) { // else it was swept meanwhile
				return fmt.Errorf("models: seal file %s anew: %w", blob.ID, err)
			}
		}
		after = blobs[len(blobs)-1].ID
		job.Done += int64(len(blobs))
		job.Position = "blobs " + after
		if err := s.SaveKeyJob(ctx, job); err != nil {
			return err
		}
		progress.say(*job)
	}
}

// keyText writes down the primary key of a row, keyValues reads it back.
func keyText(ctx context.Context, in *schema.Schema, row reflect.Value) (string, error) {
	var values []any
	for _, field := range in.PrimaryFields {
		value, _ := field.ValueOf(ctx, row)
		values = append(values, value)
	}
	text, err := json.Marshal(values)
	return string(text), err
}

func keyValues(in *schema.Schema, text string) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil || len(raw) != len(in.PrimaryFields) {
		return nil, fmt.Errorf("models: %q is no place in %s; let the job begin anew", text, in.Table)
	}
	values := make([]any, len(raw))
	for i, field := range in.PrimaryFields {
		value := reflect.New(field.FieldType)
		if err := json.Unmarshal(raw[i], value.Interface()); err != nil {
			return nil, fmt.Errorf("models: a place in %s: %w", in.Table, err)
		}
		values[i] = value.Elem().Interface()
	}
	return values, nil
}

// SealedColumn is a column of sealed text. Bound tells whether Reseal brings it under new keys or knows that it passes.
type SealedColumn struct {
	Table, Name string
	Bound       bool
}

// SealedColumns lists the columns of sealed text of all tables.
func SealedColumns() []SealedColumn {
	bound := map[string]bool{}
	for _, table := range sealedTables() {
		for column := range table.bound(reflect.New(table.schema.ModelType).Elem()) {
			bound[table.schema.Table+"."+column] = true
		}
	}
	var columns []SealedColumn
	for _, table := range Tables() {
		parsed, err := schema.Parse(table, &schemas, schema.NamingStrategy{})
		if err != nil {
			panic(err)
		}
		for _, field := range parsed.Fields {
			if field.FieldType == reflect.TypeFor[seal.Text]() {
				columns = append(columns, SealedColumn{parsed.Table, field.DBName, bound[parsed.Table+"."+field.DBName] || shortLived[parsed.Table+"."+field.DBName]})
			}
		}
	}
	return columns
}
