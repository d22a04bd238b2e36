package contract

import (
	"encoding/json"
	"strings"

	"aftersales/fault"
)

// ErrorPrefix marks application errors of the engine that carry a Fault: type = prefix + code.
const ErrorPrefix = "fault:"

// ErrorType is the engine's error type of a fault.
func ErrorType(f *fault.Fault) string { return ErrorPrefix + string(f.Code) }

// FaultOf rebuilds a Fault from an engine error's type and its JSON detail; nil when the type carries none.
func FaultOf(errorType string, detail []byte) *fault.Fault {
	code, ok := strings.CutPrefix(errorType, ErrorPrefix)
	if !ok || !fault.Known(fault.Code(code)) {
		return nil
	}
	f := fault.New(fault.Code(code))
	var details fault.Details
	if len(detail) > 0 && json.Unmarshal(detail, &details) == nil {
		f.Details = details
	}
	return f
}
