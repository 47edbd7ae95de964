package auth

import "time"

// LoginDelay is how long the next attempt at an account waits after so many wrong passwords in a row: nothing for the first
// four, then 1, 2, 4 … at most 60 s.
func LoginDelay(failures int) time.Duration {
	const free, most = 4, 60 * time.Second
	if failures <= free {
		return 0
	}
	if doublings := failures - free - 1; doublings < 6 {
		return time.Second << doublings
	}
	return most
}
