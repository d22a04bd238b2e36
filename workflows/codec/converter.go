package codec

import (
	"context"
	"errors"

	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"aftersales/fault"
	"aftersales/seal"
)

// Options sets both converters of a client. The API, the workers, the replayer and every tool that reads histories
// must use the same. Search attributes are not sealed: the server reads them, so they hold opaque IDs only.
func Options(keyring *seal.Keyring, options *client.Options) {
	options.DataConverter = DataConverter(keyring)
	options.FailureConverter = FailureConverter(keyring)
}

// DataConverter is the SDK's default one with every payload sealed.
func DataConverter(keyring *seal.Keyring) converter.DataConverter {
	return wrap(payloadCodec{keyring: keyring, ref: seal.Platform})
}

// dataConverter keeps the codec at hand, so that each context gives a converter with a codec made for it.
type dataConverter struct {
	converter.DataConverter
	codec payloadCodec
}

func wrap(codec payloadCodec) dataConverter {
	return dataConverter{converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec), codec}
}

// WithSerializationContext implements converter.DataConverterWithSerializationContext: it picks the keyset.
func (d dataConverter) WithSerializationContext(in converter.SerializationContext) converter.DataConverter {
	return wrap(d.codec.in(in))
}

// WithWorkflowContext implements converter.ContextAware: inside a workflow a missing keyset must not look like a
// result.
func (d dataConverter) WithWorkflowContext(converter.WorkflowContext) converter.DataConverter {
	codec := d.codec
	codec.inWorkflow = true
	return wrap(codec)
}

// WithContext implements converter.ContextAware.
func (d dataConverter) WithContext(context.Context) converter.DataConverter { return d }

// FailureConverter is the SDK's default one with messages, stack traces and details sealed.
func FailureConverter(keyring *seal.Keyring) converter.FailureConverter {
	return failuresWith(DataConverter(keyring))
}

// failureConverter exists because the SDK's default one has no context and so could not pick the keyset.
type failureConverter struct {
	*temporal.DefaultFailureConverter
	data converter.DataConverter
}

func failuresWith(data converter.DataConverter) converter.FailureConverter {
	return failureConverter{temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: data, EncodeCommonAttributes: true,
	}), data}
}

// WithSerializationContext implements converter.FailureConverterWithSerializationContext.
func (f failureConverter) WithSerializationContext(in converter.SerializationContext) converter.FailureConverter {
	return failuresWith(converter.WithDataConverterSerializationContext(f.data, in))
}

// unavailable is the type under which the engine's edges know the fault Unavailable.
const unavailable = "fault:" + string(fault.Unavailable)

// ErrorToFailure seals a failure; no text is ever written unsealed. With an erased keyset the failure keeps its kind
// and type and says nothing else. With a keyset out of reach it becomes one that is tried again: the next try says
// the same with its text.
func (f failureConverter) ErrorToFailure(err error) (failure *failurepb.Failure) {
	defer func() {
		problem := recover() // the SDK's way to tell that it could not convert
		if problem == nil {
			return
		}
		plain := temporal.GetDefaultFailureConverter()
		if cause, ok := problem.(error); ok && errors.Is(cause, fault.New(fault.Erased)) {
			failure = plain.ErrorToFailure(err)
			strip(failure)
			return
		}
		failure = plain.ErrorToFailure(temporal.NewApplicationError("the keyset is out of reach; try again", unavailable))
	}()
	return f.DefaultFailureConverter.ErrorToFailure(err)
}

// strip takes away everything that a person may have written, all along the chain of causes.
func strip(failure *failurepb.Failure) {
	for ; failure != nil; failure = failure.Cause {
		failure.Message, failure.StackTrace, failure.EncodedAttributes = "[erased]", "", nil
		if info := failure.GetApplicationFailureInfo(); info != nil {
			info.Details = nil
		}
		if info := failure.GetCanceledFailureInfo(); info != nil {
			info.Details = nil
		}
		if info := failure.GetTimeoutFailureInfo(); info != nil {
			info.LastHeartbeatDetails = nil
		}
	}
}
