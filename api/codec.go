package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// codecRoutes let Temporal's own tools show operators what workflow histories hold: its remote codec protocol.
func codecRoutes() []Route {
	return []Route{
		{post, codecPath + "decode", "payload.decode", Audited, "operations", "Open payloads of workflow histories, for Temporal's tools"},
		{post, codecPath + "encode", "payload.encode", 0, "operations", "Seal payloads for workflows, for Temporal's tools"},
		{post, "/v1/customers/lookup", "customer.lookup", Audited, "desk", "Find customers by phone number or mail address"},
	}
}

const codecPath = "/v1/codec/"

// Payload is one of Temporal's, as its remote codec protocol sends it: bytes in base64.
type Payload struct {
	Metadata map[string][]byte `json:"metadata,omitempty"`
	Data     []byte            `json:"data,omitempty"`
}

// Codec opens and seals payloads. Faults: Erased when the person's keyset is gone, BadRequest for what was never sealed here.
type Codec interface {
	Decode(ctx context.Context, payloads []Payload) ([]Payload, error)
	Encode(ctx context.Context, payloads []Payload) ([]Payload, error)
}

// Directory finds customers by what is sealed. Only those come back whom the reader may see, through a case.
type Directory interface {
	CustomersBy(ctx context.Context, reader contract.Actor, field, value string) ([]FoundCustomer, error)
}

// FoundCustomer is plain here; the edge masks it.
type FoundCustomer struct{ ID, Name, Phone string }

type payloadsBody struct {
	Payloads []Payload `json:"payloads" maxItems:"1000" nullable:"false"`
}

type payloadsInput struct {
	Namespace string `header:"X-Namespace" doc:"Temporal's tools send it; it is not needed."`
	Body      payloadsBody
}

type payloadsOutput struct{ Body payloadsBody }

type lookupInput struct {
	Body struct {
		Phone string `json:"phone,omitempty" maxLength:"40" doc:"In any usual form. Either this or mail."`
		Mail  string `json:"mail,omitempty" maxLength:"254"`
	}
}

type foundBody struct {
	ID    string `json:"id"`
	Name  string `json:"name" example:"张*"`
	Phone string `json:"phone,omitempty" example:"138****1234"`
}

type lookupOutput struct {
	Body struct {
		Items []foundBody `json:"items" nullable:"false"`
	}
}

func (e *edge) codec() {
	for action, convert := range map[string]func(context.Context, []Payload) ([]Payload, error){
		"payload.decode": func(ctx context.Context, in []Payload) ([]Payload, error) { return e.Codec.Decode(ctx, in) },
		"payload.encode": func(ctx context.Context, in []Payload) ([]Payload, error) { return e.Codec.Encode(ctx, in) },
	} {
		register(e, action, func(ctx context.Context, in *payloadsInput) (*payloadsOutput, error) {
			converted, err := convert(ctx, in.Body.Payloads)
			if err != nil {
				return nil, err
			}
			return &payloadsOutput{payloadsBody{converted}}, nil
		})
	}
	register(e, "customer.lookup", func(ctx context.Context, in *lookupInput) (*lookupOutput, error) {
		field, value := "phone", in.Body.Phone
		if in.Body.Mail != "" {
			field, value = "mail", in.Body.Mail
		}
		if (in.Body.Phone == "") == (in.Body.Mail == "") {
			return nil, fault.New(fault.BadRequest, "problem", "give either phone or mail")
		}
		found, err := e.Directory.CustomersBy(ctx, callerOf(ctx).actor(), field, value)
		if err != nil {
			return nil, err
		}
		out := &lookupOutput{}
		out.Body.Items = []foundBody{}
		for _, customer := range found {
			out.Body.Items = append(out.Body.Items, foundBody{customer.ID, maskName(customer.Name), maskPhone(customer.Phone)})
		}
		return out, nil
	})
}

// allowTools lets the web UI of Temporal, at the origins of the configuration and nowhere else, call the codec from a
// browser. It sends the operator's bearer token; cookies are not let through.
func (e *edge) allowTools(c *gin.Context) {
	origin := c.GetHeader("Origin")
	if !strings.HasPrefix(c.Request.URL.Path, codecPath) || origin == "" {
		c.Next()
		return
	}
	c.Header("Vary", "Origin")
	if slices.Contains(e.CodecOrigins, origin) {
		c.Header("Access-Control-Allow-Origin", origin)
		c.Header("Cross-Origin-Resource-Policy", "cross-origin")
		if c.Request.Method == http.MethodOptions && c.GetHeader("Access-Control-Request-Method") == http.MethodPost {
			c.Header("Access-Control-Allow-Methods", http.MethodPost)
			c.Header("Access-Control-Allow-Headers", "authorization, content-type, x-namespace")
			c.Header("Access-Control-Max-Age", "600")
			c.AbortWithStatus(http.StatusNoContent)
			return
		}
	}
	c.Next()
}
