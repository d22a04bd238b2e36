package knowledge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/knowledge"
	"aftersales/models"
)

func codeOf(t *testing.T, err error) fault.Code {
	t.Helper()
	require.NotNil(t, fault.As(err), "%v", err)
	return fault.As(err).Code
}

func draft(title string) knowledge.Draft {
	return knowledge.Draft{Slug: "lithium-batteries", Lang: "zh", Text: knowledge.Text{
		Title: title, Category: "logistics", Body: "充电宝{{window:no_reason}}内可以退，见[退货](open-a-return)。", Questions: []string{"充电宝能寄吗"}, Review: 30,
	}}
}

// From the first draft to what customers find, and to its end: each step by whom it is for, and in its order.
func TestAnArticleIsReviewedBeforeItIsTold(t *testing.T) {
	s := room(t)
	ctx := t.Context()
	article, err := s.Create(ctx, "ed-1", draft("充电宝怎么寄回"))
	require.NoError(t, err)
	_, err = s.Create(ctx, "ed-2", draft("再写一篇"))
	require.Equal(t, fault.ArticleExists, codeOf(t, err))
	_, err = s.Review(ctx, "ed-2", article.ID, "zh", 0, knowledge.Verdict{Approve: true})
	require.Equal(t, fault.NotNow, codeOf(t, err), "a draft that nobody handed in is not reviewed")

	article, err = s.Submit(ctx, article.ID, "zh", article.Revision)
	require.NoError(t, err)
	_, err = s.Edit(ctx, "ed-1", article.ID, article.Revision, draft("改一下"))
	require.Equal(t, fault.NotNow, codeOf(t, err), "what is being reviewed stays as it is")
	_, err = s.Review(ctx, "ed-1", article.ID, "zh", article.Revision, knowledge.Verdict{Approve: true})
	require.Equal(t, fault.OwnArticle, codeOf(t, err))
	_, err = s.Review(ctx, "ed-2", article.ID, "zh", article.Revision-1, knowledge.Verdict{Approve: true})
	require.Equal(t, fault.StaleRevision, codeOf(t, err))
	_, err = s.Review(ctx, "ed-2", article.ID, "zh", article.Revision, knowledge.Verdict{})
	require.Equal(t, fault.ArticleInvalid, codeOf(t, err), "who gives it back says why")
	require.NotContains(t, search(t, s, "zh", "充电宝怎么寄回"), "lithium-batteries")

	_, err = s.Review(ctx, "ed-2", article.ID, "zh", article.Revision, knowledge.Verdict{Approve: true})
	require.NoError(t, err)
	require.NoError(t, s.Refresh(ctx))
	require.Equal(t, "lithium-batteries", search(t, s, "zh", "充电宝怎么寄回")[0])
	read, err := s.Read(ctx, "lithium-batteries", "zh", knowledge.Facts{}, "")
	require.NoError(t, err)
	require.Equal(t, "充电宝7天内可以退，见[退货](open-a-return)。", read.Markdown)

	// A second version waits for its time; until then the first one is told.
	_, err = s.Edit(ctx, "ed-1", article.ID, 0, draft("充电宝寄回新规"))
	require.NoError(t, err)
	_, err = s.Submit(ctx, article.ID, "zh", 0)
	require.NoError(t, err)
	at := noon.Add(time.Hour)
	_, err = s.Review(ctx, "ed-2", article.ID, "zh", 0, knowledge.Verdict{Approve: true, PublishAt: &at})
	require.NoError(t, err)
	title := func() string {
		require.NoError(t, s.Refresh(ctx))
		read, err := s.Read(ctx, article.ID, "zh", knowledge.Facts{}, "")
		require.NoError(t, err)
		return read.Title
	}
	_, err = s.Tick(ctx)
	require.NoError(t, err)
	require.Equal(t, "充电宝怎么寄回", title())
	s.Now = func() time.Time { return at }
	_, err = s.Tick(ctx)
	require.NoError(t, err)
	require.Equal(t, "充电宝寄回新规", title())
	whole, err := s.Whole(ctx, article.ID)
	require.NoError(t, err)
	require.Equal(t, []string{models.VersionPublished, models.VersionReplaced}, []string{whole.Versions[0].State, whole.Versions[1].State})
	require.Equal(t, at.AddDate(0, 0, 30), *whole.Article.ReviewAt)

	_, err = s.Expire(ctx, article.ID, 0)
	require.NoError(t, err)
	require.NoError(t, s.Refresh(ctx))
	_, err = s.Read(ctx, article.ID, "zh", knowledge.Facts{}, "")
	require.Equal(t, fault.NotFound, codeOf(t, err))
}

