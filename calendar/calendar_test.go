package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/calendar"
)

var office = calendar.Calendar{
	Zone: "+08:00", Windows: []calendar.Window{{From: 9 * 60, To: 18 * 60}}, WorkDays: []int{1, 2, 3, 4, 5},
	Holidays: []string{"2026-10-01", "2026-10-02"}, ExtraDays: []string{"2026-10-10"},
}

// local reads a Chinese wall clock.
func local(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", text, time.FixedZone("", 8*3600))
	require.NoError(t, err)
	return at.UTC()
}

func TestAddWorking(t *testing.T) {
	lunch, daily := office, office
	lunch.Windows = []calendar.Window{{From: 9 * 60, To: 12 * 60}, {From: 13 * 60, To: 18 * 60}}
	daily.WindowsDaily = true
	for _, c := range []struct {
		name       string
		cal        calendar.Calendar
		from, want string
		d          time.Duration
	}{
		{"notice 14:01, due next day 09:01", office, "2026-03-02 14:01:00", "2026-03-03 09:01:00", 4 * time.Hour},
		{"ends with the window", office, "2026-03-02 14:00:00", "2026-03-02 18:00:00", 4 * time.Hour},
		{"one second more", office, "2026-03-02 14:00:01", "2026-03-03 09:00:01", 4 * time.Hour},
		{"before opening", office, "2026-03-02 03:00:00", "2026-03-02 13:00:00", 4 * time.Hour},
		{"after closing", office, "2026-03-02 20:00:00", "2026-03-03 13:00:00", 4 * time.Hour},
		{"over the weekend", office, "2026-03-06 14:01:00", "2026-03-09 09:01:00", 4 * time.Hour},
		{"windows on every day", daily, "2026-03-06 14:01:00", "2026-03-07 09:01:00", 4 * time.Hour},
		{"over a lunch break", lunch, "2026-03-02 11:30:00", "2026-03-02 14:30:00", 2 * time.Hour},
		{"over holidays", office, "2026-09-30 17:00:00", "2026-10-05 10:00:00", 2 * time.Hour},
		{"a Saturday that is worked", office, "2026-10-09 17:00:00", "2026-10-10 10:00:00", 2 * time.Hour},
		{"several days", office, "2026-03-02 09:00:00", "2026-03-04 18:00:00", 27 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.cal.Validate())
			require.Equal(t, local(t, c.want), c.cal.AddWorking(local(t, c.from), c.d))
		})
	}
	from := local(t, "2026-03-07 03:00:00")
	require.Equal(t, from, office.AddWorking(from, 0), "no time is due at once, also at night")
	require.Equal(t, from, office.AddWorking(from, -time.Hour))
	require.Equal(t, from.Add(50*time.Hour), calendar.Calendar{}.AddWorking(from, 50*time.Hour), "an empty calendar counts every second")
	require.Equal(t, from.Add(time.Hour), calendar.Calendar{Zone: "Mars"}.AddWorking(from, time.Hour), "an invalid one too")
}

func TestOpens(t *testing.T) {
	for _, c := range []struct{ at, want string }{
		{"2026-03-02 12:00:00", "2026-03-02 12:00:00"}, {"2026-03-02 09:00:00", "2026-03-02 09:00:00"}, {"2026-03-02 17:59:59", "2026-03-02 17:59:59"},
		{"2026-03-02 18:00:00", "2026-03-03 09:00:00"}, {"2026-03-02 03:00:00", "2026-03-02 09:00:00"}, {"2026-03-06 18:00:00", "2026-03-09 09:00:00"},
		{"2026-09-30 20:00:00", "2026-10-05 09:00:00"}, {"2026-10-10 08:00:00", "2026-10-10 09:00:00"},
	} {
		require.Equal(t, local(t, c.want), office.Opens(local(t, c.at)), c.at)
	}
	night := local(t, "2026-03-07 03:00:00")
	require.Equal(t, night, calendar.Calendar{}.Opens(night))
}

func TestAddWorkingDays(t *testing.T) {
	for _, c := range []struct {
		name, from, want string
		n                int
	}{
		{"the day itself does not count", "2026-03-02 00:00:00", "2026-03-04 00:00:00", 1},
		{"seven working days", "2026-03-02 14:00:00", "2026-03-12 00:00:00", 7},
		{"from a Saturday", "2026-03-07 14:00:00", "2026-03-10 00:00:00", 1},
		{"over holidays", "2026-09-30 14:00:00", "2026-10-06 00:00:00", 1},
		{"late in the evening it is still that local day", "2026-03-02 23:59:59", "2026-03-04 00:00:00", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, local(t, c.want), office.AddWorkingDays(local(t, c.from), c.n))
		})
	}
	from := local(t, "2026-03-02 14:00:00")
	require.Equal(t, from, office.AddWorkingDays(from, 0))
	require.Equal(t, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), calendar.Calendar{}.AddWorkingDays(from, 1))
}

