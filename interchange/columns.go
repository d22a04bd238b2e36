package interchange

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"aftersales/money"
	"aftersales/partners"
)

// level says what a column is about.
type level string

const (
	ofOrder   level = "order"   // given in the order's first line; further lines repeat it or leave it empty
	ofLine    level = "line"    // of one article
	ofPayment level = "payment" // of one tender; several lines of an order may name several, or repeat the same one
)

// draft is one order while its lines are being read.
type draft struct {
	id       string
	first    int // the line it begins in
	lines    int // rows
	bad      bool
	units    int
	order    partners.ShopOrder
	modified time.Time
	person   struct{ name, phone, lang string }
	merchant string

	line    *partners.ShopLine    // of the row being read
	payment *partners.ShopPayment // of the row being read
	raw     []string              // cells of its first readable row, by column; nil before that
}

// Column is one column that an import of orders understands.
type Column struct {
	Name     string // in this program
	Names    []string
	Level    string
	Required bool // the file must have it, and every order, line or payment must fill it in
	Personal bool // never shown in a report
	About    string

	level level
	set   func(*draft, string) error
}

func text(field func(*draft) *string, limit int) func(*draft, string) error {
	return func(d *draft, cell string) (err error) { *field(d), err = readText(cell, limit); return err }
}

func id(field func(*draft) *string, limit int) func(*draft, string) error {
	return func(d *draft, cell string) (err error) { *field(d), err = readID(cell, limit); return err }
}

func amount(field func(*draft) *money.Amount) func(*draft, string) error {
	return func(d *draft, cell string) (err error) { *field(d), err = ReadAmount(cell); return err }
}

func moment(field func(*draft) *time.Time) func(*draft, string) error {
	return func(d *draft, cell string) (err error) { *field(d), err = ReadTime(cell); return err }
}

func maybe(field func(*draft) **time.Time) func(*draft, string) error {
	return func(d *draft, cell string) error {
		at, err := ReadTime(cell)
		*field(d) = &at
		return err
	}
}

func truth(field func(*draft) *bool) func(*draft, string) error {
	return func(d *draft, cell string) (err error) { *field(d), err = readYesNo(cell); return err }
}

func choice(field func(*draft) *string, choices map[string]string) func(*draft, string) error {
	return func(d *draft, cell string) (err error) { *field(d), err = readChoice(cell, choices); return err }
}

func whole(field func(*draft) *int, low, high int64) func(*draft, string) error {
	return func(d *draft, cell string) error {
		number, err := readNumber(cell, low, high)
		*field(d) = int(number)
		return err
	}
}

var (
	rails = map[string]string{
		"alipay": "alipay", "支付宝": "alipay", "wechat": "wechat", "wechatpay": "wechat", "weixin": "wechat", "微信": "wechat", "微信支付": "wechat",
	}
	excluded = map[string]string{
		"custom": "custom", "定制": "custom", "fresh": "fresh", "生鲜": "fresh", "鲜活易腐": "fresh", "digital": "digital", "数字化商品": "digital",
		"press": "press", "报纸期刊": "press",
	}
	consented = map[string]string{
		"hygiene": "hygiene", "贴身卫生": "hygiene", "activation": "activation", "激活贬值": "activation", "near_expiry": "near_expiry", "临期": "near_expiry",
	}
	langs = map[string]string{"zh": "zh-CN", "zh-cn": "zh-CN", "中文": "zh-CN", "en": "en", "英文": "en"}
)

// limits of one order, so that no file can fill the memory.
const (
	maxQuantity = 10_000
	maxUnits    = 20_000
	maxLines    = 500
)

