package operations

import (
	"context"
	"errors"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy/pack"
)

// PackHead is a stored pack as lists show it.
type PackHead struct {
	Hash        string
	Name        string
	Version     string
	Description pack.Text
	StoredAt    time.Time
	Active      bool       // new cases get it
	ActiveSince *time.Time // since when, or when it last began to be
	ActivatedBy string     // a member of staff; empty: the settings, or never
	OpenCases   int64
}

// PackDetail is one pack whole.
type PackDetail struct {
	PackHead
	Content string
	Tables  []pack.Table
}

// PackPage is a part of the list; Active is the one that new cases get, wherever it stands.
type PackPage struct {
	Active PackHead
	Items  []PackHead
	Next   string
}

// PackRef names a pack: one that is stored, by its hash, or one that is written out. One of both.
type PackRef struct{ Hash, Content string }

// PackList lists the stored packs, the newest first.
func (s *Service) PackList(ctx context.Context, page models.PageRequest) (PackPage, error) {
	rows, err := s.Store.PacksByTime(ctx, page)
	if err != nil {
		return PackPage{}, away(err)
	}
	choice, err := s.Store.ActivePack(ctx)
	if err != nil {
		return PackPage{}, away(err)
	}
	active, err := s.Store.Pack(ctx, choice.PackHash)
	if err != nil {
		return PackPage{}, away(err)
	}
	heads, err := s.heads(ctx, choice, append(rows.Items, active)...)
	if err != nil {
		return PackPage{}, err
	}
	return PackPage{Active: heads[len(heads)-1], Items: heads[:len(heads)-1], Next: rows.Next}, nil
}

// Pack shows a stored pack with what it says.
func (s *Service) Pack(ctx context.Context, hash string) (PackDetail, error) {
	row, err := s.Store.Pack(ctx, hash)
	if err != nil {
		return PackDetail{}, away(err)
	}
	choice, err := s.Store.ActivePack(ctx)
	if err != nil {
		return PackDetail{}, away(err)
	}
	heads, err := s.heads(ctx, choice, row)
	if err != nil {
		return PackDetail{}, err
	}
	rules, err := s.Packs.Get(ctx, hash)
	if err != nil {
		return PackDetail{}, fault.New(fault.Internal).Because(err)
	}
	return PackDetail{PackHead: heads[0], Content: row.Content, Tables: rules.Tables()}, nil
}

func (s *Service) heads(ctx context.Context, choice models.PackActivation, rows ...models.PolicyPack) ([]PackHead, error) {
	hashes := make([]string, len(rows))
	for i, row := range rows {
		hashes[i] = row.Hash
	}
	chosen, err := s.Store.PackActivations(ctx, hashes...)
	if err != nil {
		return nil, away(err)
	}
	counts, err := s.figures.get(s.now(), func() (map[string]int64, error) { return s.Store.OpenCasesByPack(ctx) })
	if err != nil {
		return nil, away(err)
	}
	last := map[string]models.PackActivation{}
	for _, one := range chosen {
		last[one.PackHash] = one
	}
	heads := make([]PackHead, len(rows))
	for i, row := range rows {
		_, version, description, err := pack.Peek([]byte(row.Content))
		if err != nil {
			return nil, fault.New(fault.Internal).Because(err)
		}
		heads[i] = PackHead{
			Hash: row.Hash, Name: row.Name, Version: version, Description: description, StoredAt: row.CreatedAt,
			Active: row.Hash == choice.PackHash, OpenCases: counts[row.Hash],
		}
		if one, ever := last[row.Hash]; ever {
			heads[i].ActiveSince, heads[i].ActivatedBy = &one.At, one.ByID
		}
	}
	return heads, nil
}

// Checked is what checking a pack found. Pack is nil when there are problems.
type Checked struct {
	Pack     *pack.Pack
	Problems []*pack.Problem
}

// CheckPack reads a pack that somebody wrote and says what is wrong with it. Nothing is stored.
func (s *Service) CheckPack(content string) Checked {
	rules, err := pack.Load(uploaded, []byte(content))
	return Checked{rules, pack.Problems(err)}
}

// uploaded stands for the file's name in what is said about a pack that came by the API.
const uploaded = "pack.yaml"

// rules finds or reads a pack. Faults: NotFound, PackInvalid, BadRequest.
func (s *Service) rules(ctx context.Context, ref PackRef) (*pack.Pack, error) {
	switch {
	case (ref.Hash == "") == (ref.Content == ""):
		return nil, fault.New(fault.BadRequest, "problem", "pack: give either hash or content")
	case ref.Content != "":
		rules, err := pack.Load(uploaded, []byte(ref.Content))
		if err != nil {
			found := pack.Problems(err)
			return nil, fault.New(fault.PackInvalid, "problems", len(found), "line", found[0].Line).Because(err)
		}
		return rules, nil
	}
	if _, err := s.Store.Pack(ctx, ref.Hash); err != nil {
		return nil, away(err)
	}
	rules, err := s.Packs.Get(ctx, ref.Hash)
	if err != nil {
		return nil, fault.New(fault.Internal).Because(err)
	}
	return rules, nil
}

// DiffPacks says how the second pack decides otherwise than the first.
func (s *Service) DiffPacks(ctx context.Context, from, to PackRef) ([]pack.Difference, error) {
	before, err := s.rules(ctx, from)
	if err != nil {
		return nil, err
	}
	after, err := s.rules(ctx, to)
	if err != nil {
		return nil, err
	}
	return pack.Diff(before, after), nil
}

// Activate stores a pack if it is written out, and lets new cases get it from now on, in every process. Cases that run keep
// theirs. insteadOf is the hash of the pack that the operator saw active; another one is the fault PackChanged.
func (s *Service) Activate(ctx context.Context, ref PackRef, insteadOf, staffID string) (PackHead, error) {
	rules, err := s.rules(ctx, ref)
	if err != nil {
		return PackHead{}, err
	}
	choice, err := s.Store.ActivePack(ctx)
	if err != nil {
		return PackHead{}, away(err)
	}
	switch {
	case choice.PackHash == rules.Hash(): // whoever asks twice gets what they want
	case choice.PackHash != insteadOf:
		return PackHead{}, fault.New(fault.PackChanged, "active", choice.PackHash)
	default:
		if err := s.Packs.Keep(ctx, rules); err != nil {
			return PackHead{}, away(err)
		}
		choice, err = s.Store.ActivatePack(ctx, choice.N, models.PackActivation{PackHash: rules.Hash(), At: s.now(), ByKind: "operator", ByID: staffID})
		if errors.Is(err, models.ErrStale) {
			return PackHead{}, fault.New(fault.PackChanged, "active", choice.PackHash)
		}
		if err != nil {
			return PackHead{}, away(err)
		}
		err = s.Audit.Record(ctx, models.AuditEvent{
			At: choice.At, ActorKind: choice.ByKind, ActorID: staffID, Action: "pack.choose", SubjectKind: "pack", SubjectID: rules.Hash(),
			Outcome: models.AuditDone, Detail: map[string]string{"name": rules.Name(), "instead_of": insteadOf},
		})
		if err != nil {
			return PackHead{}, away(err) // the choice stands; asked again, it is found done, and the request itself is in the trail
		}
	}
	row, err := s.Store.Pack(ctx, rules.Hash())
	if err != nil {
		return PackHead{}, away(err)
	}
	heads, err := s.heads(ctx, choice, row)
	if err != nil {
		return PackHead{}, err
	}
	return heads[0], nil
}
