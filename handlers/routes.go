package handlers

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"dimmer/auth"
	"dimmer/markdown"
	"dimmer/models"
)

// Parts are what the routes work with, besides the server's own configuration.
type Parts struct {
	Store  *models.Store
	Secret auth.Secret
	Hasher *auth.Hasher
	Media  MediaFiles
	Mail   Mail // nil: mail is off
	Push   Push // nil: devices are told nothing
}

// site holds what the handlers share. Each handler is a method of it, in the file of its resource.
type site struct {
	*Server
	store      *models.Store
	secret     auth.Secret
	hasher     *auth.Hasher
	access     *auth.Tokens
	refresh    *auth.RefreshTokens
	edits      *auth.EditTokens
	forms      *auth.FormTokens
	proofs     *auth.ProofOfWork
	questions  *auth.Sealer // to Akismet
	commenters *auth.CommenterKeys
	addresses  *auth.AddressHasher
	judging    judging
	learning   learning
	render     *markdown.Renderer
	media      MediaFiles
	pages      *pages
	app        *adminApp
	starter    *starterSite
	mail       Mail // nil: it is off
	push       Push // the same
	pushKey    string
	links      *Links
	deskStyle  string // address of the style sheet of the pages that mails lead to
}

// New makes the server of the whole API.
func New(c Config, p Parts) (*Server, error) {
	s := &site{
		store: p.Store, secret: p.Secret, hasher: p.Hasher, media: p.Media, render: markdown.New(),
		refresh: auth.NewRefreshTokens(p.Secret), edits: auth.NewEditTokens(p.Secret), addresses: auth.NewAddressHasher(p.Secret),
		forms: auth.NewFormTokens(p.Secret), proofs: auth.NewProofOfWork(p.Secret), questions: auth.NewSealer(p.Secret, auth.AkismetKey), commenters: auth.NewCommenterKeys(p.Secret),
		mail: p.Mail, push: p.Push, pushKey: newPushPublicKey(p.Secret), links: NewLinks(c.PublicURL, p.Secret),
	}
	c.RefreshCookie = refreshCookieName(c.PublicURL)
	c.CursorKey = p.Secret.Derive(auth.CursorKey)
	c.Authenticate, c.Ping, c.CacheControl = s.authenticate, p.Store.Ping, s.publicCacheControl
	var rows []route
	server, err := newServer(c, func(server *Server) []route {
		s.Server = server
		server.formPage, server.deskRefusal = s.writeFormPage, s.writeDeskRefusal
		server.strayed = func(c *gin.Context) bool { return s.showApp(c) || s.showNothing(c) }
		s.access = auth.NewTokens(c.PublicURL, server.now, p.Secret)
		rows = s.routes()
		return rows
	})
	if err != nil {
		return nil, err
	}
	p.Store.Listen(models.Listener{Changed: server.Clear, ChangedSoon: server.ClearSoon, ChangedAll: server.ClearAll})
	if s.pages, err = server.newPages(rows); err != nil {
		return nil, err
	}
	if s.app, err = server.newAdminApp(); err != nil {
		return nil, err
	}
	if s.starter, err = server.newStarterSite(s.pages); err != nil {
		return nil, err
	}
	s.deskStyle, err = server.newDeskStyle(s.pages)
	return server, err
}

