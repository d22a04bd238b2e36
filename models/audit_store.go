package models

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"aftersales/fault"
	"aftersales/seal"
)

// OpenAuditChain begins a chain. key is plain here and sealed under the platform's keyset when stored.
func (s *Store) OpenAuditChain(ctx context.Context, id string, key []byte, at time.Time) error {
	chain := AuditChain{ID: id, Key: seal.Plain(string(key)), StartedAt: Moment(at)}
	if err := s.Keys.Seal(ctx, seal.Platform, auditKeyAD(id), &chain.Key); err != nil {
		return err
	}
	return s.db(ctx).Create(&chain).Error
}

// AuditKey opens the key that a chain's hashes are made under.
func (s *Store) AuditKey(ctx context.Context, chain AuditChain) ([]byte, error) {
	key, err := s.Keys.Open(ctx, auditKeyAD(chain.ID), chain.Key)
	return []byte(key), err
}

func auditKeyAD(id string) seal.AD { return seal.AD{Table: "audit_chains", Column: "key", Row: id} }

// AppendAudit stores entries of one chain, all or none.
func (s *Store) AppendAudit(ctx context.Context, entries []AuditEntry) error {
	return s.db(ctx).Create(&entries).Error
}

// LastAuditEntry returns the newest entry of a chain; ErrNotFound when it has none.
func (s *Store) LastAuditEntry(ctx context.Context, chainID string) (AuditEntry, error) {
	var entries []AuditEntry
	err := s.db(ctx).Where("chain_id = ?", chainID).Order("seq DESC").Limit(1).Find(&entries).Error
	if err != nil || len(entries) == 0 {
		return AuditEntry{}, orNotFound(err)
	}
	return entries[0], nil
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// AuditChains lists every chain, the oldest first.
func (s *Store) AuditChains(ctx context.Context) ([]AuditChain, error) {
	var chains []AuditChain
	err := s.db(ctx).Order("started_at, id").Find(&chains).Error
	return chains, err
}

// AuditEntries lists a chain's entries after a sequence number, in order.
func (s *Store) AuditEntries(ctx context.Context, chainID string, after int64, limit int) ([]AuditEntry, error) {
	var entries []AuditEntry
	err := s.db(ctx).Where("chain_id = ? AND seq > ?", chainID, after).Order("seq").Limit(limit).Find(&entries).Error
	return entries, err
}

// AuditFilter narrows FindAudit; zero fields mean any.
type AuditFilter struct {
	ActorID                string
	Action                 string // exactly, or with a dot at its end everything below it
	SubjectKind, SubjectID string
	Outcome                string
	Since, Until           time.Time
	Limit                  int
}

// FindAudit lists entries of all chains, the newest first.
func (s *Store) FindAudit(ctx context.Context, filter AuditFilter) ([]AuditEntry, error) {
	var entries []AuditEntry
	err := filter.apply(s.db(ctx)).Order("at DESC, chain_id, seq DESC").Limit(filter.Limit).Find(&entries).Error
	return entries, err
}

// AuditPage lists entries of all chains page by page, the newest first. The filter's limit does not count.
func (s *Store) AuditPage(ctx context.Context, filter AuditFilter, request PageRequest) (Page[AuditEntry], error) {
	query := filter.apply(s.db(ctx))
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[AuditEntry]{}, err
		}
		chain, number, _ := strings.Cut(after.id, "/")
		seq, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return Page[AuditEntry]{}, fault.New(fault.BadCursor)
		}
		query = query.Where("(at, chain_id, seq) < (?, ?, ?)", after.at, chain, seq)
	}
	var entries []AuditEntry
	err := query.Order("at DESC, chain_id DESC, seq DESC").Limit(request.limit() + 1).Find(&entries).Error
	return cut(entries, request.limit(), func(e AuditEntry) place {
		return place{e.At, e.ChainID + "/" + strconv.FormatInt(e.Seq, 10)}
	}), err
}

