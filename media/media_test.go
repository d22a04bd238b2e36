package media_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/media"
	"aftersales/media/mediatest"
)

func clean(content []byte) (*media.File, []byte, error) {
	file, err := media.New(media.Usual()).Clean(context.Background(), bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, nil, err
	}
	kept, err := io.ReadAll(file.Content())
	return file, kept, err
}

func refused(t *testing.T, code fault.Code, content []byte, about string) {
	t.Helper()
	_, _, err := clean(content)
	require.Error(t, err, about)
	require.NotNil(t, fault.As(err), "%s: %v", about, err)
	require.Equal(t, code, fault.As(err).Code, "%s: %v", about, err)
}

func archive(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	entry, err := writer.Create("../../etc/cron.d/evil")
	require.NoError(t, err)
	_, err = entry.Write([]byte("CANARY"))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return out.Bytes()
}

func TestEveryKindOfFileIsTaken(t *testing.T) {
	for name, is := range map[string]struct {
		content    []byte
		kind, comm string
	}{
		"jpeg":     {mediatest.JPEG(40, 20, ""), "picture", "image/jpeg"},
		"png":      {mediatest.PNG(""), "picture", "image/png"},
		"gif":      {mediatest.GIF(), "picture", "image/png"},
		"lossy":    {mediatest.Lossy, "picture", "image/jpeg"},
		"lossless": {mediatest.Lossless, "picture", ""},
		"pdf":      {mediatest.PDF(), "document", "application/pdf"},
		"mp4":      {mediatest.MP4(mediatest.MP4Options{}), "video", "video/mp4"},
		"mov":      {mediatest.MP4(mediatest.MP4Options{Brand: "qt  ", Tracks: []string{"vide", "soun"}}), "video", "video/quicktime"},
		"webm":     {mediatest.WebM("webm", "V_VP9"), "video", "video/webm"},
	} {
		file, kept, err := clean(is.content)
		require.NoError(t, err, name)
		require.Equal(t, is.kind, file.Kind, name)
		if is.comm != "" {
			require.Equal(t, is.comm, file.MediaType, name)
		}
		require.EqualValues(t, len(kept), file.Size, name)
		if file.Kind != "picture" {
			require.Nil(t, file.Thumbnail, name)
			continue
		}
		_, format, err := image.Decode(bytes.NewReader(kept))
		require.NoError(t, err, name)
		require.Equal(t, file.MediaType, "image/"+format, name)
		small, err := jpeg.DecodeConfig(bytes.NewReader(file.Thumbnail))
		require.NoError(t, err, name)
		require.LessOrEqual(t, max(small.Width, small.Height), 320)

		again, twice, err := clean(is.content)
		require.NoError(t, err)
		require.Equal(t, kept, twice, "%s: the same picture gives the same bytes, so that one sent twice is known", name)
		require.Equal(t, file.Thumbnail, again.Thumbnail)
	}
}

func TestOnlyTheFirstFrameOfAGIFIsKept(t *testing.T) {
	_, kept, err := clean(mediatest.GIF())
	require.NoError(t, err)
	picture, err := png.Decode(bytes.NewReader(kept))
	require.NoError(t, err)
	r, g, b, _ := picture.At(0, 0).RGBA()
	require.Equal(t, [3]uint32{0xffff, 0xffff, 0xffff}, [3]uint32{r, g, b}, "the first frame is white")
	_, err = gif.Decode(bytes.NewReader(kept))
	require.Error(t, err)
}

// Each orientation turns the red corner to where the camera's holder saw it.
func TestOrientationIsAppliedAndNotKept(t *testing.T) {
	red := func(picture image.Image, x, y int) bool {
		r, g, _, _ := picture.At(x, y).RGBA()
		return r > 0xc000 && g < 0x4000
	}
	for orientation, corner := range map[uint16][2]int{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}} {
		file, kept, err := clean(mediatest.WithExif(mediatest.JPEG(80, 40, ""), orientation))
		require.NoError(t, err)
		width, height := 80, 40
		if orientation > 4 {
			width, height = 40, 80
		}
		require.Equal(t, [2]int{width, height}, [2]int{file.Width, file.Height}, orientation)
		picture, err := jpeg.Decode(bytes.NewReader(kept))
		require.NoError(t, err)
		x, y := 4+corner[0]*(width-8), 4+corner[1]*(height-8)
		require.True(t, red(picture, x, y), "orientation %d: the red corner is not at %d,%d", orientation, x, y)
	}
}