// routes is everything that is served: method, path, name, who may call it, how often, what answers. Nothing else decides about
// access. (The server itself adds /healthz, /readyz and /openapi.json.)
func (s *site) routes() []route {
	const api, admin, authn = apiPath, adminPath, authPath
	return []route{
		// For frontends: the same answer for everybody, no login.
		public(api+"/site", "readSite", s.readSite, about("The site", "What a frontend shows around the posts.")),
		public(api+"/posts", "listPosts", s.listPosts, about("List published posts", "Newest first, without bodies.")),
		public(api+"/posts/{slug}", "readPost", s.readPost, about("Read a post"), fails(308)),
		public(api+"/posts/{slug}/comments", "listComments", s.listComments, about("Read the thread of a post or page"), fails(308)),
		public(api+"/pages", "listPages", s.listPages, about("List published pages", "By title.")),
		public(api+"/pages/{slug}", "readPage", s.readPage, about("Read a page"), fails(308)),
		public(api+"/comments/{id}/replies", "listReplies", s.listReplies, about("Read the further answers to a comment", "Of a comment that answers no other and has more than 50 below it.")),
		public(api+"/comments/counts", "countComments", s.countComments, about("Count the comments of up to 100 posts")),
		public(api+"/tags", "listTags", s.listTags, about("List tags", "By name, without internal ones.")),
		public(api+"/tags/{slug}", "readTag", s.readTag, about("Read a tag")),
		public(api+"/authors", "listAuthors", s.listAuthors, about("List authors", "Only people with a published post.")),
		public(api+"/authors/{slug}", "readAuthor", s.readAuthor, about("Read an author")),
		public(api+"/search", "search", s.search, about("Search posts and pages", "The best match first.")),
		public(changesPath, "listChanges", s.listChanges,
			about("Follow what changes", "What appeared, changed or was removed since you last asked, in order, each thing once with its newest state: for static builds and search indexes. "+
				"Begin without `since`, do what `data` asks for, keep `page.next`, and send it as `since` the next time.",
				"A post is listed when its own answer changes, also because a tag or an author that it shows is called differently; counts, comments and who may comment are left aside. "+
					"After a change of `site`, build everything anew.",
				"What was removed is told for 90 days. An older cursor is refused with 410: begin anew."), fails(410)),
		op("GET", api+"/preview/{token}", "readPreview", anyone, none, s.readPreview, about("Read an unpublished post by its preview link")),
		plain("GET", "/media/{folder}/{file}", "readMedia", anyone, none, s.readMedia, about("Read a picture"), produces("image/png")),

		// What readers see without a frontend.
		plain("GET", "/", "showFront", anyone, none, s.shows(s.frontPage), about("The starter site", "Its pages are 404 where starter_site is off."), sitePage()),
		plain("GET", "/posts/{slug}", "showPost", anyone, none, s.shows(s.postPage), about("A post as a page"), sitePage(), fails(308)),
		plain("GET", "/pages/{slug}", "showPage", anyone, none, s.shows(s.postPage), about("A page as a page"), sitePage(), fails(308)),
		plain("GET", "/tags/{slug}", "showTag", anyone, none, s.shows(s.tagPage), about("The posts with a tag"), sitePage()),
		plain("GET", "/authors/{slug}", "showAuthor", anyone, none, s.shows(s.authorSheet), about("The posts of an author"), sitePage()),
		plain("GET", "/preview/{token}", "showPreview", anyone, none, s.showsUnreferred(s.previewPage), about("An unpublished post as a page", "What a preview link leads to, unless preview_url is set."), sitePage()),
		plain("GET", "/search", "showSearch", anyone, none, s.shows(s.searchPage), about("The search page"), sitePage()),

		// For people with a browser.
		plain("GET", "/docs", "readDocs", anyone, none, s.readDocs, about("The API, for people"), produces("text/html"), kept()),
		plain("GET", "/admin/setup", "readSetupPage", anyone, none, s.readSetupPage,
			about("Open the setup page", "The start prints a link to it, once. It makes the owner."), produces("text/html")),
		plain("GET", "/assets/{file}", "readAsset", anyone, none, s.readAsset, about("Read what the pages load", "Styles, scripts and pictures."), producesAssets(), kept()),
		plain("GET", "/widget.js", "readWidget", anyone, none, s.readWidget, about("Read the comment widget", "A script for any page: it shows a thread and takes comments."), produces("text/javascript"), kept()),

		// For readers.
		op("POST", api+"/posts/{slug}/comments", "createComment", anyone, comment, s.createComment,
			about("Comment on a post or page", "What was sent is judged before anybody sees it. Held or spam: the answer is the same."),
			status(http.StatusCreated), upTo(maxCommentRequest), fails(303, 308, 403, 409), takesForms()),

		op("GET", api+"/posts/{slug}/comments/form", "readCommentForm", anyone, none, s.readCommentForm,
			about("Begin a comment form", "A signed time to send along, and the limits."), fails(308)),
		op("POST", api+"/comments/preview", "previewComment", anyone, react, s.previewComment, about("Show what a comment would look like"), upTo(maxCommentRequest)),
		op("GET", api+"/comments/{id}", "readOwnComment", anyone, none, s.readOwnComment, about("Read one's own comment", "With its edit token, held or not. Without it there is nothing here.")),
		op("PATCH", api+"/comments/{id}", "changeOwnComment", anyone, comment, s.changeOwnComment,
			about("Change one's own comment", "Within 15 minutes, unless the owner has set another time. It is judged again."), upTo(maxCommentRequest), fails(403)),
		op("DELETE", api+"/comments/{id}", "deleteOwnComment", anyone, comment, s.deleteOwnComment,
			about("Delete one's own comment", "Within the same time. If it was answered, its place stays."), fails(403)),
		op("POST", api+"/commenters", "createCommenter", anyone, react, s.createCommenter,
			about("Get a reader's key", "To like or report before a first comment, which brings one too."), status(http.StatusCreated)),
		op("POST", api+"/comments/{id}/like", "likeComment", anyone, react, s.likeComment, about("Like a comment", "Each reader counts once.")),
		op("DELETE", api+"/comments/{id}/like", "unlikeComment", anyone, react, s.unlikeComment, about("Take a like back")),
		op("POST", api+"/comments/{id}/report", "reportComment", anyone, react, s.reportComment, about("Report a comment to the moderators")),
		op("POST", api+"/posts/{slug}/reaction", "reactToPost", anyone, react, s.reactToPost, about("React to a post", "Each reader counts once."), fails(308)),
		op("DELETE", api+"/posts/{slug}/reaction", "takeReactionBack", anyone, react, s.takeReactionBack, about("Take a reaction back"), fails(308)),
		plain("GET", "/avatars/{file}", "readAvatar", anyone, none, s.readAvatar, about("Read the avatar of a reader", "Drawn from a variant and an initial."), produces("image/svg+xml")),

		op("POST", api+"/posts/{slug}/subscriptions", "subscribe", anyone, subscribe, s.subscribe,
			about("Ask for mails about new comments", "Always the same answer. Nothing is sent before whoever has the address has said yes."), status(http.StatusAccepted), fails(308)),

		// The pages that mails lead to. To open one shows, a button acts.
		plain("GET", moderatePath+"/{token}", "showModeration", anyone, none, s.desk(s.showModeration), about("Look at a comment that waits", "By the link in a moderator's mail."), produces("text/html"), byPages()),
		plain("POST", moderatePath+"/{token}", "moderate", anyone, react, s.desk(s.moderate),
			about("Decide about a comment by the link in a mail", "It works once; what was done can be taken back for ten minutes."), takes(contentForm), upTo(maxDeskForm), produces("text/html"), byPages()),
		plain("GET", confirmPath+"/{token}", "showConfirmation", anyone, none, s.desk(s.showConfirmation), about("See what was asked for with an address"), produces("text/html"), byPages()),
		plain("POST", confirmPath+"/{token}", "confirm", anyone, react, s.desk(s.confirm), about("Say yes or no to it"), takes(contentForm), upTo(maxDeskForm), produces("text/html"), byPages()),
		plain("GET", unsubscribePath+"/{token}", "showUnsubscription", anyone, none, s.desk(s.showUnsubscription), about("See what would end"), produces("text/html"), byPages()),
		plain("POST", unsubscribePath+"/{token}", "unsubscribe", anyone, none, s.desk(s.unsubscribe),
			about("End a subscription", "By the page, or by the one click of a mail program (RFC 8058)."), maybeTakes(contentForm, "multipart/form-data"), upTo(maxDeskForm), produces("text/html"), byPages()),
		plain("GET", ownPath, "showAsking", anyone, none, s.desk(s.showAsking), about("Ask for the link to one's own page", "A form."), produces("text/html"), byPages()),
		plain("POST", ownPath, "askForLink", anyone, subscribe, s.desk(s.askForLink), about("Have the link mailed", "Always the same answer."), takes(contentForm), upTo(maxAuthRequest), produces("text/html"), byPages()),
		plain("GET", ownPath+"/{token}", "showOwn", anyone, none, s.desk(s.showOwn), about("See what is kept of oneself", "Comments and their state, subscriptions."), produces("text/html"), byPages()),
		plain("POST", ownPath+"/{token}", "changeOwn", anyone, comment, s.desk(s.changeOwn),
			about("Change what is kept of oneself", "Edit and delete comments, end subscriptions, erase everything."), takes(contentForm), upTo(maxDeskForm), produces("text/html"), byPages()),
		plain("GET", ownPath+"/{token}/data.json", "downloadOwn", anyone, none, s.desk(s.downloadOwn), about("Download what is kept of oneself"), produces("application/json"), looksLike(ownDataExample), byPages()),
		plain("GET", ownPath+"/{token}/erase", "showErasing", anyone, none, s.desk(s.showErasing), about("Be asked before everything is erased"), produces("text/html"), byPages()),

		// Signing in.
		op("POST", authn+"/setup", "setUp", anyone, login, s.setUp, about("Make the owner of a new blog", "Once, with the link that the start printed."),
			status(http.StatusCreated), upTo(maxAuthRequest), fails(401, 403, 409)),
		op("POST", authn+"/login", "logIn", anyone, login, s.logIn, about("Sign in"), upTo(maxAuthRequest), fails(401, 403)),
		op("POST", authn+"/refresh", "refreshSession", anyone, none, s.refreshSession,
			about("Get a new access token", "The refresh token is exchanged too; for 10 seconds the old one gives the same successor, later it ends the session."),
			upTo(maxAuthRequest), byCookie(), fails(401, 403)),
		op("POST", authn+"/logout", "logOut", anyone, none, s.logOut, about("Sign out"), status(http.StatusNoContent), upTo(maxAuthRequest), byCookie(), fails(403)),
		op("POST", authn+"/forgot", "forgot", anyone, subscribe, s.forgot, about("Have the link to a new password mailed", "Always the same answer."), status(http.StatusAccepted), upTo(maxAuthRequest), fails(403)),
		op("POST", authn+"/reset", "reset", anyone, login, s.reset, about("Set a new password by the link in the mail", "Once, within an hour. Every session ends."),
			status(http.StatusNoContent), upTo(maxAuthRequest), fails(401, 403)),
		op("POST", authn+"/invite/look", "lookAtInvite", anyone, login, s.lookAtInvite, about("See who invites you to what", "By the link of the invite."), upTo(maxAuthRequest), fails(401, 403)),
		op("POST", authn+"/invite", "acceptInvite", anyone, login, s.acceptInvite, about("Accept an invite", "Once. It makes the account and signs in."),
			status(http.StatusCreated), upTo(maxAuthRequest), fails(401, 403, 409)),
		op("GET", authn+"/me", "readMe", member, none, s.readMe, about("Who am I?")),
		op("PATCH", authn+"/me", "changeMe", member, none, s.changeMe, about("Change my profile")),
		op("POST", authn+"/password", "changePassword", member, login, s.changePassword,
			about("Change my password", "Every session ends, and a new one begins."), upTo(maxAuthRequest)),
		op("GET", authn+"/sessions", "listSessions", member, none, s.listSessions, about("List my sessions")),
		op("DELETE", authn+"/sessions", "endOtherSessions", member, none, s.endOtherSessions, about("Sign out everywhere but here")),
		op("DELETE", authn+"/sessions/{id}", "deleteSession", member, none, s.deleteSession, about("End one of my sessions")),

		// For writers. Authors see and change their own posts only.
		op("GET", admin+"/posts", "listAdminPosts", author, none, s.listAdminPosts, about("List posts and pages of every status")),
		op("POST", admin+"/posts", "createPost", author, none, s.createPost, about("Write a post or page"), status(http.StatusCreated), upTo(maxPostRequest)),
		op("GET", admin+"/posts/{id}", "readAdminPost", author, none, s.readAdminPost, about("Read a post to edit it")),
		op("PATCH", admin+"/posts/{id}", "changePost", author, none, s.changePost, about("Change a post", "Only the fields that are sent."), upTo(maxPostRequest), fails(412, 428)),
		op("DELETE", admin+"/posts/{id}", "deletePost", author, none, s.deletePost, about("Delete a post for good", "With its comments and revisions."), fails(412, 428)),
		op("GET", admin+"/posts/{id}/revisions", "listRevisions", author, none, s.listRevisions, about("List the revisions of a post", "Newest first.")),
		op("GET", admin+"/posts/{id}/revisions/{number}", "readRevision", author, none, s.readRevision, about("Read a revision")),
		op("POST", admin+"/posts/{id}/revisions/{number}/restore", "restoreRevision", author, none, s.restoreRevision,
			about("Bring a revision back", "Never status, slug or dates."), fails(412, 428)),
		op("GET", admin+"/posts/{id}/working-copy", "readWorkingCopy", author, none, s.readWorkingCopy, about("Read the unsaved version of a post")),
		op("PUT", admin+"/posts/{id}/working-copy", "saveWorkingCopy", author, none, s.saveWorkingCopy, about("Keep an unsaved version of a post", "Autosave: nothing goes live."), upTo(maxPostRequest)),
		op("DELETE", admin+"/posts/{id}/working-copy", "deleteWorkingCopy", author, none, s.deleteWorkingCopy, about("Drop the unsaved version of a post")),
		op("POST", admin+"/posts/{id}/preview", "createPreview", author, none, s.createPreview, about("Make a preview link"), status(http.StatusCreated)),
		op("DELETE", admin+"/posts/{id}/preview", "revokePreviews", author, none, s.revokePreviews, about("Revoke every preview link of a post")),
		op("POST", admin+"/render", "renderBody", author, none, s.renderBody, about("Show what a body would become"), upTo(maxPostRequest)),
		op("GET", admin+"/media", "listMedia", author, none, s.listMedia, about("List uploaded pictures", "Newest first. Authors see their own.")),
		op("POST", admin+"/media", "uploadMedia", author, none, s.uploadMedia,
			about("Upload a picture", "It is made anew: nothing is left of where and with what it was taken. Smaller sizes follow by themselves."),
			status(http.StatusCreated), takesPicture("alt"), fails(408, 507)),
		op("GET", admin+"/media/{id}", "readMediaFile", author, none, s.readMediaFile, about("Read what is known of a picture", "With the posts that show it.")),
		op("PATCH", admin+"/media/{id}", "changeMedia", author, none, s.changeMedia, about("Change what is said of a picture")),
		op("POST", admin+"/media/{id}/replace", "replaceMedia", author, none, s.replaceMedia,
			about("Put another file in the place of a picture", "Every post that shows it is rewritten and gets a revision. The former file stays for 30 days, for pages made elsewhere."),
			takesPicture(), fails(408, 409, 507)),
		op("DELETE", admin+"/media/{id}", "deleteMedia", author, none, s.deleteMedia, about("Delete a picture and its files", "One that posts show stays, unless force is true: then a gap is left in them."), fails(409)),
		op("GET", admin+"/tags", "listAdminTags", author, none, s.listAdminTags, about("List tags, internal ones too")),
		op("POST", admin+"/tags", "createTag", editor, none, s.createTag, about("Make a tag"), status(http.StatusCreated), fails(409)),
		op("GET", admin+"/tags/{id}", "readAdminTag", author, none, s.readAdminTag, about("Read a tag to edit it")),
		op("PATCH", admin+"/tags/{id}", "changeTag", editor, none, s.changeTag, about("Change a tag"), fails(409)),
		op("DELETE", admin+"/tags/{id}", "deleteTag", editor, none, s.deleteTag, about("Delete a tag", "Its posts stay.")),
		op("POST", admin+"/tags/{id}/merge", "mergeTag", editor, none, s.mergeTag, about("Merge a tag into another")),

		// For moderators. Authors decide about the comments on their own posts.
		op("GET", admin+"/stats", "readStats", moderator, none, s.readStats, about("Read what wants attention", "Numbers for the first screen, in one answer. Authors see those of their own posts.")),
		op("GET", admin+"/pulse", "readPulse", moderator, none, s.readPulse, about("Read whether something new has come", "To be asked again and again.")),
		op("GET", admin+"/comments", "listAdminComments", moderator, none, s.listAdminComments, about("List comments with their verdicts", "Without status: every status.")),
		op("GET", admin+"/comments/{id}", "readAdminComment", moderator, none, s.readAdminComment, about("Read a comment with its verdict")),
		op("PATCH", admin+"/comments/{id}", "changeComment", moderator, none, s.changeComment, about("Decide about a comment, change its text, pin it"), fails(409)),
		op("DELETE", admin+"/comments/{id}", "deleteComment", moderator, none, s.deleteComment, about("Delete a comment for good", "After ten minutes, in which it can be taken back. What answers it stays.")),
		op("POST", admin+"/comments/bulk", "decideComments", moderator, none, s.decideComments, about("Decide about many comments", "By their ids, or by a filter; 1,000 at most.")),
		op("GET", admin+"/moderation/dimmer", "readDimmer", moderator, none, s.readDimmer, about("Read what moves the dimmer level", "A flood raises it by itself; the switch holds or closes all for a day.")),
		op("POST", admin+"/comments/undo", "undoModeration", moderator, none, s.undoModeration, about("Take back what you did to comments", "Within ten minutes."), fails(404, 409)),
		op("POST", admin+"/comments/{id}/reply", "replyToComment", moderator, none, s.replyToComment, about("Answer a comment", "Readers see the answer at once."),
			status(http.StatusCreated), fails(409)),

		op("GET", admin+"/snippets", "listSnippets", moderator, none, s.listSnippets, about("List answers that are kept", "For the whole blog, by title; 50 at most.")),

		op("GET", admin+"/push", "readPush", moderator, none, s.readPush, about("Read which of my devices are told of comments that wait", "By Web Push, without mail.")),
		op("POST", admin+"/push/subscriptions", "createPush", moderator, none, s.createPush, about("Have a browser told", "With what its PushManager has given. To send the same again is right."), status(http.StatusCreated), fails(409)),
		op("DELETE", admin+"/push/subscriptions/{id}", "deletePush", moderator, none, s.deletePush, about("Tell a browser nothing any more")),
		op("POST", admin+"/push/subscriptions/{id}/test", "testPush", moderator, none, s.testPush, about("Tell a browser something now", "If it does not get through, detail says why."), fails(409, 502)),

		// For moderators of every post.
		op("POST", admin+"/snippets", "createSnippet", everyComment, none, s.createSnippet, about("Keep an answer"), status(http.StatusCreated), fails(409)),
		op("PATCH", admin+"/snippets/{id}", "changeSnippet", everyComment, none, s.changeSnippet, about("Change an answer that is kept")),
		op("DELETE", admin+"/snippets/{id}", "deleteSnippet", everyComment, none, s.deleteSnippet, about("Delete an answer that was kept")),
		op("PUT", admin+"/moderation/quiet", "turnQuietOn", everyComment, none, s.turnQuietOn, about("Hold everything, or close all", "For a day, or as long as is said.")),
		op("DELETE", admin+"/moderation/quiet", "turnQuietOff", everyComment, none, s.turnQuietOff, about("End it now")),
		op("DELETE", admin+"/moderation/flood", "putLevelBack", everyComment, none, s.putLevelBack, about("Put back the level that a flood has raised", "For an hour it does not rise by itself again.")),
		op("POST", admin+"/moderation/rehearse", "rehearseRules", everyComment, none, s.rehearseRules,
			about("Try rules on the past", "What they would have made of the last 500 comments, and what you decided about those. Nothing changes.")),
		op("GET", admin+"/commenters", "listCommenters", everyComment, none, s.listCommenters, about("List readers who have written", "The newest first.")),
		op("GET", admin+"/commenters/{id}", "readCommenter", everyComment, none, s.readCommenter, about("Read a reader")),
		op("POST", admin+"/commenters/{id}/block", "blockCommenter", everyComment, none, s.blockCommenter, about("Block a reader", "Her new comments are spam; those that are there go where you say.")),
		op("DELETE", admin+"/commenters/{id}/block", "unblockCommenter", everyComment, none, s.unblockCommenter, about("Unblock a reader")),
		op("POST", admin+"/commenters/{id}/trust", "trustCommenter", everyComment, none, s.trustCommenter, about("Trust a reader", "Her new comments pass where newcomers are held.")),
		op("DELETE", admin+"/commenters/{id}/trust", "distrustCommenter", everyComment, none, s.distrustCommenter, about("Trust a reader no longer")),
		op("POST", admin+"/commenters/{id}/remove", "removeCommentsOf", everyComment, none, s.removeCommentsOf, about("Remove all comments of a reader", "To spam or to the trash; it can be taken back.")),

		// For the owner.
		op("GET", admin+"/users", "listUsers", editor, none, s.listUsers, about("List people")),
		op("POST", admin+"/users", "createUser", owner, none, s.createUser, about("Add a person"), status(http.StatusCreated)),
		op("GET", admin+"/users/{id}", "readUser", editor, none, s.readUser, about("Read a person")),
		op("PATCH", admin+"/users/{id}", "changeUser", owner, none, s.changeUser, about("Change a person"), fails(409)),
		op("DELETE", admin+"/users/{id}", "deleteUser", owner, none, s.deleteUser, about("Remove a person"), fails(409)),
		op("DELETE", admin+"/users/{id}/sessions", "endSessionsOf", owner, none, s.endSessionsOf, about("Sign a person out everywhere")),
		op("GET", admin+"/invites", "listInvites", owner, none, s.listInvites, about("List invites", "The newest first; for a month also what became of them.")),
		op("POST", admin+"/invites", "createInvite", owner, none, s.createInvite,
			about("Invite somebody", "By a link that is good for three days, once. It goes out by mail too, if mail is on. An open invite for the same address ends."), status(http.StatusCreated), fails(409)),
		op("DELETE", admin+"/invites/{id}", "deleteInvite", owner, none, s.deleteInvite, about("Take an invite back")),
		op("GET", admin+"/settings", "readSettings", editor, none, s.readSettings, about("Read the settings")),
		op("PATCH", admin+"/settings", "changeSettings", owner, none, s.changeSettings, about("Change settings")),
		op("GET", admin+"/tokens", "listTokens", owner, none, s.listTokens, about("List API tokens")),
		op("POST", admin+"/tokens", "createToken", owner, none, s.createToken, about("Make an API token"), status(http.StatusCreated)),
		op("DELETE", admin+"/tokens/{id}", "deleteToken", owner, none, s.deleteToken, about("End an API token")),
		op("GET", admin+"/outbox", "listDeliveries", editor, none, s.listDeliveries, about("List mails and what became of them", "The newest first. Never what they say.")),
		op("POST", admin+"/outbox/{id}/retry", "retryDelivery", owner, none, s.retryDelivery, about("Send a mail on its way again"), fails(409)),
		op("POST", admin+"/mail/test", "sendTestMail", owner, none, s.sendTestMail, about("Send a test mail to myself", "If it does not get through, detail says why."), fails(409, 502)),
		op("GET", admin+"/events", "listEvents", owner, none, s.listEvents, about("Who did what", "Newest first.")),
	}
}

// refreshCookieName binds the cookie to this host where the connection allows it.
func refreshCookieName(publicURL string) string {
	if len(publicURL) > 8 && publicURL[:8] == "https://" {
		return "__Host-dimmer_refresh"
	}
	return "dimmer_refresh"
}

func isStale(err error) bool { return errors.Is(err, models.ErrStale) }

// data is an answer about one thing.
func data[V any](v V) *reply[one[V]] { return &reply[one[V]]{one[V]{v}} }

// listing is an answer about many things.
func listing[T, V any](s *site, p Paging, found models.List[T], view func(T) V) (*listed[V], error) {
	body, link, err := listOf(s.Server, p, found, view)
	if err != nil {
		return nil, err
	}
	return &listed[V]{Link: link, Body: body}, nil
}
