package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"aftersales/api"
)

// bodies are sound contents for the routes that need some.
var bodies = map[string]string{
	"webhook.create":          `{"name":"erp","url":"https://hooks.example.com/a","topics":["case.changed"]}`,
	"webhook.change":          `{"revision":1,"state":"off"}`,
	"webhook.rotate":          `{"revision":1}`,
	"webhook.redeliver":       `{"delivery_id":"d1"}`,
	"key.create":              `{"name":"erp","scopes":["case.list"]}`,
	"session.handover":        `{"token":"x"}`,
	"elsewhere.depart":        `{}`,
	"elsewhere.tie":           `{}`,
	"session.create":          `{"login":"agent","password":"secret"}`,
	"session.factor.prove":    `{"ticket":"agent","code":"123456"}`,
	"stepup.begin":            `{"method":"POST","path":"/v1/cases/x/decide","body_sha256":"` + strings.Repeat("a", 64) + `"}`,
	"stepup.prove":            `{"ticket":"t","code":"123456"}`,
	"factor.add":              `{"ticket":"t","code":"123456"}`,
	"evidence.upload":         string(png),
	"consent.say":             `{"purpose":"bot","given":true,"version":1}`,
	"privacy.correct":         `{"name":"王小明"}`,
	"privacy.export.ask":      `{}`,
	"erasure.ask":             `{}`,
	"erasure.cancel":          `{}`,
	"hold.place":              `{"customer_id":"cu-1","reason":"court","days":30}`,
	"hold.lift":               `{}`,
	"upload.create":           `{"size":12}`,
	"upload.append":           string(png),
	"case.open":               `{"kind":"return","order_id":"o-1","lines":[{"line_id":"l1","quantity":1}]}`,
	"case.question.answer":    `{"round":1,"n":1,"choice":"quality"}`,
	"case.offer.answer":       `{"accept":true,"amount":{"minor":100,"currency":"CNY"}}`,
	"case.parcel.send":        `{"carrier":"sf","number":"SF1234567890123"}`,
	"case.pickup.request":     `{"carrier":"sf","after":"2026-03-02T09:00:00Z","before":"2026-03-02T11:00:00Z"}`,
	"case.extension.answer":   `{"accept":false}`,
	"case.evidence.add":       `{"evidence":["ev-1"],"text":"看图"}`,
	"case.merchant.answer":    `{"decision":"offer","amount":{"minor":500,"currency":"CNY"},"text":"抱歉"}`,
	"case.parcel.inspect":     `{"difference":"short","missing_units":1,"grams":90}`,
	"case.extension.ask":      `{"seconds":3600}`,
	"case.refund.propose":     `{"outcome":"partial","amount":{"minor":500,"currency":"CNY"},"liability":"merchant"}`,
	"case.settlement.propose": `{"amount":{"minor":500,"currency":"CNY"}}`,
	"case.settlement.answer":  `{"accept":true,"amount":{"minor":500,"currency":"CNY"}}`,
	"case.complaint.rest":     `{}`,
	"case.supplement.ask":     `{"of":"customer"}`,
	"case.judgment.execute":   `{}`,
	"case.judgment.appeal":    `{"evidence":["ev-1"]}`,
	"case.suspension.ask":     `{}`,
	"case.suspension.answer":  `{"accept":true}`,
	"case.suspension.end":     `{}`,
	"case.refund.approve":     `{"approval_id":"ap-1","hash":"h","approve":true}`,
	"case.details.resolve":    `{"go_on":true}`,
	"case.evidence.reject":    `{"evidence_id":"ev-1"}`,
	"case.goodwill.open":      `{"order_id":"o-1","lines":[{"line_id":"l1","quantity":1}],"amount":{"minor":500,"currency":"CNY"},"text":"抱歉"}`,
	"case.intercept.report":   `{"result":"requested"}`,
	"case.delivery.prove":     `{"evidence":["ev-1"]}`,
	"case.refund.consent":     `{"account":"kim@example.com","name":"王小明"}`,
	"case.rate":               `{"score":4,"codes":["quick"],"text":"谢谢"}`,
	"case.preview":            `{"kind":"return","order_id":"o-1","lines":[{"line_id":"l1","quantity":1}]}`,
	"case.view.save":          `{"name":"投诉","filter":{"tab":"team","kind":"complaint","sort":"due"}}`,
	"merchant.address.add":    `{"place":{"name":"仓库","phone":"057112345678","city":"杭州市","street":"文三路 1 号"},"default":true}`,
	"merchant.address.change": `{"place":{"name":"仓库","phone":"057112345678","city":"杭州市","street":"文三路 2 号"}}`,
	"merchant.address.remove": `{}`,
	"merchant.stock.set":      `{"was":3,"stock":5}`,
	"case.take":               `{}`,
	"case.assign":             `{"agent_id":"st-2"}`,
	"merchant.team.set":       `{"team_id":"team-1"}`,
	"merchant.rules.set":      `{"rules":[{"name":"small","below":{"minor":5000,"currency":"CNY"},"enabled":true}]}`,
	"case.recovery.open":      `{"from":"customer","amount":{"minor":500,"currency":"CNY"},"cause":"late_difference"}`,
	"deadline.move":           `{"seconds":432000,"reason":"spring_festival"}`,
	"notice.receive":          `param=x`,
	"case.payment.start":      `{"rail":"alipay"}`,
	"case.delivery.send":      `{"carrier":"sf","number":"SF1234567890123"}`,
	"case.delivery.report":    `{"problem":"wrong","evidence":["ev-1"]}`,
	"case.repair.diagnose":    `{"fault":"screen","covered":false,"amount":{"minor":500,"currency":"CNY"},"evidence":["ev-1"]}`,
	"case.repair.quote":       `{"accept":true,"amount":{"minor":500,"currency":"CNY"}}`,
	"case.repair.finish":      `{"serial":"SN2"}`,
	"case.repair.reject":      `{"evidence":["ev-1"]}`,
	"case.repair.choose":      `{"choice":"exchange"}`,
	"account.password.change": `{"present":"secret","next":"another secret"}`,
	"link.open":               `{"token":"t"}`,
	"link.use":                `{"token":"t","login":"kim","password":"a new secret"}`,
	"staff.invite":            `{"role":"agent","name":"李","limit":{"minor":50000,"currency":"CNY"}}`,
	"staff.change":            `{"role":"agent","team_id":"","limit":{"minor":0,"currency":"CNY"}}`,
	"team.create":             `{"name":"华东"}`,
	"team.rename":             `{"name":"华南"}`,
	"order.reveal":            `{"reason":"shipping"}`,
	"payload.decode":          `{"payloads":[{"metadata":{"encoding":"YQ=="},"data":"YWI="}]}`,
	"payload.encode":          `{"payloads":[]}`,
	"customer.lookup":         `{"phone":"+86 138 1234 5678"}`,
	"customer.reveal":         `{"reason":"contact"}`,
	"case.payee.reveal":       `{"reason":"payment"}`,
	"deadline.move.preview":   `{"step":"review"}`,
	"pack.check":              `{"content":"name: mine"}`,
	"pack.diff":               `{"from":{"hash":"h"},"to":{"content":"extends: default"}}`,
	"pack.whatif":             `{"pack":{"hash":"h"},"last":10}`,
	"pack.activate":           `{"pack":{"hash":"h"},"instead_of":"g"}`,
	"keys.rotate":             `{"older_than_days":365}`,

	"article.vote":             `{"up":true}`,
	"article.create":           `{"slug":"power-banks","draft":{"lang":"zh","category":"logistics","title":"充电宝","body":"可以走陆运。"}}`,
	"article.edit":             `{"saw":1,"draft":{"lang":"zh","category":"logistics","title":"充电宝","body":"可以走陆运。"}}`,
	"article.submit":           `{"saw":1,"lang":"zh"}`,
	"article.review":           `{"saw":1,"lang":"zh","verdict":{"approve":true}}`,
	"article.expire":           `{"saw":1}`,
	"article.confirm":          `{"saw":1}`,
	"article.miss.handle":      `{}`,
	"article.propose":          `{"lang":"zh","category":"logistics","title":"充电宝","body":"可以走陆运。"}`,
	"article.proposal.take":    `{"slug":"power-banks"}`,
	"article.proposal.decline": `{"note":"有了"}`,
	"conversation.open":        `{}`, "conversation.close": `{}`, "conversation.notes": `{}`, "conversation.person.ask": `{}`, "conversation.claim": `{}`,
	"conversation.case.tie":     `{"case_id":"c-1"}`,
	"case.thread.open":          `{"audience":"merchant"}`,
	"message.send":              `{"client_id":"m-0000001","kind":"text","text":"在吗"}`,
	"message.edit":              `{"text":"在吗？"}`,
	"message.recall":            `{}`,
	"message.react":             `{"code":"thanks"}`,
	"conversation.mark":         `{"delivered":2,"read":1}`,
	"conversation.assign":       `{"agent_id":"st-2"}`,
	"conversation.transfer":     `{"agent_id":"st-2","note":"请接"}`,
	"transfer.answer":           `{"answer":"accept"}`,
	"desk.set":                  `{"state":"online","capacity":3}`,
	"conversation.priority.set": `{"priority":"high"}`,
	"conversation.snooze":       `{"until":"2026-03-02T15:00:00Z"}`,
	"conversation.tag":          `{"add":["tag-1"],"remove":["tag-2"]}`,
	"conversation.rate":         `{"score":4,"codes":["quick"],"text":"谢谢"}`,
	"conversation.bulk":         `{"action":"tag","ids":["co-1","co-2"],"add":["tag-1"]}`,
	"draft.save":                `{"text":"您好，"}`,
	"tag.create":                `{"name":"催单","colour":"gold"}`,
	"tag.change":                `{"name":"加急","colour":"red"}`,
	"tag.retire":                `{}`,
	"canned.create":             `{"scope":"own","shortcut":"hi","title":"问候","text":"{{customer.name}}您好"}`,
	"canned.change":             `{"shortcut":"hi","title":"问候","text":"您好"}`,
	"canned.remove":             `{}`,
	"question.ask":              `{"client_id":"q-0000001","text":"请问验货了吗","due_at":"2026-03-02T15:00:00Z"}`,
	"inquiry.ask":               `{"client_id":"i-0000001","kind":"track","carrier":"sf","number":"SF1234567890123"}`,
	"followup.add":              `{"text":"回电","due_at":"2026-03-02T15:00:00Z"}`,
	"followup.done":             `{}`,
	"view.create":               `{"name":"我的","query":"whose=mine"}`,
	"view.remove":               `{}`,
	"service.target.set":        `{"priority":"high","first_seconds":60,"next_seconds":300,"resolution_seconds":0}`,
	"service.target.remove":     `{"priority":"high"}`,
	"team.hours.set":            `{"calendar":{"zone":"+08:00","windows":[{"from":540,"to":1080}],"work_days":[1,2,3,4,5],"holidays":["2026-10-01"]},"overflow_team_id":"t","overflow_seconds":600}`,
}

