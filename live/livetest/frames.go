package livetest

import (
	"bufio"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
)

// Kinds of WebSocket frames.
const (
	frameText  = 1
	frameClose = 8
	framePing  = 9
	framePong  = 10
)

// wire is the client's end of a WebSocket: as much of RFC 6455 as talking to our own server needs.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	mu   sync.Mutex // of writing

	stalled atomic.Bool
	ended   chan struct{}
	end     func()
}

// Refused is an answer that is no WebSocket.
type Refused struct{ Status int }

func (r Refused) Error() string { return fmt.Sprintf("livetest: the server answered %d", r.Status) }

// dial opens a WebSocket at an http:// or https:// address.
func dial(address string, header http.Header, tune func(net.Conn)) (*wire, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		return nil, err
	}
	if tune != nil {
		tune(conn)
	}
	if at.Scheme == "https" {
		conn = tls.Client(conn, &tls.Config{ServerName: at.Hostname(), MinVersion: tls.VersionTLS13})
	}
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	for name, values := range header {
		request.Header[name] = values
	}
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.StdEncoding.EncodeToString(nonce),
	} {
		request.Header.Set(name, value)
	}
	w := &wire{conn: conn, in: bufio.NewReader(conn), ended: make(chan struct{})}
	w.end = sync.OnceFunc(func() { close(w.ended) })
	if err := request.Write(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	answer, err := http.ReadResponse(w.in, request)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.Join(Refused{answer.StatusCode}, conn.Close())
	}
	return w, nil
}

func (w *wire) write(kind byte, content []byte) error {
	frame := []byte{0x80 | kind}
	switch n := len(content); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	frame = append(frame, 0, 0, 0, 0) // a mask that changes nothing
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.conn.Write(append(frame, content...))
	return err
}

// Closed is how the server ended a connection.
type Closed struct {
	Code   int
	Reason string
}

func (c Closed) Error() string { return fmt.Sprintf("livetest: closed with %d (%s)", c.Code, c.Reason) }

// read returns the next message, or Closed.
func (w *wire) read() ([]byte, error) {
	for {
		if w.stalled.Load() {
			<-w.ended
		}
		var head [2]byte
		if _, err := io.ReadFull(w.in, head[:]); err != nil {
			return nil, err
		}
		size := uint64(head[1] & 0x7f)
		if size >= 126 {
			long := make([]byte, map[uint64]int{126: 2, 127: 8}[size])
			if _, err := io.ReadFull(w.in, long); err != nil {
				return nil, err
			}
			size = binary.BigEndian.Uint64(append(make([]byte, 8-len(long)), long...))
		}
		content := make([]byte, size)
		if _, err := io.ReadFull(w.in, content); err != nil {
			return nil, err
		}
		switch head[0] & 0x0f {
		case frameText:
			return content, nil
		case framePing:
			if err := w.write(framePong, content); err != nil {
				return nil, err
			}
		case frameClose:
			_ = w.write(frameClose, content)
			if len(content) < 2 {
				return nil, Closed{}
			}
			return nil, Closed{int(binary.BigEndian.Uint16(content)), string(content[2:])}
		}
	}
}