var columns = []Column{
	{Name: "order_id", Names: []string{"订单号", "订单编号", "主订单编号", "order_no"}, level: ofOrder, Required: true, About: "at most 64 bytes", set: id(func(d *draft) *string { return &d.order.ID }, 64)},
	{Name: "version", Names: []string{"版本", "版本号", "订单版本"}, level: ofOrder, About: "a whole number that grows with every change; this or `modified_at` is needed", set: func(d *draft, cell string) (err error) {
		d.order.Version, err = readNumber(cell, 1, 1<<62)
		return err
	}},
	{Name: "modified_at", Names: []string{"修改时间", "更新时间", "订单修改时间", "updated_at"}, level: ofOrder, About: "the version where there is no `version`: milliseconds since 1970", set: moment(func(d *draft) *time.Time { return &d.modified })},
	{Name: "customer_id", Names: []string{"买家ID", "买家编号", "客户ID", "客户编号", "会员编号", "buyer_id"}, level: ofOrder, Required: true, About: "at most 40 bytes", set: id(func(d *draft) *string { return &d.order.CustomerID }, 40)},
	{Name: "customer_name", Names: []string{"买家姓名", "客户姓名", "买家昵称", "buyer_name"}, level: ofOrder, Personal: true, About: "makes an unknown customer; sealed", set: text(func(d *draft) *string { return &d.person.name }, 100)},
	{Name: "customer_phone", Names: []string{"买家电话", "买家手机", "客户手机", "buyer_phone"}, level: ofOrder, Personal: true, About: "of an unknown customer; sealed", set: text(func(d *draft) *string { return &d.person.phone }, 32)},
	{Name: "customer_lang", Names: []string{"买家语言", "语言"}, level: ofOrder, About: "`zh-CN` or `en`; empty: `zh-CN`", set: choice(func(d *draft) *string { return &d.person.lang }, langs)},
	{Name: "merchant_id", Names: []string{"商家ID", "商家编号", "店铺ID", "店铺编号", "shop_id", "seller_id"}, level: ofOrder, Required: true, About: "at most 40 bytes", set: id(func(d *draft) *string { return &d.order.MerchantID }, 40)},
	{Name: "merchant_name", Names: []string{"商家名称", "店铺名称", "shop_name"}, level: ofOrder, About: "makes an unknown merchant", set: text(func(d *draft) *string { return &d.merchant }, 200)},
	{Name: "currency", Names: []string{"币种", "货币"}, level: ofOrder, About: "`CNY`; empty: `CNY`", set: choice(func(d *draft) *string { return &d.order.Currency }, map[string]string{"cny": "CNY", "rmb": "CNY", "人民币": "CNY"})},
	{Name: "paid_at", Names: []string{"付款时间", "支付时间", "订单付款时间"}, level: ofOrder, Required: true, set: moment(func(d *draft) *time.Time { return &d.order.PaidAt })},
	{Name: "shipped_at", Names: []string{"发货时间"}, level: ofOrder, About: "empty: not yet", set: maybe(func(d *draft) **time.Time { return &d.order.ShippedAt })},
	{Name: "signed_at", Names: []string{"签收时间"}, level: ofOrder, About: "empty: not yet", set: maybe(func(d *draft) **time.Time { return &d.order.SignedAt })},
	{Name: "confirmed_at", Names: []string{"确认收货时间"}, level: ofOrder, About: "empty: not yet", set: maybe(func(d *draft) **time.Time { return &d.order.ConfirmedAt })},
	{Name: "freight_paid", Names: []string{"运费", "实付运费", "邮费", "买家应付邮费"}, level: ofOrder, About: "what the customer paid for it", set: amount(func(d *draft) *money.Amount { return &d.order.FreightPaid })},
	{Name: "freight_listed", Names: []string{"标准运费", "原运费"}, level: ofOrder, About: "what it costs below the threshold", set: amount(func(d *draft) *money.Amount { return &d.order.FreightListed })},
	{Name: "free_over", Names: []string{"包邮门槛", "满额包邮"}, level: ofOrder, About: "free-shipping threshold", set: amount(func(d *draft) *money.Amount { return &d.order.FreeOver })},
	{Name: "discount", Names: []string{"订单优惠", "优惠金额"}, level: ofOrder, About: "of the order, already taken off the lines' `line_paid`", set: amount(func(d *draft) *money.Amount { return &d.order.Discount })},
	{Name: "insured", Names: []string{"运费险", "退货运费险"}, level: ofOrder, About: "yes or no", set: truth(func(d *draft) *bool { return &d.order.Insured })},
	{Name: "recipient_name", Names: []string{"收货人", "收货人姓名", "收件人"}, level: ofOrder, Personal: true, About: "sealed, as the whole address is", set: text(func(d *draft) *string { return &d.order.Recipient.Name }, 100)},
	{Name: "recipient_phone", Names: []string{"收货人手机", "收货人电话", "联系手机", "联系电话"}, level: ofOrder, Personal: true, set: text(func(d *draft) *string { return &d.order.Recipient.Phone }, 32)},
	{Name: "province", Names: []string{"省", "省份", "收货省份"}, level: ofOrder, Personal: true, set: text(func(d *draft) *string { return &d.order.Recipient.Province }, 64)},
	{Name: "city", Names: []string{"市", "城市", "收货城市"}, level: ofOrder, Personal: true, set: text(func(d *draft) *string { return &d.order.Recipient.City }, 64)},
	{Name: "district", Names: []string{"区", "区县", "收货区县"}, level: ofOrder, Personal: true, set: text(func(d *draft) *string { return &d.order.Recipient.District }, 64)},
	{Name: "street", Names: []string{"街道", "详细地址", "收货地址", "地址"}, level: ofOrder, Personal: true, set: text(func(d *draft) *string { return &d.order.Recipient.Street }, 300)},

	{Name: "line_id", Names: []string{"子订单号", "子订单编号", "明细编号"}, level: ofLine, Required: true, About: "unique over all orders, at most 64 bytes", set: id(func(d *draft) *string { return &d.line.ID }, 64)},
	{Name: "product_id", Names: []string{"商品ID", "商品编号", "宝贝ID"}, level: ofLine, Required: true, About: "at most 40 bytes", set: id(func(d *draft) *string { return &d.line.ProductID }, 40)},
	{Name: "variant_id", Names: []string{"规格ID", "规格编号", "SKU", "sku_id"}, level: ofLine, About: "empty: the product's own", set: id(func(d *draft) *string { return &d.line.VariantID }, 40)},
	{Name: "title", Names: []string{"商品名称", "商品标题", "宝贝标题", "标题"}, level: ofLine, Required: true, set: text(func(d *draft) *string { return &d.line.Title }, 300)},
	{Name: "category", Names: []string{"类目", "分类", "商品类目"}, level: ofLine, set: text(func(d *draft) *string { return &d.line.Category }, 64)},
	{Name: "quantity", Names: []string{"数量", "购买数量", "宝贝数量"}, level: ofLine, Required: true, About: "1 to 10,000", set: whole(func(d *draft) *int { return &d.line.Quantity }, 1, maxQuantity)},
	{Name: "unit_price", Names: []string{"单价", "商品单价"}, level: ofLine, Required: true, About: "list price at purchase", set: amount(func(d *draft) *money.Amount { return &d.line.UnitPrice })},
	{Name: "line_discount", Names: []string{"商品优惠", "明细优惠"}, level: ofLine, set: amount(func(d *draft) *money.Amount { return &d.line.Discount })},
	{Name: "line_paid", Names: []string{"商品实付", "明细实付", "商品实付金额"}, level: ofLine, Required: true, About: "the line's share of what was really paid, after every discount, without freight", set: amount(func(d *draft) *money.Amount { return &d.line.Paid })},
	{Name: "bundle", Names: []string{"套装", "套装编号"}, level: ofLine, About: "lines with the same value were bought as one", set: text(func(d *draft) *string { return &d.line.Bundle }, 40)},
	{Name: "gift", Names: []string{"赠品", "是否赠品"}, level: ofLine, About: "yes or no", set: truth(func(d *draft) *bool { return &d.line.Gift })},
	{Name: "gift_price", Names: []string{"赠品价格"}, level: ofLine, About: "announced price of a gift", set: amount(func(d *draft) *money.Amount { return &d.line.GiftPrice })},
	{Name: "no_reason_out", Names: []string{"不支持无理由", "无理由例外"}, level: ofLine, About: "`custom`, `fresh`, `digital`, `press`, or 定制, 生鲜, 数字化商品, 报纸期刊", set: choice(func(d *draft) *string { return &d.line.NoReasonOut }, excluded)},
	{Name: "consented", Names: []string{"购买时确认"}, level: ofLine, About: "`hygiene`, `activation`, `near_expiry`, or 贴身卫生, 激活贬值, 临期", set: choice(func(d *draft) *string { return &d.line.Consented }, consented)},
	{Name: "weight_grams", Names: []string{"重量", "重量(克)", "单件重量"}, level: ofLine, About: "per unit", set: whole(func(d *draft) *int { return &d.line.WeightGrams }, 0, 10_000_000)},
	{Name: "serials", Names: []string{"序列号", "SN"}, level: ofLine, About: "of the units, separated by `|`", set: func(d *draft, cell string) error {
		for _, serial := range strings.Split(cell, "|") {
			serial, err := readID(strings.TrimSpace(serial), 64)
			if err != nil {
				return err
			}
			d.line.Serials = append(d.line.Serials, serial)
		}
		return nil
	}},

	{Name: "rail", Names: []string{"支付方式", "支付渠道"}, level: ofPayment, Required: true, About: "`alipay` 支付宝, `wechat` 微信", set: func(d *draft, cell string) error {
		rail, err := readChoice(cell, rails)
		d.payment.Rail = partners.Rail(rail)
		return err
	}},
	{Name: "payment_ref", Names: []string{"支付流水号", "支付单号", "交易号", "支付宝交易号"}, level: ofPayment, Required: true, About: "the rail's own number, at most 64 bytes", set: id(func(d *draft) *string { return &d.payment.Ref }, 64)},
	{Name: "captured", Names: []string{"支付金额", "实收金额", "实付金额"}, level: ofPayment, Required: true, About: "over this rail", set: amount(func(d *draft) *money.Amount { return &d.payment.Captured })},
	{Name: "captured_at", Names: []string{"支付完成时间"}, level: ofPayment, About: "empty: `paid_at`", set: moment(func(d *draft) *time.Time { return &d.payment.CapturedAt })},
	{Name: "payment_id", Names: []string{"支付编号", "支付ID"}, level: ofPayment, About: "the shop's ID of the payment; empty: `<order_id>/<n>`", set: id(func(d *draft) *string { return &d.payment.ID }, 64)},
}

