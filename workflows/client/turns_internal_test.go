package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTurnsAreTakenInOrderAndGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var crowd turns
		var held []func()
		for range atOnce {
			done, err := crowd.wait(t.Context(), "a")
			require.NoError(t, err)
			held = append(held, done)
		}
		var came []int
		for i := range 3 {
			go func() {
				done, err := crowd.wait(t.Context(), "a")
				require.NoError(t, err)
				came = append(came, i)
				done()
			}()
			synctest.Wait()
		}
		require.Empty(t, came, "no more than that at once")

		other, err := crowd.wait(t.Context(), "b")
		require.NoError(t, err, "another case is not held up")
		other()

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = crowd.wait(ctx, "a")
		require.ErrorIs(t, err, context.DeadlineExceeded)

		held[0]()
		synctest.Wait()
		require.Equal(t, []int{0, 1, 2}, came, "first come, first served; who gave up keeps no place")
		for _, done := range held[1:] {
			done()
		}
		require.Empty(t, crowd.lines, "a line with nobody in it is forgotten")
	})
}
