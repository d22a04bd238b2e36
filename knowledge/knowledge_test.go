package knowledge_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/bot/nlu"
	"aftersales/knowledge"
	"aftersales/models"
	"aftersales/policy/pack"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// room is a service over a new database with the articles that come with the program.
func room(t testing.TB) *knowledge.Service {
	t.Helper()
	dsn := filepath.Join(t.TempDir(), "a.db")
	require.NoError(t, models.Migrate(context.Background(), dsn, models.Options{}))
	store, err := models.Open(context.Background(), dsn, models.Options{CreateMasterKey: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	s := &knowledge.Service{
		Store: store, Fold: nlu.Fold, Now: func() time.Time { return noon },
		Rules: func(context.Context) (*pack.Pack, error) { return rules, nil },
	}
	_, err = s.Ship(context.Background())
	require.NoError(t, err)
	return s
}

func search(t testing.TB, s *knowledge.Service, lang, text string) []string {
	t.Helper()
	hits, err := s.Search(context.Background(), knowledge.Query{Text: text, Lang: lang})
	require.NoError(t, err)
	var slugs []string
	for _, hit := range hits {
		slugs = append(slugs, hit.Slug)
	}
	return slugs
}

// Every figure that an article names is one of the rules, in both languages and under every pack that ships.
func TestEveryArticleIsFilledByTheRules(t *testing.T) {
	all, err := knowledge.Shipped()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(all), 150)
	for _, name := range pack.BuiltinNames() {
		rules, err := pack.Builtin(name)
		require.NoError(t, err)
		for slug, texts := range all {
			require.Len(t, texts, 2, "%s is there in both languages", slug)
			for lang, text := range texts {
				facts := knowledge.Facts{Pack: rules, Kinds: knowledge.KindsOf(text.Intents)}
				filled, err := knowledge.Fill(text.Body, lang, facts)
				require.NoError(t, err, "%s %s %s", name, lang, slug)
				require.NotContains(t, filled, "{{")
				wrong := text.Check(lang, facts, func(slug string) bool { return all[slug] != nil })
				require.Empty(t, wrong, "%s %s", lang, slug)
			}
			require.Equal(t, placeholders(texts["zh"].Body), placeholders(texts["en"].Body), "%s says the same in both languages", slug)
		}
	}
}

func placeholders(body string) map[string]bool {
	found := map[string]bool{}
	for _, part := range strings.Split(body, "{{")[1:] {
		name, _, _ := strings.Cut(part, "}}")
		found[name] = true
	}
	return found
}

func TestFiguresAreThoseOfThePack(t *testing.T) {
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	for text, want := range map[string][2]string{
		"{{time:merchant_answer}}":        {"48小时", "48 hours"},
		"{{time:send_back}}":              {"7天", "7 days"},
		"{{time:suspended_papers}}":       {"7个工作日", "7 working days"},
		"{{time:supplement}}":             {"4小时", "4 hours"},
		"{{window:no_reason}}":            {"7天", "7 days"},
		"{{window:quality}}":              {"15天", "15 days"},
		"{{freight:quality}}":             {"商家", "the merchant"},
		"{{freight:no_reason}}":           {"您", "you"},
		"{{freight:agreed}}":              {"商家", "the merchant"},
		"{{freight:other}}":               {"您", "you"},
		"{{limit:offers}}":                {"3", "3"},
		"{{limit:pickup_extension}}":      {"3天", "3 days"},
		"{{price_protection:phones}}":     {"15天", "15 days"},
		"{{price_protection:default}}":    {"7天", "7 days"},
		"{{price_protection:appliances}}": {"30天", "30 days"},
		"{{time:pay}}":                    {"24小时 (换货)或 3天 (维修)", "24 hours (exchanges) or 3 days (repairs)"},
	} {
		for i, lang := range []string{"zh", "en"} {
			got, err := knowledge.Fill(text, lang, knowledge.Facts{Pack: rules})
			require.NoError(t, err)
			require.Equal(t, want[i], got, text)
		}
	}
	got, err := knowledge.Fill("{{time:pay}}", "zh", knowledge.Facts{Pack: rules, Kinds: knowledge.KindsOf([]string{"exchange"})})
	require.NoError(t, err)
	require.Equal(t, "24小时", got, "an article about exchanges says how it is there")
	for _, text := range []string{"{{time:nonsense}}", "{{window:counterfeit}}", "{{freight:change_of_mind}}", "{{limit:x}}", "{{Time:pay}}", "{{time:pay"} {
		_, err := knowledge.Fill(text, "zh", knowledge.Facts{Pack: rules})
		var unfilled *knowledge.Unfilled
		require.ErrorAs(t, err, &unfilled, text)
	}
}

// Loading twice adds nothing, and what an editor changed stays.
func TestShippingIsDoneOnce(t *testing.T) {
	s := room(t)
	again, err := s.Ship(t.Context())
	require.NoError(t, err)
	require.Zero(t, again)
	article, err := s.Store.Article(t.Context(), "open-a-return")
	require.NoError(t, err)
	require.NoError(t, s.Store.DB.Exec("UPDATE article_versions SET title = 'mine' WHERE article_id = ?", article.ID).Error)
	_, err = s.Ship(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Refresh(t.Context()))
	read, err := s.Read(t.Context(), "open-a-return", "zh", knowledge.Facts{}, "")
	require.NoError(t, err)
	require.Equal(t, "mine", read.Title)
}

// The question that people ask finds its article although just this question is left out of it: not seldomer than when this was
// written. It guards what there is; it is no target that was reached.
func TestQuestionsFindTheirArticle(t *testing.T) {
	all, err := knowledge.Shipped()
	require.NoError(t, err)
	for lang, least := range map[string][2]float64{"zh": {0.40, 0.60}, "en": {0.38, 0.60}} {
		first, third, n := knowledge.LeaveOneOut(all, lang, nlu.Fold)
		r1, r3 := float64(first)/float64(n), float64(third)/float64(n)
		t.Logf("%s: of %d questions %.3f find their article first, %.3f among three", lang, n, r1, r3)
		require.Greater(t, r1, least[0])
		require.Greater(t, r3, least[1])
	}
}

func TestSearchReadsAsPeopleWrite(t *testing.T) {
	s := room(t)
	for query, want := range map[string]string{
		"zh 七天无理由从哪天开始算": "count-the-no-reason-days", "zh 退貨郵費誰出": "who-pays-return-postage", "en returning postage who pays": "who-pays-return-postage",
		"en counterfeit": "bought-a-counterfeit",
	} {
		lang, text, _ := strings.Cut(query, " ")
		require.Equal(t, want, search(t, s, lang, text)[0], query)
	}
	require.Equal(t, search(t, s, "zh", "退货邮费谁出"), search(t, s, "zh", "退貨郵費誰出"), "traditional writing finds the same")
	require.Equal(t, search(t, s, "zh", "iphone保修"), search(t, s, "zh", "ｉＰｈｏｎｅ保修"), "so does full width")
	hits, err := s.Search(t.Context(), knowledge.Query{Text: "退货运费", Lang: "zh"})
	require.NoError(t, err)
	require.NotEmpty(t, hits)
	marked := ""
	for _, piece := range hits[0].Title {
		if piece.Hit {
			marked += piece.Text
		}
	}
	require.NotEmpty(t, marked)
	require.Contains(t, "退货运费寄回邮费", string([]rune(marked)[:2]))
	for _, bad := range []string{"", "   ", "😀😀", "\xff\xfe", strings.Repeat("退货", 5000), "' OR 1=1 --", "<script>alert(1)</script>"} {
		_, err := s.Search(t.Context(), knowledge.Query{Text: bad, Lang: "zh"})
		require.NoError(t, err)
	}
}

func TestMissesAreKeptMasked(t *testing.T) {
	s := room(t)
	query := "量子纠缠怎么充值 我叫王小明 电话13812345678 邮箱wang@example.com 浙江省杭州市西湖区文三路12号"
	for range 2 {
		require.Empty(t, search(t, s, "zh", query))
	}
	page, err := s.Store.Misses(t.Context(), models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	require.EqualValues(t, 2, page.Items[0].N)
	require.Contains(t, page.Items[0].Words, "量子纠缠")
	for _, secret := range []string{"王小明", "138", "5678", "wang", "文三路", "杭州"} {
		require.NotContains(t, page.Items[0].Words, secret)
	}
	require.Empty(t, search(t, s, "en", "my number is 139 0000 1111"))
	require.NoError(t, s.Store.HandleMiss(t.Context(), page.Items[0].ID, noon))
	require.ErrorIs(t, s.Store.HandleMiss(t.Context(), page.Items[0].ID, noon), models.ErrNotFound)
}

func TestThumbsMoveTheRanking(t *testing.T) {
	s := room(t)
	ctx := t.Context()
	before := search(t, s, "zh", "退货运费")
	require.Greater(t, len(before), 1)
	for i := range 40 {
		require.NoError(t, s.Vote(ctx, knowledge.Thumb{Article: before[0], Lang: "zh", Voter: fmt.Sprint("customer/", i)}))
		require.NoError(t, s.Vote(ctx, knowledge.Thumb{Article: before[1], Lang: "zh", Voter: fmt.Sprint("customer/", i), Up: true}))
	}
	require.NoError(t, s.Refresh(ctx))
	after := search(t, s, "zh", "退货运费")
	require.NotEqual(t, before[0], after[0], "an answer that people are unhappy with sinks")
	article, err := s.Store.Article(ctx, before[0])
	require.NoError(t, err)
	require.Equal(t, "unhappy", article.ReviewWhy)
	require.Equal(t, noon, *article.ReviewAt, "and goes to the editors")

	// One person has one vote, however often they press.
	for range 9 {
		require.NoError(t, s.Vote(ctx, knowledge.Thumb{Article: "open-a-repair", Lang: "en", Voter: "customer/1", Up: true}))
	}
	require.NoError(t, s.Vote(ctx, knowledge.Thumb{Article: "open-a-repair", Lang: "en", Voter: "customer/1"}))
	scores, err := s.Store.ArticleScores(ctx)
	require.NoError(t, err)
	repair, err := s.Store.Article(ctx, "open-a-repair")
	require.NoError(t, err)
	for _, score := range scores {
		if score.ArticleID == repair.ID {
			require.Equal(t, [2]float64{0, 1}, [2]float64{score.Up, score.Down})
		}
	}
	var voters []string
	require.NoError(t, s.Store.DB.Model(&models.ArticleVote{}).Pluck("voter", &voters).Error)
	for _, voter := range voters {
		require.NotContains(t, voter, "customer")
	}
}

func BenchmarkSearch(b *testing.B) {
	s := room(b)
	for b.Loop() {
		if _, err := s.Search(context.Background(), knowledge.Query{Text: "退货的运费到底谁出呀", Lang: "zh"}); err != nil {
			b.Fatal(err)
		}
	}
}
