package privacy

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Bounds of making copies.
const (
	exportLease = 10 * time.Minute // how long one worker has for a copy before another takes it up
	exportTries = 5
	partSize    = 24 << 20 // of evidence in one ZIP file, before it begins the next
)

// Copy is a request for a copy, with its files once it is made.
type Copy struct {
	models.DataExport
	Parts []models.DataExportPart
}

// AskCopy asks for a copy of what is known about a customer. id is derived from the request's key.
func (s *Service) AskCopy(ctx context.Context, customerID, id, lang string) (Copy, error) {
	if err := s.notLeaving(ctx, customerID); err != nil {
		return Copy{}, err
	}
	export, err := s.Store.AskExport(ctx, models.DataExport{ID: id, CustomerID: customerID, Lang: language(lang), AskedAt: s.now()})
	return Copy{DataExport: export}, away(err)
}

func (s *Service) notLeaving(ctx context.Context, customerID string) error {
	leaving, err := s.Store.Leaving(ctx, customerID)
	if err == nil && leaving {
		return fault.New(fault.Leaving)
	}
	return away(err)
}

// Copies lists a customer's copies, the newest first.
func (s *Service) Copies(ctx context.Context, customerID string) ([]Copy, error) {
	exports, err := s.Store.Exports(ctx, customerID)
	if err != nil {
		return nil, away(err)
	}
	copies := make([]Copy, len(exports))
	for i, export := range exports {
		copies[i].DataExport = export
		if copies[i].Parts, err = s.Store.ExportParts(ctx, export.ID); err != nil {
			return nil, away(err)
		}
	}
	return copies, nil
}

// Fetch opens one ZIP file of a copy. Faults: not_found for another's, export_not_ready, export_gone.
func (s *Service) Fetch(ctx context.Context, customerID, id string, part int) ([]byte, error) {
	export, err := s.Store.Export(ctx, customerID, id)
	if err != nil {
		return nil, away(err)
	}
	switch {
	case export.State == models.ExportAsked:
		return nil, fault.New(fault.ExportNotReady)
	case export.State != models.ExportMade || !s.now().Before(export.NextAt):
		return nil, fault.New(fault.ExportGone)
	}
	parts, err := s.Store.ExportParts(ctx, id)
	if err != nil {
		return nil, away(err)
	}
	if part < 1 || part > len(parts) {
		return nil, fault.New(fault.NotFound)
	}
	blob, err := s.Store.Blob(ctx, parts[part-1].BlobID)
	if err != nil {
		return nil, away(err)
	}
	content, err := s.Store.BlobContent(ctx, s.Files, blob)
	if err != nil {
		return nil, away(err)
	}
	return content, away(s.record(ctx, Person{models.KindCustomer, customerID}, "privacy.export.fetch", "export", id, ""))
}

// MakeCopies makes one copy that was asked for; more tells that there may be another. Workers call it again and again.
func (s *Service) MakeCopies(ctx context.Context) (more bool, err error) {
	export, err := s.Store.ClaimExport(ctx, models.ExportAsked, s.now(), exportLease)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = s.makeCopy(ctx, export)
	if err != nil && export.Tries >= exportTries {
		return true, errors.Join(fmt.Errorf("privacy: the copy %s is given up: %w", export.ID, err), s.Store.EndExport(ctx, export.ID, models.ExportFailed))
	}
	return true, err
}

// SweepCopies deletes the files of one copy whose time is over.
func (s *Service) SweepCopies(ctx context.Context) (more bool, err error) {
	export, err := s.Store.ClaimExport(ctx, models.ExportMade, s.now(), exportLease)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	parts, err := s.Store.ExportParts(ctx, export.ID)
	if err != nil {
		return false, err
	}
	if err := s.Store.EndExport(ctx, export.ID, models.ExportGone); err != nil {
		return false, err
	}
	return true, s.dropFiles(ctx, parts)
}

func (s *Service) dropFiles(ctx context.Context, parts []models.DataExportPart) error {
	var all error
	for _, part := range parts {
		blob, err := s.Store.Blob(ctx, part.BlobID)
		if err != nil {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, s.Store.DropBlob(ctx, blob.ID), blob.DeleteFrom(ctx, s.Files))
	}
	return all
}

