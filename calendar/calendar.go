// Package calendar counts working time: windows of the day, days of the week, holidays, in one time zone.
// Everything here is a pure function of its arguments, because workflows replay it years later.
package calendar

import (
	"fmt"
	"slices"
	"time"
)

// Calendar is plain data, so that a case can freeze it.
//
// Zone is a fixed offset from UTC, "+08:00" or "UTC". Named zones are refused on purpose: their rules come
// from a table on the machine that changes between releases, and a replayed case must count the same
// seconds for ever. China has had no summer time since 1991, so nothing is lost.
//
// Windows are ascending and do not overlap; none means the whole day. WorkDays are 0 (Sunday) to 6; none
// means every day. Holidays and ExtraDays are local dates "2006-01-02" (ExtraDays: weekend days on which
// work is done, as around Chinese holidays). With WindowsDaily the windows count on every day, also where
// nobody works; platforms count "09:00–18:00" so.
type Calendar struct {
	Zone         string   `json:"zone" yaml:"zone"`
	Windows      []Window `json:"windows" yaml:"windows"`
	WindowsDaily bool     `json:"windows_daily,omitempty" yaml:"windows_daily"`
	WorkDays     []int    `json:"work_days" yaml:"work_days"`
	Holidays     []string `json:"holidays,omitempty" yaml:"holidays"`
	ExtraDays    []string `json:"extra_days,omitempty" yaml:"extra_days"`
}

// Window is a span of the local day in minutes after midnight, From < To ≤ 1440.
type Window struct {
	From int `json:"from" yaml:"from"`
	To   int `json:"to" yaml:"to"`
}

const (
	dateForm = "2006-01-02"
	fullDay  = 24 * time.Hour
)

// AddWorking returns when d of working time, counted from from, has passed: only the seconds inside the
// windows of working days count. Time that ends exactly with a window is due then, not at the next opening.
// d ≤ 0 returns from. The result is in UTC. A calendar that Validate refuses counts every second, so that a
// wait always ends.
func (c Calendar) AddWorking(from time.Time, d time.Duration) time.Time {
	from = from.UTC()
	if d <= 0 {
		return from
	}
	if c.Validate() != nil {
		return from.Add(d)
	}
	local := c.local(from)
	for day := startOfDay(local); ; day = day.Add(fullDay) {
		if !c.WindowsDaily && !c.workday(day) {
			continue
		}
		for _, w := range c.windows() {
			opens, closes := day.Add(minutes(w.From)), day.Add(minutes(w.To))
			if opens.Before(local) {
				opens = local
			}
			open := closes.Sub(opens)
			if open <= 0 {
				continue
			}
			if d <= open {
				return c.utc(opens.Add(d))
			}
			d -= open
		}
	}
}

// Opens is the first moment at t or after it that counts: t itself while the windows are open. The result is in UTC.
func (c Calendar) Opens(t time.Time) time.Time {
	return c.AddWorking(t, time.Nanosecond).Add(-time.Nanosecond)
}

// AddWorkingDays returns the end (local midnight) of the nth working day after from's own day; day 1 is the
// first working day after it. n ≤ 0 returns from. The result is in UTC. A calendar that Validate refuses
// counts every day.
func (c Calendar) AddWorkingDays(from time.Time, n int) time.Time {
	from = from.UTC()
	if n <= 0 {
		return from
	}
	every := c.Validate() != nil
	day := startOfDay(c.local(from))
	for n > 0 {
		day = day.Add(fullDay)
		if every || c.workday(day) {
			n--
		}
	}
	return c.utc(day.Add(fullDay))
}

// DaysBetween counts local days from a to b: 0 on the same local day, 1 when b falls on the next. It is how
// "within 7 days, day 1 is the day after signing" is counted.
func (c Calendar) DaysBetween(a, b time.Time) int {
	return int(startOfDay(c.local(b)).Sub(startOfDay(c.local(a))) / fullDay)
}

// NextDay is when the local day after t begins: until then it is today.
func (c Calendar) NextDay(t time.Time) time.Time {
	return c.utc(startOfDay(c.local(t)).AddDate(0, 0, 1))
}

// Date is the local date of t, "2006-01-02".
func (c Calendar) Date(t time.Time) string { return c.local(t).Format(dateForm) }

// Validate says what is wrong with the calendar's data, naming the field and what to write instead.
func (c Calendar) Validate() error {
	if _, err := offset(c.Zone); err != nil {
		return err
	}
	end := 0
	for i, w := range c.Windows {
		if w.From < 0 || w.To > 1440 || w.From >= w.To {
			return fmt.Errorf("windows[%d]: %d to %d is not a span of the day; use minutes with 0 ≤ from < to ≤ 1440", i, w.From, w.To)
		}
		if w.From < end {
			return fmt.Errorf("windows[%d]: begins before the window above it ends; put them in ascending order without overlap", i)
		}
		end = w.To
	}
	for i, day := range c.WorkDays {
		if day < 0 || day > 6 {
			return fmt.Errorf("work_days[%d]: %d is not a weekday; use 0 (Sunday) to 6 (Saturday)", i, day)
		}
	}
	for name, dates := range [...][]string{c.Holidays, c.ExtraDays} {
		for i, date := range dates {
			if _, err := time.Parse(dateForm, date); err != nil {
				return fmt.Errorf("%s[%d]: %q is not a date; write it as 2026-10-01", [...]string{"holidays", "extra_days"}[name], i, date)
			}
		}
	}
	return nil
}

// local shifts t so that its UTC fields read as local ones. Shifting avoids time.Location, whose look-ups
// may read the machine.
func (c Calendar) local(t time.Time) time.Time {
	east, _ := offset(c.Zone)
	return t.UTC().Add(east)
}

func (c Calendar) utc(local time.Time) time.Time {
	east, _ := offset(c.Zone)
	return local.Add(-east)
}

func (c Calendar) windows() []Window {
	if len(c.Windows) == 0 {
		return []Window{{From: 0, To: 1440}}
	}
	return c.Windows
}

func (c Calendar) workday(day time.Time) bool {
	if len(c.Holidays) > 0 || len(c.ExtraDays) > 0 {
		date := day.Format(dateForm)
		if slices.Contains(c.ExtraDays, date) {
			return true
		}
		if slices.Contains(c.Holidays, date) {
			return false
		}
	}
	return len(c.WorkDays) == 0 || slices.Contains(c.WorkDays, int(day.Weekday()))
}

func startOfDay(local time.Time) time.Time {
	year, month, day := local.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// offset reads "+08:00", "-05:30", "UTC", "Z" or "" as the distance east of UTC, at most 14 hours.
func offset(zone string) (time.Duration, error) {
	if zone == "" || zone == "UTC" || zone == "Z" {
		return 0, nil
	}
	bad := fmt.Errorf("zone: %q is not a fixed offset; write it as \"+08:00\" or \"UTC\"", zone)
	if len(zone) != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' {
		return 0, bad
	}
	for _, i := range [...]int{1, 2, 4, 5} {
		if zone[i] < '0' || zone[i] > '9' {
			return 0, bad
		}
	}
	hours := time.Duration(zone[1]-'0')*10 + time.Duration(zone[2]-'0')
	mins := time.Duration(zone[4]-'0')*10 + time.Duration(zone[5]-'0')
	east := hours*time.Hour + mins*time.Minute
	if mins > 59 || east > 14*time.Hour {
		return 0, bad
	}
	if zone[0] == '-' {
		east = -east
	}
	return east, nil
}
