package pack

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"aftersales/calendar"
	"aftersales/money"
	"aftersales/policy"
)

// document is a whole pack as it stands in YAML.
type document struct {
	Name        string                             `yaml:"name"`
	Version     string                             `yaml:"version"`
	Description Text                               `yaml:"description"`
	Kinds       []policy.Kind                      `yaml:"kinds"`
	Grace       span                               `yaml:"grace"`
	Calendar    calendarSource                     `yaml:"calendar"`
	Limits      limitsSource                       `yaml:"limits"`
	Reasons     []reasonSource                     `yaml:"reasons"`
	Eligibility []eligibilitySource                `yaml:"eligibility"`
	Deadlines   map[policy.Step][]deadlineSource   `yaml:"deadlines"`
	Freight     []freightSource                    `yaml:"freight"`
	Approvals   approvalsSource                    `yaml:"approvals"`
	Partial     map[policy.Difference][]partSource `yaml:"partial"`
	Agree       agreeSource                        `yaml:"agree_without_asking"`
	Advance     advanceSource                      `yaml:"advance"`
	Insurance   insuranceSource                    `yaml:"insurance"`
	Protection  []categoryRow                      `yaml:"price_protection"`
	Warranty    warrantySource                     `yaml:"warranty"`
	Standing    standingSource                     `yaml:"standing"`
	Judgment    judgmentSource                     `yaml:"judgment"`
}

// overlay is a pack that extends another: it may set these and nothing else, so that reasons and rules stay
// shared. Times replaces the length of every variant of a step and lets all of it count.
type overlay struct {
	Extends     string                     `yaml:"extends"`
	Name        string                     `yaml:"name"`
	Version     string                     `yaml:"version"`
	Description Text                       `yaml:"description"`
	Grace       *span                      `yaml:"grace"`
	Calendar    *calendarSource            `yaml:"calendar"`
	Limits      *limitsSource              `yaml:"limits"`
	Approvals   *approvalsSource           `yaml:"approvals"`
	Times       map[policy.Step]timeSource `yaml:"times"`
}

// Text is a name or sentence in both languages.
type Text struct {
	ZH string `yaml:"zh" json:"zh"`
	EN string `yaml:"en" json:"en"`
}

type calendarSource struct {
	Zone         string   `yaml:"zone"`
	Windows      []string `yaml:"windows"`
	WindowsDaily bool     `yaml:"windows_daily"`
	WorkDays     []int    `yaml:"work_days"`
	Holidays     []string `yaml:"holidays"`
	ExtraDays    []string `yaml:"extra_days"`
}

type limitsSource struct {
	Rounds             int  `yaml:"rounds"`
	Edits              int  `yaml:"edits"`
	EvidenceRejections int  `yaml:"evidence_rejections"`
	MerchantExtension  span `yaml:"merchant_extension"`
	PickupExtension    span `yaml:"pickup_extension"`
	Offers             int  `yaml:"offers"`
	Waybills           int  `yaml:"waybills"`
	Supplements        int  `yaml:"supplements"`
	Repairs            int  `yaml:"repairs"`
	MinWeightPercent   int  `yaml:"min_weight_percent"`
}

type reasonSource struct {
	Code       string         `yaml:"code"`
	Parent     string         `yaml:"parent"`
	Group      bool           `yaml:"group"`
	Text       Text           `yaml:"text"`
	Kinds      []policy.Kind  `yaml:"kinds"`
	Phases     []policy.Phase `yaml:"phases"`
	Liability  policy.Party   `yaml:"liability"`
	Evidence   []string       `yaml:"evidence"`
	Describe   bool           `yaml:"describe"`
	NoReason   bool           `yaml:"no_reason"`
	WindowDays int            `yaml:"window_days"`
	Automatic  bool           `yaml:"automatic"`
	Ways       []policy.Way   `yaml:"ways"`
	Subject    string         `yaml:"subject"`
	Staff      bool           `yaml:"staff"`
	Request    bool           `yaml:"about_request"`
	SameAs     string         `yaml:"same_as"`
	Rule       string         `yaml:"rule"`
}

type eligibilitySource struct {
	Kinds []policy.Kind `yaml:"kinds"`
	When  string        `yaml:"when"`
	Code  string        `yaml:"fault"`
	Rule  string        `yaml:"rule"`
	Text  Text          `yaml:"text"`
}

