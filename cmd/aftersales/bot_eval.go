package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"aftersales/bot"
	"aftersales/bot/learning"
	"aftersales/bot/nlu"
	"aftersales/config"
)

func newBotEvalCommand(cfg *config.Config) *cobra.Command {
	var data, train, add string
	var asJSON, confusions bool
	cmd := &cobra.Command{
		Use:   "eval [flags]",
		Short: "Measure how well the bot understands",
		Long: `Lets the bot guess texts whose intent is known, and prints how often it is right. Without --data it is measured on the
project's own frozen texts, which nothing is trained on.

A data file has one JSON object per line: {"text", "lang", "intent", "alt": [], "entities": [{"slot", "value", "start", "end"}]}.
With --train a fresh model is trained on such a file, with whatever intents it has; with --add on the shipped text and that
file, which is how corrections are measured. Lenient accuracy counts the intents in "alt" as right, too; out of scope is the
area under the curve of telling the intents "other" and "oos" from all others by the margin; a slot is right when its words
or its value are those expected.`,
		Example: `  aftersales bot eval
  aftersales bot eval --data customers.jsonl --add corrections.jsonl
  aftersales bot eval --data test.jsonl --train train.jsonl --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if train != "" && add != "" {
				return errors.New("give --train or --add, not both: the one trains on that file alone, the other adds it to the shipped text")
			}
			examples, err := evaluated(data)
			if err != nil {
				return err
			}
			began := time.Now()
			models, trained, err := examinees(cmd.Context(), cfg, examples, train, add)
			if err != nil {
				return err
			}
			found := evaluate(models, examples)
			if trained {
				found.TrainSeconds = time.Since(began).Seconds()
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(found)
			}
			found.print(cmd.OutOrStdout(), confusions)
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "JSON lines to be guessed; empty: the project's frozen texts")
	cmd.Flags().StringVar(&train, "train", "", "train a fresh model on these JSON lines alone")
	cmd.Flags().StringVar(&add, "add", "", "train on the shipped text and these JSON lines")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&confusions, "confusions", false, "also print what was taken for what")
	return cmd
}

// labelled is a line of a data file.
type labelled struct {
	Text     string   `json:"text"`
	Lang     string   `json:"lang"`
	Intent   string   `json:"intent"`
	Alt      []string `json:"alt"`
	Entities []struct {
		Slot  string `json:"slot"`
		Value string `json:"value"`
	} `json:"entities"`
}

func (l labelled) example() nlu.Example {
	lang := l.Lang
	if lang == "" {
		lang = nlu.LanguageOf(l.Text, "")
	}
	return nlu.Example{Text: l.Text, Lang: lang[:2], Intent: l.Intent, Alt: l.Alt}
}

// readLabelled reads a data file. An error names the line.
func readLabelled(path string) ([]labelled, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []labelled
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var line labelled
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, n, err)
		}
		if line.Intent == "" || line.Lang != "" && len(line.Lang) < 2 {
			return nil, fmt.Errorf("%s, line %d: an intent is needed, and a language such as zh or en, or none", path, n)
		}
		all = append(all, line)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no example", path)
	}
	return all, nil
}

// evaluated are the texts to be guessed.
func evaluated(path string) ([]labelled, error) {
	if path != "" {
		return readLabelled(path)
	}
	var all []labelled
	for _, lang := range []string{nlu.Chinese, nlu.English} {
		frozen, err := nlu.FrozenText(lang)
		if err != nil {
			return nil, err
		}
		for _, e := range frozen {
			all = append(all, labelled{Text: e.Text, Lang: e.Lang, Intent: e.Intent, Alt: e.Alt})
		}
	}
	return all, nil
}

// examinees are the models that guess, by language; trained tells that it had to be done for this.
func examinees(ctx context.Context, cfg *config.Config, asked []labelled, train, add string) (models map[string]*nlu.Model, trained bool, err error) {
	models = map[string]*nlu.Model{}
	if train == "" && add == "" {
		mind, err := shippedMind(ctx, cfg)
		if err != nil {
			return nil, false, err
		}
		for _, lang := range []string{nlu.Chinese, nlu.English} {
			models[lang] = mind.Model(lang)
		}
		return models, false, nil
	}
	path := train + add
	lines, err := readLabelled(path)
	if err != nil {
		return nil, false, err
	}
	given := map[string][]nlu.Example{}
	for _, line := range lines {
		e := line.example()
		given[e.Lang] = append(given[e.Lang], e)
	}
	for _, line := range asked {
		lang := line.example().Lang
		if models[lang] != nil {
			continue
		}
		examples := given[lang]
		if add != "" {
			shipped, err := nlu.TrainingText(lang)
			if err != nil {
				return nil, false, err
			}
			examples = append(shipped, examples...)
		}
		if models[lang], err = learning.Trained(ctx, "", lang, examples); err != nil {
			return nil, false, fmt.Errorf("%s, language %s: %w", path, lang, err)
		}
	}
	return models, true, nil
}

// evaluation is what eval prints.
type evaluation struct {
	N            int             `json:"n"`
	Accuracy     float64         `json:"accuracy"`
	Lenient      float64         `json:"accuracy_lenient"`
	MacroF1      float64         `json:"macro_f1"`
	OOS          *float64        `json:"oos_auroc"` // null when one of the sides does not occur
	SlotF1       *float64        `json:"slot_f1"`   // null without entities
	TrainSeconds float64         `json:"train_seconds"`
	P50          float64         `json:"p50_us"`
	P99          float64         `json:"p99_us"`
	confused     []nlu.Confusion // the most frequent first
}

func evaluate(models map[string]*nlu.Model, asked []labelled) evaluation {
	examples := make([]nlu.Example, len(asked))
	for i, line := range asked {
		examples[i] = line.example()
	}
	took := make([]time.Duration, 0, len(asked))
	score := nlu.Measure(func(e nlu.Example) nlu.Prediction {
		began := time.Now()
		p := models[e.Lang].Predict(e.Text)
		took = append(took, time.Since(began))
		return p
	}, examples)
	slices.Sort(took)
	at := func(q float64) float64 {
		return float64(took[min(len(took)-1, int(q*float64(len(took))))].Nanoseconds()) / 1000
	}
	found := evaluation{
		N: score.N, Accuracy: score.Accuracy, Lenient: score.Lenient, MacroF1: score.MacroF1, P50: at(.50), P99: at(.99), confused: score.Confused,
	}
	if score.OOS > 0 {
		found.OOS = &score.OOS
	}
	found.SlotF1 = slotF1(asked, time.Now())
	return found
}

// slotF1 is the harmonic mean of precision and recall over all slots; nil when no line has entities. Slots that a
// line does not ask about by name anywhere in the file are not counted against the bot.
func slotF1(asked []labelled, now time.Time) *float64 {
	names := map[string]bool{}
	for _, line := range asked {
		for _, entity := range line.Entities {
			names[entity.Slot] = true
		}
	}
	if len(names) == 0 {
		return nil
	}
	var right, found, wanted float64
	for _, line := range asked {
		slots := slices.DeleteFunc(bot.Extract(line.Text, now), func(s bot.Slot) bool { return !names[s.Name] })
		found += float64(len(slots))
		wanted += float64(len(line.Entities))
		for _, entity := range line.Entities {
			at := slices.IndexFunc(slots, func(s bot.Slot) bool {
				return s.Name == entity.Slot && (s.Value == entity.Value || s.Raw == entity.Value)
			})
			if at >= 0 {
				right++
				slots = slices.Delete(slots, at, at+1)
			}
		}
	}
	f1 := 0.0
	if right > 0 {
		f1 = 2 * right / (found + wanted)
	}
	return &f1
}

// printedConfusions are the most that are listed.
const printedConfusions = 30

func (e evaluation) print(out io.Writer, confusions bool) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	fmt.Fprintf(table, "texts\t%d\naccuracy\t%.3f\nlenient accuracy\t%.3f\nmacro F1\t%.3f\n", e.N, e.Accuracy, e.Lenient, e.MacroF1)
	if e.OOS != nil {
		fmt.Fprintf(table, "out of scope, AUROC\t%.3f\n", *e.OOS)
	}
	if e.SlotF1 != nil {
		fmt.Fprintf(table, "slots, F1\t%.3f\n", *e.SlotF1)
	}
	if e.TrainSeconds > 0 {
		fmt.Fprintf(table, "training\t%.1f s\n", e.TrainSeconds)
	}
	fmt.Fprintf(table, "one guess, p50\t%.0f µs\none guess, p99\t%.0f µs\n", e.P50, e.P99)
	if confusions {
		fmt.Fprintln(table, "\nWANTED\tTAKEN FOR\tTIMES")
		for _, pair := range e.confused[:min(printedConfusions, len(e.confused))] {
			fmt.Fprintf(table, "%s\t%s\t%d\n", pair.Want, pair.Got, pair.N)
		}
	}
}
