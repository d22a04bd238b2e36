package models

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/fault"
)

const (
	fieldMessage = "message"
	messageTerm  = 8   // bytes of a term: what is found is opened and compared, so that two pairs may share one
	maxPairs     = 512 // of one message
)

// Pairs are the pairs of letters or digits that stand together in a text, folded: full width as half width, capitals as
// small letters. It is by them that a text is found, two Chinese characters being one.
func Pairs(text string) (pairs []string) {
	seen := map[string]bool{}
	for _, run := range Runs(text) {
		letters := []rune(run)
		for i := 1; i < len(letters) && len(pairs) < maxPairs; i++ {
			if pair := string(letters[i-1 : i+1]); !seen[pair] {
				seen[pair] = true
				pairs = append(pairs, pair)
			}
		}
	}
	return pairs
}

// Runs are the words of a text, folded: what stands together without a blank or a mark between.
func Runs(text string) []string {
	folded := strings.ToLower(norm.NFKC.String(text))
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// textOf is what of a message's body can be found.
func textOf(body string) string {
	var said struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal([]byte(body), &said) // a body without text has nothing to find
	return said.Text
}

// IndexMessages makes messages findable, those that were recalled or erased by nothing. It is safe to repeat.
func (s *Store) IndexMessages(ctx context.Context, places []MessagePlace) error {
	found, err := s.MessagesAt(ctx, places)
	if err != nil {
		return err
	}
	for _, m := range found { // the keysets are not fetched while rows are held
		if err := s.Keys.Preload(ctx, m.Body.Ref()); err != nil && !errors.Is(err, fault.New(fault.Erased)) {
			return err
		}
	}
	slices.SortFunc(places, func(a, b MessagePlace) int {
		return cmp.Or(cmp.Compare(a.ConversationID, b.ConversationID), cmp.Compare(a.Seq, b.Seq))
	})
	return s.Tx(ctx, func(tx *Store) error {
		var rows []MessageTerm
		for _, place := range places {
			var m Message
			err := tx.ForUpdate(tx.db(ctx)).Where("conversation_id = ? AND seq = ?", place.ConversationID, place.Seq).Take(&m).Error
			if errors.Is(err, ErrNotFound) || err == nil && m.RecalledAt != nil {
				continue
			}
			if err != nil {
				return err
			}
			body, err := tx.MessageBody(ctx, m)
			if errors.Is(err, fault.New(fault.Erased)) {
				continue
			}
			if err != nil {
				return err
			}
			for _, pair := range Pairs(textOf(body)) {
				term, err := tx.Keys.Term(ctx, fieldMessage, pair)
				if err != nil {
					return err
				}
				rows = append(rows, MessageTerm{m.ConversationID, term[:messageTerm], m.Seq, m.SentAt})
			}
		}
		if len(rows) == 0 {
			return nil
		}
		return tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 1000).Error
	})
}

