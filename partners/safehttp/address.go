package safehttp

import "net/netip"

// special are networks of which nothing is a server on the internet, besides those that netip itself tells: loopback,
// private, link-local, multicast, unspecified. RFC 6890 and its successors; the metadata services of the clouds stand in
// link-local space, in 100.64.0.0/10 (Alibaba) and in fd00::/8 (AWS).
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "3fff::/20", // protocols, among them Teredo; documentation
)

// global is where servers on the internet live in IPv6. All else is refused without being named.
var global = netip.MustParsePrefix("2000::/3")

// Networks that carry an IPv4 address inside, and the byte where it begins.
var carriers = []struct {
	netip.Prefix
	at int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4
}

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// Public tells whether an address is one that anybody on the internet could reach as well: no private network, not this
// machine, no metadata service; nor another address that leads to such a one.
func Public(ip netip.Addr) bool {
	if ip.Zone() != "" {
		return false
	}
	ip = ip.Unmap() // ::ffff:127.0.0.1
	for _, carrier := range carriers {
		if carrier.Contains(ip) {
			bytes := ip.As16()
			return Public(netip.AddrFrom4([4]byte(bytes[carrier.at : carrier.at+4])))
		}
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Is6() && !global.Contains(ip) {
		return false
	}
	for _, network := range special {
		if network.Contains(ip) {
			return false
		}
	}
	return true
}
