package auth

// Slots is how many passwords a hasher computes at once.
func (h *Hasher) Slots() int { return cap(h.slots) }

// Occupy takes every slot until release is called.
func (h *Hasher) Occupy() (release func()) {
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	return func() {
		for range cap(h.slots) {
			<-h.slots
		}
	}
}
