package fault

// The catalogue: every error a person can meet, its HTTP status, and its sentence in both languages. Each
// sentence says what is wrong and what to do now. {name} is filled from the details.
const (
	Internal    Code = "internal"
	Unavailable Code = "unavailable"
	NotFound    Code = "not_found"

	SignInFailed    Code = "sign_in_failed"
	SignInRequired  Code = "sign_in_required"
	TooManyTries    Code = "too_many_tries"
	TooManyRequests Code = "too_many_requests"
	Forbidden       Code = "forbidden"
	StepUpRequired  Code = "step_up_required"
	EnrolRequired   Code = "enrol_required"

	FactorRefused    Code = "factor_refused"
	FactorLast       Code = "factor_last"
	FactorLimit      Code = "factor_limit"
	FactorMissing    Code = "factor_missing"
	TicketOver       Code = "ticket_over"
	PasskeysNotHere  Code = "passkeys_not_here"
	PasswordWrong    Code = "password_wrong"
	PasswordLength   Code = "password_length"
	PasswordCommon   Code = "password_common"
	PasswordPersonal Code = "password_personal"
	LinkInvalid      Code = "link_invalid"
	HandoverInvalid  Code = "handover_invalid"
	OutsideRefused   Code = "outside_sign_in_refused"
	OutsideUnknown   Code = "outside_identity_unknown"
	OutsideTaken     Code = "outside_identity_taken"
	ScopeUnknown     Code = "scope_unknown"
	TooManyEndpoints Code = "too_many_endpoints"
	EndpointOff      Code = "endpoint_off"
	TooManyKeys      Code = "too_many_keys"
	TooManyViews     Code = "too_many_views"
	LoginTaken       Code = "login_taken"
	LoginMalformed   Code = "login_malformed"
	OwnRights        Code = "own_rights"
	OwnAlarm         Code = "own_alarm"
	SecondHelper     Code = "second_helper"
	OperatorByTwo    Code = "operator_by_two"
	NotTwoPeople     Code = "not_two_people"
	RoleNotPossible  Code = "role_not_possible"
	TeamUnknown      Code = "team_unknown"
	TeamExists       Code = "team_exists"
	StaffState       Code = "staff_state"
	RevealReason     Code = "reveal_reason"
	RevealWords      Code = "reveal_words"

	BadRequest        Code = "bad_request"
	UnknownField      Code = "unknown_field"
	DuplicateField    Code = "duplicate_field"
	BodyTooLarge      Code = "body_too_large"
	UnsupportedMedia  Code = "unsupported_media"
	KeyMissing        Code = "idempotency_key_missing"
	KeyReused         Code = "idempotency_key_reused"
	KeyInProgress     Code = "idempotency_key_in_progress"
	AnswerOver        Code = "answer_over"
	BadCursor         Code = "bad_cursor"
	OrderUnknown      Code = "order_unknown"
	UnitsInOpenCase   Code = "units_in_open_case"
	QuantityTooLarge  Code = "quantity_too_large"
	NothingChosen     Code = "nothing_chosen"
	WindowOver        Code = "window_over"
	NotReturnable     Code = "not_returnable"
	KindNotPossible   Code = "kind_not_possible"
	ReasonUnknown     Code = "reason_unknown"
	ReasonMismatch    Code = "reason_not_for_phase"
	NothingToRefund   Code = "nothing_to_refund"
	StaleRevision     Code = "stale_revision"
	DeadlinePassed    Code = "deadline_passed"
	CaseClosed        Code = "case_closed"
	NotNow            Code = "not_possible_now"
	CaseTaken         Code = "case_taken"
	RatingTooEarly    Code = "rating_too_early"
	RatingTooLate     Code = "rating_too_late"
	AddressDefault    Code = "address_default"
	StockChanged      Code = "stock_changed"
	AgentUnknown      Code = "agent_unknown"
	TagUnknown        Code = "tag_unknown"
	TagExists         Code = "tag_exists"
	CannedExists      Code = "canned_exists"
	ViewExists        Code = "view_exists"
	ParcelUnknown     Code = "parcel_unknown"
	CannedVariable    Code = "canned_variable"
	NotRatable        Code = "conversation_not_ratable"
	ArticleInvalid    Code = "article_invalid"
	ArticleExists     Code = "article_exists"
	OwnArticle        Code = "own_article"
	QuestionGone      Code = "question_gone"
	AnswerUnclear     Code = "answer_unclear"
	TooManyEdits      Code = "too_many_edits"
	GoodsOnTheWay     Code = "goods_on_the_way"
	WaybillMalformed  Code = "waybill_malformed"
	WaybillReused     Code = "waybill_reused"
	WaybillElsewhere  Code = "waybill_elsewhere"
	WaybillTooOld     Code = "waybill_too_old"
	CarrierUnknown    Code = "carrier_unknown"
	AmountTooLarge    Code = "amount_too_large"
	AmountInvalid     Code = "amount_invalid"
	EvidenceTooLarge  Code = "evidence_too_large"
	EvidenceType      Code = "evidence_type"
	EvidenceEmpty     Code = "evidence_empty"
	EvidencePixels    Code = "evidence_pixels"
	EvidenceUnsafe    Code = "evidence_unsafe"
	UploadQuota       Code = "upload_quota"
	UploadsOpen       Code = "uploads_open"
	UploadElsewhere   Code = "upload_elsewhere"
	UploadChunk       Code = "upload_chunk"
	UploadIncomplete  Code = "upload_incomplete"
	EvidenceUnknown   Code = "evidence_unknown"
	EvidenceDuplicate Code = "evidence_duplicate"
	RuleUnknown       Code = "rule_unknown"
	EvidenceNeeded    Code = "evidence_needed"
	TextUnknown       Code = "text_unknown"
	ConversationEnded Code = "conversation_ended"
	ConversationHeld  Code = "conversation_held"
	MessageReused     Code = "message_id_reused"
	MessageTooOld     Code = "message_too_old"
	MessageRecalled   Code = "message_recalled"
	SearchTooShort    Code = "search_too_short"
	TransferStands    Code = "transfer_stands"
	DeskFull          Code = "desk_full"
	TextTooLong       Code = "text_too_long"
	OwnApproval       Code = "own_approval"
	ApprovalVoid      Code = "approval_void"
	ApprovalLimit     Code = "approval_limit"
	ApprovalTwice     Code = "approval_twice"
	ExtensionTwice    Code = "extension_twice"
	ExtensionTooLong  Code = "extension_too_long"
	RailCount         Code = "rail_count"
	RailWindow        Code = "rail_window"
	RailClosed        Code = "rail_closed"
	PaymentRefused    Code = "payment_refused"
	PartnerSilent     Code = "partner_silent"
	RefundLimit       Code = "refund_limit"
	BalanceShort      Code = "balance_short"
	EffectMismatch    Code = "effect_mismatch"
	Erased            Code = "erased"
	NoticeForged      Code = "notice_forged"
	NoticeMalformed   Code = "notice_malformed"

	VariantNotSold        Code = "variant_not_sold"
	VariantOutOfStock     Code = "variant_out_of_stock"
	AppealNeedsEvidence   Code = "appeal_needs_evidence"
	AppealOver            Code = "appeal_over"
	AppealOnce            Code = "appeal_once"
	AppealNotYours        Code = "appeal_not_yours"
	JudgmentTooLarge      Code = "judgment_too_large"
	SettlementTooLarge    Code = "settlement_too_large"
	AlreadyJudged         Code = "already_judged"
	ComplaintExists       Code = "complaint_exists"
	ProtectedAlready      Code = "price_protected_already"
	ProtectionAfterRefund Code = "price_protection_after_refund"
	PriceNotLower         Code = "price_not_lower"
	WarrantyOver          Code = "warranty_over"
	InsuranceUsed         Code = "insurance_used"
	SupplementOver        Code = "supplement_over"
	PaymentNeeded         Code = "payment_needed"
	RemedyUnknown         Code = "remedy_unknown"
	ReviewerAgain         Code = "reviewer_again"
	NotSuspended          Code = "not_suspended"

	ErasureAsked    Code = "erasure_asked"
	ErasureBegun    Code = "erasure_begun"
	Leaving         Code = "leaving"
	HoldInForce     Code = "hold_in_force"
	ConsentNeeded   Code = "consent_needed"
	NoticeOutOfDate Code = "notice_out_of_date"
	ExportNotReady  Code = "export_not_ready"
	ExportGone      Code = "export_gone"
	NameInvalid     Code = "name_invalid"
	PhoneInvalid    Code = "phone_invalid"

	PackInvalid Code = "pack_invalid"
	PackChanged Code = "pack_changed"
)

