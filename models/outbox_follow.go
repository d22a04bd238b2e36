package models

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// This file is for those who follow the log with a position of their own, in memory: what they missed while they were
// away is not theirs to tell.

// OutboxMark is a place in the log.
type OutboxMark struct{ txID, id int64 }

// MarkOf is the place of an event.
func MarkOf(e OutboxEvent) OutboxMark { return OutboxMark{e.TxID, e.ID} }

// OutboxEnd is the end of the log: everything that is written from now on comes after it.
func (s *Store) OutboxEnd(ctx context.Context) (OutboxMark, error) {
	var end OutboxMark
	if s.dialect == Postgres {
		// Everything of transactions that are over is behind the mark; what is running is before it.
		end.id = 1<<63 - 1
		return end, s.db(ctx).Raw("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1").Scan(&end.txID).Error
	}
	return end, s.db(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM outbox").Scan(&end.id).Error
}

// OutboxAfter returns the next events after a place, at most limit, in the order of ReadOutbox.
func (s *Store) OutboxAfter(ctx context.Context, after OutboxMark, limit int) ([]OutboxEvent, error) {
	var events []OutboxEvent
	return events, s.outboxAfter(ctx, after).Limit(limit).Find(&events).Error
}

// Channel of PostgreSQL by which processes tell each other that the log has grown.
const outboxChannel = "aftersales_outbox"

const (
	// peek is how often a follower on SQLite looks whether another process has written. Looking costs a few microseconds.
	peek = 10 * time.Millisecond
	// listenAgain is the pause before a lost connection for listening is made anew.
	listenAgain = time.Second
	// knockTime bounds how long telling other processes may take.
	knockTime = 2 * time.Second
)

// WatchOutbox returns a channel that gets a value whenever the log may have grown, in this process or in another, until the
// context ends. It may tell too often, and after a broken connection too late: followers look by themselves now and then.
func (s *Store) WatchOutbox(ctx context.Context) <-chan struct{} {
	wake := s.bell.listen(ctx)
	go func() {
		for ctx.Err() == nil {
			if s.dialect == Postgres {
				s.listenPostgres(ctx)
			} else {
				s.peekSQLite(ctx)
			}
			select {
			case <-ctx.Done():
			case <-time.After(listenAgain):
			}
		}
	}()
	return wake
}

// told notes that the log has grown: followers are told when it can be read.
func (s *Store) told() {
	if s.news != nil {
		*s.news = true
		return
	}
	s.bell.written()
}

// knock tells the other processes. Who does not hear it looks a little later.
func (s *Store) knock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	_, _ = s.pool.ExecContext(ctx, "SELECT pg_notify($1, '')", outboxChannel)
}

// listenPostgres rings when another process has told of something, until its connection is lost.
func (s *Store) listenPostgres(ctx context.Context) {
	conn, err := pgx.Connect(ctx, s.at.dsn)
	if err != nil {
		return
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), knockTime)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+outboxChannel); err != nil {
		return
	}
	for {
		s.bell.ring() // also at first: something may have come before anybody listened
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return
		}
	}
}

// peekSQLite rings when another connection has changed the file.
func (s *Store) peekSQLite(ctx context.Context) {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return
	}
	defer conn.Close()
	tick := time.NewTicker(peek)
	defer tick.Stop()
	var seen, now int64
	for {
		if err := conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&now); err != nil {
			return
		}
		if now != seen {
			seen = now
			s.bell.ring()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