func TestLocalDays(t *testing.T) {
	signed := local(t, "2026-03-02 23:59:00")
	require.Equal(t, 0, office.DaysBetween(signed, local(t, "2026-03-02 23:59:59")))
	require.Equal(t, 1, office.DaysBetween(signed, local(t, "2026-03-03 00:00:00")))
	require.Equal(t, 7, office.DaysBetween(signed, local(t, "2026-03-09 23:59:59")))
	require.Equal(t, -1, office.DaysBetween(signed, local(t, "2026-03-01 23:59:59")))
	require.Equal(t, "2026-03-02", office.Date(signed))
}

func TestValidateNamesTheField(t *testing.T) {
	require.NoError(t, office.Validate())
	require.NoError(t, calendar.Calendar{}.Validate())
	for want, change := range map[string]func(*calendar.Calendar){
		"zone":          func(c *calendar.Calendar) { c.Zone = "Asia/Shanghai" },
		"windows[0]":    func(c *calendar.Calendar) { c.Windows = []calendar.Window{{From: 600, To: 600}} },
		"windows[1]":    func(c *calendar.Calendar) { c.Windows = []calendar.Window{{From: 0, To: 600}, {From: 599, To: 700}} },
		"work_days[0]":  func(c *calendar.Calendar) { c.WorkDays = []int{7} },
		"holidays[1]":   func(c *calendar.Calendar) { c.Holidays = []string{"2026-10-01", "10/01"} },
		"extra_days[0]": func(c *calendar.Calendar) { c.ExtraDays = []string{"2026-02-30"} },
	} {
		cal := office
		change(&cal)
		require.ErrorContains(t, cal.Validate(), want+":")
	}
	for _, zone := range []string{"+08:00", "-05:30", "+14:00", "UTC", "Z", ""} {
		require.NoError(t, calendar.Calendar{Zone: zone}.Validate(), zone)
	}
	for _, zone := range []string{"+8:00", "+0800", "+15:00", "+08:60", "+08:0x", "08:00+", "PRC"} {
		require.Error(t, calendar.Calendar{Zone: zone}.Validate(), zone)
	}
	west := calendar.Calendar{Zone: "-05:30"}
	require.Equal(t, "2026-03-01", west.Date(time.Date(2026, 3, 2, 5, 29, 0, 0, time.UTC)))
}

func anyCalendar(t *rapid.T) calendar.Calendar {
	cal := calendar.Calendar{
		Zone:         rapid.SampledFrom([]string{"", "+08:00", "-05:30", "+05:45"}).Draw(t, "zone"),
		WindowsDaily: rapid.Bool().Draw(t, "daily"),
		WorkDays:     rapid.SliceOfDistinct(rapid.IntRange(0, 6), rapid.ID[int]).Draw(t, "work days"),
		Holidays:     rapid.SliceOf(rapid.SampledFrom([]string{"2026-03-02", "2026-03-03", "2026-03-09"})).Draw(t, "holidays"),
	}
	end := 0
	for range rapid.IntRange(0, 3).Draw(t, "windows") {
		w := calendar.Window{From: rapid.IntRange(end, 1438).Draw(t, "from")}
		w.To = rapid.IntRange(w.From+1, 1440).Draw(t, "to")
		cal.Windows = append(cal.Windows, w)
		if end = w.To; end > 1438 {
			break
		}
	}
	return cal
}

func TestWorkingTimeIsMonotone(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	seconds := rapid.Int64Range(0, 20*24*3600)
	rapid.Check(t, func(t *rapid.T) {
		cal := anyCalendar(t)
		require.NoError(t, cal.Validate())
		from := start.Add(time.Duration(seconds.Draw(t, "from")) * time.Second)
		later := from.Add(time.Duration(seconds.Draw(t, "later")) * time.Second)
		d := time.Duration(rapid.Int64Range(1, 30*3600).Draw(t, "d")) * time.Second
		more := d + time.Duration(rapid.Int64Range(0, 30*3600).Draw(t, "more"))*time.Second

		due := cal.AddWorking(from, d)
		require.False(t, due.Before(from.Add(d)), "working time never runs faster than the clock")
		require.False(t, cal.AddWorking(later, d).Before(due), "a later start is due no earlier")
		require.False(t, cal.AddWorking(from, more).Before(due), "a longer wait is due no earlier")
		require.Equal(t, cal.AddWorking(from, more), cal.AddWorking(due, more-d), "waits can be cut in two")

		days := rapid.IntRange(1, 10).Draw(t, "days")
		end := cal.AddWorkingDays(from, days)
		require.True(t, end.After(from))
		require.True(t, cal.AddWorkingDays(from, days+1).After(end))
		require.False(t, cal.AddWorkingDays(later, days).Before(end))
	})
}

func FuzzZone(f *testing.F) {
	for _, zone := range []string{"+08:00", "UTC", "", "-99:99", "+0:800", "Asia/Shanghai"} {
		f.Add(zone)
	}
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, zone string) {
		cal := calendar.Calendar{Zone: zone}
		if cal.Validate() != nil {
			return
		}
		if days := cal.DaysBetween(at, at.Add(24*time.Hour)); days != 1 {
			t.Fatalf("a day in %q is %d days", zone, days)
		}
	})
}
