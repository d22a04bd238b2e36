package models

import "time"

// Upload is a file that comes in pieces. It is gone, with its pieces, when it expires.
type Upload struct {
	ID         string    `gorm:"primaryKey;size:40"`
	OwnerKind  string    `gorm:"size:16;not null;index:uploads_of_owner,priority:1"`
	OwnerID    string    `gorm:"size:40;not null;index:uploads_of_owner,priority:2"`
	KeyRef     string    `gorm:"size:32;not null;index"` // what the pieces are sealed under
	Size       int64     `gorm:"not null"`               // bytes, as announced
	Received   int64     `gorm:"not null"`               // bytes that are here
	Pieces     int64     `gorm:"not null"`
	EvidenceID *string   `gorm:"size:40"` // what it became
	CreatedAt  time.Time `gorm:"not null"`
	ExpiresAt  time.Time `gorm:"not null;index"`
}

// UploadPiece is a run of bytes of an upload, sealed in the store of files.
type UploadPiece struct {
	UploadID string `gorm:"primaryKey;size:40"`
	Start    int64  `gorm:"primaryKey;autoIncrement:false"`
	Size     int64  `gorm:"not null"`
	ObjectID string `gorm:"size:40;not null"`
}

// UploadDay counts what a person sent in a day.
type UploadDay struct {
	OwnerKind string `gorm:"primaryKey;size:16"`
	OwnerID   string `gorm:"primaryKey;size:40"`
	Day       string `gorm:"primaryKey;size:10;index"` // 2006-01-02 in UTC
	Files     int64  `gorm:"not null"`
	Bytes     int64  `gorm:"not null"`
}
