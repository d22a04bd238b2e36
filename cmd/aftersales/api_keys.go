package main

import (
	"context"
	"strings"
	"time"

	"aftersales/api"
	"aftersales/models"
)

// keyedRequests keeps the answers to keyed requests in the database: content type, line feed, content.
type keyedRequests struct{ store *models.Store }

var _ api.Idempotency = keyedRequests{}

func (k keyedRequests) Begin(ctx context.Context, request api.KeyedRequest, at time.Time) (time.Time, api.KeyedAnswer, error) {
	row, _, err := k.store.BeginRequest(ctx, request.Actor, request.Key, request.Action, request.Hash, at)
	if err != nil {
		return time.Time{}, api.KeyedAnswer{}, err
	}
	answer, err := k.answer(ctx, row, at)
	return row.ReceivedAt, answer, err
}

// Finish stores the answer, unless a twin was faster, and reads back the one that stands.
func (k keyedRequests) Finish(ctx context.Context, request api.KeyedRequest, answer api.KeyedAnswer, at time.Time) (api.KeyedAnswer, error) {
	row := models.IdempotencyRow{Actor: request.Actor, Key: request.Key}
	content := answer.ContentType + "\n" + string(answer.Body)
	var forgetAt *time.Time
	if request.Secret && answer.Status < 300 {
		moment := models.Moment(at.Add(api.SecretFor))
		forgetAt = &moment
	}
	if stored, err := k.store.FinishRequest(ctx, row, request.KeyRef, answer.Status, content, at, forgetAt); err != nil || stored {
		return answer, err
	}
	if err := k.store.DB.WithContext(ctx).Where("actor = ? AND key = ?", request.Actor, request.Key).Take(&row).Error; err != nil {
		return answer, err
	}
	return k.answer(ctx, row, at)
}

func (k keyedRequests) answer(ctx context.Context, row models.IdempotencyRow, at time.Time) (api.KeyedAnswer, error) {
	if row.Status == 0 {
		return api.KeyedAnswer{}, nil
	}
	content, err := k.store.RequestAnswer(ctx, row, at)
	if err != nil {
		return api.KeyedAnswer{}, err
	}
	contentType, body, _ := strings.Cut(content, "\n")
	return api.KeyedAnswer{Status: row.Status, ContentType: contentType, Body: []byte(body)}, nil
}
