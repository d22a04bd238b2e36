package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"aftersales/audit"
	"aftersales/config"
	"aftersales/interchange"
	"aftersales/models"
)

func newAuditCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Read and verify the audit trail",
		Long: `The audit trail says who signed in, who was refused, who decided on money, who changed rights, packs or keys, and who
looked at unmasked data and why. It holds IDs and codes, nothing personal. The database refuses to change or delete it, and
every entry is bound to the one before by a hash that needs the keys, so that a change made behind its back is found.`,
		Example: `  aftersales audit verify
  aftersales audit show --actor st-3 --since 2026-11-01`,
	}
	cmd.AddCommand(newAuditVerifyCommand(cfg), newAuditShowCommand(cfg))
	return cmd
}

func newAuditVerifyCommand(cfg *config.Config) *cobra.Command {
	var compare, keep string
	cmd := &cobra.Command{
		Use:   "verify [flags]",
		Short: "Find out whether the audit trail is whole",
		Long: `Reads every chain of the trail from its first entry and says where one was altered, cut, or taken away. It ends with
status 1 when anything is wrong.

How far each chain had come is noted with the keysets every 10 seconds, so that a trail cut short in the database shows. Against
somebody who can write both, keep the heads elsewhere (--keep) and compare with them the next time (--compare). After the data
was restored from a backup, what came after the backup is reported as cut: that is the truth.`,
		Example: `  aftersales audit verify
  aftersales audit verify --compare heads-october.json --keep heads-november.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			kept, err := readHeads(compare)
			if err != nil {
				return err
			}
			store, err := openStore(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(cmd.ErrOrStderr()), progressbar.OptionSetDescription("entries"),
				progressbar.OptionShowCount(), progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish())
			report, err := audit.Verify(cmd.Context(), store, kept, func(n int) { _ = bar.Add(n) })
			_ = bar.Finish()
			if err != nil {
				return err
			}
			for _, finding := range report.Findings {
				fmt.Fprintf(cmd.OutOrStdout(), "%s\tentry %d\t%s: %s\n", finding.ChainID, finding.Seq, finding.Problem, problems[finding.Problem])
			}
			if !report.Whole() {
				return fmt.Errorf("the audit trail is not whole: %d findings in %d chains; keep the database as it is and find out who could write to it",
					len(report.Findings), report.Chains)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The audit trail is whole: %d entries in %d chains.\n", report.Entries, report.Chains)
			return writeHeads(keep, report.Heads)
		},
	}
	cmd.Flags().StringVar(&compare, "compare", "", "file with heads that were kept earlier")
	cmd.Flags().StringVar(&keep, "keep", "", "file to write the heads to, when the trail is whole")
	return cmd
}

// problems says what a finding means.
var problems = map[string]string{
	audit.ProblemAltered:  "it, or an entry before it, is not as it was written",
	audit.ProblemGap:      "entries before it are missing",
	audit.ProblemCut:      "it and what followed are missing; the database was restored from a backup, or somebody took them away",
	audit.ProblemReplaced: "another entry stood here when the head was noted",
	audit.ProblemMissing:  "the whole chain is missing",
	audit.ProblemKey:      "the chain's key cannot be opened: it was replaced, or this is not the master key",
}

func readHeads(file string) ([]models.AuditAnchor, error) {
	if file == "" {
		return nil, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the heads that were kept: %w", err)
	}
	var heads []models.AuditAnchor
	if err := json.Unmarshal(content, &heads); err != nil {
		return nil, fmt.Errorf("%s holds no heads; give a file that --keep wrote: %w", file, err)
	}
	return heads, nil
}

func writeHeads(file string, heads []models.AuditAnchor) error {
	if file == "" {
		return nil
	}
	content, err := json.MarshalIndent(heads, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep the heads: %w", err)
	}
	return nil
}

func newAuditShowCommand(cfg *config.Config) *cobra.Command {
	var filter models.AuditFilter
	var since, until, subject string
	var lines bool
	cmd := &cobra.Command{
		Use:   "show [flags]",
		Short: "List entries of the audit trail, the newest first",
		Long: `Lists who did what to what, when, and how it ended. Flags narrow the list and can be combined. Reasons are codes; what
somebody wrote to justify a look at unmasked data is sealed, and its ID stands in the detail as "words".

--since and --until take a day or a time in China's zone (or with a zone).`,
		Example: `  aftersales audit show --limit 20
  aftersales audit show --action order.reveal --since 2026-11-01
  aftersales audit show --action sign_in. --outcome refused
  aftersales audit show --subject case/01a… --json | jq .`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			for text, field := range map[*string]*time.Time{&since: &filter.Since, &until: &filter.Until} {
				if *text == "" {
					continue
				}
				if *field, err = interchange.ReadTime(*text); err != nil {
					return fmt.Errorf("%q is no time: write it like 2026-11-01, \"2026-11-01 12:00:00\" or 2026-11-01T12:00:00+08:00", *text)
				}
			}
			if filter.SubjectKind, filter.SubjectID, err = splitSubject(subject); err != nil {
				return err
			}
			if filter.Limit < 1 || filter.Limit > 10_000 {
				return fmt.Errorf("--limit %d: give 1 to 10000", filter.Limit)
			}
			store, err := openStore(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			found, err := store.FindAudit(cmd.Context(), filter)
			if err != nil {
				return err
			}
			if lines {
				return printAuditLines(cmd.OutOrStdout(), found)
			}
			return printAudit(cmd.OutOrStdout(), found)
		},
	}
	cmd.Flags().StringVar(&filter.ActorID, "actor", "", "ID of who did it")
	cmd.Flags().StringVar(&filter.Action, "action", "", "name of the action; with a dot at its end all below it, e.g. sign_in.")
	cmd.Flags().StringVar(&subject, "subject", "", "what it was done to: case/<id>, order/<id>, customer/<id>, …")
	cmd.Flags().StringVar(&filter.Outcome, "outcome", "", "done, refused or failed")
	cmd.Flags().StringVar(&since, "since", "", "at or after this time")
	cmd.Flags().StringVar(&until, "until", "", "before this time")
	cmd.Flags().IntVar(&filter.Limit, "limit", 100, "how many at most")
	cmd.Flags().BoolVar(&lines, "json", false, "JSON, one entry per line")
	return cmd
}

