package auth_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/unicode/norm"

	"dimmer/auth"
)

// cheap is fast enough for tests that are not about the cost.
var cheap = auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}

const passphrase = "seven quiet herons walk on ice"

func hasherWith(t testing.TB, params auth.Params) *auth.Hasher {
	t.Helper()
	hasher, err := auth.NewHasher(params)
	if err != nil {
		t.Fatal(err)
	}
	return hasher
}

func hashOf(t testing.TB, hasher *auth.Hasher, password string) string {
	t.Helper()
	phc, err := hasher.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return phc
}

func TestAPasswordIsHashedAtTheRecommendedCost(t *testing.T) {
	hasher := hasherWith(t, auth.RecommendedParams())
	phc := hashOf(t, hasher, passphrase)
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(phc, "=$") {
		t.Errorf("stored as %s", phc)
	}
	if again := hashOf(t, hasher, passphrase); again == phc {
		t.Error("two hashes of one password are equal: no salt")
	}
	if ok, rehash, err := hasher.Verify(t.Context(), phc, passphrase); !ok || rehash || err != nil {
		t.Errorf("the right password: %v, %v, %v", ok, rehash, err)
	}
	if ok, rehash, err := hasher.Verify(t.Context(), phc, passphrase+"!"); ok || rehash || err != nil {
		t.Errorf("a wrong password: %v, %v, %v", ok, rehash, err)
	}
}

// The hash is the reference implementation's own test vector (P-H-C/phc-winner-argon2, src/test.c).
func TestAHashOfTheReferenceImplementationIsRead(t *testing.T) {
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	hasher := hasherWith(t, auth.RecommendedParams())
	if ok, rehash, err := hasher.Verify(t.Context(), phc, "password"); !ok || !rehash || err != nil {
		t.Errorf("%v, %v (its salt is short), %v", ok, rehash, err)
	}
	if ok, _, err := hasher.Verify(t.Context(), phc, "differentpassword"); ok || err != nil {
		t.Errorf("another password: %v, %v", ok, err)
	}
}

func TestEveryByteOfAPasswordCounts(t *testing.T) {
	hasher := hasherWith(t, cheap)
	for _, length := range []int{15, 72, 73, 128, 255, 256} {
		password := strings.Repeat("lamp, river; ", 20)[:length]
		phc := hashOf(t, hasher, password)
		if ok, _, err := hasher.Verify(t.Context(), phc, password); !ok || err != nil {
			t.Errorf("%d bytes: %v, %v", length, ok, err)
		}
		for name, wrong := range map[string]string{
			"last byte missing": password[:length-1],
			"last byte changed": password[:length-1] + "~",
			"one byte more":     password + "x",
			"a space more":      password + " ",
			"a NUL more":        password + "\x00",
			"upper case":        strings.ToUpper(password),
			"empty":             "",
		} {
			if ok, _, err := hasher.Verify(t.Context(), phc, wrong); ok || err != nil {
				t.Errorf("%d bytes, %s: %v, %v", length, name, ok, err)
			}
		}
	}
}

