package api

import "slices"

// ruleWords are the rules that decide, as people cite them: the source, and what it says. A rule of a pack that this build
// does not know is shown as its name.
var ruleWords = map[string]phrase{
	// how many must approve
	"approval_two_people_above_limit": {"金额超过上限，须两人审批", "Above the limit two people approve"},
	"approval_one_person":             {"须提出人以外的一人审批", "Somebody else than the proposer approves"},
	"approval_agent_within_limit":     {"在客服的额度以内，不用审批", "Within the agent's limit nobody need approve"},
	// the law
	"consumer_law_20":                {"《消费者权益保护法》第二十条：商品须与介绍相符，不得虚假宣传", "Consumer Law, art. 20: goods must be as described"},
	"consumer_law_27":                {"《消费者权益保护法》第二十七条：尊重消费者的人格与隐私", "Consumer Law, art. 27: consumers and their privacy are respected"},
	"consumer_law_29":                {"《消费者权益保护法》第二十九条：依法收集、使用个人信息", "Consumer Law, art. 29: personal data is used lawfully"},
	"counterfeit_has_no_window":      {"假冒商品退货不受期限限制", "Counterfeit goods can be returned at any time"},
	"interim_measures_art_6":         {"《七日无理由退货暂行办法》第六条：定作、鲜活易腐、已拆封的数字化商品等不适用无理由退货", "Seven-Day Return Measures, art. 6: custom, fresh and opened digital goods are exempt"},
	"interim_measures_art_7":         {"《七日无理由退货暂行办法》第七条：购买时经消费者确认的商品可不适用无理由退货", "Seven-Day Return Measures, art. 7: goods that the customer confirmed as exempt when buying"},
	"interim_measures_art_10":        {"《七日无理由退货暂行办法》第十条：签收次日起七天内可以无理由退货", "Seven-Day Return Measures, art. 10: seven days from the day after signing"},
	"interim_measures_art_13":        {"《七日无理由退货暂行办法》第十三条：商家收到退货七天内退款", "Seven-Day Return Measures, art. 13: refund within seven days of receipt"},
	"three_guarantees_12_months":     {"“三包”规定：整机保修十二个月", "Three Guarantees: twelve months of warranty"},
	"late_delivery_merchant_fault":   {"商家没有按时发货，由商家负责", "The shop did not ship in time, and answers for it"},
	"not_received_other_side_proves": {"称没有收到货时，由商家证明已送达", "“Not received”: the shop proves the delivery"},
	// liability and freight
	"agreed_with_merchant":                 {"按顾客与商家的约定处理", "As agreed between customer and shop"},
	"fault_unclear":                        {"责任无法认定", "The fault is unclear"},
	"freight_agreed_without_mention":       {"商家同意时没有说明运费，由商家承担", "Agreed without mentioning postage: the shop pays"},
	"freight_fault_pays":                   {"谁的责任，谁承担运费", "Whoever is at fault pays the postage"},
	"freight_fault_unclear":                {"责任不明：发货运费商家承担，寄回运费顾客承担", "Fault unclear: the shop pays the way out, the customer the way back"},
	"freight_insurance_once_per_order":     {"运费险每个订单赔付一次", "Freight insurance pays once per order"},
	"freight_merchant_answers_for_carrier": {"快递的责任先由商家对顾客承担", "The shop answers for the carrier towards the customer"},
	"freight_no_reason":                    {"无理由退货：运费由顾客承担", "No-reason return: the customer pays the postage"},
	"freight_no_reason_exchange":           {"无理由换货：来回运费由顾客承担", "No-reason exchange: the customer pays every leg"},
	"freight_no_reason_free_shipping":      {"包邮商品无理由退货：顾客承担寄回运费", "No-reason return of a free-shipping item: the customer pays the way back"},
	"freight_repair_not_covered":           {"不在保修范围内的维修，运费由顾客承担", "Repairs outside the warranty: the customer pays the postage"},
	"transit_damage_on_merchant":           {"运输途中损坏，由商家承担", "Damage on the way is the shop's"},
	"transit_lost_15d":                     {"物流十五天没有更新，视为丢失", "A parcel without news for 15 days counts as lost"},
	"transit_stalled_7d":                   {"物流七天没有更新，视为停滞", "A parcel without news for 7 days counts as stalled"},
	"kuaidi100_no_record_3_days":           {"运单三天没有揽收记录，视为可疑", "A waybill without a record for 3 days is suspect"},
	// amounts
	"amount_really_paid":                  {"按实际支付的金额计算", "What was really paid"},
	"amount_agreed":                       {"按协商或判定的金额", "The amount agreed or judged"},
	"amount_never_negative":               {"退款不低于零", "A refund is never below zero"},
	"refund_at_most_captured":             {"退款不超过实际收到的付款", "At most what was captured"},
	"gift_back_or_price_deducted":         {"赠品需退回，否则扣除公示价", "Gifts come back or their price is deducted"},
	"exchange_difference_at_own_discount": {"换货差价按各自的优惠计算", "The difference of an exchange, each at its own discount"},
	"difference_nothing_came":             {"退回的是空包裹", "The parcel came back empty"},
	"difference_other_item":               {"退回的不是原商品", "Another item came back"},
	"difference_units_that_came":          {"按实际退回的数量计算", "Only what came back counts"},
	// quality, warranty, price protection
	"jd_accident_not_covered":        {"人为损坏不在保修范围", "Accidents are not covered by the warranty"},
	"jd_price_protection":            {"价格保护规则", "Price protection"},
	"jd_price_protection_7_days":     {"七天价格保护", "Price protection for 7 days"},
	"jd_price_protection_15_days":    {"十五天价格保护", "Price protection for 15 days"},
	"jd_price_protection_30_days":    {"三十天价格保护", "Price protection for 30 days"},
	"jd_price_protection_by_formula": {"价保差额按公式计算", "Price protection by formula"},
	"jd_quality_15_days":             {"质量问题十五天内可以退换", "Faulty goods can be returned or exchanged within 15 days"},
	"jd_repair_30_days":              {"维修不超过三十天", "A repair takes at most 30 days"},
	"jd_repair_in_warranty":          {"保修期内免费维修", "Repairs are free under warranty"},
	"jd_ship_replacement_72h":        {"换货商品七十二小时内寄出", "Replacements are shipped within 72 hours"},
	"house_warranty_3_months":        {"平台规则：保修三个月", "House rule: 3 months of warranty"},
	"house_warranty_6_months":        {"平台规则：保修六个月", "House rule: 6 months of warranty"},
	"house_damaged_half":             {"平台规则：退回商品有损坏，退一半", "House rule: half for goods that came back damaged"},
	"house_used_half":                {"平台规则：退回商品已使用，退一半", "House rule: half for goods that came back used"},
	"house_other_goods_came_back":    {"平台规则：退回的不是原商品", "House rule: other goods came back"},
	"house_goodwill":                 {"平台规则：额外补偿", "House rule: goodwill"},
	// what is decided without asking
	"house_advance_exchange_with_deposit":      {"信用良好的顾客可以付押金先换新", "In good standing: the new one first, for a deposit"},
	"house_advance_refund_on_first_scan":       {"信用良好的顾客寄出后先退款", "In good standing: refunded on the first scan"},
	"house_auto_good_standing":                 {"信用良好，自动通过", "In good standing: decided at once"},
	"house_auto_low_risk_good_standing":        {"低风险且信用良好，自动通过", "Low risk and good standing: decided at once"},
	"house_auto_small_amount":                  {"金额较小，自动通过", "Small amount: decided at once"},
	"house_not_shipped_small_amount":           {"未发货且金额较小，自动通过", "Not shipped and small: decided at once"},
	"house_answer_price_protection_by_formula": {"价保按公式直接答复", "Price protection is answered by formula"},
	"house_nothing_against":                    {"没有不良记录", "Nothing is held against them"},
	"house_watched_party_needs_approval":       {"重点关注的一方，需要审批", "A watched party needs an approval"},
	"house_complaints_lost":                    {"投诉败诉较多", "Some complaints lost"},
	"house_many_complaints_lost":               {"投诉败诉很多", "Many complaints lost"},
	"house_late_answers":                       {"答复常有超时", "Some late answers"},
	"house_many_late_answers":                  {"答复经常超时", "Many late answers"},
	"house_many_cases":                         {"售后较多", "Many cases"},
	"house_very_many_cases":                    {"售后很多", "Very many cases"},
	"house_exchange_needs_shipped_goods":       {"换货须已发货", "An exchange needs shipped goods"},
	"house_return_needs_shipped_goods":         {"退货须已发货", "A return needs shipped goods"},
	"house_repair_needs_received_goods":        {"维修须已收货", "A repair needs received goods"},
	"wechat_cancelled_before_receipt":          {"收货前取消", "Cancelled before receipt"},
	"wechat_out_of_stock":                      {"商家缺货，由商家负责", "Out of stock is the shop's fault"},
	"wechat_service_complaint":                 {"服务投诉规则", "Complaints about service"},
	// deadlines
	"house_carrier_claim_7d":                 {"快递理赔七天内处理", "Claims on carriers within 7 days"},
	"house_choice_7d":                        {"七天内选择处理方式", "7 days to choose"},
	"house_diagnosis_5d":                     {"五天内检测", "Diagnosis within 5 days"},
	"house_intercept_7d":                     {"七天内拦截快递", "7 days to stop a parcel"},
	"house_offer_48h":                        {"四十八小时内回应还价", "48 hours to answer an offer"},
	"house_refund_help_24h":                  {"退款受阻二十四小时内处理", "Blocked refunds within 24 hours"},
	"house_repair_quote_72h":                 {"七十二小时内确认报价", "72 hours to answer a quote"},
	"house_ship_repaired_72h":                {"修好后七十二小时内寄出", "Repaired goods are shipped within 72 hours"},
	"wechat_answer_aftersale":                {"确认收货后的申请，商家限时答复，超时由平台介入", "After receipt: without an answer in time the platform steps in"},
	"wechat_answer_goods_kept":               {"不退货的申请，超时由平台介入", "Goods kept: without an answer in time the platform steps in"},
	"wechat_answer_no_reason":                {"无理由退货，商家超时未答复视为同意", "No-reason return: silence counts as agreed"},
	"wechat_answer_not_shipped":              {"未发货的申请，商家超时未答复视为同意", "Not shipped: silence counts as agreed"},
	"wechat_answer_onsale":                   {"确认收货前的申请，商家超时未答复视为同意", "Before receipt: silence counts as agreed"},
	"wechat_appeal_7d":                       {"七天内可以申诉", "7 days to appeal"},
	"wechat_appeal_review_72h":               {"申诉七十二小时内复核", "Appeals are reviewed within 72 hours"},
	"wechat_approval_24h":                    {"二十四小时内审批", "Approvals within 24 hours"},
	"wechat_confirm_7d":                      {"送达七天后自动确认收货", "Receipt counts as confirmed after 7 days"},
	"wechat_correct_waybill_48h":             {"四十八小时内更正运单", "48 hours to correct a waybill"},
	"wechat_details_48h":                     {"四十八小时内补充信息", "48 hours to add details"},
	"wechat_difference_48h":                  {"四十八小时内回应验货出入", "48 hours to answer a difference"},
	"wechat_evidence_24h":                    {"二十四小时内举证", "24 hours for evidence"},
	"wechat_execute_24h":                     {"判定二十四小时内执行，超时由保证金支付", "Judgments are carried out within 24 hours, or from the deposit"},
	"wechat_inspection_10d":                  {"送达十天内验货，超时视为没有问题", "10 days to inspect; silence counts as fine"},
	"wechat_pay_difference_24h":              {"二十四小时内补差价", "24 hours to pay the difference"},
	"wechat_prove_delivery_48h":              {"四十八小时内证明送达", "48 hours to prove a delivery"},
	"wechat_refused_7d":                      {"被拒绝后七天内可以修改或申请介入", "7 days to change a refused request or escalate"},
	"wechat_review_48h":                      {"平台四十八小时内审理", "Reviews within 48 hours"},
	"wechat_review_escalates_24h":            {"二十四小时未审理，升级处理", "Reviews escalate after 24 hours"},
	"wechat_send_back_7d":                    {"七天内寄回商品", "7 days to send goods back"},
	"wechat_settle_24h":                      {"二十四小时协商期", "24 hours to settle"},
	"wechat_supplement_4h":                   {"四小时内补充证据", "4 hours to supplement"},
	"wechat_suspended_30d":                   {"双方同意，最多暂停三十天", "Suspended by agreement, 30 days at most"},
	"wechat_suspended_papers_7_working_days": {"因司法程序暂停七个工作日", "Suspended on papers, 7 working days"},
}

type citationBody struct {
	Rule string `json:"rule"`
	Text string `json:"text" doc:"What it says, in the reader's language."`
}

// citations tells rules in words, each once.
func citations(lang string, rules ...string) []citationBody {
	told := []citationBody{}
	for _, rule := range rules {
		if rule != "" && !slices.ContainsFunc(told, func(one citationBody) bool { return one.Rule == rule }) {
			told = append(told, citationBody{rule, say(ruleWords, rule, lang)})
		}
	}
	return told
}

// addCitations tells every rule that the page names.
func (b *caseBody) addCitations(lang string) {
	named := append(slices.Clone(b.Rules), b.Freight.Rule)
	if b.Complaint != nil && b.Complaint.Judgment != nil {
		named = append(append(named, b.Complaint.Judgment.Rules...), b.Complaint.Judgment.Freight.Rule)
	}
	b.Citations = citations(lang, named...)
}
