package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/knowledge"
)

func newKnowledgeCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "knowledge",
		Short: "Search articles, write them to Markdown files, read them back",
		Long:  `Articles are what customers and the bot find. Editors change them through the API; these commands carry them from one place to another.`,
		Example: `  aftersales knowledge search 退货运费谁出
  aftersales knowledge export --dir articles
  aftersales knowledge import --dir articles --as editor01`,
	}
	cmd.AddCommand(newKnowledgeSearch(cfg), newKnowledgeExport(cfg), newKnowledgeImport(cfg))
	return cmd
}

// withKnowledge opens what the commands need and closes it again.
func withKnowledge(ctx context.Context, cfg *config.Config, do func(*knowledge.Service) error) (err error) {
	store, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	service, err := openKnowledge(ctx, cfg, store)
	if err != nil {
		return err
	}
	return do(service)
}

func newKnowledgeSearch(cfg *config.Config) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:     "search TEXT",
		Short:   "Find articles as a customer would",
		Long:    `Prints the articles that customers would find, the best first, with their score. A star marks those of which the bot is sure enough to answer from.`,
		Example: `  aftersales knowledge search 鞋子小了能换吗` + "\n" + `  aftersales knowledge search --lang en "who pays for sending it back"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withKnowledge(cmd.Context(), cfg, func(s *knowledge.Service) error {
				hits, err := s.Search(cmd.Context(), knowledge.Query{Text: args[0], Lang: lang, Quiet: true})
				if err != nil {
					return err
				}
				for _, hit := range hits {
					sure := " "
					if hit.Sure {
						sure = "*"
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%s %5.1f  %s  (%s)\n         %s\n", sure, hit.Score, marked(hit.Title), hit.Slug, marked(hit.Snippet))
				}
				if len(hits) == 0 {
					fmt.Fprintln(cmd.OutOrStdout(), "nothing found")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&lang, "lang", knowledge.Chinese, "zh or en")
	return cmd
}

func marked(pieces []knowledge.Piece) string {
	var out strings.Builder
	for _, piece := range pieces {
		if piece.Hit {
			out.WriteString("[" + piece.Text + "]")
		} else {
			out.WriteString(piece.Text)
		}
	}
	return out.String()
}

func newKnowledgeExport(cfg *config.Config) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "export --dir DIR",
		Short:   "Write every published article as a Markdown file",
		Long:    `Writes DIR/<language>/<category>/<name>.md, in the form in which the articles that come with the program are written. Files that are there are written over.`,
		Example: `  aftersales knowledge export --dir articles`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withKnowledge(cmd.Context(), cfg, func(s *knowledge.Service) error {
				files, err := s.Export(cmd.Context())
				if err != nil {
					return err
				}
				for name, content := range files {
					path := filepath.Join(dir, filepath.FromSlash(name))
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						return err
					}
					if err := os.WriteFile(path, content, 0o644); err != nil {
						return err
					}
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%d files written to %s\n", len(files), dir)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder to write to")
	_ = cmd.MarkFlagRequired("dir") // it is defined just above
	return cmd
}

func newKnowledgeImport(cfg *config.Config) *cobra.Command {
	var dir, login string
	cmd := &cobra.Command{
		Use:   "import --dir DIR --as LOGIN",
		Short: "Make drafts of Markdown files",
		Long: `Reads DIR/<language>/<category>/<name>.md and makes a draft in the name of an editor of every article that is new or says
something else than what is published. Nothing is published: another editor reviews the drafts.`,
		Example: `  aftersales knowledge import --dir articles --as editor01`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withKnowledge(cmd.Context(), cfg, func(s *knowledge.Service) error {
				account, err := s.Store.AccountByLogin(cmd.Context(), login)
				if err != nil {
					return fmt.Errorf("--as %s: there is nobody with this login: %w", login, err)
				}
				editor, err := s.Store.Staff(cmd.Context(), account.PersonID)
				if err != nil || editor.Role != "editor" {
					return fmt.Errorf("--as %s: not an editor", login)
				}
				texts, err := knowledge.ReadFolder(os.DirFS(dir), ".")
				if err != nil {
					return err
				}
				drafts, same, err := s.Import(cmd.Context(), editor.ID, texts)
				fmt.Fprintf(cmd.OutOrStdout(), "%d drafts made, %d texts are what is published\n", drafts, same)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder to read")
	cmd.Flags().StringVar(&login, "as", "", "the editor's login")
	_, _ = cmd.MarkFlagRequired("dir"), cmd.MarkFlagRequired("as") // they are defined just above
	return cmd
}
