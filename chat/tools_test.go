package chat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

// ids are those of a list of the actor's.
func (w *world) ids(who chat.Actor, filter chat.Filter) (ids []string) {
	w.t.Helper()
	page, err := w.List(w.t.Context(), who, filter, models.PageRequest{})
	require.NoError(w.t, err)
	for _, row := range page.Items {
		ids = append(ids, row.ID)
	}
	return ids
}

// customer makes another one, and opens their conversation.
func (w *world) customer(id, lang string) chat.View {
	w.t.Helper()
	_, err := w.Store.CreateCustomer(w.t.Context(), models.NewCustomer{ID: id, Name: id, Lang: lang, Level: "normal", CreatedAt: noon})
	require.NoError(w.t, err)
	view, _, err := w.Open(w.t.Context(), chat.Actor{Kind: "customer", ID: id}, chat.Opening{Lang: lang})
	require.NoError(w.t, err)
	return view
}

func TestListsByPlainFields(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first := w.open(kim).ID
		w.clock.pass(time.Minute)
		second := w.open(lee).ID
		w.clock.pass(time.Minute)
		third := w.customer("max", "en").ID
		w.take(anna, first)
		w.take(ben, second)
		_, err := w.Prioritise(ctx, anna, second, models.PriorityUrgent)
		require.NoError(t, err)
		tag, err := w.NewTag(ctx, boss, "", "催单", "gold")
		require.NoError(t, err)
		for _, id := range []string{first, third} {
			_, err := w.Tag(ctx, anna, id, []string{tag.ID}, nil)
			require.NoError(t, err)
		}
		_, err = w.Snooze(ctx, anna, first, w.Now().Add(time.Hour))
		require.NoError(t, err)
		yes, no := true, false
		for name, c := range map[string]struct {
			filter chat.Filter
			want   []string
		}{
			"team": {chat.Filter{}, []string{third, second, first}}, "mine": {chat.Filter{Whose: "mine"}, []string{first}},
			"nobody's": {chat.Filter{Whose: "free"}, []string{third}}, "a colleague's": {chat.Filter{AgentID: "ben"}, []string{second}},
			"open": {chat.Filter{State: models.OpenState}, []string{third, second, first}}, "waiting": {chat.Filter{State: models.WithQueue}, []string{third}},
			"urgent": {chat.Filter{Priority: models.PriorityUrgent}, []string{second}}, "ordinary": {chat.Filter{Priority: models.PriorityNormal}, []string{third, first}},
			"english": {chat.Filter{Lang: "en"}, []string{third}}, "shop": {chat.Filter{ShopID: "shop"}, []string{first}},
			"set aside": {chat.Filter{Snoozed: &yes}, []string{first}}, "not set aside": {chat.Filter{Snoozed: &no}, []string{third, second}},
			"tag": {chat.Filter{TagID: tag.ID}, []string{third, first}}, "tag and mine": {chat.Filter{TagID: tag.ID, Whose: "mine"}, []string{first}},
			"longest": {chat.Filter{Waiting: true}, []string{first, second, third}}, "a minute ago": {chat.Filter{WaitingBefore: noon.Add(time.Minute)}, []string{first}},
		} {
			require.Equal(t, c.want, w.ids(anna, c.filter), name)
			require.Empty(t, w.ids(far, c.filter), "%s, another team's", name)
		}
		w.say(anna, first, "您好")
		require.Equal(t, []string{second, third}, w.ids(anna, chat.Filter{Waiting: true}), "an answer ends the waiting")

		for _, filter := range []chat.Filter{{}, {TagID: tag.ID}, {Waiting: true}} { // page by page it is the same
			var got []string
			request := models.PageRequest{Limit: 1}
			for {
				page, err := w.List(ctx, anna, filter, request)
				require.NoError(t, err)
				for _, row := range page.Items {
					got = append(got, row.ID)
				}
				if request.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			require.Equal(t, w.ids(anna, filter), got)
		}
		_, err = w.List(ctx, anna, chat.Filter{TagID: tag.ID}, models.PageRequest{Cursor: "x"})
		refused(t, err, fault.BadCursor)
	})
}

