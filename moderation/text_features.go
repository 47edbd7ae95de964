package moderation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TextFeatures are what the [TextModel] sees of a comment: numbers in ascending order, made by hashing. No text can be read from them, so they
// may be kept when the text itself is erased. The same comment has the same features on every machine.
type TextFeatures []uint32

// Limits of [TextFeatures].
const (
	maxTextFeatures      = 1000
	maxTextFeaturesBytes = 2 << 10 // encoded
)

// featureGroup is one kind of features, with a range of numbers of its own. Each kind has its say of its own size: by weight, and less the more
// of the kind a comment has, so that neither a long text nor many groups of letters drown the rest.
type featureGroup struct {
	first, size uint32
	most        int // features of a comment
	weight      float64
}

// The groups. The sizes leave a model room within 1 MiB; what share of it each gets, and the weights, are measured (docs/decisions.md).
const (
	shapes    = iota // how long, how loud, how many links: nothing about words
	names            // of the writer
	addresses        // of links
	words
	pairs     // of words in a row
	skeletons // three and four words in a row, of which the long ones are left out but for their length: what a sentence is built like
	letters   // groups of three and four letters, for words that are spelt in a new way
	featureGroups
)

const textSlots = 130_048 // of all groups

var groups = [featureGroups]featureGroup{
	shapes:    {0, 512, 32, 1.5},
	names:     {512, 7680, 40, 0.5},
	addresses: {8192, 7168, 80, 1.5},
	words:     {15360, 24576, 160, 1},
	pairs:     {39936, 28672, 160, 1},
	skeletons: {68608, 20480, 240, 1},
	letters:   {89088, 40960, maxTextFeatures, 1}, // what the others leave
}

// Texts are looked at in part only: a comment may be long, and what it is shows at its ends.
const (
	headRunes = 1000
	tailRunes = 300
	nameRunes = 80
	mostLinks = 20
)

// ExtractTextFeatures reads a comment's name, text, links and the writer's own address: about 25 µs for 300 characters, 100 µs for 10,000, and at
// worst 2 ms, for 10,000 characters that each stand for many.
func ExtractTextFeatures(s Submission) TextFeatures {
	x := extractor{}
	x.features = make([]uint32, 0, maxTextFeatures)
	text := ends(s.Text)
	plain, found := takeLinks(text)
	x.addName(cutRunes(s.Name, nameRunes))
	x.addAddresses(found, s.Links, s.URL)
	x.addShapes(plain, s, len(found))
	if spelt := norm.NFKD.String(plain); len(spelt) > 2*len(plain) { // one character can stand for eighteen
		plain = cutRunes(spelt, headRunes+tailRunes)
	}
	x.addWords(fold(plain))
	return sortFeatures(x.features)
}

// ends is the beginning and the end of a long text.
func ends(text string) string {
	if len(text) <= headRunes+tailRunes {
		return text
	}
	head := cutRunes(text, headRunes)
	rest := text[len(head):]
	from := len(rest)
	for range tailRunes {
		if from == 0 {
			return text
		}
		_, size := utf8.DecodeLastRuneInString(rest[:from])
		from -= size
	}
	return head + " " + rest[from:]
}

// cutRunes gives the first n runes at most.
func cutRunes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// extractor collects features, each once.
type extractor struct {
	features []uint32
	counts   [featureGroups]int
	seen     [4096]uint32 // open addressing, of numbers above 0
	ends     []int        // of the letters of a word
}

// Hashes are of 64 bits and the same everywhere: FNV-1a over bytes, mixed.
const (
	hashSeed  = 14695981039346656037
	hashPrime = 1099511628211
)

func hashText[T ~string | ~[]byte](text T) uint64 {
	h := uint64(hashSeed)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * hashPrime
	}
	return h
}

