package models

import (
	"fmt"
	"testing"
	"time"
)

// learned says what there is to learn after a lesson: spam or ham and the features, in order.
func (s site) learned(t testing.TB, after int64) []string {
	t.Helper()
	lessons, err := s.Lessons(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for _, l := range lessons {
		all = append(all, fmt.Sprintf("%s %v", l.Features, l.Spam))
	}
	return all
}

func (s site) takenBack(t testing.TB) int64 {
	t.Helper()
	h, err := s.History(t.Context(), "nobody", "", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h.Model.Changed
}

func TestDecisionsAreLessonsUntilTheyAreTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		judged := func(words string) func(*NewComment) {
			return func(n *NewComment) { n.Judged.Features = []byte(words) }
		}
		lamp, casino, both := s.comment(t, post, Pending, judged("lamp")), s.comment(t, post, Pending, judged("casino")), s.comment(t, post, Pending, judged("both"))
		none := s.comment(t, post, Pending)
		want(t, "before anything was decided", s.learned(t, 0), []string{})
		decide := func(id CommentID, status CommentStatus) ActionID {
			t.Helper()
			_, action, err := s.ChangeComment(t.Context(), s.owner, id, CommentChange{Status: Some(status)})
			if err != nil {
				t.Fatal(err)
			}
			return action
		}
		decide(casino.ID, Spam)
		decide(lamp.ID, Approved)
		decide(none.ID, Spam)
		decide(both.ID, Trash)
		want(t, "two lessons", s.learned(t, 0), []string{"casino true", "lamp false"})
		want(t, "after the first", s.learned(t, 1), []string{"lamp false"})
		want(t, "nothing was taken back", s.takenBack(t), int64(0))

		action := decide(lamp.ID, Spam)
		want(t, "another mind", s.learned(t, 0), []string{"casino true", "lamp true"})
		want(t, "all is learned anew", s.takenBack(t), int64(1))
		s.undo(t, action)
		want(t, "taken back", s.learned(t, 0), []string{"casino true", "lamp false"})
		want(t, "anew again", s.takenBack(t), int64(2))
		decide(casino.ID, Trash)
		want(t, "trash says nothing of the text", s.learned(t, 0), []string{"lamp false"})

		decided, action, err := s.DecideComments(t.Context(), s.owner, []CommentID{lamp.ID, casino.ID, both.ID}, nil, Spam)
		if err != nil || len(decided) != 3 {
			t.Fatal(decided, err)
		}
		want(t, "many at once", len(s.learned(t, 0)), 3)
		s.undo(t, action)
		want(t, "many taken back", s.learned(t, 0), []string{"lamp false"})
		want(t, "one job keeps what was learned", s.number(t, "SELECT count(*) FROM jobs WHERE kind = 'learn'"), 1)

		if err := s.remove(t.Context(), s.owner, lamp.ID); err != nil {
			t.Fatal(err)
		}
		want(t, "the text is gone, the lesson stays", s.learned(t, 0), []string{"lamp false"})
	})
}

func TestAnAnswerIsALessonUntilSomebodyDecides(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Open")
		shown := s.comment(t, post, Approved, func(n *NewComment) { n.Judged.Features = []byte("lamp") })
		reply := func() {
			t.Helper()
			_, err := s.CreateComment(t.Context(), s.owner, NewComment{PostID: post.ID, ParentID: &shown.ID, Name: "Mira", Source: "Thank you.", HTML: "x", Judged: Judged{Status: Approved}})
			if err != nil {
				t.Fatal(err)
			}
		}
		reply()
		reply()
		want(t, "what is answered is no spam", s.learned(t, 0), []string{"lamp false"})
		s.comment(t, post, Approved, answer(shown))
		want(t, "an answer by a reader teaches nothing", len(s.learned(t, 0)), 1)
		if _, err := s.move(t.Context(), s.owner, shown.ID, Spam); err != nil {
			t.Fatal(err)
		}
		want(t, "a decision counts instead", s.learned(t, 0), []string{"lamp true"})
		want(t, "and the first lesson is taken back", s.takenBack(t), int64(1))
	})
}

func TestTheTextModelIsKeptByWhoeverKnowsMost(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		keep := func(model string, through, changes int64) {
			t.Helper()
			if err := s.KeepModel(t.Context(), []byte(model), through, changes); err != nil {
				t.Fatal(err)
			}
		}
		kept := func() string {
			t.Helper()
			k, err := s.KeptModel(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(string(k.Model), " ", k.Through, " ", k.Changes)
		}
		want(t, "nothing yet", kept(), " 0 0")
		keep("five", 5, 0)
		keep("four", 4, 0)
		want(t, "a slower program", kept(), "five 5 0")
		keep("anew", 3, 1)
		want(t, "made anew", kept(), "anew 3 1")
		keep("old", 9, 0)
		want(t, "one that still knows what was taken back", kept(), "anew 3 1")
	})
}