type entry struct {
	status int
	zh, en string
}

var catalogue = map[Code]entry{
	Internal:    {500, "系统出了点问题，我们已经记录下来，请稍后再试。", "Something went wrong on our side and was recorded. Please try again shortly."},
	Unavailable: {503, "服务暂时不可用，请用同样的请求再试一次，不会重复处理。", "The service is busy. Send the same request again; nothing will be done twice."},
	NotFound:    {404, "没有找到，请检查编号是否正确。", "Not found. Please check the number."},

	SignInFailed:    {401, "账号或密码不对，请重新输入。", "The account or password is not right. Please try again."},
	SignInRequired:  {401, "请先登录。", "Please sign in first."},
	TooManyTries:    {429, "尝试次数过多，请在 {seconds} 秒后再试。", "Too many tries. Please wait {seconds} seconds."},
	TooManyRequests: {429, "请求太频繁，请 {seconds} 秒后再试。", "Too many requests. Please wait {seconds} seconds."},
	Forbidden:       {403, "您没有权限做这一步，请联系有权限的同事。", "You may not do this. Ask a colleague who may."},

	StepUpRequired: {403, "这一步需要您再验证一次身份，验证后会接着完成。", "This step needs you to confirm who you are once more; it goes on after that."},
	EnrolRequired:  {403, "请先设置第二种登录方式，然后就可以继续。", "Set up a second sign-in factor first; then you can go on."},

	FactorRefused:    {403, "验证没有通过。请换一个新的验证码，或改用其他验证方式再试。", "This was not accepted. Use a new code, or another way to confirm who you are."},
	FactorLast:       {409, "您的岗位必须保留至少一种第二验证方式，请先添加新的，再移除这一个。", "Your role needs a second factor. Add another one before you remove this."},
	FactorLimit:      {409, "最多可以设置 {limit} 种验证方式，请先移除不用的。", "You can have at most {limit} factors. Remove one that you no longer use first."},
	FactorMissing:    {409, "还没有设置第二种验证方式，请先设置。", "There is no second factor yet. Set one up first."},
	TicketOver:       {403, "这一步已经完成或已过期，请从头再来一次。", "This step was finished already or took too long. Begin it again."},
	PasskeysNotHere:  {409, "通行密钥需要用域名访问本系统。请改用验证器应用，或换用域名访问。", "Passkeys need this site to be reached by a host name. Use an authenticator app, or the site's name."},
	PasswordWrong:    {403, "当前密码不正确，请重新输入。", "The present password is not right. Enter it again."},
	PasswordLength:   {422, "密码需要 {min} 到 {max} 个字节，请换一个。", "A password has {min} to {max} bytes. Choose another."},
	PasswordCommon:   {422, "这个密码太常见或已经泄露过，很容易被猜到，请换一个。", "This password is common or has leaked before, so it is easily guessed. Choose another."},
	PasswordPersonal: {422, "密码里不能有登录名，请换一个。", "A password must not contain the login. Choose another."},
	HandoverInvalid:  {401, "从店铺过来的登录已经失效，请回到店铺页面重新点一次“联系售后”。", "This hand-over from the shop is no longer valid. Go back to the shop and open customer service again."},
	OutsideRefused:   {401, "外部登录没有成功，请重新开始登录。", "The sign-in elsewhere did not succeed. Please start again."},
	OutsideUnknown:   {403, "这个外部账号还没有绑定到这里的账号，请先用邀请链接加入，或登录后在安全设置里绑定。", "This account elsewhere is not tied to one here. Join by your invitation, or sign in and tie it in your security settings."},
	OutsideTaken:     {409, "这个外部账号已经绑定，或者您已经绑定了同一个登录服务。", "This account elsewhere is tied already, or you have tied one of the same service."},
	ScopeUnknown:     {422, "密钥不能用于 {scope}，请从您自己可以做的操作里选择。", "A key cannot be for {scope}. Choose from the actions that you may do yourself."},
	TooManyViews:     {422, "最多保存 {limit} 个视图，请先删除不用的。", "At most {limit} views are kept. Delete one that is no longer needed first."},
	TooManyEndpoints: {422, "最多可以有 {limit} 个推送地址，请先移除不用的。", "There can be {limit} endpoints. Remove one that is not used first."},
	EndpointOff:      {409, "这个推送地址已停用，请先启用再重新推送。", "This endpoint is off. Switch it on first, then deliver again."},
	TooManyKeys:      {422, "有效的密钥已有 {limit} 个，请先停用不再使用的。", "There are {limit} keys in use already. Revoke one that is no longer needed first."},
	LinkInvalid:      {410, "这个链接已经用过、已被新链接取代或者已经过期，请让发给您的人重新发一个。", "This link was used, replaced by a newer one, or is too old. Ask whoever sent it for a new one."},
	LoginTaken:       {409, "这个登录名已经有人用了，请换一个。", "This login is taken. Choose another."},
	LoginMalformed:   {422, "登录名需要 3 到 64 个字符，只能用小写字母、数字、点、横线、下划线和 @，请换一个。", "A login has 3 to 64 characters: small letters, digits, dots, hyphens, underscores and @. Choose another."},
	OwnRights:        {403, "不能更改自己的权限，请由另一位有权限的同事操作。", "You cannot change your own rights. Another colleague who may must do it."},
	OwnAlarm:         {403, "这条警报与您本人有关，请由另一位运营人员核查。", "This alarm is about you. Another operator must look into it."},
	OperatorByTwo:    {403, "新增运营人员需要两位运营人员。请先以其他角色邀请，再由两位运营人员在七天内分别为其设置运营角色；您的意见已记录。", "It takes two operators to make another. Invite the person in another role; then two operators each give them the role within seven days. Your wish is noted."},
	NotTwoPeople:     {403, "您与之前参与的同事近期有账号开通、授权或找回的关系，不能算作两个人，请由另一位同事办理。", "You and a colleague who took part before do not count as two people: one of you, or somebody for both, lately made the account, gave rights or helped back in. Another colleague must do this."},
	SecondHelper:     {403, "同一位同事不能在七天内既重设某人的密码又清除其二次验证，请由另一位运营人员办理。", "Within seven days one colleague does not both make a link to somebody's new password and reset their second factor. Another operator must do this."},
	RoleNotPossible:  {422, "这个人不能是 {role}：店铺员工只能是 merchant，平台员工不能归属店铺，审批额度和团队也要符合角色。请改正后重发。", "This person cannot be {role}: a shop's staff are merchant, the platform's staff belong to no shop, and limit and team must fit the role. Correct it and send again."},
	TeamUnknown:      {422, "没有这个团队，请从团队列表里选择。", "There is no such team. Choose one from the list of teams."},
	TeamExists:       {409, "已经有同名的团队，请换一个名称。", "There is a team of this name. Choose another name."},
	StaffState:       {409, "这个人目前是 {status} 状态，不能做这一步，请先查看最新状态。", "This person is {status}, so this step is not possible. Look at the current state first."},
	RevealReason:     {422, "没有这个查看理由，请从列表里选择。", "There is no such reason to look. Choose one from the list."},
	RevealWords:      {422, "这个理由需要说明，请写明为什么要查看。", "This reason needs words. Write why you must see it."},

	BadRequest:        {400, "请求有误：{problem}", "The request is not right: {problem}"},
	UnknownField:      {400, "请求里有不认识的字段 {field}，请去掉后重发。", "The request has an unknown field {field}. Remove it and send again."},
	DuplicateField:    {400, "请求里字段 {field} 出现了不止一次，请只保留一个。", "The field {field} appears more than once. Keep one."},
	BodyTooLarge:      {413, "内容过大，最多 {limit} 字节。", "The content is too large; at most {limit} bytes."},
	UnsupportedMedia:  {415, "请以 JSON 格式发送。", "Please send JSON."},
	KeyMissing:        {400, "请带上请求头 Idempotency-Key（1 到 128 个字符），以免重复提交。", "Send the header Idempotency-Key (1 to 128 characters), so that nothing is done twice."},
	KeyReused:         {422, "这个 Idempotency-Key 已经用于另一个请求，请换一个新的。", "This Idempotency-Key was used for another request. Use a new one."},
	KeyInProgress:     {409, "同一个请求正在处理，请稍后用同一个 Idempotency-Key 再问一次。", "The same request is being handled. Ask again with the same Idempotency-Key in a moment."},
	AnswerOver:        {410, "这个请求已经办好，它的答复含有只显示一次的内容，现在不再提供。没有收到的话，请用新的 Idempotency-Key 再办一次。", "This request was done. Its answer held a secret, which is not given again any more. If it never reached you, ask anew with a new Idempotency-Key."},
	BadCursor:         {400, "翻页位置无效，请从第一页重新开始。", "The page position is not valid. Start again from the first page."},
	OrderUnknown:      {404, "没有找到这个订单，请从您的订单列表里选择。", "This order was not found. Choose one from your orders."},
	UnitsInOpenCase:   {409, "您选的商品里有 {quantity} 件正在另一个售后单中处理，请先完成或撤销那一单。", "{quantity} of the chosen items are already in an open case. Finish or withdraw that one first."},
	QuantityTooLarge:  {422, "数量超出了可申请的数量，最多 {available} 件。", "The quantity is more than can be chosen; at most {available}."},
	NothingChosen:     {422, "请至少选择一件商品。", "Choose at least one item."},
	WindowOver:        {422, "申请期限已过（截止 {until}），如商品有质量问题请选择相应原因。", "The time for this request ended at {until}. If the item is faulty, choose that reason."},
	NotReturnable:     {422, "这件商品不支持这种退货（{rule}），如有质量问题请选择相应原因。", "This item cannot be returned this way ({rule}). If it is faulty, choose that reason."},
	KindNotPossible:   {422, "这个订单现在不能申请这种售后，请选择其他类型。", "This kind of request is not possible for this order now. Choose another."},
	ReasonUnknown:     {422, "没有这个原因，请从列表里选择。", "There is no such reason. Choose one from the list."},
	ReasonMismatch:    {422, "这个原因不适用于当前的订单状态，请选择其他原因。", "This reason does not fit the order's state. Choose another."},
	NothingToRefund:   {422, "所选商品已经没有可退的金额。", "Nothing is left to refund for the chosen items."},
	StaleRevision:     {409, "情况刚刚有了变化，请看一下最新状态再决定。", "Things have just changed. Look at the current state and decide again."},
	DeadlinePassed:    {409, "期限已于 {due_at} 到期，系统会按约定处理。", "The time ran out at {due_at}; the agreed default applies."},
	CaseClosed:        {409, "这个售后单已经结束，不能再操作。", "This case has ended and cannot be changed."},
	CaseTaken:         {409, "这个售后单已经有同事在处理，如需接手请找组长改派。", "A colleague has this case already. To take it over, ask your supervisor."},
	RatingTooEarly:    {409, "售后还没有结束，结束后再来评价吧。", "The case has not ended yet. Rate it when it has."},
	RatingTooLate:     {409, "评价时间已过：结束后 30 天内可以评价，评价后 7 天内可以修改。", "It is too late: a case can be rated within 30 days of its end, and a rating changed within 7 days."},
	AddressDefault:    {409, "这是默认退货地址，不能停用。请先把另一个地址设为默认。", "This is the default address for returns. Make another one the default first."},
	StockChanged:      {409, "库存刚刚变成了 {now} 件，请核对后再改。", "The stock has just become {now}. Check it and set it again."},
	ArticleInvalid:    {422, "这篇文章还不能用，请检查：{fields}。", "The article cannot be used yet. Check: {fields}."},
	ArticleExists:     {409, "已经有一篇叫 {slug} 的文章，请换一个名称。", "There is an article {slug} already. Choose another name."},
	OwnArticle:        {403, "自己写的或提议的文章要由另一位编辑审核。", "What you wrote or proposed is reviewed by another editor."},
	ConversationEnded: {409, "这次会话已经结束。请开始新的会话。", "This conversation has ended. Start a new one."},
	ConversationHeld:  {409, "这个会话由同事处理中。请先接手，或等对方转给您。", "A colleague has this conversation. Take it over first, or wait until it is handed to you."},
	NotRatable:        {409, "由客服接待过的会话在结束后 {days} 天内可以评价。", "A conversation that an agent had can be rated within {days} days of its end."},
	MessageReused:     {409, "这个消息编号已用于另一条消息。请用新的编号再发。", "This message ID was used for another message. Send it again under a new one."},
	MessageTooOld:     {409, "消息发出超过 {minutes} 分钟，不能再修改或撤回。可以再发一条说明。", "The message is older than {minutes} minutes and cannot be edited or recalled. Send another one instead."},
	MessageRecalled:   {409, "这条消息已经撤回。", "This message was recalled."},
	SearchTooShort:    {422, "请至少输入两个连在一起的字或字母。", "Enter at least two letters that stand together."},
	TransferStands:    {409, "这个会话已有一个待答复的转接。请等对方答复，或先撤回它。", "A transfer of this conversation waits for its answer already. Wait for it, or withdraw it first."},
	DeskFull:          {409, "您手上的会话已满。请先结束一个，或调高接待上限。", "You have as many conversations as you take. End one first, or take more at a time."},
	AgentUnknown:      {422, "没有这位客服，请从您团队的成员里选择。", "There is no such agent. Choose one of your team."},
	TagUnknown:        {422, "没有这个标签，或它属于其他团队。请从列表里选择。", "There is no such tag, or it is another team's. Choose one from the list."},
	TagExists:         {409, "已经有同名的标签，请直接使用或换一个名称。", "There is a tag of this name already. Use it, or choose another name."},
	CannedExists:      {409, "这个快捷词已经用于另一条快捷回复，请换一个。", "Another canned reply has this shortcut. Choose another one."},
	ParcelUnknown:     {422, "这位顾客没有这个快递单号的包裹，请核对快递公司和单号。", "This customer has no parcel of that number. Check the carrier and the number."},
	ViewExists:        {409, "您已经有同名的视图，请换一个名称。", "You have a view of this name already. Choose another name."},
	CannedVariable:    {422, "没有名为 {name} 的变量。可以用：{known}。", "There is no variable {name}. There are: {known}."},
	NotNow:            {409, "现在还不能做这一步，请看当前的下一步提示。", "This step is not possible now. See what comes next."},
	QuestionGone:      {409, "这个问题已经回答过或者已经更新，请刷新后再答。", "This question was answered or replaced. Refresh and answer again."},
	AnswerUnclear:     {422, "没有看懂这个回答，请换个说法或直接点选。", "The answer was not clear. Say it another way or choose one."},
	TooManyEdits:      {422, "修改次数已用完（最多 {limit} 次），您可以申请平台介入。", "All {limit} edits are used. You can ask the platform to step in."},
	GoodsOnTheWay:     {409, "商品已经寄出，收到前不能直接关闭；可以联系快递拦截，或等商家签收。", "The goods are on their way, so the case cannot simply be closed. Have the parcel stopped, or wait for the merchant to receive it."},
	WaybillMalformed:  {422, "运单号格式不对，请核对后重新填写。", "The waybill number is not well formed. Check it and enter it again."},
	WaybillReused:     {409, "这个运单号已经用在另一个售后单里，请填写本次寄件的运单号。", "This waybill number belongs to another case. Enter the number of this parcel."},
	WaybillElsewhere:  {422, "这个运单的起止地与本单不符（{expected}），请核对运单号。", "This waybill's route does not fit the case ({expected}). Check the number."},
	WaybillTooOld:     {422, "这个包裹在售后申请之前就已经寄出，不是本单的退货包裹，请核对运单号。", "This parcel travelled before the request was made, so it is not this return. Check the number."},
	CarrierUnknown:    {422, "不支持这家快递公司，请从列表里选择。", "This carrier is not known. Choose one from the list."},
	AmountTooLarge:    {422, "金额超出上限，最多 {max}。", "The amount is too large; at most {max}."},
	AmountInvalid:     {422, "金额必须大于零。", "The amount must be more than zero."},
	EvidenceTooLarge:  {413, "文件过大，最多 {limit} 字节，请压缩后再传。", "The file is too large; at most {limit} bytes. Make it smaller and send it again."},
	EvidenceType:      {415, "不支持这种文件，请上传 JPEG、PNG、WebP、GIF 图片，MP4、MOV、WebM 视频，或 PDF。", "This kind of file is not supported. Send a JPEG, PNG, WebP or GIF picture, an MP4, MOV or WebM video, or a PDF."},
	EvidenceEmpty:     {422, "文件是空的，请重新选择。", "The file is empty. Choose it again."},
	EvidencePixels:    {422, "图片像素过多，最多 {limit} 百万像素，请缩小后再传。", "The picture has too many pixels; at most {limit} million. Make it smaller and send it again."},
	EvidenceUnsafe:    {422, "文件已损坏，或含有凭证不应包含的内容。请重新拍摄、截图，或另存为普通图片、视频、PDF 后再传。", "The file is damaged or holds what evidence may not hold. Take it again, or save it as a plain picture, video or PDF, and send that."},
	UploadQuota:       {429, "今天上传的文件已达上限，请明天再传，或联系客服。", "You have sent as many files as a day allows. Send more tomorrow, or write to us."},
	UploadsOpen:       {429, "同时进行的上传过多（最多 {limit} 个），请先完成或取消其中一个。", "Too many uploads at the same time; at most {limit}. Finish or cancel one first."},
	UploadElsewhere:   {409, "上传进度是 {offset} 字节，请从那里继续。", "The upload stands at {offset} bytes. Go on from there."},
	UploadChunk:       {422, "每次须上传 {least} 到 {most} 字节（最后一段可以更短），且不能超过文件大小。", "Send {least} to {most} bytes at a time, fewer only at the end, and no more than the file has."},
	UploadIncomplete:  {409, "文件还没有传完（{offset}/{size} 字节），请先传完。", "The file is not complete yet: {offset} of {size} bytes. Send the rest first."},
	EvidenceUnknown:   {422, "没有找到这份凭证，请重新上传。", "This evidence was not found. Send it again."},
	RuleUnknown:       {422, "本案没有用到规则 {rule}，请从本案适用的规则中选择：{known}。", "Rule {rule} decided nothing in this case. Choose among those that did: {known}."},
	EvidenceDuplicate: {422, "这份凭证已经提交过，请换一份。", "This evidence was sent before. Send another."},
	EvidenceNeeded:    {422, "这一步需要凭证，请先上传图片、视频或文件。", "This step needs evidence. Send a picture, video or document first."},
	TextUnknown:       {422, "没有找到这段文字，请重新填写。", "This text was not found. Enter it again."},
	TextTooLong:       {413, "文字过长，最多 {limit} 个字。", "The text is too long; at most {limit} characters."},
	OwnApproval:       {403, "不能审批自己提出的方案，请由另一位同事审批。", "You cannot approve your own proposal. Another colleague must."},
	ApprovalVoid:      {409, "方案已经变化，这次审批作废，请按新方案重新审批。", "The proposal has changed, so this approval is void. Approve the new one."},
	ApprovalLimit:     {403, "金额超出您的审批额度（{limit}），请交给上级。", "The amount is over your limit ({limit}). Hand it to a supervisor."},
	ApprovalTwice:     {409, "您已经审批过，还需要另一位同事。", "You have approved already. A second colleague is needed."},
	ExtensionTwice:    {409, "每个期限只能延长一次。", "A deadline can be extended only once."},
	ExtensionTooLong:  {422, "最多延长 {limit}。", "The extension is at most {limit}."},
	RailCount:         {422, "这笔付款的部分退款次数已达上限（{limit} 次），需要财务处理。", "This payment has used all {limit} partial refunds. Finance must step in."},
	RailWindow:        {422, "这笔付款已超过原路退款期限（{days} 天），需要财务处理。", "This payment is past the rail's {days} days. Finance must step in."},
	RailClosed:        {422, "原支付渠道已关闭，需要财务处理。", "The payment rail is closed. Finance must step in."},
	// Not unavailable: this answer is kept under the request's key, so the same request would get it for ever.
	PartnerSilent:   {409, "暂时联系不上对方系统，什么都没有改变，请稍后再试一次。", "The other side's system did not answer, and nothing was changed. Please try once more in a moment."},
	PaymentRefused:  {422, "支付渠道没有接受这次收款，请换一种支付方式，或稍后再试。", "The payment provider did not accept this. Pay another way, or try again later."},
	RefundLimit:     {422, "退款金额超出可退余额（{left}）。", "The refund is more than what is left ({left})."},
	BalanceShort:    {409, "商家账户余额不足，退款稍后重试。", "The merchant's balance is short; the refund will be tried again."},
	EffectMismatch:  {409, "同一编号对应的内容不一致，已停止处理并通知人工。", "The same key was used with other content. It was stopped and a person was told."},
	Erased:          {410, "这部分个人信息已按要求删除。", "This personal information was erased on request."},
	NoticeForged:    {401, "签名不正确。", "The signature is not right."},
	NoticeMalformed: {400, "通知内容无法识别。", "The notice cannot be read."},

	VariantNotSold:        {422, "想换的规格已经下架，请换一个在售的规格。", "This variant is no longer sold. Choose one that is on sale."},
	VariantOutOfStock:     {422, "想换的规格库存不足（剩 {available} 件），请换一个规格或减少数量，也可以改为退货。", "Only {available} of this variant are in stock. Choose another or fewer, or return the item instead."},
	AppealNeedsEvidence:   {422, "申诉需要新的凭证，请先上传判定之后的新凭证。", "An appeal needs new evidence. Send something that was not there when it was judged."},
	AppealOver:            {422, "申诉期限已于 {until} 结束，判定已经生效。", "The time to appeal ended at {until}; the judgment is final."},
	AppealOnce:            {409, "每一方只能申诉一次，申诉结果就是最终结果。", "Each side can appeal only once; that result is final."},
	AppealNotYours:        {403, "只有对判定结果不利的一方可以申诉。", "Only the side that lost can appeal against this judgment."},
	JudgmentTooLarge:      {422, "判定金额超过可退的付款（最多 {max}），请调低金额。", "The judgment is more than what is left of the payment; at most {max}. Lower the amount."},
	SettlementTooLarge:    {422, "和解金额超过申请金额（最多 {max}），请调低金额。", "The settlement is more than what is claimed; at most {max}. Lower the amount."},
	AlreadyJudged:         {409, "同一订单的同一事实已经判定过。如有新凭证，请在期限内申诉。", "This matter was judged already. If you have new evidence, appeal in time."},
	ComplaintExists:       {409, "同一订单的同一事实已有投诉，请在原投诉（{case_id}）里补充。", "There is a complaint on this matter already. Add to it ({case_id})."},
	ProtectedAlready:      {409, "这件商品已按这个价格补过差价，再降价后可以重新申请。", "The difference down to this price was paid already. Ask again when the price falls further."},
	ProtectionAfterRefund: {422, "这件商品已经退过款，不能再申请价保。", "Money was given back for this item already, so price protection no longer applies."},
	PriceNotLower:         {422, "现在的价格不低于您实际支付的价格，没有差价可补。", "The price now is not below what you paid, so there is no difference to pay."},
	WarrantyOver:          {422, "保修期已于 {until} 结束，请联系商家付费维修。", "The warranty ended at {until}. Ask the merchant for a paid repair."},
	InsuranceUsed:         {409, "这个订单的运费险已经理赔过，每单只能理赔一次。", "The freight insurance of this order has paid already; it pays once per order."},
	SupplementOver:        {409, "补充凭证的次数已用完（最多 {limit} 次），请按现有材料判定。", "All {limit} supplements are used. Judge on what is on file."},
	PaymentNeeded:         {402, "需要先支付 {amount}，付款后继续处理。", "{amount} must be paid first; then it goes on."},
	RemedyUnknown:         {422, "不支持这种补救方式，请从以下方式中选择：{remedies}。", "This remedy is not possible here. Choose one of: {remedies}."},
	ReviewerAgain:         {403, "申诉要由另一位审核人处理，请交给没有参与过判定的同事。", "The appeal needs another reviewer. Hand it to a colleague who did not judge it before."},
	NotSuspended:          {409, "这个售后单没有暂停，无需恢复。", "This case is not suspended, so there is nothing to resume."},

	ErasureAsked:    {409, "您已经申请过注销，可以在这里查看进度，冷静期内也可以撤回。", "You have asked to be erased already. See how far it is; within the cool-off you can call it off."},
	ErasureBegun:    {409, "冷静期已过，注销已经开始，不能撤回。", "The cool-off is over and the erasure has begun, so it cannot be called off any more."},
	Leaving:         {409, "账号正在注销，不能再办理新的业务；正在处理的售后会继续办完。", "This account is being erased, so nothing new can begin. What is under way will be finished."},
	HoldInForce:     {409, "这个客户的资料已在保全中，请先查看现有的保全。", "This customer's data is under a hold for that reason already. Look at the one in force."},
	ConsentNeeded:   {403, "您已撤回对服务的同意，请先在隐私设置里重新同意，再办理新的业务。", "You withdrew your consent to the service. Give it again in the privacy settings before you begin something new."},
	NoticeOutOfDate: {409, "隐私说明已更新到第 {version} 版，请阅读新版后再选择。", "The privacy notice is at version {version} now. Read that one, then choose again."},
	ExportNotReady:  {409, "您的资料还在整理，请稍后再来下载。", "Your copy is still being made. Come back for it shortly."},
	ExportGone:      {410, "这份资料已过下载期限，请重新申请一份。", "The time to fetch this copy is over. Ask for a new one."},
	NameInvalid:     {422, "姓名需要 1 到 60 个字，请重新填写。", "A name has 1 to 60 characters. Enter it again."},
	PackInvalid:     {422, "规则包有 {problems} 处问题，第一处在第 {line} 行，请先检查并改正。", "The pack has {problems} problems, the first in line {line}. Check it and put them right first."},
	PackChanged:     {409, "生效的规则包已被更换（{active}），请重新比较后再生效。", "Another pack was activated meanwhile ({active}). Compare again, then activate."},

	PhoneInvalid: {422, "电话号码格式不对，请填写数字，可以带开头的加号。", "The telephone number is not well formed. Give digits, with a leading plus if there is one."},
}
