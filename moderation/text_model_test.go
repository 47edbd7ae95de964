package moderation

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func says(name, text string, links ...string) Submission {
	return Submission{Level: Open, Name: name, Text: text, Links: links, Form: FormSigned, FormAge: time.Minute, Proof: ProofValid}
}

func featuresOf(text string) TextFeatures { return ExtractTextFeatures(says("Ruth", text)) }

// gardenLessons are n decisions of each kind on a blog about gardens: somebody sells ponds there.
func gardenLessons(n int) (lessons []Lesson) {
	plants := strings.Fields("beans peas roses leeks apples plums quinces marrows")
	for i := range n {
		plant := plants[i%len(plants)]
		lessons = append(lessons,
			Lesson{featuresOf(fmt.Sprintf("Our ponds are the finest ponds, %d sizes, digging included, ask for a pond beside your %s", i, plant)), true},
			Lesson{featuresOf(fmt.Sprintf("My %s came up late this year too, on the %dth, after the frost", plant, i)), false})
	}
	return lessons
}

func TestDecisionsTeach(t *testing.T) {
	model := NewTextModel()
	spam, honest := featuresOf("The finest ponds, dug beside your cherries"), featuresOf("The cherries came late after the frost")
	spamBefore, honestBefore := model.Likelihood(spam), model.Likelihood(honest)
	for _, lesson := range gardenLessons(30) {
		model.Learn(lesson.Features, lesson.Spam)
	}
	if after := model.Likelihood(spam); after < 0.5 || after < spamBefore+0.3 {
		t.Errorf("an offer like thirty that were spam: %.3f, before %.3f", after, spamBefore)
	}
	if after := model.Likelihood(honest); after > 0.2 || after > honestBefore {
		t.Errorf("a comment like thirty that were approved: %.3f, before %.3f", after, honestBefore)
	}
	if nSpam, nHam := model.Lessons(); nSpam != 30 || nHam != 30 {
		t.Errorf("it counts %d and %d lessons", nSpam, nHam)
	}
	if got := model.Opinion(spam); got != (TextOpinion{model.Likelihood(spam), 30, 30}) {
		t.Errorf("its opinion is %+v", got)
	}
}

func TestARebuiltModelForgetsWhatIsLeftOut(t *testing.T) {
	lessons := gardenLessons(12)
	strange := Lesson{featuresOf("Has anybody seen my wheelbarrow?"), true}
	with, without := RebuildTextModel(append(slices.Clone(lessons), strange)), RebuildTextModel(lessons)
	if with.Likelihood(strange.Features) < 0.5 || without.Likelihood(strange.Features) > 0.4 {
		t.Errorf("with the decision %.3f, taken back %.3f", with.Likelihood(strange.Features), without.Likelihood(strange.Features))
	}
	if diff := cmp.Diff(encoded(t, without), encoded(t, RebuildTextModel(lessons))); diff != "" {
		t.Error("two rebuilds of the same decisions differ")
	}
	if diff := cmp.Diff(encoded(t, NewTextModel()), encoded(t, RebuildTextModel(nil))); diff != "" {
		t.Error("rebuilt from nothing it is not what it was in the beginning")
	}
}

