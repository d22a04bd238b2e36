package knowledge

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"aftersales/models"
)

// Export writes what is published as Markdown, by the path "<language>/<category>/<slug>.md".
func (s *Service) Export(ctx context.Context) (map[string][]byte, error) {
	if err := s.Refresh(ctx); err != nil {
		return nil, Away(err)
	}
	there := s.current.Load()
	files := map[string][]byte{}
	for lang, x := range there.indexes {
		for _, doc := range x.docs {
			text := doc.text
			text.Review = there.articles[doc.articleID].ReviewDays
			content, err := text.Markdown()
			if err != nil {
				return nil, err
			}
			files[lang+"/"+doc.category+"/"+doc.slug+".md"] = content
		}
	}
	return files, nil
}

// Import makes drafts, in an editor's name, of texts by slug and language that are new or not what is published. It returns
// how many drafts it made and how many texts were published like this already. Texts that are wrong, or whose article is
// being reviewed, are named in the error; the others are imported.
func (s *Service) Import(ctx context.Context, editor string, texts map[string]map[string]Text) (drafts, same int, err error) {
	var wrong []error
	for _, slug := range sorted(texts) {
		for _, lang := range sorted(texts[slug]) {
			made, err := s.importOne(ctx, editor, slug, lang, texts[slug][lang])
			switch {
			case err != nil:
				wrong = append(wrong, fmt.Errorf("%s/%s: %w", lang, slug, err))
			case made:
				drafts++
			default:
				same++
			}
		}
	}
	return drafts, same, errors.Join(wrong...)
}

func (s *Service) importOne(ctx context.Context, editor, slug, lang string, text Text) (made bool, err error) {
	article, err := s.Store.Article(ctx, slug)
	if errors.Is(err, models.ErrNotFound) {
		if _, err = s.Create(ctx, editor, Draft{Slug: slug, Lang: lang, Text: text}); err != nil {
			return false, err
		}
		return true, s.Refresh(ctx)
	}
	if err != nil {
		return false, err
	}
	whole, err := s.Whole(ctx, article.ID)
	if err != nil {
		return false, err
	}
	for _, version := range whole.Versions {
		if version.Lang != lang || version.State != models.VersionPublished {
			continue
		}
		now, err := TextOf(version)
		if err != nil {
			return false, err
		}
		now.Category, now.Review = article.Category, article.ReviewDays
		if reflect.DeepEqual(now, text) {
			return false, nil
		}
	}
	_, err = s.Edit(ctx, editor, article.ID, article.Revision, Draft{Lang: lang, Text: text, ExpiresAt: article.ExpiresAt})
	return true, err
}
