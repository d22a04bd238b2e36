package interchange

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// code names what is wrong with a line.
type code string

const (
	badQuotes    code = "quotes"
	badLength    code = "line_too_long"
	badEncoding  code = "encoding"
	badFields    code = "field_count"
	badControl   code = "control_character"
	badMissing   code = "missing"
	badAmount    code = "amount"
	badNegative  code = "negative"
	badTime      code = "time"
	badAhead     code = "time_ahead"
	badBefore    code = "time_before"
	badMany      code = "too_many"
	badSerials   code = "serials"
	badNumber    code = "number"
	badYesNo     code = "yes_no"
	badLong      code = "too_long"
	badChoice    code = "unknown_value"
	badSpace     code = "space"
	badRounded   code = "rounded_id"
	badDiffers   code = "differs"
	badApart     code = "apart"
	badSum       code = "sum"
	badOrder     code = "order"
	noCustomer   code = "customer_unknown"
	noMerchant   code = "merchant_unknown"
	badPeople    code = "changed_people"
	badLine      code = "line_elsewhere"
	badQuantity  code = "changed_quantity"
	badPayment   code = "changed_payment"
	badPaymentID code = "changed_payment_id"
	badCharged   code = "changed_charged_back"
	badTwice     code = "paid_twice"
	badPaidAbove code = "paid_above"
	badVersion   code = "same_version"
	badErased    code = "erased"
	wordEnglish       = 0
	wordChinese       = 1
	shownOfValue      = 40
	reportColumn      = "line,column,order_id,code,problem,问题"
)

// words are what people read, English and Chinese; {} stands for what was found, or for what is wanted.
var words = map[code][2]string{
	badQuotes:    {"a double quote is not closed, or stands inside a cell without being doubled", "引号没有闭合，或单元格内的引号没有写成两个"},
	badLength:    {"the line is longer than 64 KiB", "这一行超过 64 KiB"},
	badEncoding:  {"some bytes cannot be read in the file's encoding; --encoding names another one", "有字节无法按文件编码读取；可用 --encoding 指定"},
	badFields:    {"the line has another number of cells than the first one: {}", "这一行的单元格数为 {}（前者为本行，后者为首行）"},
	badControl:   {"the cell has a control character", "单元格含有控制字符"},
	badMissing:   {"nothing is given, and it is needed", "必填，但没有内容"},
	badAmount:    {"{} is not an amount; write it like 1234.50, in yuan", "{} 不是金额，请写成 1234.50（元）"},
	badNegative:  {"{} is negative", "{} 是负数"},
	badTime:      {"{} is not a time; write it like 2026-03-02 12:00:00 (China time) or with a zone, 2026-03-02T12:00:00+08:00", "{} 不是时间，请写成 2026-03-02 12:00:00（北京时间）"},
	badAhead:     {"{} (China time) lies ahead", "{}（北京时间）是未来的时间"},
	badBefore:    {"this was before {}", "早于 {}"},
	badMany:      {"the order has more than {} lines or units, the most that one order can have", "订单的行数或件数超过 {}，超出单个订单的上限"},
	badSerials:   {"the line {} has more serial numbers than units", "子订单号 {} 的序列号多于件数"},
	badNumber:    {"{} is not a whole number within bounds", "{} 不是范围内的整数"},
	badYesNo:     {"{} is neither yes nor no (是/否, yes/no, true/false, 1/0)", "{} 既不是“是”也不是“否”"},
	badLong:      {"the text is longer than {} characters", "文字超过 {} 个字符"},
	badSpace:     {"the id has a space in it", "编号中不能有空格"},
	badChoice:    {"{} is not one of the values of this column", "{} 不是该列可用的值"},
	badRounded:   {"{} was rounded by a spreadsheet; format the column as text and export again", "{} 已被表格软件取整，请把该列设为文本后重新导出"},
	badDiffers:   {"differs from the first line of the same order ({})", "与同一订单的第一行不同（{}）"},
	badApart:     {"lines of this order and version stand further up too; the lines of an order must follow each other", "同一订单同一版本的行必须连在一起"},
	badSum:       {"what the lines and the freight cost does not add up to what was paid: {}", "商品实付与运费之和不等于支付金额：{}"},
	badOrder:     {"the order cannot be worked with: {}", "订单无法使用：{}"},
	noCustomer:   {"the customer is unknown; fill in customer_name and the customer is made", "买家不存在；填写“买家姓名”后会自动建立"},
	noMerchant:   {"the merchant is unknown; fill in merchant_name and the merchant is made", "商家不存在；填写“商家名称”后会自动建立"},
	badPeople:    {"the order is stored with another customer, merchant or currency, which cannot change", "该订单已保存，买家、商家和币种不能改变"},
	badLine:      {"the line {} belongs to another order", "子订单号 {} 属于另一个订单"},
	badQuantity:  {"fewer units of the line {} than were bought; what was bought cannot shrink", "子订单号 {} 的数量少于已购买的数量；已购买的数量不能减少"},
	badPayment:   {"the payment id {} stands for another payment", "支付编号 {} 对应的是另一笔付款"},
	badPaymentID: {"the payment is stored under the id {}; under a second one it could be given back twice", "这笔付款已用编号 {} 保存；换一个编号可能导致重复退款"},
	badCharged:   {"less was captured over the payment {} than the bank took back of it", "支付编号 {} 的实收金额小于银行已追回的金额"},
	badTwice:     {"the payment belongs to the order {} already; a payment is of one order alone, or it could be given back twice", "这笔付款已属于订单 {}；一笔付款只能对应一个订单，否则可能重复退款"},
	badPaidAbove: {"the payment stands further up too, in the order that begins at line {}; a payment is of one order alone", "这笔付款在第 {} 行开始的订单中已出现；一笔付款只能对应一个订单"},
	badVersion:   {"the same version is stored with other content; a change needs a higher version", "同一版本已保存且内容不同；修改需要更高的版本号"},
	badErased:    {"the customer's data was erased at the customer's request", "该买家的数据已应其要求删除"},
}

