package cases_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/media/mediatest"
	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/testkit"
	"aftersales/workflows/contract"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// eachStore runs a test with an empty service on both databases, with files in a folder.
func eachStore(t *testing.T, test func(t *testing.T, s *cases.Service, clock *time.Time)) {
	t.Helper()
	for name, dsn := range map[string]func() string{
		"sqlite": func() string { return filepath.Join(t.TempDir(), "aftersales.db") }, "postgres": func() string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			options := models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}
			at := dsn()
			require.NoError(t, models.Migrate(t.Context(), at, options))
			store, err := models.Open(t.Context(), at, options)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			for _, id := range []string{"kim", "lee"} {
				_, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: id, Name: id, Lang: "zh-CN", Level: "normal", CreatedAt: noon})
				require.NoError(t, err)
			}
			files, err := storage.OpenFolder(filepath.Join(t.TempDir(), "files"))
			require.NoError(t, err)
			clock := noon
			test(t, &cases.Service{Store: store, Files: files, Now: func() time.Time { return clock }}, &clock)
		})
	}
}

// film is a video of about so many bytes, which hides a place.
func film(size int) []byte {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(data)
	return mediatest.MP4(mediatest.MP4Options{Data: data, Movie: [][]byte{mediatest.Box("udta", mediatest.Box("\xa9xyz", []byte("+31.2304+121.4737/CANARY")))}})
}

// send brings a file in pieces of so many bytes.
func send(t *testing.T, s *cases.Service, actor contract.Actor, key string, content []byte, piece int) models.Upload {
	t.Helper()
	upload, err := s.BeginUpload(t.Context(), actor, key, int64(len(content)))
	require.NoError(t, err)
	for upload.Received < upload.Size {
		next := content[upload.Received:min(upload.Size, upload.Received+int64(piece))]
		upload, err = s.AddPiece(t.Context(), actor, upload.ID, upload.Received, next)
		require.NoError(t, err)
	}
	return upload
}

// A large video comes in pieces, with an interruption, and is kept sealed, in parts, without its place.
func TestALargeVideoComesInPieces(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, _ *time.Time) {
		content := film(20 << 20)
		upload, err := s.BeginUpload(t.Context(), kim, "k", int64(len(content)))
		require.NoError(t, err)
		again, err := s.BeginUpload(t.Context(), kim, "k", int64(len(content)))
		require.NoError(t, err)
		require.Equal(t, upload.ID, again.ID, "once per key")
		_, err = s.BeginUpload(t.Context(), kim, "k", 5)
		requireFault(t, fault.KeyReused, err)
		_, err = s.AddPiece(t.Context(), kim, upload.ID, 0, content[:cases.MaxPiece])
		require.NoError(t, err)
		_, err = s.AddPiece(t.Context(), kim, upload.ID, 0, content[:cases.MaxPiece])
		require.EqualValues(t, cases.MaxPiece, requireFault(t, fault.UploadElsewhere, err).Details["offset"])
		_, err = s.CompleteUpload(t.Context(), kim, upload.ID)
		requireFault(t, fault.UploadIncomplete, err)

		var before, after runtime.MemStats
		send(t, s, kim, "k", content, 5<<20)
		runtime.GC()
		runtime.ReadMemStats(&before)
		piece, err := s.CompleteUpload(t.Context(), kim, upload.ID)
		require.NoError(t, err)
		runtime.ReadMemStats(&after)
		require.Less(t, int64(after.HeapSys)-int64(before.HeapSys), int64(64<<20), "a piece at a time")
		twin, err := s.CompleteUpload(t.Context(), kim, upload.ID)
		require.NoError(t, err)
		require.Equal(t, piece.ID, twin.ID)
		require.Equal(t, "video", piece.Kind)

		file, err := s.EvidenceFile(t.Context(), kim, piece.ID, false)
		require.NoError(t, err)
		got, err := io.ReadAll(file.Content)
		require.NoError(t, err)
		require.Len(t, got, len(content))
		require.NotContains(t, string(got), "CANARY")
		data := bytes.Index(content, []byte("mdat"))
		require.True(t, bytes.Equal(content[data:data+20<<20], got[data:data+20<<20]))
		_, err = s.EvidenceFile(t.Context(), kim, piece.ID, true)
		requireFault(t, fault.NotFound, err)

		require.NoError(t, s.CancelUpload(t.Context(), kim, upload.ID))
		_, err = s.EvidenceFile(t.Context(), kim, piece.ID, false)
		require.NoError(t, err, "what it became stays")
	})
}

