// Package handlers is the HTTP side of Dimmer: one list of routes, who may call each, what goes in and comes out, and how errors
// read. It holds no SQL and no rule about posts or comments: those are in package models.
//
// Where a request goes, in this order:
//
//	log.go       observe: gives it an id, catches a panic, writes its one line of log
//	route.go     the row it matches: path, access, limit, handler (the rows themselves stand in routes.go)
//	guard.go     everything that must hold before the handler runs: path, origin, access, limit, query, body
//	json.go      strict decoding; huma then checks the values against the input type
//	the handler  a method of [Server] in the file named after its resource
//	delivery.go  public answers: made once, then ETag, 304, compression     errors.go  every refusal, as a problem
//
// A row is of one of three kinds. op is the ordinary one: typed input, typed answer, never cached. public is a GET whose answer
// is the same for everybody: it leaves as bytes that a cache may keep. plain is for what is not JSON. All three stand in the
// OpenAPI document (document.go), with their access and their limit.
package handlers
