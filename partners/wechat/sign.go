package wechat

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	schema    = "WECHATPAY2-SHA256-RSA2048"
	tolerance = 5 * time.Minute // WeChat's own figure against replay
)

// authorization signs "METHOD\nURL\nTIME\nNONCE\nBODY\n" with the merchant's key.
func (r *Rail) authorization(method, uri string, body []byte) (string, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	nonce, stamp := hex.EncodeToString(raw), strconv.FormatInt(r.now().Unix(), 10)
	sum := sha256.Sum256([]byte(method + "\n" + uri + "\n" + stamp + "\n" + nonce + "\n" + string(body) + "\n"))
	signature, err := rsa.SignPKCS1v15(rand.Reader, r.private, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`%s mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"`, schema,
		r.options.MerchantID, nonce, base64.StdEncoding.EncodeToString(signature), stamp, r.options.SerialNo), nil
}

// verify checks the platform's signature over "TIME\nNONCE\nBODY\n", for answers and notices alike.
func (r *Rail) verify(header http.Header, body []byte) error {
	stamp, nonce := header.Get("Wechatpay-Timestamp"), header.Get("Wechatpay-Nonce")
	if header.Get("Wechatpay-Serial") != r.options.PlatformSerial {
		return errors.New("signed under another or no platform key")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return errors.New("the signature has no time")
	}
	if age := r.now().Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return fmt.Errorf("the signature is %s old", age.Round(time.Second))
	}
	signature, err := base64.StdEncoding.DecodeString(header.Get("Wechatpay-Signature"))
	if err != nil {
		return errors.New("the signature is not base64")
	}
	sum := sha256.Sum256([]byte(stamp + "\n" + nonce + "\n" + string(body) + "\n"))
	return rsa.VerifyPKCS1v15(r.platform, crypto.SHA256, sum[:], signature)
}

// open decrypts a notice's resource (AES-256-GCM under the merchant's API v3 key).
func (r *Rail) open(ciphertext, nonce, associated string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(ciphertext)
	if err != nil {
		return nil, fmt.Errorf("the resource is not base64: %w", err)
	}
	block, err := aes.NewCipher([]byte(r.options.APIv3Key))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(nonce) != gcm.NonceSize() {
		return nil, fmt.Errorf("the nonce has %d bytes, not %d", len(nonce), gcm.NonceSize())
	}
	return gcm.Open(nil, []byte(nonce), sealed, []byte(associated))
}

func privateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("not a PEM text")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	if rsaKey, ok := key.(*rsa.PrivateKey); ok {
		return rsaKey, nil
	}
	return nil, errors.New("not an RSA key")
}

// publicKey reads a public key or the certificate around it.
func publicKey(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("not a PEM text")
	}
	var key any
	if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
		key = certificate.PublicKey
	} else if key, err = x509.ParsePKIXPublicKey(block.Bytes); err != nil {
		return nil, err
	}
	if rsaKey, ok := key.(*rsa.PublicKey); ok {
		return rsaKey, nil
	}
	return nil, errors.New("not an RSA key")
}
