package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
)

// subject names what is counted by an ID of ours, which says nothing about anybody.
func subject(kind, id string) string {
	sum := sha256.Sum256([]byte(id))
	return kind + ":" + hex.EncodeToString(sum[:])
}

// hidden names what is counted by something that could be guessed: a login, an address. A plain hash of these is found out by
// trying all there are, so it is an HMAC under the index key, which lies with the keysets.
func (s *Service) hidden(ctx context.Context, kind, value string) (string, error) {
	term, err := s.store.Keys.Term(ctx, "tries", kind+"\n"+value)
	if err != nil {
		return "", fmt.Errorf("identity: name a counter: %w", err)
	}
	return kind + ":" + hex.EncodeToString(term), nil
}

// fromAddress names the counter of an address.
func (s *Service) fromAddress(ctx context.Context, kind, address string) (string, error) {
	return s.hidden(ctx, kind, networkOf(address))
}

// networkOf is what an address is counted as: itself, or its network of 64 bits with IPv6, of which everybody has one.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		network, _ := ip.Prefix(64)
		return network.String()
	}
	return ip.String()
}
