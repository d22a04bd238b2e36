package live_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where WebSocket does not get through, a client reads a stream and says what it has to say beside it.
func TestTheStreamInThePlaceOfASocket(t *testing.T) {
	n := newWorld().node(t)
	post := func(path, body string) *http.Response {
		request, err := http.NewRequestWithContext(soon(t), http.MethodPost, n.url+path, strings.NewReader(body))
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, answer.Body.Close()) })
		return answer
	}
	stream := post("/stream", `{"id":1,"connect":{"token":"`+n.ticket(kim)+`"}}`)
	require.Equal(t, http.StatusOK, stream.StatusCode)
	lines := bufio.NewScanner(stream.Body)
	read := func() string {
		require.True(t, lines.Scan(), "%v", lines.Err())
		return lines.Text()
	}
	var connected struct {
		Connect struct{ Session, Node string }
	}
	require.NoError(t, json.Unmarshal([]byte(read()), &connected))
	say := func(command string) int {
		content, err := json.Marshal(map[string]string{"session": connected.Connect.Session, "node": connected.Connect.Node, "data": command})
		require.NoError(t, err)
		return post("/send", string(content)).StatusCode
	}
	require.Equal(t, http.StatusNoContent, say(`{"id":2,"subscribe":{"channel":"case:c-1"}}`))
	require.Contains(t, read(), `"recoverable":true`)
	require.Equal(t, http.StatusNoContent, say(`{"id":3,"subscribe":{"channel":"case:c-2"}}`))
	require.Contains(t, read(), `"code":103`)
	n.tell(changed(1, `[]`))
	require.Contains(t, read(), `"seq":1`)
	n.Revoked([]string{kim.Session})
	require.Contains(t, read(), `"code":4501`)
	require.False(t, lines.Scan(), "the stream ends")

	require.NotEqual(t, http.StatusOK, post("/send", `{"session":"x","node":"y","data":"{}"}`).StatusCode)
	refused := bufio.NewScanner(post("/stream", `{"id":1,"connect":{"token":"x"}}`).Body)
	require.True(t, refused.Scan())
	require.Contains(t, refused.Text(), "3500")
}
