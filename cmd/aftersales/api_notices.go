package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
)

// partnerNotices verifies what partners push and stores it before it is acknowledged; a sweeper takes it to the case.
type partnerNotices struct {
	store   *models.Store
	readers map[string]partners.NoticeReader // by the name in the route: alipay, wechat, kuaidi100, shop
}

var _ api.Notices = partnerNotices{}

func (n partnerNotices) Receive(ctx context.Context, partner string, header http.Header, body []byte) (string, []byte, error) {
	reader, known := n.readers[partner]
	if !known {
		return "", nil, fault.New(fault.NotFound)
	}
	notice, err := reader.ReadNotice(header, body)
	if err != nil {
		if partners.FailureOf(err) == partners.Forged {
			return "", nil, fault.New(fault.NoticeForged).Because(err)
		}
		return "", nil, fault.New(fault.NoticeMalformed).Because(err)
	}
	kind, subject := aboutNotice(notice)
	if subject == "" {
		return "", nil, fault.New(fault.NoticeMalformed).Because(fmt.Errorf("a notice of %s without a subject", partner))
	}
	content, err := json.Marshal(notice)
	if err != nil {
		return "", nil, fmt.Errorf("a notice of %s: %w", partner, err)
	}
	// By its number and not by its bytes: what is not signed of them - the order of fields, one more - could be another
	// every time that somebody sends it again.
	digest := sha256.Sum256([]byte(notice.ID))
	if _, _, err := n.store.PutNotice(ctx, models.NewNotice{
		Partner: partner, Digest: hex.EncodeToString(digest[:]), Kind: kind, Subject: subject, Body: string(content), ReceivedAt: time.Now(),
	}); err != nil {
		return "", nil, fmt.Errorf("store a notice of %s: %w", partner, err)
	}
	contentType, answer := reader.Acknowledge()
	return contentType, answer, nil
}

// aboutNotice is what kind of notice this is, and the refund key, waybill number or order number it is about.
func aboutNotice(notice partners.Notice) (kind, subject string) {
	switch {
	case notice.Refund != nil:
		return "refund", notice.Refund.Key
	case notice.Track != nil:
		return "track", notice.Track.Waybill.Number
	case notice.Charge != nil:
		return "charge", notice.Charge.Key
	case notice.Chargeback != nil:
		return "chargeback", notice.Chargeback.PaymentRef
	case notice.Order != nil:
		return "order", notice.Order.ID
	}
	return "", ""
}
