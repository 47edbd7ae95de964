//go:build !race

package markdown

// slowdown is how much longer work takes without the race detector: not at all.
const slowdown = 1
