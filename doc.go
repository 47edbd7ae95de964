// Package dimmer is the root of the module and holds what must be true of all its packages, as tests. No code of the program
// belongs here: that begins in cmd/dimmer.
package dimmer
