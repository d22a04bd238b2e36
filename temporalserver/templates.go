package temporalserver

import (
	"strconv"
	"text/template"
)

// quoted renders a YAML double-quoted scalar; for what occurs in paths and passwords Go's quoting is the same.
var serverConfig = template.Must(template.New("config").Funcs(template.FuncMap{"quoted": strconv.Quote}).Parse(
	`# Generated at every start; changes made here are lost.
log:
  stdout: true
  level: {{quoted .LogLevel}}
persistence:
  defaultStore: main
  visibilityStore: visibility
  numHistoryShards: {{.Shards}}
  datastores:
{{- range .Stores}}
    {{.Name}}:
      sql:
        pluginName: {{quoted .Plugin}}
        databaseName: {{quoted .Database}}
        connectAddr: {{quoted .Address}}
        connectProtocol: tcp
        user: {{quoted .User}}
        password: {{quoted .Password}}
        connectAttributes:
{{- range $name, $value := .Attributes}}
          {{$name}}: {{quoted $value}}
{{- else}} {}
{{- end}}
        maxConns: {{.Connections}}
        maxIdleConns: {{.Connections}}
        maxConnLifetime: 1h
{{- end}}
global:
  membership:
    maxJoinDuration: 30s
    broadcastAddress: 127.0.0.1
  pprof:
    host: 127.0.0.1
    port: {{.Ports.PProf}}
  metrics:
    prometheus:
      framework: tally
      timerType: histogram
      listenAddress: 127.0.0.1:{{.Ports.Metrics}}
services:
  frontend:
    rpc: {grpcPort: {{.Ports.Frontend}}, membershipPort: {{.Ports.FrontendMembership}}, httpPort: {{.Ports.HTTP}}, bindOnLocalHost: true}
  history:
    rpc: {grpcPort: {{.Ports.History}}, membershipPort: {{.Ports.HistoryMembership}}, bindOnLocalHost: true}
  matching:
    rpc: {grpcPort: {{.Ports.Matching}}, membershipPort: {{.Ports.MatchingMembership}}, bindOnLocalHost: true}
  worker:
    rpc: {grpcPort: {{.Ports.Worker}}, membershipPort: {{.Ports.WorkerMembership}}, bindOnLocalHost: true}
clusterMetadata:
  enableGlobalNamespace: false
  failoverVersionIncrement: 10
  masterClusterName: active
  currentClusterName: active
  clusterInformation:
    active:
      enabled: true
      initialFailoverVersion: 1
      rpcName: frontend
      rpcAddress: {{quoted .Address}}
      httpAddress: {{quoted .HTTPAddress}}
dcRedirectionPolicy:
  policy: noop
publicClient:
  hostPort: {{quoted .Address}}
archival:
  history: {state: disabled, enableRead: false}
  visibility: {state: disabled, enableRead: false}
namespaceDefaults:
  archival:
    history: {state: disabled}
    visibility: {state: disabled}
dynamicConfigClient:
  filepath: {{quoted .Dynamic}}
  pollInterval: 10s
`))

// dynamicConfig holds what differs from the server's defaults:
//   - fairness, so that one merchant's flood does not starve the others (needs the fairness key that workflows set);
//   - one partition per task queue, because one machine needs no more and forwarding between them costs latency;
//   - no call home for newer versions.
//
// On PostgreSQL writes of one shard need not wait for each other's commits (postgresDynamic): several share one fsync.
const dynamicConfig = `# Generated at every start; changes made here are lost.
matching.enableFairness:
  - value: true
matching.numTaskqueueReadPartitions:
  - value: 1
matching.numTaskqueueWritePartitions:
  - value: 1
frontend.enableServerVersionCheck:
  - value: false
system.namespaceCacheRefreshInterval:
  - value: 1s
`

const postgresDynamic = `history.shardIOConcurrency:
  - value: 8
`

// uiConfig is the configuration of Temporal's web UI. It asks nobody on the internet for news.
var uiConfig = template.Must(template.New("ui").Funcs(template.FuncMap{"quoted": strconv.Quote}).Parse(
	`# Generated at every start; changes made here are lost.
temporalGrpcAddress: {{quoted .Temporal}}
host: {{quoted .Host}}
port: {{.Port}}
enableUi: true
disableNewsFetch: true
defaultNamespace: {{quoted .Namespace}}
showTemporalSystemNamespace: false
cors:
  allowOrigins:
    - {{quoted .Origin}}
{{- with .TLS}}
tls:
  caFile: {{quoted .CA}}
  certFile: {{quoted .Cert}}
  keyFile: {{quoted .Key}}
  serverName: {{quoted .ServerName}}
  enableHostVerification: true
{{- end}}
`))
