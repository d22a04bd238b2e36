package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"aftersales/partners/alipay"
	"aftersales/partners/insurance"
	"aftersales/partners/kuaidi100"
	"aftersales/partners/shop"
	"aftersales/partners/wechat"
)

// KeysFile is the name of the file of keys inside the folder given to EnsureKeys.
const KeysFile = "sandbox-keys.json"

// Pair is an RSA key pair as PEM texts.
type Pair struct {
	Private string `json:"private"`
	Public  string `json:"public"`
}

// Keys are all secrets that the sandbox and the adapters share. They protect play money only.
type Keys struct {
	AlipayAppID string `json:"alipay_app_id"`
	AlipayApp   Pair   `json:"alipay_app"` // ours: signs requests
	Alipay      Pair   `json:"alipay"`     // Alipay's: signs answers and notices

	WeChatMerchantID     string `json:"wechat_merchant_id"`
	WeChatSerial         string `json:"wechat_serial"`
	WeChatPlatformSerial string `json:"wechat_platform_serial"`
	WeChatAPIv3Key       string `json:"wechat_api_v3_key"`
	WeChatMerchant       Pair   `json:"wechat_merchant"`
	WeChatPlatform       Pair   `json:"wechat_platform"`

	KuaidiCustomer string `json:"kuaidi100_customer"`
	KuaidiKey      string `json:"kuaidi100_key"`
	KuaidiSecret   string `json:"kuaidi100_secret"`
	KuaidiSalt     string `json:"kuaidi100_salt"`

	WeChatAppID     string `json:"wechat_app_id"`
	InsuranceKeyID  string `json:"insurance_key_id"`
	InsuranceSecret string `json:"insurance_secret"`

	ShopKeyID   string `json:"shop_key_id"`
	ShopSecret  string `json:"shop_secret"`
	ShopWebhook string `json:"shop_webhook"`
}

// EnsureKeys reads the keys of the folder, and makes folder and keys at the first call. Several processes may
// call it at once: all get the same keys. The file is readable by its owner only.
func EnsureKeys(dir string) (Keys, error) {
	path := filepath.Join(dir, KeysFile)
	if keys, err := readKeys(path); !errors.Is(err, os.ErrNotExist) {
		return keys, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Keys{}, fmt.Errorf("sandbox keys: %w", err)
	}
	keys, err := newKeys()
	if err != nil {
		return Keys{}, fmt.Errorf("sandbox keys: %w", err)
	}
	if err := publish(path, keys); err != nil {
		return Keys{}, fmt.Errorf("sandbox keys: %w", err)
	}
	return readKeys(path)
}

// publish writes to a file of its own and links it into place, which fails when another process was first.
func publish(path string, keys Keys) error {
	content, err := json.MarshalIndent(keys, "", "  ")
	if err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	defer draft.Close()
	if _, err := draft.Write(content); err != nil {
		return err
	}
	if err := draft.Sync(); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

func readKeys(path string) (Keys, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Keys{}, fmt.Errorf("sandbox keys: %w", err)
	}
	var keys Keys
	if err := json.Unmarshal(content, &keys); err != nil {
		return Keys{}, fmt.Errorf("sandbox keys: %s is damaged; remove it, and new keys are made: %w", path, err)
	}
	return keys.completed(), nil
}

// completed fills in what a file of an older version does not hold. It is derived and not random, so that every process
// that reads the file comes to the same.
func (k Keys) completed() Keys {
	derived := func(field *string, prefix, label string, length int) {
		if *field == "" {
			mac := hmac.New(sha256.New, []byte(k.ShopSecret))
			mac.Write([]byte(label))
			*field = prefix + hex.EncodeToString(mac.Sum(nil))[:length]
		}
	}
	derived(&k.WeChatAppID, "wx", "wechat app id", 16)
	derived(&k.InsuranceKeyID, "insurer-", "insurance key id", 8)
	derived(&k.InsuranceSecret, "", "insurance secret", 64)
	return k
}

func newKeys() (Keys, error) {
	keys := Keys{
		AlipayAppID: "2021" + digits(12), WeChatMerchantID: "16" + digits(8),
		WeChatSerial: token(20), WeChatPlatformSerial: token(20), WeChatAPIv3Key: token(16),
		KuaidiCustomer: token(16), KuaidiKey: token(8), KuaidiSecret: token(16), KuaidiSalt: token(8),
		ShopKeyID: "shop-" + token(4), ShopSecret: token(32),
		ShopWebhook: "whsec_" + base64.StdEncoding.EncodeToString([]byte(token(16))),
	}
	for _, pair := range []*Pair{&keys.AlipayApp, &keys.Alipay, &keys.WeChatMerchant, &keys.WeChatPlatform} {
		made, err := newPair()
		if err != nil {
			return Keys{}, err
		}
		*pair = made
	}
	return keys, nil
}

func newPair() (Pair, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return Pair{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return Pair{}, err
	}
	return Pair{
		Private: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		Public:  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	}, nil
}

// parse reads the pair back; the sandbox wrote it, so a failure means a damaged file.
func (p Pair) parse() (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(p.Private))
	if block == nil {
		return nil, errors.New("sandbox keys: a private key is damaged")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("sandbox keys: %w", err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("sandbox keys: a private key is not RSA")
	}
	return rsaKey, nil
}

// token returns n random bytes in hexadecimal.
func token(n int) string {
	raw := make([]byte, n)
	rand.Read(raw) // never fails since Go 1.24
	return hex.EncodeToString(raw)
}

// digits returns n random decimal digits.
func digits(n int) string {
	raw := make([]byte, n)
	rand.Read(raw)
	for i := range raw {
		raw[i] = '0' + raw[i]%10
	}
	return string(raw)
}

// AlipayOptions are the Alipay adapter's options for a sandbox at base, e.g. "http://127.0.0.1:9180".
func (k Keys) AlipayOptions(base string) alipay.Options {
	return alipay.Options{AppID: k.AlipayAppID, PrivateKey: k.AlipayApp.Private, AlipayPublicKey: k.Alipay.Public, Gateway: base + "/alipay/gateway.do"}
}

// WeChatOptions are the WeChat adapter's options for a sandbox at base.
func (k Keys) WeChatOptions(base string) wechat.Options {
	return wechat.Options{
		MerchantID: k.WeChatMerchantID, AppID: k.WeChatAppID, SerialNo: k.WeChatSerial, PrivateKey: k.WeChatMerchant.Private,
		PlatformSerial: k.WeChatPlatformSerial, PlatformPublicKey: k.WeChatPlatform.Public, APIv3Key: k.WeChatAPIv3Key, BaseURL: base,
	}
}

// KuaidiOptions are the carrier client's options for a sandbox at base, pushing to callback.
func (k Keys) KuaidiOptions(base, callback string) kuaidi100.Options {
	return kuaidi100.Options{BaseURL: base, Customer: k.KuaidiCustomer, Key: k.KuaidiKey, Secret: k.KuaidiSecret, Salt: k.KuaidiSalt, CallbackURL: callback}
}

// ShopOptions are the shop client's options for a sandbox at base.
func (k Keys) ShopOptions(base string) shop.Options {
	return shop.Options{BaseURL: base, KeyID: k.ShopKeyID, Secret: k.ShopSecret, WebhookSecret: k.ShopWebhook}
}

// InsuranceOptions are the insurer's client's options for a sandbox at base.
func (k Keys) InsuranceOptions(base string) insurance.Options {
	return insurance.Options{BaseURL: base, KeyID: k.InsuranceKeyID, Secret: k.InsuranceSecret}
}
