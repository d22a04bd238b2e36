package temporalserver_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"aftersales/temporalserver"
)

func TestTheWebUIReachesAServerByTLS(t *testing.T) {
	configuration := func(secure *temporalserver.UITLS) (got map[string]any) {
		dir := t.TempDir()
		_, err := temporalserver.UI{
			Dir: dir, Listen: "127.0.0.1:8233", Address: "temporal.example:7233", Namespace: "n", Program: "/bin/true", TLS: secure,
		}.Command()
		require.NoError(t, err)
		content, err := os.ReadFile(filepath.Join(dir, "ui-config", "aftersales.yaml"))
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(content, &got), string(content))
		return got
	}
	require.NotContains(t, configuration(nil), "tls")
	require.Equal(t, map[string]any{
		"caFile": "/ca", "certFile": "/cert", "keyFile": "/key", "serverName": "temporal.example", "enableHostVerification": true,
	}, configuration(&temporalserver.UITLS{CA: "/ca", Cert: "/cert", Key: "/key"})["tls"])
	require.Equal(t, "other", configuration(&temporalserver.UITLS{ServerName: "other"})["tls"].(map[string]any)["serverName"])
}
