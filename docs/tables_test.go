package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/api"
	"aftersales/config"
	"aftersales/fault"
	"aftersales/models"
)

// row makes one line of a table; an empty cell is a dash, so that it is seen to be empty.
func row(cells ...string) string {
	for i, cell := range cells {
		if cells[i] = strings.ReplaceAll(cell, "|", `\|`); cell == "" {
			cells[i] = "–"
		}
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

func head(cells ...string) []string {
	return []string{row(cells...), strings.Repeat("|---", len(cells)) + "|"}
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// source is a policy pack as it is written; what the documents do not show is left out.
type source struct {
	Grace  string `yaml:"grace"`
	Limits yaml.MapSlice
	Times  map[string]struct {
		For       string
		Reminders []string
	}
	Eligibility []struct {
		Kinds             []string
		When, Fault, Rule string
		Text              text
	}
	Reasons []struct {
		Code, Parent, Liability, Rule     string
		Group, Describe, Automatic, Staff bool
		NoReason                          bool `yaml:"no_reason"`
		WindowDays                        int  `yaml:"window_days"`
		Text                              text
		Kinds, Phases, Evidence           []string
	}
	Deadlines map[string][]struct {
		Kinds                                  []string
		When, Actor, For, Default, Rule, Clock string
		Reminders                              []string
	}
	Freight []struct {
		Liability, Out, Back, Rule string
		FreeShipping               *bool `yaml:"free_shipping"`
		Kinds, Reasons             []string
	}
	Approvals struct {
		Automatic []struct{ When, Below, Rule string }
		Agent     string `yaml:"agent_below"`
		Second    string `yaml:"second_above"`
		Levels    int
	}
	Partial map[string][]struct {
		When, Rule string
		Percent    int
	}
}

type text struct{ Zh, En string }

func packFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "policy", "pack", "packs", name+".yaml"))
	require.NoError(t, err)
	return content
}

func loadSource(t *testing.T, name string) (s source) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal(packFile(t, name), &s))
	return s
}

// keysOf are the keys of one part of the default pack, in its order.
func keysOf(t *testing.T, part string) []string {
	t.Helper()
	var whole yaml.MapSlice
	require.NoError(t, yaml.UnmarshalWithOptions(packFile(t, "default"), &whole, yaml.UseOrderedMap()))
	for _, item := range whole {
		if item.Key != part {
			continue
		}
		var keys []string
		for _, entry := range item.Value.(yaml.MapSlice) {
			keys = append(keys, fmt.Sprint(entry.Key))
		}
		return keys
	}
	t.Fatalf("the default pack has no part %q", part)
	return nil
}

func deadlines(t *testing.T) []string {
	standard, demo := loadSource(t, "default"), loadSource(t, "demo")
	lines := head("wait", "when", "who", "default pack", "demo pack", "reminders (default / demo)", "when it runs out", "rule")
	for _, step := range keysOf(t, "deadlines") {
		for _, wait := range standard.Deadlines[step] {
			short := demo.Times[step]
			require.NotEmpty(t, short.For, "the demo pack has no time for %s", step)
			reminders := ""
			if len(wait.Reminders) > 0 {
				reminders = strings.Join(wait.Reminders, ", ") + " / " + strings.Join(short.Reminders, ", ")
			}
			lines = append(lines, row(code(step), only(wait.Kinds, wait.When), wait.Actor, counted(t, wait.For, wait.Clock), short.For, reminders, code(wait.Default), code(wait.Rule)))
		}
	}
	return append(lines, row("grace after every deadline", "", "", standard.Grace, demo.Grace, "", "", ""))
}

// counted says how a length is counted, where it is not on the wall clock.
func counted(t *testing.T, length, clock string) string {
	words := map[string]string{"": "", "wall": "", "working_time": " of working time", "working_days": " of working days"}
	require.Contains(t, words, clock)
	return length + words[clock]
}

// only says for which kinds of case, and when, a line holds.
func only(kinds []string, when string) string {
	if len(kinds) == 0 {
		return code(when)
	}
	return strings.TrimSuffix(strings.Join(kinds, ", ")+": "+code(when), ": ")
}

func limits(t *testing.T) []string {
	value := func(s source, key string) string {
		for _, item := range s.Limits {
			if item.Key == key {
				return fmt.Sprint(item.Value)
			}
		}
		return ""
	}
	standard, demo := loadSource(t, "default"), loadSource(t, "demo")
	lines := head("limit", "default pack", "demo pack")
	for _, key := range keysOf(t, "limits") {
		lines = append(lines, row(code(key), value(standard, key), value(demo, key)))
	}
	return lines
}

func eligibility(t *testing.T) []string {
	lines := head("refused when", "error code", "rule", "what it is about")
	for _, rule := range loadSource(t, "default").Eligibility {
		lines = append(lines, row(only(rule.Kinds, rule.When), code(rule.Fault), code(rule.Rule), both(rule.Text)))
	}
	return lines
}