func TestLargePicturesAreMadeSmaller(t *testing.T) {
	limits := media.Usual()
	limits.Edge = 100
	content := mediatest.JPEG(1000, 250, "")
	file, err := media.New(limits).Clean(t.Context(), bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	require.Equal(t, [2]int{100, 25}, [2]int{file.Width, file.Height})
}

func TestAttack18_PositionAndNotesOfAPictureAreGone(t *testing.T) {
	photograph := mediatest.WithExif(mediatest.JPEG(40, 20, ""), 1)
	require.Contains(t, string(photograph), "GPS-CANARY")
	comment := []byte("COMMENT-CANARY <script>alert(1)</script>")
	photograph = append(append(append([]byte{0xff, 0xd8, 0xff, 0xfe}, binary.BigEndian.AppendUint16(nil, uint16(len(comment)+2))...), comment...), photograph[2:]...)
	drawing := chunked(t, mediatest.PNG(""), "tEXt", "Comment\x00COMMENT-CANARY", "eXIf", string(mediatest.Exif(1)), "iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00GPS-CANARY")
	for _, content := range [][]byte{photograph, drawing} {
		file, kept, err := clean(content)
		require.NoError(t, err)
		for _, made := range [][]byte{kept, file.Thumbnail} {
			for _, canary := range []string{"CANARY", "Exif", "eXIf", "tEXt", "iTXt", "script", "31.2304"} {
				require.NotContains(t, string(made), canary)
			}
		}
	}
}

// chunked puts chunks into a PNG after its head.
func chunked(t *testing.T, content []byte, pairs ...string) []byte {
	t.Helper()
	out := bytes.Clone(content[:33])
	for i := 0; i < len(pairs); i += 2 {
		out = binary.BigEndian.AppendUint32(out, uint32(len(pairs[i+1])))
		body := pairs[i] + pairs[i+1]
		out = binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE([]byte(body)))
	}
	return append(out, content[33:]...)
}

func TestAttack18_OnlyKnownTypesByContent(t *testing.T) {
	refused(t, fault.EvidenceEmpty, nil, "nothing")
	for name, content := range map[string][]byte{
		"svg": mediatest.SVG, "html": mediatest.HTML, "zip": archive(t), "text": []byte("hello"), "elf": []byte("\x7fELF\x02\x01\x01"),
		"svg with a mark": append([]byte("\xef\xbb\xbf"), mediatest.SVG...), "heic": mediatest.Box("ftyp", []byte("heic\x00\x00\x00\x00")),
		"bmp": append([]byte("BM"), make([]byte, 60)...), "gzip": []byte("\x1f\x8b\x08\x00aaaa"), "zip in zip": append(archive(t), archive(t)...),
	} {
		refused(t, fault.EvidenceType, content, name)
	}
}

func TestAttack18_PixelFloodsAreRefusedBeforeDecoding(t *testing.T) {
	flood := mediatest.PNG("")
	binary.BigEndian.PutUint32(flood[16:], 60_000)
	binary.BigEndian.PutUint32(flood[20:], 60_000)
	binary.BigEndian.PutUint32(flood[29:], crc32.ChecksumIEEE(flood[12:29]))
	wide := bytes.Clone(mediatest.GIF())
	binary.LittleEndian.PutUint16(wide[6:], 65535)
	binary.LittleEndian.PutUint16(wide[8:], 65535)
	photograph := mediatest.JPEG(40, 20, "")
	frame := bytes.Index(photograph, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(photograph[frame+5:], 65000)
	binary.BigEndian.PutUint16(photograph[frame+7:], 65000)
	progressive := bytes.Clone(photograph) // within the pixels, but it needs more memory than all may have
	progressive[frame+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[frame+5:], 7000)
	binary.BigEndian.PutUint16(progressive[frame+7:], 7000)
	canvas := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00"), 0xff, 0x3f, 0, 0xff, 0x3f, 0)
	canvas = append(canvas, mediatest.Lossless[12:]...)
	binary.LittleEndian.PutUint32(canvas[4:], uint32(len(canvas)-8))

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, content := range map[string][]byte{"png": flood, "gif": wide, "jpeg": photograph, "progressive": progressive, "webp": canvas} {
		refused(t, fault.EvidencePixels, content, name)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), "nothing was decoded")

	few := media.Usual() // pixels are counted, whatever memory there is
	few.Pixels = 64*32 - 1
	_, err := media.New(few).Clean(t.Context(), bytes.NewReader(mediatest.PNG("")), int64(len(mediatest.PNG(""))))
	require.Equal(t, fault.EvidencePixels, fault.As(err).Code)
}

