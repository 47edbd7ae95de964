package main

import (
	"math"

	"golang.org/x/sys/unix"
)

// dropNewcomers lets the kernel drop whatever would begin a connection to a listening socket (a TCP segment with SYN and without ACK). Connections that
// it has answered already become whole, and go on. A client that is dropped asks again a second later, and is refused by then.
func dropNewcomers(socket int) error {
	const flags, synAndACK, syn = 13, 0x12, 0x02 // byte 13 of a TCP header; its bits
	filter := [...]unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: flags},
		{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: synAndACK},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: syn, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		{Code: unix.BPF_RET | unix.BPF_K, K: math.MaxUint32},
	}
	return unix.SetsockoptSockFprog(socket, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
}
