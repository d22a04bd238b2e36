package knowledge

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"aftersales/models"
)

//go:embed articles/zh/*/*.md articles/en/*/*.md
var shipped embed.FS

// categories that come with the program, in the order in which people see them.
var categories = []struct{ code, zh, en string }{
	{"returns", "退货", "Returns"}, {"refunds", "退款", "Refunds"}, {"exchanges", "换货", "Exchanges"}, {"repairs-warranty", "维修与保修", "Repairs and warranty"},
	{"logistics", "物流配送", "Delivery"}, {"orders-cancel", "订单与取消", "Orders and cancelling"}, {"price-protection-insurance", "价保与运费险", "Price protection and freight insurance"},
	{"complaints-judgment", "投诉与判定", "Complaints and judgments"}, {"evidence-photos", "凭证与照片", "Evidence and photos"},
	{"goodwill-large-items-food", "大件、食品与补偿", "Large items, food and goodwill"}, {"product-care-size", "商品、尺码与保养", "Products, sizes and care"},
	{"promotions-coupons", "优惠活动", "Offers and coupons"}, {"invoices", "发票", "Invoices"}, {"account-privacy", "账号与隐私", "Account and privacy"},
	{"using-the-chat", "怎么使用客服", "Using the chat"},
}

// Shipped reads the articles that come with the program, by slug and language.
func Shipped() (map[string]map[string]Text, error) { return ReadFolder(shipped, "articles") }

// ReadFolder reads articles from folders "<language>/<category>/<slug>.md" below root. Every file that is wrong is named.
func ReadFolder(files fs.FS, root string) (map[string]map[string]Text, error) {
	all := map[string]map[string]Text{}
	for _, lang := range []string{Chinese, English} {
		names, err := fs.Glob(files, path.Join(root, lang, "*", "*.md"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			content, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			text, err := ReadText(content)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			slug := strings.TrimSuffix(path.Base(name), ".md")
			if all[slug] == nil {
				all[slug] = map[string]Text{}
			}
			all[slug][lang] = text
		}
	}
	return all, nil
}

// Ship puts the articles that come with the program into the database, published, if they are not there. What an editor
// has made of one is left alone, whatever a later program brings. It returns how many were new.
func (s *Service) Ship(ctx context.Context) (int, error) {
	all, err := Shipped()
	if err != nil {
		return 0, err
	}
	now := s.now()
	for i, c := range categories {
		row := models.ArticleCategory{Code: c.code, TitleZH: c.zh, TitleEN: c.en, Position: i, UpdatedAt: now}
		if err := s.Store.AddArticleCategory(ctx, row); err != nil {
			return 0, err
		}
	}
	there, err := s.Store.AllArticles(ctx)
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	for _, article := range there {
		known[article.Slug] = true
	}
	added := 0
	for _, slug := range sorted(all) {
		if known[slug] {
			continue
		}
		new, err := s.shipOne(ctx, slug, all[slug], now)
		if err != nil {
			return added, fmt.Errorf("knowledge: %s: %w", slug, err)
		}
		if new {
			added++
		}
	}
	if added > 0 {
		return added, s.Store.ArticleChanged(ctx, "shipped", now)
	}
	return 0, nil
}

func (s *Service) shipOne(ctx context.Context, slug string, texts map[string]Text, now time.Time) (bool, error) {
	first := texts[Chinese]
	if first.Title == "" {
		first = texts[English]
	}
	article := models.Article{
		ID: models.NewID(), Slug: slug, Category: first.Category, ReviewDays: first.Review, Shipped: true, Revision: 1, CreatedAt: now, UpdatedAt: now,
	}
	article.ReviewAt = reviewAt(now, first.Review)
	var versions []models.ArticleVersion
	for _, lang := range sorted(texts) {
		version := versionOf(texts[lang])
		version.ArticleID, version.Lang, version.N, version.State = article.ID, lang, 1, models.VersionPublished
		version.CreatedAt, version.UpdatedAt, version.PublishedAt = now, now, &now
		versions = append(versions, version)
	}
	return s.Store.AddShippedArticle(ctx, article, versions)
}

// reviewAt is when an article is looked at again; nil: never.
func reviewAt(from time.Time, days int) *time.Time {
	if days <= 0 {
		return nil
	}
	at := from.AddDate(0, 0, days)
	return &at
}

func sorted[T any](m map[string]T) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
