package models

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm/clause"

	"aftersales/fault"
	"aftersales/seal"
)

// IndexTerm is by what a sealed value of a customer is found: an HMAC of its normal form, which says nothing without the
// key that lives with the keysets.
type IndexTerm struct {
	Field      string `gorm:"primaryKey;size:16"` // phone or mail
	Term       []byte `gorm:"primaryKey;check:term_size,length(term) = 16"`
	CustomerID string `gorm:"primaryKey;size:40;index:index_terms_of,priority:1"`
	Source     string `gorm:"primaryKey;size:80;index:index_terms_of,priority:2"` // customer, or order/<id> for its recipient
}

// What can be found by.
const (
	FieldPhone = "phone"
	FieldMail  = "mail"
)

const ownSource = "customer"

// indexed is a value in its normal form.
type indexed struct{ field, value string }

// NormalPhone is the one form of a phone number that the index knows: its digits, full-width ones too, without the
// country code of China; numbers of other countries keep theirs after a plus. Empty when there is no number in it.
func NormalPhone(phone string) string {
	phone = norm.NFKC.String(phone)
	var digits strings.Builder
	for _, r := range phone {
		if r >= '0' && r <= '9' {
			digits.WriteRune(r)
		}
	}
	number := digits.String()
	abroad := strings.HasPrefix(strings.TrimSpace(phone), "+")
	if rest, found := strings.CutPrefix(number, "00"); found && len(rest) > 8 {
		number, abroad = rest, true
	}
	if rest, found := strings.CutPrefix(number, "86"); found && (abroad || len(rest) == 11 && rest[0] == '1') {
		return rest
	}
	if abroad && number != "" {
		return "+" + number
	}
	return number
}

// NormalMail is the one form of a mail address that the index knows: in lower case, without spaces around it. Empty
// when it is none.
func NormalMail(mail string) string {
	mail = strings.ToLower(strings.TrimSpace(norm.NFKC.String(mail)))
	if at := strings.IndexByte(mail, '@'); at <= 0 || at == len(mail)-1 {
		return ""
	}
	return mail
}

// CustomersBy lists the IDs of the customers, at most MaxPage, who have a phone number (their own or the recipient's of
// an order) or a mail address.
func (s *Store) CustomersBy(ctx context.Context, field, value string) ([]string, error) {
	normal := NormalPhone(value)
	if field == FieldMail {
		normal = NormalMail(value)
	}
	if normal == "" {
		return nil, nil
	}
	var tried [][]byte
	for _, fresh := range []bool{false, true} { // another process may index under a newer key
		terms, err := s.Keys.Terms(ctx, field, normal, fresh)
		if err != nil {
			return nil, err
		}
		if slices.EqualFunc(terms, tried, bytes.Equal) {
			break
		}
		tried = terms
		var ids []string
		err = s.db(ctx).Model(&IndexTerm{}).Distinct("customer_id").Where("field = ? AND term IN ?", field, terms).
			Order("customer_id").Limit(MaxPage).Pluck("customer_id", &ids).Error
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	return nil, nil
}

// UnindexCustomer deletes all terms by which a customer is found, at erasure.
func (s *Store) UnindexCustomer(ctx context.Context, customerID string) error {
	return s.db(ctx).Where("customer_id = ?", customerID).Delete(&IndexTerm{}).Error
}

// indexCustomer makes a customer findable by phone and mail, in the place of what was there.
func (s *Store) indexCustomer(ctx context.Context, id, phone, mail string) error {
	return s.index(ctx, id, ownSource, indexed{FieldPhone, NormalPhone(phone)}, indexed{FieldMail, NormalMail(mail)})
}

// reindexCustomer makes a customer findable by what the row says.
func (s *Store) reindexCustomer(ctx context.Context, c Customer) error {
	phone, err := s.CustomerPhone(ctx, c)
	if err != nil {
		return err
	}
	mail, err := s.CustomerMail(ctx, c)
	if err != nil {
		return err
	}
	return s.indexCustomer(ctx, c.ID, phone, mail)
}

// indexRecipient makes a customer findable by the phone number of an order's recipient.
func (s *Store) indexRecipient(ctx context.Context, order Order, recipient string) error {
	return s.index(ctx, order.CustomerID, orderSource(order.ID), indexed{FieldPhone, recipientPhone(recipient)})
}

func (s *Store) recipientTerms(ctx context.Context, order Order, recipient string) ([]IndexTerm, error) {
	return s.termRows(ctx, order.CustomerID, orderSource(order.ID), indexed{FieldPhone, recipientPhone(recipient)})
}

// indexRecipients puts terms in the place of those that orders had.
func (s *Store) indexRecipients(ctx context.Context, terms []IndexTerm, orders []Order) error {
	var customers, sources []string
	for _, order := range orders {
		customers, sources = append(customers, order.CustomerID), append(sources, orderSource(order.ID))
	}
	if err := s.db(ctx).Where("customer_id IN ? AND source IN ?", customers, sources).Delete(&IndexTerm{}).Error; err != nil {
		return err
	}
	return s.addTerms(ctx, slices.DeleteFunc(slices.Clone(terms), func(term IndexTerm) bool { return !slices.Contains(sources, term.Source) }))
}

func orderSource(orderID string) string { return "order/" + orderID }

// recipientPhone reads the number out of an address as the shop gives it.
func recipientPhone(recipient string) string {
	var place struct {
		Phone string `json:"phone"`
	}
	if json.Unmarshal([]byte(recipient), &place) != nil {
		return ""
	}
	return NormalPhone(place.Phone)
}

func (s *Store) index(ctx context.Context, customerID, source string, values ...indexed) error {
	rows, err := s.termRows(ctx, customerID, source, values...)
	if err != nil {
		return err
	}
	return s.Tx(ctx, func(tx *Store) error {
		var have []IndexTerm
		if err := tx.db(ctx).Where("customer_id = ? AND source = ?", customerID, source).Find(&have).Error; err != nil {
			return err
		}
		for _, row := range have {
			if !slices.ContainsFunc(rows, row.same) {
				if err := tx.db(ctx).Delete(&row).Error; err != nil {
					return err
				}
			}
		}
		rows = slices.DeleteFunc(rows, func(row IndexTerm) bool { return slices.ContainsFunc(have, row.same) })
		return tx.addTerms(ctx, rows)
	})
}

func (t IndexTerm) same(other IndexTerm) bool {
	return t.Field == other.Field && bytes.Equal(t.Term, other.Term) && t.Source == other.Source && t.CustomerID == other.CustomerID
}

func (s *Store) termRows(ctx context.Context, customerID, source string, values ...indexed) ([]IndexTerm, error) {
	var rows []IndexTerm
	for _, v := range values {
		if v.value == "" {
			continue
		}
		term, err := s.Keys.Term(ctx, v.field, v.value)
		if err != nil {
			return nil, err
		}
		rows = append(rows, IndexTerm{Field: v.field, Term: term, CustomerID: customerID, Source: source})
	}
	return rows, nil
}

func (s *Store) addTerms(ctx context.Context, rows []IndexTerm) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 500).Error
}

