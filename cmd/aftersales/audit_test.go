package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/audit"
	"aftersales/config"
	"aftersales/models"
)

// What was recorded is shown and verified from the command line; a trail that was altered ends with an error.
func TestAuditCommand(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AFTERSALES_DATA_DIR", dir)
	t.Setenv("DATABASE_URL", "")
	cfg, err := config.Load("", os.Environ())
	require.NoError(t, err)
	options := storeOptions(cfg)
	options.CreateMasterKey = true
	require.NoError(t, models.Migrate(t.Context(), cfg.DatabaseDSN(), options))
	store, err := models.Open(t.Context(), cfg.DatabaseDSN(), options)
	require.NoError(t, err)
	trail, finish := newRecorder(store)
	packs, hash, err := newPacks(t.Context(), cfg, store)
	require.NoError(t, err)
	_, err = choosePack(t.Context(), cfg, store, packs, hash)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, notePack(t.Context(), store, trail, packs))
	}
	require.NoError(t, trail.Record(t.Context(), models.AuditEvent{
		ActorKind: "supervisor", ActorID: "st-3", Action: "case.refund.approve", SubjectKind: "case", SubjectID: "case-1", Outcome: models.AuditDone,
	}))
	require.NoError(t, finish())

	out, err := execute(t, "audit", "show", "--subject", "case/case-1")
	require.NoError(t, err)
	require.Regexp(t, `supervisor/st-3 +case\.refund\.approve +case/case-1 +done`, out)
	require.NotContains(t, out, "pack.choose")
	out, err = execute(t, "audit", "show", "--json", "--action", "pack.")
	require.NoError(t, err)
	require.Contains(t, out, `"subject":"pack/`+hash+`","outcome":"done","detail":{"name":"default"}`)

	heads := filepath.Join(dir, "heads.json")
	out, err = execute(t, "audit", "verify", "--keep", heads)
	require.NoError(t, err)
	require.Contains(t, out, "whole: 2 entries in 1 chains")
	_, err = execute(t, "audit", "verify", "--compare", heads)
	require.NoError(t, err)

	require.NoError(t, store.DB.Exec("DROP TRIGGER audit_entries_stay_whole").Error)
	require.NoError(t, store.DB.Exec("UPDATE audit_entries SET actor_id = 'st-9' WHERE seq = 2").Error)
	out, err = execute(t, "audit", "verify", "--compare", heads)
	require.ErrorContains(t, err, "not whole")
	require.Contains(t, out, "entry 2\t"+audit.ProblemAltered)
	require.NoError(t, store.Close())
}