// Issue is one thing that is wrong with a file. It never holds what a personal column says.
type Issue struct {
	Line   int
	Column string // the column's name in this program; empty: the whole line or order
	Order  string // the order it belongs to, as far as known
	Code   string // stable, for programs
	About  string // what was found
}

// Text says in "zh-CN" or "en" what is wrong.
func (i Issue) Text(lang string) string {
	pair := words[code(i.Code)]
	if strings.HasPrefix(lang, "zh") {
		return strings.ReplaceAll(pair[wordChinese], "{}", i.About)
	}
	return strings.ReplaceAll(pair[wordEnglish], "{}", i.About)
}

// String is the issue on one English line.
func (i Issue) String() string {
	if i.Column == "" {
		return fmt.Sprintf("line %d: %s", i.Line, i.Text("en"))
	}
	return fmt.Sprintf("line %d, %s: %s", i.Line, i.Column, i.Text("en"))
}

// Report writes issues as CSV that a spreadsheet opens and does not compute.
type Report struct{ out *csv.Writer }

// NewReport writes the head of a report.
func NewReport(out io.Writer) (*Report, error) {
	if _, err := io.WriteString(out, "\uFEFF"); err != nil { // spreadsheets take it for GBK otherwise
		return nil, err
	}
	report := &Report{csv.NewWriter(out)}
	return report, report.out.Write(strings.Split(reportColumn, ","))
}

// Add writes one issue.
func (r *Report) Add(i Issue) error {
	cells := []string{strconv.Itoa(i.Line), i.Column, i.Order, i.Code, i.Text("en"), i.Text("zh-CN")}
	for n := range cells {
		cells[n] = harmless(cells[n])
	}
	return r.out.Write(cells)
}

// Close brings everything to the writer.
func (r *Report) Close() error { r.out.Flush(); return r.out.Error() }
