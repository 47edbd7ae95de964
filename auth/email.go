package auth

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	maxEmailBytes     = 254 // RFC 5321, section 4.5.3.1.3, less the angle brackets
	maxEmailLocalPart = 64  // section 4.5.3.1.1
)

var errEmail = errors.New("this is not an e-mail address that mail can be sent to; write it like name@example.org")

// NormalizeEmail checks an e-mail address and returns the one spelling under which it is stored and compared: lower case, an
// international domain in its ASCII form (xn--…). Look-alikes of other scripts stay different from the address they imitate.
//
// It takes less than the standards allow: one plain address of at most 254 bytes, at a domain name with a dot, no address in
// brackets, no quotes, and before the @ only ASCII, because few mail servers deliver anything else.
func NormalizeEmail(s string) (string, error) {
	if len(s) > maxEmailBytes { // first: net/mail takes quadratic time on some inputs (GO-2025-4006)
		return "", errors.New("this e-mail address is too long; at most 254 characters are possible")
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return "", errEmail
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], s[at+1:]
	if len(local) > maxEmailLocalPart || strings.ContainsFunc(local, outsideLocalPart) || strings.HasPrefix(local, "=?") { // as RFC 2047 writes words: some programs decode it
		return "", errEmail
	}
	// Registration is the strict profile: it maps nothing, so that no full-width or Kelvin-sign letter becomes an ASCII one.
	domain, err = idna.Registration.ToASCII(lower(domain))
	if err != nil || !strings.Contains(domain, ".") || endsInNumber(domain) {
		return "", errEmail
	}
	normalized := lower(local) + "@" + domain
	if len(normalized) > maxEmailBytes {
		return "", errEmail
	}
	return normalized, nil
}

// outsideLocalPart tells what may not stand before the @: all but the unquoted characters of RFC 5322, section 3.2.3.
func outsideLocalPart(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),:;<>@[\]`, r)
}

// lower is strings.ToLower without the letters that leave their script by it: the Kelvin sign would become an ASCII k, the
// Turkish İ an ASCII i.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if small := unicode.ToLower(r); r < utf8.RuneSelf || small >= utf8.RuneSelf {
			return small
		}
		return r
	}, s)
}

// endsInNumber recognises 127.0.0.1 in its spellings: no top-level domain begins with a digit.
func endsInNumber(domain string) bool {
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	return top == "" || top[0] >= '0' && top[0] <= '9'
}