func TestWhoIsUrgentComesFirst(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	first, second := w.open(kim).ID, ""
	w.clock.pass(time.Minute)
	second = w.open(lee).ID
	order := func() (ids []string) {
		waiting, err := w.Queue(ctx, anna, "")
		require.NoError(t, err)
		for _, entry := range waiting {
			ids = append(ids, entry.ConversationID)
		}
		return ids
	}
	require.Equal(t, []string{first, second}, order())
	_, err := w.Prioritise(ctx, anna, second, models.PriorityHigh)
	require.NoError(t, err)
	require.Equal(t, []string{second, first}, order())
	_, err = w.Prioritise(ctx, anna, second, models.PriorityLow)
	require.NoError(t, err)
	require.Equal(t, []string{first, second}, order())
	_, err = w.Prioritise(ctx, anna, second, "whatever")
	refused(t, err, fault.BadRequest)
	_, err = w.Prioritise(ctx, far, second, models.PriorityHigh)
	refused(t, err, fault.NotFound)
	_, err = w.Prioritise(ctx, kim, first, models.PriorityUrgent)
	refused(t, err, fault.Forbidden)
}

func TestSetAsideUntilATime(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		_, err := w.Snooze(ctx, ben, id, w.Now().Add(time.Hour))
		refused(t, err, fault.ConversationHeld)
		w.take(anna, id)
		for _, at := range []time.Time{w.Now(), w.Now().Add(-time.Hour), w.Now().Add(91 * 24 * time.Hour)} {
			_, err := w.Snooze(ctx, anna, id, at)
			refused(t, err, fault.BadRequest)
		}
		view, err := w.Snooze(ctx, anna, id, w.Now().Add(time.Hour))
		require.NoError(t, err)
		require.NotNil(t, view.SnoozedUntil)
		aside := func() bool {
			c, err := w.Store.Conversation(ctx, id)
			require.NoError(t, err)
			return c.SnoozedUntil != nil
		}
		wake := func() {
			_, err := w.WakeSnoozed(ctx)
			require.NoError(t, err)
		}
		wake()
		require.True(t, aside(), "not yet")
		w.clock.pass(time.Hour)
		wake()
		require.False(t, aside())
		wake()
		require.Equal(t, []string{"snooze_over"}, w.newsOf("agent", "anna"), "once")

		_, err = w.Snooze(ctx, anna, id, w.Now().Add(time.Hour))
		require.NoError(t, err)
		w.say(kim, id, "还在吗")
		require.False(t, aside(), "the customer takes it up again")
		_, err = w.Snooze(ctx, anna, id, w.Now().Add(time.Hour))
		require.NoError(t, err)
		_, err = w.Snooze(ctx, anna, id, time.Time{})
		require.NoError(t, err)
		require.False(t, aside())
		w.clock.pass(2 * time.Hour)
		wake()
		require.Len(t, w.newsOf("agent", "anna"), 1, "nobody is reminded of what is not aside any more")
		_, err = w.End(ctx, anna, id)
		require.NoError(t, err)
		_, err = w.Snooze(ctx, anna, id, w.Now().Add(time.Hour))
		refused(t, err, fault.ConversationEnded)
	})
}

// newsOf are the kinds of somebody's notifications, the oldest first.
func (w *world) newsOf(kind, id string) (kinds []string) {
	w.t.Helper()
	var rows []models.Notification
	require.NoError(w.t, w.Store.DB.Where("recipient_kind = ? AND recipient_id = ?", kind, id).Order("id").Find(&rows).Error)
	for _, row := range rows {
		kinds = append(kinds, row.Kind)
	}
	return kinds
}