func both(words text) string { return strings.Trim(words.Zh+" / "+words.En, " /") }

func reasons(t *testing.T) []string {
	yes := map[bool]string{true: "yes"}
	lines := head("reason", "原因 / text", "kinds", "phase", "whose fault", "evidence", "window (days)", "no-reason", "may be automatic", "rule")
	for _, reason := range loadSource(t, "default").Reasons {
		if reason.Group {
			lines = append(lines, row("**"+reason.Code+"**", "**"+both(reason.Text)+"**", "", "", "", "", "", "", "", ""))
			continue
		}
		kinds := strings.Join(reason.Kinds, ", ")
		if reason.Staff {
			kinds += ", opened by merchant or platform"
		}
		evidence := strings.Join(reason.Evidence, ", ")
		if reason.Describe {
			evidence = "description"
		}
		window := ""
		if reason.WindowDays > 0 {
			window = fmt.Sprint(reason.WindowDays)
		}
		lines = append(lines, row(code(reason.Code), both(reason.Text), kinds, strings.Join(reason.Phases, ", "), reason.Liability,
			evidence, window, yes[reason.NoReason], yes[reason.Automatic], code(reason.Rule)))
	}
	return lines
}

func freight(t *testing.T) []string {
	lines := head("whose fault", "only when", "way out", "way back", "rule")
	for _, line := range loadSource(t, "default").Freight {
		var only []string
		if len(line.Kinds) > 0 {
			only = append(only, "kind "+strings.Join(line.Kinds, ", "))
		}
		if len(line.Reasons) > 0 {
			only = append(only, "reason "+strings.Join(line.Reasons, ", "))
		}
		if line.FreeShipping != nil {
			only = append(only, fmt.Sprintf("free shipping: %t", *line.FreeShipping))
		}
		lines = append(lines, row(line.Liability, strings.Join(only, ", "), line.Out, line.Back, code(line.Rule)))
	}
	return lines
}

func approvals(t *testing.T) []string {
	rules := loadSource(t, "default").Approvals
	lines := head("amount", "condition", "who", "rule")
	for _, rule := range rules.Automatic {
		who := "undisputed: nobody"
		if rule.Below == "0.00" {
			who = "undisputed: one approver"
		}
		lines = append(lines, row("up to "+rule.Below, code(rule.When), who, code(rule.Rule)))
	}
	return append(lines,
		row("up to "+rules.Agent, "", "disputed: the agent who proposed, within the own limit", code("approval_agent_within_limit")),
		row("above that", "", "one approver who is not the proposer", code("approval_one_person")),
		row("above "+rules.Second, "", "two different approvers, disputed or not", code("approval_two_people_above_limit")),
	)
}

func partial(t *testing.T) []string {
	standard := loadSource(t, "default")
	lines := head("what came back", "when", "share of the quote that is offered", "rule")
	for _, difference := range keysOf(t, "partial") {
		for _, rule := range standard.Partial[difference] {
			lines = append(lines, row(code(difference), code(rule.When), fmt.Sprintf("%d %%", rule.Percent), code(rule.Rule)))
		}
	}
	return lines
}

func faults(*testing.T) []string {
	lines := head("code", "HTTP", "English", "中文")
	for _, name := range fault.Codes() {
		f := fault.New(name)
		lines = append(lines, row(code(string(name)), fmt.Sprint(f.Status()), f.Text("en"), f.Text("zh-CN")))
	}
	return lines
}

func settings(*testing.T) []string {
	defaults := config.Default()
	lines := head("setting", "environment", "default", "meaning")
	for _, setting := range defaults.Settings() {
		lines = append(lines, row(code(setting.Path), code(setting.Env), code(setting.Shown()), setting.Doc))
	}
	return lines
}

// retention shows how long each kind of data is kept.
func retention(*testing.T) []string {
	lines := head("data", "tables", "kept", "from", "then", "why")
	for _, kind := range models.Retention {
		tables := make([]string, len(kind.Tables))
		for i, table := range kind.Tables {
			tables[i] = code(table)
		}
		kept := ""
		if kind.Keep > 0 {
			kept = fmt.Sprintf("%d days", int(kind.Keep/(24*time.Hour)))
		}
		lines = append(lines, row(kind.Kind, strings.Join(tables, ", "), kept, kind.From, kind.Then, kind.Why))
	}
	return lines
}

func routes(*testing.T) []string {
	lines := head("route", "action", "who", "key", "what it does")
	for _, route := range api.Routes() {
		who := access.Standard().Roles(route.Action)
		switch {
		case len(who) == len(access.Roles):
			who = []string{"everyone signed in"}
		case route.Flags.Has(api.Signed):
			who = []string{"partners, by signature"}
		case route.Flags.Has(api.Public):
			who = []string{"anyone"}
		}
		key := ""
		if route.Flags.Has(api.Keyed) {
			key = "yes"
		}
		lines = append(lines, row(code(route.Method+" "+route.Path), code(route.Action), strings.Join(who, ", "), key, route.Summary))
	}
	return lines
}
