package insurance

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
)

const good = `{"key":"k","order_id":"o1","carrier":"yto","waybill":"YT1000000000001","amount":1200,"currency":"CNY","claim_no":"C1","state":"paid","paid":1200,"at":"2026-01-01T10:00:00Z"}`

func TestNew(t *testing.T) {
	for _, bad := range []Options{{}, {BaseURL: "http://127.0.0.1", KeyID: "k", Secret: "short"}, {BaseURL: "127.0.0.1", KeyID: "k", Secret: "0123456789abcdef"}, {BaseURL: "http://127.0.0.1", Secret: "0123456789abcdef"}} {
		_, err := New(bad)
		require.Error(t, err)
	}
}

func FuzzClaim(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"key":"k","claim_no":"C1","state":"refused","why":"waybill_used","amount":1,"at":"2026-01-01T10:00:00Z"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		var body claimBody
		if json.Unmarshal(content, &body) != nil {
			return
		}
		claim, err := body.claim("k")
		if err != nil {
			return
		}
		require.Equal(t, "k", claim.Key)
		require.NotEmpty(t, claim.ProviderRef)
		require.False(t, claim.At.IsZero())
		if claim.State == partners.ClaimPaid {
			require.Positive(t, claim.Amount)
		}
	})
}