// A picture that says it is small and is not: WebP says it twice.
func TestAttack18_APictureIsAsLargeAsItSays(t *testing.T) {
	content := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "VP8L\x0d\x00\x00\x00/\xff\xff\xff\x0f"...)
	content = append(content, make([]byte, 9)...)
	binary.LittleEndian.PutUint32(content[4:], uint32(len(content)-8))
	refused(t, fault.EvidenceUnsafe, content, "webp")

	// A sound picture of 64 pixels behind a canvas of one.
	wide := bytes.Clone(mediatest.Lossless)
	wide[bytes.Index(wide, []byte("VP8L"))+9] = 63
	_, _, err := clean(wide)
	require.NoError(t, err)
	small := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), wide[12:]...)
	binary.LittleEndian.PutUint32(small[4:], uint32(len(small)-8))
	refused(t, fault.EvidenceUnsafe, small, "larger than its canvas")
}

func TestAttack18_PolyglotsAreRefused(t *testing.T) {
	zipped := archive(t)
	for name, picture := range map[string][]byte{"jpeg": mediatest.JPEG(40, 20, ""), "png": mediatest.PNG(""), "gif": mediatest.GIF(), "webp": mediatest.Lossy} {
		for what, tail := range map[string][]byte{
			"zip": zipped, "zip behind noise": append(bytes.Repeat([]byte("x"), 300), zipped...), "pdf": mediatest.PDF(), "page": mediatest.HTML, "svg": mediatest.SVG,
			"script": []byte("\n\n<?php system($_GET['c']); ?>"), "program": []byte("MZ\x90\x00"), "script behind noise": []byte("xxxx<ScRiPt>alert(1)</script>"),
		} {
			refused(t, fault.EvidenceUnsafe, append(bytes.Clone(picture), tail...), name+" and "+what)
		}
	}
	// What cameras append is cut off.
	_, kept, err := clean(append(mediatest.JPEG(40, 20, ""), "MotionPhoto_Data\x00\x00\x00\x18ftypmp42 CANARY"...))
	require.NoError(t, err)
	require.NotContains(t, string(kept), "CANARY")

	refused(t, fault.EvidenceUnsafe, []byte("GIF89a\x01\x00\x01\x00/*<svg onload=alert(1)>*/=1;alert(1)//"), "script as gif")
	refused(t, fault.EvidenceUnsafe, append(mediatest.PDF(), zipped...), "pdf and zip")
	ends := append(mediatest.PDF(), zipped...)
	refused(t, fault.EvidenceUnsafe, append(ends, "startxref\n9\n%%EOF\n"...), "zip inside pdf")
	paper := mediatest.PDF() // a whole document and a whole archive in one
	foot := bytes.LastIndex(paper, []byte("startxref"))
	both := append(append(bytes.Clone(paper[:foot]), zipped...), paper[foot:]...)
	_, err = zip.NewReader(bytes.NewReader(both), int64(len(both)))
	require.NoError(t, err)
	refused(t, fault.EvidenceUnsafe, both, "pdf that is a zip, too")
	refused(t, fault.EvidenceUnsafe, append(mediatest.MP4(mediatest.MP4Options{}), zipped...), "mp4 and zip")
	refused(t, fault.EvidenceUnsafe, mediatest.MP4(mediatest.MP4Options{Data: zipped}), "zip as pictures")
	refused(t, fault.EvidenceUnsafe, mediatest.MP4(mediatest.MP4Options{Data: mediatest.PDF()}), "pdf as pictures")
	refused(t, fault.EvidenceUnsafe, append(mediatest.WebM("webm", "V_VP8"), zipped...), "webm and zip")
	refused(t, fault.EvidenceUnsafe, mediatest.WebM("webm", "V_VP8", mediatest.Element(0xA3, zipped)), "zip among elements")
}

func TestDamagedFilesAreRefused(t *testing.T) {
	for name, content := range map[string][]byte{
		"jpeg": mediatest.JPEG(40, 20, ""), "png": mediatest.PNG(""), "gif": mediatest.GIF(), "webp": mediatest.Lossy,
		"pdf": mediatest.PDF(), "mp4": mediatest.MP4(mediatest.MP4Options{}),
	} {
		for _, keep := range []int{len(content) / 3, len(content) * 2 / 3, len(content) - 7} {
			_, _, err := clean(content[:keep])
			require.NotNil(t, fault.As(err), "%s of %d bytes", name, keep)
		}
	}
}

