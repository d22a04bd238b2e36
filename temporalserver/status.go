package temporalserver

import (
	"errors"

	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/status"
)

// statusOf returns the gRPC status of err; for nil the status OK.
func statusOf(err error) *status.Status {
	s, _ := status.FromError(err)
	return s
}

func isNamespaceNotFound(err error) bool {
	if err == nil {
		return false
	}
	_, missing := errors.AsType[*serviceerror.NamespaceNotFound](serviceerror.FromStatus(statusOf(err)))
	return missing
}