type deadlineSource struct {
	Kinds     []policy.Kind `yaml:"kinds"`
	When      string        `yaml:"when"`
	Actor     policy.Party  `yaml:"actor"`
	For       span          `yaml:"for"`
	Clock     policy.Clock  `yaml:"clock"`
	Default   policy.Action `yaml:"default"`
	Reminders []span        `yaml:"reminders"`
	Rule      string        `yaml:"rule"`
}

type timeSource struct {
	For       span   `yaml:"for"`
	Reminders []span `yaml:"reminders"`
}

type freightSource struct {
	Liability    policy.Party  `yaml:"liability"`
	Kinds        []policy.Kind `yaml:"kinds"`
	Reasons      []string      `yaml:"reasons"`
	FreeShipping *bool         `yaml:"free_shipping"`
	Out          policy.Party  `yaml:"out"`
	Back         policy.Party  `yaml:"back"`
	Rule         string        `yaml:"rule"`
}

type approvalsSource struct {
	Automatic   []automaticSource `yaml:"automatic"`
	AgentBelow  decimal           `yaml:"agent_below"`
	SecondAbove decimal           `yaml:"second_above"`
	Levels      int               `yaml:"levels"`
}

type automaticSource struct {
	When  string  `yaml:"when"`
	Below decimal `yaml:"below"`
	Rule  string  `yaml:"rule"`
}

type partSource struct {
	When    string `yaml:"when"`
	Percent int    `yaml:"percent"`
	Rule    string `yaml:"rule"`
}

// span is a length of time such as 5s, 30m, 48h or 7d (a day is 24 hours).
type span time.Duration

var spanForm = regexp.MustCompile(`^(\d{1,6})(s|m|h|d)$`)

// UnmarshalYAML reads the scalar and says where a bad one stands.
func (s *span) UnmarshalYAML(node ast.Node) error {
	match := spanForm.FindStringSubmatch(scalar(node))
	if match == nil {
		return &badScalar{node, fmt.Sprintf("%q is not a length of time; write it as 5s, 30m, 48h or 7d", scalar(node))}
	}
	count, _ := strconv.Atoi(match[1])
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[match[2]]
	*s = span(time.Duration(count) * unit)
	return nil
}

// decimal is an amount in the order's currency with at most two decimals, such as "500.00".
type decimal money.Amount

// UnmarshalYAML reads the scalar and says where a bad one stands.
func (d *decimal) UnmarshalYAML(node ast.Node) error {
	amount, err := money.Parse(scalar(node))
	if err != nil || amount < 0 {
		return &badScalar{node, fmt.Sprintf("%q is not an amount; write it as \"500.00\"", scalar(node))}
	}
	*d = decimal(amount)
	return nil
}

func scalar(node ast.Node) string {
	if node == nil || node.GetToken() == nil {
		return ""
	}
	return node.GetToken().Value
}

// badScalar is a value of the wrong form, with its position.
type badScalar struct {
	node   ast.Node
	reason string
}

func (b *badScalar) Error() string          { return b.reason }
func (b *badScalar) GetMessage() string     { return b.reason }
func (b *badScalar) GetToken() *token.Token { return b.node.GetToken() }

var windowForm = regexp.MustCompile(`^(\d{2}):(\d{2})-(\d{2}):(\d{2})$`)

// calendar turns "09:00-18:00" into minutes; the rest is checked by calendar.Validate.
func (c calendarSource) calendar() (calendar.Calendar, error) {
	cal := calendar.Calendar{Zone: c.Zone, WindowsDaily: c.WindowsDaily, WorkDays: c.WorkDays, Holidays: c.Holidays, ExtraDays: c.ExtraDays}
	for i, window := range c.Windows {
		match := windowForm.FindStringSubmatch(window)
		if match == nil {
			return cal, fmt.Errorf("windows[%d]: %q is not a window; write it as \"09:00-18:00\"", i, window)
		}
		var n [4]int
		for j := range n {
			n[j], _ = strconv.Atoi(match[j+1])
		}
		cal.Windows = append(cal.Windows, calendar.Window{From: n[0]*60 + n[1], To: n[2]*60 + n[3]})
	}
	return cal, cal.Validate()
}
