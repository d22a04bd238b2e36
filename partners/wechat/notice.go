package wechat

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"aftersales/partners"
)

// ReadNotice verifies the platform's signature and its age, opens the sealed resource and reads the refund.
func (r *Rail) ReadNotice(header http.Header, body []byte) (partners.Notice, error) {
	if err := r.verify(header, body); err != nil {
		return partners.Notice{}, fail(partners.Forged, "sign", err)
	}
	var envelope struct {
		ID       string `json:"id"`
		Event    string `json:"event_type"`
		Resource struct {
			Algorithm  string `json:"algorithm"`
			Ciphertext string `json:"ciphertext"`
			Nonce      string `json:"nonce"`
			Associated string `json:"associated_data"`
		} `json:"resource"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return partners.Notice{}, fail(partners.Malformed, "json", err)
	}
	if envelope.ID == "" || envelope.Resource.Algorithm != "AEAD_AES_256_GCM" {
		return partners.Notice{}, fail(partners.Malformed, "envelope", fmt.Errorf("no id, or algorithm %q", envelope.Resource.Algorithm))
	}
	plain, err := r.open(envelope.Resource.Ciphertext, envelope.Resource.Nonce, envelope.Resource.Associated)
	if err != nil {
		return partners.Notice{}, fail(partners.Forged, "resource", err)
	}
	refund, err := readResource(plain)
	if err != nil {
		return partners.Notice{}, fail(partners.Malformed, "refund", err)
	}
	return partners.Notice{Partner: partner, ID: envelope.ID, Refund: &refund}, nil
}

func readResource(plain []byte) (partners.Refund, error) {
	var body refundBody
	if err := json.Unmarshal(plain, &body); err != nil {
		return partners.Refund{}, err
	}
	if body.RefundStatus == "" {
		return partners.Refund{}, errors.New("the notice is not about a refund")
	}
	body.Status = ""
	return body.refund()
}

// Acknowledge is WeChat's answer for success.
func (r *Rail) Acknowledge() (string, []byte) {
	return "application/json", []byte(`{"code":"SUCCESS","message":"成功"}`)
}
