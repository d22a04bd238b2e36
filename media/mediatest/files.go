// Package mediatest makes small files of every kind that can be evidence, and parts of them, for tests.
package mediatest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
)

// Image is a picture whose top left corner is red and whose other corners are green, blue (below) and white; seed makes
// the middle differ.
func Image(width, height int, seed string) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	sum := sha256.Sum256([]byte(seed))
	for y := range height {
		for x := range width {
			corner := color.RGBA{255, 255, 255, 255}
			switch {
			case x < width/2 && y < height/2:
				corner = color.RGBA{255, 0, 0, 255}
			case y < height/2:
				corner = color.RGBA{0, 255, 0, 255}
			case x < width/2:
				corner = color.RGBA{0, 0, 255, 255}
			}
			picture.SetRGBA(x, y, corner)
		}
	}
	for i := range min(len(sum), width/2) {
		picture.SetRGBA(width/4+i, height/2, color.RGBA{sum[i], sum[i], sum[i], 255})
	}
	return picture
}

// PNG is a small picture; another seed makes another one.
func PNG(seed string) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, Image(64, 32, seed)); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// JPEG is a small photograph of this size.
func JPEG(width, height int, seed string) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, Image(width, height, seed), &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// GIF is an animation of two frames.
func GIF() []byte {
	palette := color.Palette{color.White, color.RGBA{255, 0, 0, 255}}
	first, second := image.NewPaletted(image.Rect(0, 0, 10, 10), palette), image.NewPaletted(image.Rect(0, 0, 10, 10), palette)
	for i := range second.Pix {
		second.Pix[i] = 1
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{1, 1}}); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// Lossy and Lossless are WebP pictures of one pixel.
var (
	Lossy    = decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	Lossless = decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
)

func decode(text string) []byte {
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return content
}

// Exif is an EXIF block with an orientation and a position: 31 degrees north, 121 east.
func Exif(orientation uint16) []byte {
	var out bytes.Buffer
	write := func(values ...any) {
		for _, value := range values {
			_ = binary.Write(&out, binary.BigEndian, value) // into memory
		}
	}
	out.WriteString("MM\x00*")
	write(uint32(8), uint16(2))
	write(uint16(0x0112), uint16(3), uint32(1), orientation, uint16(0))
	write(uint16(0x8825), uint16(4), uint32(1), uint32(38), uint32(0)) // where the position stands
	write(uint16(2))
	write(uint16(1), uint16(2), uint32(2), []byte("N\x00\x00\x00"))
	write(uint16(2), uint16(5), uint32(3), uint32(68), uint32(0))
	write(uint32(31), uint32(1), uint32(13), uint32(1), uint32(52), uint32(1))
	out.WriteString("GPS-CANARY-31.2304N-121.4737E")
	return out.Bytes()
}

// WithExif puts an EXIF block into a JPEG.
func WithExif(photograph []byte, orientation uint16) []byte {
	block := append([]byte("Exif\x00\x00"), Exif(orientation)...)
	head := []byte{0xff, 0xd8, 0xff, 0xe1}
	head = binary.BigEndian.AppendUint16(head, uint16(len(block)+2))
	return append(append(head, block...), photograph[2:]...)
}

// PDF is a document of one empty page; extra objects stand between its page and its table.
func PDF(extra ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	objects := append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
		"<< /Length 12 >>\nstream\nBT (Hi) ET  \nendstream",
	}, extra...)
	var offsets []int
	for i, object := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// Box is a box of MP4.
func Box(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
}

// MP4Options change what MP4 makes.
type MP4Options struct {
	Brand   string   // empty: isom
	Seconds uint32   // 0: two
	Tracks  []string // handlers; nil: vide
	Movie   [][]byte // further boxes in moov
	Top     [][]byte // further boxes between ftyp and mdat
	Data    []byte   // in mdat
	Dref    byte     // 1: the data is said to be in another file
}

// MP4 is the skeleton of a video: boxes as they must be, data that nobody can play.
func MP4(o MP4Options) []byte {
	if o.Brand == "" {
		o.Brand = "isom"
	}
	if o.Seconds == 0 {
		o.Seconds = 2
	}
	if o.Tracks == nil {
		o.Tracks = []string{"vide"}
	}
	if o.Data == nil {
		o.Data = bytes.Repeat([]byte("moving picture "), 20)
	}
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head[12:], 1000)
	binary.BigEndian.PutUint32(head[16:], 1000*o.Seconds)
	file := bytes.Join(append([][]byte{Box("ftyp", []byte(o.Brand+"\x00\x00\x02\x00"+o.Brand))}, o.Top...), nil)
	data := len(file) + 8
	file = append(file, Box("mdat", o.Data)...)
	movie := [][]byte{Box("mvhd", head)}
	for _, handler := range o.Tracks {
		movie = append(movie, track(handler, uint32(data), uint32(len(o.Data)), 1-o.Dref))
	}
	return append(file, Box("moov", append(movie, o.Movie...)...)...)
}

// track has one chunk with one sample: all data.
func track(handler string, at, size uint32, flags byte) []byte {
	words := func(values ...uint32) (out []byte) {
		for _, value := range values {
			out = binary.BigEndian.AppendUint32(out, value)
		}
		return out
	}
	return Box("trak", Box("tkhd", make([]byte, 84)), Box("mdia",
		Box("mdhd", make([]byte, 24)),
		Box("hdlr", make([]byte, 8), []byte(handler), make([]byte, 13)),
		Box("minf",
			Box("dinf", Box("dref", words(0, 1), Box("url ", words(uint32(flags))))),
			Box("stbl", Box("stsc", words(0, 1, 1, 1, 1)), Box("stsz", words(0, size, 1)), Box("stco", words(0, 1, at))))))
}

// Element is an element of WebM.
func Element(id uint32, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(binary.BigEndian.AppendUint64(elementID(id), 1<<56|uint64(len(body))), body...)
}

// Endless is an element that does not say how long it is.
func Endless(id uint32, parts ...[]byte) []byte {
	return append(append(elementID(id), 0xff), bytes.Join(parts, nil)...)
}

func elementID(id uint32) []byte {
	return bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
}

// WebM is the skeleton of a video; extra elements stand in the film.
func WebM(docType, codec string, extra ...[]byte) []byte {
	film := [][]byte{
		Element(0x1549A966, Element(0x2AD7B1, []byte{0x0f, 0x42, 0x40}), Element(0x7BA9, []byte("NAME-CANARY of the film"))),
		Element(0x1654AE6B, Element(0xAE, Element(0x83, []byte{1}), Element(0x86, []byte(codec)))),
	}
	film = append(film, extra...)
	film = append(film, Endless(0x1F43B675, Element(0xE7, []byte{0}), Element(0xA3, bytes.Repeat([]byte{7}, 40))))
	return append(Element(0x1A45DFA3, Element(0x4282, []byte(docType))), Endless(0x18538067, film...)...)
}

// SVG and HTML are what browsers would run.
var (
	SVG  = []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>`)
	HTML = []byte(`<!DOCTYPE html><html><script>alert(1)</script></html>` + strings.Repeat(" ", 10))
)
