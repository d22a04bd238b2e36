package api_test

import (
	"context"
	"time"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

// fakeChat answers everything with something; what it does is tested where it is done.
type fakeChat struct{}

var said = chat.Message{
	Message: models.Message{ConversationID: "co-1", Seq: 1, Rev: 3, SenderKind: "customer", SenderID: "cu-1", ClientID: "m-0000001", Kind: "ask", SentAt: noon, EditedAt: &noon},
	Body: chat.Body{
		Text: "在吗 <b>", Choices: []chat.Choice{{Slot: "intent", Value: "exchange", Label: "换货"}}, Items: []chat.Item{{OrderID: "o-1", LineID: "l1", Title: "杯子", Quantity: 1}},
		Click: &chat.Choice{Slot: "intent", Value: "exchange"}, Data: map[string]any{"stage": "review"},
	},
	Reactions: []models.MessageReaction{{Code: "thanks", PersonKind: "agent", PersonID: "st-2"}},
}

func conversation() models.Conversation {
	team, agent, shop := "team-1", "st-2", "shop-1"
	return models.Conversation{
		ID: "co-1", Audience: "customer", CustomerID: "cu-1", MerchantID: &shop, Lang: "zh-CN", State: "people", Open: true, TeamID: &team, AssigneeID: &agent,
		LastSeq: 1, Rev: 3, Priority: "high", SnoozedUntil: &noon, OpenedAt: noon, LastAt: noon, WaitingSince: &noon,
	}
}

var onIt = models.TagOn{Tag: models.Tag{ID: "tag-1", Name: "催单", Colour: "gold"}, ConversationID: "co-1"}

func view() chat.View {
	return chat.View{
		Tags: []models.TagOn{onIt}, Draft: "您", Rating: &chat.Rating{Score: 4, Codes: []string{"quick"}, Words: "谢谢", AskedAt: noon, At: &noon, Until: noon},
		Conversation: conversation(), Messages: []chat.Message{said}, More: true, CanWrite: true, Summary: "想换货",
		Members: []models.ConversationMember{{MemberKind: "agent", MemberID: "st-2", DeliveredSeq: 1}},
		Cases:   []models.ConversationCase{{CaseID: "c-1", At: noon}}, Waiting: &chat.Waiting{Since: noon, Ahead: 2},
		Transfer: &chat.Offer{Transfer: models.Transfer{ConversationID: "co-1", FromID: "st-2", ToID: "st-9", AskedAt: noon}, Note: "请接"},
		Threads:  []models.Conversation{{ID: "co-2", Audience: "colleagues"}},
	}
}

func (fakeChat) Open(context.Context, chat.Actor, chat.Opening) (chat.View, bool, error) {
	return view(), true, nil
}
func (fakeChat) Read(context.Context, chat.Actor, string, int) (chat.View, error) { return view(), nil }
func (fakeChat) List(context.Context, chat.Actor, chat.Filter, models.PageRequest) (models.Page[chat.Row], error) {
	return models.Page[chat.Row]{Items: []chat.Row{{Conversation: conversation(), Last: &said, Unread: 1}}, Next: "more"}, nil
}
func (fakeChat) End(context.Context, chat.Actor, string) (chat.View, error) { return view(), nil }
func (fakeChat) Tie(context.Context, chat.Actor, string, string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Thread(context.Context, chat.Actor, string, string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Notes(context.Context, chat.Actor, string) (chat.View, error) { return view(), nil }
func (fakeChat) Send(context.Context, chat.Actor, string, chat.Outgoing) (chat.Message, error) {
	return said, nil
}
func (fakeChat) Messages(context.Context, chat.Actor, string, models.MessagePage) (chat.Page, error) {
	return chat.Page{Messages: []chat.Message{said}, Rev: 3, LastSeq: 1}, nil
}
func (fakeChat) Edit(context.Context, chat.Actor, string, int64, string) (chat.Message, error) {
	return said, nil
}
func (fakeChat) Recall(context.Context, chat.Actor, string, int64) (chat.Message, error) {
	return said, nil
}
func (fakeChat) React(context.Context, chat.Actor, string, int64, string, bool) (chat.Message, error) {
	return said, nil
}
func (fakeChat) Mark(context.Context, chat.Actor, string, int64, int64) error { return nil }
func (fakeChat) Versions(context.Context, chat.Actor, string, int64) ([]chat.Version, error) {
	return []chat.Version{{Body: said.Body, Until: noon}}, nil
}
func (fakeChat) Search(context.Context, chat.Actor, chat.Search, models.PageRequest) (models.Page[chat.Found], error) {
	return models.Page[chat.Found]{Items: []chat.Found{{Message: said, CustomerID: "cu-1", Audience: "customer"}}}, nil
}
func (fakeChat) AskPerson(context.Context, chat.Actor, string) (chat.View, error) { return view(), nil }
func (fakeChat) Claim(context.Context, chat.Actor, string) (chat.View, error)     { return view(), nil }
func (fakeChat) Assign(context.Context, chat.Actor, string, string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Transfer(context.Context, chat.Actor, string, string, string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Answer(context.Context, chat.Actor, string, string, string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Offers(context.Context, chat.Actor) ([]chat.Offer, error) {
	return []chat.Offer{*view().Transfer}, nil
}
func (fakeChat) Queue(context.Context, chat.Actor, string) ([]chat.InQueue, error) {
	return []chat.InQueue{{QueueEntry: models.QueueEntry{AskedAt: noon, Why: "angry"}, Row: chat.Row{Conversation: conversation()}}}, nil
}
func (fakeChat) SitDown(_ context.Context, _ chat.Actor, desk chat.Desk) (chat.Desk, error) {
	return desk, nil
}
func (fakeChat) OwnDesk(context.Context, chat.Actor) (chat.Desk, error) {
	return chat.Desk{StaffID: "st-2", State: "away", SeenAt: noon}, nil
}
func (fakeChat) Desks(context.Context, chat.Actor, string) ([]chat.Desk, error) {
	return []chat.Desk{{StaffID: "st-2", State: "online"}}, nil
}

func (fakeChat) Prioritise(context.Context, chat.Actor, string, string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Snooze(context.Context, chat.Actor, string, time.Time) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Tag(context.Context, chat.Actor, string, []string, []string) (chat.View, error) {
	return view(), nil
}
func (fakeChat) Rate(context.Context, chat.Actor, string, chat.Rating) (chat.View, error) {
	return view(), nil
}
func (fakeChat) SaveDraft(context.Context, chat.Actor, string, string) error { return nil }
func (fakeChat) Bulk(_ context.Context, _ chat.Actor, in chat.Bulk) ([]chat.Done, error) {
	return []chat.Done{{ID: in.IDs[0]}, {ID: "co-2", Why: fault.New(fault.ConversationHeld)}}, nil
}
func (fakeChat) Colleagues(context.Context, chat.Actor, string, models.PageRequest) (models.Page[chat.Colleague], error) {
	return models.Page[chat.Colleague]{Items: []chat.Colleague{{ID: "st-2", Role: "agent", Name: "李", Desk: &chat.Desk{StaffID: "st-2", State: "online"}}}}, nil
}
func (fakeChat) Tags(context.Context, chat.Actor, string, models.PageRequest) (models.Page[models.Tag], error) {
	return models.Page[models.Tag]{Items: []models.Tag{onIt.Tag}}, nil
}
func (fakeChat) NewTag(context.Context, chat.Actor, string, string, string) (models.Tag, error) {
	return onIt.Tag, nil
}
func (fakeChat) ChangeTag(context.Context, chat.Actor, string, string, string) (models.Tag, error) {
	return onIt.Tag, nil
}
func (fakeChat) RetireTag(context.Context, chat.Actor, string) error { return nil }
func (fakeChat) Canned(context.Context, chat.Actor, string, models.PageRequest) (models.Page[models.CannedReply], error) {
	return models.Page[models.CannedReply]{Items: []models.CannedReply{{ID: "r-1", Scope: "own", Shortcut: "hi", Title: "问候", Text: "您好", UpdatedAt: noon}}}, nil
}
func (fakeChat) NewCanned(_ context.Context, _ chat.Actor, reply models.CannedReply) (models.CannedReply, error) {
	return reply, nil
}
func (fakeChat) ChangeCanned(_ context.Context, _ chat.Actor, _ string, reply models.CannedReply) (models.CannedReply, error) {
	reply.Scope = "own"
	return reply, nil
}
func (fakeChat) DropCanned(context.Context, chat.Actor, string) error { return nil }
func (fakeChat) FillCanned(context.Context, chat.Actor, string, string) (chat.Filled, error) {
	return chat.Filled{Text: "您好", Missing: []string{"case.id"}}, nil
}

func (fakeChat) Deadlines(context.Context, chat.Actor, string, string, models.PageRequest) (models.Page[models.Deadline], error) {
	clock := models.ServiceClock{ConversationID: "co-1", Kind: "first", Priority: "high", DueAt: noon}
	return models.Page[models.Deadline]{Items: []models.Deadline{{At: noon, Clock: &clock}, {At: noon, Case: &models.Case{ID: "c-1", Kind: "return", Stage: "review"}}}}, nil
}
func (fakeChat) ServiceTargets(context.Context, chat.Actor, string, bool, models.PageRequest) (models.Page[models.ServiceTarget], error) {
	return models.Page[models.ServiceTarget]{Items: []models.ServiceTarget{{TeamID: "team-1", FirstSeconds: 60}}}, nil
}
func (fakeChat) SetServiceTarget(context.Context, chat.Actor, models.ServiceTarget) error { return nil }
func (fakeChat) DropServiceTarget(context.Context, chat.Actor, models.ServiceTarget) error {
	return nil
}
func (fakeChat) Hours(context.Context, chat.Actor, string) (chat.Hours, error) {
	return chat.Hours{}, nil
}
func (fakeChat) SetHours(_ context.Context, _ chat.Actor, _ string, hours chat.Hours) (chat.Hours, error) {
	return hours, nil
}

func (fakeChat) Ask(context.Context, chat.Actor, string, chat.Outgoing, time.Time) (chat.Message, error) {
	return said, nil
}
func (fakeChat) Inquire(context.Context, chat.Actor, string, chat.Inquiry) (models.CarrierInquiry, error) {
	return models.CarrierInquiry{ID: "in-1", ConversationID: "co-3", Seq: 1, Kind: "track", Carrier: "sf", Number: "SF1234567890123", AskedAt: noon, DueAt: noon, State: "answered", Answer: `{"state":"signed"}`, AnsweredAt: &noon}, nil
}
func (fakeChat) Questions(context.Context, chat.Actor, string, models.PageRequest) (models.Page[models.PartyQuestion], error) {
	return models.Page[models.PartyQuestion]{Items: []models.PartyQuestion{{ConversationID: "co-2", Seq: 1, Party: "carrier", DueAt: noon}}}, nil
}
func (fakeChat) Follow(_ context.Context, _ chat.Actor, _, _, words string, due time.Time) (chat.FollowUp, error) {
	return chat.FollowUp{FollowUp: models.FollowUp{ID: "f-1", DueAt: due}, Words: words}, nil
}
func (fakeChat) FollowUps(context.Context, chat.Actor, models.PageRequest) (models.Page[chat.FollowUp], error) {
	return models.Page[chat.FollowUp]{Items: []chat.FollowUp{{Words: "回电"}}}, nil
}
func (fakeChat) EndFollowUp(context.Context, chat.Actor, string) error { return nil }
func (fakeChat) KeepView(_ context.Context, _ chat.Actor, name, query string) (models.SavedView, error) {
	return models.SavedView{ID: "w-1", Name: name, Query: query}, nil
}
func (fakeChat) Views(context.Context, chat.Actor, models.PageRequest) (models.Page[models.SavedView], error) {
	return models.Page[models.SavedView]{Items: []models.SavedView{{ID: "w-1", Name: "我的"}}}, nil
}
func (fakeChat) DropView(context.Context, chat.Actor, string) error { return nil }