// mix makes one hash of two, in order.
func mix(a, b uint64) uint64 {
	h := (bits.RotateLeft64(a, 23) ^ b) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

func (x *extractor) add(group int, hash uint64) {
	g := &groups[group]
	if x.counts[group] >= g.most || len(x.features) == maxTextFeatures {
		return
	}
	hash = (hash ^ hash>>32) * 0xd6e8feb86659fd93
	hash ^= hash >> 32
	id := g.first + uint32(hash%uint64(g.size)) // #nosec G115 -- below size
	at := id * 2654435761 % uint32(len(x.seen))
	for x.seen[at] != 0 {
		if x.seen[at] == id+1 {
			return
		}
		at = (at + 1) % uint32(len(x.seen))
	}
	x.seen[at] = id + 1
	x.counts[group]++
	x.features = append(x.features, id)
}

// addCount adds how much of something there is, in powers of two.
func (x *extractor) addCount(group int, what string, n int) {
	more := uint64(n) + 1                                                  // #nosec G115 -- a count
	x.add(group, mix(hashText(what), uint64(bits.Len64(2*more*more)-1)/2)) // #nosec G115 -- the logarithm, rounded
}

// linkWord stands in a text where a link was.
const linkWord = "xlinkx"

// bareEndings are the last labels by which an address is known that is written without http:// or www., and without a path.
var bareEndings = []string{"com", "net", "org", "info", "biz", "io", "co", "me", "tv", "ly", "shop", "site", "online", "xyz", "eu", "de", "fr", "es", "uk", "us", "ru", "cn"}

// takeLinks finds what looks like an address in a text, and gives the text with a word in its place.
func takeLinks(text string) (plain string, found []string) {
	var b strings.Builder
	b.Grow(len(text) + 32)
	rest := text
	for rest != "" {
		from := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsSpace(r) })
		if from < 0 {
			break
		}
		b.WriteString(rest[:from])
		rest = rest[from:]
		to := strings.IndexFunc(rest, unicode.IsSpace)
		if to < 0 {
			to = len(rest)
		}
		token := rest[:to]
		rest = rest[to:]
		start, end := linkIn(token)
		if start < 0 {
			b.WriteString(token)
			continue
		}
		if len(found) < mostLinks {
			found = append(found, token[start:end])
		}
		b.WriteString(token[:start])
		b.WriteString(" " + linkWord + " ")
		b.WriteString(token[end:])
	}
	return b.String(), found
}

