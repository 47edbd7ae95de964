package auth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
)

const (
	site      = "https://blog.example"
	userID    = "0198f2a4-7c1e-7d3b-9a55-1b2c3d4e5f60"
	sessionID = "0198f2a4-8000-7000-8000-000000000001"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func at(moment time.Time) func() time.Time { return func() time.Time { return moment } }

func tokensAt(t testing.TB, moment time.Time) *auth.Tokens {
	t.Helper()
	return auth.NewTokens(site, at(moment), secretOf(t, testKey))
}

func issue(t testing.TB, tokens *auth.Tokens) string {
	t.Helper()
	token, _, err := tokens.Issue(userID, sessionID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func decode(t testing.TB, s string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func signature(newHash func() hash.Hash, key []byte, text string) string {
	mac := hmac.New(newHash, key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// forge signs any header and body with the right key, as only somebody who holds it can.
func forge(t testing.TB, header, body string) string {
	t.Helper()
	text := encode(header) + "." + encode(body)
	return text + "." + signature(sha256.New, secretOf(t, testKey).Derive(auth.AccessTokenKey), text)
}

// parts of a token that was issued at noon, as text.
func issuedParts(t testing.TB) (header, body string) {
	t.Helper()
	parts := strings.Split(issue(t, tokensAt(t, noon)), ".")
	return decode(t, parts[0]), decode(t, parts[1])
}

func refuse(t *testing.T, tokens *auth.Tokens, token string) {
	t.Helper()
	claims, err := tokens.Verify(token)
	if !errors.Is(err, auth.ErrUnauthenticated) {
		t.Fatalf("got error %v, want ErrUnauthenticated", err)
	}
	if claims != (auth.Claims{}) {
		t.Errorf("claims came with the refusal: %+v", claims)
	}
}

func TestAnAccessTokenSaysWhoseItIsFor15Minutes(t *testing.T) {
	token, expiresAt, err := tokensAt(t, noon.Add(300*time.Millisecond)).Issue(userID, sessionID)
	if err != nil {
		t.Fatal(err)
	}
	if want := noon.Add(15 * time.Minute); !expiresAt.Equal(want) {
		t.Errorf("expires at %v, want %v", expiresAt, want)
	}
	want := auth.Claims{UserID: userID, SessionID: sessionID, IssuedAt: noon, ExpiresAt: expiresAt}
	for _, moment := range []time.Time{noon.Add(300 * time.Millisecond), expiresAt.Add(-time.Nanosecond)} {
		got, err := tokensAt(t, moment).Verify(token)
		if err != nil {
			t.Fatalf("at %v: %v", moment, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("claims (-want +got):\n%s", diff)
		}
	}
	for _, late := range []time.Duration{0, time.Nanosecond, time.Second, time.Minute, 24 * time.Hour} {
		refuse(t, tokensAt(t, expiresAt.Add(late)), token)
	}
	_, err = tokensAt(t, expiresAt).Verify(token)
	if !strings.Contains(err.Error(), "expired") {
		t.Errorf("the reason is not said: %v", err)
	}
}

func TestATokenHasTheHeaderAndClaimsOfTheContract(t *testing.T) {
	header, body := issuedParts(t)
	if !strings.HasPrefix(header, `{"alg":"HS256","kid":"`) || !strings.HasSuffix(header, `","typ":"at+jwt"}`) {
		t.Errorf("header %s", header)
	}
	want := fmt.Sprintf(`{"iss":"dimmer","aud":%q,"sub":%q,"sid":%q,"iat":%d,"exp":%d}`, site, userID, sessionID, noon.Unix(), noon.Unix()+900)
	if body != want {
		t.Errorf("body\n%s, want\n%s", body, want)
	}
}

func TestATokenNeedsAUserAndASession(t *testing.T) {
	for _, ids := range [][2]string{{"", sessionID}, {userID, ""}} {
		if _, _, err := tokensAt(t, noon).Issue(ids[0], ids[1]); err == nil {
			t.Errorf("issued for user %q and session %q", ids[0], ids[1])
		}
	}
	issue(t, tokensAt(t, noon))
}

// The clock of the instance that issued may run ahead a little.
func TestATokenFromTheFutureIsRefused(t *testing.T) {
	token := issue(t, tokensAt(t, noon))
	if _, err := tokensAt(t, noon.Add(-30*time.Second)).Verify(token); err != nil {
		t.Errorf("30 s of skew: %v", err)
	}
	refuse(t, tokensAt(t, noon.Add(-31*time.Second)), token)
	refuse(t, tokensAt(t, noon.Add(-24*time.Hour)), token)
}

func TestOnlyHS256IsAccepted(t *testing.T) {
	tokens := tokensAt(t, noon)
	header, body := issuedParts(t)
	key := secretOf(t, testKey).Derive(auth.AccessTokenKey)
	if _, err := tokens.Verify(forge(t, header, body)); err != nil {
		t.Fatalf("positive control: %v", err)
	}
	with := func(alg string) string {
		return encode(strings.Replace(header, `"HS256"`, alg, 1)) + "." + encode(body)
	}
	for _, alg := range []string{`"none"`, `"None"`, `"nOnE"`, `"NONE"`, `""`, `null`, `0`, `["HS256"]`, `"hs256"`, `"HS256 "`, `"HS1"`} {
		t.Run("alg "+alg, func(t *testing.T) {
			refuse(t, tokens, with(alg)+".")
			refuse(t, tokens, with(alg)+"."+signature(sha256.New, key, with(alg)))
			refuse(t, tokens, with(alg))
		})
	}
	t.Run("no signature", func(t *testing.T) {
		refuse(t, tokens, encode(header)+"."+encode(body)+".")
		refuse(t, tokens, encode(header)+"."+encode(body))
	})
	t.Run("HS384 and HS512 with our key", func(t *testing.T) {
		refuse(t, tokens, with(`"HS384"`)+"."+signature(sha512.New384, key, with(`"HS384"`)))
		refuse(t, tokens, with(`"HS512"`)+"."+signature(sha512.New, key, with(`"HS512"`)))
	})
	t.Run("the algorithms of key pairs", func(t *testing.T) {
		for _, alg := range []string{`"RS256"`, `"ES256"`, `"PS256"`, `"EdDSA"`} {
			refuse(t, tokens, with(alg)+"."+signature(sha256.New, key, with(alg)))
			refuse(t, tokens, with(alg)+"."+signature(sha256.New, []byte("-----BEGIN PUBLIC KEY-----"), with(alg)))
		}
	})
	t.Run("an empty key and the secret itself", func(t *testing.T) {
		refuse(t, tokens, with(`"HS256"`)+"."+signature(sha256.New, nil, with(`"HS256"`)))
		refuse(t, tokens, with(`"HS256"`)+"."+signature(sha256.New, []byte(testKey), with(`"HS256"`)))
	})
}

func TestTheHeaderIsExactlyOurs(t *testing.T) {
	tokens := tokensAt(t, noon)
	header, body := issuedParts(t)
	if _, err := tokens.Verify(forge(t, header, body)); err != nil {
		t.Fatalf("positive control: %v", err)
	}
	kid := header[strings.Index(header, `"kid":"`)+7:][:16]
	otherParts := strings.Split(issue(t, auth.NewTokens(site, at(noon), secretOf(t, otherKey))), ".")
	otherKID := decode(t, otherParts[0])[strings.Index(header, `"kid":"`)+7:][:16]
	if kid == otherKID {
		t.Fatal("two secrets have one kid")
	}
	kids := map[string]string{
		"a path":          `"../../dev/null"`,
		"SQL":             `"' OR 1=1 --"`,
		"unknown":         `"0000000000000000"`,
		"another key's":   `"` + otherKID + `"`,
		"empty":           `""`,
		"null":            `null`,
		"a number":        `7`,
		"a list":          `["` + kid + `"]`,
		"upper case":      `"` + strings.ToUpper(kid) + `"`,
		"with a NUL":      `"` + kid + `\u0000"`,
		"3,000 long":      `"` + strings.Repeat("k", 3000) + `"`,
		"1 MB":            `"` + strings.Repeat("k", 1<<20) + `"`,
		"twice":           `"x","kid":"` + kid + `"`,
		"an escape in it": `"\u00` + fmt.Sprintf("%02x", kid[0]) + kid[1:] + `"`,
	}
	for name, value := range kids {
		t.Run("kid "+name, func(t *testing.T) {
			refuse(t, tokens, forge(t, strings.Replace(header, `"`+kid+`"`, value, 1), body))
		})
	}
	t.Run("no kid", func(t *testing.T) {
		refuse(t, tokens, forge(t, `{"alg":"HS256","typ":"at+jwt"}`, body))
	})
	for _, extra := range []string{
		`"crit":["exp"]`, `"crit":[]`, `"jku":"https://evil.example/keys"`, `"x5u":"https://evil.example/"`, `"jwk":{"kty":"oct","k":"AA"}`,
		`"x5c":[]`, `"cty":"JWT"`, `"b64":false`, `"zip":"DEF"`, `"KID":"x"`,
	} {
		t.Run("extra "+extra, func(t *testing.T) {
			refuse(t, tokens, forge(t, strings.Replace(header, "{", "{"+extra+",", 1), body))
			refuse(t, tokens, forge(t, strings.TrimSuffix(header, "}")+","+extra+"}", body))
		})
	}
	for _, typ := range []string{`"JWT"`, `"AT+JWT"`, `"refresh"`, `"reset"`, `null`, `""`} {
		t.Run("typ "+typ, func(t *testing.T) {
			refuse(t, tokens, forge(t, strings.Replace(header, `"at+jwt"`, typ, 1), body))
		})
	}
	for _, whole := range []string{``, `null`, `[]`, `{}`, `"x"`, `{`, header + header, " " + header, header + " "} {
		t.Run("whole header "+whole, func(t *testing.T) { refuse(t, tokens, forge(t, whole, body)) })
	}
}

func TestTheClaimsAreExactlyOurs(t *testing.T) {
	tokens := tokensAt(t, noon)
	header, body := issuedParts(t)
	if _, err := tokens.Verify(forge(t, header, body)); err != nil {
		t.Fatalf("positive control: %v", err)
	}
	replace := func(name, value string) string {
		start := strings.Index(body, `"`+name+`":`)
		end := start + strings.IndexAny(body[start:], ",}")
		return body[:start] + `"` + name + `":` + value + body[end:]
	}
	if control := replace("exp", fmt.Sprint(noon.Unix()+899)); control == body {
		t.Fatal("replace changes nothing")
	} else if _, err := tokens.Verify(forge(t, header, control)); err != nil {
		t.Fatalf("positive control of replace: %v", err)
	}
	seconds := func(d time.Duration) string { return fmt.Sprint(noon.Add(d).Unix()) }
	values := map[string][]string{
		"exp": {
			seconds(0), seconds(-time.Second), seconds(-time.Minute), seconds(16 * time.Minute), seconds(24 * 365 * time.Hour), `0`, `-1`,
			`"` + seconds(time.Minute) + `"`, seconds(time.Minute) + `.0`, seconds(time.Minute) + `.5`, `1e308`, `1.8e9`, `1e999`, `-1e308`,
			`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `null`, `true`, `[]`, `{}`, `""`,
		},
		"iat": {
			seconds(31 * time.Second), seconds(time.Hour), `0`, `-1`, `"` + seconds(0) + `"`, seconds(0) + `.0`, `1e308`,
			`9223372036854775807`, `-9223372036854775808`, `null`, `[]`, seconds(-time.Minute),
		},
		"iss": {`"evil"`, `""`, `null`, `["dimmer"]`, `"Dimmer"`, `1`},
		"aud": {`"https://other.example"`, `""`, `null`, `["` + site + `"]`, `["x"]`, `[]`, `{}`, `["x","` + site + `"]`, `"` + site + `/"`},
		"sub": {`""`, `null`, `1`, `["` + userID + `"]`},
		"sid": {`""`, `null`, `1`, `["` + sessionID + `"]`},
	}
	for name, list := range values {
		for _, value := range list {
			t.Run(name+" "+value, func(t *testing.T) {
				refuse(t, tokens, forge(t, header, replace(name, value)))
			})
		}
		t.Run(name+" missing", func(t *testing.T) {
			missing := strings.NewReplacer("{,", "{", ",,", ",", ",}", "}").Replace(strings.Replace(replace(name, "0"), `"`+name+`":0`, "", 1))
			refuse(t, tokens, forge(t, header, missing))
		})
		t.Run(name+" in capitals", func(t *testing.T) {
			refuse(t, tokens, forge(t, header, strings.Replace(body, `"`+name+`"`, `"`+strings.ToUpper(name)+`"`, 1)))
		})
		t.Run(name+" twice", func(t *testing.T) {
			start := strings.Index(body, `"`+name+`":`)
			end := start + strings.IndexAny(body[start:], ",}")
			refuse(t, tokens, forge(t, header, "{"+body[start:end]+","+body[1:]))
		})
	}
	for _, extra := range []string{`"nbf":` + seconds(time.Hour), `"nbf":` + seconds(-time.Hour), `"role":"owner"`, `"jti":"1"`, `"scope":"admin"`} {
		t.Run("extra "+extra, func(t *testing.T) {
			refuse(t, tokens, forge(t, header, strings.TrimSuffix(body, "}")+","+extra+"}"))
		})
	}
	for _, whole := range []string{``, `null`, `[]`, `{}`, `"x"`, `1`, body + body, body + "\n", strings.Replace(body, ",", ", ", 1)} {
		t.Run("whole body "+whole, func(t *testing.T) { refuse(t, tokens, forge(t, header, whole)) })
	}
}

func TestATokenOfAnotherInstanceIsRefused(t *testing.T) {
	token := issue(t, tokensAt(t, noon))
	refuse(t, auth.NewTokens(site, at(noon), secretOf(t, otherKey)), token)
	refuse(t, auth.NewTokens("https://other.example", at(noon), secretOf(t, testKey)), token)
	if _, err := auth.NewTokens(site, at(noon), secretOf(t, testKey)).Verify(token); err != nil {
		t.Errorf("positive control: %v", err)
	}
}

func TestATokenWithoutAnAudienceIsNeverValid(t *testing.T) {
	nowhere := auth.NewTokens("", at(noon), secretOf(t, testKey))
	refuse(t, nowhere, issue(t, nowhere))
}

func TestTokensOfThePreviousSecretLiveOn(t *testing.T) {
	old, present := secretOf(t, otherKey), secretOf(t, testKey)
	token := issue(t, auth.NewTokens(site, at(noon), old))
	rotated := auth.NewTokens(site, at(noon), present, old)
	if _, err := rotated.Verify(token); err != nil {
		t.Errorf("an old token is refused: %v", err)
	}
	refuse(t, auth.NewTokens(site, at(noon), present), token)
	refuse(t, auth.NewTokens(site, at(noon.Add(15*time.Minute)), present, old), token)

	fresh := issue(t, rotated)
	if _, err := auth.NewTokens(site, at(noon), present).Verify(fresh); err != nil {
		t.Errorf("the present secret does not sign: %v", err)
	}
	refuse(t, auth.NewTokens(site, at(noon), old), fresh)
}

func TestOneFlippedBitIsRefused(t *testing.T) {
	tokens := tokensAt(t, noon)
	token := issue(t, tokens)
	if _, err := tokens.Verify(token); err != nil {
		t.Fatalf("positive control: %v", err)
	}
	flips := 0
	for i := range token { // as text, the dots too
		for bit := range 8 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			if _, err := tokens.Verify(string(changed)); err == nil {
				t.Fatalf("bit %d of character %d flipped: accepted", bit, i)
			}
			flips++
		}
	}
	parts := strings.Split(token, ".")
	for p, part := range parts { // as bytes, in well-formed base64
		raw := decode(t, part)
		for i := range raw {
			for bit := range 8 {
				changed := []byte(raw)
				changed[i] ^= 1 << bit
				forged := append([]string(nil), parts...)
				forged[p] = encode(string(changed))
				if _, err := tokens.Verify(strings.Join(forged, ".")); err == nil {
					t.Fatalf("bit %d of byte %d of part %d flipped: accepted", bit, i, p)
				}
				flips++
			}
		}
	}
	t.Logf("%d flips", flips)
}

func TestATokenHasOneSpelling(t *testing.T) {
	tokens := tokensAt(t, noon)
	token := issue(t, tokens)
	parts := strings.Split(token, ".")
	other, _, err := tokens.Issue("somebody-else", sessionID)
	if err != nil {
		t.Fatal(err)
	}
	otherParts := strings.Split(other, ".")
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	variants := map[string]string{
		"with spare bits set":           token[:len(token)-1] + string(alphabet[last|1]),
		"with the other spare bits set": token[:len(token)-1] + string(alphabet[last|3]),
		"padded":                        token + "=",
		"padded twice":                  token + "==",
		"a line break at the end":       token + "\n",
		"a line break at the start":     "\r\n" + token,
		"a line break in the header":    token[:5] + "\n" + token[5:],
		"a line break in the signature": token[:len(token)-5] + "\r\n" + token[len(token)-5:],
		"a space before":                " " + token,
		"a dot after":                   token + ".",
		"a dot before":                  "." + token,
		"a fourth part":                 token + ".AAAA",
		"another one's signature":       parts[0] + "." + parts[1] + "." + otherParts[2],
		"another one's claims":          parts[0] + "." + otherParts[1] + "." + parts[2],
		"half a signature":              parts[0] + "." + parts[1] + "." + parts[2][:22],
		"with its scheme":               "Bearer " + token,
		"upper case":                    strings.ToUpper(token),
		"in standard base64":            parts[0] + "." + parts[1] + "." + strings.NewReplacer("-", "+", "_", "/").Replace(parts[2]) + "=",
	}
	for name, variant := range variants {
		t.Run(name, func(t *testing.T) {
			if variant == token {
				t.Fatal("the variant is the token")
			}
			refuse(t, tokens, variant)
		})
	}
	if _, err := tokens.Verify(token); err != nil {
		t.Errorf("positive control: %v", err)
	}
}

func TestHugeTokensAreRefusedAtOnce(t *testing.T) {
	tokens := tokensAt(t, noon)
	token := issue(t, tokens)
	long, _, err := tokens.Issue(strings.Repeat("u", 4<<10), sessionID)
	if err != nil {
		t.Fatal(err)
	}
	for name, huge := range map[string]string{
		"ours, but over 4 KiB":  long,
		"1 MB of dots":          strings.Repeat(".", 1<<20),
		"9 KB":                  token + strings.Repeat("A", 9<<10),
		"1 MB of letters":       strings.Repeat("A", 1<<20),
		"dots behind a token":   token + strings.Repeat(".", 1<<20),
		"4 KiB of dots":         strings.Repeat(".", 4<<10),
		"4 KiB of open braces":  encode(strings.Repeat("[", 2000)) + "." + encode(strings.Repeat("{", 900)) + ".",
		"deeply nested headers": encode(`{"alg":`+strings.Repeat("[", 2900)) + "..",
	} {
		t.Run(name, func(t *testing.T) {
			fastest := time.Hour
			for tries := 0; tries < 3 || tries < 300 && fastest > 5*time.Millisecond; tries++ { // the machine has other work
				start := time.Now()
				refuse(t, tokens, huge)
				fastest = min(fastest, time.Since(start))
			}
			if fastest > 5*time.Millisecond {
				t.Errorf("took %v, want less than 5 ms", fastest)
			}
		})
	}
}

func TestTokensOfOtherKindsAreNoAccessTokens(t *testing.T) {
	tokens, secret := tokensAt(t, noon), secretOf(t, testKey)
	others := map[string]string{
		"refresh": auth.NewRefreshTokens(secret).Issue(sessionID, 1),
		"edit":    auth.NewEditTokens(secret).Token(userID),
		"empty":   "",
	}
	for _, kind := range []auth.TokenKind{auth.APIToken, auth.PreviewToken, auth.CommenterKey} {
		others[string(kind)], _ = kind.New()
	}
	for name, token := range others {
		t.Run(name, func(t *testing.T) { refuse(t, tokens, token) })
	}
	access := issue(t, tokens)
	if _, _, err := auth.NewRefreshTokens(secret).Parse(access); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("an access token as refresh token: %v", err)
	}
	if _, err := auth.APIToken.Hash(access); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("an access token as API token: %v", err)
	}
	header, body := issuedParts(t)
	for _, purpose := range []auth.Purpose{auth.RefreshTokenKey, auth.EditTokenKey, auth.CursorKey, auth.AddressHashKey} {
		text := encode(header) + "." + encode(body)
		refuse(t, tokens, text+"."+signature(sha256.New, secret.Derive(purpose), text))
	}
}

func TestARefusalRepeatsNothing(t *testing.T) {
	header, body := issuedParts(t)
	marked := forge(t, strings.Replace(header, "{", `{"crit":["SENTINEL"],`, 1), strings.Replace(body, site, "SENTINEL", 1))
	for _, token := range []string{marked, "SENTINEL.SENTINEL.SENTINEL", encode(`{"alg":"SENTINEL"}`) + "..", forge(t, header, `{"exp":"SENTINEL"}`)} {
		_, err := tokensAt(t, noon).Verify(token)
		if err == nil {
			t.Fatal("accepted")
		}
		for _, word := range []string{"SENTINEL", "json", "accessClaims", "Go ", "base64"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("the error says %q: %v", word, err)
			}
		}
	}
}

// FuzzJWT signs what it is given with our key or not at all. Whatever verifies must be exactly what Issue writes for its claims.
func FuzzJWT(f *testing.F) {
	header, body := issuedParts(f)
	token := issue(f, tokensAt(f, noon))
	parts := strings.Split(token, ".")
	f.Add(header, body, "", true)
	f.Add(header, body, parts[2], false)
	f.Add(header, strings.Replace(body, `"exp":`, `"exp":1,"exp":`, 1), "", true)
	f.Add(strings.Replace(header, "HS256", "HS512", 1), body, "", true)
	f.Add(strings.Replace(header, "HS256", "none", 1), body, "", false)
	f.Add(header+" ", strings.Replace(body, `"`+site+`"`, `["`+site+`"]`, 1), "", true)
	f.Add(header, strings.Replace(body, userID, "ü\\u00fc<>&\\ud800", 1), "", true)
	tokens := tokensAt(f, noon)
	key := secretOf(f, testKey).Derive(auth.AccessTokenKey)
	f.Fuzz(func(t *testing.T, header, body, mac string, sign bool) {
		token := encode(header) + "." + encode(body)
		if sign {
			mac = signature(sha256.New, key, token)
		}
		token += "." + mac
		claims, err := tokens.Verify(token)
		if err != nil {
			if !errors.Is(err, auth.ErrUnauthenticated) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		if claims.ExpiresAt.Sub(claims.IssuedAt) != auth.AccessTokenLifetime {
			return // shorter is allowed, Issue cannot be asked for it
		}
		issued, _, err := auth.NewTokens(site, at(claims.IssuedAt), secretOf(t, testKey)).Issue(claims.UserID, claims.SessionID)
		if err != nil {
			t.Fatal(err)
		}
		if issued != token {
			t.Fatalf("verified, but never issued:\n%s\nthe issued one:\n%s", token, issued)
		}
	})
}

func BenchmarkIssueToken(b *testing.B) {
	tokens := tokensAt(b, noon)
	b.ReportAllocs()
	for b.Loop() {
		issue(b, tokens)
	}
}

func BenchmarkVerifyToken(b *testing.B) {
	tokens := tokensAt(b, noon)
	token := issue(b, tokens)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tokens.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}
