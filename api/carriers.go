package api

import (
	"context"
	"maps"
	"slices"
)

type (
	carrierBody struct {
		Code string `json:"code" doc:"What a command takes as carrier."`
		Name string `json:"name" doc:"In the reader's language."`
	}
	carrierListBody struct {
		Items []carrierBody `json:"items" nullable:"false"`
	}
	carrierListOutput struct{ Body carrierListBody }
)

// carrierWords are the English names of carriers; in Chinese they have those that their partner tells.
var carrierWords = map[string]string{
	"sf": "SF Express", "yto": "YTO Express", "zto": "ZTO Express", "sto": "STO Express", "yunda": "Yunda Express", "jt": "J&T Express",
	"jd": "JD Logistics", "ems": "EMS",
}

// carriers lists whose waybills are known.
func (e *edge) carriers() {
	register(e, "carrier.list", func(ctx context.Context, _ *struct{}) (*carrierListOutput, error) {
		lang := callerOf(ctx).Language
		return &carrierListOutput{Body: carrierListBody{Items: each(slices.Sorted(maps.Keys(e.Carriers)), func(code string) carrierBody {
			return carrierBody{code, phrase{e.Carriers[code], orElse(carrierWords[code], e.Carriers[code])}.in(lang)}
		})}}, nil
	})
}
