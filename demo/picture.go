package demo

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"image"
	"image/png"
)

// NewPicture makes a small PNG that nobody sent before: noise.
func NewPicture() ([]byte, error) {
	noise := image.NewGray(image.Rect(0, 0, 16, 16))
	_, _ = rand.Read(noise.Pix) // never fails
	var out bytes.Buffer
	if err := png.Encode(&out, noise); err != nil {
		return nil, fmt.Errorf("demo: draw a picture: %w", err)
	}
	return out.Bytes(), nil
}