// dropTerms takes away by what a message was found while it said something.
func (s *Store) dropTerms(ctx context.Context, m Message, body string) error {
	var terms [][]byte
	for _, pair := range Pairs(textOf(body)) {
		of, err := s.pairTerms(ctx, pair, false)
		if err != nil {
			return err
		}
		terms = append(terms, of...)
	}
	for batch := range slices.Chunk(terms, 500) {
		err := s.db(ctx).Where("conversation_id = ? AND seq = ? AND term IN ?", m.ConversationID, m.Seq, batch).Delete(&MessageTerm{}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) pairTerms(ctx context.Context, pair string, fresh bool) ([][]byte, error) {
	terms, err := s.Keys.Terms(ctx, fieldMessage, pair, fresh)
	for i := range terms {
		terms[i] = terms[i][:messageTerm]
	}
	return terms, err
}

// MessageSearch says where messages are looked for; exactly one of Customer, Conversation, Shop, Team and Agent, or All.
type MessageSearch struct {
	Words                                     string
	Customer, Conversation, Shop, Team, Agent string
	All                                       bool
	Audience                                  string    // only conversations with this one
	From                                      string    // only messages of this kind of sender
	Since, Until                              time.Time // zero: any
}

const (
	leadCounted = 2000 // how far a pair is counted to find the rarest
	ownSearched = 500  // conversations of one customer
)

// SearchMessages finds messages that hold every pair of the words, the newest first: candidates, which the caller opens and
// compares. Words without a pair find nothing. They are looked for under every key that the index had.
func (s *Store) SearchMessages(ctx context.Context, search MessageSearch, request PageRequest) (Page[MessagePlace], error) {
	page, err := s.searchUnder(ctx, search, request, false)
	if err != nil || len(page.Items) > 0 || request.Cursor != "" || len(Pairs(search.Words)) == 0 {
		return page, err
	}
	known, err := s.pairTerms(ctx, Pairs(search.Words)[0], false)
	if err != nil {
		return page, err
	}
	now, err := s.pairTerms(ctx, Pairs(search.Words)[0], true)
	if err != nil || slices.EqualFunc(known, now, bytes.Equal) {
		return page, err
	}
	return s.searchUnder(ctx, search, request, true) // another process indexes under a newer key
}

func (s *Store) searchUnder(ctx context.Context, search MessageSearch, request PageRequest, fresh bool) (Page[MessagePlace], error) {
	var all [][][]byte // by pair
	for _, pair := range Pairs(search.Words) {
		terms, err := s.pairTerms(ctx, pair, fresh && len(all) == 0)
		if err != nil {
			return Page[MessagePlace]{}, err
		}
		all = append(all, terms)
	}
	if len(all) == 0 {
		return Page[MessagePlace]{}, nil
	}
	lead, err := s.rarest(ctx, all)
	if err != nil {
		return Page[MessagePlace]{}, err
	}
	query := s.db(ctx).Table("message_terms AS t").Select("t.conversation_id, t.seq, t.sent_at").Where("t.term IN ?", all[lead])
	for i, terms := range all {
		if i != lead {
			query = query.Where("EXISTS (SELECT 1 FROM message_terms o WHERE o.conversation_id = t.conversation_id AND o.term IN ? AND o.seq = t.seq)", terms)
		}
	}
	if query, err = s.searched(ctx, query, search); err != nil || query == nil {
		return Page[MessagePlace]{}, err
	}
	return newestPlaces(query, request)
}

// searched narrows a search to where it may look; nil: nowhere.
func (s *Store) searched(ctx context.Context, query *gorm.DB, search MessageSearch) (*gorm.DB, error) {
	switch {
	case search.Conversation != "":
		query = query.Where("t.conversation_id = ?", search.Conversation)
	case search.Customer != "":
		var own []string
		err := s.db(ctx).Model(&Conversation{}).Where("customer_id = ?", search.Customer).Order("last_at DESC").Limit(ownSearched).Pluck("id", &own).Error
		if err != nil || len(own) == 0 {
			return nil, err
		}
		query = query.Where("t.conversation_id IN ?", own)
	case search.Shop == "" && search.Team == "" && search.Agent == "" && !search.All:
		return nil, nil
	}
	var of []string
	var args []any
	where := func(condition string, arg any) { of, args = append(of, condition), append(args, arg) }
	if search.Shop != "" {
		where("c.merchant_id = ?", search.Shop)
	}
	switch {
	case search.Team != "" && search.Agent != "":
		of, args = append(of, "(c.team_id = ? OR c.assignee_id = ?)"), append(args, search.Team, search.Agent)
	case search.Team != "":
		where("c.team_id = ?", search.Team)
	case search.Agent != "":
		where("c.assignee_id = ?", search.Agent)
	}
	if search.Audience != "" {
		where("c.audience = ?", search.Audience)
	}
	if len(of) > 0 {
		query = query.Where("EXISTS (SELECT 1 FROM conversations c WHERE c.id = t.conversation_id AND "+strings.Join(of, " AND ")+")", args...)
	}
	if search.From != "" {
		query = query.Where("EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = t.conversation_id AND m.seq = t.seq AND m.sender_kind = ?)", search.From)
	}
	if !search.Since.IsZero() {
		query = query.Where("t.sent_at >= ?", search.Since)
	}
	if !search.Until.IsZero() {
		query = query.Where("t.sent_at < ?", search.Until)
	}
	return query, nil
}

// rarest is the pair that the fewest messages hold, counted so far and no further.
func (s *Store) rarest(ctx context.Context, all [][][]byte) (lead int, err error) {
	if len(all) == 1 {
		return 0, nil
	}
	fewest := int64(leadCounted + 1)
	for i, terms := range all {
		var n int64
		some := s.db(ctx).Table("message_terms").Select("1").Where("term IN ?", terms).Limit(int(fewest))
		if err := s.db(ctx).Table("(?) AS counted", some).Count(&n).Error; err != nil {
			return 0, err
		}
		if n < fewest {
			lead, fewest = i, n
		}
		if n == 0 {
			break
		}
	}
	return lead, nil
}

// newestPlaces reads a page of messages, the newest first.
func newestPlaces(query *gorm.DB, request PageRequest) (Page[MessagePlace], error) {
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[MessagePlace]{}, err
		}
		conversation, seq, good := strings.Cut(after.id, "/")
		number, err := parseSeq(seq)
		if !good || err != nil {
			return Page[MessagePlace]{}, fault.New(fault.BadCursor)
		}
		query = query.Where("(t.sent_at, t.conversation_id, t.seq) < (?, ?, ?)", after.at, conversation, number)
	}
	var rows []MessagePlace
	err := query.Order("t.sent_at DESC, t.conversation_id DESC, t.seq DESC").Limit(request.limit() + 1).Scan(&rows).Error
	return cut(rows, request.limit(), func(p MessagePlace) place { return place{p.SentAt, p.ConversationID + "/" + seqText(p.Seq)} }), err
}

func seqText(seq int64) string { return strconv.FormatInt(seq, 10) }

func parseSeq(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }
