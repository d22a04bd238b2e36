package media

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
)

// A PDF is kept as it is, so it is refused when it is anything besides paper: scripts, attached files, forms that send
// themselves, or a second kind of file in one.

var (
	pdfHead    = regexp.MustCompile(`^%PDF-(1\.[0-7]|2\.0)\s`)
	pdfFoot    = regexp.MustCompile(`startxref\s+([0-9]{1,10})\s+%%EOF\s*$`)
	pdfXref    = regexp.MustCompile(`^\s*(xref\b|[0-9]+\s+[0-9]+\s+obj\b)`)
	pdfEscape  = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
	pdfStream  = regexp.MustCompile(`>>\s*stream\r?\n`)
	pdfObjects = regexp.MustCompile(`/ObjStm\b`)
	pdfFilter  = regexp.MustCompile(`/(?:Filter|F)\s*(\[[^\]]*\]|/\w+)`)
	pdfFlate   = regexp.MustCompile(`^(?:\[\s*/(?:FlateDecode|Fl)\s*\]|/(?:FlateDecode|Fl))$`)

	// Names that no evidence needs. They are so long that compressed bytes do not look like them.
	pdfForbidden = regexp.MustCompile(`/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Encrypt|Rendition)\b`)
	// Short ones are looked for in dictionaries only.
	pdfShort = regexp.MustCompile(`/(JS|XFA)\b`)
)

const (
	maxInflated = 32 << 20 // of all object streams of a file
	pdfTail     = 2048     // where its end must be
)

func checkPDF(content []byte) error {
	if !pdfHead.Match(content) {
		return unsafe("pdf: it has no head")
	}
	tail := content[max(0, len(content)-pdfTail):]
	foot := pdfFoot.FindSubmatch(tail)
	if foot == nil {
		return unsafe("pdf: it has no end, or something follows it")
	}
	at, err := strconv.ParseInt(string(foot[1]), 10, 64)
	if err != nil || at >= int64(len(content)) || !pdfXref.Match(content[at:min(int64(len(content)), at+64)]) {
		return unsafe("pdf: its table is not where it says")
	}
	if isZIP(content) {
		return unsafe("pdf: it is a ZIP too")
	}
	if scripts.Match(content[:min(len(content), sniffLen)]) {
		return unsafe("pdf: it is a page too")
	}
	plain := unescaped(content)
	if name := pdfForbidden.Find(plain); name != nil {
		return unsafe("pdf: it has %s", name)
	}
	return checkPDFStreams(content)
}

// unescaped reads names as they are meant: a name may spell any letter as # and two digits.
func unescaped(content []byte) []byte {
	return pdfEscape.ReplaceAllFunc(content, func(code []byte) []byte {
		b, _ := strconv.ParseUint(string(code[1:]), 16, 8)
		return []byte{byte(b)}
	})
}

// checkPDFStreams looks at what stands between streams, and into those that hold objects.
func checkPDFStreams(content []byte) error {
	left := int64(maxInflated)
	for rest := content; ; {
		begin := pdfStream.FindIndex(rest)
		if begin == nil {
			return checkNames(unescaped(rest))
		}
		words := unescaped(rest[:begin[1]])
		if err := checkNames(words); err != nil {
			return err
		}
		rest = rest[begin[1]:]
		end := bytes.Index(rest, []byte("endstream"))
		if end < 0 {
			return unsafe("pdf: a stream has no end")
		}
		dictionary := words[max(0, bytes.LastIndex(words, []byte("obj"))):]
		if pdfObjects.Match(dictionary) {
			objects, err := inflate(dictionary, rest[:end], left)
			if err != nil {
				return err
			}
			left -= int64(len(objects))
			objects = unescaped(objects)
			if name := pdfForbidden.Find(objects); name != nil {
				return unsafe("pdf: it has %s inside", name)
			}
			if err := checkNames(objects); err != nil {
				return err
			}
		}
		rest = rest[end:]
	}
}

func checkNames(words []byte) error {
	if name := pdfShort.Find(words); name != nil {
		return unsafe("pdf: it has %s", name)
	}
	return nil
}

// inflate opens an object stream. One that is packed in another way than usual cannot be looked into.
func inflate(dictionary, packed []byte, left int64) ([]byte, error) {
	filter := pdfFilter.FindSubmatch(dictionary)
	if filter == nil {
		return packed, nil
	}
	if !pdfFlate.Match(bytes.TrimSpace(filter[1])) || bytes.Contains(dictionary, []byte("/DecodeParms")) {
		return nil, unsafe("pdf: objects are packed with %s", filter[1])
	}
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, unsafe("pdf: objects cannot be unpacked: %w", err)
	}
	objects, err := io.ReadAll(io.LimitReader(reader, left+1))
	if int64(len(objects)) > left {
		return nil, unsafe("pdf: objects unpack to too much")
	}
	if err != nil && len(objects) == 0 {
		return nil, unsafe("pdf: objects cannot be unpacked: %w", err)
	}
	return objects, nil
}
