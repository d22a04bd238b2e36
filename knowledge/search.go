package knowledge

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Weights of BM25 over the fields of an article: k1 and b as in Robertson and Zaragoza, The Probabilistic Relevance
// Framework (2009); the fields' are chosen by hand;
// TestQuestionsFindTheirArticle prints how often a question that was left out finds its article with them.
const (
	k1 = 1.2
	b  = 0.6

	weightTitle     = 3.0
	weightQuestions = 2.0
	weightKeywords  = 2.0
	weightBody      = 1.0

	synonymWorth  = 0.5 // of a word that was not written, beside one that was
	questionWorth = 6.0 // of a question that is like one of the article's, at most
	intentWorth   = 1.5 // of being about what is wanted
	feedbackWorth = 1.0 // λ in λ·log((up+α)/(down+β))
	feedbackPrior = 3.0 // α and β: a single vote moves little
)

// document is one published article in one language, as the index knows it.
type document struct {
	articleID, slug, category string
	n                         int
	text                      Text
	length                    float64
	questions                 [][]string // the terms of each
}

type posting struct {
	doc int
	tf  float64
}

// index finds articles of one language. It never changes.
type index struct {
	reader   reader
	lang     string
	docs     []document
	postings map[string][]posting
	average  float64
	synonyms [][]phrase
}

// phrase is a synonym cut into terms.
type phrase []string

func newIndex(fold func(rune) rune, lang string, docs []document) *index {
	x := &index{reader: reader{fold}, lang: lang, docs: docs, postings: map[string][]posting{}}
	for _, group := range synonyms[lang] {
		var phrases []phrase
		for _, words := range group {
			phrases = append(phrases, texts(x.reader.terms(words)))
		}
		x.synonyms = append(x.synonyms, phrases)
	}
	for i := range docs {
		doc := &docs[i]
		counts := map[string]float64{}
		add := func(text string, weight float64) {
			for _, t := range x.reader.terms(text) {
				counts[t.text] += weight
				doc.length += weight
			}
		}
		add(doc.text.Title, weightTitle)
		add(placeholder.ReplaceAllString(plain(doc.text.Body), " "), weightBody)
		for _, question := range doc.text.Questions {
			add(question, weightQuestions)
		}
		for _, question := range append([]string{doc.text.Title}, doc.text.Questions...) {
			doc.questions = append(doc.questions, unique(texts(x.reader.terms(question))))
		}
		for _, word := range doc.text.Keywords {
			add(word, weightKeywords)
		}
		for term, tf := range counts {
			x.postings[term] = append(x.postings[term], posting{i, tf})
		}
		x.average += doc.length
	}
	x.average /= float64(max(1, len(docs)))
	return x
}

func texts(terms []term) []string {
	all := make([]string, len(terms))
	for i, t := range terms {
		all[i] = t.text
	}
	return all
}

func unique(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

func (x *index) idf(term string) float64 {
	n := float64(len(x.postings[term]))
	return math.Log(1 + (float64(len(x.docs))-n+0.5)/(n+0.5))
}

// found is how well a document answers a query.
type found struct {
	doc      *document
	score    float64
	covered  float64 // the share of the query's words, weighed by how rare they are, that the article has
	question float64 // how like the likest of its questions is, 0 to 1
}

// search ranks all documents that share a word with the query. boost is added for what is known besides the words.
func (x *index) search(query string, boost func(*document) float64) []found {
	asked := unique(texts(x.reader.terms(query)))
	if len(asked) == 0 {
		return nil
	}
	weights := x.expand(asked)
	scores, covered := make([]float64, len(x.docs)), make([]float64, len(x.docs))
	whole := 0.0
	for _, term := range asked {
		whole += x.idf(term)
	}
	for term, weight := range weights {
		idf := x.idf(term)
		for _, p := range x.postings[term] {
			norm := 1 - b + b*x.docs[p.doc].length/x.average
			scores[p.doc] += weight * idf * p.tf * (k1 + 1) / (p.tf + k1*norm)
			if weight == 1 {
				covered[p.doc] += idf
			}
		}
	}
	var hits []found
	for i := range x.docs {
		if scores[i] == 0 {
			continue
		}
		hit := found{doc: &x.docs[i], score: scores[i], covered: covered[i] / whole}
		hit.question = x.likest(asked, hit.doc)
		hit.score += questionWorth*hit.question*hit.question + boost(hit.doc)
		hits = append(hits, hit)
	}
	slices.SortFunc(hits, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.doc.slug, b.doc.slug))
	})
	return hits
}

// expand gives the words of a query their weight, and adds what means the same.
func (x *index) expand(asked []string) map[string]float64 {
	weights := map[string]float64{}
	for _, term := range asked {
		weights[term] = 1
	}
	has := func(p phrase) bool {
		return len(p) > 0 && !slices.ContainsFunc(p, func(term string) bool { _, found := slices.BinarySearch(asked, term); return !found })
	}
	for _, group := range x.synonyms {
		if !slices.ContainsFunc(group, has) {
			continue
		}
		for _, p := range group {
			for _, term := range p {
				if weights[term] == 0 {
					weights[term] = synonymWorth / float64(len(p))
				}
			}
		}
	}
	return weights
}

// likest is how much of the query and of the likest question of a document are the same: Dice over what is rare.
func (x *index) likest(asked []string, doc *document) float64 {
	best := 0.0
	mass := 0.0
	for _, term := range asked {
		mass += x.idf(term)
	}
	for _, question := range doc.questions {
		shared, own := 0.0, 0.0
		for _, term := range question {
			idf := x.idf(term)
			own += idf
			if _, is := slices.BinarySearch(asked, term); is {
				shared += idf
			}
		}
		if own+mass > 0 {
			best = max(best, 2*shared/(own+mass))
		}
	}
	return best
}

// Piece is a part of a text; Hit tells that it was looked for.
type Piece struct {
	Text string
	Hit  bool
}

// highlight cuts a text into pieces, so that what was looked for stands out. No markup is made: whoever shows it does.
func (x *index) highlight(text, query string) []Piece {
	weights := x.expand(unique(texts(x.reader.terms(query))))
	runes := []rune(text)
	hit := make([]bool, len(runes))
	for _, t := range x.reader.terms(text) {
		if weights[t.text] > 0 {
			for i := t.from; i < t.to; i++ {
				hit[i] = true
			}
		}
	}
	var pieces []Piece
	for from := 0; from < len(runes); {
		to := from
		for to < len(runes) && hit[to] == hit[from] {
			to++
		}
		pieces = append(pieces, Piece{string(runes[from:to]), hit[from]})
		from = to
	}
	return pieces
}

// snippetLength is how many characters of an article a list shows.
const snippetLength = 90

// snippet is the part of a body around the first thing that was looked for, in one line.
func (x *index) snippet(body, query string) []Piece {
	runes := []rune(strings.Join(strings.Fields(body), " "))
	weights := x.expand(unique(texts(x.reader.terms(query))))
	at := 0
	for _, t := range x.reader.terms(string(runes)) {
		if weights[t.text] == 1 {
			at = t.from
			break
		}
	}
	from := max(0, min(at-snippetLength/4, len(runes)-snippetLength))
	to := min(len(runes), from+snippetLength)
	cut := string(runes[from:to])
	if from > 0 {
		cut = "…" + cut
	}
	if to < len(runes) {
		cut += "…"
	}
	return x.highlight(cut, query)
}
