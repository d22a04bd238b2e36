package api

// deskNews is what news about conversations says, by its kind.
var deskNews = map[string]phrase{
	"mentioned":        {"同事在内部讨论里提到了您", "A colleague mentioned you in a note"},
	"snooze_over":      {"搁置的会话到时间了，请继续处理", "A conversation that was set aside is due again"},
	"follow_up_due":    {"您记下的待办到时间了", "What you meant to do about a conversation is due"},
	"service_warning":  {"有会话快要超过服务时限，请尽快答复", "A conversation is about to miss its time. Answer soon"},
	"service_breach":   {"有会话已经超过服务时限", "A conversation has missed its time"},
	"question_waits":   {"平台提出的问题还在等答复", "A question still waits for its answer"},
	"question_overdue": {"一个问题到期仍没有答复", "A question was not answered in time"},
	"carrier_answered": {"快递公司已答复您的查询", "The carrier answered what you asked"},
}
