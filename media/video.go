package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"time"
)

// Videos are not decoded. Their structure is walked: it must be a video's and nothing else's, what players do not
// need is blanked - names, places, notes, padding that could hide a file - and what reaches outside of the file is refused.

const (
	maxBoxes = 10_000  // of an MP4
	maxParts = 500_000 // elements of a WebM
	maxDepth = 8
)

func (c *Cleaner) checkVideo(src io.ReaderAt, size int64, mediaType string) (blanks []blank, err error) {
	if mediaType == "video/webm" {
		blanks, err = c.checkWebM(src, size)
	} else {
		blanks, err = c.checkMP4(src, size)
	}
	if err != nil {
		return nil, err
	}
	clean := &blanked{src: src, blanks: blanks}
	head, tail := make([]byte, min(size, sniffLen)), make([]byte, min(size, 22+1<<16))
	if n, err := clean.ReadAt(head, 0); n < len(head) {
		return nil, unsafe("video: it is shorter than it says: %w", err)
	}
	if n, err := clean.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return nil, unsafe("video: it is shorter than it says: %w", err)
	}
	if isZIP(tail) {
		return nil, unsafe("video: it is a ZIP too")
	}
	if bytes.Contains(head, []byte("%PDF-")) || scripts.Match(head) {
		return nil, unsafe("video: it is a document too")
	}
	return blanks, nil
}

// What the boxes of MP4 and QuickTime may be where. A word in "blanked" is kept as free space of the same length.
var (
	mp4Top     = []string{"ftyp", "moov", "mdat", "moof", "sidx", "styp", "mfra", "prft", "emsg", "pdin"}
	mp4Movie   = []string{"mvhd", "trak", "mvex", "iods", "clip", "ctab", "prfl"}
	mp4Blanked = []string{"free", "skip", "wide", "udta", "meta", "uuid"}
	mp4Parents = []string{"moov", "trak", "mdia", "minf", "dinf", "moof", "traf"}
	mp4Tracks  = []string{"vide", "soun", "text", "sbtl", "subt", "clcp"}
)

type mp4 struct {
	src    io.ReaderAt
	boxes  int
	blanks []blank
	movie  bool
	video  bool
	length time.Duration

	data    []box   // where sound and pictures lie
	samples []blank // of tracks that are taken out
}

type box struct {
	kind            string
	start, body, to int64
}

func (c *Cleaner) checkMP4(src io.ReaderAt, size int64) ([]blank, error) {
	file := &mp4{src: src}
	if err := file.walk("", 0, size, 0); err != nil {
		return nil, err
	}
	switch {
	case !file.movie || !file.video:
		return nil, unsafe("mp4: it shows nothing")
	case file.length > c.limits.VideoTime:
		return nil, unsafe("mp4: it takes %v", file.length)
	}
	return file.blanks, file.blankSamples()
}

// walk visits the boxes of a parent; the file itself has no name.
func (m *mp4) walk(parent string, from, to int64, depth int) error {
	if depth > maxDepth {
		return unsafe("mp4: boxes in boxes in boxes")
	}
	for at := from; at < to; {
		b, err := m.box(at, to)
		if err != nil {
			return err
		}
		if parent == "" && at == 0 && b.kind != "ftyp" {
			return unsafe("mp4: it begins with %q", b.kind)
		}
		if err := m.visit(parent, b, depth); err != nil {
			return err
		}
		at = b.to
	}
	return nil
}

func (m *mp4) box(at, end int64) (box, error) {
	if m.boxes++; m.boxes > maxBoxes {
		return box{}, unsafe("mp4: too many boxes")
	}
	head := make([]byte, min(16, end-at))
	if len(head) < 8 {
		return box{}, unsafe("mp4: %d bytes are left over", len(head))
	}
	if _, err := m.src.ReadAt(head, at); err != nil {
		return box{}, unsafe("mp4: it ends early: %w", err)
	}
	b := box{kind: string(head[4:8]), start: at, body: at + 8}
	switch size := int64(binary.BigEndian.Uint32(head)); {
	case size == 0:
		b.to = end
	case size == 1 && len(head) == 16:
		long := binary.BigEndian.Uint64(head[8:])
		if long > math.MaxInt64-uint64(at) {
			return box{}, unsafe("mp4: a box has %d bytes", long)
		}
		b.body, b.to = at+16, at+int64(long)
	default:
		b.to = at + size
	}
	if b.to < b.body || b.to > end {
		return box{}, unsafe("mp4: the box %q is longer than what it is in", b.kind)
	}
	return b, nil
}

