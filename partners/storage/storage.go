// Package storage keeps sealed files: pictures, videos, documents. What it is given is ciphertext already; it knows
// nothing of owners or cases.
package storage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"
)

// ErrNotFound says that there is no file with this ID.
var ErrNotFound = errors.New("storage: no such file")

// Blobs is the port to the store of files.
type Blobs interface {
	// Put stores a file whole or not at all; an older one of the same ID is replaced.
	Put(ctx context.Context, id string, sealed []byte) error
	// Get returns a file; ErrNotFound when there is none.
	Get(ctx context.Context, id string) (sealed []byte, err error)
	// Delete removes a file. That it is gone already is no error.
	Delete(ctx context.Context, id string) error
}

// Bucket is a Blobs over any bucket of gocloud.dev.
type Bucket struct{ bucket *blob.Bucket }

// OpenFolder keeps files in a folder of this machine, which is made when it is missing, closed to other users.
func OpenFolder(path string) (*Bucket, error) {
	bucket, err := fileblob.OpenBucket(path, &fileblob.Options{
		CreateDir:   true,
		DirFileMode: 0o700,
		NoTempDir:   true, // so that the last step is a rename within one file system
		Metadata:    fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, fmt.Errorf("storage: the folder %s cannot be used: %w", path, err)
	}
	return &Bucket{bucket}, nil
}

// Open keeps files where a URL says: "s3://<bucket>?region=…" for S3 and what speaks like it (endpoint=https://…,
// use_path_style=true; prefix=… for a part of a bucket), with credentials from where AWS's programs look for them. With an
// empty URL they are in the folder.
func Open(ctx context.Context, at, folder string) (*Bucket, error) {
	if at == "" {
		return OpenFolder(folder)
	}
	where, err := url.Parse(at)
	if err != nil || where.Scheme != s3blob.Scheme || where.Host == "" || where.User != nil {
		return nil, errors.New(`storage: give the store of files as "s3://<bucket>?region=<region>", without credentials`)
	}
	bucket, err := blob.OpenBucket(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("storage: the bucket %s cannot be used: %w", where.Host, err)
	}
	return &Bucket{bucket}, nil
}

// Close lets go of the bucket.
func (b *Bucket) Close() error { return b.bucket.Close() }

var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$`)

// key spreads files over folders by the end of their ID: IDs made together begin alike.
func key(id string) (string, error) {
	if !idForm.MatchString(id) {
		return "", fmt.Errorf("storage: %q is not the ID of a file", id)
	}
	return id[len(id)-2:] + "/" + id, nil
}

// Put implements Blobs.
func (b *Bucket) Put(ctx context.Context, id string, sealed []byte) error {
	name, err := key(id)
	if err != nil {
		return err
	}
	options := &blob.WriterOptions{ContentType: "application/octet-stream"}
	if err := b.bucket.WriteAll(ctx, name, sealed, options); err != nil {
		return fmt.Errorf("storage: write file %s: %w", id, err)
	}
	return nil
}

// Get implements Blobs.
func (b *Bucket) Get(ctx context.Context, id string) ([]byte, error) {
	name, err := key(id)
	if err != nil {
		return nil, err
	}
	sealed, err := b.bucket.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	if err != nil {
		return nil, fmt.Errorf("storage: read file %s: %w", id, err)
	}
	return sealed, nil
}

// Delete implements Blobs.
func (b *Bucket) Delete(ctx context.Context, id string) error {
	name, err := key(id)
	if err != nil {
		return err
	}
	if err := b.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("storage: delete file %s: %w", id, err)
	}
	return nil
}
