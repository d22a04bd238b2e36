package demo

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// The stories bring about every way in which a case of each kind can end by what people, rules or time do, and no other.
func TestStoriesReachEveryEnding(t *testing.T) {
	reached, names := map[string]bool{}, map[string]bool{}
	for _, story := range stories {
		require.False(t, names[story.name], "%s is there twice", story.name)
		names[story.name] = true
		require.NotEmpty(t, story.words, story.name)
		require.Positive(t, story.price, story.name)
		for _, ending := range story.ends {
			kind, outcome, found := strings.Cut(ending, "/")
			require.True(t, found, "%s ends as %s", story.name, ending)
			require.Contains(t, contract.Endings[policy.Kind(kind)], contract.Outcome(outcome), "%s ends as %s", story.name, ending)
			reached[ending] = true
		}
	}
	for kind, outcomes := range contract.Endings {
		for _, outcome := range outcomes {
			require.True(t, reached[string(kind)+"/"+string(outcome)], "no story ends as %s/%s", kind, outcome)
		}
	}
	require.Equal(t, len(stories), Stories(""))
	require.Equal(t, len(exchanges), Stories("exchange/"))
	require.Zero(t, Stories("nothing"))
}