func encoded(t *testing.T, m *TextModel) []byte {
	t.Helper()
	blob, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func TestAStoredModelGoesOnAsItWas(t *testing.T) {
	lessons := gardenLessons(10)
	model := RebuildTextModel(lessons)
	again, err := ParseTextModel(encoded(t, model))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*TextModel{model, again} {
		m.Learn(featuresOf("Ponds! Ponds! Ponds!"), true)
	}
	if !bytes.Equal(encoded(t, model), encoded(t, again)) {
		t.Error("after the same decision the stored one is another")
	}
	if text := featuresOf("a pond beside the roses"); model.Likelihood(text) != again.Likelihood(text) {
		t.Error("the stored one thinks otherwise")
	}
}

func TestTheFullestModelFitsIntoAMebibyte(t *testing.T) {
	model := NewTextModel()
	for i := range model.weights {
		model.weights[i], model.gradients[i] = float32(i+1), 1
	}
	blob := encoded(t, model)
	if _, err := ParseTextModel(blob); err != nil || len(blob) > 1<<20 || len(blob) < 1_000_000 {
		t.Errorf("%d bytes, %v", len(blob), err)
	}
	for i := range model.weights { // the most stretches
		if i%2 == 0 {
			model.weights[i], model.gradients[i] = 0, 0
		}
	}
	if blob := encoded(t, model); len(blob) > 1<<20 {
		t.Errorf("with gaps %d bytes", len(blob))
	}
}

func TestADamagedModelIsRefused(t *testing.T) {
	blob := encoded(t, RebuildTextModel(gardenLessons(5)))
	if _, err := ParseTextModel(blob); err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{"nothing": nil, "cut": blob[:len(blob)/2], "longer": append(slices.Clone(blob), 0), "another file": []byte(strings.Repeat("SQLite format 3\x00", 10))}
	for at := 0; at < len(blob); at += 1 + len(blob)/200 {
		flipped := slices.Clone(blob)
		flipped[at] ^= 0x10
		damaged[fmt.Sprint("flipped at ", at)] = flipped
	}
	// These have the right sum: somebody means it.
	head := slices.Clone(blob[:textModelHead])
	end := func(slots ...byte) []byte {
		b := append(slices.Clone(head), slots...)
		return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	}
	all := binary.AppendUvarint(nil, textSlots)
	one := func(weight, gradient float32) []byte {
		b := binary.LittleEndian.AppendUint32([]byte{0, 1}, math.Float32bits(weight))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(gradient))
		return append(binary.AppendUvarint(b, textSlots-1), 0)
	}
	nan := float32(math.NaN())
	damaged["no slots"] = end()
	damaged["more slots than there are"] = end(binary.AppendUvarint(nil, math.MaxUint64)...)
	damaged["no end"] = end(bytes.Repeat([]byte{0, 0}, 1000)...)
	damaged["more than follows"] = end(append([]byte{0}, all...)...)
	damaged["behind the end"] = end(append(slices.Clone(all), 0, 7)...)
	damaged["a weight that is no number"] = end(one(nan, 1)...)
	damaged["an endless weight"] = end(one(float32(math.Inf(1)), 1)...)
	damaged["gradients below nothing"] = end(one(1, -1)...)
	for name, blob := range damaged {
		if m, err := ParseTextModel(blob); err == nil || m != nil || !strings.Contains(err.Error(), "rebuild it from the judgements") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseTextModel(end(one(1, 1)...)); err != nil {
		t.Errorf("one slot, as it should be: %v", err)
	}
	if _, err := ParseTextModel(end(append(all, 0)...)); err != nil {
		t.Errorf("no slot, as it should be: %v", err)
	}
}

// TestFeaturesAreTheSameEverywhere guards what is stored: if it fails, what was stored before means nothing any more, so textFeaturesVersion
// has to be another, and so has textModelMagic.
func TestFeaturesAreTheSameEverywhere(t *testing.T) {
	f := ExtractTextFeatures(Submission{
		Name: "Jürgen 1", Text: "Schön! 3 für 1 😀 — see https://www.somewhere.example/a?b=c, or call +49 30 1234567…", Links: []string{"https://www.somewhere.example/a?b=c"},
		URL: "https://own.example",
	})
	const want = "130 features, 010c0d240b440826290f1b2b6a0daf0e"
	if got := fmt.Sprintf("%d features, %s", len(f), hex.EncodeToString(f.Bytes()[:16])); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for range 20 {
		again := ExtractTextFeatures(says("Ruth", "The same as ever"))
		if !slices.Equal(again, ExtractTextFeatures(says("Ruth", "The same as ever"))) {
			t.Fatal("the same text has other features")
		}
	}
}

func TestWhatFeaturesTellApart(t *testing.T) {
	base := says("Ruth", "the part about the jaw helped")
	for name, other := range map[string]Submission{
		"a word":      says("Ruth", "the part about the arm helped"),
		"the order":   says("Ruth", "helped the part about the jaw"),
		"loudness":    says("Ruth", "THE PART ABOUT THE JAW HELPED!!!"),
		"a question":  says("Ruth", "the part about the jaw helped?"),
		"a link":      says("Ruth", "the part about the jaw helped", "https://a.example"),
		"the name":    says("Cheap Jaws", "the part about the jaw helped"),
		"own address": {Name: "Ruth", Text: "the part about the jaw helped", URL: "https://a.example"},
	} {
		if slices.Equal(ExtractTextFeatures(base), ExtractTextFeatures(other)) {
			t.Errorf("%s makes no difference", name)
		}
	}
	inWords := func(text string) TextFeatures {
		return slices.DeleteFunc(featuresOf(text), func(id uint32) bool { return id < groups[words].first })
	}
	for name, same := range map[string]string{
		"homographs": "thе раrt about the jaw helped", "invisible": "the part ab\u200bout the jaw helped", "full width": "the part about the ｊａｗ helped",
	} {
		if !slices.Equal(inWords(same), inWords("the part about the jaw helped")) {
			t.Errorf("%s hide the words", name)
		}
	}
	for _, address := range []string{
		"http://a.example/b", "www.a.example", "a.com", "A.COM", "a.example/b", "[here](https://a.example)", "(see https://a.example)", "https://a.example.", "<https://a.example>",
	} {
		if _, found := takeLinks("look " + address + " there"); len(found) != 1 {
			t.Errorf("%s: found %q", address, found)
		}
	}
	for _, text := range []string{"it ends here.Then it goes on", "e.g. this", "3.14", "1/2", "and/or", "...", ".com", "me@a.com", "12:30", ":)"} {
		if _, found := takeLinks(text); len(found) != 0 {
			t.Errorf("%s: found %q", text, found)
		}
	}
}

// hostile are texts that are long, or strange.
func hostile() map[string]string {
	random := strings.Builder{}
	for i := range 10_000 {
		random.WriteRune(rune(0x4e00 + i*7919%20_000))
	}
	several := strings.Builder{}
	for i := range 2500 {
		fmt.Fprintf(&several, "%x! ", i*7919)
	}
	return map[string]string{
		"nothing": "", "a space": " ", "invalid": "\xff\xfe\x80", "emoji": strings.Repeat("😀🙏🏽", 5000), "zalgo": strings.Repeat("z̸̛͎̑a̷s̶̡", 2000),
		"one long word": strings.Repeat("abcdefghij", 1000), "one letter": strings.Repeat("a", 10_000), "Han": random.String(), "many words": several.String(),
		"addresses": strings.Repeat("https://a.example/b?c=d ", 400), "a long address": "https://" + strings.Repeat("a.b/", 2500), "marks": strings.Repeat("!?.,;:-", 1500),
		"lines": strings.Repeat("\n", 10_000), "ligatures": strings.Repeat("ﷺ", 10_000), "zeros": strings.Repeat("\x00", 10_000), "Thai": strings.Repeat("ก็", 5000),
	}
}

func TestFeaturesOfHostileTextsAreBounded(t *testing.T) {
	model := NewTextModel()
	for name, text := range hostile() {
		f := ExtractTextFeatures(Submission{Name: text, Text: text, URL: text, Links: []string{text, text}})
		checkFeatures(t, name, f)
		model.Learn(f, true)
		if p := model.Likelihood(f); p <= 0 || p >= 1 || math.IsNaN(p) {
			t.Errorf("%s: likelihood %v", name, p)
		}
	}
	if got := featuresOf(hostile()["many words"]); len(got) != maxTextFeatures {
		t.Errorf("a text of many words has %d features: the limit is not reached", len(got))
	}
}

func checkFeatures(t *testing.T, name string, f TextFeatures) {
	t.Helper()
	b := f.Bytes()
	if len(f) > maxTextFeatures || len(b) > 2<<10 {
		t.Errorf("%s: %d features in %d bytes", name, len(f), len(b))
	}
	again, err := ParseTextFeatures(b)
	if err != nil || !slices.Equal(again, f) {
		t.Errorf("%s: the features change when they are stored: %v", name, err)
	}
}

func TestFeaturesThatAreNoneAreRefused(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing": nil, "another version": {9, 1}, "too many": append([]byte{1}, make([]byte, maxTextFeatures+1)...), "too long": append([]byte{1}, bytes.Repeat([]byte{0x80, 1}, 1024)...),
		"cut": {1, 0x80}, "too large": append([]byte{1}, binary.AppendUvarint(nil, textSlots)...), "endless": append([]byte{1}, bytes.Repeat([]byte{0xff}, 20)...),
		"spelt longer than needed": {1, 0x80, 0},
	} {
		if f, err := ParseTextFeatures(b); err == nil {
			t.Errorf("%s: %v", name, f)
		}
	}
	if f, err := ParseTextFeatures([]byte{1, 0, 0, 5}); err != nil || !slices.Equal(f, TextFeatures{0, 1, 7}) {
		t.Errorf("what is right: %v, %v", f, err)
	}
	if _, err := ParseTextFeatures(append([]byte{1}, binary.AppendUvarint(nil, textSlots-1)...)); err != nil {
		t.Errorf("the last slot: %v", err)
	}
}