func TestAPasswordIsTheSameInEverySpellingOfItsLetters(t *testing.T) {
	hasher := hasherWith(t, cheap)
	const composed = "führe größere Möwen über Nacht"
	decomposed := norm.NFD.String(composed)
	if composed == decomposed {
		t.Fatal("the test is about nothing")
	}
	phc := hashOf(t, hasher, composed)
	for name, password := range map[string]string{"NFC": composed, "NFD": decomposed} {
		if ok, _, err := hasher.Verify(t.Context(), phc, password); !ok || err != nil {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
	if ok, _, _ := hasher.Verify(t.Context(), phc, strings.ReplaceAll(composed, "ü", "u")); ok {
		t.Error("letters without their marks are taken for the same")
	}
	long := strings.Repeat("é", 128) // 256 bytes, 384 decomposed
	if ok, _, err := hasher.Verify(t.Context(), hashOf(t, hasher, long), norm.NFD.String(long)); !ok || err != nil {
		t.Errorf("256 bytes, decomposed: %v, %v", ok, err)
	}
}

func TestTheCostRisesWithTheNextLogin(t *testing.T) {
	now := auth.Params{MemoryKiB: 128, Passes: 2, Lanes: 1}
	hasher := hasherWith(t, now)
	for _, test := range []struct {
		name   string
		stored auth.Params
		rehash bool
	}{
		{"the same", now, false},
		{"less memory", auth.Params{MemoryKiB: 64, Passes: 2, Lanes: 1}, true},
		{"fewer passes", auth.Params{MemoryKiB: 128, Passes: 1, Lanes: 1}, true},
		{"more memory, fewer passes", auth.Params{MemoryKiB: 256, Passes: 1, Lanes: 1}, true},
		{"more of both", auth.Params{MemoryKiB: 256, Passes: 3, Lanes: 1}, false},
		{"more lanes", auth.Params{MemoryKiB: 128, Passes: 2, Lanes: 2}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			phc := hashOf(t, hasherWith(t, test.stored), passphrase)
			ok, rehash, err := hasher.Verify(t.Context(), phc, passphrase)
			if !ok || err != nil || rehash != test.rehash {
				t.Errorf("ok %v, rehash %v, %v", ok, rehash, err)
			}
			if _, rehash, _ := hasher.Verify(t.Context(), phc, "wrong"); rehash {
				t.Error("a wrong password would be hashed and stored")
			}
		})
	}
}

func TestADamagedOrHostileHashIsRefusedUncomputed(t *testing.T) {
	hasher := hasherWith(t, cheap)
	phc := hashOf(t, hasher, passphrase)
	fields := strings.Split(phc, "$")
	salt, key := fields[4], fields[5]
	stored := func(algorithm, version, costs, salt, key string) string {
		return strings.Join([]string{"", algorithm, version, costs, salt, key}, "$")
	}
	if control := stored("argon2id", "v=19", "m=64,t=1,p=1", salt, key); control != phc {
		t.Fatalf("positive control: %s is not %s", control, phc)
	}
	for name, hostile := range map[string]string{
		"4 TiB of memory":         stored("argon2id", "v=19", "m=4294967295,t=1,p=1", salt, key),
		"just over 64 MiB":        stored("argon2id", "v=19", "m=65537,t=1,p=1", salt, key),
		"memory beyond 2^32":      stored("argon2id", "v=19", "m=4294967360,t=1,p=1", salt, key),
		"memory beyond 2^64":      stored("argon2id", "v=19", "m=18446744073709551680,t=1,p=1", salt, key),
		"no memory":               stored("argon2id", "v=19", "m=0,t=1,p=1", salt, key),
		"less than 8 KiB a lane":  stored("argon2id", "v=19", "m=31,t=1,p=4", salt, key),
		"a million passes":        stored("argon2id", "v=19", "m=64,t=1000000,p=1", salt, key),
		"9 passes":                stored("argon2id", "v=19", "m=64,t=9,p=1", salt, key),
		"no pass":                 stored("argon2id", "v=19", "m=64,t=0,p=1", salt, key),
		"255 lanes":               stored("argon2id", "v=19", "m=65536,t=1,p=255", salt, key),
		"257 lanes":               stored("argon2id", "v=19", "m=65536,t=1,p=257", salt, key),
		"no lane":                 stored("argon2id", "v=19", "m=64,t=1,p=0", salt, key),
		"negative":                stored("argon2id", "v=19", "m=-64,t=1,p=1", salt, key),
		"a plus sign":             stored("argon2id", "v=19", "m=+64,t=1,p=1", salt, key),
		"leading zeros":           stored("argon2id", "v=19", "m=064,t=1,p=1", salt, key),
		"another order":           stored("argon2id", "v=19", "t=1,m=64,p=1", salt, key),
		"a cost missing":          stored("argon2id", "v=19", "m=64,t=1", salt, key),
		"a cost more":             stored("argon2id", "v=19", "m=64,t=1,p=1,x=1", salt, key),
		"argon2i":                 stored("argon2i", "v=19", "m=64,t=1,p=1", salt, key),
		"the old version":         stored("argon2id", "v=16", "m=64,t=1,p=1", salt, key),
		"no version":              stored("argon2id", "", "m=64,t=1,p=1", salt, key),
		"no salt":                 stored("argon2id", "v=19", "m=64,t=1,p=1", "", key),
		"a salt of 7 bytes":       stored("argon2id", "v=19", "m=64,t=1,p=1", "AAAAAAAAAA"[:10], key),
		"no key":                  stored("argon2id", "v=19", "m=64,t=1,p=1", salt, ""),
		"a key of 1 byte":         stored("argon2id", "v=19", "m=64,t=1,p=1", salt, "AA"),
		"a huge key":              stored("argon2id", "v=19", "m=64,t=1,p=1", salt, strings.Repeat("A", 1<<20)),
		"padding":                 phc + "=",
		"spare bits":              stored("argon2id", "v=19", "m=64,t=1,p=1", strings.Repeat("A", 21)+"B", key),
		"a line break":            phc + "\n",
		"a line break in the key": stored("argon2id", "v=19", "m=64,t=1,p=1", salt, key[:4]+"\n"+key[4:]),
		"a field more":            phc + "$",
		"bcrypt":                  "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"plain text":              passphrase,
		"dollars":                 "$$$$$",
		"a blank":                 " ",
	} {
		t.Run(name, func(t *testing.T) {
			ok, rehash, err := hasher.Verify(t.Context(), hostile, passphrase)
			if ok || rehash || err == nil {
				t.Fatalf("ok %v, rehash %v, %v", ok, rehash, err)
			}
			if errors.Is(err, auth.ErrBusy) || errors.Is(err, auth.ErrUnauthenticated) {
				t.Errorf("the wrong kind of error: %v", err)
			}
			if len(key) > 8 && strings.Contains(err.Error(), key) {
				t.Error("the error repeats the hash")
			}
		})
	}
}

func TestParamsOutOfBoundsMakeNoHasher(t *testing.T) {
	for _, params := range []auth.Params{
		{}, {MemoryKiB: 7, Passes: 1, Lanes: 1}, {MemoryKiB: 64 << 20, Passes: 1, Lanes: 1}, {MemoryKiB: 64, Passes: 9, Lanes: 1},
		{MemoryKiB: 64, Passes: 1, Lanes: 5}, {MemoryKiB: 31, Passes: 1, Lanes: 4}, {MemoryKiB: 64, Lanes: 1}, {MemoryKiB: 64, Passes: 1},
	} {
		if _, err := auth.NewHasher(params); err == nil {
			t.Errorf("%+v was accepted", params)
		}
	}
	for _, params := range []auth.Params{cheap, auth.RecommendedParams(), {MemoryKiB: 47104, Passes: 1, Lanes: 1}, {MemoryKiB: 65536, Passes: 8, Lanes: 4}} {
		hasherWith(t, params)
	}
}

func TestAnUnknownAccountCostsAsMuchAndIsNeverRight(t *testing.T) {
	hasher := hasherWith(t, auth.RecommendedParams())
	phc := hashOf(t, hasher, passphrase)
	known, unknown := time.Hour, time.Hour
	alike := func() bool { return unknown >= known/2 && known >= unknown/2 }
	for tries := 0; tries < 6 || tries < 60 && !alike(); tries++ { // the fastest of each, in turns: the machine has other work
		for account, best := range map[string]*time.Duration{phc: &known, "": &unknown} {
			start := time.Now()
			if ok, rehash, err := hasher.Verify(t.Context(), account, "a wrong password"); ok || rehash || err != nil {
				t.Fatalf("%v, %v, %v", ok, rehash, err)
			}
			*best = min(*best, time.Since(start))
		}
	}
	t.Logf("known account %v, unknown account %v", known, unknown)
	if !alike() {
		t.Errorf("known account %v, unknown account %v", known, unknown)
	}
	if ok, _, err := hasher.Verify(t.Context(), "", ""); ok || err != nil {
		t.Errorf("no account, no password: %v, %v", ok, err)
	}
}

func TestAHugePasswordIsAnsweredAtOnce(t *testing.T) {
	hasher := hasherWith(t, auth.RecommendedParams())
	phc := hashOf(t, hasher, passphrase)
	huge := strings.Repeat(norm.NFD.String("ệ"), 1<<20/5) // 1 MB, slow to normalise
	for name, ask := range map[string]func() error{
		"known account": func() error {
			ok, _, err := hasher.Verify(t.Context(), phc, huge)
			if ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
			return nil
		},
		"unknown account": func() error {
			ok, _, err := hasher.Verify(t.Context(), "", huge)
			if ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
			return nil
		},
		"hashing":  func() error { _, err := hasher.Hash(t.Context(), huge); return refusal(t, err) },
		"checking": func() error { return refusal(t, auth.CheckPassword(huge)) },
	} {
		t.Run(name, func(t *testing.T) {
			fastest := time.Hour
			for tries := 0; tries < 3 || tries < 300 && fastest > 5*time.Millisecond; tries++ { // the machine has other work
				start := time.Now()
				if err := ask(); err != nil {
					t.Fatal(err)
				}
				fastest = min(fastest, time.Since(start))
			}
			if fastest > 5*time.Millisecond {
				t.Errorf("took %v", fastest)
			}
		})
	}
}

func refusal(t *testing.T, err error) error {
	t.Helper()
	if err == nil {
		return errors.New("accepted")
	}
	return nil
}

func TestAtMostFourPasswordsAreHashedAtOnce(t *testing.T) {
	present := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(present)
	for processors, want := range map[int]int{1: 1, 2: 2, 4: 4, 16: 4} {
		runtime.GOMAXPROCS(processors)
		if slots := hasherWith(t, cheap).Slots(); slots != want {
			t.Errorf("%d processors: %d at once, want %d", processors, slots, want)
		}
	}
}

func TestWhoWaitsLongerThan2sForAHashIsToldThatWeAreBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hasher := hasherWith(t, cheap)
		phc := hashOf(t, hasher, passphrase)
		release := hasher.Occupy()

		start := time.Now()
		if _, err := hasher.Hash(t.Context(), passphrase); !errors.Is(err, auth.ErrBusy) {
			t.Errorf("got %v, want ErrBusy", err)
		}
		if waited := time.Since(start); waited != 2*time.Second {
			t.Errorf("waited %v", waited)
		}
		if ok, _, err := hasher.Verify(t.Context(), phc, passphrase); ok || !errors.Is(err, auth.ErrBusy) {
			t.Errorf("got %v, %v, want ErrBusy", ok, err)
		}

		time.AfterFunc(1900*time.Millisecond, release) // the bubble's clock: nobody sleeps
		if ok, _, err := hasher.Verify(t.Context(), phc, passphrase); !ok || err != nil {
			t.Errorf("a slot came free in time: %v, %v", ok, err)
		}
	})
}

