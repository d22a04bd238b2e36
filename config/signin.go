package config

import (
	"os"
	"time"
)

// SignIn is how people come in besides with a password of ours.
type SignIn struct {
	ProvidersFile   string        `koanf:"providers_file" doc:"YAML file with the OpenID Connect providers that staff may sign in with; empty: none"`
	HandoverIssuer  string        `koanf:"handover_issuer" doc:"name by which the shop signs the tokens that hand its customers over"`
	Hands           time.Duration `koanf:"hands" doc:"how long whoever made somebody's account, gave them rights or helped them back in is no second person beside them"`
	HandoverKeyFile string        `koanf:"handover_key_file" doc:"PEM file with the shop's public Ed25519 key; empty: the sandbox's shop"`
}

func (c *Config) checkSignIn(v *validator) {
	for setting, file := range map[string]string{"sign_in.providers_file": c.SignIn.ProvidersFile, "sign_in.handover_key_file": c.SignIn.HandoverKeyFile} {
		if file == "" {
			continue
		}
		_, err := os.Stat(file)
		v.check(err == nil, setting, "names %s, which cannot be read", file)
	}
	v.check(c.SignIn.Hands >= time.Hour && c.SignIn.Hands <= 90*24*time.Hour, "sign_in.hands", "must be from 1h to 2160h: a shorter one would let somebody be their own second person")
	v.check((c.SignIn.HandoverKeyFile == "") == (c.SignIn.HandoverIssuer == ""), "sign_in.handover_issuer", "and sign_in.handover_key_file go together")
}