func TestTagsAreTheTeams(t *testing.T) {
	w := onSQLite(t)
	ctx, id := t.Context(), w.open(kim).ID
	ours, err := w.NewTag(ctx, boss, "", " 催单 ", "gold")
	require.NoError(t, err)
	require.Equal(t, "催单", ours.Name)
	theirs, err := w.NewTag(ctx, operator, "south", "催单", "gold")
	require.NoError(t, err)
	everybodys, err := w.NewTag(ctx, operator, "", "退款", "red")
	require.NoError(t, err)
	_, err = w.NewTag(ctx, boss, "", "催单", "red")
	refused(t, err, fault.TagExists)
	_, err = w.NewTag(ctx, anna, "", "我的", "red")
	refused(t, err, fault.Forbidden)
	for _, bad := range [][2]string{{"", "red"}, {"  ", "red"}, {strings.Repeat("长", 21), "red"}, {"a\nb", "red"}, {"好", "pink"}} {
		_, err := w.NewTag(ctx, boss, "", bad[0], bad[1])
		refused(t, err, fault.BadRequest)
	}
	names := func(who chat.Actor) (names []string) {
		page, err := w.Tags(ctx, who, "", models.PageRequest{})
		require.NoError(t, err)
		for _, tag := range page.Items {
			names = append(names, tag.Name)
		}
		return names
	}
	require.Equal(t, []string{"催单", "退款"}, names(anna))
	require.Equal(t, []string{"退款"}, names(operator))

	_, err = w.Tag(ctx, anna, id, []string{theirs.ID}, nil)
	refused(t, err, fault.TagUnknown)
	view, err := w.Tag(ctx, anna, id, []string{ours.ID, everybodys.ID, ours.ID}, nil)
	require.NoError(t, err)
	require.Len(t, view.Tags, 2)
	own, err := w.Read(ctx, kim, id, 0)
	require.NoError(t, err)
	require.Empty(t, own.Tags, "what the desk calls it is not the customer's to see")
	_, err = w.ChangeTag(ctx, boss, everybodys.ID, "退款问题", "red")
	refused(t, err, fault.NotFound)
	_, err = w.ChangeTag(ctx, boss, ours.ID, "加急", "red")
	require.NoError(t, err)
	require.NoError(t, w.RetireTag(ctx, boss, ours.ID))
	_, err = w.Tag(ctx, anna, id, []string{ours.ID}, nil)
	refused(t, err, fault.TagUnknown)
	view, err = w.Tag(ctx, anna, id, nil, []string{everybodys.ID})
	require.NoError(t, err)
	require.Equal(t, "加急", view.Tags[0].Name, "it stays where it was")
	require.Equal(t, []string{"退款"}, names(anna))
}

func TestMentionsAreTold(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		notes, err := w.Notes(ctx, anna, id)
		require.NoError(t, err)
		mention := func(in, client string, who ...string) error {
			_, err := w.Send(ctx, anna, in, chat.Outgoing{ClientID: client, Kind: chat.KindText, Body: chat.Body{Text: "@ 看看", Mentions: who}})
			return err
		}
		for range 2 { // sent again it tells nobody again
			require.NoError(t, mention(notes.ID, "mention-1", "ben", "boss", "ben"))
			w.index()
		}
		require.Equal(t, []string{"mentioned"}, w.newsOf("agent", "ben"))
		require.Equal(t, []string{"mentioned"}, w.newsOf("supervisor", "boss"))
		require.Empty(t, w.newsOf("agent", "anna"))
		refused(t, mention(notes.ID, "mention-2", "far"), fault.AgentUnknown)
		refused(t, mention(notes.ID, "mention-3", "nobody"), fault.AgentUnknown)
		w.take(anna, id)
		refused(t, mention(id, "mention-4", "ben"), fault.BadRequest)
		page, err := w.Colleagues(ctx, anna, "", models.PageRequest{})
		require.NoError(t, err)
		require.Len(t, page.Items, 3)
		require.Equal(t, "anna", page.Items[0].Name)
	})
}

