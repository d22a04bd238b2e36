package identity_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
)

func TestPasswordsThatEverybodyTriesAreRefused(t *testing.T) {
	for _, password := range []string{
		"password", "Password1", "P@ssw0rd", "p4ssw0rd2026", "password2026!", "!!Dragon77", "iloveyou520", "woaini1314", "WoAiNi521!",
		"qwertyuiop", "qwerty123", "1qaz2wsx3edc", "zaq12wsx", "asdfghjkl", "abcdefgh", "qweasdzxc", "a1b2c3d4", "!@#$%^&*",
		"12345678", "13812345678", "19900101", "1990-01-01", "aaaaaaaa", "abababab", "1231231231", "dragondragon", "xyz1xyz1", "hunterhunter2",
		"correct horse battery staple", "mima123456", "zhangwei88", "5201314520", "passwort1", "contraseña", "football2025", "liverpool1892",
		"dragonmaster", "Lucky_Tiger7", "SunnyMonday!", "alejandra99", "liuxiaoming", "ZhangHaoran2003", "wangjianguo!", "monkey-banana", "ichliebedich1", "besiktas1903",
	} {
		require.Equal(t, fault.PasswordCommon, code(identity.CheckPassword(password, "kim")), password)
	}
}

func TestPasswordsThatHoldTheLoginAreRefused(t *testing.T) {
	require.Equal(t, fault.PasswordPersonal, code(identity.CheckPassword("Wang.Fang-7321x", "wang.fang")))
	require.Equal(t, fault.PasswordPersonal, code(identity.CheckPassword("xx-wang.fang-xx", "wang.fang@example.com")))
	require.NoError(t, identity.CheckPassword("it always rains on wf", "wf"), "two letters are in many words")
}

func TestSoundPasswordsAreTaken(t *testing.T) {
	for _, password := range []string{
		"correct horse battery", "Teekesselchen mit Rand", "雨后的操场有三只麻雀", "v9#kLq2!xR", "the quick brown otter", "kxqvtzrw", "sunny-otter-parade", "Zwiebel7Kuchen",
	} {
		require.NoError(t, identity.CheckPassword(password, "kim"), password)
	}
	for _, password := range []string{"", "1234567", "kxqvtzr", string(make([]byte, 257)), "kxqvtzrw\xff"} {
		require.Equal(t, fault.PasswordLength, code(identity.CheckPassword(password, "kim")), "%q", password)
	}
}

func FuzzCheckPassword(f *testing.F) {
	for _, seed := range []string{"password", "qwe\xf0\x9f", "中文密码一二三", "a1b2c3d4", "        "} {
		f.Add(seed, "login")
	}
	f.Fuzz(func(t *testing.T, password, login string) {
		err := identity.CheckPassword(password, login)
		if !utf8.ValidString(password) || len(password) < identity.MinPassword || len(password) > identity.MaxPassword {
			require.Equal(t, fault.PasswordLength, code(err))
		}
	})
}
