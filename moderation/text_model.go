package moderation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
)

// TextModel tells how likely a comment is spam by its text, learned from what the owner has decided about others: a logistic regression over
// hashed [TextFeatures], trained by AdaGrad. It begins with a small prior.
//
// Many may read it at once as long as nobody teaches it; whoever holds it has the lock.
type TextModel struct {
	weights   []float32
	gradients []float32 // of each weight, squared and summed up: what has been seen often changes little
	bias      float32
	biasSum   float32 // of the bias's gradients
	spam, ham int
}

// Lesson is a comment that somebody has decided about.
type Lesson struct {
	Features TextFeatures
	Spam     bool
}

// TextOpinion is what a model thinks of a text. The zero value is no opinion.
type TextOpinion struct {
	Likelihood float64 // of spam, between 0 and 1
	Spam, Ham  int     // lessons that it is made of
}

// How it learns: measured, see docs/decisions.md.
const (
	learningRate = 0.3
	dampening    = 0.03 // of AdaGrad: what has been seen once is not believed at once
	// crowding is how much less a feature says the more of its kind the comment has: by the power of their number.
	crowding = 0.65
	// learned is the error below which a lesson is known well enough: to learn it again would take time and change nothing.
	learned = 2e-3
	// replays is how many lessons a rebuild goes through, again and again if there are few, so that it takes a fraction of a second.
	replays                 = 60_000
	mostPasses, leastPasses = 30, 3
)

// NewTextModel gives a model that has learned nothing from anybody: the prior.
func NewTextModel() *TextModel {
	m := emptyTextModel()
	m.studyPrior()
	return m
}

func emptyTextModel() *TextModel {
	return &TextModel{weights: make([]float32, textSlots), gradients: make([]float32, textSlots)}
}

// RebuildTextModel learns all lessons from the beginning, the order of which hardly matters. It takes less than half a second for 20,000.
// What is left out is forgotten without a trace: so a decision is taken back.
func RebuildTextModel(lessons []Lesson) *TextModel {
	m := NewTextModel()
	if len(lessons) == 0 {
		return m
	}
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(1, 1)) // #nosec G404 -- the same order at each rebuild
	for range max(leastPasses, min(mostPasses, replays/len(lessons))) {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			m.study(lessons[i].Features, lessons[i].Spam)
		}
	}
	for _, lesson := range lessons {
		m.count(lesson.Spam)
	}
	return m
}

// Learn learns one decision, in some µs. There is no exact way to take it back but to rebuild.
func (m *TextModel) Learn(features TextFeatures, spam bool) {
	m.study(features, spam)
	m.count(spam)
}

func (m *TextModel) count(spam bool) {
	if spam {
		m.spam++
	} else {
		m.ham++
	}
}

func (m *TextModel) study(features TextFeatures, spam bool) {
	wrong := sigmoid(m.logit(features))
	if spam {
		wrong--
	}
	if math.Abs(wrong) < learned {
		return
	}
	slope := float32(wrong)
	m.biasSum += float32(slope * slope)
	m.bias -= float32(learningRate * slope / (1 + float32(math.Sqrt(float64(m.biasSum)))))
	eachGroup(features, func(group TextFeatures, value float32) {
		gradient := float32(slope * value)
		square := float32(gradient * gradient)
		step := float32(learningRate * gradient)
		for _, id := range group {
			m.gradients[id] += square
			m.weights[id] -= step / (dampening + float32(math.Sqrt(float64(m.gradients[id]))))
		}
	})
}

// logit is the logarithm of the odds that it is spam. Products are rounded before they are added, as on machines that could do both at once.
func (m *TextModel) logit(features TextFeatures) float64 {
	sum := m.bias
	eachGroup(features, func(group TextFeatures, value float32) {
		part := float32(0)
		for _, id := range group {
			part += m.weights[id]
		}
		sum += float32(part * value)
	})
	return float64(sum)
}

// eachGroup takes features apart into their groups, with the value that a feature of each has. What is beyond all groups is left out.
func eachGroup(features TextFeatures, do func(group TextFeatures, value float32)) {
	for _, g := range groups {
		n := 0
		for n < len(features) && features[n] < g.first+g.size {
			n++
		}
		if n > 0 {
			do(features[:n], float32(g.weight*math.Pow(float64(n), -crowding)))
			features = features[n:]
		}
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-max(-30, min(30, x)))) }

// Likelihood tells how likely a comment is spam, between 0 and 1, never quite either.
func (m *TextModel) Likelihood(features TextFeatures) float64 { return sigmoid(m.logit(features)) }

// Opinion is the likelihood, and what it is made of.
func (m *TextModel) Opinion(features TextFeatures) TextOpinion {
	return TextOpinion{m.Likelihood(features), m.spam, m.ham}
}

// Lessons tells from how many decisions it has learned.
func (m *TextModel) Lessons() (spam, ham int) { return m.spam, m.ham }

