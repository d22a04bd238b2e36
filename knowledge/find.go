package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
)

// Query is what somebody looks for.
type Query struct {
	Text     string
	Lang     string // zh or en
	Category string // with those below it; empty: all
	Intent   string // what is wanted, where the bot knows it
	Limit    int    // 0: 10; at most 30
	About    Facts  // Terms, Kind and Reason of the order that is spoken of; the rest is filled in
	Quiet    bool   // a search of the staff's: nothing is recorded
}

// Hit is an article that was found.
type Hit struct {
	ArticleID, Slug, Category string
	Version                   int
	Title                     []Piece
	Snippet                   []Piece
	Score                     float64
	Sure                      bool // it answers the question, and is not only about something near
}

const (
	usualHits, mostHits = 10, 30
	maxQuery            = 200 // characters that are looked at
	// What makes an answer sure, and what makes it an answer at all: chosen by hand, not yet measured on questions of real people.
	sureQuestion, sureCovered = 0.5, 0.6
	nearQuestion, nearCovered = 0.3, 0.35
)

// Search finds published articles, the best first, with their figures filled in. What finds nothing is recorded, masked.
// Fault: bad_request when the language is not one of ours.
func (s *Service) Search(ctx context.Context, q Query) ([]Hit, error) {
	ranked, there, err := s.rank(ctx, q)
	if err != nil {
		return nil, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = usualHits
	}
	limit = min(limit, mostHits)
	facts, err := s.facts(ctx, q.About)
	if err != nil {
		return nil, err
	}
	x := there.indexes[q.Lang]
	var hits []Hit
	for _, f := range ranked {
		if len(hits) == limit || f.covered < nearCovered && f.question < nearQuestion {
			break
		}
		facts.Kinds = KindsOf(f.doc.text.Intents)
		body, err := Fill(plain(f.doc.text.Body), q.Lang, facts)
		if err != nil {
			continue // the rules in force lack a figure: who reads it would be told a half
		}
		hits = append(hits, Hit{
			ArticleID: f.doc.articleID, Slug: f.doc.slug, Category: f.doc.category, Version: f.doc.n, Score: f.score, Sure: f.sure(),
			Title: x.highlight(f.doc.text.Title, q.Text), Snippet: x.snippet(body, q.Text),
		})
	}
	if len(hits) == 0 && !q.Quiet {
		s.miss(ctx, q)
	}
	return hits, nil
}

func (f found) sure() bool {
	return f.question >= sureQuestion || f.covered >= sureCovered && f.question >= nearQuestion
}

func (s *Service) rank(ctx context.Context, q Query) ([]found, *shelf, error) {
	there, err := s.shelf(ctx)
	if err != nil {
		return nil, nil, err
	}
	x := there.indexes[q.Lang]
	if x == nil {
		return nil, nil, fault.New(fault.BadRequest)
	}
	if utf8.RuneCountInString(q.Text) > maxQuery {
		q.Text = string([]rune(q.Text)[:maxQuery])
	}
	now := s.now()
	ranked := x.search(strings.ToValidUTF8(q.Text, ""), func(doc *document) float64 {
		boost := there.liked(doc.articleID, q.Lang, q.Intent, now)
		if q.Intent != "" && slices.Contains(doc.text.Intents, q.Intent) {
			boost += intentWorth
		}
		return boost
	})
	if q.Category != "" {
		ranked = slices.DeleteFunc(ranked, func(f found) bool { return !there.within(f.doc.category, q.Category) })
	}
	return ranked, there, nil
}

// within tells whether a category is another one or below it.
func (t *shelf) within(code, above string) bool {
	for range 8 {
		if code == above {
			return true
		}
		at := slices.IndexFunc(t.categories, func(c models.ArticleCategory) bool { return c.Code == code })
		if at < 0 || t.categories[at].Parent == "" {
			return false
		}
		code = t.categories[at].Parent
	}
	return false
}

// halfLife is how long it takes until a vote counts half.
const halfLife = 60 * 24 * time.Hour

func decay(since time.Duration) float64 {
	if since <= 0 {
		return 1
	}
	return math.Exp2(-float64(since) / float64(halfLife))
}

// liked moves an answer by what people thought of it when they wanted this: λ·log((up+α)/(down+β)).
func (t *shelf) liked(articleID, lang, intent string, now time.Time) float64 {
	score, found := t.scores[articleID+"/"+lang+"/"+intent]
	if !found {
		return 0
	}
	keep := decay(now.Sub(score.At))
	return feedbackWorth * math.Log((score.Up*keep+feedbackPrior)/(score.Down*keep+feedbackPrior))
}

// facts adds the rules in force to what is known of an order.
func (s *Service) facts(ctx context.Context, about Facts) (Facts, error) {
	rules, err := s.Rules(ctx)
	about.Pack = rules
	return about, Away(err)
}

// miss records what was not found. A search is answered whether that succeeds or not.
func (s *Service) miss(ctx context.Context, q Query) {
	words, now := missOf(q.Text), s.now()
	if words == "" {
		return
	}
	row := models.SearchMiss{ID: models.NewID(), Lang: q.Lang, Words: words, Intent: q.Intent, FirstAt: now, LastAt: now}
	if err := s.Store.AddMiss(ctx, row); err != nil {
		slog.WarnContext(ctx, "a search that found nothing could not be noted", "error", err)
	}
}