// linkIn tells where in a word an address is: from < 0 if nowhere.
func linkIn(token string) (from, to int) {
	if !strings.ContainsAny(token, ".:") || len(token) < 4 {
		return -1, 0
	}
	from = strings.Index(token, "://")
	switch {
	case from >= 0:
		for from > 0 && isASCIILetter(token[from-1]) {
			from--
		}
	default:
		if from = strings.Index(token, "www."); from < 0 {
			from = strings.Index(token, "WWW.")
		}
	}
	if from < 0 {
		from = strings.IndexFunc(token, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		if from < 0 || !isBareAddress(token[from:]) {
			return -1, 0
		}
	}
	to = len(token)
	if stop := strings.IndexAny(token[from:], `)<>"]`); stop > 0 {
		to = from + stop
	}
	for to > from+1 && strings.IndexByte(".,;:!?'*_", token[to-1]) >= 0 {
		to--
	}
	return from, to
}

// isBareAddress tells whether a word is a site, or a page of one, without a scheme.
func isBareAddress(token string) bool {
	host, _, hasPath := strings.Cut(token, "/")
	host = strings.TrimRight(host, ".,;:!?)'\"")
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || strings.ContainsRune(host, '@') {
		return false
	}
	ending := host[dot+1:]
	if hasPath {
		return len(ending) >= 2 && isASCIILetter(ending[0])
	}
	return slices.ContainsFunc(bareEndings, func(known string) bool { return strings.EqualFold(known, ending) })
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func (x *extractor) addAddresses(found, links []string, own string) {
	for _, address := range found {
		x.addAddress(0, address)
	}
	for i, address := range links {
		if i == mostLinks {
			break
		}
		if !slices.Contains(found, address) {
			x.addAddress(0, address)
		}
	}
	if own != "" {
		x.add(addresses, hashText("own"))
		x.addAddress(1, own)
	}
}

// addAddress adds the site, its ending, how deep and long the address is, and the words in it.
func (x *extractor) addAddress(of uint64, address string) {
	address = cutRunes(address, 300)
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	host := hostOf(address)
	_, path, _ := strings.Cut(address, "://")
	x.add(addresses, mix(of, hashText(host)))
	x.add(addresses, mix(of+2, hashText(host[strings.LastIndexByte(host, '.')+1:])))
	x.add(addresses, mix(of+4, uint64(strings.Count(path, "/")))) // #nosec G115 -- a count
	x.addCount(addresses, "length", len(address))
	if strings.ContainsRune(path, '?') {
		x.add(addresses, mix(of, hashText("?")))
	}
	from := -1
	for i := range len(path) + 1 {
		switch letter := i < len(path) && isASCIILetter(path[i]); {
		case letter && from < 0:
			from = i
		case !letter && from >= 0:
			if n := i - from; n > 2 && n < 16 {
				x.add(addresses, mix(6, hashText(strings.ToLower(path[from:i]))))
			}
			from = -1
		}
	}
}

func (x *extractor) addName(name string) {
	folded := fold(name)
	x.addLetters(names, folded, 3, 3)
	digits := 0
	for _, r := range name {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	x.addCount(names, "digits", digits)
	x.add(names, mix(1, uint64(strings.Count(folded, " ")))) // #nosec G115 -- a count
	if name == strings.ToLower(name) {
		x.add(names, 2)
	}
}

// addShapes adds what the text looks like from afar.
func (x *extractor) addShapes(text string, s Submission, found int) {
	var upper, letters, digits, loud, asked, symbols, lines, foreign, ends, run, longest int
	var last rune
	digitRun, longestDigits := 0, 0
	for _, r := range text {
		if r == last && r != ' ' {
			run++
		} else {
			run = 1
		}
		longest, last = max(longest, run), r
		isDigit := false
		switch {
		case 'a' <= r && r <= 'z':
			letters++
		case 'A' <= r && r <= 'Z':
			letters++
			upper++
		case '0' <= r && r <= '9':
			digits++
			isDigit = true
		case r == '!':
			loud++
			ends++
		case r == '?':
			asked++
			ends++
		case r == '.':
			ends++
		case r == '\n':
			lines++
			ends++
		case r < 0x80:
		case unicode.IsUpper(r):
			letters++
			upper++
			foreign++
		case unicode.IsLetter(r):
			letters++
			foreign++
		case unicode.IsDigit(r):
			digits++
		default:
			symbols++
		}
		switch {
		case isDigit:
			digitRun++
			longestDigits = max(longestDigits, digitRun)
		case !strings.ContainsRune(" -+()./", r): // as in a telephone number
			digitRun = 0
		}
	}
	x.addCount(shapes, "links", max(found, len(s.Links)))
	x.addCount(shapes, "length", len(text))
	x.addCount(shapes, "spaces", strings.Count(text, " "))
	x.addCount(shapes, "digits", digits)
	x.addCount(shapes, "loud", loud)
	x.addCount(shapes, "asked", asked)
	x.addCount(shapes, "symbols", symbols)
	x.addCount(shapes, "lines", lines)
	x.addCount(shapes, "foreign", foreign)
	x.addCount(shapes, "run", longest)
	x.addCount(shapes, "ends", ends)
	if letters > 0 {
		x.add(shapes, mix(1, uint64(5*upper/letters))) // #nosec G115 -- at most 5
	}
	for i, mark := range []string{"@", "#", "$", "€", "£"} {
		if strings.Contains(text, mark) {
			x.add(shapes, mix(2, uint64(i))) // #nosec G115 -- an index
		}
	}
	if longestDigits >= 7 {
		x.add(shapes, 3)
	}
}

// skeletonOf leaves of a word of n bytes nothing but its length if it is long.
func skeletonOf(hash uint64, n int) uint64 {
	if n <= 4 {
		return hash
	}
	return uint64(min(n, 9)) // #nosec G115 -- a length
}

// addWords adds words, pairs, skeletons and groups of letters of a folded text.
func (x *extractor) addWords(folded string) {
	const edge = 1 // the beginning and the end of the text
	var w, s [4]uint64
	w[3], s[3] = edge, edge
	have := 1
	next := func(word, skeleton uint64) {
		copy(w[:], w[1:])
		copy(s[:], s[1:])
		w[3], s[3] = word, skeleton
		have++
		x.add(pairs, mix(w[2], w[3]))
		if have >= 3 {
			x.add(skeletons, mix(mix(s[1], s[2]), s[3]))
		}
		if have >= 4 {
			x.add(skeletons, mix(mix(mix(s[0], s[1]), s[2]), s[3]))
		}
	}
	for rest := folded[1:]; rest != ""; {
		word, after, _ := strings.Cut(rest, " ")
		rest = after
		hash := hashText(word)
		skeleton := skeletonOf(hash, len(word))
		if word == linkWord {
			skeleton = hash
		}
		x.add(words, hash)
		next(hash, skeleton)
	}
	next(edge, edge)
	x.addLetters(letters, folded, 3, 4)
}

// addLetters adds groups of letters of each word, the spaces around it included.
func (x *extractor) addLetters(group int, folded string, least, most int) {
	for from := 0; from+1 < len(folded); {
		to := from + 1 + strings.IndexByte(folded[from+1:], ' ') + 1 // behind the space after the word
		word := folded[from:to]
		from = to - 1
		if word == " "+linkWord+" " {
			continue
		}
		if x.counts[group] >= groups[group].most || len(x.features) == maxTextFeatures {
			return
		}
		x.ends = x.ends[:0]
		for i := range word {
			x.ends = append(x.ends, i)
		}
		x.ends = append(x.ends, len(word))
		for n := least; n <= most; n++ {
			for i := 0; i+n < len(x.ends); i++ {
				x.add(group, hashText(word[x.ends[i]:x.ends[i+n]]))
			}
		}
	}
}

// sortFeatures sorts by counting, which is a good deal faster here than comparing.
func sortFeatures(features []uint32) TextFeatures {
	const digit = 9
	other := make([]uint32, len(features))
	for shift := 0; shift < 2*digit; shift += digit {
		var starts [1 << digit]int
		for _, f := range features {
			starts[f>>shift&(1<<digit-1)]++
		}
		sum := 0
		for i, n := range starts {
			starts[i], sum = sum, sum+n
		}
		for _, f := range features {
			d := f >> shift & (1<<digit - 1)
			other[starts[d]] = f
			starts[d]++
		}
		features, other = other, features
	}
	return features
}

const textFeaturesVersion = 1

// Bytes encodes features: a version, then the distance from each to the next as a varint. It is at most 2 KiB.
func (f TextFeatures) Bytes() []byte {
	b := make([]byte, 1, 1+2*len(f)+32)
	b[0] = textFeaturesVersion
	last := -1
	for _, id := range f {
		b = binary.AppendUvarint(b, uint64(int(id)-last-1)) // #nosec G115 -- ascending
		last = int(id)
	}
	return b
}

// ParseTextFeatures reads what Bytes wrote.
func ParseTextFeatures(b []byte) (TextFeatures, error) {
	switch {
	case len(b) == 0:
		return nil, errors.New("the features of a text are empty; learn from its comment again")
	case b[0] != textFeaturesVersion:
		return nil, fmt.Errorf("the features of a text are of version %d, and this program knows %d; leave them out", b[0], textFeaturesVersion)
	case len(b) > maxTextFeaturesBytes:
		return nil, fmt.Errorf("the features of a text have more than %d bytes; leave them out", maxTextFeaturesBytes)
	}
	damaged := errors.New("the features of a text are damaged; leave them out")
	f := make(TextFeatures, 0, len(b))
	next := uint64(0)
	for b = b[1:]; len(b) > 0; {
		gap, n := binary.Uvarint(b)
		if n <= 0 || n > 3 || n > 1 && b[n-1] == 0 || len(f) == maxTextFeatures {
			return nil, damaged
		}
		if next += gap; next >= textSlots {
			return nil, damaged
		}
		f = append(f, uint32(next)) // #nosec G115 -- below textSlots
		next++
		b = b[n:]
	}
	return f, nil
}
