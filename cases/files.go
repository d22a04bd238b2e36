package cases

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"time"

	"aftersales/fault"
	"aftersales/seal"
	"aftersales/workflows/contract"
)

// LinkLife is how long a link to a file works.
const LinkLife = 5 * time.Minute

// File is a file that may be read, from anywhere in it.
type File struct {
	EvidenceID string
	Kind       string // picture, video, document
	MediaType  string
	Digest     string // hex SHA-256
	UploadedAt time.Time
	Content    *io.SectionReader
}

// EvidenceFile opens a file, or its thumbnail, for whoever uploaded it and for whoever may see the case that it was put
// forward in; not_found for everybody else and for a thumbnail that is none, erased after the erasure of its owner. The
// context holds for all reading.
func (s *Service) EvidenceFile(ctx context.Context, actor contract.Actor, id string, thumb bool) (File, error) {
	piece, err := s.readable(ctx, actor, id)
	if err != nil {
		return File{}, err
	}
	blobID := piece.BlobID
	if thumb {
		if piece.ThumbID == nil {
			return File{}, fault.New(fault.NotFound)
		}
		blobID = *piece.ThumbID
	}
	blob, err := s.Store.Blob(ctx, blobID)
	if err != nil {
		return File{}, lost(err)
	}
	content := s.Store.OpenBlob(ctx, s.Files, blob)
	// What is lost or erased is known before the first byte is sent.
	if _, err := content.ReadAt(make([]byte, 1), 0); err != nil {
		return File{}, lost(err)
	}
	return File{
		EvidenceID: piece.ID, Kind: piece.Kind, MediaType: blob.MediaType, Digest: blob.Digest, UploadedAt: piece.UploadedAt, Content: content,
	}, nil
}

// link is what a token says. Whose it is, it is bound to.
type link struct {
	Evidence string    `json:"e"`
	Thumb    bool      `json:"t,omitempty"`
	Until    time.Time `json:"u"`
}

// EvidenceLink makes a token by which the actor, and nobody else, reads a file until it expires.
func (s *Service) EvidenceLink(ctx context.Context, actor contract.Actor, id string, thumb bool) (token string, until time.Time, err error) {
	piece, err := s.readable(ctx, actor, id)
	if err != nil {
		return "", until, err
	}
	if thumb && piece.ThumbID == nil {
		return "", until, fault.New(fault.NotFound)
	}
	until = s.now().Add(LinkLife).Truncate(time.Second)
	plain, err := json.Marshal(link{Evidence: id, Thumb: thumb, Until: until})
	if err != nil {
		return "", until, away(err)
	}
	sealed, err := s.Store.Keys.SealBytes(ctx, seal.Platform, linkAD(actor), plain)
	return base64.RawURLEncoding.EncodeToString(sealed), until, away(err)
}

// LinkedFile opens the file of a token for it. One that is forged, another's or expired is not_found alike, and the right to
// read is asked for anew.
func (s *Service) LinkedFile(ctx context.Context, actor contract.Actor, id, token string) (File, error) {
	gone := fault.New(fault.NotFound)
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return File{}, gone
	}
	if ref, err := seal.RefOf(sealed); err != nil || ref != seal.Platform {
		return File{}, gone
	}
	plain, err := s.Store.Keys.OpenBytes(ctx, linkAD(actor), sealed)
	if err != nil {
		return File{}, gone
	}
	var to link
	if err := json.Unmarshal(plain, &to); err != nil || to.Evidence != id || !s.now().Before(to.Until) {
		return File{}, gone
	}
	return s.EvidenceFile(ctx, actor, id, to.Thumb)
}

func linkAD(actor contract.Actor) seal.AD {
	return seal.AD{Table: "evidence", Column: "link", Person: seal.Platform, Row: string(actor.Kind) + "/" + actor.ID}
}
