// Package deploy holds what runs Aftersales on containers; its tests read the files as the tools would.
package deploy

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"

	"aftersales/config"
)

func load(t *testing.T, env types.Mapping) (*types.Project, error) {
	t.Helper()
	content, err := os.ReadFile("../docker-compose.yml")
	require.NoError(t, err)
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  "..",
		ConfigFiles: []types.ConfigFile{{Filename: "docker-compose.yml", Content: content}},
		Environment: env,
	}, func(o *loader.Options) { o.SetProjectName("aftersales", true) })
}

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := load(t, types.Mapping{"POSTGRES_PASSWORD": "aaa", "REDIS_PASSWORD": "bbb"})
	require.NoError(t, err)
	return p
}

var ours = []string{"api", "migrate", "sandbox", "worker"}

func TestServicesAndWhatTheyWaitFor(t *testing.T) {
	p := project(t)
	require.ElementsMatch(t, append([]string{"postgres", "redis", "temporal", "temporal-ui"}, ours...), p.ServiceNames())
	const healthy, done = types.ServiceConditionHealthy, types.ServiceConditionCompletedSuccessfully
	for name, want := range map[string]map[string]string{
		"temporal":    {"postgres": healthy},
		"temporal-ui": {"temporal": healthy},
		"migrate":     {"postgres": healthy, "temporal": healthy, "sandbox": healthy},
		"api":         {"migrate": done, "temporal": healthy, "redis": healthy},
		"worker":      {"migrate": done, "temporal": healthy},
	} {
		got := map[string]string{}
		for other, dependency := range p.Services[name].DependsOn {
			got[other] = dependency.Condition
			if dependency.Condition == healthy {
				require.NotNil(t, p.Services[other].HealthCheck, "%s waits for the health of %s, which has no check", name, other)
			}
		}
		require.Equal(t, want, got, name)
	}
	require.Equal(t, types.RestartPolicyNo, p.Services["migrate"].Restart, "it runs once")
}

func TestImagesArePinned(t *testing.T) {
	pinned := regexp.MustCompile(`^[a-z0-9./-]+:\d+\.\d+[0-9A-Za-z.-]*$`)
	for name, s := range project(t).Services {
		if slices.Contains(ours, name) {
			require.Equal(t, "aftersales:local", s.Image, name)
			require.Equal(t, "deploy/Dockerfile", s.Build.Dockerfile, name)
			continue
		}
		require.Regexp(t, pinned, s.Image, name)
	}
}

func TestPortsArePublishedOnLoopbackOnly(t *testing.T) {
	published := map[string]string{}
	for name, s := range project(t).Services {
		for _, port := range s.Ports {
			require.Equal(t, "127.0.0.1", port.HostIP, name)
			require.NotEqual(t, "host", s.NetworkMode, name)
			published[name] = port.Published
		}
	}
	require.Equal(t, map[string]string{"api": "8080", "sandbox": "8090", "temporal-ui": "8233"}, published,
		"databases and the engine are reached only from inside")
}

func TestOurVariablesAreSettings(t *testing.T) {
	p := project(t)
	for _, name := range ours {
		var environ []string
		for key, value := range p.Services[name].Environment {
			require.True(t, config.KnownVariable(key), "%s sets %s, which is no setting", name, key)
			require.NotNil(t, value, "%s passes %s through from outside", name, key)
			environ = append(environ, key+"="+*value)
		}
		cfg, err := config.Load("", environ)
		require.NoError(t, err, name)
		require.False(t, cfg.SQLite())
		require.False(t, cfg.Temporal.Embedded())
		require.Contains(t, cfg.Database.URL, "aaa")
		require.Equal(t, "/keys/master.key", cfg.Keys.MasterFile)
	}
}

func TestOursRunWithLittlePower(t *testing.T) {
	p := project(t)
	for _, name := range ours {
		s := p.Services[name]
		require.True(t, s.ReadOnly, name)
		require.False(t, s.Privileged, name)
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
	}
	// Only the process that makes the master key may write it.
	for _, name := range []string{"api", "worker", "sandbox"} {
		for _, v := range p.Services[name].Volumes {
			if v.Target == "/keys" {
				require.True(t, v.ReadOnly, name)
			}
		}
	}
}

func TestDataOutlivesTheContainers(t *testing.T) {
	p := project(t)
	for _, name := range []string{"postgres", "redis", "data", "keys"} {
		require.Contains(t, p.Volumes, name)
	}
	for name, s := range p.Services {
		for _, v := range s.Volumes {
			require.Equal(t, types.VolumeTypeVolume, v.Type, "%s: %s", name, v.Source)
			require.Contains(t, p.Volumes, v.Source, name)
		}
	}
}

func TestThereAreNoDefaultPasswords(t *testing.T) {
	for _, missing := range []string{"POSTGRES_PASSWORD", "REDIS_PASSWORD"} {
		env := types.Mapping{"POSTGRES_PASSWORD": "aaa", "REDIS_PASSWORD": "bbb"}
		delete(env, missing)
		_, err := load(t, env)
		require.ErrorContains(t, err, missing)
		require.ErrorContains(t, err, "deploy/example.env")
	}
	example, err := os.Open("example.env")
	require.NoError(t, err)
	defer example.Close()
	lines := bufio.NewScanner(example)
	for lines.Scan() {
		if name, value, found := strings.Cut(lines.Text(), "="); found && strings.HasSuffix(name, "PASSWORD") {
			require.Empty(t, value, name)
		}
	}
	require.NoError(t, lines.Err())
}

func TestImageRunsAsAnOrdinaryUser(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	users := regexp.MustCompile(`(?m)^USER (\S+)`).FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, users)
	require.Equal(t, "10001:10001", users[len(users)-1][1])
	for _, image := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(text), -1) {
		require.Regexp(t, `:\d+\.\d+`, image[1], "pinned")
	}
}
