// Package demo makes a small marketplace to look at, and plays a day of it, every kind of case to every ending, through
// the public API.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"aftersales/identity"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
)

// Password opens every account of the demo world. It is printed at every start and guards nothing.
const Password = "aftersales-demo"

// How many of each there are.
const (
	Customers   = 40
	Shops       = 8
	Agents      = 3
	Supervisors = 2
)

// CustomerID, ShopID and the like name the people of the demo world, counted from 1.
func CustomerID(n int) string { return fmt.Sprintf("customer-%02d", n) }

// ShopID names a shop.
func ShopID(n int) string { return fmt.Sprintf("shop-%02d", n) }

// CustomerLogin, ClerkLogin, AgentLogin and SupervisorLogin are what people sign in with.
func CustomerLogin(n int) string { return fmt.Sprintf("kim%02d", n) }

// ClerkLogin is the sign-in of a shop's clerk.
func ClerkLogin(shop int) string { return fmt.Sprintf("shop%02d", shop) }

// AgentLogin is the sign-in of an agent.
func AgentLogin(n int) string { return fmt.Sprintf("agent%02d", n) }

// SupervisorLogin is the sign-in of a supervisor.
func SupervisorLogin(n int) string { return fmt.Sprintf("super%02d", n) }

// TeamID names the one team of the platform's people, who look after every shop.
const TeamID = "team-demo"

// OperatorLogin is the sign-in of the operator.
const OperatorLogin = "operator"

// Places of the demo world. They are invented.
var (
	home = partners.ShopPlace{Name: "金小米", Phone: "13800001234", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "演示路 1 号"}
	yard = partners.Place{Name: "退货组", Phone: "13900005678", Province: "广东省", City: "广州市", District: "天河区", Street: "仓库街 8 号"}
)

// HomeCity and YardCity are where parcels of the demo world begin and end.
var HomeCity, YardCity = home.City, yard.City

// Seed makes the people of the demo world that are not there yet. It may run at every start.
func Seed(ctx context.Context, store *models.Store, hasher *identity.Hasher, at time.Time) error {
	var accounts []identity.DemoAccount
	account := func(login, kind, person string) {
		accounts = append(accounts, identity.DemoAccount{ID: AccountID(login), Login: login, Password: Password, PersonKind: kind, PersonID: person})
	}
	for n := 1; n <= Customers; n++ {
		lang := "zh-CN"
		if n%4 == 0 {
			lang = "en"
		}
		_, err := store.CreateCustomer(ctx, models.NewCustomer{
			ID: CustomerID(n), Name: fmt.Sprintf("演示顾客%02d", n), Phone: fmt.Sprintf("138000010%02d", n), Lang: lang, Level: "good", CreatedAt: at,
		})
		if err := made(err); err != nil {
			return err
		}
		account(CustomerLogin(n), models.KindCustomer, CustomerID(n))
	}
	if err := made(store.CreateTeam(ctx, models.Team{ID: TeamID, Name: "演示团队 Demo team", CreatedAt: at})); err != nil {
		return err
	}
	for n := 1; n <= Shops; n++ {
		if err := seedShop(ctx, store, n, at); err != nil {
			return err
		}
		if err := seedGoods(ctx, store, n, at); err != nil {
			return err
		}
		account(ClerkLogin(n), models.KindStaff, "clerk-"+ShopID(n))
	}
	var platform []string
	staff := func(login, role, team string, limit money.Amount) error {
		platform = append(platform, login)
		_, err := store.CreateStaff(ctx, models.NewStaff{ID: login, Role: role, TeamID: team, Name: "演示" + login, ApprovalLimit: limit, CreatedAt: at})
		account(login, models.KindStaff, login)
		return made(err)
	}
	for n := 1; n <= Agents; n++ {
		if err := staff(AgentLogin(n), "agent", TeamID, 500_00); err != nil {
			return err
		}
	}
	for n := 1; n <= Supervisors; n++ {
		if err := staff(SupervisorLogin(n), "supervisor", TeamID, 20_000_00); err != nil {
			return err
		}
	}
	if err := staff(OperatorLogin, "operator", "", 100_000_00); err != nil {
		return err
	}
	if err := identity.Seed(ctx, store, hasher, at, accounts); err != nil {
		return err
	}
	for _, login := range platform {
		if err := seedFactors(ctx, store, login, at); err != nil {
			return err
		}
	}
	return nil
}