func TestWhoGoesAwayDoesNotWait(t *testing.T) {
	hasher := hasherWith(t, cheap)
	defer hasher.Occupy()()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := hasher.Hash(ctx, passphrase); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, _, err := hasherWith(t, cheap).Verify(ctx, "", passphrase); !errors.Is(err, context.Canceled) {
		t.Errorf("with a free slot: %v", err)
	}
}

func TestManyLoginsAtOnceAreAllAnswered(t *testing.T) {
	hasher := hasherWith(t, cheap)
	phc := hashOf(t, hasher, passphrase)
	var logins sync.WaitGroup
	for i := range 50 {
		logins.Go(func() {
			password := passphrase
			if i%2 == 1 {
				password += "!"
			}
			if ok, _, err := hasher.Verify(context.Background(), phc, password); err != nil || ok != (i%2 == 0) {
				t.Errorf("login %d: %v, %v", i, ok, err)
			}
		})
	}
	logins.Wait()
}

func TestPasswordLength(t *testing.T) {
	random := "kV9#xTq2mWz7Lr4&Bn" + strings.Repeat("y8Hd!uGf3Sp6Jc-Ew1", 20)
	for _, test := range []struct {
		name, password string
		good           bool
	}{
		{"14 characters", random[:14], false},
		{"15 characters", random[:15], true},
		{"64 characters", random[:64], true},
		{"73 bytes", random[:73], true},
		{"256 bytes", random[:256], true},
		{"257 bytes", random[:257], false},
		{"empty", "", false},
		{"14 characters of 4 bytes", "🦊🐢🌵🚲🎻🧊🪁🦉🍋🧭🪵🛶🥁🪐", false},
		{"15 characters of 4 bytes", "🦊🐢🌵🚲🎻🧊🪁🦉🍋🧭🪵🛶🥁🪐🧵", true},
		{"14 letters that decompose into more", norm.NFD.String("éàüöñçêîôûåãõá"), false},
		{"invalid UTF-8", random[:20] + "\xff", false},
		{"a line break at the end", random[:20] + "\n", false},
		{"NUL", random[:20] + "\x00", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := auth.CheckPassword(test.password)
			if (err == nil) != test.good {
				t.Fatalf("got %v", err)
			}
			if err != nil && len(test.password) > 4 && strings.Contains(err.Error(), test.password[:5]) {
				t.Errorf("the reason repeats the password: %v", err)
			}
		})
	}
}