func TestLimitsOfSize(t *testing.T) {
	limits := media.Usual()
	limits.PictureBytes, limits.VideoBytes, limits.DocumentBytes, limits.VideoTime = 100, 100, 100, time.Second
	for _, content := range [][]byte{mediatest.PNG(""), mediatest.PDF(), mediatest.MP4(mediatest.MP4Options{})} {
		_, err := media.New(limits).Clean(t.Context(), bytes.NewReader(content), int64(len(content)))
		require.Equal(t, fault.EvidenceTooLarge, fault.As(err).Code)
	}
	refused(t, fault.EvidenceUnsafe, mediatest.MP4(mediatest.MP4Options{Seconds: 301}), "a film")
	refused(t, fault.EvidenceUnsafe, mediatest.WebM("webm", "V_VP8", mediatest.Element(0x1549A966, mediatest.Element(0x4489, []byte{0x49, 0x12, 0x7c, 0x00}))), "a film of 600 s")
}

type broken struct{ io.ReaderAt }

var errAway = errors.New("the store is away")

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errAway }

// When the source fails the file is not to blame.
func TestAFailingSourceIsNoBadFile(t *testing.T) {
	_, err := media.New(media.Usual()).Clean(t.Context(), broken{}, 100)
	require.ErrorIs(t, err, errAway)
	require.Nil(t, fault.As(err))
}

