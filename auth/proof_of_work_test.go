package auth

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// The vectors were computed with altcha-lib 2.8.0, under the key "secret".
func vectorKey(leastCost int) *ProofOfWork {
	return &ProofOfWork{hide([]byte("secret")), leastCost}
}

var (
	beforeVectors = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	vectorExpiry  = time.Unix(4102444800, 0)
)

const (
	vectorV2Signature = "f0493b242f4b0884584e3fb00be709205feb719aa6fd66c92713202849f34c57"
	vectorV2Key       = "00f200ab2d9ac7f93f1bcc073f5df4f7ee471668ad21853d8ff8185299da4489"
	vectorV2          = `{"challenge":{"parameters":{"algorithm":"PBKDF2/SHA-256","cost":1000,"expiresAt":4102444800,"keyLength":32,"keyPrefix":"00",` +
		`"nonce":"000102030405060708090a0b0c0d0e0f","salt":"101112131415161718191a1b1c1d1e1f"},"signature":"` + vectorV2Signature + `"},` +
		`"solution":{"counter":247,"derivedKey":"` + vectorV2Key + `","time":319.5}}`
	vectorV1Signature = "7738e8600cea3fb0000d59550d5d888de48742eb680e90eb9c54b117856f40ea"
	vectorV1          = `{"algorithm":"SHA-256","challenge":"dcee15853105c9e5d192670241b287cd1b8c8d474373deec77baf71bc9a092b2","number":42,` +
		`"salt":"abc?expires=4102444800&","signature":"` + vectorV1Signature + `","took":12}`
)

