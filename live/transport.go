package live

import (
	"context"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"
)

// transports are the ways in. Where WebSocket does not get through, a client reads a stream and sends requests beside it.
type transports struct{ socket, stream, send http.Handler }

func (h *Hub) transports() transports {
	limits := h.options.Limits
	alive := centrifuge.PingPongConfig{PingInterval: 25 * time.Second, PongTimeout: 10 * time.Second}
	return transports{
		socket: centrifuge.NewWebsocketHandler(h.node, centrifuge.WebsocketConfig{
			CheckOrigin:      func(*http.Request) bool { return true }, // the edge has checked it, and knows better
			MessageSizeLimit: limits.Message, WriteTimeout: limits.Write, UseWriteBufferPool: true, ReadBufferSize: 1 << 10, PingPongConfig: alive,
		}),
		stream: centrifuge.NewHTTPStreamHandler(h.node, centrifuge.HTTPStreamConfig{MaxRequestBodySize: limits.Message, PingPongConfig: alive}),
		send:   centrifuge.NewEmulationHandler(h.node, centrifuge.EmulationConfig{MaxRequestBodySize: limits.Message}),
	}
}

// Socket serves a WebSocket. session is that of the request, if it came with one: then only its own tickets are good here.
func (h *Hub) Socket(w http.ResponseWriter, r *http.Request, session string) {
	h.serve.socket.ServeHTTP(w, with(r, session))
}

// Stream serves the stream of a client without WebSocket.
func (h *Hub) Stream(w http.ResponseWriter, r *http.Request, session string) {
	h.serve.stream.ServeHTTP(w, with(r, session))
}

// Send takes what such a client says.
func (h *Hub) Send(w http.ResponseWriter, r *http.Request) { h.serve.send.ServeHTTP(w, r) }

// Draining tells whether the node lets nobody in any more.
func (h *Hub) Draining() bool { return h.draining.Load() }

func with(r *http.Request, session string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, session))
}
