package media

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"regexp"
)

const sniffLen = 1024

// pictures are the types that are decoded; sniff and the decoders must know the same.
var pictures = map[string]bool{"image/jpeg": true, "image/png": true, "image/webp": true, "image/gif": true}

// brands of ftyp that are video; others of the same family are pictures (heic, avif) or sound.
var brands = map[string]string{
	"isom": "video/mp4", "iso2": "video/mp4", "iso3": "video/mp4", "iso4": "video/mp4", "iso5": "video/mp4", "iso6": "video/mp4",
	"mp41": "video/mp4", "mp42": "video/mp4", "avc1": "video/mp4", "M4V ": "video/mp4", "MSNV": "video/mp4", "dash": "video/mp4",
	"3gp4": "video/mp4", "3gp5": "video/mp4", "3gp6": "video/mp4", "qt  ": "video/quicktime",
}

// sniff names a file by its first bytes; an empty kind when it is nothing that is taken.
func sniff(head []byte) (kind, mediaType string) {
	switch {
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		if mediaType := brands[string(head[8:12])]; mediaType != "" {
			return Video, mediaType
		}
		return "", ""
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return Video, "video/webm" // or Matroska, which the check refuses
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return Document, "application/pdf"
	}
	if mediaType := http.DetectContentType(head); pictures[mediaType] {
		return Picture, mediaType
	}
	return "", ""
}

// What another kind of file begins with, for what hangs on to the end of a picture.
var heads = [][]byte{
	[]byte("%PDF"), []byte("PK\x03\x04"), []byte("MZ"), []byte("\x7fELF"), []byte("Rar!"), []byte("7z\xbc\xaf"), []byte("\x1f\x8b"), []byte("#!"), []byte("<"),
}

var scripts = regexp.MustCompile(`(?i)<(script|svg|html|!doctype|iframe|\?php)`)

// hidden tells whether something that follows a picture is a file of its own kind rather than what cameras append.
func hidden(tail []byte) bool {
	start := bytes.TrimLeft(tail, "\x00 \t\r\n")
	for _, head := range heads {
		if bytes.HasPrefix(start, head) {
			return true
		}
	}
	return scripts.Match(tail) || isZIP(tail)
}

// isZIP tells whether the end of a file is also the end of a ZIP archive, which is read from there.
func isZIP(end []byte) bool {
	const record = 22
	if longest := record + 1<<16; len(end) > longest {
		end = end[len(end)-longest:]
	}
	for at := len(end); ; {
		at = bytes.LastIndex(end[:at], []byte("PK\x05\x06"))
		if at < 0 {
			return false
		}
		if rest := len(end) - at; rest >= record && record+int(binary.LittleEndian.Uint16(end[at+20:])) <= rest {
			return true
		}
	}
}