// Columns lists what an import of orders understands, for the documentation.
func Columns() []Column {
	all := slices.Clone(columns)
	for i := range all {
		all[i].Level = string(all[i].level)
	}
	return all
}

var columnNamed = func() map[string]int {
	found := map[string]int{}
	for i, column := range columns {
		for _, name := range append([]string{column.Name}, column.Names...) {
			name = folded(name)
			if other, twice := found[name]; twice && other != i {
				panic("interchange: two columns are called " + name)
			}
			found[name] = i
		}
	}
	return found
}()

// folded is a head as it is compared: no case, width, space, hyphen or unit.
func folded(name string) string {
	name = strings.ToLower(width.Narrow.String(clean(name)))
	for _, unit := range []string{"(元)", "(cny)", "(rmb)", "*"} {
		name = strings.ReplaceAll(name, unit, "")
	}
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(name)
}

// header says which column each cell of a row belongs to; -1: to none.
type header struct {
	columns []int
	unknown []string
}

// readHeader finds the columns. Unknown ones are an error unless they are to be ignored.
func readHeader(cells []string, ignore bool) (header, error) {
	var h header
	seen := map[int]string{}
	for _, cell := range cells {
		n, known := columnNamed[folded(cell)]
		switch {
		case !known && clean(cell) == "":
			n = -1
		case !known:
			n = -1
			h.unknown = append(h.unknown, clean(cell))
		case seen[n] != "":
			return h, fmt.Errorf("the columns %q and %q are the same, %s: remove one", seen[n], clean(cell), columns[n].Name)
		default:
			seen[n] = clean(cell)
		}
		h.columns = append(h.columns, n)
	}
	var missing []string
	for i, column := range columns {
		if column.Required && seen[i] == "" {
			missing = append(missing, fmt.Sprintf("%s (%s)", column.Name, column.Names[0]))
		}
	}
	version, modified := columnNamed[folded("version")], columnNamed[folded("modified_at")]
	if seen[version] == "" && seen[modified] == "" {
		missing = append(missing, "version (版本) or modified_at (修改时间)")
	}
	if len(missing) > 0 {
		err := fmt.Errorf("the file lacks columns: %s; `aftersales import orders --help` shows an example", strings.Join(missing, ", "))
		if len(seen) == 0 {
			err = fmt.Errorf("the first line names no column that is known; is it the head? %w", err)
		}
		return h, err
	}
	if len(h.unknown) > 0 && !ignore {
		return h, fmt.Errorf("unknown columns: %s; rename them, or ignore them with --ignore-unknown", strings.Join(h.unknown, ", "))
	}
	return h, nil
}

// findComma tells what separates the cells of a head: of comma, semicolon and tab the one that finds most columns.
func findComma(head string) rune {
	best, most := ',', -1
	for _, comma := range []rune{',', ';', '\t'} {
		cells, _ := split(head, comma)
		known := 0
		for _, cell := range cells {
			if _, found := columnNamed[folded(cell)]; found {
				known++
			}
		}
		if known > most {
			best, most = comma, known
		}
	}
	return best
}

// at is the cell of a row that belongs to a column.
func (h header) at(column int) int { return slices.Index(h.columns, column) }
