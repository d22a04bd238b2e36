package codec_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/seal"
	"aftersales/seal/sealtest"
	"aftersales/workflows/codec"
)

const canary = "张三丰 13812345678"

// slowStore is a store of keysets that can be made slow.
type slowStore struct {
	*sealtest.Store
	hang atomic.Bool
	gets atomic.Int32
}

func (s *slowStore) Get(ctx context.Context, ref string) ([]byte, error) {
	s.gets.Add(1)
	if s.hang.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Get(ctx, ref)
}

type bench interface {
	Helper()
	Fatalf(format string, args ...any)
}

func newKeyring(t bench) (*slowStore, *seal.Keyring) {
	t.Helper()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatalf("%v", err)
	}
	master, err := aead.New(handle)
	if err != nil {
		t.Fatalf("%v", err)
	}
	store := &slowStore{Store: sealtest.NewStore()}
	return store, seal.NewKeyring(store, master, seal.Options{})
}

func person(t *testing.T, keyring *seal.Keyring) (ref string, in converter.WorkflowSerializationContext) {
	t.Helper()
	ref, err := keyring.NewPerson(t.Context())
	require.NoError(t, err)
	return ref, converter.WorkflowSerializationContext{WorkflowID: "case/" + ref + "/abc"}
}

func TestKeyRefOfWorkflowIDs(t *testing.T) {
	for id, want := range map[string]string{
		"case/abcdef/0123":                       "abcdef",
		"case/abcdef/":                           seal.Platform,
		"case//0123":                             seal.Platform,
		"case/abcdef":                            seal.Platform,
		"erasure/abcdef/01":                      seal.Platform,
		"":                                       seal.Platform,
		"case/" + strings.Repeat("x", 33) + "/1": seal.Platform,
	} {
		require.Equal(t, want, codec.KeyRef(id), id)
	}
}

// Whatever a payload holds, sealed under a case's context it names that case's keyset, shows nothing of the
// content, and opens to the same without any context.
func TestPayloadsSealAndOpen(t *testing.T) {
	_, keyring := newKeyring(t)
	ref, in := person(t, keyring)
	ours := codec.DataConverter(keyring)
	inCase := converter.WithDataConverterSerializationContext(ours, in)
	rapid.Check(t, func(t *rapid.T) {
		text := canary + rapid.String().Draw(t, "text")
		payload, err := inCase.ToPayload(text)
		require.NoError(t, err)
		require.Equal(t, codec.Encoding, string(payload.Metadata[converter.MetadataEncoding]))
		sealedUnder, err := seal.RefOf(payload.Data)
		require.NoError(t, err)
		require.Equal(t, ref, sealedUnder)
		require.NotContains(t, string(payload.Data), canary)

		var back string
		require.NoError(t, ours.FromPayload(payload, &back))
		require.Equal(t, text, back)
		require.Contains(t, ours.ToString(payload), canary, "tools that hold the keys can read it")
	})
}

func TestUnsealedPayloadsStayReadable(t *testing.T) {
	_, keyring := newKeyring(t)
	plain, err := converter.GetDefaultDataConverter().ToPayload("from before")
	require.NoError(t, err)
	var back string
	require.NoError(t, codec.DataConverter(keyring).FromPayload(plain, &back))
	require.Equal(t, "from before", back)
}

func TestErasedPayloadIsTyped(t *testing.T) {
	_, keyring := newKeyring(t)
	ref, in := person(t, keyring)
	inCase := converter.WithDataConverterSerializationContext(codec.DataConverter(keyring), in)
	payload, err := inCase.ToPayload(canary)
	require.NoError(t, err)
	require.NoError(t, keyring.Destroy(t.Context(), ref))

	var back string
	err = codec.DataConverter(keyring).FromPayload(payload, &back)
	require.ErrorIs(t, err, fault.New(fault.Erased))
	require.Empty(t, back)
	_, err = inCase.ToPayload(canary)
	require.ErrorIs(t, err, fault.New(fault.Erased))
}

func TestFailuresAreSealed(t *testing.T) {
	_, keyring := newKeyring(t)
	ref, in := person(t, keyring)
	failures := converter.WithFailureConverterSerializationContext(codec.FailureConverter(keyring), in)
	cause := errors.New("because of " + canary)
	failure := failures.ErrorToFailure(temporal.NewApplicationErrorWithCause("about "+canary, "fault:not_found", cause, canary))
	require.NotContains(t, text(t, failure), canary)

	sealedUnder, err := seal.RefOf(failure.EncodedAttributes.Data)
	require.NoError(t, err)
	require.Equal(t, ref, sealedUnder)

	back := codec.FailureConverter(keyring).FailureToError(proto.Clone(failure).(*failurepb.Failure))
	var application *temporal.ApplicationError
	require.ErrorAs(t, back, &application)
	require.Equal(t, "fault:not_found", application.Type())
	require.Contains(t, application.Error(), "about "+canary)
	require.ErrorContains(t, errors.Unwrap(application), "because of "+canary)
	var detail string
	require.NoError(t, application.Details(&detail))
	require.Equal(t, canary, detail)

	t.Run("erased: type without text", func(t *testing.T) {
		require.NoError(t, keyring.Destroy(t.Context(), ref))
		failure := failures.ErrorToFailure(temporal.NewApplicationErrorWithCause("about "+canary, "fault:not_found", cause, canary))
		require.NotContains(t, text(t, failure), canary)
		require.Equal(t, "fault:not_found", failure.GetApplicationFailureInfo().Type)
	})
	t.Run("out of reach: tried again", func(t *testing.T) {
		store, keyring := newKeyring(t)
		_, in := person(t, keyring)
		store.hang.Store(true)
		failures := converter.WithFailureConverterSerializationContext(codec.FailureConverter(keyring), in)
		failure := failures.ErrorToFailure(temporal.NewNonRetryableApplicationError("about "+canary, "fault:not_found", nil))
		require.NotContains(t, text(t, failure), canary)
		require.Equal(t, "fault:unavailable", failure.GetApplicationFailureInfo().Type)
		require.False(t, failure.GetApplicationFailureInfo().NonRetryable)
	})
}

