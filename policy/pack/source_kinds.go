package pack

import "aftersales/policy"

// What single kinds of case need beside the rules that all share.

// agreeSource says when nobody needs to be asked: by the platform's own rows, or by a merchant's rules, which
// Merchant bounds.
type agreeSource struct {
	Platform []agreeRow  `yaml:"platform"`
	Merchant boundSource `yaml:"merchant"`
}

type agreeRow struct {
	Kinds []policy.Kind `yaml:"kinds"`
	When  string        `yaml:"when"`
	Below decimal       `yaml:"below"`
	Rule  string        `yaml:"rule"`
}

type boundSource struct {
	Kinds  []policy.Kind `yaml:"kinds"`
	Unless string        `yaml:"unless"`
	Below  decimal       `yaml:"below"`
}

type advanceSource struct {
	Refund   *advanceRow `yaml:"refund"`
	Exchange *advanceRow `yaml:"exchange"`
}

type advanceRow struct {
	When           string  `yaml:"when"`
	Below          decimal `yaml:"below"`
	DepositPercent int     `yaml:"deposit_percent"`
	Rule           string  `yaml:"rule"`
}

type insuranceSource struct {
	Kinds []policy.Kind `yaml:"kinds"`
	Cap   decimal       `yaml:"cap"`
	Rule  string        `yaml:"rule"`
}

// categoryRow is a length of time by category of goods; the first row that names the category counts, a row
// without categories counts for all.
type categoryRow struct {
	Categories []string `yaml:"categories"`
	Days       int      `yaml:"days"`
	Months     int      `yaml:"months"`
	Rule       string   `yaml:"rule"`
}

type warrantySource struct {
	PaidRepair bool          `yaml:"paid_repair"`
	ByCategory []categoryRow `yaml:"by_category"`
}

type standingSource struct {
	Customer []standingRow `yaml:"customer"`
	Merchant []standingRow `yaml:"merchant"`
}

type standingRow struct {
	Level          string `yaml:"level"`
	Cases          int    `yaml:"cases"`
	Differences    int    `yaml:"differences"`
	LostComplaints int    `yaml:"lost_complaints"`
	LateAnswers    int    `yaml:"late_answers"`
	Rule           string `yaml:"rule"`
}

type judgmentSource struct {
	ExecuteFromDeposit bool     `yaml:"execute_from_deposit"`
	Remedies           []string `yaml:"remedies"`
	MaxPoints          int      `yaml:"max_points"`
	MaxCoupon          decimal  `yaml:"max_coupon"`
}
