package handlers_test

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// solved is the answer to the challenge of a form, found as a browser finds it. It takes a fifth of a second.
func (a answer) solved() string {
	a.t.Helper()
	hexadecimal := func(path string) []byte {
		raw, err := hex.DecodeString(a.text(path))
		if err != nil {
			a.t.Fatal(err)
		}
		return raw
	}
	nonce, salt, prefix := hexadecimal("data.challenge.parameters.nonce"), hexadecimal("data.challenge.parameters.salt"), a.text("data.challenge.parameters.keyPrefix")
	cost, length := int(a.at("data.challenge.parameters.cost").(float64)), int(a.at("data.challenge.parameters.keyLength").(float64))
	for counter := uint32(0); ; counter++ {
		key, err := pbkdf2.Key(sha256.New, string(binary.BigEndian.AppendUint32(slices.Clone(nonce), counter)), salt, cost, length)
		if err != nil {
			a.t.Fatal(err)
		}
		if found := hex.EncodeToString(key); strings.HasPrefix(found, prefix) {
			return proofOf(a.t, object{"challenge": a.at("data.challenge"), "solution": object{"counter": counter, "derivedKey": found, "time": 212.5}})
		}
	}
}

// proofOf is an answer as ALTCHA's widget writes it.
func proofOf(t testing.TB, answer object) string {
	t.Helper()
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(text)
}

func TestASolvedChallengeSpeaksForOneComment(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		form := reader.get(post.public("/comments/form")).wants(200)
		proof := form.solved()
		b.clock.move(time.Minute)
		judged := func(a answer, score int, status, reason string) {
			t.Helper()
			read := owner.get("/admin/comments/"+a.wants(201).text("data.id")).wants(200).is("data.score", score).is("data.status", status)
			if got := read.each("data.reasons", "text"); reason == "" && strings.Contains(got, "proof") || !strings.Contains(got, reason) {
				t.Errorf("its reasons are %q, want %q", got, reason)
			}
		}
		say := func(what string, proof any) answer {
			t.Helper()
			return reader.comments(post, "With a proof: "+what, object{"form": form.text("data.form"), "proof": proof})
		}
		judged(say("none", nil), 1, "approved", "Sent without the proof of work")
		judged(say("an empty one", ""), 1, "approved", "Sent without the proof of work")
		first := reader.post(post.public("/comments"), object{"name": "Ruth", "body": "Solved.", "form": form.text("data.form"), "proof": proof}, "Idempotency-Key: one")
		judged(first, 0, "approved", "")

		// It counts once. Whoever sends it again is heard all the same, as what was sent again is.
		judged(say("of another comment", proof), 3, "pending", "came with another comment before")
		again := reader.post(post.public("/comments"), object{"name": "Ruth", "body": "Solved.", "form": form.text("data.form"), "proof": proof}, "Idempotency-Key: one")
		if again.wants(201).has("Idempotency-Replayed", "true"); !bytes.Equal(first.body, again.body) {
			t.Errorf("sent again it is answered otherwise:\n%s\n%s", first.body, again.body)
		}
		elsewhere := owner.publishes("Elsewhere", object{"comments": "open"})
		judged(reader.comments(elsewhere, "On another post.", object{"proof": proof}), 4, "pending", "came with another comment before")

		// Two at once: one of them has it.
		second := reader.get(post.public("/comments/form")).wants(200)
		b.clock.move(time.Minute)
		proof = second.solved()
		var both sync.WaitGroup
		answers := make([]answer, 2)
		for i := range answers {
			both.Go(func() {
				answers[i] = reader.comments(post, fmt.Sprint("At once, ", i), object{"form": second.text("data.form"), "proof": proof})
			})
		}
		both.Wait()
		var reasons []string
		for _, a := range answers {
			reasons = append(reasons, owner.reasons(a.wants(201).text("data.id")))
		}
		if slices.Sort(reasons); strings.Contains(reasons[0], "proof") == strings.Contains(reasons[1], "proof") {
			t.Errorf("two with one proof: %q", reasons)
		}
	})
}

