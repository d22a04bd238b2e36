package operations

import (
	"context"
	"slices"
	"time"

	"aftersales/models"
)

// PartnerHealth is how a partner does.
type PartnerHealth struct {
	Partner       string
	State         string // up, failing (some calls fail), down (the last ones failed), unknown (not called yet)
	SucceededAt   *time.Time
	FailedAt      *time.Time
	FailedWith    string // a code
	FailuresInRow int64
	Calls         int64 // of the last minutes
	Failures      int64
	Notices       int64 // that came and wait for their case
	UnknownLegs   int64 // refunds of which nobody knows whether they were paid
	Retrying      int64 // calls whose outcome is open and that are asked for, or tried, again with growing pauses
}

// Minutes is how far back the error rate looks.
const Minutes = 10

// Names of the partners that are always shown.
var Names = []string{"alipay", "wechat", "kuaidi100", "shop", "insurance"}

// partnerOf says which partner a kind of call goes to; refunds and charges go by rail.
var partnerOf = map[string]string{
	"subscribe": "kuaidi100", "pickup": "kuaidi100", "cancel_pickup": "kuaidi100", "insurance": "insurance", "draw": "shop", "payout": "alipay",
}

// PartnersHealth says how every partner does, from what the processes noted of their calls and from what waits.
func (s *Service) PartnersHealth(ctx context.Context) ([]PartnerHealth, error) {
	states, err := s.Store.PartnerStates(ctx)
	if err != nil {
		return nil, away(err)
	}
	minutes, err := s.Store.PartnerMinutes(ctx, s.now().Truncate(time.Minute).Add(-(Minutes-1)*time.Minute))
	if err != nil {
		return nil, away(err)
	}
	notices, err := s.Store.WaitingNotices(ctx)
	if err != nil {
		return nil, away(err)
	}
	legs, err := s.Store.UnknownLegs(ctx)
	if err != nil {
		return nil, away(err)
	}
	effects, err := s.Store.UnsettledEffects(ctx)
	if err != nil {
		return nil, away(err)
	}
	list := make([]PartnerHealth, 0, len(Names))
	at := func(partner string) *PartnerHealth {
		i := slices.IndexFunc(list, func(h PartnerHealth) bool { return h.Partner == partner })
		if i < 0 {
			i = len(list)
			list = append(list, PartnerHealth{Partner: partner})
		}
		return &list[i]
	}
	for _, name := range Names {
		at(name)
	}
	for _, state := range states {
		h := at(state.Partner)
		h.SucceededAt, h.FailedAt, h.FailedWith, h.FailuresInRow = state.SucceededAt, state.FailedAt, state.FailedWith, state.FailuresInRow
	}
	for _, minute := range minutes {
		h := at(minute.Partner)
		h.Calls, h.Failures = h.Calls+minute.Calls, h.Failures+minute.Failures
	}
	for _, notice := range notices {
		at(notice.Kind).Notices = notice.N
	}
	for _, leg := range legs {
		partner := leg.Kind
		if leg.State == models.ViaPayout {
			partner = partnerOf["payout"]
		}
		at(partner).UnknownLegs += leg.N
	}
	for _, effect := range effects {
		if partner := partnerOf[effect.Kind]; partner != "" && effect.State == "unknown" {
			at(partner).Retrying += effect.N
		}
	}
	for i := range list {
		list[i].State = list[i].state()
	}
	return list, nil
}

// downAfter is how many failures in a row mean that a partner is down.
const downAfter = 3

func (h PartnerHealth) state() string {
	switch {
	case h.SucceededAt == nil && h.FailedAt == nil:
		return "unknown"
	case h.FailuresInRow >= downAfter, h.SucceededAt == nil:
		return "down"
	case h.Failures > 0:
		return "failing"
	}
	return "up"
}
