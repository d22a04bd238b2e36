package media

import (
	"encoding/binary"
	"slices"
)

// Tracks that are neither seen nor heard are taken out with all that they say: a camera's positions lie among the
// pictures, and only the track's tables tell where.

const maxTable = 4 << 20 // bytes of one table

// drop blanks a track and its samples.
func (m *mp4) drop(track box) error {
	tables, ok, err := m.find(track, "mdia", "minf", "stbl")
	if err != nil {
		return err
	}
	if ok {
		if err := m.dropSamples(tables); err != nil {
			return err
		}
	}
	m.blank(track)
	return nil
}

func (m *mp4) dropSamples(tables box) error {
	sizes, err := m.table(tables, "stsz")
	if err != nil || len(sizes) < 8 {
		return err
	}
	groups, err := m.table(tables, "stsc")
	if err != nil {
		return err
	}
	offsets, wide := []byte(nil), 4
	if offsets, err = m.table(tables, "stco"); err == nil && offsets == nil {
		wide = 8
		offsets, err = m.table(tables, "co64")
	}
	if err != nil || len(groups) < 4 || len(offsets) < 4 {
		return err
	}
	same, samples := int64(binary.BigEndian.Uint32(sizes)), int64(binary.BigEndian.Uint32(sizes[4:]))
	sizes, groups, offsets = sizes[8:], groups[4:], offsets[4:]
	sample, group, each := int64(0), 0, int64(0)
	for chunk := int64(1); chunk*int64(wide) <= int64(len(offsets)); chunk++ {
		if m.boxes++; m.boxes > maxBoxes {
			return unsafe("mp4: too many samples that nobody sees")
		}
		for 12*group+12 <= len(groups) && int64(binary.BigEndian.Uint32(groups[12*group:])) <= chunk {
			each = int64(binary.BigEndian.Uint32(groups[12*group+4:]))
			group++
		}
		var at int64
		if raw := offsets[(chunk-1)*int64(wide):]; wide == 4 {
			at = int64(binary.BigEndian.Uint32(raw))
		} else {
			at = int64(binary.BigEndian.Uint64(raw) &^ (1 << 63))
		}
		length := int64(0)
		if same > 0 {
			length = same * min(each, samples-sample)
			sample += each
		} else {
			for i := int64(0); i < each && sample < samples && 4*sample+4 <= int64(len(sizes)); i++ {
				length += int64(binary.BigEndian.Uint32(sizes[4*sample:]))
				sample++
			}
		}
		if length > 0 && at+length > at {
			m.samples = append(m.samples, blank{at: at, end: at + length})
		}
	}
	return nil
}

// blankSamples blanks what taken-out tracks named. A table that names anything but data is a trick.
func (m *mp4) blankSamples() error {
	for _, sample := range m.samples {
		if !slices.ContainsFunc(m.data, func(data box) bool { return data.body <= sample.at && sample.end <= data.to }) {
			return unsafe("mp4: a table names what is no data")
		}
	}
	m.blanks = append(m.blanks, m.samples...)
	return nil
}

// table reads one table without its version; nil when there is none.
func (m *mp4) table(tables box, kind string) ([]byte, error) {
	found, ok, err := m.find(tables, kind)
	if err != nil || !ok {
		return nil, err
	}
	if found.to-found.body > maxTable {
		return nil, unsafe("mp4: the table %q is too long", kind)
	}
	content, err := m.content(found, maxTable)
	if err != nil || len(content) < 4 {
		return nil, err
	}
	return content[4:], nil
}