// sound is a request that the route takes from whoever may.
func sound(route api.Route, token string, n int) call {
	path := strings.NewReplacer("{id}", "x-1", "{seq}", "1", "{reply}", "r-1", "{partner}", "kuaidi100").Replace(route.Path)
	if route.Action == "reason.list" {
		path += "?kind=return"
	}
	if route.Action == "article.search" {
		path += "?q=x"
	}
	if route.Action == "product.variant.list" {
		path += "?line_id=l1"
	}
	if route.Action == "message.search" {
		path += "?q=" + url.QueryEscape("退款")
	}
	if route.Action == "evidence.linked.read" {
		path += "?proof=p"
	}
	if route.Action == "session.handover.link" {
		path += "?token=x&to=%2Forders"
	}
	c := call{method: route.Method, path: path, token: token, body: bodies[route.Action], header: map[string]string{}, stepUp: route.Flags.Has(api.StepUp)}
	if route.Action == "live.connect" {
		c.header["Connection"], c.header["Upgrade"] = "Upgrade", "websocket"
	}
	if route.Action == "upload.append" {
		c.header["Upload-Offset"] = "0"
	}
	if route.Flags.Has(api.Keyed) {
		c.header["Idempotency-Key"] = fmt.Sprintf("key-%s-%d", route.Action, n)
	}
	return c
}

