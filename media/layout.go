package media

import (
	"bytes"
	"encoding/binary"
)

// The layouts read the structure of a picture only: its end, its orientation, and what decoding it costs. They take
// any bytes; what they do not understand has no end.

func jpegLayout(content []byte) layout {
	found := layout{orientation: 1, bytes: 4}
	for at := 2; at+4 <= len(content); {
		if content[at] != 0xff {
			return found
		}
		marker := content[at+1]
		switch {
		case marker == 0xff: // padding
			at++
			continue
		case marker == 0xd9:
			found.end = at + 2
			return found
		case marker >= 0xd0 && marker <= 0xd7 || marker == 0x01: // alone
			at += 2
			continue
		}
		length := int(binary.BigEndian.Uint16(content[at+2:]))
		if length < 2 || at+2+length > len(content) {
			return found
		}
		segment := content[at+4 : at+2+length]
		switch {
		case marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")):
			if turn := orientation(segment[6:]); turn != 0 && found.orientation == 1 {
				found.orientation = turn
			}
		case marker >= 0xc0 && marker <= 0xc2:
			found.bytes = jpegCost(segment, marker == 0xc2)
		}
		at += 2 + length
		if marker == 0xda {
			at = skipScan(content, at)
		}
	}
	if len(content) >= 2 && bytes.HasSuffix(content, []byte{0xff, 0xd9}) { // the loop wants four bytes
		found.end = len(content)
	}
	return found
}

// skipScan finds the marker that ends entropy-coded data.
func skipScan(content []byte, at int) int {
	for ; at+1 < len(content); at++ {
		if content[at] == 0xff && content[at+1] != 0 && (content[at+1] < 0xd0 || content[at+1] > 0xd7) {
			return at
		}
	}
	return len(content)
}

// jpegCost reads a frame's header: each sample is a byte, and in a progressive picture a coefficient of four besides.
func jpegCost(frame []byte, progressive bool) float64 {
	if len(frame) < 6 {
		return 4
	}
	samples, widest, highest := 0, 1, 1
	for i := range int(frame[5]) {
		if 6+3*i+1 >= len(frame) {
			break
		}
		h, v := int(frame[6+3*i+1]>>4), int(frame[6+3*i+1]&15)
		samples, widest, highest = samples+h*v, max(widest, h), max(highest, v)
	}
	cost := float64(samples) / float64(widest*highest)
	if frame[5] == 4 {
		cost += 4 // converted
	}
	if progressive {
		cost += 4 * float64(samples) / float64(widest*highest)
	}
	return max(1, cost)
}

func pngLayout(content []byte) layout {
	found := layout{orientation: 1, bytes: 8}
	if len(content) >= 29 {
		if depth := content[24]; depth <= 8 {
			found.bytes = 4
		}
		if content[28] != 0 { // interlaced: every pass is a picture of its own
			found.bytes *= 2
		}
	}
	for at := 8; at+12 <= len(content); {
		length := int(binary.BigEndian.Uint32(content[at:]))
		if length < 0 || length > len(content)-at-12 {
			return found
		}
		switch kind := string(content[at+4 : at+8]); kind {
		case "eXIf":
			if turn := orientation(content[at+8 : at+8+length]); turn != 0 {
				found.orientation = turn
			}
		case "IEND":
			found.end = at + 12 + length
			return found
		}
		at += 12 + length
	}
	return found
}

func gifLayout(content []byte) layout {
	found := layout{orientation: 1, bytes: 2}
	if len(content) < 13 {
		return found
	}
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	at := 13 + table(content[10])
	for at < len(content) {
		switch content[at] {
		case 0x3b:
			found.end = at + 1
			return found
		case 0x21:
			at += 2
		case 0x2c:
			if at+10 > len(content) {
				return found
			}
			at += 10 + table(content[at+9]) + 1 // and the size of codes
		default:
			return found
		}
		for at < len(content) && content[at] != 0 {
			at += 1 + int(content[at])
		}
		at++
	}
	return found
}

func webpLayout(content []byte) layout {
	found := layout{orientation: 1, bytes: 9} // lossless, and its alpha again
	if len(content) < 12 {
		return found
	}
	size := int64(binary.LittleEndian.Uint32(content[4:])) + 8
	if size > int64(len(content)) {
		return found
	}
	found.end = int(size)
	for at := 12; at+8 <= found.end; {
		length := int64(binary.LittleEndian.Uint32(content[at+4:]))
		if length > int64(found.end-at-8) {
			break
		}
		if string(content[at:at+4]) == "EXIF" {
			body := bytes.TrimPrefix(content[at+8:at+8+int(length)], []byte("Exif\x00\x00"))
			if turn := orientation(body); turn != 0 {
				found.orientation = turn
			}
		}
		at += 8 + int(length+length&1)
	}
	return found
}

// orientation reads the tag 0x0112 of EXIF's first directory; 0 when there is none that can be.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == 0x0112 && order.Uint16(tiff[entry+2:]) == 3 {
			if turn := int(order.Uint16(tiff[entry+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 0
		}
	}
	return 0
}