// Files wait for memory, and whoever gives up is told to come again.
func TestMemoryIsBounded(t *testing.T) {
	limits := media.Usual()
	limits.Memory = 4 << 20
	cleaner, content := media.New(limits), mediatest.JPEG(300, 300, "")
	done := make(chan error, 16)
	for range cap(done) {
		go func() {
			_, err := cleaner.Clean(t.Context(), bytes.NewReader(content), int64(len(content)))
			done <- err
		}()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cleaner.Clean(gone, bytes.NewReader(content), int64(len(content)))
	require.Equal(t, fault.Unavailable, fault.As(err).Code)
	large := mediatest.JPEG(1500, 1500, "")
	_, err = cleaner.Clean(t.Context(), bytes.NewReader(large), int64(len(large)))
	require.Equal(t, fault.EvidencePixels, fault.As(err).Code)
}

func TestAttack18_DocumentsAreOnlyPaper(t *testing.T) {
	deflated := func(objects string) string {
		var out bytes.Buffer
		writer := zlib.NewWriter(&out)
		_, err := writer.Write([]byte(objects))
		require.NoError(t, err)
		require.NoError(t, writer.Close())
		return fmt.Sprintf("<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", out.Len(), out.String())
	}
	_, _, err := clean(mediatest.PDF(deflated("9 0 << /Type /Page >>"), "<< /URI (https://example.com) >>"))
	require.NoError(t, err)
	for name, object := range map[string]string{
		"script":           "<< /S /JavaScript /JS (app.alert(1)) >>",
		"spelt script":     "<< /S /J#61vaScr#69pt >>",
		"short script":     "<< /JS (app.alert(1)) >>",
		"program":          "<< /S /Launch /F (cmd.exe) >>",
		"attachment":       "<< /Type /EmbeddedFile >>",
		"attachments":      "<< /Names << /EmbeddedFiles 9 0 R >> >>",
		"form that sends":  "<< /S /SubmitForm /F (https://example.com) >>",
		"XFA":              "<< /AcroForm << /XFA 9 0 R >> >>",
		"locked":           "<< /Encrypt 9 0 R >>",
		"packed script":    deflated("9 0 << /S /JavaScript >>"),
		"packed short":     deflated("9 0 << /JS (x) >>"),
		"packed and spelt": deflated("9 0 << /S /#4aavaScript >>"),
		"packed strangely": "<< /Type /ObjStm /Filter /LZWDecode /Length 3 >>\nstream\nabc\nendstream",
		"packed twice":     "<< /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] /Length 3 >>\nstream\nabc\nendstream",
		"bomb":             deflated(strings.Repeat(" ", 33<<20)),
		"stream of no end": "<< /Length 3 >>\nstream\nabc",
	} {
		refused(t, fault.EvidenceUnsafe, mediatest.PDF(object), name)
	}
	head := bytes.Replace(mediatest.PDF(), []byte("%PDF-1.7"), []byte("%PDF-9.9"), 1)
	refused(t, fault.EvidenceUnsafe, head, "another version")
	refused(t, fault.EvidenceUnsafe, append(mediatest.PDF(), "<script>"...), "a tail")
	refused(t, fault.EvidenceUnsafe, bytes.Replace(mediatest.PDF(), []byte("xref\n0"), []byte("xxxx\n0"), 1), "no table")
}

func TestAttack18_VideosTellNoPlaceAndReachNothing(t *testing.T) {
	place := func(kind string) []byte { return mediatest.Box(kind, []byte("+31.2304+121.4737/CANARY")) }
	file, kept, err := clean(mediatest.MP4(mediatest.MP4Options{
		Tracks: []string{"vide", "soun"}, Movie: [][]byte{mediatest.Box("udta", place("\xa9xyz")), place("meta"), place("uuid")},
		Top: [][]byte{place("free"), place("uuid"), place("skip")},
	}))
	require.NoError(t, err)
	require.NotContains(t, string(kept), "CANARY")
	require.NotContains(t, string(kept), "udta")
	require.Contains(t, string(kept), "moving picture")
	again, err := media.New(media.Usual()).Clean(t.Context(), bytes.NewReader(kept), file.Size)
	require.NoError(t, err, "what was cleaned is clean")
	require.Equal(t, file.Size, again.Size)

	// A camera's track of positions lies among the pictures.
	_, kept, err = clean(mediatest.MP4(mediatest.MP4Options{Tracks: []string{"vide", "meta"}, Data: []byte("GPMF +31.2304 CANARY")}))
	require.NoError(t, err)
	require.NotContains(t, string(kept), "CANARY")

	_, kept, err = clean(mediatest.WebM("webm", "V_VP8", mediatest.Element(0x1254C367, []byte("LOCATION-CANARY")), mediatest.Element(0xEC, []byte("CANARY")),
		mediatest.Element(0x1254C367, bytes.Repeat([]byte("CANARY"), 100))))
	require.NoError(t, err)
	require.NotContains(t, string(kept), "CANARY")
	_, _, err = clean(kept)
	require.NoError(t, err)

	for name, content := range map[string][]byte{
		"elsewhere":      mediatest.MP4(mediatest.MP4Options{Dref: 1}),
		"reference":      mediatest.MP4(mediatest.MP4Options{Movie: [][]byte{mediatest.Box("rmra", []byte("http://169.254.169.254/"))}}),
		"packed":         mediatest.MP4(mediatest.MP4Options{Movie: [][]byte{mediatest.Box("cmov", []byte("x"))}}),
		"sound only":     mediatest.MP4(mediatest.MP4Options{Tracks: []string{"soun"}}),
		"strange box":    mediatest.MP4(mediatest.MP4Options{Top: [][]byte{mediatest.Box("evil")}}),
		"no film":        append(mediatest.Box("ftyp", []byte("isom\x00\x00\x00\x00")), mediatest.Box("mdat", []byte("x"))...),
		"long box":       append(mediatest.MP4(mediatest.MP4Options{}), "\x7f\xff\xff\xffmdat"...),
		"matroska":       mediatest.WebM("matroska", "V_VP8"),
		"codec":          mediatest.WebM("webm", "V_MS/VFW/FOURCC"),
		"attachment":     mediatest.WebM("webm", "V_VP8", mediatest.Element(0x1941A469, []byte("MZ"))),
		"nothing inside": mediatest.Element(0x1A45DFA3, mediatest.Element(0x4282, []byte("webm"))),
	} {
		refused(t, fault.EvidenceUnsafe, content, name)
	}
}

// FuzzClean: no bytes make it fail otherwise than by a fault, and what it lets through is clean.
func FuzzClean(f *testing.F) {
	for _, content := range [][]byte{
		mediatest.WithExif(mediatest.JPEG(16, 8, ""), 6), mediatest.PNG(""), mediatest.GIF(), mediatest.Lossy, mediatest.Lossless, mediatest.PDF(),
		mediatest.MP4(mediatest.MP4Options{Tracks: []string{"vide", "meta"}}), mediatest.WebM("webm", "V_VP8"), mediatest.SVG,
	} {
		f.Add(content)
	}
	limits := media.Usual()
	limits.Pixels, limits.Memory = 1_000_000, 64<<20
	cleaner := media.New(limits)
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := cleaner.Clean(t.Context(), bytes.NewReader(content), int64(len(content)))
		if err != nil {
			require.NotNil(t, fault.As(err), "%v", err)
			return
		}
		kept, err := io.ReadAll(file.Content())
		require.NoError(t, err)
		require.EqualValues(t, file.Size, len(kept))
		again, err := cleaner.Clean(t.Context(), bytes.NewReader(kept), file.Size)
		require.NoError(t, err)
		require.Equal(t, file.Kind, again.Kind)
	})
}