// reindex makes the terms of all customers and orders under the newest key of the index, from `after` on.
func (s *Store) reindex(ctx context.Context, at, after string, job *KeyJob, progress KeyProgress) error {
	if at == indexMessages {
		return s.reindexMessages(ctx, after, job, progress)
	}
	if at != indexOrders {
		err := eachByID(ctx, s, after, job, progress, indexCustomers, func(c Customer) (string, error) {
			return c.ID, s.reindexCustomer(ctx, c)
		})
		if err != nil {
			return err
		}
		after = ""
	}
	err := eachByID(ctx, s, after, job, progress, indexOrders, func(o Order) (string, error) {
		recipient, err := s.Recipient(ctx, o)
		if err != nil {
			return o.ID, err
		}
		return o.ID, s.indexRecipient(ctx, o, recipient)
	})
	if err != nil {
		return err
	}
	return s.reindexMessages(ctx, "", job, progress)
}

// reindexMessages makes the terms of all messages under the newest key of the index. Search asks under every key, so that what is
// not done yet is found meanwhile.
func (s *Store) reindexMessages(ctx context.Context, after string, job *KeyJob, progress KeyProgress) error {
	return eachByID(ctx, s, after, job, progress, indexMessages, func(c Conversation) (string, error) {
		for seq, more := int64(0), true; more; {
			var found []Message
			var err error
			if found, more, err = s.MessagesAfter(ctx, c.ID, seq, resealBatch); err != nil || len(found) == 0 {
				return c.ID, err
			}
			places := make([]MessagePlace, len(found))
			for i, m := range found {
				places[i] = MessagePlace{ConversationID: m.ConversationID, Seq: m.Seq}
			}
			first := found[0].Seq
			seq = found[len(found)-1].Seq
			err = s.Tx(ctx, func(tx *Store) error {
				if _, err := tx.lockConversation(ctx, c.ID); err != nil { // nothing is recalled between
					return err
				}
				if err := tx.db(ctx).Where("conversation_id = ? AND seq BETWEEN ? AND ?", c.ID, first, seq).Delete(&MessageTerm{}).Error; err != nil {
					return err
				}
				return tx.IndexMessages(ctx, places)
			})
			if err != nil {
				return c.ID, err
			}
		}
		return c.ID, nil
	})
}

// Places of the job where it makes terms.
const (
	indexCustomers = "index-customers"
	indexOrders    = "index-orders"
	indexMessages  = "index-messages"
)

// eachByID works through a table in the order of its IDs and passes over what belongs to people who were erased.
func eachByID[T any](ctx context.Context, s *Store, after string, job *KeyJob, progress KeyProgress, place string, work func(T) (id string, err error)) error {
	for {
		var rows []T
		if err := s.db(ctx).Where("id > ?", after).Order("id").Limit(resealBatch).Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			id, err := work(row)
			if err != nil && !errors.Is(err, fault.New(fault.Erased)) {
				return err
			}
			after = id
		}
		job.Done += int64(len(rows))
		job.Position = place + " " + after
		if err := s.SaveKeyJob(ctx, job); err != nil {
			return err
		}
		progress.say(*job)
	}
}

func customerAD(id, column string) seal.AD {
	return seal.AD{Table: "customers", Column: column, Person: id, Row: id}
}

func staffAD(id string) seal.AD {
	return seal.AD{Table: "staff", Column: "name", Person: id, Row: id}
}
