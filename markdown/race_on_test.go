//go:build race

package markdown

// slowdown is how much longer work takes under the race detector, generously.
const slowdown = 20