// makeCopy writes the ZIP files. They are made in memory, never unsealed on a disk: one with the data, and as many as
// needed with evidence.
func (s *Service) makeCopy(ctx context.Context, export models.DataExport) (err error) {
	personal, err := s.Store.PersonalOf(ctx, export.CustomerID)
	if err != nil {
		return err
	}
	told, err := s.tell(ctx, personal, s.now())
	if err != nil {
		return err
	}
	var parts []models.DataExportPart
	defer func() {
		if err != nil {
			err = errors.Join(err, s.dropFiles(context.WithoutCancel(ctx), parts))
		}
	}()
	keep := func(content []byte) error {
		blob, err := s.Store.PutBlob(ctx, s.Files, models.NewBlob{
			OwnerKind: models.KindCustomer, OwnerID: export.CustomerID, MediaType: "application/zip", Content: content, CreatedAt: s.now(),
		})
		if err != nil {
			return err
		}
		digest := sha256.Sum256(content)
		parts = append(parts, models.DataExportPart{
			ExportID: export.ID, N: len(parts) + 1, BlobID: blob.ID, Size: int64(len(content)), Digest: hex.EncodeToString(digest[:]),
		})
		return nil
	}
	data, err := dataZIP(told, export.Lang)
	if err != nil {
		return err
	}
	if err := keep(data); err != nil {
		return err
	}
	if err := s.evidenceZIPs(ctx, personal.Evidence, keep); err != nil {
		return err
	}
	return s.Store.FinishExport(ctx, export.ID, parts, s.now(), s.now().Add(models.KeepExports))
}

// dataZIP is the first file: JSON for programs, a page for people, tables for spreadsheets.
func dataZIP(told Told, lang string) ([]byte, error) {
	asJSON, err := json.MarshalIndent(told, "", "  ")
	if err != nil {
		return nil, err
	}
	asPage, err := page(told, lang)
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	for _, file := range []struct {
		name    string
		content []byte
	}{
		{"data.json", asJSON}, {"index.html", asPage}, {"orders.csv", ordersCSV(told)}, {"cases.csv", casesCSV(told)},
	} {
		if err := add(archive, file.name, file.content, told.MadeAt); err != nil {
			return nil, err
		}
	}
	err = archive.Close()
	return buffer.Bytes(), err
}

// evidenceZIPs writes the customer's files, a new ZIP file whenever one has grown large.
func (s *Service) evidenceZIPs(ctx context.Context, evidence []models.Evidence, keep func([]byte) error) error {
	var buffer bytes.Buffer
	archive, files := zip.NewWriter(&buffer), 0
	flush := func() error {
		if files == 0 {
			return nil
		}
		if err := archive.Close(); err != nil {
			return err
		}
		err := keep(bytes.Clone(buffer.Bytes()))
		buffer.Reset()
		archive, files = zip.NewWriter(&buffer), 0
		return err
	}
	for _, piece := range evidence {
		blob, err := s.Store.Blob(ctx, piece.BlobID)
		if err != nil {
			return err
		}
		content, err := s.Store.BlobContent(ctx, s.Files, blob)
		if err != nil {
			return err
		}
		if files > 0 && buffer.Len()+len(content) > partSize {
			if err := flush(); err != nil {
				return err
			}
		}
		if err := add(archive, evidenceName(piece, blob.MediaType), content, piece.UploadedAt); err != nil {
			return err
		}
		files++
	}
	return flush()
}

func add(archive *zip.Writer, name string, content []byte, at time.Time) error {
	file, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return err
}

// evidenceName is made of our ID and of the type that was found by content: nothing that somebody called a file.
func evidenceName(piece models.Evidence, mediaType string) string {
	name := "evidence/" + piece.ID
	if known, _, err := mime.ParseMediaType(mediaType); err == nil {
		return name + extensions[known]
	}
	return name
}

var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "video/mp4": ".mp4", "video/webm": ".webm",
	"video/quicktime": ".mov", "application/pdf": ".pdf",
}