func TestAProofThatProvesNothing(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	form := reader.get(post.public("/comments/form")).wants(200)
	b.clock.move(time.Minute)
	challenge := func(change func(parameters, whole map[string]any)) object {
		t.Helper()
		whole := asJSON(t, form.at("data.challenge")).(map[string]any)
		change(whole["parameters"].(map[string]any), whole)
		return object{"challenge": whole, "solution": object{"counter": 1, "derivedKey": "00" + strings.Repeat("ab", 31)}}
	}
	unchanged := func(_, _ map[string]any) {}
	for name, proof := range map[string]any{
		"not solved":            proofOf(t, challenge(unchanged)),
		"made easier":           proofOf(t, challenge(func(p, _ map[string]any) { p["keyPrefix"] = "" })),
		"made cheaper":          proofOf(t, challenge(func(p, _ map[string]any) { p["cost"] = 1 })),
		"made dear":             proofOf(t, challenge(func(p, _ map[string]any) { p["cost"] = 1_000_000_000 })),
		"with a longer life":    proofOf(t, challenge(func(p, _ map[string]any) { p["expiresAt"] = 4102444800 })),
		"not signed":            proofOf(t, challenge(func(_, c map[string]any) { c["signature"] = "" })),
		"signed by somebody":    proofOf(t, challenge(func(_, c map[string]any) { c["signature"] = strings.Repeat("0", 64) })),
		"of another kind":       proofOf(t, object{"algorithm": "SHA-256", "challenge": strings.Repeat("0", 64), "number": 1, "salt": "x?expires=4102444800&", "signature": strings.Repeat("0", 64)}),
		"of another kind, bare": proofOf(t, object{"challenge": ""}),
		"the form's token":      form.text("data.form"),
		"the challenge alone":   proofOf(t, object{"challenge": form.at("data.challenge")}),
		"no base64":             "lantern",
		"white space":           " ",
		"no JSON":               base64.StdEncoding.EncodeToString([]byte("{{{{")),
		"deep":                  base64.StdEncoding.EncodeToString([]byte(strings.Repeat("[", 3000))),
		"deep inside":           base64.StdEncoding.EncodeToString([]byte(`{"challenge":` + strings.Repeat(`{"a":`, 500))),
		"long":                  strings.Repeat("A", 5000),
		"very long":             strings.Repeat("A", 150_000),
		"with a NUL":            base64.StdEncoding.EncodeToString([]byte("{\"challenge\":\"\x00\"}")),
		"of base64 in base64":   base64.StdEncoding.EncodeToString([]byte(proofOf(t, challenge(unchanged)))),
	} {
		comment := reader.comments(post, "With a proof that is "+name, object{"form": form.text("data.form"), "proof": proof}).wants(201).is("data.status", "pending")
		owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.score", 3).is("data.status", "pending").is("data.reasons.0", object{"points": 3, "text": "The proof of work is false"})
	}
	for _, proof := range []any{5, true, object{}, []string{"x"}} {
		reader.comments(post, "A proof that is no text.", object{"proof": proof}).wants(422, "body.proof")
	}

	// A plain HTML form brings one too, and one that comes late is little worse than none.
	late := reader.get(post.public("/comments/form")).wants(200)
	solved := late.solved()
	b.clock.move(time.Minute)
	reader.sendsForm(post, "name=Ruth", "body=By a form.", "form="+late.text("data.form"), "proof="+solved).wants(303)
	owner.get("/admin/comments?limit=1").wants(200).is("data.0.body", "By a form.").is("data.0.score", 0).is("data.0.reasons", []any{})
	reader.sendsForm(post, "name=Ruth", "body=By a form, again.", "form="+late.text("data.form"), "proof="+solved).wants(303)
	owner.get("/admin/comments?limit=1").wants(200).is("data.0.body", "By a form, again.").is("data.0.score", 3).is("data.0.status", "pending")
	reader.sendsForm(post, "name=Ruth", "body=By a form without.", "form="+late.text("data.form"), "proof=").wants(303)
	owner.get("/admin/comments?limit=1").wants(200).is("data.0.score", 1)
	b.clock.move(24 * time.Hour)
	tooLate := reader.comments(post, "A day later.", object{"form": reader.get(post.public("/comments/form")).text("data.form"), "proof": solved}).wants(201)
	if reasons := owner.reasons(tooLate.text("data.id")); !strings.Contains(reasons, "The proof of work came too late") {
		t.Errorf("a day later: %s", reasons)
	}
}

// A comment that is refused for another reason has not used up its proof: mended, it counts.
func TestARefusedCommentKeepsItsProof(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	form := reader.get(post.public("/comments/form")).wants(200)
	fields := object{"form": form.text("data.form"), "proof": form.solved()}
	b.clock.move(time.Minute)
	reader.comments(post, "", fields).wants(422, "body.body")
	reader.comments(post, "An answer to nothing.", fields, object{"parent_id": unknownID}).wants(422, "body.parent_id")
	owner.changes(post, object{"comments": "closed"}).wants(200)
	reader.comments(post, "Closed.", fields).wants(403)
	owner.changes(post, object{"comments": "open"}).wants(200)
	reader.comments(post, "Said before.").wants(201)
	if a := reader.comments(post, "Said before.", fields); a.status != http.StatusConflict {
		t.Errorf("the same words are answered %d", a.status)
	}
	owner.patch("/admin/settings", object{"comment_slow_seconds": 60}).wants(200)
	reader.comments(post, "Too soon.", fields).wants(429)
	b.clock.move(time.Minute)
	mended := reader.comments(post, "Mended.", fields).wants(201)
	owner.get("/admin/comments/"+mended.text("data.id")).wants(200).is("data.score", 0).is("data.reasons", []any{})
}