func TestCannedReplies(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		canned := func(who chat.Actor, scope, shortcut, text string) models.CannedReply {
			reply, err := w.NewCanned(ctx, who, models.CannedReply{Scope: scope, Shortcut: shortcut, Title: "题", Text: text})
			require.NoError(t, err)
			return reply
		}
		own := canned(anna, models.CannedOwn, "hi", "{{customer.name}}您好，我是 {{ agent.name }}，{{shop.name}} 的 {{order.id}}")
		team := canned(boss, models.CannedTeam, "hi-team", "团队")
		all := canned(operator, models.CannedAll, "再见", "再见")
		canned(ben, models.CannedOwn, "hi", "ben 的")
		for _, c := range []struct {
			who   chat.Actor
			scope string
			code  fault.Code
			reply models.CannedReply
		}{
			{anna, models.CannedTeam, fault.Forbidden, models.CannedReply{Shortcut: "a", Title: "t", Text: "t"}},
			{boss, models.CannedAll, fault.Forbidden, models.CannedReply{Shortcut: "a", Title: "t", Text: "t"}},
			{anna, "whoever", fault.Forbidden, models.CannedReply{Shortcut: "a", Title: "t", Text: "t"}},
			{anna, models.CannedOwn, fault.CannedExists, models.CannedReply{Shortcut: "hi", Title: "t", Text: "t"}},
			{anna, models.CannedOwn, fault.CannedVariable, models.CannedReply{Shortcut: "a", Title: "t", Text: "{{customer.phone}}"}},
			{anna, models.CannedOwn, fault.BadRequest, models.CannedReply{Shortcut: "a b", Title: "t", Text: "t"}},
			{anna, models.CannedOwn, fault.BadRequest, models.CannedReply{Shortcut: "a", Title: " ", Text: "t"}},
			{anna, models.CannedOwn, fault.BadRequest, models.CannedReply{Shortcut: "a", Title: "t", Text: "\u202e"}},
			{anna, models.CannedOwn, fault.TextTooLong, models.CannedReply{Shortcut: "a", Title: "t", Text: strings.Repeat("长", 4001)}},
			{kim, models.CannedOwn, fault.Forbidden, models.CannedReply{Shortcut: "a", Title: "t", Text: "t"}},
		} {
			c.reply.Scope = c.scope
			_, err := w.NewCanned(ctx, c.who, c.reply)
			refused(t, err, c.code)
		}
		list := func(who chat.Actor, begins string) (found []string) {
			request := models.PageRequest{Limit: 1}
			for {
				page, err := w.Canned(ctx, who, begins, request)
				require.NoError(t, err)
				for _, reply := range page.Items {
					found = append(found, reply.ID)
				}
				if request.Cursor = page.Next; page.Next == "" {
					return found
				}
			}
		}
		require.Equal(t, []string{own.ID, team.ID, all.ID}, list(anna, ""))
		require.Equal(t, []string{own.ID, team.ID}, list(anna, "hi"))
		require.Equal(t, []string{all.ID}, list(anna, "再"))
		require.Equal(t, []string{all.ID}, list(far, ""))

		id := w.open(kim).ID
		w.take(anna, id)
		filled, err := w.FillCanned(ctx, anna, id, own.ID)
		require.NoError(t, err)
		require.Equal(t, chat.Filled{Text: "{{customer.name}}您好，我是 anna，shop 的 {{order.id}}", Missing: []string{"order.id"}}, filled)
		w.putCase()
		_, err = w.Tie(ctx, anna, id, "c-1")
		require.NoError(t, err)
		filled, err = w.FillCanned(ctx, anna, id, own.ID)
		require.NoError(t, err)
		require.Equal(t, "{{customer.name}}您好，我是 anna，shop 的 o", filled.Text)
		for _, who := range []chat.Actor{ben, far} {
			_, err = w.FillCanned(ctx, who, id, own.ID)
			refused(t, err, fault.NotFound)
		}

		// The name is for the customer to read; the staff sees the place where it stands.
		seq := w.say(anna, id, filled.Text).Seq
		w.say(kim, id, "{{customer.name}} 是什么")
		for who, want := range map[string]string{"kim": "kim您好，我是 anna，shop 的 o", "anna": filled.Text} {
			reader := map[string]chat.Actor{"kim": kim, "anna": anna}[who]
			view, err := w.Read(ctx, reader, id, 0)
			require.NoError(t, err)
			require.Equal(t, want, view.Messages[len(view.Messages)-2].Body.Text, who)
			require.Equal(t, "{{customer.name}} 是什么", view.Messages[len(view.Messages)-1].Body.Text, "nobody's own words are changed")
			page, err := w.Messages(ctx, reader, id, models.MessagePage{After: seq - 1})
			require.NoError(t, err)
			require.Equal(t, want, page.Messages[0].Body.Text, who)
		}

		_, err = w.ChangeCanned(ctx, anna, team.ID, models.CannedReply{Shortcut: "x", Title: "t", Text: "t"})
		refused(t, err, fault.Forbidden)
		_, err = w.ChangeCanned(ctx, ben, own.ID, models.CannedReply{Shortcut: "x", Title: "t", Text: "t"})
		refused(t, err, fault.NotFound)
		changed, err := w.ChangeCanned(ctx, anna, own.ID, models.CannedReply{Shortcut: "hello", Title: "t", Text: "t"})
		require.NoError(t, err)
		require.Equal(t, models.CannedOwn, changed.Scope)
		refused(t, w.DropCanned(ctx, anna, team.ID), fault.Forbidden)
		require.NoError(t, w.DropCanned(ctx, anna, own.ID))
		require.Equal(t, []string{team.ID, all.ID}, list(anna, ""))
	})
}