// who may do what, told a second time: the table must not change unseen.
var allowed = map[string]string{
	"live.ticket":    "CMASEO",
	"session.delete": "CMASEO", "session.read": "CMASEO",
	"stepup.begin": "CMASEO", "stepup.prove": "CMASEO", "factor.list": "CMASEO", "factor.totp.begin": "CMASEO", "factor.passkey.begin": "CMASEO",
	"factor.add": "CMASEO", "factor.remove": "CMASEO", "factor.codes.renew": "CMASEO",
	"session.list": "CMASEO", "session.revoke": "CMASEO", "session.revoke.all": "CMASEO", "account.password.change": "CMASEO", "account.read": "MASEO",
	"webhook.list": "MO", "webhook.create": "MO", "webhook.change": "MO", "webhook.rotate": "MO", "webhook.remove": "MO", "webhook.try": "MO",
	"webhook.delivery.list": "MO", "webhook.redeliver": "MO",
	"key.list": "MSO", "key.scope.list": "MSO", "key.create": "MSO", "key.rotate": "MSO", "key.revoke": "MSO",
	"elsewhere.tied.list": "MASEO", "elsewhere.tie": "MASEO", "elsewhere.untie": "MASEO",
	"staff.list": "MSO", "staff.read": "MSO", "staff.invite": "MO", "staff.invite.again": "MO", "staff.change": "MO",
	"staff.deactivate": "MO", "staff.reactivate": "MO", "staff.recover": "MO", "staff.signout": "MO", "customer.recover": "O",
	"staff.factors.reset": "O", "customer.factors.reset": "O",
	"team.list": "ASO", "team.create": "O", "team.rename": "O",
	"product.variant.list": "CMASO", "case.preview": "C", "case.rate": "C", "task.count": "CMASEO",
	"merchant.address.list": "M", "merchant.address.add": "M", "merchant.address.change": "M", "merchant.address.remove": "M",
	"article.search": "CMASEO", "article.read": "CMASEO", "category.list": "CMASEO", "article.vote": "CMASEO", "article.propose": "ASE",
	"article.create": "E", "article.edit": "E", "article.submit": "E", "article.review": "E", "article.expire": "E", "article.confirm": "E",
	"article.versions": "E", "article.version.list": "E", "article.due": "E", "article.miss.list": "E", "article.miss.handle": "E",
	"article.proposal.list": "E", "article.proposal.take": "E", "article.proposal.decline": "E",
	"merchant.stock.list": "M", "merchant.stock.set": "M", "merchant.figures": "M", "merchant.funds.read": "M", "merchant.funds.moves": "M",
	"case.view.list": "MASO", "case.view.save": "MASO", "case.view.remove": "MASO",
	"order.list": "C", "order.read": "CMASO", "reason.list": "CMASEO", "carrier.list": "CMASEO",
	"evidence.upload": "CMASO", "evidence.read": "CMASEO",
	"upload.create": "CMASO", "upload.read": "CMASO", "upload.append": "CMASO", "upload.complete": "CMASO", "upload.cancel": "CMASO",
	"evidence.thumbnail.read": "CMASO", "evidence.link.read": "CMASO", "evidence.linked.read": "CMASO",
	"case.open": "C", "case.list": "CMASO", "case.read": "CMASO", "case.timeline.read": "CMASO",
	"case.evaluation.read": "ASO", "case.evidence.read": "CMASO",
	"case.question.answer": "C", "case.offer.answer": "C", "case.request.edit": "C", "case.request.escalate": "C",
	"case.parcel.send": "C", "case.pickup.request": "C", "case.request.withdraw": "C", "case.extension.answer": "C",
	"case.evidence.add": "CM", "case.merchant.answer": "M", "case.parcel.inspect": "M", "case.extension.ask": "M",
	"case.payment.start": "C", "case.advance.take": "C", "case.delivery.confirm": "C", "case.delivery.report": "C",
	"case.repair.quote": "C", "case.repair.reject": "C", "case.repair.choose": "C",
	"case.repair.diagnose": "M", "case.repair.finish": "M", "case.repair.decline": "M",
	"case.delivery.send": "M", "case.delivery.decline": "M",
	"case.refund.propose": "AS", "case.refund.approve": "SO", "case.details.resolve": "AS", "case.evidence.reject": "AS",
	"case.goodwill.open": "MAS", "case.refusal.accept": "C", "case.refund.consent": "C", "case.delivery.prove": "M",
	"case.intercept.report": "MASO", "case.refund.redirect": "SO", "merchant.rules.list": "MASO", "merchant.rules.set": "M",
	"case.settlement.propose": "CM", "case.settlement.answer": "CM", "case.complaint.rest": "CM", "case.supplement.ask": "AS",
	"case.judgment.execute": "M", "case.judgment.appeal": "CM", "case.suspension.ask": "CMASO", "case.suspension.answer": "CM", "case.suspension.end": "CMASO",
	"case.refund.retry": "SO", "case.recovery.open": "SO",
	"case.take": "A", "case.assign": "SO", "merchant.list": "SO", "merchant.team.set": "O",
	"task.list": "CMASEO", "approval.list": "SO", "notification.list": "CMASEO", "notification.read": "CMASEO",
	"privacy.read": "C", "privacy.correct": "C", "privacy.export.list": "C", "privacy.export.ask": "C", "privacy.export.fetch": "C",
	"consent.list": "C", "consent.say": "C", "erasure.mine": "C", "erasure.ask": "C", "erasure.cancel": "C",
	"erasure.list": "O", "erasure.read": "O", "hold.list": "O", "hold.place": "O", "hold.lift": "O",
	"payload.decode": "O", "payload.encode": "O", "customer.lookup": "AS",
	"order.reveal": "MAS", "customer.reveal": "AS", "case.payee.reveal": "SO", "alarm.list": "O", "alarm.close": "O",
	"deadline.move": "O", "deadline.move.read": "O", "discrepancy.list": "O", "reconcile.start": "O",
	"deadline.move.preview": "O", "operation.overview": "O", "partner.health.list": "O", "sandbox.ledger": "O", "keys.status": "O", "keys.rotate": "O",
	"conversation.open": "C", "conversation.list": "CMASO", "conversation.read": "CMASO", "conversation.close": "CAS", "conversation.case.tie": "CAS",
	"conversation.notes": "AS", "case.thread.open": "AS", "message.list": "CMASO", "message.send": "CMAS", "message.edit": "CMAS", "message.recall": "CMAS",
	"message.react": "CMAS", "message.versions": "SO", "conversation.mark": "CMASO", "message.search": "CMASO", "conversation.person.ask": "C",
	"conversation.claim": "A", "conversation.assign": "SO", "conversation.transfer": "AS", "transfer.answer": "AS", "transfer.list": "A",
	"queue.list": "ASO", "desk.read": "A", "desk.set": "A", "desk.list": "SO",
	"conversation.tag": "AS", "conversation.priority.set": "AS", "conversation.snooze": "AS", "conversation.rate": "C", "conversation.bulk": "AS",
	"draft.save": "CMAS", "colleague.list": "ASO", "tag.list": "ASO", "tag.create": "SO", "tag.change": "SO", "tag.retire": "SO",
	"canned.list": "ASO", "canned.create": "ASO", "canned.change": "ASO", "canned.remove": "ASO", "canned.fill": "AS",
	"question.ask": "AS", "inquiry.ask": "AS", "question.list": "MASO", "followup.add": "AS", "followup.list": "ASO", "followup.done": "ASO", "view.list": "ASO", "view.create": "ASO", "view.remove": "ASO",
	"deadline.list": "ASO", "service.target.list": "ASO", "service.target.set": "SO", "service.target.remove": "SO", "team.hours.read": "ASO", "team.hours.set": "SO",
	"pack.list": "O", "pack.read": "O", "pack.check": "O", "pack.diff": "O", "pack.whatif": "O", "pack.activate": "O", "audit.list": "O", "audit.verify": "O",
}