// Answer is an article as it is told to somebody.
type Answer struct {
	ArticleID, Slug, Title, Category, Lang string
	Version                                int
	Markdown                               string // with its figures
	Plain                                  string // without Markdown, for a chat
	UpdatedAt                              time.Time
	Intents                                []string
}

// Answer finds the one article that answers a question; false when none is sure to. It is what the bot asks.
func (s *Service) Answer(ctx context.Context, q Query) (Answer, bool, error) {
	ranked, there, err := s.rank(ctx, q)
	if err != nil {
		return Answer{}, false, err
	}
	if len(ranked) == 0 || !ranked[0].sure() {
		if !q.Quiet {
			s.miss(ctx, q)
		}
		return Answer{}, false, nil
	}
	answer, err := s.tell(ctx, there, ranked[0].doc, q.Lang, q.About)
	if err != nil {
		return Answer{}, false, err
	}
	if !q.Quiet {
		s.used(ctx, answer.ArticleID, q.Lang, "bot")
	}
	return answer, true, nil
}

// Read returns a published article by its ID or slug, in a language or, where it is not there in that one, in the other.
// Fault: not_found.
func (s *Service) Read(ctx context.Context, idOrSlug, lang string, about Facts, place string) (Answer, error) {
	there, err := s.shelf(ctx)
	if err != nil {
		return Answer{}, err
	}
	id := idOrSlug
	if bySlug, known := there.bySlug[idOrSlug]; known {
		id = bySlug
	}
	for _, lang := range []string{lang, map[string]string{Chinese: English, English: Chinese}[lang]} {
		x := there.indexes[lang]
		if x == nil {
			continue
		}
		at := slices.IndexFunc(x.docs, func(d document) bool { return d.articleID == id })
		if at < 0 {
			continue
		}
		answer, err := s.tell(ctx, there, &x.docs[at], lang, about)
		if err == nil && place != "" {
			s.used(ctx, id, lang, place)
		}
		return answer, err
	}
	return Answer{}, fault.New(fault.NotFound)
}

func (s *Service) tell(ctx context.Context, there *shelf, doc *document, lang string, about Facts) (Answer, error) {
	facts, err := s.facts(ctx, about)
	if err != nil {
		return Answer{}, err
	}
	facts.Kinds = KindsOf(doc.text.Intents)
	body, err := Fill(doc.text.Body, lang, facts)
	var lacking *Unfilled
	if errors.As(err, &lacking) {
		return Answer{}, fault.New(fault.NotFound).Because(err)
	}
	return Answer{
		ArticleID: doc.articleID, Slug: doc.slug, Title: doc.text.Title, Category: doc.category, Lang: lang, Version: doc.n, Markdown: body,
		Plain: plain(body), UpdatedAt: there.articles[doc.articleID].UpdatedAt, Intents: doc.text.Intents,
	}, err
}

func (s *Service) used(ctx context.Context, id, lang, place string) {
	if err := s.Store.UseArticle(ctx, id, lang, place, s.now()); err != nil {
		slog.WarnContext(ctx, "that an article was shown could not be noted", "error", err)
	}
}

// Categories lists the tree. Languages without a title of their own do not exist: every category has both.
func (s *Service) Categories(ctx context.Context) ([]Category, error) {
	there, err := s.shelf(ctx)
	if err != nil {
		return nil, err
	}
	var all []Category
	for _, row := range there.categories {
		c := Category{Code: row.Code, Parent: row.Parent, TitleZH: row.TitleZH, TitleEN: row.TitleEN, Position: row.Position, Articles: map[string]int{}}
		for lang, x := range there.indexes {
			for _, doc := range x.docs {
				if there.within(doc.category, row.Code) {
					c.Articles[lang]++
				}
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// Category is a node of the tree, with how many published articles are in it and below, by language.
type Category struct {
	Code, Parent, TitleZH, TitleEN string
	Position                       int
	Articles                       map[string]int
}

// Thumb is what somebody thought of an answer.
type Thumb struct {
	Article string // ID or slug
	Lang    string
	Intent  string // what they wanted; empty: not known
	Voter   string // who votes, "<role>/<id>"; kept as a hash only
	Up      bool
}

// unhappyDown is from how many thumbs down, decayed, an answer is looked at when they are more than those up.
const unhappyDown = 3

// Vote counts a thumb, once for everybody: a second one replaces the first. An answer that people are unhappy with sinks, and
// goes to the editors' list of what is to be looked at. Fault: not_found.
func (s *Service) Vote(ctx context.Context, thumb Thumb) error {
	answer, err := s.Read(ctx, thumb.Article, thumb.Lang, Facts{}, "")
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(thumb.Intent) > 32 {
		return fault.New(fault.BadRequest)
	}
	digest := sha256.Sum256([]byte(thumb.Voter + "\n" + answer.ArticleID + "\n" + answer.Lang + "\n" + thumb.Intent))
	now := s.now()
	score, err := s.Store.VoteArticle(ctx, models.ArticleVote{
		ArticleID: answer.ArticleID, Lang: answer.Lang, Intent: thumb.Intent, Voter: hex.EncodeToString(digest[:]), Up: thumb.Up, At: now,
	}, decay)
	if err != nil {
		return Away(err)
	}
	if score.Down >= unhappyDown && score.Down > score.Up {
		return Away(s.Store.UnhappyWith(ctx, answer.ArticleID, now))
	}
	return nil
}
