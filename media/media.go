// Package media finds out by content what a file is and makes it harmless: pictures are decoded and encoded anew, so that
// nothing but pixels is left; videos and documents are checked piece by piece, and what could hide something is blanked or
// refused. What a sender calls a file does not count. Refusals are faults that tell the sender what to do and an attacker
// nothing; the exact reason is in the fault's cause.
package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/semaphore"

	"aftersales/fault"
)

// What files can be.
const (
	Picture  = "picture"
	Video    = "video"
	Document = "document"
)

// Limits of what is taken.
type Limits struct {
	PictureBytes, VideoBytes, DocumentBytes int64

	Pixels    int           // of a picture, before anything of it is decoded
	Edge      int           // longer pictures are made smaller
	Thumb     int           // the longer edge of a thumbnail
	VideoTime time.Duration // where a video says how long it is
	Memory    int64         // bytes that all pictures under work may take together, about; one that needs more alone is refused
}

// Usual are the limits that hold when nobody says otherwise: telephones of today, and a small server.
func Usual() Limits {
	return Limits{
		PictureBytes: 20 << 20, VideoBytes: 100 << 20, DocumentBytes: 20 << 20,
		Pixels: 50_000_000, Edge: 4096, Thumb: 320, VideoTime: 5 * time.Minute, Memory: 256 << 20,
	}
}

// Largest is the most bytes that any file may have.
func (l Limits) Largest() int64 { return max(l.PictureBytes, l.VideoBytes, l.DocumentBytes) }

// Cleaner cleans files, several at a time within its memory. It is safe for concurrent use.
type Cleaner struct {
	limits Limits
	files  *semaphore.Weighted // of what was read; apart, so that nobody who holds some waits for others who do too
	memory *semaphore.Weighted // of what is decoded
}

// New makes a cleaner.
func New(limits Limits) *Cleaner {
	return &Cleaner{limits: limits, files: semaphore.NewWeighted(limits.Memory / 2), memory: semaphore.NewWeighted(limits.Memory)}
}

// Limits are what it was made with.
func (c *Cleaner) Limits() Limits { return c.limits }

// File is what may be kept.
type File struct {
	Kind          string // Picture, Video or Document
	MediaType     string
	Size          int64
	Width, Height int    // of a picture as it is seen
	Thumbnail     []byte // JPEG; nil: there is none
	content       io.ReaderAt
}

// Content reads the file. For videos it reads the source, which must stay open so long.
func (f *File) Content() io.Reader { return io.NewSectionReader(f.content, 0, f.Size) }

// Clean reads a file of so many bytes and gives back what may be kept of it. It waits for memory; ctx ends the wait. The
// faults are EvidenceEmpty, EvidenceTooLarge, EvidenceType, EvidencePixels and EvidenceUnsafe; what src fails with comes
// back as it is.
func (c *Cleaner) Clean(ctx context.Context, src io.ReaderAt, size int64) (*File, error) {
	if size <= 0 {
		return nil, fault.New(fault.EvidenceEmpty)
	}
	watched := &source{src: src}
	file, err := c.clean(ctx, watched, size)
	if watched.failed != nil {
		return nil, watched.failed
	}
	return file, err
}

func (c *Cleaner) clean(ctx context.Context, src io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, min(size, sniffLen))
	if _, err := src.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	kind, mediaType, err := c.begins(head, size)
	if err != nil {
		return nil, err
	}
	if kind == Video {
		file := &File{Kind: kind, MediaType: mediaType, Size: size}
		blanks, err := c.checkVideo(src, size, mediaType)
		if err != nil {
			return nil, err
		}
		file.content = &blanked{src: src, blanks: blanks}
		return file, nil
	}
	if err := c.files.Acquire(ctx, size); err != nil {
		return nil, crowded(err)
	}
	defer c.files.Release(size)
	content := make([]byte, size)
	if _, err := src.ReadAt(content, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if kind == Document {
		if err := checkPDF(content); err != nil {
			return nil, err
		}
		return &File{Kind: kind, MediaType: mediaType, Size: size, content: bytes.NewReader(content)}, nil
	}
	return c.cleanPicture(ctx, content, mediaType)
}

// crowded is what a sender is told whose patience ended before there was memory.
func crowded(err error) error {
	return fault.New(fault.Unavailable).Because(fmt.Errorf("media: wait for memory: %w", err))
}

// unsafe refuses a file. The reason is for our logs.
func unsafe(reason string, args ...any) error {
	return fault.New(fault.EvidenceUnsafe).Because(fmt.Errorf("media: "+reason, args...))
}

// source remembers that reading failed, so that this is never taken for a bad file. Reading past the end is no failure:
// a file may claim to be longer than it is.
type source struct {
	src    io.ReaderAt
	failed error
}

func (s *source) ReadAt(into []byte, at int64) (int, error) {
	n, err := s.src.ReadAt(into, at)
	if err != nil && !errors.Is(err, io.EOF) && s.failed == nil {
		s.failed = err
	}
	return n, err
}

// blank says what stands in a file instead of what the sender wrote: head from at on, then zeros up to end.
type blank struct {
	at, end int64
	head    []byte
}

// blanked reads a file with its blanks.
type blanked struct {
	src    io.ReaderAt
	blanks []blank
}

func (b *blanked) ReadAt(into []byte, at int64) (int, error) {
	n, err := b.src.ReadAt(into, at)
	read := into[:n]
	for _, blank := range b.blanks {
		from, to := max(blank.at, at), min(blank.end, at+int64(n))
		if from >= to {
			continue
		}
		clear(read[from-at : to-at])
		if from-blank.at < int64(len(blank.head)) {
			copy(read[from-at:to-at], blank.head[from-blank.at:])
		}
	}
	return n, err
}

// Begins judges a file by its first bytes and by how many there will be, so that what nobody will take is refused early.
// It promises nothing about the rest.
func (c *Cleaner) Begins(head []byte, size int64) error {
	_, _, err := c.begins(head, size)
	return err
}

func (c *Cleaner) begins(head []byte, size int64) (kind, mediaType string, err error) {
	kind, mediaType = sniff(head[:min(len(head), sniffLen)])
	limit := map[string]int64{Picture: c.limits.PictureBytes, Video: c.limits.VideoBytes, Document: c.limits.DocumentBytes}[kind]
	switch {
	case kind == "":
		err = fault.New(fault.EvidenceType)
	case size > limit:
		err = fault.New(fault.EvidenceTooLarge, "limit", limit)
	}
	return kind, mediaType, err
}

// Refusal tells whether a code is Clean's judgement of the file rather than of the moment.
func Refusal(code fault.Code) bool {
	switch code {
	case fault.EvidenceEmpty, fault.EvidenceTooLarge, fault.EvidenceType, fault.EvidencePixels, fault.EvidenceUnsafe:
		return true
	}
	return false
}
