package config

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// Logger returns a logger that writes to w as c says and that lets no secret and no personal datum through, wherever
// it hides: under a telling name, or in the middle of a message or of an error.
func (c Log) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	// Validate has seen the level; for an unknown one the zero value, info, is right.
	_ = level.UnmarshalText([]byte(c.Level))
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redactAttr}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// secretNames are parts of attribute names whose values are never logged.
var secretNames = []string{"password", "passwd", "secret", "token", "authorization", "cookie", "credential", "private_key", "privatekey", "apikey", "api_key", "salt"}

// patterns find secrets in running text.
var patterns = []struct {
	find    *regexp.Regexp
	replace string
}{
	// user:password@ in URLs; before mail addresses, which look alike from the @ on.
	{regexp.MustCompile(`(://[^/\s:@]*:)[^/\s@]+@`), `${1}xxxxx@`},
	{regexp.MustCompile(`([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+\.[A-Za-z0-9.-]+)`), `${1}***@${2}`},
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`), `${1} ` + hidden},
	{regexp.MustCompile(`(?i)\b(password|passwd|secret|token|sign)=[^\s&"]+`), `${1}=` + hidden},
}

var (
	digitRun     = regexp.MustCompile(`[0-9]+[Xx]?`)
	mobileNumber = regexp.MustCompile(`^(86)?1[3-9][0-9]{9}$`)
	identityCard = regexp.MustCompile(`^[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])[0-9]{3}[0-9Xx]$`)
)

// Redact hides secrets, mail addresses, Chinese mobile numbers (138****1234) and identity cards in running text.
// Waybill and order numbers stay, because whole runs of digits are looked at.
func Redact(text string) string {
	for _, p := range patterns {
		text = p.find.ReplaceAllString(text, p.replace)
	}
	return digitRun.ReplaceAllStringFunc(text, func(run string) string {
		digits := strings.TrimRight(run, "Xx") // an X is part of an identity card only
		switch n := len(digits); {
		case mobileNumber.MatchString(digits):
			return digits[n-11:n-8] + "****" + run[n-4:]
		case identityCard.MatchString(run):
			return run[:6] + "************"
		default:
			return run
		}
	})
}

func redactAttr(_ []string, a slog.Attr) slog.Attr {
	if isSecretName(a.Key) {
		return slog.String(a.Key, hidden)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, Redact(a.Value.String()))
	case slog.KindAny:
		return redactAny(a)
	default:
		return a // numbers and times; groups come one by one
	}
}

func redactAny(a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case *slog.Source, nil:
		return a
	case error:
		return slog.String(a.Key, Redact(v.Error()))
	case fmt.Stringer:
		return slog.String(a.Key, Redact(v.String()))
	case []byte:
		return slog.String(a.Key, fmt.Sprintf("%d bytes", len(v)))
	default:
		encoded, err := json.Marshal(v)
		if err != nil {
			return slog.String(a.Key, Redact(fmt.Sprintf("%+v", v)))
		}
		return slog.String(a.Key, Redact(string(encoded)))
	}
}

func isSecretName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range secretNames {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
