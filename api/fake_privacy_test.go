package api_test

import (
	"context"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/privacy"
)

// fakePrivacy answers with something; what it does is tested in privacy.
type fakePrivacy struct{ privacy.Service }

var aStand = privacy.Stand{Notice: models.PrivacyNotice{Purpose: "bot", Version: 1, Lang: "en", Title: "t", Body: "b", Digest: "d", PublishedAt: noon}, Given: true,
	Said: &models.Consent{Purpose: "bot", Given: true, Version: 1, At: noon, Channel: "web"}}

func anErasure(state string) privacy.Erasure {
	return privacy.Erasure{ID: "er-1", CustomerID: "cu-1", State: state, Open: true, AskedAt: noon, EraseAt: noon.Add(time.Hour), Holds: 1, Cases: 2}
}

func (fakePrivacy) Notices(context.Context, string) ([]models.PrivacyNotice, error) {
	return []models.PrivacyNotice{aStand.Notice}, nil
}

func (fakePrivacy) Known(context.Context, string) (privacy.Known, error) {
	return privacy.Known{Name: "张小明", Phone: "13812341234", Language: "zh-CN", Level: "good", Since: noon, Counts: map[string]int64{"orders": 1}, Kept: models.Retention}, nil
}

func (fakePrivacy) Consents(context.Context, string, string) ([]privacy.Stand, error) {
	return []privacy.Stand{aStand}, nil
}

func (fakePrivacy) Say(context.Context, string, privacy.Word) ([]privacy.Stand, error) {
	return []privacy.Stand{aStand}, nil
}

func (fakePrivacy) Correct(context.Context, privacy.Person, string, privacy.Change) error { return nil }

func (fakePrivacy) AskCopy(context.Context, string, string, string) (privacy.Copy, error) {
	return privacy.Copy{DataExport: models.DataExport{ID: "ex-1", State: "asked", AskedAt: noon}}, nil
}

func (fakePrivacy) Copies(context.Context, string) ([]privacy.Copy, error) {
	return []privacy.Copy{{DataExport: models.DataExport{ID: "ex-1", State: "made", AskedAt: noon, NextAt: noon}, Parts: []models.DataExportPart{{N: 1, Size: 3, Digest: "d"}}}}, nil
}

func (fakePrivacy) Fetch(context.Context, string, string, int) ([]byte, error) {
	return []byte("zip"), nil
}

func (fakePrivacy) AskErasure(context.Context, string, string) (privacy.Asked, error) {
	return privacy.Asked{Erasure: anErasure(models.ErasureCooling), Receipt: "erasure_x"}, nil
}

func (fakePrivacy) MyErasure(context.Context, string) (privacy.Erasure, error) {
	return anErasure(models.ErasureHeld), nil
}

func (fakePrivacy) CancelErasure(context.Context, string) (privacy.Erasure, error) {
	return anErasure(models.ErasureCancelled), nil
}

func (fakePrivacy) ByReceipt(_ context.Context, receipt string) (privacy.Erasure, error) {
	if receipt == "wrong" {
		return privacy.Erasure{}, fault.New(fault.NotFound)
	}
	done := anErasure(models.ErasureDone)
	done.Certificate, done.Digest = `{"erasure_id":"er-1"}`, "d"
	return done, nil
}

func (fakePrivacy) Erasures(context.Context, string, privacy.PageRequest) (privacy.ErasurePage, error) {
	return privacy.ErasurePage{Items: []privacy.Erasure{anErasure(models.ErasureHeld)}}, nil
}

func (fakePrivacy) Erasure(context.Context, string) (privacy.Erasure, error) {
	return anErasure(models.ErasureHeld), nil
}

func (fakePrivacy) PlaceHold(context.Context, privacy.Person, privacy.NewHold) (privacy.Hold, error) {
	return privacy.Hold{ID: "h-1", CustomerID: "cu-1", Reason: "court", PlacedBy: "st-4", PlacedAt: noon, ReviewAt: noon}, nil
}

func (fakePrivacy) LiftHold(context.Context, privacy.Person, string) (privacy.Hold, error) {
	return privacy.Hold{ID: "h-1", CustomerID: "cu-1", Reason: "court", PlacedBy: "st-4", PlacedAt: noon, ReviewAt: noon, LiftedAt: &noon}, nil
}

func (fakePrivacy) Holds(context.Context, string, privacy.PageRequest) (privacy.HoldPage, error) {
	return privacy.HoldPage{Items: []privacy.Hold{{ID: "h-1", CustomerID: "cu-1", Reason: "court", PlacedBy: "st-4", PlacedAt: noon, ReviewAt: noon}}}, nil
}
