package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"aftersales/config"
	"aftersales/interchange"
)

func newImportCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Read orders from CSV files",
		Long: `Brings data of a shop into the database that the configuration names. "aftersales migrate" must have made it.
There is one kind so far: orders.`,
		Example: `  aftersales import orders orders.csv --dry-run
  aftersales import orders orders.csv`,
	}
	cmd.AddCommand(newImportOrdersCommand(cfg))
	return cmd
}

func newImportOrdersCommand(cfg *config.Config) *cobra.Command {
	var opts interchange.OrdersOptions
	var delimiter, report string
	cmd := &cobra.Command{
		Use:   "orders FILE.csv",
		Short: "Read orders from a CSV file",
		Long: `Reads orders from a CSV file, one row per article; the rows of an order follow each other. The first line names the
columns, in English or Chinese; docs/interchange.md lists them all. Needed are order_id, version (or modified_at),
customer_id, merchant_id, paid_at, line_id, product_id, title, quantity, unit_price, line_paid, rail, payment_ref and
captured. Customers and merchants who do not exist are made when customer_name and merchant_name are given. Names,
telephone numbers and addresses are stored sealed.

UTF-8 (with or without byte order mark), GBK/GB18030 and UTF-16 are told apart, and so are comma, semicolon and tab.
Amounts may have ¥, 元 and thousands separators; times without a zone are China's.

Good orders are kept, a few hundred per transaction, and every bad line is written to FILE.csv.report.csv with its number,
its column and what is wrong; an order with a bad line is left out whole. The same file may be read again: an order
in the same version stays, a newer version replaces it, an older one is passed over. After an interruption the
program says with which --from-line to go on; beginning anew does the same, more slowly.

It ends with 1 when something was left out.`,
		Example: `  cat orders.csv
  订单号,版本,买家ID,买家姓名,商家ID,商家名称,付款时间,子订单号,商品ID,商品名称,数量,单价(元),商品实付,支付方式,支付流水号,支付金额
  T2001,1,c-77,金小米,s-9,晴天鞋铺,2026/11/3 20:15,T2001-1,shoes,跑步鞋 42 码,1,"¥1,299.00","1,199.00",支付宝,2026110322001,1204.00
  T2001,,,,,,,T2001-2,socks,袜子,1,5,5,,,

  aftersales import orders orders.csv --dry-run     only say what would happen
  aftersales import orders orders.csv               store them
  aftersales import orders shop.csv --encoding gbk --delimiter tab --ignore-unknown`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if opts.Comma, err = readDelimiter(delimiter); err != nil {
				return err
			}
			if opts.FromLine < 0 {
				return errors.New("--from-line: give the number of a line, from 2 on")
			}
			file, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("open the file to import: %w", err)
			}
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				return fmt.Errorf("open the file to import: %w", err)
			}
			if report == "" {
				report = args[0] + ".report.csv"
			}
			store, err := openStore(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()

			problems := &problemFile{path: report, screen: cmd.ErrOrStderr()}
			bar := newProgress(cmd.ErrOrStderr(), info.Size())
			opts.Issue, opts.Progress = problems.add, bar.show
			began := time.Now()
			result, failed := interchange.ImportOrders(cmd.Context(), store, file, opts)
			bar.end()
			if err := problems.close(); err != nil {
				return errors.Join(failed, fmt.Errorf("write the report: %w", err))
			}
			printOrders(cmd.OutOrStdout(), result, opts.DryRun, time.Since(began))
			switch {
			case failed != nil && result.Next > 0:
				return fmt.Errorf("%w; what was read before is stored: go on with --from-line %d", failed, result.Next)
			case failed != nil:
				return failed
			case result.Issues > 0:
				return fmt.Errorf("%d problems; %s has them all", result.Issues, report)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&opts.DryRun, "dry-run", false, "read and check everything, write nothing but the report")
	cmd.Flags().IntVar(&opts.FromLine, "from-line", 0, "begin with the first order that begins at this line or later")
	cmd.Flags().StringVar(&opts.Encoding, "encoding", "", "how the file is written: "+strings.Join(interchange.Encodings(), ", ")+" (default: found out)")
	cmd.Flags().StringVar(&delimiter, "delimiter", "", "what separates cells: comma, semicolon, tab (default: found out)")
	cmd.Flags().BoolVar(&opts.IgnoreUnknown, "ignore-unknown", false, "pass over columns that nobody knows instead of refusing the file")
	cmd.Flags().StringVar(&report, "report", "", "where to write what is wrong (default: FILE.csv.report.csv)")
	return cmd
}

