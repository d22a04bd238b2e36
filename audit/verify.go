package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"fmt"

	"aftersales/models"
)

// Archive is what verification reads.
type Archive interface {
	AuditChains(ctx context.Context) ([]models.AuditChain, error)
	AuditKey(ctx context.Context, chain models.AuditChain) ([]byte, error)
	AuditEntries(ctx context.Context, chainID string, after int64, limit int) ([]models.AuditEntry, error)
	AuditAnchors(ctx context.Context) ([]models.AuditAnchor, error)
}

// Report is what verification found.
type Report struct {
	Chains   int
	Entries  int64
	Findings []Finding
	Heads    []models.AuditAnchor // the last entry of every chain: keep them elsewhere and compare next time
}

// Whole tells whether nothing was found.
func (r Report) Whole() bool { return len(r.Findings) == 0 }

// Finding is one thing that is wrong with a chain. Seq is the first entry that it concerns.
type Finding struct {
	ChainID string `json:"chain"`
	Seq     int64  `json:"seq"`
	Problem string `json:"problem"`
}

// Problems of a chain.
const (
	ProblemAltered  = "altered"  // the entry, or one before it, is not as it was written
	ProblemGap      = "gap"      // entries are missing before this one
	ProblemCut      = "cut"      // the chain was longer once: entries from this one on are missing
	ProblemReplaced = "replaced" // another entry stood here when the head was noted
	ProblemMissing  = "missing"  // the whole chain is missing
	ProblemKey      = "key"      // the chain's key cannot be opened
)

const verifyPage = 1000

// Verify reads every chain from its beginning and compares it with the heads that were noted with the keysets, and with
// those that the caller kept elsewhere. step, which may be nil, is told after every page how many entries were read. The
// error is for what could not be read; what is wrong is in the report.
func Verify(ctx context.Context, archive Archive, kept []models.AuditAnchor, step func(entries int)) (Report, error) {
	var report Report
	anchors, err := archive.AuditAnchors(ctx)
	if err != nil {
		return report, fmt.Errorf("audit: read the noted heads: %w", err)
	}
	chains, err := archive.AuditChains(ctx)
	if err != nil {
		return report, fmt.Errorf("audit: read the chains: %w", err)
	}
	noted := map[string][]models.AuditAnchor{}
	for _, anchor := range append(anchors, kept...) {
		noted[anchor.ChainID] = append(noted[anchor.ChainID], anchor)
	}
	for _, chain := range chains {
		report.Chains++
		if err := verifyChain(ctx, archive, chain, noted[chain.ID], &report, step); err != nil {
			return report, err
		}
		delete(noted, chain.ID)
	}
	for id := range noted {
		report.Findings = append(report.Findings, Finding{id, 1, ProblemMissing})
	}
	return report, nil
}

func verifyChain(ctx context.Context, archive Archive, chain models.AuditChain, noted []models.AuditAnchor, report *Report, step func(int)) error {
	find := func(seq int64, problem string) {
		report.Findings = append(report.Findings, Finding{chain.ID, seq, problem})
	}
	key, err := archive.AuditKey(ctx, chain)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		find(1, ProblemKey)
		return nil
	}
	var last models.AuditEntry
	for {
		page, err := archive.AuditEntries(ctx, chain.ID, last.Seq, verifyPage)
		if err != nil {
			return fmt.Errorf("audit: read chain %s after %d: %w", chain.ID, last.Seq, err)
		}
		for _, entry := range page {
			report.Entries++
			switch {
			case entry.Seq != last.Seq+1:
				find(entry.Seq, ProblemGap)
				return nil
			case !hmac.Equal(entry.Hash, hashOf(key, last.Hash, entry)):
				find(entry.Seq, ProblemAltered)
				return nil
			}
			for _, anchor := range noted {
				if anchor.Seq == entry.Seq && !bytes.Equal(anchor.Hash, entry.Hash) {
					find(entry.Seq, ProblemReplaced)
				}
			}
			last = entry
		}
		if step != nil {
			step(len(page))
		}
		if len(page) < verifyPage {
			break
		}
	}
	longest := int64(0)
	for _, anchor := range noted {
		longest = max(longest, anchor.Seq)
	}
	if last.Seq < longest {
		find(last.Seq+1, ProblemCut)
		return nil
	}
	if last.Seq > 0 {
		report.Heads = append(report.Heads, models.AuditAnchor{ChainID: chain.ID, Seq: last.Seq, Hash: last.Hash, At: last.At})
	}
	return nil
}
