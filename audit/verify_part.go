package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftersales/models"
)

// PartArchive is what verification in parts reads.
type PartArchive interface {
	Archive
	AuditHeads(ctx context.Context) ([]models.AuditHead, error)
}

// Part is what one step of a verification in parts found. A verification that ends without a finding in any of its parts
// says what Verify says.
type Part struct {
	Checked  int64 // entries of this part
	Before   int64 // entries that came before it
	Total    int64 // entries of the trail, as it was when this part was read
	Chains   int
	Findings []Finding
	Next     string // where the next part goes on; empty: this was the last one
	Heads    []Head // on the first part: how far each chain has come, and was noted
}

// Head is how far a chain has come, and how far that is noted beside the keysets.
type Head struct {
	ChainID    string
	StartedAt  time.Time
	Seq        int64
	At         time.Time  // of that entry
	NotedSeq   int64      // 0: nothing is noted yet
	NotedAt    *time.Time // when
	Unanchored int64      // entries after what is noted
}

// ErrPlace says that a place to go on from is none that was given out.
var ErrPlace = errors.New("audit: no such place in the trail")

// mostHeads bounds how many chains are listed; there is one per start of a process. Those with the newest entries come first.
const mostHeads = 50

// VerifyPart verifies at most limit entries from a place on, "" for the beginning. It looks at each chain as Verify does, and goes
// on where the part before ended. What is appended meanwhile is looked at when its chain's turn comes.
func VerifyPart(ctx context.Context, archive PartArchive, from string, limit int64) (Part, error) {
	chainID, seq, err := readPlace(from)
	if err != nil {
		return Part{}, err
	}
	anchors, err := archive.AuditAnchors(ctx)
	if err != nil {
		return Part{}, fmt.Errorf("audit: read the noted heads: %w", err)
	}
	chains, err := archive.AuditChains(ctx)
	if err != nil {
		return Part{}, fmt.Errorf("audit: read the chains: %w", err)
	}
	heads, err := archive.AuditHeads(ctx)
	if err != nil {
		return Part{}, fmt.Errorf("audit: read the heads: %w", err)
	}
	part := Part{Chains: len(chains)}
	length := map[string]models.AuditHead{}
	for _, head := range heads {
		length[head.ChainID], part.Total = head, part.Total+head.Seq
	}
	noted := map[string]models.AuditAnchor{}
	for _, anchor := range anchors {
		noted[anchor.ChainID] = anchor
	}
	at := 0
	if from == "" {
		part.Heads = listHeads(chains, length, noted)
		part.Findings = missing(chains, anchors)
	} else if at = slices.IndexFunc(chains, func(c models.AuditChain) bool { return c.ID == chainID }); at < 0 {
		return Part{}, ErrPlace
	}
	for _, chain := range chains[:at] {
		part.Before += length[chain.ID].Seq
	}
	part.Before += seq
	for ; at < len(chains); at++ {
		if limit <= part.Checked {
			part.Next = writePlace(chains[at].ID, seq)
			return part, nil
		}
		reached, err := verifyFrom(ctx, archive, chains[at], seq, noted[chains[at].ID], limit, &part)
		if err != nil {
			return part, err
		}
		if reached > 0 {
			part.Next = writePlace(chains[at].ID, reached)
			return part, nil
		}
		seq = 0
	}
	return part, nil
}

// missing finds the chains of which only the note beside the keysets is left.
func missing(chains []models.AuditChain, anchors []models.AuditAnchor) (found []Finding) {
	for _, anchor := range anchors {
		if !slices.ContainsFunc(chains, func(c models.AuditChain) bool { return c.ID == anchor.ChainID }) {
			found = append(found, Finding{anchor.ChainID, 1, ProblemMissing})
		}
	}
	return found
}

func listHeads(chains []models.AuditChain, length map[string]models.AuditHead, noted map[string]models.AuditAnchor) []Head {
	heads := make([]Head, len(chains))
	for i, chain := range chains {
		head := Head{ChainID: chain.ID, StartedAt: chain.StartedAt, Seq: length[chain.ID].Seq, At: length[chain.ID].At}
		if anchor, any := noted[chain.ID]; any {
			head.NotedSeq, head.NotedAt = anchor.Seq, &anchor.At
		}
		head.Unanchored = max(head.Seq-head.NotedSeq, 0)
		heads[i] = head
	}
	slices.SortStableFunc(heads, func(a, b Head) int { return b.At.Compare(a.At) })
	return heads[:min(len(heads), mostHeads)]
}

// verifyFrom verifies a chain after an entry. It returns the entry that it came to when the part is full, 0 when the chain
// is done, with or without a finding.
func verifyFrom(ctx context.Context, archive Archive, chain models.AuditChain, after int64, anchor models.AuditAnchor, limit int64, part *Part) (int64, error) {
	find := func(seq int64, problem string) {
		part.Findings = append(part.Findings, Finding{chain.ID, seq, problem})
	}
	key, err := archive.AuditKey(ctx, chain)
	if err != nil {
		if ctx.Err() != nil {
			return 0, err
		}
		find(1, ProblemKey)
		return 0, nil
	}
	var last models.AuditEntry
	if after > 0 { // the part before verified it; were it altered since, the entry after it would not fit
		before, err := archive.AuditEntries(ctx, chain.ID, after-1, 1)
		if err != nil {
			return 0, fmt.Errorf("audit: read chain %s at %d: %w", chain.ID, after, err)
		}
		if len(before) == 0 || before[0].Seq != after {
			find(after, ProblemCut)
			return 0, nil
		}
		last = before[0]
	}
	for {
		size := min(verifyPage, limit-part.Checked)
		if size <= 0 {
			return last.Seq, nil
		}
		page, err := archive.AuditEntries(ctx, chain.ID, last.Seq, int(size))
		if err != nil {
			return 0, fmt.Errorf("audit: read chain %s after %d: %w", chain.ID, last.Seq, err)
		}
		for _, entry := range page {
			part.Checked++
			switch {
			case entry.Seq != last.Seq+1:
				find(entry.Seq, ProblemGap)
				return 0, nil
			case !hmac.Equal(entry.Hash, hashOf(key, last.Hash, entry)):
				find(entry.Seq, ProblemAltered)
				return 0, nil
			case anchor.Seq == entry.Seq && !bytes.Equal(anchor.Hash, entry.Hash):
				find(entry.Seq, ProblemReplaced)
			}
			last = entry
		}
		if int64(len(page)) < size {
			break
		}
	}
	if last.Seq < anchor.Seq {
		find(last.Seq+1, ProblemCut)
	}
	return 0, nil
}

func writePlace(chainID string, seq int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(chainID + "/" + strconv.FormatInt(seq, 10)))
}

func readPlace(place string) (chainID string, seq int64, err error) {
	if place == "" {
		return "", 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(place)
	if err != nil {
		return "", 0, ErrPlace
	}
	chainID, number, found := strings.Cut(string(raw), "/")
	seq, err = strconv.ParseInt(number, 10, 64)
	if !found || err != nil || seq < 0 {
		return "", 0, ErrPlace
	}
	return chainID, seq, nil
}
