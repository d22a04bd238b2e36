package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"aftersales/models"
)

// hashOf binds an entry to its chain, to its place there, and to the entry before it. Every part is written with its
// length, so that no two entries give the same bytes.
func hashOf(key, before []byte, e models.AuditEntry) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range [...]string{
		string(before), e.ChainID, strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339Nano), e.ActorKind, e.ActorID, e.SessionID,
		e.Action, e.SubjectKind, e.SubjectID, e.Outcome, e.Reason, e.Detail,
	} {
		var length [binary.MaxVarintLen64]byte
		mac.Write(length[:binary.PutUvarint(length[:], uint64(len(part)))])
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}