func seedShop(ctx context.Context, store *models.Store, n int, at time.Time) error {
	id := ShopID(n)
	_, err := store.CreateMerchant(ctx, models.NewMerchant{ID: id, Name: fmt.Sprintf("演示店铺%02d", n), Level: "normal", TeamID: TeamID, CreatedAt: at})
	if errors.Is(err, models.ErrDuplicate) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	place, err := json.Marshal(yard)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	_, addressErr := store.AddReturnAddress(ctx, models.NewReturnAddress{
		ID: "address-" + id, MerchantID: id, City: yard.City, Place: string(place), IsDefault: true, CreatedAt: at,
	})
	_, staffErr := store.CreateStaff(ctx, models.NewStaff{ID: "clerk-" + id, Role: "merchant", MerchantID: id, Owner: true, Name: "店员", CreatedAt: at})
	return errors.Join(made(addressErr), made(staffErr))
}

// Shoes is what a pair costs in every shop, so that one can be exchanged for the other; there are a dearer and a cheaper
// one, too.
const Shoes = money.Amount(199_00)

// The variants that every shop sells.
const (
	SameSize  = "shoes-42"
	OtherSize = "shoes-43"
	Brown     = "shoes-43-brown"
	Dearer    = "shoes-pro"
	Cheaper   = "shoes-lite"
)

// VariantID names a variant of a shop.
func VariantID(shop int, name string) string { return ShopID(shop) + "-" + name }

// seedGoods gives a shop what its customers can exchange for, in plenty.
func seedGoods(ctx context.Context, store *models.Store, n int, at time.Time) error {
	product := models.Product{ID: VariantID(n, "shoes"), MerchantID: ShopID(n), Title: "跑步鞋", Category: "shoes", CreatedAt: at}
	if err := made(store.DB.WithContext(ctx).Create(&product).Error); err != nil {
		return err
	}
	for _, sold := range []struct {
		name, colour, size string
		price              money.Amount
	}{
		{SameSize, "黑色", "42", Shoes}, {OtherSize, "黑色", "43", Shoes}, {Brown, "棕色", "43", Shoes}, {Dearer, "黑色", "42 Pro", Shoes + 60_00}, {Cheaper, "黑色", "42 Lite", Shoes - 50_00},
	} {
		variant := models.Variant{ID: VariantID(n, sold.name), ProductID: product.ID, Colour: sold.colour, Size: sold.size, Price: sold.price, Stock: 1_000_000, WeightGrams: 600}
		if err := made(store.DB.WithContext(ctx).Create(&variant).Error); err != nil {
			return err
		}
	}
	return nil
}

// made lets "it is there already" pass.
func made(err error) error {
	if err == nil || errors.Is(err, models.ErrDuplicate) {
		return nil
	}
	return fmt.Errorf("demo: %w", err)
}

// Order is a delivered order of one of the demo's customers, as the shop would tell it: two pairs of shoes, one
// T-shirt, paid by one or two tenders.
func Order(id string, customer, shop int, price money.Amount, confirmed, split bool, at time.Time) partners.ShopOrder {
	shipped, signed := at.Add(-72*time.Hour), at.Add(-24*time.Hour)
	shirt := money.Amount(59_00)
	total := 2*price + shirt
	order := partners.ShopOrder{
		ID: id, MerchantID: ShopID(shop), CustomerID: CustomerID(customer), Currency: string(money.CNY), PaidAt: at.Add(-96 * time.Hour),
		ShippedAt: &shipped, SignedAt: &signed, FreightListed: 10_00, Recipient: home,
		Lines: []partners.ShopLine{
			{ID: id + "-1", ProductID: VariantID(shop, "shoes"), VariantID: VariantID(shop, SameSize), Title: "跑步鞋 42 码", Category: "shoes", Quantity: 2, UnitPrice: price, Paid: 2 * price, WeightGrams: 600},
			{ID: id + "-2", ProductID: "shirt", VariantID: "shirt-m", Title: "棉 T 恤 M", Category: "clothes", Quantity: 1, UnitPrice: shirt, Paid: shirt, WeightGrams: 200},
		},
		Payments: []partners.ShopPayment{{ID: id + "-pay", Rail: partners.RailAlipay, Ref: "AP" + id, Captured: total, CapturedAt: at.Add(-96 * time.Hour)}},
	}
	if confirmed {
		order.ConfirmedAt = &signed
	}
	if split {
		order.Payments[0].Captured = total - 30_00
		order.Payments = append(order.Payments, partners.ShopPayment{ID: id + "-pay2", Rail: partners.RailWeChat, Ref: "WX" + id, Captured: 30_00, CapturedAt: at.Add(-96 * time.Hour)})
	}
	return order
}