func TestPiecesHaveTheirSize(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, _ *time.Time) {
		content := film(300_000)
		upload, err := s.BeginUpload(t.Context(), kim, "k", int64(len(content)))
		require.NoError(t, err)
		for name, piece := range map[string][]byte{"nothing": nil, "crumbs": content[:cases.MinPiece-1], "too much": append(bytes.Clone(content), 1)} {
			_, err := s.AddPiece(t.Context(), kim, upload.ID, 0, piece)
			requireFault(t, fault.UploadChunk, err, name)
		}
		_, err = s.AddPiece(t.Context(), kim, upload.ID, 0, bytes.Repeat([]byte("MZ"), cases.MinPiece))
		requireFault(t, fault.EvidenceType, err, "what nobody takes is not stored first")
		_, err = s.BeginUpload(t.Context(), kim, "huge", 1<<40)
		requireFault(t, fault.EvidenceTooLarge, err)
		_, err = s.BeginUpload(t.Context(), kim, "none", 0)
		requireFault(t, fault.EvidenceEmpty, err)
	})
}

// What comes in pieces goes through the same check, and what is refused is gone.
func TestAttack18_PiecesMakeNoUnsafeFileSafe(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, _ *time.Time) {
		upload := send(t, s, kim, "k", mediatest.PDF("<< /S /JavaScript /JS (app.alert(1)) >>"), cases.MaxPiece)
		_, err := s.CompleteUpload(t.Context(), kim, upload.ID)
		requireFault(t, fault.EvidenceUnsafe, err)
		_, err = s.UploadOf(t.Context(), kim, upload.ID)
		requireFault(t, fault.NotFound, err)
		var left int64
		require.NoError(t, s.Store.DB.Model(&models.UploadPiece{}).Count(&left).Error)
		require.Zero(t, left)
		require.NoError(t, s.Store.DB.Model(&models.Evidence{}).Count(&left).Error)
		require.Zero(t, left)
	})
}

func TestAttack18_AnothersUploadDoesNotExist(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, _ *time.Time) {
		content := film(200_000)
		upload, err := s.BeginUpload(t.Context(), kim, "k", int64(len(content)))
		require.NoError(t, err)
		for _, who := range []contract.Actor{lee, clerk, agent, operator, {Kind: contract.Agent, ID: kim.ID}} {
			_, read := s.UploadOf(t.Context(), who, upload.ID)
			_, add := s.AddPiece(t.Context(), who, upload.ID, 0, content)
			_, complete := s.CompleteUpload(t.Context(), who, upload.ID)
			for _, err := range []error{read, add, complete, s.CancelUpload(t.Context(), who, upload.ID)} {
				require.Equal(t, fault.New(fault.NotFound).Code, fault.As(err).Code)
			}
		}
		for _, id := range []string{"../../etc/passwd", "", "x", "..%2f..", upload.ID + "\x01"} {
			_, err := s.UploadOf(t.Context(), kim, id)
			requireFault(t, fault.NotFound, err)
		}
	})
}

