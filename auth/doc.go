// Package auth decides who somebody is: passwords, access and refresh tokens, API tokens and other one-purpose keys, roles,
// scopes, e-mail addresses, and every key derived from the instance's secret.
//
// It is pure. A database, HTTP, the environment and the counting of attempts do not belong here, and neither does the question
// what a person may do with a certain post: that is asked where the post is.
package auth

import "errors"

// ErrUnauthenticated says that a credential is missing, wrong, expired or meant for something else. Every refusal of a token in
// this package wraps it. The texts beside it are written for the person concerned and never repeat what was sent.
var ErrUnauthenticated = errors.New("not signed in")
