package media

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"aftersales/fault"
)

// How pictures are written.
const (
	quality      = 90
	thumbQuality = 80
)

type decoder struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error) // of GIF: the first frame
	layout func(content []byte) layout
}

var decoders = map[string]decoder{
	"image/jpeg": {jpeg.DecodeConfig, jpeg.Decode, jpegLayout},
	"image/png":  {png.DecodeConfig, png.Decode, pngLayout},
	"image/gif":  {gif.DecodeConfig, gif.Decode, gifLayout},
	"image/webp": {webp.DecodeConfig, webp.Decode, webpLayout},
}

// layout is what a picture's structure tells without decoding it.
type layout struct {
	end         int     // where the picture ends; 0: it does not
	bytes       float64 // of memory for each pixel while it is decoded
	orientation int     // EXIF's, 1 to 8
}

// cleanPicture decodes a picture and encodes what is seen. Photographs come out as JPEG, all others as PNG.
func (c *Cleaner) cleanPicture(ctx context.Context, content []byte, mediaType string) (*File, error) {
	use := decoders[mediaType]
	config, err := use.config(bytes.NewReader(content))
	if err != nil {
		return nil, unsafe("%s: %w", mediaType, err)
	}
	if config.Width < 1 || config.Height < 1 {
		return nil, unsafe("%s without pixels", mediaType)
	}
	if config.Width > c.limits.Pixels/config.Height {
		return nil, fault.New(fault.EvidencePixels, "limit", c.limits.Pixels/1_000_000)
	}
	structure := use.layout(content)
	if structure.end == 0 || structure.end > len(content) {
		return nil, unsafe("%s has no end", mediaType)
	}
	if hidden(content[structure.end:]) {
		return nil, unsafe("%s is followed by another file", mediaType)
	}
	pixels := config.Width * config.Height
	cost := int64(float64(pixels)*structure.bytes) + 12*int64(min(pixels, c.limits.Edge*c.limits.Edge)) // scaled, turned, filled
	if cost > c.limits.Memory {
		return nil, fault.New(fault.EvidencePixels, "limit", c.limits.Memory/int64(16_000_000))
	}
	if err := c.memory.Acquire(ctx, cost); err != nil {
		return nil, crowded(err)
	}
	defer c.memory.Release(cost)
	picture, err := use.decode(bytes.NewReader(content[:structure.end]))
	if err != nil {
		return nil, unsafe("%s: %w", mediaType, err)
	}
	if size := picture.Bounds().Size(); size.X > config.Width || size.Y > config.Height || size.X < 1 || size.Y < 1 {
		return nil, unsafe("%s is larger than it said", mediaType)
	}
	photograph := mediaType == "image/jpeg" || mediaType == "image/webp" && isOpaque(picture)
	picture = upright(fit(picture, c.limits.Edge), structure.orientation)
	return c.encodePicture(picture, photograph)
}

func (c *Cleaner) encodePicture(picture image.Image, photograph bool) (*File, error) {
	file := &File{Kind: Picture, MediaType: "image/jpeg", Width: picture.Bounds().Dx(), Height: picture.Bounds().Dy()}
	var out bytes.Buffer
	var err error
	if !photograph {
		file.MediaType = "image/png"
		err = png.Encode(&out, picture)
		photograph = int64(out.Len()) > c.limits.PictureBytes // a photograph after all
	}
	if err == nil && photograph {
		out.Reset()
		file.MediaType = "image/jpeg"
		err = jpeg.Encode(&out, onWhite(picture), &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return nil, unsafe("encode: %w", err)
	}
	if int64(out.Len()) > c.limits.PictureBytes {
		return nil, fault.New(fault.EvidenceTooLarge, "limit", c.limits.PictureBytes)
	}
	var small bytes.Buffer
	if err := jpeg.Encode(&small, onWhite(fit(picture, c.limits.Thumb)), &jpeg.Options{Quality: thumbQuality}); err != nil {
		return nil, unsafe("encode a thumbnail: %w", err)
	}
	file.Size, file.content, file.Thumbnail = int64(out.Len()), bytes.NewReader(out.Bytes()), small.Bytes()
	return file, nil
}

// fit makes a picture smaller when an edge is longer than allowed.
func fit(picture image.Image, edge int) image.Image {
	size := picture.Bounds().Size()
	if size.X <= edge && size.Y <= edge {
		return picture
	}
	to := image.Rect(0, 0, edge, max(1, size.Y*edge/size.X))
	if size.Y > size.X {
		to = image.Rect(0, 0, max(1, size.X*edge/size.Y), edge)
	}
	smaller := image.NewRGBA(to)
	draw.BiLinear.Scale(smaller, to, picture, picture.Bounds(), draw.Src, nil)
	return smaller
}

// upright turns a picture as its EXIF orientation says, since that is not kept.
func upright(picture image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return picture
	}
	from := picture.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, from.Dx(), from.Dy()))
	draw.Draw(flat, flat.Rect, picture, from.Min, draw.Src)
	w, h := from.Dx(), from.Dy()
	if orientation > 4 { // a quarter turn
		w, h = h, w
	}
	turned := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range from.Dy() {
		for x := range from.Dx() {
			right, down := from.Dx()-1-x, from.Dy()-1-y
			var to image.Point
			switch orientation {
			case 2:
				to = image.Pt(right, y)
			case 3:
				to = image.Pt(right, down)
			case 4:
				to = image.Pt(x, down)
			case 5:
				to = image.Pt(y, x)
			case 6:
				to = image.Pt(down, x)
			case 7:
				to = image.Pt(down, right)
			case 8:
				to = image.Pt(y, right)
			}
			copy(turned.Pix[turned.PixOffset(to.X, to.Y):][:4], flat.Pix[flat.PixOffset(x, y):][:4])
		}
	}
	return turned
}

func isOpaque(picture image.Image) bool {
	judge, ok := picture.(interface{ Opaque() bool })
	return ok && judge.Opaque()
}

// onWhite fills what is transparent: JPEG knows no transparency.
func onWhite(picture image.Image) image.Image {
	if isOpaque(picture) {
		return picture
	}
	filled := image.NewRGBA(picture.Bounds())
	draw.Draw(filled, filled.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(filled, filled.Rect, picture, picture.Bounds().Min, draw.Over)
	return filled
}