// The encoded model: a version, its numbers, then stretches of slots that are not zero, and a sum over all of it.
const (
	textModelMagic  = "dimmer text model 1\n"
	textModelHead   = len(textModelMagic) + 4 + 4 + 8 + 8
	textModelMost   = 1 << 20
	textModelMostOf = 1 << 40 // lessons
)

var errTextModel = errors.New("the text model is damaged; rebuild it from the judgements")

// MarshalBinary encodes the model in at most 1 MiB.
func (m *TextModel) MarshalBinary() ([]byte, error) {
	b := append(make([]byte, 0, 64<<10), textModelMagic...)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.bias))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.biasSum))
	b = binary.LittleEndian.AppendUint64(b, uint64(m.spam)) // #nosec G115 -- a count
	b = binary.LittleEndian.AppendUint64(b, uint64(m.ham))  // #nosec G115 -- a count
	isEmpty := func(i int) bool { return m.weights[i] == 0 && m.gradients[i] == 0 }
	for i := 0; i < textSlots; {
		from := i
		for i < textSlots && isEmpty(i) {
			i++
		}
		b = binary.AppendUvarint(b, uint64(i-from)) // #nosec G115 -- a length
		from = i
		for i < textSlots && !isEmpty(i) {
			i++
		}
		b = binary.AppendUvarint(b, uint64(i-from)) // #nosec G115 -- a length
		for k := from; k < i; k++ {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.weights[k]))
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.gradients[k]))
		}
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	if len(b) > textModelMost {
		return nil, fmt.Errorf("the text model has %d bytes, more than it may have", len(b))
	}
	return b, nil
}

// ParseTextModel reads what MarshalBinary wrote. What is damaged is refused.
func ParseTextModel(blob []byte) (*TextModel, error) {
	if len(blob) < textModelHead+4 || len(blob) > textModelMost || string(blob[:len(textModelMagic)]) != textModelMagic {
		return nil, errors.New("this is no text model of this version; rebuild it from the judgements")
	}
	b, sum := blob[:len(blob)-4], binary.LittleEndian.Uint32(blob[len(blob)-4:])
	if crc32.ChecksumIEEE(b) != sum {
		return nil, errTextModel
	}
	b = b[len(textModelMagic):]
	m := emptyTextModel()
	m.bias, m.biasSum = math.Float32frombits(binary.LittleEndian.Uint32(b)), math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))
	spam, ham := binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])
	if !isSound(m.bias, m.biasSum) || spam > textModelMostOf || ham > textModelMostOf {
		return nil, errTextModel
	}
	m.spam, m.ham = int(spam), int(ham) // #nosec G115 -- checked
	at := uint64(0)
	for b = b[24:]; at < textSlots; {
		skip, n := binary.Uvarint(b)
		if n <= 0 || skip > textSlots-at {
			return nil, errTextModel
		}
		at, b = at+skip, b[n:]
		count, n := binary.Uvarint(b)
		if n <= 0 || count > textSlots-at || uint64(len(b)-n) < 8*count || skip+count == 0 { // #nosec G115 -- n is at most len(b)
			return nil, errTextModel
		}
		for b = b[n:]; count > 0; count-- {
			m.weights[at] = math.Float32frombits(binary.LittleEndian.Uint32(b))
			m.gradients[at] = math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))
			if !isSound(m.weights[at], m.gradients[at]) {
				return nil, errTextModel
			}
			at, b = at+1, b[8:]
		}
	}
	if len(b) > 0 {
		return nil, errTextModel
	}
	return m, nil
}

// isSound tells whether a weight and its gradients are numbers that learning can lead to.
func isSound(weight, gradients float32) bool {
	const most = 1e6
	return weight > -most && weight < most && gradients >= 0 && gradients < most*most
}

// How many lessons of each kind, spam and ham, a model has learned when it has something to say by itself, and when it may say all of it.
const (
	taughtAtAll = 5
	taughtWell  = 20
)

// textModel gives what the text reads like. It makes nothing spam by itself, and before the owner has taught it, it holds nothing by itself either.
func textModel(_ *foldedRules, _ Submission, h History) (Reason, bool) {
	points := 0
	switch p := h.Text.Likelihood; {
	case p == 0:
		return Reason{}, false
	case p >= 0.97:
		points = 5
	case p >= 0.9:
		points = 4
	case p >= 0.8:
		points = 3
	case p >= 0.65:
		points = 2
	case p >= 0.5:
		points = 1
	case p < 0.03:
		points = -1
	}
	taught := min(h.Text.Spam, h.Text.Ham)
	switch {
	case taught < taughtAtAll: // what the prior knows is little: it speaks only where it is sure
		points = max(0, points-4)
	case taught < taughtWell:
		points = max(0, min(points, 4))
	}
	like := "what you have marked as spam"
	if taught < taughtAtAll {
		like = "spam"
	}
	switch {
	case points < 0:
		return Reason{points, "It reads like what you have approved"}, true
	case points == 5:
		return Reason{points, "It reads very much like " + like}, true
	case points >= 3 || points == 1 && taught < taughtAtAll:
		return Reason{points, "It reads like " + like}, true
	}
	return Reason{points, "It reads a little like " + like}, points > 0
}
