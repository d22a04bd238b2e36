package interchange

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxLine  = 64 << 10 // bytes of one line of a file
	maxJoint = 100      // lines that one record may span inside quotes
)

// record is one row of a CSV file, or why it is none.
type record struct {
	line  int // where it begins; the first line of the file is 1
	cells []string
	bad   code   // set: the line cannot be read
	text  string // what stands in a line that cannot be read, as far as known
}

// records splits a stream of UTF-8 into rows. A quote that never closes spoils its own line only: the lines after it are
// read again. It holds at most maxJoint lines of maxLine bytes.
type records struct {
	in      *bufio.Reader
	comma   rune
	line    int // of the last line that was read from the stream
	pending []physical
}

type physical struct {
	text string
	line int
	bad  code
}

func newRecords(in io.Reader, comma rune) *records {
	return &records{in: bufio.NewReaderSize(in, 32<<10), comma: comma}
}

// next returns the next row that is not blank; io.EOF after the last.
func (r *records) next() (record, error) {
	for {
		first, err := r.take()
		if err != nil {
			return record{}, err
		}
		if first.bad != "" {
			return record{line: first.line, bad: first.bad, text: first.text}, nil
		}
		if strings.TrimSpace(first.text) == "" {
			continue
		}
		cells, whole, err := r.join(first)
		switch {
		case err != nil:
			return record{}, err
		case !whole:
			return record{line: first.line, bad: badQuotes, text: first.text}, nil
		case blank(cells):
			continue
		}
		return record{line: first.line, cells: cells}, nil
	}
}

// join adds lines to a first one until its quotes close; whole is false, and the added lines are given back, when
// that does not make a row.
func (r *records) join(first physical) (cells []string, whole bool, err error) {
	text := first.text
	var added []physical
	for open(text) {
		if len(added) == maxJoint || len(text) > maxLine {
			break
		}
		more, err := r.take()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, false, err
		}
		added = append(added, more)
		if more.bad != "" {
			break
		}
		text += "\n" + more.text
	}
	if cells, whole = split(text, r.comma); !whole {
		r.pending = append(added, r.pending...)
	}
	return cells, whole, nil
}

func (r *records) take() (physical, error) {
	if len(r.pending) > 0 {
		first := r.pending[0]
		r.pending = r.pending[1:]
		return first, nil
	}
	var text []byte
	long := false
	for {
		part, err := r.in.ReadSlice('\n')
		if len(text)+len(part) > maxLine {
			long = true
		} else {
			text = append(text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0 && !long) {
			return physical{}, err
		}
		break
	}
	r.line++
	line := physical{line: r.line, text: strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")}
	switch {
	case long:
		line = physical{line: r.line, bad: badLength}
	case !utf8.Valid(text) || strings.ContainsRune(line.text, utf8.RuneError):
		line.bad = badEncoding
	}
	return line, nil
}

// open tells whether a quote is not closed yet: inside quotes every quote is doubled.
func open(text string) bool { return strings.Count(text, `"`)%2 == 1 }

// split cuts one row into its cells; false when its quotes make no sense. ="1234" is a cell as shops write numbers that
// a spreadsheet must not round.
func split(text string, comma rune) (cells []string, whole bool) {
	for {
		var cell string
		quoted, isQuoted := strings.CutPrefix(text, `"`)
		if !isQuoted {
			quoted, isQuoted = strings.CutPrefix(text, `="`)
		}
		if isQuoted {
			var out strings.Builder
			for {
				before, after, closed := strings.Cut(quoted, `"`)
				if !closed {
					return nil, false
				}
				out.WriteString(before)
				if quoted = after; !strings.HasPrefix(quoted, `"`) {
					break
				}
				out.WriteByte('"')
				quoted = quoted[1:]
			}
			cell, text = out.String(), quoted
			if text != "" && !strings.HasPrefix(text, string(comma)) {
				return nil, false
			}
		} else {
			end := strings.IndexRune(text, comma)
			if end < 0 {
				end = len(text)
			}
			if cell, text = text[:end], text[end:]; strings.Contains(cell, `"`) {
				return nil, false
			}
		}
		cells = append(cells, cell)
		if text == "" {
			return cells, true
		}
		text = text[utf8.RuneLen(comma):]
	}
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// clean is a cell without the space around it and without the apostrophe that keeps spreadsheets from computing it.
func clean(cell string) string {
	cell = strings.TrimFunc(cell, func(c rune) bool { return unicode.IsSpace(c) || c == '\uFEFF' })
	if rest, marked := strings.CutPrefix(cell, "'"); marked && rest != "" && computes(rest) {
		return rest
	}
	return cell
}

// computes tells whether a spreadsheet takes a cell for a formula.
func computes(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// harmless is a cell that no spreadsheet computes: what begins like a formula gets an apostrophe in front.
func harmless(cell string) string {
	if cell != "" && computes(cell) {
		return "'" + cell
	}
	return cell
}
