// Package softkey is an authenticator in software: it holds one passkey and speaks WebAuthn as a browser and its security
// key would together. The demo's players and tests sign in with it. Its key lies in memory, so that it guards nothing.
package softkey

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Key is an authenticator with one passkey. It is not safe for concurrent use when it counts.
type Key struct {
	private *ecdsa.PrivateKey
	point   []byte // the public key: X and Y, 32 bytes each
	id      []byte

	User     []byte // the user's handle; told at the registration
	Counts   bool   // whether it counts its signatures, as a hardware key does; a passkey that is kept on several devices does not
	Count    uint32 // the last signature's number
	Careless bool   // does not verify its user: no finger, no PIN
}

// New makes an authenticator with a random key.
func New() *Key {
	seed := make([]byte, 32)
	_, _ = rand.Read(seed) // never fails
	key, err := Derived(seed, "")
	if err != nil {
		panic(err) // of 2³² seeds, one
	}
	key.Counts = true
	return key
}

// Derived makes the authenticator that belongs to a seed and a name: always the same.
func Derived(seed []byte, name string) (*Key, error) {
	scalar, err := hkdf.Key(sha256.New, seed, nil, "passkey "+name, 32)
	if err != nil {
		return nil, fmt.Errorf("softkey: %w", err)
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar)
	if err != nil {
		return nil, fmt.Errorf("softkey: this seed gives no key; use another: %w", err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return nil, fmt.Errorf("softkey: %w", err)
	}
	id := sha256.Sum256(append([]byte("passkey id "), point...))
	return &Key{private: private, point: point[1:], id: id[:]}, nil // without the byte that says "uncompressed"
}

// ID is the passkey's name.
func (k *Key) ID() []byte { return bytes.Clone(k.id) }

// PublicKey is the passkey's public key as COSE: ES256 on P-256.
func (k *Key) PublicKey() []byte {
	cose := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}
	cose = append(cose, k.point[:32]...)
	cose = append(cose, 0x22, 0x58, 0x20)
	return append(cose, k.point[32:]...)
}

// b64 is bytes as WebAuthn's JSON writes them.
type b64 []byte

func (b b64) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.RawURLEncoding.EncodeToString(b))
}

func (b *b64) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	*b = raw
	return err
}

// Attest answers the options of a registration (PublicKeyCredentialCreationOptions, JSON) on a page of the origin.
func (k *Key) Attest(options []byte, origin string) ([]byte, error) {
	var asked struct {
		Challenge b64 `json:"challenge"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID b64 `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(options, &asked); err != nil {
		return nil, fmt.Errorf("softkey: options: %w", err)
	}
	k.User = asked.User.ID
	const attested = 0x40
	data := k.data(asked.RP.ID, attested)
	data = append(data, make([]byte, 16)...) // no model
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), k.PublicKey()...)

	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59")
	object = append(binary.BigEndian.AppendUint16(object, uint16(len(data))), data...)
	client, err := clientData("webauthn.create", asked.Challenge, origin)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{},
		"response":               map[string]any{"clientDataJSON": b64(client), "attestationObject": b64(object), "transports": []string{"internal"}},
	})
}

// Assert answers the options of a sign-in (PublicKeyCredentialRequestOptions, JSON) on a page of the origin.
func (k *Key) Assert(options []byte, origin string) ([]byte, error) {
	var asked struct {
		Challenge b64    `json:"challenge"`
		RP        string `json:"rpId"`
	}
	if err := json.Unmarshal(options, &asked); err != nil {
		return nil, fmt.Errorf("softkey: options: %w", err)
	}
	if k.Counts {
		k.Count++
	}
	data := k.data(asked.RP, 0)
	client, err := clientData("webauthn.get", asked.Challenge, origin)
	if err != nil {
		return nil, err
	}
	clientSum := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), clientSum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, sum[:])
	if err != nil {
		return nil, fmt.Errorf("softkey: %w", err)
	}
	return json.Marshal(map[string]any{
		"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{},
		"response":               map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(k.User)},
	})
}

// data is the authenticator's data: for whom, that somebody was there and verified, and the count.
func (k *Key) data(relyingParty string, flags byte) []byte {
	const present, verified = 0x01, 0x04
	flags |= present
	if !k.Careless {
		flags |= verified
	}
	sum := sha256.Sum256([]byte(relyingParty))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), k.Count)
}

func clientData(kind string, challenge []byte, origin string) ([]byte, error) {
	return json.Marshal(map[string]any{"type": kind, "challenge": b64(challenge), "origin": origin, "crossOrigin": false})
}
