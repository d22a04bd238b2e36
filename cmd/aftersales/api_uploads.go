package main

import (
	"context"
	"time"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/workflows/contract"
)

var _ api.Uploads = caseDesk{}

func (d caseDesk) Upload(ctx context.Context, meta contract.Meta, content []byte) (api.Evidence, error) {
	piece, err := d.service.Upload(ctx, cases.UploadRequest{Actor: meta.Actor, Key: meta.Key, ReceivedAt: meta.ReceivedAt, Content: content})
	return evidenceOf(piece), err
}

func (d caseDesk) BeginUpload(ctx context.Context, meta contract.Meta, size int64) (api.Upload, error) {
	upload, err := d.service.BeginUpload(ctx, meta.Actor, meta.Key, size)
	return uploadOf(upload), err
}

func (d caseDesk) UploadOf(ctx context.Context, sender contract.Actor, id string) (api.Upload, error) {
	upload, err := d.service.UploadOf(ctx, sender, id)
	return uploadOf(upload), err
}

func (d caseDesk) AppendUpload(ctx context.Context, sender contract.Actor, id string, offset int64, content []byte) (api.Upload, error) {
	upload, err := d.service.AddPiece(ctx, sender, id, offset, content)
	return uploadOf(upload), err
}

func (d caseDesk) CompleteUpload(ctx context.Context, meta contract.Meta, id string) (api.Evidence, error) {
	piece, err := d.service.CompleteUpload(ctx, meta.Actor, id)
	return evidenceOf(piece), err
}

func (d caseDesk) CancelUpload(ctx context.Context, sender contract.Actor, id string) error {
	return d.service.CancelUpload(ctx, sender, id)
}

func uploadOf(u models.Upload) api.Upload {
	upload := api.Upload{
		ID: u.ID, Size: u.Size, Received: u.Received, LeastPiece: cases.MinPiece, MostPiece: cases.MaxPiece, ExpiresAt: u.ExpiresAt,
	}
	if u.EvidenceID != nil {
		upload.EvidenceID = *u.EvidenceID
	}
	return upload
}

func (d caseDesk) EvidenceFile(ctx context.Context, reader contract.Actor, id string, thumb bool) (api.File, error) {
	file, err := d.service.EvidenceFile(ctx, reader, id, thumb)
	return fileOf(file), err
}

func (d caseDesk) EvidenceLink(ctx context.Context, reader contract.Actor, id string, thumb bool) (string, time.Time, error) {
	return d.service.EvidenceLink(ctx, reader, id, thumb)
}

func (d caseDesk) LinkedFile(ctx context.Context, reader contract.Actor, id, proof string) (api.File, error) {
	file, err := d.service.LinkedFile(ctx, reader, id, proof)
	return fileOf(file), err
}

func fileOf(f cases.File) api.File {
	return api.File{EvidenceID: f.EvidenceID, Kind: f.Kind, MediaType: f.MediaType, Digest: f.Digest, UploadedAt: f.UploadedAt, Content: f.Content}
}
