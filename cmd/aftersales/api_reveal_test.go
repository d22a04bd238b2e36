package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/audit"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// An order's recipient is shown to its shop, after the trail has it; for another shop the order is not there, and after
// erasure there is nothing to show.
func TestTheRecipientIsShownToItsShopAndTheTrailHasIt(t *testing.T) {
	store, at := apiStore(t), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	customer, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: "kim", Name: "张三", Lang: "zh-CN", Level: "normal", CreatedAt: at})
	require.NoError(t, err)
	for _, shop := range []string{"shop", "rival"} {
		_, err := store.CreateMerchant(t.Context(), models.NewMerchant{ID: shop, Name: shop, Level: "normal", CreatedAt: at})
		require.NoError(t, err)
		_, err = store.CreateStaff(t.Context(), models.NewStaff{ID: "st-" + shop, Role: "merchant", MerchantID: shop, Name: shop, CreatedAt: at})
		require.NoError(t, err)
	}
	_, err = store.UpsertOrder(t.Context(), models.OrderInput{
		ID: "o", Version: 1, CustomerID: "kim", MerchantID: "shop", Currency: "CNY", PaidAt: at,
		Recipient: `{"name":"张小明","phone":"13812341234","province":"浙江省","city":"杭州市","street":"文三路 1 号"}`,
		Lines:     []models.OrderLineInput{{ID: "l", ProductID: "p", VariantID: "v", Title: "杯子", Category: "home", Quantity: 1, UnitPrice: 100, Paid: 100}},
		Tenders:   []models.TenderInput{{ID: "t", Rail: "alipay", Ref: "r", Captured: 100, CapturedAt: at}},
	})
	require.NoError(t, err)
	trail, finish := newRecorder(store)
	defer func() { require.NoError(t, finish()) }()
	desk := reveals{&cases.Service{Store: store}, audit.NewDesk(store, trail, audit.DeskOptions{}), nil}
	look := func(shop string) api.Look {
		return api.Look{
			Reader: contract.Actor{Kind: contract.Merchant, ID: "st-" + shop, Merchant: shop}, SessionID: "se", Action: "order.reveal", ID: "o", Reason: audit.ReasonShipping,
		}
	}
	shown, err := desk.Order(t.Context(), look("shop"))
	require.NoError(t, err)
	require.Equal(t, api.Unmasked{Name: "张小明", Phone: "13812341234", Province: "浙江省", City: "杭州市", Street: "文三路 1 号"}, shown)
	_, err = desk.Order(t.Context(), look("rival"))
	require.ErrorIs(t, err, fault.New(fault.OrderUnknown))

	require.NoError(t, store.Keys.Destroy(t.Context(), customer.KeyRef))
	_, err = desk.Order(t.Context(), look("shop"))
	require.ErrorIs(t, err, fault.New(fault.Erased))

	found, err := store.FindAudit(t.Context(), models.AuditFilter{Action: "order.reveal", Limit: 10})
	require.NoError(t, err)
	require.Len(t, found, 1, "what was not shown is not told as shown")
	require.Equal(t, "merchant st-shop se o shipping", found[0].ActorKind+" "+found[0].ActorID+" "+found[0].SessionID+" "+found[0].SubjectID+" "+found[0].Reason)
}

// Alarms name whom they are about as operators know them; one that outlives its subject is listed all the same.
func TestAlarmsNameWhomTheyAreAbout(t *testing.T) {
	store, at := apiStore(t), time.Now().UTC().Truncate(time.Microsecond)
	_, err := store.CreateStaff(t.Context(), models.NewStaff{ID: "ag", Role: "agent", Name: "王芳", CreatedAt: at})
	require.NoError(t, err)
	trail, finish := newRecorder(store)
	defer func() { require.NoError(t, finish()) }()
	people, _ := newIdentity(store, trail, identity.Options{})
	desk := reveals{&cases.Service{Store: store}, audit.NewDesk(store, trail, audit.DeskOptions{AlarmAt: 2}), people}
	for _, order := range []string{"o-1", "o-2", "o-3"} {
		require.NoError(t, desk.allow(t.Context(), api.Look{
			Reader: contract.Actor{Kind: contract.Agent, ID: "ag"}, Action: "order.reveal", ID: order, Reason: audit.ReasonShipping}, "order", ""))
	}
	require.NoError(t, store.PutTasks(t.Context(),
		models.Task{ID: "gone", DedupeKey: "gone", RecipientKind: "operator", State: models.TaskOpen, Kind: audit.TaskBulkReading, SubjectKind: "staff", SubjectID: "nobody", DueAt: at, CreatedAt: at.Add(-time.Hour)},
		models.Task{ID: "left", DedupeKey: "left", RecipientKind: "operator", State: models.TaskOpen, Kind: audit.TaskErasureUnproven, SubjectKind: "erasure", SubjectID: "er-1", DueAt: at, CreatedAt: at.Add(-2 * time.Hour)},
		models.Task{ID: "other", DedupeKey: "other", RecipientKind: "operator", State: models.TaskOpen, Kind: "discrepancy", SubjectKind: "case", SubjectID: "c", DueAt: at, CreatedAt: at}))
	operator := api.Person{Kind: "staff", ID: "op", Role: "operator"}
	first, err := desk.Alarms(t.Context(), operator, false, api.PageRequest{Limit: 2})
	require.NoError(t, err)
	require.Len(t, first.Items, 2)
	require.Equal(t, "王芳", first.Items[0].Person.Name)
	require.Equal(t, 3, first.Items[0].Seen)
	require.Equal(t, "gone", first.Items[1].ID)
	require.Nil(t, first.Items[1].Person)
	rest, err := desk.Alarms(t.Context(), operator, false, api.PageRequest{Cursor: first.Next})
	require.NoError(t, err)
	require.Len(t, rest.Items, 1)
	require.Equal(t, "left", rest.Items[0].ID)

	require.ErrorIs(t, desk.CloseAlarm(t.Context(), api.Person{ID: "ag"}, first.Items[0].ID), fault.New(fault.OwnAlarm))
	require.ErrorIs(t, desk.CloseAlarm(t.Context(), operator, "other"), fault.New(fault.NotFound))
	require.NoError(t, desk.CloseAlarm(t.Context(), operator, "left"))
	closed, err := desk.Alarms(t.Context(), operator, true, api.PageRequest{})
	require.NoError(t, err)
	require.Len(t, closed.Items, 1)
	require.NotNil(t, closed.Items[0].ClosedAt)
	_, err = desk.Alarms(t.Context(), operator, false, api.PageRequest{Cursor: "?"})
	require.ErrorIs(t, err, fault.New(fault.BadCursor))
}
