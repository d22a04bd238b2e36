package docs_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// attack is something that somebody may try. also names tests besides those that carry its number; without says why there
// is nothing yet that could be attacked so.
type attack struct {
	what    string
	also    []string
	without string
}

// attacks are those that every release is tried with, by number.
var attacks = []attack{
	{what: "another party's ID inside a request: a customer's, an order's, a shop's, a file's"},
	{what: "reading or changing somebody else's case, order, file or news by its ID", also: []string{"TestWhatIsAnothersDoesNotExist", "TestOthersOrdersDoNotExist"}},
	{what: "being checked for another action than the one that is done", also: []string{"TestEveryRouteServesExactlyItsRoles", "TestKeysAreBoundToTheirScopes"}},
	{what: "forged headers, tokens and addresses that say who one is"},
	{what: "tokens that can be guessed"},
	{what: "links to join or recover that live for ever or work twice"},
	{what: "notices and hand-overs that are unsigned, altered, another's or sent again", also: []string{"TestScenario25_NoticesDoubledDisorderedForged"}},
	{what: "script in what people write", also: []string{"TestPageShowsTheLedgerEscaped"}},
	{what: "links that lead elsewhere, look-alike hosts, other sites' pages"},
	{what: "making our server call inner addresses"},
	{what: "fields that one must not set, the same field twice", also: []string{"TestCheckJSON", "TestKeysThatEncodingJSONTakesForTheSameAreRefused"}},
	{what: "sockets: foreign origins, tickets, others' channels, after revocation", also: []string{"TestPresenceAndTyping"}},
	{what: "sockets: floods, slow readers", also: []string{"TestRatesOfPeople"}},
	{what: "races of refunds and approvals, a changed amount, one's own approval", also: []string{
		"TestContradictingDecisions", "TestContradictingJudgments", "TestFiftyAtOnceOnTheSameTenders", "TestNobodyClaimsBackMoreThanTheyMayDecide"}},
	{what: "skipping steps, speaking to others' workflows", also: []string{"TestStaleRevisionAndStrangers"}},
	{what: "codes, passkeys and fresh factors: guessed, sent again, for another action"},
	{what: "finding out accounts, trying leaked passwords, exhausting memory by hashing", also: []string{
		"TestEveryRefusedSignInLooksAlike", "TestUnknownAccountsCostTheSameWork", "TestTriesPerLoginAreLimitedEvenSideBySide"}},
	{what: "files that are something else, or too much, or tell where one was"},
	{what: "injection into filters, sheets, logs and the bot", also: []string{"TestScenario37_InstructionsInsideATextChangeNothing"}},
	{what: "personal data where it must not be, or after erasure", also: []string{
		"TestFilesHoldNoPlainText", "TestLogsHideSecretsAndPersonalData", "TestTheLogHoldsNothingPersonal", "TestFieldErrorsSayWhereAndWhatButNeverTheValue"}},
}

var attackTest = regexp.MustCompile(`(?m)^func (TestAttack(\d\d)_\w+)\(`)

// testsByAttack finds every test that carries an attack's number, with its folder.
func testsByAttack(t *testing.T) map[int]map[string]string {
	found := map[int]map[string]string{}
	err := filepath.WalkDir("..", func(name string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || len(entry.Name()) > 2 && strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		for _, match := range attackTest.FindAllStringSubmatch(read(t, name), -1) {
			n, err := strconv.Atoi(match[2])
			require.NoError(t, err)
			require.Truef(t, n >= 1 && n <= len(attacks), "%s has a number that no attack has; they go from 1 to %d", match[1], len(attacks))
			if found[n] == nil {
				found[n] = map[string]string{}
			}
			require.Empty(t, found[n][match[1]], "%s is in two folders", match[1])
			found[n][match[1]] = strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), "../") + "/"
		}
		return nil
	})
	require.NoError(t, err)
	return found
}

// attackTable says of each attack which tests try it, and where they are.
func attackTable(t *testing.T) []string {
	found := testsByAttack(t)
	lines := head("no.", "attack", "tests that try it", "also")
	for i, a := range attacks {
		byFolder := map[string][]string{}
		for _, name := range slices.Sorted(maps.Keys(found[i+1])) {
			byFolder[found[i+1][name]] = append(byFolder[found[i+1][name]], code(name))
		}
		var tests, also []string
		for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
			tests = append(tests, code(folder)+": "+strings.Join(byFolder[folder], ", "))
		}
		for _, name := range a.also {
			also = append(also, code(name))
		}
		if a.without != "" {
			tests = append(tests, a.without)
		}
		lines = append(lines, row(fmt.Sprint(i+1), a.what, strings.Join(tests, "; "), strings.Join(also, ", ")))
	}
	return lines
}

// Every attack has its row, with a test of its number, or with the reason why there is none; every such test is in it.
// That the named tests exist is TestNamedTestsExist's to see.
func TestEveryAttackIsTried(t *testing.T) {
	found := testsByAttack(t)
	require.Len(t, attacks, 20)
	rows := map[string]string{}
	table, _, _ := strings.Cut(read(t, "security.md"), "### Seen to fail") // whose rows say which defences were taken out, several of one attack
	for _, match := range regexp.MustCompile(`(?m)^\| (\d+) \| (.+)$`).FindAllStringSubmatch(table, -1) {
		require.NotContains(t, rows, match[1], "two rows")
		rows[match[1]] = match[2]
	}
	for i, a := range attacks {
		line, there := rows[fmt.Sprint(i+1)]
		require.True(t, there, "docs/security.md has no row for attack %d", i+1)
		if a.without == "" {
			require.NotEmpty(t, found[i+1], "attack %d (%s) has no test TestAttack%02d_…", i+1, a.what, i+1)
		} else {
			require.Empty(t, found[i+1], "attack %d has tests by now: take out the reason why there are none", i+1)
		}
		for name, folder := range found[i+1] {
			require.Contains(t, line, code(name))
			require.Contains(t, line, code(folder))
		}
	}
}

// Every chapter of the standard has a section of its own, and every row says where a thing is met or why not.
func TestStandardIsToldChapterByChapter(t *testing.T) {
	groups := map[int]int{1: 5, 2: 4, 3: 7, 4: 4, 5: 4, 6: 8, 7: 6, 8: 4, 9: 2, 10: 7, 11: 7, 12: 3, 13: 4, 14: 3, 15: 4, 16: 5, 17: 3}
	rows := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^\| (\d+\.\d+) [^|]*\| ([^|]*) \| ([^|]*) \|$`).FindAllStringSubmatch(read(t, "security.md"), -1) {
		rows[match[1]] = match[2]
		require.NotEmpty(t, strings.Trim(match[2]+match[3], " –"), "group %s says nothing", match[1])
	}
	total := 0
	for chapter, n := range groups {
		for group := 1; group <= n; group++ {
			require.Contains(t, rows, fmt.Sprintf("%d.%d", chapter, group), "ASVS 5.0 has this group, docs/security.md does not")
			total++
		}
	}
	require.Len(t, rows, total)
}