func answered(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestTheVectorsOfALTCHAAreAccepted(t *testing.T) {
	for name, c := range map[string]struct{ text, id string }{
		"version 2":                         {vectorV2, vectorV2Signature},
		"version 2, the fields turned":      {`{"solution":{"derivedKey":"` + vectorV2Key + `","counter":247},` + strings.TrimSuffix(strings.TrimPrefix(vectorV2, "{"), `,"solution":{"counter":247,"derivedKey":"`+vectorV2Key+`","time":319.5}}`) + "}", vectorV2Signature},
		"version 1":                         {vectorV1, vectorV1Signature},
		"version 1, without what it took":   {strings.Replace(vectorV1, `,"took":12`, "", 1), vectorV1Signature},
		"version 2, without what it took":   {strings.Replace(vectorV2, `,"time":319.5`, "", 1), vectorV2Signature},
		"version 2, with white space in it": {strings.ReplaceAll(vectorV2, `":`, `" : `), vectorV2Signature},
	} {
		t.Run(name, func(t *testing.T) {
			spent, err := vectorKey(1000).Check(answered(c.text), beforeVectors)
			if err != nil || spent.ID != c.id || !spent.ExpiresAt.Equal(vectorExpiry) {
				t.Errorf("%+v, %v; want %s until %v", spent, err, c.id, vectorExpiry)
			}
		})
	}
}

func TestAWrongAnswerProvesNothing(t *testing.T) {
	v2 := func(old, replacement string) string {
		text := strings.Replace(vectorV2, old, replacement, 1)
		if text == vectorV2 {
			t.Fatalf("the vector has no %q", old)
		}
		return text
	}
	v1 := func(old, replacement string) string { return strings.Replace(vectorV1, old, replacement, 1) }
	for name, text := range map[string]string{
		"nothing":                               "",
		"null":                                  "null",
		"a list":                                "[]",
		"no challenge":                          "{}",
		"a number for a challenge":              `{"challenge":1}`,
		"two values":                            vectorV2 + vectorV2,
		"a field too many":                      v2(`"solution":{`, `"more":1,"solution":{`),
		"a parameter too many":                  v2(`"cost":1000,`, `"cost":1000,"data":{},`),
		"without work: a key that does not fit": v2(vectorV2Key, "00"+strings.Repeat("ab", 31)),
		"without work: the key of a counter that does not begin with the prefix": v2(
			`"counter":247,"derivedKey":"`+vectorV2Key, `"counter":1,"derivedKey":"`+derivedOfVector(t, 1)),
		"another counter":           v2(`"counter":247`, `"counter":248`),
		"a counter below 0":         v2(`"counter":247`, `"counter":-1`),
		"a counter of 33 bits":      v2(`"counter":247`, `"counter":4294967543`),
		"a counter with a fraction": v2(`"counter":247`, `"counter":247.0`),
		"a counter as text":         v2(`"counter":247`, `"counter":"x"`),
		"capitals in the key":       v2(vectorV2Key, strings.ToUpper(vectorV2Key)),
		"capitals in the signature": v2(vectorV2Signature, strings.ToUpper(vectorV2Signature)),
		"no signature":              v2(vectorV2Signature, ""),
		"an easier prefix":          v2(`"keyPrefix":"00"`, `"keyPrefix":"0"`),
		"no prefix":                 v2(`"keyPrefix":"00"`, `"keyPrefix":""`),
		"a lower cost":              v2(`"cost":1000`, `"cost":1`),
		"a cost to choke on":        v2(`"cost":1000`, `"cost":1000000000`),
		"a longer life":             v2("4102444800", "4102444801"),
		"another algorithm":         v2("PBKDF2/SHA-256", "SHA-256"),
		"version 1: another number": v1(`"number":42`, `"number":43`),
		"version 1: a digit moved from the salt into the number": v1(`4102444800&","signature"`, `410244480","signature"`),
		"version 1: a salt without an end":                       v1("abc?expires=4102444800&", "abc"),
		"version 1: no signature":                                v1(vectorV1Signature, ""),
		"version 1: a challenge of one's own":                    v1("dcee15853105c9e5", "dcee15853105c9e6"),
		"version 1: another algorithm":                           v1("SHA-256", "SHA-512"),
		"version 1: a number with a zero before it":              v1(`"number":42`, `"number":"042"`),
	} {
		t.Run(name, func(t *testing.T) {
			if spent, err := vectorKey(1000).Check(answered(text), beforeVectors); !errors.Is(err, ErrProof) || spent != (SpentProof{}) {
				t.Errorf("accepted: %+v, %v", spent, err)
			}
		})
	}
	for name, raw := range map[string]string{"no base64": "{}", "too long": answered(vectorV2 + strings.Repeat(" ", maxProof))} {
		if _, err := vectorKey(1000).Check(raw, beforeVectors); !errors.Is(err, ErrProof) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// derivedOfVector is the key that a counter gives for the challenge of the vector.
func derivedOfVector(t *testing.T, counter uint32) string {
	t.Helper()
	nonce, _ := hex.DecodeString("000102030405060708090a0b0c0d0e0f")
	salt, _ := hex.DecodeString("101112131415161718191a1b1c1d1e1f")
	key, err := deriveProof(nonce, counter, salt, 1000, 32)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(key)
}

func TestAnAnswerComesInTime(t *testing.T) {
	for name, text := range map[string]string{"version 2": vectorV2, "version 1": vectorV1} {
		if _, err := vectorKey(1000).Check(answered(text), vectorExpiry.Add(-time.Second)); err != nil {
			t.Errorf("%s, a second before its end: %v", name, err)
		}
		if _, err := vectorKey(1000).Check(answered(text), vectorExpiry); !errors.Is(err, ErrProofExpired) {
			t.Errorf("%s, at its end: %v", name, err)
		}
	}
}

func TestACheaperChallengeProvesNothing(t *testing.T) {
	if _, err := vectorKey(1001).Check(answered(vectorV2), beforeVectors); !errors.Is(err, ErrProof) {
		t.Errorf("accepted although this site asks for more: %v", err)
	}
}

func TestAChallengeCanBeSolvedAndIsNeverTheSame(t *testing.T) {
	secret, err := NewSecret([]byte("Wq7kC2vF9xRb4nTs8mJd3hLp6yGz1aVe"))
	if err != nil {
		t.Fatal(err)
	}
	proofs, until := NewProofOfWork(secret), beforeVectors.Add(time.Hour)
	c := proofs.Challenge(until)
	if again := proofs.Challenge(until); again.Parameters.Nonce == c.Parameters.Nonce || again.Parameters.Salt == c.Parameters.Salt || again.Signature == c.Signature {
		t.Errorf("twice the same challenge: %+v", c)
	}
	answer := solve(t, c)
	spent, err := proofs.Check(answer, beforeVectors)
	if err != nil || spent.ID != c.Signature || !spent.ExpiresAt.Equal(until) {
		t.Fatalf("%+v, %v", spent, err)
	}
	other, err := NewSecret([]byte("an0ther-site-w1th-its-own-Secret-of-48-bytes!"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewProofOfWork(other).Check(answer, beforeVectors); !errors.Is(err, ErrProof) {
		t.Errorf("another site's answer is accepted: %v", err)
	}
}

// solve does what a browser does.
func solve(t *testing.T, c ProofChallenge) string {
	t.Helper()
	nonce, _ := hex.DecodeString(c.Parameters.Nonce)
	salt, _ := hex.DecodeString(c.Parameters.Salt)
	for counter := range uint32(10_000) {
		key, err := deriveProof(nonce, counter, salt, c.Parameters.Cost, c.Parameters.KeyLength)
		if err != nil {
			t.Fatal(err)
		}
		if found := hex.EncodeToString(key); strings.HasPrefix(found, c.Parameters.KeyPrefix) {
			text, err := json.Marshal(map[string]any{"challenge": c, "solution": map[string]any{"counter": counter, "derivedKey": found, "time": 1}})
			if err != nil {
				t.Fatal(err)
			}
			return answered(string(text))
		}
	}
	t.Fatal("no solution among 10,000")
	return ""
}

func FuzzProofOfWork(f *testing.F) {
	for _, text := range []string{vectorV1, vectorV2, "{}", `{"challenge":""}`} {
		f.Add(answered(text))
	}
	f.Add("=")
	f.Fuzz(func(t *testing.T, answer string) {
		if spent, err := vectorKey(1000).Check(answer, beforeVectors); err == nil && spent.ID != vectorV1Signature && spent.ID != vectorV2Signature {
			t.Errorf("a challenge that nobody signed was accepted: %q", answer)
		}
	})
}