func TestAnExpiryDateEndsAnArticle(t *testing.T) {
	s := room(t)
	article, err := s.Store.Article(t.Context(), "open-a-return")
	require.NoError(t, err)
	require.NoError(t, s.Store.DB.Model(&models.Article{}).Where("id = ?", article.ID).Update("expires_at", noon.Add(-time.Second)).Error)
	_, err = s.Tick(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Refresh(t.Context()))
	_, err = s.Read(t.Context(), article.ID, "en", knowledge.Facts{}, "")
	require.Equal(t, fault.NotFound, codeOf(t, err))
}

func TestWhatMustNotBeToldIsRefused(t *testing.T) {
	s := room(t)
	for field, spoil := range map[string]func(*knowledge.Text){
		"body":         func(x *knowledge.Text) { x.Body = "看<img src=x onerror=alert(1)>" },
		"title":        func(x *knowledge.Text) { x.Title = " " },
		"links":        func(x *knowledge.Text) { x.Body = "点[这里](javascript:alert)" },
		"placeholders": func(x *knowledge.Text) { x.Body = "商家有{{time:whenever}}" },
		"questions":    func(x *knowledge.Text) { x.Questions = []string{"<script>"} },
		"category":     func(x *knowledge.Text) { x.Category = "nowhere" },
	} {
		d := draft("充电宝")
		spoil(&d.Text)
		_, err := s.Create(t.Context(), "ed-1", d)
		require.Equal(t, fault.ArticleInvalid, codeOf(t, err), field)
		require.Contains(t, fault.As(err).Details["fields"], field)
	}
}

// An agent proposes, an editor takes, and neither reviews it.
func TestProposalsTakeTwoSteps(t *testing.T) {
	s := room(t)
	ctx := t.Context()
	proposal := knowledge.Proposal{
		Lang: "zh", Title: "充电宝能寄吗", Category: "logistics", Body: "可以走陆运。", Question: "充电宝能寄吗 我电话13812345678", SourceKind: "conversation",
		SourceID: "v-1", ByKind: "agent", ByID: "ag-1",
	}
	leaky := proposal
	leaky.Body = "请打13812345678。"
	_, err := s.Propose(ctx, leaky)
	require.Equal(t, fault.ArticleInvalid, codeOf(t, err))
	kept, err := s.Propose(ctx, proposal)
	require.NoError(t, err)
	require.NotContains(t, kept.Question, "138")
	article, err := s.Take(ctx, "ed-1", kept.ID, "power-banks")
	require.NoError(t, err)
	_, err = s.Take(ctx, "ed-1", kept.ID, "power-banks-2")
	require.Equal(t, fault.NotNow, codeOf(t, err))
	_, err = s.Submit(ctx, article.ID, "zh", 0)
	require.NoError(t, err)
	for _, own := range []string{"ed-1", "ag-1"} {
		_, err = s.Review(ctx, own, article.ID, "zh", 0, knowledge.Verdict{Approve: true})
		require.Equal(t, fault.OwnArticle, codeOf(t, err))
	}
	_, err = s.Review(ctx, "ed-2", article.ID, "zh", 0, knowledge.Verdict{Approve: true})
	require.NoError(t, err)
}

// What is exported and imported again is the same, and makes no drafts; a change makes one.
func TestExportAndImport(t *testing.T) {
	s := room(t)
	files, err := s.Export(t.Context())
	require.NoError(t, err)
	require.Len(t, files, 324)
	texts := map[string]map[string]knowledge.Text{}
	for _, name := range []string{"zh/returns/open-a-return.md", "en/returns/open-a-return.md"} {
		text, err := knowledge.ReadText(files[name])
		require.NoError(t, err)
		if texts["open-a-return"] == nil {
			texts["open-a-return"] = map[string]knowledge.Text{}
		}
		texts["open-a-return"][name[:2]] = text
	}
	drafts, same, err := s.Import(t.Context(), "ed-1", texts)
	require.NoError(t, err)
	require.Equal(t, [2]int{0, 2}, [2]int{drafts, same})
	changed := texts["open-a-return"]["en"]
	changed.Body += "\n\nMore."
	texts["open-a-return"]["en"] = changed
	drafts, _, err = s.Import(t.Context(), "ed-1", texts)
	require.NoError(t, err)
	require.Equal(t, 1, drafts)
}
