package interchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// ErrEncoding says that it is not clear how a file is written.
var ErrEncoding = errors.New("this file is neither UTF-8 nor GB18030 throughout; say which with --encoding utf-8 or --encoding gb18030, and the lines that do not fit are reported")

// Encodings lists the names that OrdersOptions.Encoding understands.
func Encodings() []string { return []string{"utf-8", "gbk", "gb18030", "utf-16"} }

// decoderOf finds an encoding by its name; nil stands for UTF-8.
func decoderOf(name string) (encoding.Encoding, error) {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name)) {
	case "utf8":
		return nil, nil
	case "gbk", "gb2312", "gb18030": // GB18030 reads the other two
		return simplifiedchinese.GB18030, nil
	case "utf16", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	}
	return nil, fmt.Errorf("%q is no encoding that can be read; there are %s", name, strings.Join(Encodings(), ", "))
}

// findEncoding reads a whole file once and tells how it is written. A byte order mark decides; otherwise UTF-8 when
// at least half of the lines with anything but ASCII are UTF-8, GB18030 when hardly any is and all of them can be read so.
func findEncoding(file io.Reader) (string, error) {
	in := bufio.NewReaderSize(file, 64<<10)
	switch head, _ := in.Peek(3); {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16", nil
	}
	foreign, valid, unreadable := 0, 0, 0
	chinese := simplifiedchinese.GB18030.NewDecoder()
	for {
		line, err := in.ReadSlice('\n') // what is longer comes in pieces: one torn character more or less decides nothing
		if i := bytes.IndexFunc(line, func(c rune) bool { return c >= utf8.RuneSelf }); i >= 0 {
			foreign++
			if utf8.Valid(line) {
				valid++
			} else if text, err := chinese.Bytes(line); err != nil || bytes.ContainsRune(text, utf8.RuneError) {
				unreadable++
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return "", fmt.Errorf("read the file: %w", err)
		}
	}
	switch {
	case foreign == 0, 2*valid >= foreign:
		return "utf-8", nil
	case 20*valid <= foreign && unreadable == 0:
		return "gb18030", nil
	}
	return "", ErrEncoding
}

// decoded is a file as UTF-8 without a byte order mark.
func decoded(file io.Reader, name string) (io.Reader, error) {
	decoder, err := decoderOf(name)
	if err != nil {
		return nil, err
	}
	if decoder != nil {
		return decoder.NewDecoder().Reader(file), nil
	}
	in := bufio.NewReader(file)
	if head, _ := in.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	return in, nil
}
