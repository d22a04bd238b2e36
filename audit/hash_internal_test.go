package audit

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

// Every field of an entry, the key, and the entry before it are bound by its hash; nor can a letter move from one field
// to the next.
func TestTheHashBindsEverything(t *testing.T) {
	entry := models.AuditEntry{
		ChainID: "c", Seq: 7, At: time.Date(2026, 3, 2, 12, 0, 0, 1000, time.UTC), ActorKind: "agent", ActorID: "st-1", SessionID: "se", Action: "a.b",
		SubjectKind: "case", SubjectID: "x", Outcome: models.AuditDone, Reason: "r", Detail: "{}",
	}
	key, before := []byte("key"), []byte("before")
	whole := hashOf(key, before, entry)
	require.Equal(t, whole, hashOf(key, before, entry))
	require.NotEqual(t, whole, hashOf([]byte("other"), before, entry))
	require.NotEqual(t, whole, hashOf(key, []byte("other"), entry))
	require.NotEqual(t, whole, hashOf(key, nil, entry))

	fields := reflect.TypeFor[models.AuditEntry]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Hash" {
			continue
		}
		other := entry
		switch field := reflect.ValueOf(&other).Elem().Field(i); field.Interface().(type) {
		case string:
			field.SetString(field.String() + "!")
		case int64:
			field.SetInt(field.Int() + 1)
		case time.Time:
			field.Set(reflect.ValueOf(entry.At.Add(time.Microsecond)))
		default:
			t.Fatalf("say how %s is bound", name)
		}
		require.NotEqual(t, whole, hashOf(key, before, other), name)
	}
	moved := entry
	moved.SubjectKind, moved.SubjectID = "cas", "ex"
	require.NotEqual(t, whole, hashOf(key, before, moved))
	elsewhere := entry
	elsewhere.At = entry.At.In(time.FixedZone("CST", 8*3600))
	require.Equal(t, whole, hashOf(key, before, elsewhere), "the same moment, as another connection reads it")
}