func TestEveryRouteServesExactlyItsRoles(t *testing.T) {
	r := newRig(t)
	letters := map[string]string{"customer": "C", "merchant": "M", "agent": "A", "supervisor": "S", "editor": "E", "operator": "O"}
	for n, route := range api.Routes() {
		if route.Flags.Has(api.Public) {
			answer := r.do(t, sound(route, "", n))
			require.Less(t, answer.Code, 304, "%s: %s", route.Action, answer.Body)
			require.NotContains(t, allowed, route.Action)
			continue
		}
		require.Contains(t, allowed, route.Action)
		problem(t, r.do(t, sound(route, "", n)), 401, "sign_in_required")
		problem(t, r.do(t, sound(route, "nobody", n)), 401, "sign_in_required")
		for role, letter := range letters {
			answer := r.do(t, sound(route, role, n))
			if strings.Contains(allowed[route.Action], letter) {
				require.Less(t, answer.Code, 300, "%s as %s: %s", route.Action, role, answer.Body)
			} else {
				problem(t, answer, 403, "forbidden")
			}
		}
	}
}

func TestNothingIsServedThatIsNotInTheTable(t *testing.T) {
	var want []string
	for _, route := range api.Routes() {
		path := strings.NewReplacer("{", ":", "}", "").Replace(route.Path)
		want = append(want, route.Method+" "+path)
	}
	slices.Sort(want)
	served := func(r *rig) (list []string) {
		for _, route := range r.server.Handler().(*gin.Engine).Routes() {
			list = append(list, route.Method+" "+route.Path)
		}
		slices.Sort(list)
		return list
	}
	require.Equal(t, want, served(newRig(t)))
	withDocs := append(want, "GET /docs")
	slices.Sort(withDocs)
	require.Equal(t, withDocs, served(newRig(t, func(o *api.Options) { o.Docs = true })))
}

