package knowledge

// synonyms are words for the same thing; who looks for one finds the others too, a little further down.
var synonyms = map[string][][]string{
	Chinese: {
		{"运费", "邮费", "快递费", "寄费"}, {"退货", "退回", "寄回"}, {"换货", "调换", "换一个", "换一件"}, {"退款", "退钱", "返款"},
		{"维修", "修理", "保修", "返修"}, {"快递", "物流", "包裹"}, {"不见了", "丢了", "丢件", "弄丢"}, {"坏了", "质量问题", "有毛病", "故障", "瑕疵"},
		{"破损", "碎了", "摔坏", "压坏"}, {"尺码", "尺寸", "大小", "号码"}, {"发票", "开票", "抬头"}, {"优惠券", "红包", "满减", "折扣"},
		{"价保", "保价", "差价", "降价"}, {"投诉", "举报", "维权"}, {"地址", "收货地址", "收件"}, {"取消", "不要了", "撤销"},
		{"到账", "收到钱", "退到哪"}, {"多久", "几天", "什么时候", "多长时间"}, {"商家", "卖家", "店家", "店铺"}, {"人工", "客服", "真人"},
		{"少件", "漏发", "少发", "缺件", "缺配件"}, {"发错", "寄错", "错发"}, {"假货", "假冒", "正品", "山寨"}, {"凭证", "证据", "照片", "截图"},
		{"揽收", "上门取件", "取件"}, {"签收", "收货", "收到货"}, {"运单号", "单号", "快递单号"}, {"账号", "帐号", "登录", "密码"}, {"注销", "删除账号"}, {"拒收", "不收"},
	},
	English: {
		{"postage", "shipping cost", "shipping fee", "freight"}, {"return", "send back"}, {"exchange", "swap", "replace", "replacement"},
		{"refund", "money back", "reimburse"}, {"repair", "fix", "warranty", "mend"}, {"parcel", "package", "delivery", "shipment"},
		{"lost", "missing", "disappeared", "vanished"}, {"broken", "faulty", "defective", "defect", "stopped working"}, {"damaged", "cracked", "smashed", "shattered"},
		{"size", "fit", "measurement"}, {"invoice", "receipt", "bill"}, {"coupon", "voucher", "discount", "promo code"},
		{"price protection", "price drop", "price match", "cheaper"}, {"complaint", "complain", "report"}, {"cancel", "call off"},
		{"merchant", "seller", "shop", "store", "vendor"}, {"person", "human", "agent", "representative"}, {"fake", "counterfeit", "genuine", "authentic"},
		{"photo", "picture", "evidence", "proof", "screenshot"}, {"pickup", "pick up", "collect", "collection"}, {"tracking number", "waybill", "tracking"},
		{"account", "login", "sign in", "password"}, {"late", "slow", "delayed", "delay"}, {"courier", "carrier"},
	},
}
