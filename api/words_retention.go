package api

import (
	"time"

	"aftersales/models"
)

// kept is how a row of the schedule is told to a customer. In English the schedule speaks for itself.
type kept struct {
	kind, why, from, until string
	yours                  bool // it holds something of the customer
}

// keptWords are the rows of models.Retention in Chinese, by their first table.
var keptWords = map[string]kept{
	"customers":          {"您的姓名、电话和语言", "办理每一次售后都需要", "", "您申请注销时抹除；剩下的化名随最后一笔交易删除", true},
	"merchants":          {"店铺和工作人员", "谁作了哪个决定", "", "长期保留：离职的人不能再登录，但决定里写着其名", false},
	"accounts":           {"登录账号和验证方式", "登录时需要", "", "随注销抹除", true},
	"sessions":           {"登录记录", "结束后不再需要", "登录结束", "删除", true},
	"tickets":            {"登录和再次验证用的一次性凭据", "防止重复使用", "凭据失效", "删除", true},
	"live_tickets":       {"用过的实时更新凭据", "每个只能用一次", "签发一分钟后失效", "删除", true},
	"api_keys":           {"对接程序的密钥", "谁开放了权限", "", "停用后留作记录，不含个人信息", false},
	"handovers":          {"从店铺跳转过来的凭据", "每个只能用一次", "签发一分钟后失效", "删除", true},
	"invitations":        {"邀请和重设密码的链接", "每个只能用一次", "签发一小时或七天后失效", "用后立即删除", true},
	"sign_in_tries":      {"登录尝试次数", "防止有人猜密码", "第一次尝试", "删除；全程只存加密后的摘要", true},
	"products":           {"商品和价格", "商品目录", "", "在售期间保留，不含个人信息", false},
	"orders":             {"交易：订单、售后、凭证、说明和款项", "《电子商务法》第三十一条", "订单或其售后最后一次变动", "连同相关内容一起删除；有保全、未完成的售后或款项时暂缓", true},
	"conversations":      {"聊天会话和消息", "《电子商务法》第三十一条", "会话结束后最后一条消息", "连同其中所有内容一起删除；有保全时暂缓", true},
	"message_terms":      {"查找聊天内容用的检索词", "查找说过的话", "", "随消息、撤回或注销删除；只存加密后的摘要", true},
	"tags":               {"客服用的标签、快捷回复、工作时间和服务时限", "接待会话时需要", "", "长期保留，不含顾客信息", false},
	"agent_desks":        {"哪位客服在接待", "分配会话", "", "不断覆盖，每位客服一行", false},
	"texts":              {"没有提交的文字", "草稿不作记录", "写下时", "删除；提交了的随交易保存", true},
	"evidence":           {"没有提交的凭证", "没有用到的上传不作记录", "上传时", "删除；提交了的随交易保存", true},
	"uploads":            {"没有传完的文件", "没有传完的不作记录", "开始上传几小时后失效", "删除", true},
	"upload_days":        {"每天上传的数量", "防止滥用", "当天", "删除", true},
	"index_terms":        {"按电话查找您时用的检索词", "客服按电话查找顾客", "", "随所对应的信息删除；只存加密后的摘要", true},
	"blobs":              {"文件", "随引用它的内容保存", "不再被引用时", "从存储中删除", true},
	"policy_packs":       {"作决定所依据的规则", "说明为什么这样决定", "", "永久保留，不含个人信息", false},
	"webhook_endpoints":  {"接收推送的其他系统", "谁会收到事件", "", "移除后留作记录，不含顾客信息", false},
	"webhook_deliveries": {"推送给其他系统的事件", "漏收时可以重新推送", "送达或放弃时", "删除；只含编号和代码", false},
	"notifications":      {"给您的消息", "内容在售后里都能看到", "消息到期", "删除", true},
	"outbox":             {"系统内部的事件", "实时更新", "发生时", "删除；只有编号", true},
	"partner_notices":    {"快递和支付的通知", "与合作方核对", "收到并处理后", "删除", true},
	"idempotency":        {"请求的结果", "重复提交时给出同样的结果", "请求时", "删除", true},
	"data_exports":       {"您申请的资料副本", "特意只保存很短时间", "做好时", "文件删除；申请过的记录随您保留", true},
	"privacy_notices":    {"展示过的隐私说明", "同意记录要指明是哪一版", "", "永久保留，不含个人信息", false},
	"consents":           {"同意、更正、注销和保全的记录", "证明依法办理", "您的最后一笔交易", "随化名一起删除", true},
	"partner_minutes":    {"合作方和后台任务的状况", "运行维护", "", "不断覆盖，不含个人信息", false},
	"article_categories": {"帮助文章及其历史版本", "可以查明当时告诉了顾客什么", "", "长期保留；建议里的问题已隐去个人信息", false},
	"article_scores":     {"回答的效果", "改进回答", "", "只有合计数，不含个人信息", false},
	"article_votes":      {"对回答的评价", "每人一票", "评价时", "删除，合计数保留；只存每个回答各自的摘要，看不出是谁", true},
	"search_misses":      {"没有找到结果的搜索", "编辑据此补写文章", "最后一次被搜索", "删除；已隐去个人信息，不记是谁搜索的", false},
	"audit_chains":       {"审计记录", "证明谁做了什么", "", "永久保留，注销后也在：不能更改或缩短；只有编号和代码", true},
}

// keptOf tells a row of the schedule in the reader's language.
func keptOf(row models.Retained, lang string) keptBody {
	words := keptWords[row.Tables[0]]
	body := keptBody{Kind: row.Kind, Why: row.Why, Days: int(row.Keep / (24 * time.Hour)), From: row.From, Until: row.Then, Yours: words.yours}
	if lang == langZH && words.kind != "" {
		body.Kind, body.Why, body.From, body.Until = words.kind, words.why, words.from, words.until
	}
	return body
}
