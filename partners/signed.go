package partners

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Signed calls a partner that speaks JSON under HMAC-SHA256, in both directions: the request is signed over method,
// path, time and body, the answer over status, path, time and body, so that nobody on the way can change an amount.
// The headers are <Prefix>-Key, <Prefix>-Timestamp (Unix seconds) and <Prefix>-Signature (hexadecimal).
type Signed struct {
	partner, base, prefix, keyID, secret string
	http                                 *http.Client
}

// NewSigned makes the caller; it does not call anybody. transport may be nil, timeout 0 (10 s).
func NewSigned(partner, prefix, base, keyID, secret string, transport http.RoundTripper, timeout time.Duration) (*Signed, error) {
	address, err := url.Parse(strings.TrimSuffix(base, "/"))
	if err != nil || address.Host == "" {
		return nil, fmt.Errorf("%s: the base address %q is not a web address", partner, base)
	}
	if keyID == "" || len(secret) < 16 {
		return nil, fmt.Errorf("%s: set the key id, and a secret of at least 16 characters", partner)
	}
	client := (&Transport{Partner: partner, Base: transport, Timeout: timeout}).Client()
	return &Signed{partner: partner, base: address.String(), prefix: prefix, keyID: keyID, secret: secret, http: client}, nil
}

// Call sends body (nil: none) as JSON to path (escaped, without a query) and returns the verified answer with a status
// of 200 to 299, 404 included with found = false. Every other answer is an *Error: Mismatch for the code "mismatch",
// Down when our signature was refused, else Refused. An answer that cannot be believed is Forged when the call changes
// nothing (GET, or marked by Reading), and Unknown otherwise.
func (s *Signed) Call(ctx context.Context, method, path string, body any) (answer []byte, found bool, err error) {
	var content []byte
	if body != nil {
		if content, err = json.Marshal(body); err != nil {
			return nil, false, s.fail(Refused, "encode", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(content))
	if err != nil {
		return nil, false, s.fail(Refused, "address", err)
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	request.Header.Set(s.prefix+"-Key", s.keyID)
	request.Header.Set(s.prefix+"-Timestamp", stamp)
	request.Header.Set(s.prefix+"-Signature", s.mac(method, request.URL.EscapedPath(), stamp, content))
	if content != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.http.Do(request)
	if err != nil {
		var known *Error
		if errors.As(err, &known) {
			return nil, false, known
		}
		return nil, false, s.fail(Unknown, "transport", err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		return nil, false, s.fail(Unknown, "transport", err)
	}
	status := strconv.Itoa(response.StatusCode)
	expected := s.mac(status, request.URL.EscapedPath(), response.Header.Get(s.prefix+"-Timestamp"), answer)
	if !hmac.Equal([]byte(expected), []byte(response.Header.Get(s.prefix+"-Signature"))) {
		failure := Unknown
		if method == http.MethodGet || ctx.Value(readingKey{}) != nil {
			failure = Forged
		}
		return nil, false, s.fail(failure, status, errors.New("the answer's signature is wrong"))
	}
	switch {
	case response.StatusCode < 300:
		return answer, true, nil
	case response.StatusCode == http.StatusNotFound:
		return answer, false, nil
	}
	return nil, false, s.refusal(response.StatusCode, answer)
}

// Read is Call with the answer decoded into into; an answer that cannot be read is Unknown for a call that may have
// changed something, else Malformed.
func (s *Signed) Read(ctx context.Context, method, path string, body, into any) (found bool, err error) {
	answer, found, err := s.Call(ctx, method, path, body)
	if err != nil || !found {
		return false, err
	}
	if err := json.Unmarshal(answer, into); err != nil {
		failure := Malformed
		if method != http.MethodGet && ctx.Value(readingKey{}) == nil {
			failure = Unknown
		}
		return false, s.fail(failure, "answer", err)
	}
	return true, nil
}

func (s *Signed) refusal(status int, answer []byte) *Error {
	var said struct {
		Code string `json:"code"`
		Text string `json:"error"`
	}
	if err := json.Unmarshal(answer, &said); err != nil || said.Code == "" {
		said.Code = strconv.Itoa(status)
	}
	failure := Refused
	switch {
	case status == http.StatusUnauthorized: // nothing was done, and after a person mends the keys it can go again
		failure = Down
	case said.Code == "mismatch":
		failure = Mismatch
	}
	return s.fail(failure, said.Code, errors.New("refused: "+said.Text))
}

func (s *Signed) mac(first, path, stamp string, body []byte) string {
	hash := hmac.New(sha256.New, []byte(s.secret))
	fmt.Fprintf(hash, "%s\n%s\n%s\n", first, path, stamp)
	hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil))
}

func (s *Signed) fail(failure Failure, code string, err error) *Error {
	return &Error{Failure: failure, Partner: s.partner, Code: code, Err: err}
}
