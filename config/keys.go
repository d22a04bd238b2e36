package config

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Setting describes one leaf of Config and holds its value as text.
type Setting struct {
	Path   string // api.listen
	Env    string // AFTERSALES_API_LISTEN
	Doc    string
	Value  string // as the environment would say it; secrets included
	secret secrecy
	list   bool
}

type secrecy int

const (
	public secrecy = iota
	secretText
	secretInURL // a URL whose password is secret
)

// wellKnown are the names under which hosting platforms hand out these settings.
var wellKnown = map[string]string{
	"DATABASE_URL":     "database.url",
	"TEMPORAL_ADDRESS": "temporal.address",
	"REDIS_URL":        "redis.url",
}

const envPrefix = "AFTERSALES_"

// FileVariable names the configuration file when no flag does.
const FileVariable = envPrefix + "CONFIG"

// foreignPrefixes start variables that are ours but no settings: switches of tests and tools.
var foreignPrefixes = []string{"AFTERSALES_TEST_", "AFTERSALES_CHAOS_", "AFTERSALES_BENCH_"}

// Settings lists every setting with its present value, in the order of Config.
func (c *Config) Settings() []Setting {
	var all []Setting
	collect(reflect.ValueOf(*c), "", &all)
	return all
}

// Shown is the value as it may be printed: secrets and passwords in URLs are hidden.
func (s Setting) Shown() string {
	switch s.secret {
	case secretText:
		return Secret(s.Value).String()
	case secretInURL:
		return hidePassword(s.Value)
	default:
		return s.Value
	}
}

// Env returns the configuration as environment variables, so that a child process has exactly this one.
func (c *Config) Env() []string {
	var env []string
	for _, s := range c.Settings() {
		env = append(env, s.Env+"="+s.Value)
	}
	return env
}

// KnownVariable tells whether an environment variable of this name means something to Aftersales.
func KnownVariable(name string) bool {
	if _, ok := wellKnown[name]; ok || name == FileVariable {
		return true
	}
	return slices.ContainsFunc(describe(), func(s Setting) bool { return s.Env == name })
}

func describe() []Setting {
	c := Default()
	return c.Settings()
}

func collect(v reflect.Value, prefix string, all *[]Setting) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		path := prefix + field.Tag.Get("koanf")
		if field.Type.Kind() == reflect.Struct {
			collect(value, path+".", all)
			continue
		}
		s := Setting{Path: path, Env: envName(path), Doc: field.Tag.Get("doc"), Value: text(value), list: field.Type.Kind() == reflect.Slice}
		switch {
		case field.Type == reflect.TypeFor[Secret]():
			s.secret = secretText
		case field.Tag.Get("secret") == "url":
			s.secret = secretInURL
		}
		*all = append(*all, s)
	}
}

func envName(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

func text(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case Secret:
		return value.Reveal()
	case []string:
		return strings.Join(value, ",")
	case time.Duration:
		return value.String()
	default:
		return fmt.Sprint(value)
	}
}

// hidePassword keeps what helps to recognise a database and hides what opens it, in query parameters too.
func hidePassword(raw string) string {
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return hidden // not a URL: perhaps key=value pairs with a password among them
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	query := u.Query()
	for _, name := range []string{"password", "sslpassword"} {
		if query.Has(name) {
			query.Set(name, "xxxxx")
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}