// What is decided while the model is made is not in it: it is made again.
func TestAModelThatIsBehindIsMadeAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		judged := func(n *NewComment) { n.Judged.Features = []byte("words") }
		decide := func(c Comment, status CommentStatus) {
			t.Helper()
			if _, _, err := s.ChangeComment(t.Context(), s.owner, c.ID, CommentChange{Status: Some(status)}); err != nil {
				t.Fatal(err)
			}
		}
		// meanwhile lets a decision come after the model was read, and its job be forgotten, as another program does that runs it at that moment.
		meanwhile := func(decision func()) (due string) {
			t.Helper()
			kept, err := s.KeptModel(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			decision()
			if _, err := s.pools[0].ExecContext(t.Context(), "DELETE FROM jobs WHERE kind = 'learn'"); err != nil {
				t.Fatal(err)
			}
			if err := s.KeepModel(t.Context(), []byte("model"), kept.Lessons, kept.Changed); err != nil {
				t.Fatal(err)
			}
			jobs, err := table[Job](s.reader).Where("kind = ?", JobLearn).Find(t.Context())
			if err != nil || len(jobs) > 1 {
				t.Fatal(jobs, err)
			}
			if len(jobs) == 0 {
				return "never"
			}
			return jobs[0].RunAt.Sub(s.Now()).Round(time.Second).String()
		}
		one := s.comment(t, post, Pending, judged)
		want(t, "nothing came between", meanwhile(func() {}), "never")
		want(t, "a decision", meanwhile(func() { decide(one, Spam) }), learnPause.String())
		want(t, "another mind", meanwhile(func() { decide(one, Approved) }), "0s")
		want(t, "nothing more", meanwhile(func() {}), "never")
	})
}

func TestTheRecordOfASiteOutlivesItsComments(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		linksTo := func(hosts ...string) func(*NewComment) {
			return func(n *NewComment) { n.Hosts = hosts }
		}
		record := func(hosts ...string) string {
			t.Helper()
			h, err := s.History(t.Context(), "nobody", "", hosts, nil)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(h.LinksApproved, " ", h.LinksRejected)
		}
		s.comment(t, post, Spam, linksTo("shop.example", "other.example"))
		bad := s.comment(t, post, Spam, linksTo("shop.example"))
		s.comment(t, post, Approved, linksTo("good.example"))
		s.comment(t, post, Pending, linksTo("good.example"))
		want(t, "the worst of them", []string{record("good.example"), record("shop.example"), record("good.example", "shop.example"), record("new.example"), record()},
			[]string{"1 0", "0 2", "0 2", "0 0", "0 0"})
		if _, err := s.move(t.Context(), s.owner, bad.ID, Approved); err != nil {
			t.Fatal(err)
		}
		want(t, "rescued", record("shop.example"), "1 1")
		about := s.read(t, bad.ID)
		h, err := s.History(t.Context(), "", "", []string{"shop.example"}, &about)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the comment itself does not count", fmt.Sprint(h.LinksApproved, h.LinksRejected), "0 1")

		s.clock.move(40 * 24 * time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "spam is erased", s.number(t, "SELECT count(*) FROM comments WHERE status = 'spam'"), 0)
		want(t, "and remembered", []string{record("shop.example"), record("other.example")}, []string{"1 1", "0 1"})
		s.clock.move(400 * 24 * time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "for a year", []string{record("shop.example"), record("other.example")}, []string{"1 0", "0 0"})
	})
}

