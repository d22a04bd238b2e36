package media

import (
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
)

// Elements of WebM that the check knows.
const (
	ebmlHead    = 0x1A45DFA3
	ebmlDocType = 0x4282
	ebmlVoid    = 0xEC
	ebmlCRC     = 0xBF
	wmSegment   = 0x18538067
	wmSeekHead  = 0x114D9B74
	wmInfo      = 0x1549A966
	wmScale     = 0x2AD7B1
	wmDuration  = 0x4489
	wmTitle     = 0x7BA9
	wmFilename  = 0x7384
	wmDate      = 0x4461
	wmTracks    = 0x1654AE6B
	wmTrack     = 0xAE
	wmTrackType = 0x83
	wmTrackName = 0x536E
	wmCodec     = 0x86
	wmCluster   = 0x1F43B675
	wmCues      = 0x1C53BB6B
	wmTags      = 0x1254C367
	wmChapters  = 0x1043A770
)

var (
	wmLevelOne = []uint32{wmSeekHead, wmInfo, wmTracks, wmCluster, wmCues, wmTags, wmChapters}
	wmInside   = []uint32{0xE7, 0xA3, 0xA0, 0xAB, 0xA7, ebmlVoid, ebmlCRC} // of a cluster
	wmBlanked  = []uint32{wmTags, wmChapters, wmTitle, wmFilename, wmDate, wmTrackName}
	wmCodecs   = []string{"V_VP8", "V_VP9", "V_AV1", "A_OPUS", "A_VORBIS"}
)

type webm struct {
	src    io.ReaderAt
	seen   int
	blanks []blank
	video  bool
	scale  uint64
	units  float64
}

type element struct {
	id              uint32
	start, body, to int64 // to is -1 when the size is unknown
}

func (c *Cleaner) checkWebM(src io.ReaderAt, size int64) ([]blank, error) {
	file := &webm{src: src, scale: 1_000_000}
	head, err := file.element(0, size)
	if err != nil {
		return nil, err
	}
	if head.id != ebmlHead || head.to < 0 {
		return nil, unsafe("webm: it has no head")
	}
	kind := ""
	err = file.each(head, func(e element) error {
		if e.id != ebmlDocType {
			return nil
		}
		text, err := file.bytes(e)
		kind = string(text)
		return err
	})
	if err != nil {
		return nil, err
	}
	if kind != "webm" {
		return nil, unsafe("webm: it is %q", kind)
	}
	segment, err := file.element(head.to, size)
	if err != nil {
		return nil, err
	}
	if segment.id != wmSegment {
		return nil, unsafe("webm: element %x in the place of the film", segment.id)
	}
	if segment.to < 0 {
		segment.to = size
	}
	if err := file.segment(segment); err != nil {
		return nil, err
	}
	if segment.to != size {
		return nil, unsafe("webm: something follows the film")
	}
	if !file.video {
		return nil, unsafe("webm: it shows nothing")
	}
	if seconds := file.units * float64(file.scale) / 1e9; math.IsNaN(seconds) || seconds < 0 || seconds > c.limits.VideoTime.Seconds() {
		return nil, unsafe("webm: it takes %v s", seconds)
	}
	return file.blanks, nil
}

// segment visits the parts of the film.
func (w *webm) segment(segment element) error {
	for at := segment.body; at < segment.to; {
		e, err := w.element(at, segment.to)
		if err != nil {
			return err
		}
		if e.to < 0 {
			if e.id != wmCluster {
				return unsafe("webm: element %x has no size", e.id)
			}
			if e.to, err = w.clusterEnd(e.body, segment.to); err != nil {
				return err
			}
		}
		switch {
		case w.blank(e):
		case e.id == wmInfo:
			err = w.each(e, w.info)
		case e.id == wmTracks:
			err = w.each(e, func(track element) error {
				if w.blank(track) {
					return nil
				}
				if track.id != wmTrack {
					return unsafe("webm: element %x among the tracks", track.id)
				}
				return w.track(track)
			})
		case !slices.Contains(wmLevelOne, e.id): // attachments above all
			return unsafe("webm: element %x does not belong there", e.id)
		}
		if err != nil {
			return err
		}
		at = e.to
	}
	return nil
}

// clusterEnd finds where a cluster of unknown size ends: at the next part of the film.
func (w *webm) clusterEnd(at, end int64) (int64, error) {
	for at < end {
		e, err := w.element(at, end)
		if err != nil {
			return 0, err
		}
		if slices.Contains(wmLevelOne, e.id) {
			return at, nil
		}
		if !slices.Contains(wmInside, e.id) || e.to < 0 {
			return 0, unsafe("webm: element %x among the pictures", e.id)
		}
		w.blank(e)
		at = e.to
	}
	return end, nil
}

