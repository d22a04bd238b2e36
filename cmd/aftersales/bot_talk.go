package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"aftersales/bot/dialogue"
	"aftersales/cases"
	"aftersales/config"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/workflows/contract"
)

func newBotTalkCommand(cfg *config.Config) *cobra.Command {
	var login, lang string
	cmd := &cobra.Command{
		Use:   "talk --as LOGIN",
		Short: "Talk with the bot in the terminal, as a customer",
		Long: `Leads a conversation with the bot in the name of a customer, in Chinese or English, one line per message. Cases that the
bot opens are real: "aftersales dev" must be running. A number chooses one of the buttons or order cards that the bot offers.
"+1" or "-1" says whether the last answer from the knowledge base helped. An empty line or Ctrl-D ends it.`,
		Example: `  aftersales bot talk --as kim01
  printf '鞋子小了想换大一码\n1\n好的\n' | aftersales bot talk --as kim01`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			store, err := openStore(ctx, cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			who, err := customerOf(ctx, store, login)
			if err != nil {
				return err
			}
			service, release, err := newCaseService(ctx, cfg, store)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, release()) }()
			articles, err := newKnowledge(ctx, store, service.Packs, service.Chosen)
			if err != nil {
				return err
			}
			mind, err := shippedMind(ctx, cfg)
			if err != nil {
				return err
			}
			return talk(ctx, dialogue.New(mind), customerWorld{service: service, store: store, who: who, articles: articles}, lang, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&login, "as", "", "the customer's login")
	cmd.Flags().StringVar(&lang, "lang", "zh-CN", "language until the customer writes: zh-CN or en")
	_ = cmd.MarkFlagRequired("as") // it is defined just above
	return cmd
}

// customerOf finds the customer of a login.
func customerOf(ctx context.Context, store *models.Store, login string) (contract.Actor, error) {
	account, err := store.AccountByLogin(ctx, login)
	if errors.Is(err, models.ErrNotFound) || err == nil && account.PersonKind != identity.KindCustomer {
		return contract.Actor{}, fmt.Errorf("--as %s: there is no customer with this login", login)
	}
	return contract.Actor{Kind: contract.Customer, ID: account.PersonID}, err
}

// newCaseService opens what a service for cases stands on.
func newCaseService(ctx context.Context, cfg *config.Config, store *models.Store) (*cases.Service, func() error, error) {
	engine, err := dialEngine(cfg, store)
	if err != nil {
		return nil, nil, err
	}
	files, err := openFiles(cfg)
	if err != nil {
		engine.Close()
		return nil, nil, err
	}
	release := func() error { engine.Close(); return files.Close() }
	away, err := newOutside(cfg)
	if err != nil {
		return nil, nil, errors.Join(err, release())
	}
	packs, hash, err := newPacks(ctx, cfg, store)
	if err != nil {
		return nil, nil, errors.Join(err, release())
	}
	chosen, err := choosePack(ctx, cfg, store, packs, hash)
	if err != nil {
		return nil, nil, errors.Join(err, release())
	}
	return &cases.Service{
		Store: store, Files: files, Engine: engine, Packs: packs, Chosen: chosen, Carriers: carriers{away.carrier.Carriers()},
	}, release, nil
}

// talk takes turns until there is nothing more to read.
func talk(ctx context.Context, engine *dialogue.Engine, world customerWorld, lang string, in io.Reader, out io.Writer) error {
	var state dialogue.State
	var told dialogue.Reply // the last answer from the knowledge base
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for fmt.Fprint(out, "> "); lines.Scan(); fmt.Fprint(out, "> ") {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			break
		}
		if thumb := text == "+1" || text == "-1"; thumb && told.Answers != "" {
			if err := world.thumb(ctx, told, state.Lang, text == "+1"); err != nil {
				return err
			}
			fmt.Fprintf(out, "  %s\n", pick(state.Lang != "en", "谢谢，记下了。", "Thank you, noted."))
			continue
		}
		world.key, world.at = uuid.NewString(), time.Now()
		after, replies, err := engine.Turn(ctx, world, state, dialogue.Input{Text: text, Lang: lang, At: world.at})
		if err != nil {
			if words := fault.As(err); words != nil {
				fmt.Fprintf(out, "  %s\n", words.Text(lang))
				continue
			}
			return err
		}
		state = after
		for _, reply := range replies {
			show(out, reply)
			if reply.Answers != "" {
				told = reply
			}
		}
	}
	fmt.Fprintln(out)
	return lines.Err()
}

// show prints a reply with its cards and buttons.
func show(out io.Writer, reply dialogue.Reply) {
	fmt.Fprintf(out, "  %s\n", reply.Text)
	if reply.Source != "" {
		fmt.Fprintf(out, "    (%s)\n", reply.Source)
	}
	for i, item := range reply.Items {
		fmt.Fprintf(out, "    [%d] %s %s %s × %d, %s, %s %s\n", i+1, item.Title, item.Colour, item.Size, item.Quantity, item.Paid, item.OrderID, item.At.Format("2006-01-02"))
	}
	if len(reply.Items) == 0 {
		for i, choice := range reply.Choices {
			fmt.Fprintf(out, "    [%d] %s\n", i+1, choice.Label)
		}
	}
	if reply.Handoff != nil {
		fmt.Fprintf(out, "    → %s\n", reply.Handoff.Text)
	}
}