func TestTheUntaughtModelSuspectsButHoldsNothing(t *testing.T) {
	model := NewTextModel()
	opinion := func(s Submission) History { return History{Text: model.Opinion(ExtractTextFeatures(s))} }
	for _, text := range []string{
		"Cheap tablets without prescription, order today at https://tablets.example", "EARN $900 A DAY FROM HOME!!! Click here http://rich.example/?r=1",
		"I am a private lender, urgent loans at 3% interest, contact: lender@loans.example",
	} {
		s := says("Best Offers", text)
		history := opinion(s)
		v := Policy{}.Decide(s, history)
		if history.Text.Likelihood < 0.5 || (v.Signals["text_model"] == 1) != (history.Text.Likelihood >= 0.97) || v.Status != Approved {
			t.Errorf("%q: %.3f, %s %v", text, history.Text.Likelihood, v.Status, v.Reasons)
		}
	}
	for _, text := range []string{
		"Thank you for this.", "I am not sure about the second step, could you say more?", "Wunderbar, genau so war es bei uns auch!", "no", "👍", "Hahaha, so good",
		"My code is here if anybody needs it: https://code.example/ruth/jaw", "I HATE MONDAYS", "10/10", "Спасибо, очень помогло", "とても参考になりました。",
	} {
		s := says("Ruth", text)
		if history := opinion(s); history.Text.Likelihood >= 0.65 {
			t.Errorf("%q: %.3f", text, history.Text.Likelihood)
		}
	}
	if spam, ham := model.Lessons(); spam != 0 || ham != 0 {
		t.Errorf("it has learned from %d and %d decisions of nobody", spam, ham)
	}
}

