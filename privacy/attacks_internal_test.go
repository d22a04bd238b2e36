package privacy

import (
	"bytes"
	"encoding/csv"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	script  = `</td></table><script>alert(1)</script><img src=x onerror=alert(2)>`
	formula = "\t =HYPERLINK(\"https://evil.example\",\"x\")"
)

// filled puts a text into every field of a value that takes one, one item into every list, and a time into every time.
func filled(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), text)
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), text)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				filled(v.Field(i), text)
			}
		}
	}
}

// Whatever stands in somebody's data, the page of their copy shows it and runs nothing.
func TestAttack08_ScriptInTheCopy(t *testing.T) {
	var told Told
	filled(reflect.ValueOf(&told).Elem(), script)
	for _, lang := range []string{"zh-CN", "en"} {
		html, err := page(told, lang)
		require.NoError(t, err)
		text := strings.ToLower(string(html))
		require.NotContains(t, text, "<script")
		require.NotContains(t, text, "<img")
		require.Greater(t, strings.Count(text, "&lt;script&gt;"), 20, "it is there to be read")
		require.Contains(t, text, `content="default-src 'none'`)
		require.NotRegexp(t, `(?i)\s(on\w+|href|src)\s*=`, tagsOf(text), "no tag of ours carries code or leads away")
	}
}

// tagsOf is what stands inside of tags.
func tagsOf(html string) string {
	var tags strings.Builder
	for {
		_, rest, found := strings.Cut(html, "<")
		if !found {
			return tags.String()
		}
		tag, after, _ := strings.Cut(rest, ">")
		tags.WriteString(tag + "\n")
		html = after
	}
}

// A spreadsheet computes nothing of what somebody wrote.
func TestAttack19_FormulasInTheCopy(t *testing.T) {
	for _, dressed := range []string{"=1+1", "+1", "-1", "@SUM(1)", formula, "\r=1+1", "\n=1+1", " =1+1", "＝1+1"} {
		var told Told
		filled(reflect.ValueOf(&told).Elem(), dressed)
		for name, content := range map[string][]byte{"orders": ordersCSV(told), "cases": casesCSV(told)} {
			rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))).ReadAll()
			require.NoError(t, err)
			require.Greater(t, len(rows), 1)
			for _, row := range rows[1:] {
				for _, cell := range row {
					require.False(t, strings.ContainsAny(firstOf(cell), "=+-@＝"), "%s: %q", name, cell)
				}
			}
		}
	}
}

func firstOf(cell string) string {
	cell = strings.TrimLeft(cell, " \t\r\n\u00a0\u3000")
	for _, r := range cell {
		return string(r)
	}
	return ""
}
