package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// The dialect of the marketplace and of the insurer: JSON under an HMAC, both ways. See partners.Signed for the other
// side; it is written here anew, so that a mistake on one side shows as a refused signature.
type dialect struct{ family, prefix, keyID, secret string }

func (d dialect) mac(first, path, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(d.secret))
	fmt.Fprintf(mac, "%s\n%s\n%s\n", first, path, stamp)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// signed wraps one interface: plays faults, verifies the signature and its age (5 minutes), signs the answer. changes
// says that the call moves something, so that time-outs before and after it can be played.
func (s *Server) signed(d dialect, op string, changes bool, serve func(r *http.Request, body []byte) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.enter(w, r, d.family, op) {
			return
		}
		if _, on := s.faults.take(d.family, op, RateLimit); on {
			http.Error(w, "too many calls", http.StatusTooManyRequests)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
			return
		}
		stamp := r.Header.Get(d.prefix + "-Timestamp")
		seconds, err := strconv.ParseInt(stamp, 10, 64)
		age := time.Since(time.Unix(seconds, 0))
		if err != nil || age > 5*time.Minute || age < -5*time.Minute || r.Header.Get(d.prefix+"-Key") != d.keyID ||
			!same(r.Header.Get(d.prefix+"-Signature"), d.mac(r.Method, r.URL.EscapedPath(), stamp, body)) {
			s.signedReply(w, r, d, http.StatusUnauthorized, signedRefusal("signature", "the signature is wrong or old"))
			return
		}
		if changes {
			s.breakOff(r, d.family, op, TimeoutBeforeApply)
		}
		status, answer := serve(r, body)
		if changes {
			s.breakOff(r, d.family, op, AppliedThenTimeout)
		}
		s.signedReply(w, r, d, status, answer)
	}
}

func signedRefusal(code, text string) map[string]string {
	return map[string]string{"code": code, "error": text}
}

func (s *Server) signedReply(w http.ResponseWriter, r *http.Request, d dialect, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "the answer cannot be made", http.StatusInternalServerError)
		return
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set(d.prefix+"-Timestamp", stamp)
	w.Header().Set(d.prefix+"-Signature", d.mac(strconv.Itoa(status), r.URL.EscapedPath(), stamp, body))
	w.WriteHeader(status)
	w.Write(body)
}

// strictly reads one JSON value without fields that into does not have.
func strictly(body []byte, into any) bool {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if decoder.Decode(into) != nil {
		return false
	}
	_, err := decoder.Token()
	return err == io.EOF
}