func TestPasswordsThatEverybodyTriesFirstAreRefused(t *testing.T) {
	context := []string{"nadia.brandt@quietharbour.example", "Nadia Brandt", "Notes from a Quiet Harbour"}
	for _, password := range []string{
		"aaaaaaaaaaaaaaa", "               ", "...............", "abababababababab", "abcabcabcabcabc",
		"passwordpassword", "Passwordpassword1", "password1password2", "PasswordPassword!!", "p@ssw0rdp@ssw0rd", "P4$$w0rd12345678",
		"p-a-s-s-w-o-r-d-1-2-3-4", "kestrelkestrelkestrel",
		"123456789012345", "1234567890123456", "987654321098765", "111222333444555", "123123123123123", "00000000000000000",
		"qwertyuiopasdfgh", "qwertyuiop12345", "asdfghjkl;'zxcvb", "1qaz2wsx3edc4rfv", "zaq12wsxcde34rfv", "!QAZ2wsx#EDC4rfv",
		"!@#$%^&*()_+{}|", "qwertzuiopasdfgh", "azertyuiopqsdfgh", "poiuytrewqlkjhg", "abcdefghijklmno", "zyxwvutsrqponml",
		"iloveyouiloveyou", "iloveyou12345678", "letmeinletmein1", "changemechangeme", "welcome123456789",
		"administrator123", "adminadminadmin",
		"thequickbrownfox", "The quick brown fox jumps over the lazy dog",
		"tobeornottobe123", "maytheforcebewithyou", "mypasswordispassword", "thisismypassword", "Summer2024Summer2024",
		"supercalifragilisticexpialidocious", "loremipsumdolorsitamet", "passwortpasswort", "motdepassemotdepasse",
		"nadiabrandt12345", "Nadia Brandt 1987", "quietharbour2024", "QuietHarbourNadia",
		"Notes from a Quiet Harbour", "notesfromaquietharbour", "nadia_nadia_nadia", "Qu1et-Harb0ur-2025", "brandtnadiaquiet1",
		"QuietHarbour1987",
	} {
		t.Run(password, func(t *testing.T) {
			err := auth.CheckPassword(password, context...)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(strings.ToLower(err.Error()), "nadia") || strings.Contains(err.Error(), password) {
				t.Errorf("the reason repeats a value: %v", err)
			}
		})
	}
}

