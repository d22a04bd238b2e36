package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// How long a file may take to be read: as long as it moves, and not for ever.
const (
	fileWriteTime = 30 * time.Second // for what is written at a time
	wholeFileTime = 10 * time.Minute
)

// fileTypes are those that are kept, with the endings of their names.
var fileTypes = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm", "application/pdf": ".pdf",
}

// file answers with a file, a part in memory at a time, and with ranges of it. With nosniff and the sandbox of protect
// it can be looked at and nothing in it can run as ours; a document is not shown but saved.
func (e *edge) file(ctx context.Context, open func(context.Context) (File, error)) (*huma.StreamResponse, error) {
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), wholeFileTime)
	file, err := open(reading)
	if err != nil {
		cancel()
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		defer cancel()
		c := humagin.Unwrap(answer)
		name := "evidence-" + file.EvidenceID + fileTypes[file.MediaType]
		shown := "inline"
		if file.Kind == "document" {
			shown = "attachment"
		}
		c.Header("Content-Type", file.MediaType)
		c.Header("Content-Disposition", shown+`; filename="`+name+`"`)
		c.Header("ETag", `"`+file.Digest+`"`)
		content := &patient{ReadSeeker: file.Content, control: http.NewResponseController(c.Writer)}
		http.ServeContent(c.Writer, c.Request, "", file.UploadedAt, content)
	}}, nil
}

// patient gives the connection more time whenever there is more to write.
type patient struct {
	io.ReadSeeker
	control *http.ResponseController
}

func (p *patient) Read(into []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(fileWriteTime)) // where it cannot be set, the server's own holds
	return p.ReadSeeker.Read(into)
}