func splitSubject(text string) (kind, id string, err error) {
	if text == "" {
		return "", "", nil
	}
	for i := range text {
		if text[i] == '/' {
			return text[:i], text[i+1:], nil
		}
	}
	return "", "", fmt.Errorf("--subject %q: give the kind and the ID, for example case/%s", text, text)
}

// shownEntry is an entry as JSON lines show it.
type shownEntry struct {
	At        time.Time       `json:"at"`
	ActorKind string          `json:"actor_kind,omitempty"`
	ActorID   string          `json:"actor,omitempty"`
	SessionID string          `json:"session,omitempty"`
	Action    string          `json:"action"`
	Subject   string          `json:"subject,omitempty"`
	Outcome   string          `json:"outcome"`
	Reason    string          `json:"reason,omitempty"`
	Detail    json.RawMessage `json:"detail"`
	Chain     string          `json:"chain"`
	Seq       int64           `json:"seq"`
}

func subjectOf(e models.AuditEntry) string {
	if e.SubjectKind == "" {
		return e.SubjectID
	}
	return e.SubjectKind + "/" + e.SubjectID
}

func printAuditLines(out io.Writer, entries []models.AuditEntry) error {
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	for _, e := range entries {
		if err := encoder.Encode(shownEntry{
			e.At, e.ActorKind, e.ActorID, e.SessionID, e.Action, subjectOf(e), e.Outcome, e.Reason, json.RawMessage(e.Detail), e.ChainID, e.Seq,
		}); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func printAudit(out io.Writer, entries []models.AuditEntry) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AT\tWHO\tACTION\tSUBJECT\tOUTCOME\tREASON\tDETAIL")
	for _, e := range entries {
		who := e.ActorKind
		if e.ActorID != "" {
			who += "/" + e.ActorID
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.At.Format(time.RFC3339), who, e.Action, subjectOf(e), e.Outcome, e.Reason, e.Detail)
	}
	return table.Flush()
}
