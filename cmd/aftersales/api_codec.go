package main

import (
	"context"
	"errors"
	"net"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/config"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// payloads opens and seals what Temporal keeps, for its tools.
type payloads struct{ codec converter.PayloadCodec }

var _ api.Codec = payloads{}

func (p payloads) Decode(_ context.Context, in []api.Payload) ([]api.Payload, error) {
	return converted(in, p.codec.Decode)
}

func (p payloads) Encode(_ context.Context, in []api.Payload) ([]api.Payload, error) {
	return converted(in, p.codec.Encode)
}

func converted(in []api.Payload, convert func([]*commonpb.Payload) ([]*commonpb.Payload, error)) ([]api.Payload, error) {
	theirs := make([]*commonpb.Payload, len(in))
	for i, payload := range in {
		theirs[i] = &commonpb.Payload{Metadata: payload.Metadata, Data: payload.Data}
	}
	done, err := convert(theirs)
	if err != nil {
		if f := fault.As(err); f != nil || errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		return nil, fault.New(fault.BadRequest, "problem", "a payload was not sealed here, or was altered").Because(err)
	}
	out := make([]api.Payload, len(done))
	for i, payload := range done {
		out[i] = api.Payload{Metadata: payload.GetMetadata(), Data: payload.GetData()}
	}
	return out, nil
}

// uiOrigins are where Temporal's web UI is opened from.
func uiOrigins(cfg *config.Config) []string {
	origins := []string{"http://" + cfg.Temporal.UIListen}
	if host, port, err := net.SplitHostPort(cfg.Temporal.UIListen); err == nil && host == "127.0.0.1" {
		origins = append(origins, "http://localhost:"+port)
	}
	return origins
}

// directory finds customers through the blind index, and shows those of whom the reader may see a case.
type directory struct {
	store   *models.Store
	service *cases.Service
}

func (d directory) CustomersBy(ctx context.Context, reader contract.Actor, field, value string) ([]api.FoundCustomer, error) {
	ids, err := d.store.CustomersBy(ctx, field, value)
	if err != nil {
		return nil, err
	}
	var found []api.FoundCustomer
	for _, id := range ids {
		contact, err := d.service.Contact(ctx, reader, id)
		if f := fault.As(err); f != nil && (f.Code == fault.NotFound || f.Code == fault.Erased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, api.FoundCustomer{ID: id, Name: contact.Name, Phone: contact.Phone})
	}
	return found, nil
}