func TestADayHasItsQuota(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, clock *time.Time) {
		s.Quota = cases.UploadQuota{Files: 3, Bytes: 1 << 20}
		for _, key := range []string{"1", "2"} {
			_, err := s.Upload(t.Context(), upload(kim, key, key))
			require.NoError(t, err)
		}
		_, err := s.Upload(t.Context(), upload(kim, "1", "1"))
		require.NoError(t, err, "a repeat is no other file")
		_, err = s.Upload(t.Context(), cases.UploadRequest{Actor: kim, Key: "bad", ReceivedAt: noon, Content: mediatest.SVG})
		requireFault(t, fault.EvidenceType, err)
		_, err = s.Upload(t.Context(), upload(kim, "4", "4"))
		requireFault(t, fault.UploadQuota, err, "what is refused counts too")
		_, err = s.BeginUpload(t.Context(), kim, "5", 100)
		requireFault(t, fault.UploadQuota, err)
		_, err = s.BeginUpload(t.Context(), lee, "5", 2<<20)
		requireFault(t, fault.UploadQuota, err, "bytes")
		_, err = s.Upload(t.Context(), upload(lee, "1", "1"))
		require.NoError(t, err, "another person")
		*clock = noon.Add(24 * time.Hour)
		_, err = s.Upload(t.Context(), upload(kim, "4", "4"))
		require.NoError(t, err, "another day")
	})
}

func TestFewUploadsAreOpenAndTheyExpire(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, clock *time.Time) {
		first := ""
		for _, key := range []string{"1", "2", "3", "4", "5"} {
			upload, err := s.BeginUpload(t.Context(), kim, key, 100)
			require.NoError(t, err)
			first = upload.ID
		}
		_, err := s.BeginUpload(t.Context(), kim, "6", 100)
		requireFault(t, fault.UploadsOpen, err)
		require.NoError(t, s.CancelUpload(t.Context(), kim, first))
		_, err = s.BeginUpload(t.Context(), kim, "6", 100)
		require.NoError(t, err)
		*clock = noon.Add(25 * time.Hour)
		_, err = s.UploadOf(t.Context(), kim, first)
		requireFault(t, fault.NotFound, err)
		_, err = s.BeginUpload(t.Context(), kim, "7", 100)
		require.NoError(t, err)
	})
}

// A link works for whom it was made for, for its file, for five minutes.
func TestAttack18_ALinkIsNobodyElses(t *testing.T) {
	eachStore(t, func(t *testing.T, s *cases.Service, clock *time.Time) {
		piece, err := s.Upload(t.Context(), upload(kim, "k", "x"))
		require.NoError(t, err)
		other, err := s.Upload(t.Context(), upload(kim, "k2", "y"))
		require.NoError(t, err)
		_, _, err = s.EvidenceLink(t.Context(), lee, piece.ID, false)
		requireFault(t, fault.NotFound, err)
		token, until, err := s.EvidenceLink(t.Context(), kim, piece.ID, false)
		require.NoError(t, err)
		require.Equal(t, noon.Add(5*time.Minute), until)
		require.NotContains(t, token, piece.ID)
		open := func(who contract.Actor, id, token string) error {
			_, err := s.LinkedFile(t.Context(), who, id, token)
			return err
		}
		require.NoError(t, open(kim, piece.ID, token))
		forged := []byte(token)
		forged[len(forged)/2] ^= 1
		for name, err := range map[string]error{
			"another's": open(lee, piece.ID, token), "staff's": open(agent, piece.ID, token), "another kind of person": open(contract.Actor{Kind: contract.Agent, ID: kim.ID}, piece.ID, token),
			"another file": open(kim, other.ID, token), "forged": open(kim, piece.ID, string(forged)), "empty": open(kim, piece.ID, ""), "noise": open(kim, piece.ID, "!!"),
		} {
			requireFault(t, fault.NotFound, err, name)
		}
		*clock = noon.Add(5 * time.Minute)
		requireFault(t, fault.NotFound, open(kim, piece.ID, token), "expired")
		*clock = noon
		require.NoError(t, s.Store.DB.Delete(&models.Evidence{}, "id = ?", piece.ID).Error)
		requireFault(t, fault.NotFound, open(kim, piece.ID, token), "rights are asked for anew")
	})
}
