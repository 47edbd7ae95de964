package handlers

import (
	"context"

	"dimmer/auth"
	"dimmer/markdown"
	"dimmer/models"
	"dimmer/moderation"
)

type commenterKeyView struct {
	Commenter string `json:"commenter" doc:"Keep it on the reader's device, and send it as X-Dimmer-Commenter."`
}

// createCommenter gives a reader a key before her first comment. Nothing is stored until she uses it.
func (s *site) createCommenter(context.Context, *struct{}) (*reply[one[commenterKeyView]], error) {
	key, _ := auth.CommenterKey.New()
	return data(commenterKeyView{key}), nil
}

// ReaderInput is who counts once. (It is exported because huma passes over embedded types that are not.)
type ReaderInput struct {
	Key string `header:"X-Dimmer-Commenter" required:"true" doc:"This reader's key, from her first comment or from POST /commenters."`
}

// reader is the hash of her key. One that is none of ours is refused: to count it would count the same reader twice.
func (in ReaderInput) reader() (string, error) {
	hash, err := auth.CommenterKey.Hash(in.Key)
	if err != nil {
		return "", invalid(FieldError{"header.X-Dimmer-Commenter", "is no key of a reader; get one with POST /commenters"})
	}
	return hash, nil
}

type likeInput struct {
	ReaderInput
	ID string `path:"id"`
}

type likesView struct {
	Likes int  `json:"likes" doc:"How many readers like it."`
	Liked bool `json:"liked" doc:"Whether this reader does."`
}

func (s *site) likeComment(ctx context.Context, in *likeInput) (*reply[one[likesView]], error) {
	return s.setLike(ctx, in, true)
}

func (s *site) unlikeComment(ctx context.Context, in *likeInput) (*reply[one[likesView]], error) {
	return s.setLike(ctx, in, false)
}

// setLike counts a reader's like once, or no longer.
func (s *site) setLike(ctx context.Context, in *likeInput, likes bool) (*reply[one[likesView]], error) {
	reader, err := in.reader()
	if err != nil {
		return nil, err
	}
	count, err := s.store.LikeComment(ctx, reader, models.CommentID(in.ID), likes)
	if err != nil {
		return nil, err
	}
	return data(likesView{count, likes}), nil
}

type reportInput struct {
	ReaderInput
	ID   string `path:"id"`
	Body *reportedBody
}

type reportedBody struct {
	Reason field[string] `json:"reason,omitzero" doc:"At most 500 characters, for the moderators."`
}

type reportView struct {
	Reported bool   `json:"reported"`
	Message  string `json:"message" doc:"What to tell her."`
}

// reportComment tells the moderators that a reader finds a comment out of place, and judges it again. She learns nothing of what comes of it.
func (s *site) reportComment(ctx context.Context, in *reportInput) (*reply[one[reportView]], error) {
	reader, err := in.reader()
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason.Value
	}
	comment, err := s.store.ReportComment(ctx, reader, models.CommentID(in.ID), reason)
	if err != nil {
		return nil, err
	}
	if comment.CommenterID != nil { // what somebody of the blog says is hers to decide
		// The level has held what it holds when the comment came: else one report would take every newcomer off.
		judged := s.judge(ctx, settings, moderation.Submission{
			Level: moderation.Open, Name: comment.AuthorName, URL: value(comment.AuthorURL), Text: comment.Source, Links: markdown.Links(comment.HTML), Form: moderation.FormSigned, FormAge: formLifetime,
		}, "", &comment)
		if judged.Status != models.Approved {
			if _, err := s.store.RejudgeComment(ctx, comment.ID, judged); err != nil {
				return nil, err
			}
		}
	}
	return data(reportView{true, "Thank you. Somebody will look at it."}), nil
}

type reactionInput struct {
	ReaderInput
	Slug string `path:"slug" doc:"Of a post or page. A former slug answers 308 to the present one."`
}

type reactionsView struct {
	Reactions int  `json:"reactions" doc:"How many readers reacted."`
	Reacted   bool `json:"reacted" doc:"Whether this reader did."`
}

func (s *site) reactToPost(ctx context.Context, in *reactionInput) (*reply[one[reactionsView]], error) {
	return s.setReaction(ctx, in, true)
}

func (s *site) takeReactionBack(ctx context.Context, in *reactionInput) (*reply[one[reactionsView]], error) {
	return s.setReaction(ctx, in, false)
}

// setReaction counts a reader's reaction to a post once, or no longer.
func (s *site) setReaction(ctx context.Context, in *reactionInput, reacts bool) (*reply[one[reactionsView]], error) {
	reader, err := in.reader()
	if err != nil {
		return nil, err
	}
	post, err := s.discussed(ctx, in.Slug, "/reaction")
	if err != nil {
		return nil, err
	}
	count, err := s.store.ReactToPost(ctx, reader, post.ID, reacts)
	if err != nil {
		return nil, err
	}
	return data(reactionsView{count, reacts}), nil
}
