package models

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// queryLog passes slow and failed statements to slog. Values never appear: only the statement with placeholders.
type queryLog struct {
	to   *slog.Logger
	slow time.Duration
}

func (l queryLog) LogMode(logger.LogLevel) logger.Interface { return l }

func (l queryLog) Info(ctx context.Context, format string, args ...any) {
	l.to.InfoContext(ctx, fmt.Sprintf(format, args...))
}

func (l queryLog) Warn(ctx context.Context, format string, args ...any) {
	l.to.WarnContext(ctx, fmt.Sprintf(format, args...))
}

func (l queryLog) Error(ctx context.Context, format string, args ...any) {
	l.to.ErrorContext(ctx, fmt.Sprintf(format, args...))
}

// ParamsFilter implements gorm.ParamsFilter: it drops every value.
func (queryLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

func (l queryLog) Trace(ctx context.Context, begin time.Time, statement func() (sql string, rows int64), err error) {
	took := time.Since(begin)
	expected := err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrDuplicate) || errors.Is(err, context.Canceled)
	switch {
	case !expected:
		sql, _ := statement()
		l.to.WarnContext(ctx, "database statement failed", "statement", brief(sql), "took", took, "error", err)
	case took >= l.slow:
		sql, rows := statement()
		l.to.WarnContext(ctx, "database statement slow", "statement", brief(sql), "took", took, "rows", rows)
	}
}

// brief cuts a statement at a length that a log line can bear: an insert of many rows repeats itself.
func brief(sql string) string {
	const most = 400
	if len(sql) <= most {
		return sql
	}
	return sql[:most] + "…"
}