func TestWhatATextReadsLikeGivesPoints(t *testing.T) {
	for name, test := range map[string]struct {
		opinion TextOpinion
		points  float64
		status  Status
		reason  string
	}{
		"no opinion":                     {TextOpinion{}, 0, Approved, ""},
		"no opinion, taught":             {TextOpinion{0, 90, 90}, 0, Approved, ""},
		"untaught, sure":                 {TextOpinion{0.999, 0, 0}, 1, Approved, "It reads like spam"},
		"untaught, honest":               {TextOpinion{0.001, 0, 0}, 0, Approved, ""},
		"taught one kind only":           {TextOpinion{0.999, 0, 900}, 1, Approved, "It reads like spam"},
		"taught a little, sure":          {TextOpinion{0.999, 5, 9}, 4, Pending, "It reads like what you have marked as spam"},
		"taught a little, honest":        {TextOpinion{0.001, 9, 9}, 0, Approved, ""},
		"taught well, sure":              {TextOpinion{0.97, 20, 20}, 5, Pending, "It reads very much like what you have marked as spam"},
		"taught well, nearly sure":       {TextOpinion{0.9, 20, 20}, 4, Pending, "It reads like what you have marked as spam"},
		"taught well, likely":            {TextOpinion{0.8, 20, 20}, 3, Pending, "It reads like what you have marked as spam"},
		"taught well, rather":            {TextOpinion{0.65, 20, 20}, 2, Approved, "It reads a little like what you have marked as spam"},
		"taught well, perhaps":           {TextOpinion{0.5, 20, 20}, 1, Approved, "It reads a little like what you have marked as spam"},
		"taught well, rather not":        {TextOpinion{0.49, 20, 20}, 0, Approved, ""},
		"taught well, honest":            {TextOpinion{0.02, 20, 20}, -1, Approved, "It reads like what you have approved"},
		"taught well, nearly impossible": {TextOpinion{1e-13, 20, 20}, -1, Approved, "It reads like what you have approved"},
	} {
		v := Policy{}.Decide(plain(at(Open)), History{Text: test.opinion})
		if v.Signals["text_model"] != test.points || v.Status != test.status || !mentions(v, test.reason) {
			t.Errorf("%s: %s %v", name, v.Status, v.Reasons)
		}
		if test.points == 0 && mentions(v, "It reads") {
			t.Errorf("%s: it gives no points and says %v", name, v.Reasons)
		}
	}
	sure := History{Text: TextOpinion{0.999, 90, 90}}
	if v := (Policy{}).Decide(plain(at(Open), links2(1, "https://a.example")), sure); v.Status != Spam {
		t.Errorf("with a link: %s %v", v.Status, v.Reasons)
	}
}