func (filter AuditFilter) apply(query *gorm.DB) *gorm.DB {
	for condition, value := range map[string]string{
		"actor_id = ?": filter.ActorID, "subject_kind = ?": filter.SubjectKind, "subject_id = ?": filter.SubjectID, "outcome = ?": filter.Outcome,
	} {
		if value != "" {
			query = query.Where(condition, value)
		}
	}
	switch n := len(filter.Action); {
	case n > 0 && filter.Action[n-1] == '.':
		query = query.Where("action >= ? AND action < ?", filter.Action, filter.Action[:n-1]+"/") // "/" follows "." in ASCII
	case n > 0:
		query = query.Where("action = ?", filter.Action)
	}
	if !filter.Since.IsZero() {
		query = query.Where("at >= ?", Moment(filter.Since))
	}
	if !filter.Until.IsZero() {
		query = query.Where("at < ?", Moment(filter.Until))
	}
	return query
}

// AuditHead is the last entry of a chain.
type AuditHead struct {
	ChainID string
	Seq     int64
	At      time.Time
}

// AuditHeads lists the last entry of every chain that has one.
func (s *Store) AuditHeads(ctx context.Context) ([]AuditHead, error) {
	var heads []AuditHead
	// Chain by chain, by the index: the planner must not read all entries instead.
	sql := `SELECT e.chain_id, e.seq, e.at FROM audit_chains c CROSS JOIN audit_entries e
		WHERE e.chain_id = c.id AND e.seq = (SELECT max(x.seq) FROM audit_entries x WHERE x.chain_id = c.id) ORDER BY e.chain_id`
	if s.dialect == Postgres {
		sql = `SELECT e.chain_id, e.seq, e.at FROM audit_chains c CROSS JOIN LATERAL
			(SELECT x.chain_id, x.seq, x.at FROM audit_entries x WHERE x.chain_id = c.id ORDER BY x.seq DESC LIMIT 1) e ORDER BY e.chain_id`
	}
	err := s.db(ctx).Raw(sql).Scan(&heads).Error
	return heads, err
}

// CountAuditSubjects counts how many subjects an actor did an action with since a time and before another; zero: until now.
func (s *Store) CountAuditSubjects(ctx context.Context, actorID string, actions []string, since, before time.Time) (int, error) {
	query := s.db(ctx).Model(&AuditEntry{}).
		Where("actor_id = ? AND action IN ? AND outcome = ? AND at >= ?", actorID, actions, AuditDone, Moment(since))
	if !before.IsZero() {
		query = query.Where("at < ?", Moment(before))
	}
	var n int64
	err := query.Distinct("subject_id").Count(&n).Error
	return int(n), err
}

// PutAuditAnchor notes with the keysets how far a chain has come. An anchor only moves on.
func (s *Store) PutAuditAnchor(ctx context.Context, a AuditAnchor) error {
	_, err := s.keystore.db.ExecContext(ctx, s.keystore.say(
		`INSERT INTO keys.audit_anchors AS a (chain_id, seq, hash, at) VALUES ($1, $2, $3, $4)
		 ON CONFLICT (chain_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at WHERE a.seq < excluded.seq`,
		`INSERT INTO audit_anchors AS a (chain_id, seq, hash, at) VALUES (?, ?, ?, ?)
		 ON CONFLICT (chain_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at WHERE a.seq < excluded.seq`,
	), a.ChainID, a.Seq, a.Hash, Moment(a.At))
	return err
}

// AuditAnchors lists every chain's anchor.
func (s *Store) AuditAnchors(ctx context.Context) ([]AuditAnchor, error) {
	rows, err := s.keystore.db.QueryContext(ctx, s.keystore.say(
		`SELECT chain_id, seq, hash, at FROM keys.audit_anchors ORDER BY chain_id`, `SELECT chain_id, seq, hash, at FROM audit_anchors ORDER BY chain_id`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var anchors []AuditAnchor
	for rows.Next() {
		var a AuditAnchor
		if err := rows.Scan(&a.ChainID, &a.Seq, &a.Hash, &a.At); err != nil {
			return nil, err
		}
		anchors = append(anchors, a)
	}
	return anchors, rows.Err()
}
