package cases_test

import (
	"image"
	"image/png"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/media/mediatest"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// upload sends a picture; another seed is another picture.
func upload(actor contract.Actor, key, seed string) cases.UploadRequest {
	return cases.UploadRequest{Actor: actor, Key: key, ReceivedAt: noon, Content: mediatest.PNG(seed)}
}

func TestAnUploadIsStoredOncePerSenderAndKey(t *testing.T) {
	w := newWorld(t)
	pieces := make([]models.Evidence, 8)
	var all sync.WaitGroup
	for i := range pieces {
		all.Go(func() {
			piece, err := w.Upload(t.Context(), upload(kim, "k", "picture"))
			require.NoError(t, err)
			pieces[i] = piece
		})
	}
	all.Wait()
	for _, piece := range pieces {
		require.Equal(t, pieces[0], piece)
	}
	other, err := w.Upload(t.Context(), upload(lee, "k", "picture"))
	require.NoError(t, err)
	require.NotEqual(t, pieces[0].ID, other.ID, "a key is its sender's own")
	for _, sealed := range w.files.kept {
		require.NotContains(t, string(sealed), "IHDR", "files are sealed")
		require.NotContains(t, string(sealed), "JFIF", "and thumbnails")
	}
	file, err := w.EvidenceFile(t.Context(), kim, pieces[0].ID, false)
	require.NoError(t, err)
	require.Equal(t, [2]string{"picture", "image/png"}, [2]string{file.Kind, file.MediaType})
	picture, err := png.Decode(file.Content)
	require.NoError(t, err)
	require.Equal(t, image.Pt(64, 32), picture.Bounds().Size())
	small, err := w.EvidenceFile(t.Context(), kim, pieces[0].ID, true)
	require.NoError(t, err)
	require.Equal(t, "image/jpeg", small.MediaType)
}

// Before it is put forward in a case a file is its owner's alone.
func TestAFileIsItsOwnersUntilItIsInACase(t *testing.T) {
	w := newWorld(t)
	piece, err := w.Upload(t.Context(), upload(kim, "k", "x"))
	require.NoError(t, err)
	for _, actor := range []contract.Actor{lee, clerk, agent, operator, {Kind: contract.Merchant, ID: "kim", Merchant: "shop"}} {
		_, err := w.EvidenceFile(t.Context(), actor, piece.ID, false)
		requireFault(t, fault.NotFound, err, actor)
	}
	_, err = w.EvidenceFile(t.Context(), kim, "no-such-file", false)
	requireFault(t, fault.NotFound, err)

	w.put("c")
	require.NoError(t, w.Store.DB.Model(&piece).Update("case_id", "c").Error)
	_, err = w.EvidenceFile(t.Context(), clerk, piece.ID, false)
	require.NoError(t, err)
	listed, err := w.EvidenceOf(t.Context(), clerk, "c")
	require.NoError(t, err)
	require.Len(t, listed, 1)

	clear(w.files.kept)
	_, err = w.EvidenceFile(t.Context(), kim, piece.ID, false)
	requireFault(t, fault.Internal, err, "a file that is lost is our failure, not the reader's mistake")
	w.erase("customer", "kim")
	_, err = w.Upload(t.Context(), upload(kim, "another", "x"))
	require.Error(t, err)
}

// What a command or an opening names must exist and be the sender's, and must not be in another case.
func TestCommandsNameOnlyWhatIsTheirOwn(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	w.put("d")
	own, err := w.Upload(t.Context(), upload(kim, "own", "1"))
	require.NoError(t, err)
	theirs, err := w.Upload(t.Context(), upload(lee, "theirs", "2"))
	require.NoError(t, err)
	add := func(evidence, text string) error {
		_, err := w.Command(t.Context(), "case.evidence.add", "c", &contract.AddEvidence{Meta: meta(kim, "k"), Evidence: []string{evidence}, TextID: text})
		return err
	}
	require.NoError(t, add(own.ID, ""))
	requireFault(t, fault.EvidenceUnknown, add(theirs.ID, ""))
	requireFault(t, fault.EvidenceUnknown, add("none", ""))
	require.NoError(t, w.Store.DB.Model(&own).Update("case_id", "d").Error)
	requireFault(t, fault.EvidenceUnknown, add(own.ID, ""))
	require.NoError(t, w.Store.DB.Model(&own).Update("case_id", "c").Error)

	words, err := w.PutText(t.Context(), kim, kim.ID, "碎了")
	require.NoError(t, err)
	foreign, err := w.PutText(t.Context(), lee, lee.ID, "别人的")
	require.NoError(t, err)
	require.NoError(t, add(own.ID, words))
	requireFault(t, fault.TextUnknown, add(own.ID, foreign))
	requireFault(t, fault.TextUnknown, add(own.ID, "none"))
	require.NoError(t, w.Store.UseTexts(t.Context(), "case/d", words))
	requireFault(t, fault.TextUnknown, add(own.ID, words))

	send := func(carrier, number string) error {
		_, err := w.Command(t.Context(), "case.parcel.send", "c", &contract.SendBack{Meta: meta(kim, "k"), Carrier: carrier, Number: number})
		return err
	}
	requireFault(t, fault.CarrierUnknown, send("pigeon", "AB12"))
	requireFault(t, fault.WaybillMalformed, send("sf", "AB1"))
	before := len(w.engine.done)
	require.NoError(t, send("sf", " ab12 "))
	require.Len(t, w.engine.done, before+1)
	require.Equal(t, "AB12", w.engine.done[before].(*contract.SendBack).Number, "as people type it")
}

// Two people may read a file; a link to it still works only for the one that asked for it.
func TestAttack18_ALinkIsBoundToItsPersonEvenAmongThoseWhoMayRead(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	piece, err := w.Upload(t.Context(), upload(kim, "k", "x"))
	require.NoError(t, err)
	require.NoError(t, w.Store.DB.Model(&piece).Update("case_id", "c").Error)
	_, err = w.EvidenceFile(t.Context(), clerk, piece.ID, false)
	require.NoError(t, err)
	token, _, err := w.EvidenceLink(t.Context(), kim, piece.ID, false)
	require.NoError(t, err)
	_, err = w.LinkedFile(t.Context(), kim, piece.ID, token)
	require.NoError(t, err)
	_, err = w.LinkedFile(t.Context(), clerk, piece.ID, token)
	requireFault(t, fault.NotFound, err)
}
