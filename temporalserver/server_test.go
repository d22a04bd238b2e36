package temporalserver_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"aftersales/temporalserver"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var attributes = map[string]enums.IndexedValueType{
	"Phase": enums.INDEXED_VALUE_TYPE_KEYWORD, "DueAt": enums.INDEXED_VALUE_TYPE_DATETIME, "Amount": enums.INDEXED_VALUE_TYPE_INT,
}

// waitForName is a workflow that is in the middle of something until it is told a name.
func waitForName(ctx workflow.Context) (string, error) {
	var name string
	workflow.GetSignalChannel(ctx, "name").Receive(ctx, &name)
	return "hello " + name, nil
}

func TestWorkflowSurvivesAKilledServer(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB, map[string]enums.IndexedValueType) *testkit.TemporalServer{
		"SQLite": testkit.OwnTemporal, "PostgreSQL": testkit.TemporalOnPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			survivesAKill(t, start(t, attributes))
		})
	}
}

func survivesAKill(t *testing.T, server *testkit.TemporalServer) {
	c, err := client.Dial(client.Options{HostPort: server.Address, Namespace: server.Namespace})
	require.NoError(t, err)
	defer c.Close()
	since := time.Now()
	w := worker.New(c, "kill", worker.Options{})
	w.RegisterWorkflow(waitForName)
	require.NoError(t, w.Start())
	defer w.Stop()
	require.Eventually(t, func() bool {
		polls, err := temporalserver.WorkerPolls(t.Context(), temporalserver.Endpoint{Address: server.Address}, server.Namespace, "kill", since)
		return err == nil && polls
	}, time.Minute, 50*time.Millisecond)

	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "case/1", TaskQueue: "kill",
		TypedSearchAttributes: temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("Phase").ValueSet("intake")),
	}, waitForName)
	require.NoError(t, err)

	first := server.PID()
	server.Kill()
	server.Restart(t)
	require.NotEqual(t, first, server.PID())

	require.Eventually(t, func() bool {
		found, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: "Phase = 'intake'"})
		return err == nil && len(found.GetExecutions()) == 1
	}, time.Minute, 50*time.Millisecond, "the search attribute is still there")
	require.NoError(t, c.SignalWorkflow(t.Context(), "case/1", "", "name", "again"))
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var answer string
	require.NoError(t, run.Get(ctx, &answer))
	require.Equal(t, "hello again", answer)
}

func TestPrepareTwiceAndAgainstAChangedType(t *testing.T) {
	t.Parallel()
	server := testkit.Temporal(t, attributes)
	ns := temporalserver.Namespace{Name: server.Namespace, SearchAttributes: attributes}
	require.NoError(t, temporalserver.Prepare(t.Context(), temporalserver.Endpoint{Address: server.Address}, ns))

	changed := temporalserver.Namespace{Name: server.Namespace, SearchAttributes: map[string]enums.IndexedValueType{"Phase": enums.INDEXED_VALUE_TYPE_INT}}
	require.ErrorContains(t, temporalserver.Prepare(t.Context(), temporalserver.Endpoint{Address: server.Address}, changed), "Phase")

	answers, exists, err := temporalserver.Check(t.Context(), temporalserver.Endpoint{Address: server.Address}, "nobody-made-this")
	require.NoError(t, err)
	require.True(t, answers)
	require.False(t, exists)
	polls, err := temporalserver.WorkerPolls(t.Context(), temporalserver.Endpoint{Address: server.Address}, server.Namespace, "empty", time.Now())
	require.NoError(t, err)
	require.False(t, polls)
}

func TestRetentionAndProfilingOnLoopback(t *testing.T) {
	t.Parallel()
	server := testkit.Temporal(t, nil)
	ns, err := client.NewNamespaceClient(client.Options{HostPort: server.Address})
	require.NoError(t, err)
	defer ns.Close()
	described, err := ns.Describe(t.Context(), server.Namespace)
	require.NoError(t, err)
	require.Equal(t, 30*24*time.Hour, described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())

	_, port := mustSplit(t, server.Address)
	answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/metrics", temporalserver.PortsFrom(port).Metrics))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
}

func TestPrepareNamesWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := temporalserver.Prepare(ctx, temporalserver.Endpoint{Address: temporalserver.Address(testkit.FreePort(t))}, temporalserver.Namespace{Name: "x"})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "an answer from 127.0.0.1:")
}

func TestPostgresIsSetUpTwiceWithoutHarm(t *testing.T) {
	t.Parallel()
	testkit.TemporalOnPostgres(t, nil) // makes sure that the tool is there
	socketDir, user := testkit.PostgresServer(t)
	pg := temporalserver.Postgres{Host: socketDir, User: user, Database: "twice"}
	require.NoError(t, temporalserver.SetupPostgres(t.Context(), pg))
	require.NoError(t, temporalserver.SetupPostgres(t.Context(), pg))

	pg.Host = t.TempDir() // no server there
	require.ErrorContains(t, temporalserver.SetupPostgres(t.Context(), pg), "twice")
}

func TestServerInAFolderWithAnAwkwardName(t *testing.T) {
	t.Parallel()
	testkit.Temporal(t, nil) // makes sure that the program is there
	dir := filepath.Join(t.TempDir(), "a b?c#d%20e")
	server, err := temporalserver.Start(temporalserver.Config{Dir: dir, BasePort: testkit.FreePorts(t, temporalserver.PortCount)}, nil)
	require.NoError(t, err)
	defer server.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	require.NoError(t, server.Prepare(ctx, temporalserver.Namespace{Name: "awkward"}))
	require.FileExists(t, filepath.Join(dir, "temporal.db"))
	require.Error(t, server.Start(), "it runs already")
	server.Stop(20 * time.Second)
	require.False(t, server.Alive())
}

func TestConfigurationFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a folder with ? and %")
	path, err := temporalserver.Config{Dir: dir, BasePort: 20000}.WriteFiles()
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var parsed struct {
		Persistence struct {
			Datastores map[string]struct {
				SQL struct {
					DatabaseName      string            `yaml:"databaseName"`
					PluginName        string            `yaml:"pluginName"`
					ConnectAttributes map[string]string `yaml:"connectAttributes"`
				} `yaml:"sql"`
			} `yaml:"datastores"`
		} `yaml:"persistence"`
		Services map[string]struct {
			RPC map[string]any `yaml:"rpc"`
		} `yaml:"services"`
	}
	require.NoError(t, yaml.Unmarshal(text, &parsed), string(text))
	main := parsed.Persistence.Datastores["main"].SQL
	require.True(t, filepath.IsAbs(main.DatabaseName))
	require.NotContains(t, main.DatabaseName, "?")
	require.Equal(t, "wal", main.ConnectAttributes["journal_mode"])
	require.Equal(t, "2", main.ConnectAttributes["synchronous"])
	require.Len(t, parsed.Services, 4)
	for name, service := range parsed.Services {
		require.Equal(t, true, service.RPC["bindOnLocalHost"], name)
	}

	_, err = temporalserver.Config{Dir: dir, BasePort: 65530}.WriteFiles()
	require.ErrorContains(t, err, "between 1024 and 65535")
}

func TestPortsAreDistinctAndConsecutive(t *testing.T) {
	t.Parallel()
	next := 7233
	temporalserver.PortsFrom(7233).Each(func(port int, use string) {
		require.Equal(t, next, port, use)
		next++
	})
	require.Equal(t, temporalserver.PortCount, next-7233)
}

func TestMissingProgramSaysHowToInstall(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv("GOBIN", "")
	missing := temporalserver.Program{Name: "no-such-program", Env: "AFTERSALES_TEST_NO_SUCH_PROGRAM", Make: "tool"}
	_, err := missing.Find()
	require.ErrorIs(t, err, temporalserver.ErrProgramMissing)
	require.ErrorContains(t, err, "make tool")

	t.Setenv("AFTERSALES_TEST_NO_SUCH_PROGRAM", filepath.Join(t.TempDir(), "gone"))
	_, err = missing.Find()
	require.ErrorContains(t, err, "AFTERSALES_TEST_NO_SUCH_PROGRAM names")
}

func mustSplit(t *testing.T, address string) (string, int) {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	return host, number
}