func (m *mp4) visit(parent string, b box, depth int) error {
	if slices.Contains(mp4Blanked, b.kind) {
		m.blank(b)
		return nil
	}
	switch {
	case parent == "" && !slices.Contains(mp4Top, b.kind), parent == "moov" && !slices.Contains(mp4Movie, b.kind):
		return unsafe("mp4: the box %q does not belong there", b.kind)
	case b.kind == "moov" && m.movie:
		return unsafe("mp4: two films")
	}
	m.movie = m.movie || parent == "" && b.kind == "moov"
	switch b.kind {
	case "mdat":
		m.data = append(m.data, b)
	case "mvhd":
		return m.duration(b)
	case "dref":
		return m.references(b)
	case "trak":
		kind, err := m.handler(b)
		if err != nil {
			return err
		}
		if !slices.Contains(mp4Tracks, kind) { // time codes, positions, whatever a camera measures
			return m.drop(b)
		}
		m.video = m.video || kind == "vide"
	}
	if slices.Contains(mp4Parents, b.kind) {
		return m.walk(b.kind, b.body, b.to, depth+1)
	}
	return nil
}

// blank makes a box free space.
func (m *mp4) blank(b box) {
	m.blanks = append(m.blanks, blank{at: b.start + 4, end: b.start + 8, head: []byte("free")}, blank{at: b.body, end: b.to})
}

// content reads the body of a small box.
func (m *mp4) content(b box, most int64) ([]byte, error) {
	content := make([]byte, min(b.to-b.body, most))
	if _, err := m.src.ReadAt(content, b.body); err != nil {
		return nil, unsafe("mp4: the box %q ends early: %w", b.kind, err)
	}
	return content, nil
}

func (m *mp4) duration(b box) error {
	content, err := m.content(b, 32)
	if err != nil {
		return err
	}
	var scale, units uint64
	switch {
	case len(content) >= 32 && content[0] == 1:
		scale, units = uint64(binary.BigEndian.Uint32(content[20:])), binary.BigEndian.Uint64(content[24:])
	case len(content) >= 20 && content[0] == 0:
		scale, units = uint64(binary.BigEndian.Uint32(content[12:])), uint64(binary.BigEndian.Uint32(content[16:]))
	default:
		return unsafe("mp4: its head cannot be read")
	}
	if units == math.MaxUint32 || units == math.MaxUint64 { // unknown
		return nil
	}
	if scale == 0 || units/scale > uint64(math.MaxInt64/time.Second) {
		return unsafe("mp4: it takes %d/%d s", units, scale)
	}
	m.length = time.Duration(float64(units) / float64(scale) * float64(time.Second))
	return nil
}

// references refuses films whose pictures are elsewhere: a player would fetch them.
func (m *mp4) references(b box) error {
	for at := b.body + 8; at < b.to; {
		entry, err := m.box(at, b.to)
		if err != nil {
			return err
		}
		flags, err := m.content(entry, 4)
		if err != nil {
			return err
		}
		if len(flags) < 4 || flags[3]&1 == 0 {
			return unsafe("mp4: it refers to another file")
		}
		at = entry.to
	}
	return nil
}

// find goes down to the first box at a path; false when there is none.
func (m *mp4) find(b box, path ...string) (box, bool, error) {
	for _, kind := range path {
		found := false
		for at := b.body; at < b.to && !found; {
			inner, err := m.box(at, b.to)
			if err != nil {
				return box{}, false, err
			}
			at = inner.to
			if found = inner.kind == kind; found {
				b = inner
			}
		}
		if !found {
			return box{}, false, nil
		}
	}
	return b, true, nil
}

// handler tells what kind of track it is.
func (m *mp4) handler(track box) (string, error) {
	found, ok, err := m.find(track, "mdia", "hdlr")
	if err != nil || !ok {
		return "", err
	}
	content, err := m.content(found, 12)
	if err != nil || len(content) < 12 {
		return "", err
	}
	return string(content[8:12]), nil
}
