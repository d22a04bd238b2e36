// Package codec seals everything that workflows, activities and clients hand to Temporal: payloads and the
// messages and stack traces of failures. The keyset is the one that the workflow ID names, so that erasing a
// person erases the history of that person's cases too.
package codec

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"aftersales/fault"
	"aftersales/seal"
)

// Encoding is the value of the metadata "encoding" of a sealed payload.
const Encoding = "binary/tink"

// lookupLimit bounds how long a codec waits for a keyset that is not in the cache: a workflow that yields nothing
// for one second counts as deadlocked.
const lookupLimit = 200 * time.Millisecond

var bound = seal.AD{Table: "temporal", Column: "payload"}

// payloadCodec seals whole payloads, metadata included. The sealed form names its keyset, so that opening needs no
// context; ref is only what new payloads are sealed under.
type payloadCodec struct {
	keyring    *seal.Keyring
	ref        string
	inWorkflow bool
}

// Payloads returns the codec by itself, for an endpoint that opens payloads for Temporal's tools.
func Payloads(keyring *seal.Keyring) converter.PayloadCodec {
	return payloadCodec{keyring: keyring, ref: seal.Platform}
}

// KeyRef is the keyset of a workflow: the middle part of case/<key-ref>/<hash>, the platform's for any other ID.
func KeyRef(workflowID string) string {
	if rest, isCase := strings.CutPrefix(workflowID, "case/"); isCase {
		if ref, hash, whole := strings.Cut(rest, "/"); whole && ref != "" && len(ref) <= 32 && hash != "" {
			return ref
		}
	}
	return seal.Platform
}

// WithSerializationContext implements converter.PayloadCodecWithSerializationContext.
func (c payloadCodec) WithSerializationContext(in converter.SerializationContext) converter.PayloadCodec {
	return c.in(in)
}

func (c payloadCodec) in(in converter.SerializationContext) payloadCodec {
	switch in := in.(type) {
	case converter.WorkflowSerializationContext:
		c.ref = KeyRef(in.WorkflowID)
	case converter.ActivitySerializationContext:
		c.ref = KeyRef(in.WorkflowID)
	}
	return c
}

// Encode seals payloads.
func (c payloadCodec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return c.each(payloads, func(ctx context.Context, payload *commonpb.Payload) (*commonpb.Payload, error) {
		plain, err := proto.Marshal(payload)
		if err != nil {
			return nil, fmt.Errorf("codec: %w", err)
		}
		sealed, err := c.keyring.SealBytes(ctx, c.ref, bound, plain)
		if err != nil {
			return nil, fmt.Errorf("codec: seal a payload: %w", err)
		}
		return &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(Encoding)},
			Data:     sealed,
		}, nil
	})
}

// Decode opens what Encode sealed and leaves everything else as it is. The fault Erased when the keyset is gone.
func (c payloadCodec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return c.each(payloads, func(ctx context.Context, payload *commonpb.Payload) (*commonpb.Payload, error) {
		if string(payload.GetMetadata()[converter.MetadataEncoding]) != Encoding {
			return payload, nil
		}
		plain, err := c.keyring.OpenBytes(ctx, bound, payload.GetData())
		if err != nil {
			return nil, fmt.Errorf("codec: open a payload: %w", err)
		}
		opened := &commonpb.Payload{}
		if err := proto.Unmarshal(plain, opened); err != nil {
			return nil, fmt.Errorf("codec: a sealed payload holds no payload: %w", err)
		}
		return opened, nil
	})
}

func (c payloadCodec) each(payloads []*commonpb.Payload, convert func(context.Context, *commonpb.Payload) (*commonpb.Payload, error)) ([]*commonpb.Payload, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupLimit)
	defer cancel()
	converted := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		var err error
		if converted[i], err = convert(ctx, payload); err != nil {
			return payloads, c.failed(err)
		}
	}
	return converted, nil
}

// failed makes the SDK repeat a workflow task that could not reach a keyset. As an error it would reach the story
// in the place of an activity's result, and the story would decide something on it; a panic fails the task only.
func (c payloadCodec) failed(err error) error {
	if c.inWorkflow && !errors.Is(err, fault.New(fault.Erased)) {
		panic(err)
	}
	return err
}