func readDelimiter(name string) (rune, error) {
	switch name {
	case "":
		return 0, nil
	case "comma", ",":
		return ',', nil
	case "semicolon", ";":
		return ';', nil
	case "tab", "\t", `\t`:
		return '\t', nil
	}
	return 0, fmt.Errorf("--delimiter %q: give comma, semicolon or tab", name)
}

func printOrders(out io.Writer, r interchange.Orders, dry bool, took time.Duration) {
	names := map[rune]string{',': "comma", ';': "semicolon", '\t': "tab"}
	if len(r.Ignored) > 0 {
		fmt.Fprintf(out, "ignored columns  %s\n", strings.Join(r.Ignored, ", "))
	}
	fmt.Fprintf(out, "file             %s, %s; %d lines read", r.Encoding, names[r.Comma], r.Lines)
	if r.Skipped > 0 {
		fmt.Fprintf(out, ", %d of them passed over", r.Skipped)
	}
	fmt.Fprintf(out, " in %s (%.0f lines/s, %.1f MB)\n", took.Round(time.Millisecond), float64(r.Lines)/max(took.Seconds(), 0.001), float64(r.Bytes)/1e6)
	fmt.Fprintf(out, "orders           new %d, replaced %d, unchanged %d, older than stored %d, left out %d\n",
		r.Created, r.Replaced, r.Unchanged, r.Older, r.Refused)
	fmt.Fprintf(out, "people           new customers %d, new merchants %d\n", r.Customers, r.Merchants)
	fmt.Fprintf(out, "problems         %d, in %d lines and %d orders\n", r.Issues, r.Bad, r.Refused)
	if dry {
		fmt.Fprintln(out, "Nothing was written: this was a dry run.")
	}
}

// problemFile writes problems to a file that is there only when there are any, and the first few to the screen.
type problemFile struct {
	path   string
	screen io.Writer
	shown  int
	file   *os.File
	report *interchange.Report
}

const problemsShown = 10

func (p *problemFile) add(issue interchange.Issue) (err error) {
	if p.shown++; p.shown <= problemsShown {
		fmt.Fprintln(p.screen, issue)
	}
	if p.report == nil {
		if p.file, err = os.CreateTemp(filepath.Dir(p.path), filepath.Base(p.path)+".*"); err != nil {
			return err
		}
		if p.report, err = interchange.NewReport(p.file); err != nil {
			return err
		}
	}
	return p.report.Add(issue)
}

// close puts the report in its place. An earlier run's report goes: it would say what is no longer true.
func (p *problemFile) close() error {
	if p.shown > problemsShown {
		fmt.Fprintf(p.screen, "… and %d more\n", p.shown-problemsShown)
	}
	if p.file == nil {
		if err := os.Remove(p.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	var err error
	if p.report != nil {
		err = p.report.Close()
	}
	if err = errors.Join(err, p.file.Close()); err != nil {
		return err
	}
	return os.Rename(p.file.Name(), p.path)
}

// progress shows a bar on a terminal and a line now and then elsewhere.
type progress struct {
	bar    *progressbar.ProgressBar
	out    io.Writer
	size   int64
	showed int
}

const linesBetween = 10_000

func newProgress(out io.Writer, size int64) *progress {
	p := &progress{out: out, size: size}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions64(size, progressbar.OptionSetWriter(out), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription("orders"))
	}
	return p
}

func (p *progress) show(r interchange.Orders) {
	switch {
	case p.bar != nil:
		_ = p.bar.Set64(min(r.Bytes, p.size))
	case r.Lines-p.showed >= linesBetween:
		p.showed = r.Lines
		fmt.Fprintf(p.out, "%d lines, %.0f %%\n", r.Lines, 100*float64(r.Bytes)/float64(max(p.size, 1)))
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		fmt.Fprintln(p.out)
	}
}