func TestActionsAndPathsAreNamedOnce(t *testing.T) {
	actions, paths := map[string]bool{}, map[string]bool{}
	for _, route := range api.Routes() {
		require.Regexp(t, `^[a-z]+(\.[a-z]+){1,2}$`, route.Action)
		require.False(t, actions[route.Action], route.Action)
		require.False(t, paths[route.Method+route.Path], route.Path)
		actions[route.Action], paths[route.Method+route.Path] = true, true
		once := route.Tag == "session" || route.Tag == "factors" // what is brought there is good once anyhow
		// These read, and what they are asked for must not stand in a URL.
		once = once || route.Action == "live.ticket"
		// A message has its sender's ID, and the others name the state that is reached: doing it twice changes nothing.
		once = once || route.Tag == "conversations" || route.Tag == "routing" || route.Tag == "desk tools"
		once = once || route.Action == "customer.lookup" || route.Action == "case.preview" || strings.HasPrefix(route.Action, "payload.") ||
			route.Action == "pack.check" || route.Action == "pack.diff" || route.Action == "pack.whatif" || route.Action == "deadline.move.preview"
		if route.Method == http.MethodPost && !once && route.Action != "notification.read" && !strings.HasSuffix(route.Action, ".reveal") && !route.Flags.Has(api.Public) {
			require.True(t, route.Flags.Has(api.Keyed), "%s creates or commands, so it needs a key", route.Action)
		}
	}
}

func TestUnknownPathsAndMethodsAreProblems(t *testing.T) {
	r := newRig(t)
	problem(t, r.do(t, call{method: "GET", path: "/v1/nothing"}), 404, "not_found")
	problem(t, r.do(t, call{method: "GET", path: "/v1/cases/", token: "agent"}), 404, "not_found")
	answer := r.do(t, call{method: "PUT", path: "/v1/cases", token: "agent"})
	problem(t, answer, 405, "method_not_allowed")
	require.Contains(t, answer.Header().Get("Allow"), "GET")
	problem(t, r.do(t, call{method: "GET", path: "/docs"}), 404, "not_found")
	page := newRig(t, func(o *api.Options) { o.Docs = true }).do(t, call{method: "GET", path: "/docs"})
	require.Contains(t, page.Body.String(), "case.refund.approve")
}
