package privacy

import (
	"bytes"
	"encoding/json"
	"html/template"
	"time"
)

// page is the copy as people read it: one file without scripts, links or anything from elsewhere.
func page(told Told, lang string) ([]byte, error) {
	zh := language(lang) != "en"
	say := func(chinese, english string) string {
		if zh {
			return chinese
		}
		return english
	}
	var buffer bytes.Buffer
	err := template.Must(template.New("page").Funcs(template.FuncMap{
		"say": say,
		"at": func(t any) string {
			switch t := t.(type) {
			case time.Time:
				return t.In(shanghai).Format("2006-01-02 15:04")
			case *time.Time:
				if t != nil {
					return t.In(shanghai).Format("2006-01-02 15:04")
				}
			}
			return "–"
		},
		"money": func(a toldAmount) string { return a.Amount + " " + string(a.Currency) },
		"pretty": func(content json.RawMessage) string {
			var indented bytes.Buffer
			if json.Indent(&indented, content, "", "  ") != nil {
				return string(content)
			}
			return indented.String()
		},
		"lang": func() string { return language(lang) },
	}).Parse(pageText)).Execute(&buffer, told)
	return buffer.Bytes(), err
}

// shanghai has had no summer time since 1991.
var shanghai = time.FixedZone("CST", 8*3600)

const pageText = `<!DOCTYPE html>
<html lang="{{lang}}"><head><meta charset="utf-8"><title>{{say "您的资料" "Your data"}}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}pre{white-space:pre-wrap;margin:0;font-size:.85em}details{margin:.5em 0}</style></head><body>
<h1>{{say "您的资料" "Your data"}}</h1>
<p>{{say "整理时间" "Made at"}} {{at .MadeAt}}。{{say "同样的内容也在 data.json（供程序读取）、orders.csv 和 cases.csv（供表格软件打开）里。" "The same stands in data.json, for programs, and in orders.csv and cases.csv, for spreadsheets."}}</p>
<h2>{{say "您是谁" "Who you are"}}</h2>
<table><tr><th>{{say "姓名" "Name"}}</th><td>{{.Customer.Name}}</td></tr><tr><th>{{say "电话" "Telephone"}}</th><td>{{.Customer.Phone}}</td></tr>
<tr><th>{{say "邮箱" "Mail"}}</th><td>{{.Customer.Mail}}</td></tr>
<tr><th>{{say "语言" "Language"}}</th><td>{{.Customer.Language}}</td></tr><tr><th>{{say "信用等级" "Standing"}}</th><td>{{.Customer.Level}}</td></tr>
<tr><th>{{say "开始于" "Since"}}</th><td>{{at .Customer.Since}}</td></tr>{{range .Accounts}}<tr><th>{{say "登录名" "Sign-in name"}}</th><td>{{.Login}}</td></tr>{{end}}</table>
<h2>{{say "登录" "Sessions"}} ({{len .Sessions}})</h2>
<table><tr><th>{{say "方式" "How"}}</th><th>{{say "设备" "Device"}}</th><th>{{say "地址" "Address"}}</th><th>{{say "开始" "From"}}</th><th>{{say "最近" "Seen"}}</th></tr>
{{range .Sessions}}<tr><td>{{.Method}}</td><td>{{.Device}}</td><td>{{.Address}}</td><td>{{at .From}}</td><td>{{at .Seen}}</td></tr>{{end}}</table>
<h2>{{say "订单" "Orders"}} ({{len .Orders}})</h2>
{{range .Orders}}<details open><summary>{{.ID}} · {{at .PaidAt}} · {{money .Paid}} · {{.Shop}}</summary>
<pre>{{pretty .Recipient}}</pre><table>{{range .Lines}}<tr><td>{{.Title}}</td><td>{{.Quantity}}</td><td>{{money .Paid}}</td></tr>{{end}}</table>
{{range .Shipments}}<p>{{.Carrier}} {{.Number}} {{.State}}</p>{{end}}</details>{{end}}
<h2>{{say "售后" "Requests"}} ({{len .Cases}})</h2>
{{range .Cases}}<details><summary>{{.ID}} · {{.Kind}} · {{.OrderID}} · {{.Stage}} {{.Outcome}} · {{money .Refunded}}</summary>
<table>{{range .Timeline}}<tr><td>{{at .At}}</td><td>{{.By}}</td><td>{{.Event}}</td><td><pre>{{pretty .Data}}</pre></td></tr>{{end}}</table>
{{if .Questions}}<h3>{{say "问题与回答" "Questions and answers"}}</h3><table>{{range .Questions}}<tr><td>{{at .AskedAt}}</td><td>{{.Field}}</td><td>{{.Answer}} {{.TextID}}</td></tr>{{end}}</table>{{end}}
{{if .Refunds}}<h3>{{say "退款" "Refunds"}}</h3><table>{{range .Refunds}}<tr><td>{{money .Amount}}</td><td>{{.Cause}}</td><td>{{.Status}}</td><td>{{at .SettledAt}}</td></tr>{{end}}</table>{{end}}
{{if .Decisions}}<h3>{{say "规则如何判断" "How the rules decided"}}</h3>{{range .Decisions}}<details><summary>{{at .At}}</summary><pre>{{pretty .Facts}}</pre><pre>{{pretty .Terms}}</pre></details>{{end}}{{end}}
</details>{{end}}
<h2>{{say "聊天" "Conversations"}} ({{len .Conversations}})</h2>
{{range .Conversations}}<details><summary>{{at .From}} – {{at .Until}}{{if .Score}} · {{.Score}}/5 {{.Codes}} {{.Words}}{{end}}</summary>
<table>{{range .Messages}}<tr><td>{{at .At}}</td><td>{{.By}}</td><td>{{if .Recalled}}{{say "（已撤回）" "(recalled)"}}{{else}}{{.Words}}{{end}}</td></tr>{{end}}</table></details>{{end}}
<h2>{{say "您写的话" "What you wrote"}} ({{len .Texts}})</h2>
<table>{{range .Texts}}<tr><td>{{at .At}}</td><td>{{.About}}</td><td>{{.Words}}</td></tr>{{end}}</table>
<h2>{{say "您上传的文件" "Files you sent"}} ({{len .Evidence}})</h2>
<table>{{range .Evidence}}<tr><td>{{at .At}}</td><td>{{.File}}</td><td>{{.CaseID}}</td></tr>{{end}}</table>
<h2>{{say "通知" "News for you"}} ({{len .Notifications}})</h2>
<table>{{range .Notifications}}<tr><td>{{at .At}}</td><td>{{.Kind}}</td><td>{{.About}}</td></tr>{{end}}</table>
<h2>{{say "同意与撤回" "Consents"}} ({{len .Consents}})</h2>
<table>{{range .Consents}}<tr><td>{{at .At}}</td><td>{{.Purpose}}</td><td>{{if .Given}}{{say "同意" "given"}}{{else}}{{say "撤回" "withdrawn"}}{{end}}</td><td>{{.Version}} {{.Language}}</td><td>{{.Channel}}</td></tr>{{end}}</table>
{{if .Corrections}}<h2>{{say "更正" "Corrections"}}</h2><table>{{range .Corrections}}<tr><td>{{at .At}}</td><td>{{.Field}}</td><td>{{.By}}</td></tr>{{end}}</table>{{end}}
</body></html>
`
