package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"aftersales/fault"
)

// Bounds of a JSON body. Real requests are four deep and a few dozen values.
const (
	maxJSONDepth  = 16
	maxJSONValues = 5000
)

// checkJSON refuses what encoding/json lets pass and people mistake for something else: a key that appears twice
// in an object (also in another case, because encoding/json would fill the same field from both), deep nesting, broken
// UTF-8, the character NUL (PostgreSQL cannot store it), and anything after the value. Unknown fields are the
// schema's to refuse. The fault is BadRequest or DuplicateField and never holds a value.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return badRequest("not_utf8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := checkValue(decoder, 0, new(int)); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badRequest("json_trailing")
	}
	return nil
}

// checkNothing refuses fields where none is asked for: the sender believes that they mean something.
func checkNothing(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return badRequest("body_unexpected")
	}
	for name := range fields {
		return fault.New(fault.UnknownField, "field", shownName(name))
	}
	return nil
}

func checkValue(decoder *json.Decoder, depth int, values *int) error {
	token, err := decoder.Token()
	if err != nil {
		return badRequest("json_malformed").Because(syntaxOnly(err))
	}
	if *values++; *values > maxJSONValues {
		return badRequest("json_too_many_values")
	}
	switch token := token.(type) {
	case string:
		if strings.ContainsRune(token, 0) {
			return badRequest("nul_character")
		}
	case json.Delim:
		if depth == maxJSONDepth {
			return badRequest("json_too_deep")
		}
		if token == '{' {
			return checkObject(decoder, depth+1, values)
		}
		for decoder.More() {
			if err := checkValue(decoder, depth+1, values); err != nil {
				return err
			}
		}
		return closing(decoder)
	}
	return nil
}

func checkObject(decoder *json.Decoder, depth int, values *int) error {
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return badRequest("json_malformed").Because(syntaxOnly(err))
		}
		key := token.(string) // the decoder lets nothing else be a key
		folded := foldKey(key)
		if seen[folded] {
			return fault.New(fault.DuplicateField, "field", shownName(key))
		}
		seen[folded] = true
		if err := checkValue(decoder, depth, values); err != nil {
			return err
		}
	}
	return closing(decoder)
}

func closing(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return badRequest("json_malformed").Because(syntaxOnly(err))
	}
	return nil
}

// foldKey makes keys equal that encoding/json takes for the same field: it compares under Unicode simple folding, in
// which K is also the Kelvin sign and s also the long s. Every rune becomes the smallest of its fold.
func foldKey(key string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, key)
}

// shownName lets a field's name into an answer only when it looks like one: the names come from the sender.
func shownName(name string) string {
	if len(name) == 0 || len(name) > 64 {
		return "?"
	}
	for _, r := range name {
		if r != '_' && r != '-' && r != '.' && r != '[' && r != ']' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "?"
		}
	}
	return name
}

// syntaxOnly keeps of a decoder's error what holds no content.
func syntaxOnly(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return errors.New("malformed JSON")
	}
	return errors.New("JSON ends too early")
}
