package identity

import "strings"

// DeviceOf names what a request came from in words of ours, such as "Firefox, Windows": enough for people to tell their
// own sessions apart, and nothing that a stranger chose. What is not known is called so.
func DeviceOf(userAgent string) string {
	program, system := "unknown", "unknown"
	for _, known := range programs {
		if strings.Contains(userAgent, known.mark) {
			program = known.name
			break
		}
	}
	for _, known := range systems {
		if strings.Contains(userAgent, known.mark) {
			system = known.name
			break
		}
	}
	return program + ", " + system
}

// Marks in the order in which they tell: nearly every browser also claims to be Safari, and many to be Chrome.
var (
	programs = []struct{ mark, name string }{
		{"MicroMessenger/", "WeChat"}, {"AlipayClient/", "Alipay"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"HuaweiBrowser/", "Huawei Browser"}, {"MiuiBrowser/", "Mi Browser"}, {"QQBrowser/", "QQ Browser"}, {"UCBrowser/", "UC Browser"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
		{"curl/", "curl"}, {"Go-http-client/", "program"}, {"python", "program"}, {"okhttp/", "program"},
	}
	systems = []struct{ mark, name string }{
		{"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"},
		{"Macintosh", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)
