package identity

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
)

// Whether an account exists is not told by the work that a sign-in takes: the same hash is made for one that does not.
func TestUnknownAccountsCostTheSameWork(t *testing.T) {
	hasher := NewHasher(1, time.Millisecond)
	hash, err := hasher.Hash(t.Context(), "correct horse battery")
	require.NoError(t, err)
	require.Contains(t, hash, "$m=19456,t=2,p=1$", "whatever tests do: the program's own cost")
	known, err := parsePHC(hash)
	require.NoError(t, err)
	unknown, err := parsePHC(hasher.dummy)
	require.NoError(t, err)
	require.Len(t, unknown.salt, len(known.salt))
	require.Len(t, unknown.sum, len(known.sum))
	known.salt, known.sum, unknown.salt, unknown.sum = nil, nil, nil, nil
	require.Equal(t, known, unknown)

	hasher.slots <- struct{}{} // somebody else is at it: whoever does the work has to wait
	for _, stored := range []string{hash, ""} {
		_, err := hasher.Verify(context.Background(), stored, "some other password")
		require.Equal(t, fault.Unavailable, fault.As(err).Code)
	}
	<-hasher.slots
	right, err := hasher.Verify(t.Context(), "", "some other password")
	require.NoError(t, err)
	require.False(t, right)
}