func text(t *testing.T, failure *failurepb.Failure) string {
	t.Helper()
	b, err := protojson.Marshal(failure)
	require.NoError(t, err)
	return string(b)
}

func TestSlowStoreIsNotWaitedFor(t *testing.T) {
	store, keyring := newKeyring(t)
	_, in := person(t, keyring)
	store.hang.Store(true)
	begun := time.Now()
	_, err := converter.WithDataConverterSerializationContext(codec.DataConverter(keyring), in).ToPayload(canary)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(begun), 900*time.Millisecond, "a workflow counts as deadlocked after one second")
}

func TestKeysetIsLookedUpOnce(t *testing.T) {
	store, keyring := newKeyring(t)
	_, in := person(t, keyring)
	inCase := converter.WithDataConverterSerializationContext(codec.DataConverter(keyring), in)
	for range 50 {
		_, err := inCase.ToPayload(canary)
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, store.gets.Load())
}

func greet(ctx workflow.Context, name string) (string, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
	})
	var greeting string
	err := workflow.ExecuteActivity(ctx, "say", name).Get(ctx, &greeting)
	return greeting, err
}

func TestInTheTestEnvironment(t *testing.T) {
	_, keyring := newKeyring(t)
	ref, _ := person(t, keyring)
	var sealed []*commonpb.Payload
	env := environment(t, keyring, ref, func(_ context.Context, name string) (string, error) {
		return "你好 " + name, nil
	})
	env.SetOnActivityCompletedListener(func(_ *activity.Info, result converter.EncodedValue, _ error) {
		var greeting string
		require.NoError(t, result.Get(&greeting))
		require.Equal(t, "你好 "+canary, greeting)
		sealed = append(sealed, nil)
	})
	env.ExecuteWorkflow(greet, canary)
	require.NoError(t, env.GetWorkflowError())
	var greeting string
	require.NoError(t, env.GetWorkflowResult(&greeting))
	require.Equal(t, "你好 "+canary, greeting)
	require.Len(t, sealed, 1)
}

// When the keyset of an activity's result cannot be read, the workflow task fails; the story never sees an error in
// place of the result.
func TestInAWorkflowAMissingKeysetIsNoResult(t *testing.T) {
	store, keyring := newKeyring(t)
	ref, _ := person(t, keyring)
	env := environment(t, keyring, ref, func(_ context.Context, name string) (string, error) { return name, nil })
	var sawError atomic.Bool
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		result := workflow.ExecuteActivity(ctx, "say", canary)
		_ = workflow.Sleep(ctx, time.Second) // the result is there now
		keyring.Forget()
		store.hang.Store(true)
		var name string
		if err := result.Get(ctx, &name); err != nil {
			sawError.Store(true)
		}
		return nil
	})
	require.False(t, sawError.Load())
	require.Error(t, env.GetWorkflowError(), "the environment shows a failed task as a panic")
}

func environment(t *testing.T, keyring *seal.Keyring, ref string, say any) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	var options client.Options
	codec.Options(keyring, &options)
	env.SetDataConverter(options.DataConverter)
	env.SetFailureConverter(options.FailureConverter)
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: "case/" + ref + "/abc"})
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: 20 * time.Second}) // a busy machine is no deadlock
	env.RegisterWorkflow(greet)
	env.RegisterActivityWithOptions(say, activity.RegisterOptions{Name: "say"})
	return env
}

func FuzzDecode(f *testing.F) {
	_, keyring := newKeyring(f)
	payload, err := codec.DataConverter(keyring).ToPayload(canary)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload.Data)
	f.Add([]byte{1, 8, 'p', 'l', 'a', 't', 'f', 'o', 'r', 'm'})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := codec.Payloads(keyring).Decode([]*commonpb.Payload{{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(codec.Encoding)}, Data: data,
		}})
		if string(data) != string(payload.Data) {
			require.Error(t, err)
		}
	})
}

func BenchmarkSeal1KiB(b *testing.B) {
	_, keyring := newKeyring(b)
	data := codec.DataConverter(keyring)
	content := make([]byte, 1024)
	b.SetBytes(1024)
	for b.Loop() {
		if _, err := data.ToPayload(content); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen1KiB(b *testing.B) {
	_, keyring := newKeyring(b)
	data := codec.DataConverter(keyring)
	payload, err := data.ToPayload(make([]byte, 1024))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(1024)
	for b.Loop() {
		var content []byte
		if err := data.FromPayload(payload, &content); err != nil {
			b.Fatal(err)
		}
	}
}