func FuzzParseTextModel(f *testing.F) {
	blob, err := NewTextModel().MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(blob)
	f.Add(blob[:100])
	f.Fuzz(func(t *testing.T, blob []byte) {
		if len(blob) > 4 { // with the right sum, so that what is behind it is reached
			blob = binary.LittleEndian.AppendUint32(slices.Clone(blob[:len(blob)-4]), crc32.ChecksumIEEE(blob[:len(blob)-4]))
		}
		m, err := ParseTextModel(blob)
		if err != nil {
			return
		}
		features := featuresOf("whatever was read can be asked and taught")
		m.Learn(features, true)
		if p := m.Likelihood(features); !(p > 0 && p < 1) {
			t.Fatalf("likelihood %v", p)
		}
		if _, err := m.MarshalBinary(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzParseTextFeatures(f *testing.F) {
	f.Add(featuresOf("The part about the jaw helped, thank you!").Bytes())
	f.Add([]byte{1, 0xff, 0xff, 0xff})
	model := NewTextModel()
	f.Fuzz(func(t *testing.T, b []byte) {
		features, err := ParseTextFeatures(b)
		if err != nil {
			return
		}
		if again := features.Bytes(); !bytes.Equal(again, b) {
			t.Fatalf("%x became %x", b, again)
		}
		model.Likelihood(features)
	})
}

func FuzzExtractTextFeatures(f *testing.F) {
	for _, text := range hostile() {
		f.Add("Ruth", text[:min(len(text), 200)], "https://a.example")
	}
	f.Fuzz(func(t *testing.T, name, text, address string) {
		checkFeatures(t, "fuzzed", ExtractTextFeatures(Submission{Name: name, Text: text, URL: address, Links: []string{address, text}}))
	})
}

// threeHundred is a comment of 300 characters with a link.
var threeHundred = says("Ruth Example", strings.Repeat("It helped me to hear that a shoulder may rest; what was said about breath, “less is more”, stays. ", 3)[:268]+
	" https://somewhere.example/a/b?c=1", "https://somewhere.example/a/b?c=1")

func BenchmarkExtractAndScore(b *testing.B) {
	model := RebuildTextModel(gardenLessons(50))
	b.ReportAllocs()
	for b.Loop() {
		model.Likelihood(ExtractTextFeatures(threeHundred))
	}
}

func BenchmarkExtractWorst(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ExtractTextFeatures(says("Ruth", text))
			}
		})
	}
}

func BenchmarkLearn(b *testing.B) {
	model, features := RebuildTextModel(gardenLessons(50)), ExtractTextFeatures(threeHundred)
	for i := 0; b.Loop(); i++ {
		model.Learn(features, i%2 == 0)
	}
}

func BenchmarkRebuild20000(b *testing.B) {
	lessons := make([]Lesson, 20_000)
	for i := range lessons {
		s := threeHundred
		s.Text = fmt.Sprintf("%x %x %s", i*7919, i*104729, s.Text[i%200:])
		lessons[i] = Lesson{ExtractTextFeatures(s), i%3 == 0}
	}
	for b.Loop() {
		RebuildTextModel(lessons)
	}
}