func TestPasswordsThatPeopleChooseWellAreAccepted(t *testing.T) {
	context := []string{"nadia.brandt@quietharbour.example", "Nadia Brandt", "Notes from a Quiet Harbour"}
	for _, password := range []string{
		passphrase, "kV9#xTq2mWz7Lr4", "copper violin thursday mosquito", "copperviolinmosquito", "my goat eats blue carpets",
		"Der Igel singt um vier Uhr", "la luna mastica chiodi", "北風が静かに窓を叩いて猫が起きた", "тихий ёж грызёт карандаш", "ἡ γλαὺξ ἐπὶ τῆς στέγης",
		"{;'>_+?(!)%^@#~", "8305 1764 2290 5713", "f3a9-11c0-7be2-d84e", "tr0ub4dor&3-lemonade", "harbour lamps and 40 geese",
		"a1B2c3D4e5F6g7H8", "no-one expects a yellow tuba", "eel, elk, emu, ewe, egret", "correct horse battery staple",
	} {
		t.Run(password, func(t *testing.T) {
			if err := auth.CheckPassword(password, context...); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
	if err := auth.CheckPassword("soitisusmeatsea", "So It Is: Us & Me At Sea"); err == nil {
		t.Error("a title of short words was accepted")
	}
	if err := auth.CheckPassword("soitisusmeatsea", context...); err != nil {
		t.Errorf("refused although it is the title of another site: %v", err)
	}
	if err := auth.CheckPassword("nadiabrandt quietharbour"); err != nil {
		t.Errorf("refused although it is nobody's name here: %v", err)
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add(passphrase, "Notes from a Quiet Harbour")
	f.Add("passwordpassword", "")
	f.Add(strings.Repeat("ab", 128), "ab")
	f.Add("\xffé\u0301", "\xff")
	f.Fuzz(func(t *testing.T, password, context string) {
		err := auth.CheckPassword(password, context)
		composed := norm.NFC.String(password)
		if err == nil && (len(composed) > auth.MaxPasswordBytes || len([]rune(composed)) < auth.MinPasswordLength) {
			t.Fatalf("accepted %q", password)
		}
		if (auth.CheckPassword(composed, context) == nil) != (err == nil) {
			t.Fatalf("%q is judged by its spelling", password)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	hasher := hasherWith(b, auth.RecommendedParams())
	b.ReportAllocs()
	for b.Loop() {
		hashOf(b, hasher, passphrase)
	}
}

func BenchmarkVerifyPassword(b *testing.B) {
	hasher := hasherWith(b, auth.RecommendedParams())
	phc := hashOf(b, hasher, passphrase)
	b.ReportAllocs()
	for b.Loop() {
		if ok, _, err := hasher.Verify(b.Context(), phc, passphrase); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkCheckPassword(b *testing.B) {
	long := strings.Repeat("kV9#xTq2mWz7Lr4&", 16)
	for b.Loop() {
		_ = auth.CheckPassword(long, "Notes from a Quiet Harbour", "nadia.brandt@quietharbour.example")
	}
}