func (w *webm) info(e element) error {
	switch {
	case w.blank(e):
	case e.id == wmScale:
		value, err := w.bytes(e)
		if err != nil || len(value) == 0 || len(value) > 8 {
			return unsafe("webm: its scale cannot be read")
		}
		w.scale = number(value)
	case e.id == wmDuration:
		value, err := w.bytes(e)
		switch {
		case err == nil && len(value) == 4:
			w.units = float64(math.Float32frombits(binary.BigEndian.Uint32(value)))
		case err == nil && len(value) == 8:
			w.units = math.Float64frombits(binary.BigEndian.Uint64(value))
		default:
			return unsafe("webm: its length cannot be read")
		}
	}
	return nil
}

func (w *webm) track(track element) error {
	kind, codec := uint64(0), ""
	err := w.each(track, func(e element) error {
		if w.blank(e) || e.id != wmTrackType && e.id != wmCodec {
			return nil
		}
		value, err := w.bytes(e)
		if err != nil {
			return err
		}
		if e.id == wmCodec {
			codec = strings.TrimRight(string(value), "\x00")
		} else if len(value) <= 8 {
			kind = number(value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if kind != 1 && kind != 2 || !slices.Contains(wmCodecs, codec) {
		return unsafe("webm: a track of kind %d, %q", kind, codec)
	}
	w.video = w.video || kind == 1
	return nil
}

// blank makes an element that nobody needs empty space of the same length; what is empty space already is emptied.
func (w *webm) blank(e element) bool {
	if e.id != ebmlVoid && !slices.Contains(wmBlanked, e.id) || e.to < 0 {
		return false
	}
	head := []byte{ebmlVoid, 0}
	if rest := e.to - e.start - 2; rest < 127 {
		head[1] = 0x80 | byte(rest)
	} else {
		head = binary.BigEndian.AppendUint64(head[:1], 1<<56|uint64(rest-7))
	}
	w.blanks = append(w.blanks, blank{at: e.start, end: e.to, head: head})
	return true
}

// each visits the elements in one of known size.
func (w *webm) each(parent element, visit func(element) error) error {
	for at := parent.body; at < parent.to; {
		e, err := w.element(at, parent.to)
		if err != nil {
			return err
		}
		if e.to < 0 {
			return unsafe("webm: element %x has no size", e.id)
		}
		if err := visit(e); err != nil {
			return err
		}
		at = e.to
	}
	return nil
}

// element reads the head of one.
func (w *webm) element(at, end int64) (element, error) {
	if w.seen++; w.seen > maxParts {
		return element{}, unsafe("webm: too many elements")
	}
	head := make([]byte, min(12, end-at))
	if len(head) < 2 {
		return element{}, unsafe("webm: it ends early")
	}
	if _, err := w.src.ReadAt(head, at); err != nil {
		return element{}, unsafe("webm: it ends early: %w", err)
	}
	idLen := leading(head[0])
	if idLen > 4 || len(head) <= idLen {
		return element{}, unsafe("webm: no element begins with %x", head[0])
	}
	sizeLen := leading(head[idLen])
	if sizeLen > 8 || len(head) < idLen+sizeLen {
		return element{}, unsafe("webm: an element has no size")
	}
	e := element{id: uint32(number(head[:idLen])), start: at, body: at + int64(idLen+sizeLen)}
	mark := uint64(1) << (7 * sizeLen)
	size := number(head[idLen:idLen+sizeLen]) &^ mark
	if size == mark-1 {
		e.to = -1
		return e, nil
	}
	if size > uint64(end-e.body) {
		return element{}, unsafe("webm: element %x is longer than what it is in", e.id)
	}
	e.to = e.body + int64(size)
	return e, nil
}

// bytes reads a short element.
func (w *webm) bytes(e element) ([]byte, error) {
	if e.to-e.body > 256 {
		return nil, unsafe("webm: element %x is too long", e.id)
	}
	content := make([]byte, e.to-e.body)
	if _, err := w.src.ReadAt(content, e.body); err != nil && len(content) > 0 {
		return nil, unsafe("webm: it ends early: %w", err)
	}
	return content, nil
}

// leading is how many bytes a number has that begins with this one.
func leading(first byte) int {
	n := 1
	for mask := byte(0x80); mask != 0 && first&mask == 0; mask >>= 1 {
		n++
	}
	return n
}

func number(digits []byte) (n uint64) {
	for _, digit := range digits {
		n = n<<8 | uint64(digit)
	}
	return n
}