func TestEverythingOfOneAddressLinkOrTextIsFoundAndMoved(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		from := func(address, text string, hosts ...string) func(*NewComment) {
			return func(n *NewComment) {
				n.AddressHash, n.TextHash, n.Hosts, n.KeyHash = address, text, hosts, address+text
			}
		}
		a := s.comment(t, post, Approved, from("here", "buy", "shop.example"))
		b := s.comment(t, post, Pending, from("here", "other"))
		c := s.comment(t, post, Pending, from("there", "buy"))
		d := s.comment(t, post, Approved, from("", "", "shop.example"))
		alone := s.comment(t, post, Approved, from("", ""))
		for what, q := range map[string]struct {
			q    CommentQuery
			want []CommentID
		}{
			"address":                 {CommentQuery{AddressOf: a.ID}, []CommentID{b.ID, a.ID}},
			"text":                    {CommentQuery{TextOf: c.ID}, []CommentID{c.ID, a.ID}},
			"link":                    {CommentQuery{LinksTo: "shop.example"}, []CommentID{d.ID, a.ID}},
			"address and link":        {CommentQuery{AddressOf: a.ID, LinksTo: "shop.example"}, []CommentID{a.ID}},
			"no address":              {CommentQuery{AddressOf: alone.ID}, nil},
			"no text":                 {CommentQuery{TextOf: alone.ID}, nil},
			"a comment that is not":   {CommentQuery{TextOf: unknownID}, nil},
			"something that is no id": {CommentQuery{TextOf: "x"}, nil},
		} {
			list, err := s.Comments(t.Context(), s.owner, q.q)
			if err != nil {
				t.Fatal(err)
			}
			var ids []CommentID
			for _, c := range list.Items {
				ids = append(ids, c.ID)
			}
			want(t, what, ids, q.want)
			want(t, what+", counted", int(list.Total), len(q.want))
		}
		_, action, err := s.DecideComments(t.Context(), s.owner, nil, &CommentQuery{AddressOf: a.ID}, Spam)
		if err != nil {
			t.Fatal(err)
		}
		statuses := func() []CommentStatus {
			return []CommentStatus{s.read(t, a.ID).Status, s.read(t, b.ID).Status, s.read(t, c.ID).Status}
		}
		want(t, "all of an address removed", statuses(), []CommentStatus{Spam, Spam, Pending})
		s.undo(t, action)
		want(t, "and taken back", statuses(), []CommentStatus{Approved, Pending, Pending})
	})
}

func TestBlockingAReaderTakesHerCommentsAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		one, two := s.comment(t, post, Approved, writtenBy("ruth", "one")), s.comment(t, post, Pending, writtenBy("ruth", "two"))
		commenter, decided, action, err := s.BlockCommenter(t.Context(), s.owner, *one.CommenterID, true, Spam)
		if err != nil || commenter.BlockedAt == nil || len(decided) != 2 {
			t.Fatal(commenter, decided, err)
		}
		want(t, "moved", []CommentStatus{s.read(t, one.ID).Status, s.read(t, two.ID).Status}, []CommentStatus{Spam, Spam})
		s.undo(t, action)
		want(t, "taken back", []CommentStatus{s.read(t, one.ID).Status, s.read(t, two.ID).Status}, []CommentStatus{Approved, Pending})
		still, err := s.Commenter(t.Context(), commenter.ID)
		if err != nil || still.BlockedAt == nil {
			t.Errorf("she is not blocked any more: %+v, %v", still, err)
		}
		for _, c := range []struct {
			blocked bool
			status  CommentStatus
		}{{true, Approved}, {true, "x"}, {false, Spam}} {
			if _, _, _, err := s.BlockCommenter(t.Context(), s.owner, commenter.ID, c.blocked, c.status); err == nil {
				t.Errorf("blocked %v, comments to %s: accepted", c.blocked, c.status)
			}
		}
	})
}

func TestTheVerdictsOfLateAreReadWithWhatIsStillThere(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed", func(c *PostChange) { c.CommentLevel = Some(ptr(LevelOpen)) })
		gone := s.comment(t, post, Pending)
		edited := s.comment(t, post, Approved)
		if _, err := s.EditComment(t.Context(), edited.ID, start.Add(time.Hour), CommentEdit{Source: "Another text", HTML: "x", Judged: Judged{Status: Pending, Score: 3}}); err != nil {
			t.Fatal(err)
		}
		if err := s.remove(t.Context(), s.owner, gone.ID); err != nil {
			t.Fatal(err)
		}
		newest := s.comment(t, s.published(t, "By the site's level"), Spam)
		past, err := s.PastJudgements(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range past {
			level := "site"
			if p.Level != nil {
				level = string(*p.Level)
			}
			got = append(got, fmt.Sprint(p.CommentID, p.Present, p.Verdict, level, p.Source != ""))
		}
		want(t, "newest first, each once", got, []string{
			fmt.Sprint(newest.ID, true, Spam, "site", true), fmt.Sprint(edited.ID, true, Pending, "open", true), fmt.Sprint(gone.ID, false, Pending, "site", false),
		})
		two, err := s.PastJudgements(t.Context(), 2)
		if err != nil || len(two) != 2 {
			t.Errorf("%d of two, %v", len(two), err)
		}
	})
}
