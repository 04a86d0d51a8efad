// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const stderrKept = 64 << 10

// stderrLog is the last 64 KiB of what the children wrote to stderr and no reader has got yet. Writing never blocks:
// what does not fit pushes out the oldest whole lines (half a line would be read as another one by whoever looks
// for something in it). All methods may be called from any goroutine.
type stderrLog struct {
	mu        sync.Mutex
	changed   *sync.Cond
	ring      [stderrKept]byte
	sent, end int64 // positions in the whole stream; ring holds [sent, end)
	dropped   int64 // bytes pushed out since the reader was last told
	midLine   bool  // the oldest byte kept is inside a line whose beginning was pushed out
	reader    *net.UnixConn
	finishing bool
}

func newStderrLog() *stderrLog {
	s := &stderrLog{}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *stderrLog) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range p {
		if s.end-s.sent == stderrKept {
			s.midLine = true
			s.dropToLineEnd()
		}
		s.ring[s.end%stderrKept] = b
		s.end++
		s.dropToLineEnd()
	}
	s.changed.Broadcast()
	return len(p), nil
}

func (s *stderrLog) dropToLineEnd() {
	for s.midLine && s.sent < s.end {
		s.midLine = s.ring[s.sent%stderrKept] != '\n'
		s.sent++
		s.dropped++
	}
}

// serve sends to conn until conn is closed or finish is called; false when another reader is there.
func (s *stderrLog) serve(conn *net.UnixConn) bool {
	s.mu.Lock()
	if s.reader != nil {
		s.mu.Unlock()
		return false
	}
	s.reader = conn
	s.mu.Unlock()
	go func() { // a reader sends nothing, so reading ends when it goes away
		_, _ = io.Copy(io.Discard, conn)
		s.detach(conn)
	}()
	chunk := make([]byte, 8<<10)
	for {
		n, from, told := s.next(conn, chunk)
		if n == 0 {
			break
		}
		written, err := conn.Write(chunk[:n])
		s.mu.Lock()
		if s.reader == conn {
			s.sent = max(s.sent, from+int64(written))
			if err == nil {
				s.dropped -= told
			}
		}
		s.mu.Unlock()
		if err != nil {
			break
		}
	}
	s.detach(conn)
	return true
}

// next waits for something to send and copies it to chunk; 0 when there is nothing left to do for conn. A notice
// about dropped bytes takes no room in the stream, hence the position of the chunk's beginning is returned too; told is
// the number that the notice states.
func (s *stderrLog) next(conn *net.UnixConn, chunk []byte) (n int, from, told int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.reader == conn && s.sent == s.end && s.dropped == 0 && !s.finishing {
		s.changed.Wait()
	}
	if s.reader != conn {
		return 0, 0, 0
	}
	if s.dropped > 0 {
		n = copy(chunk, fmt.Sprintf("\nstdio-bridge: about %d bytes of the server's stderr were dropped here\n", s.dropped))
		return n, s.sent - int64(n), s.dropped // so that what is sent of the notice moves nothing
	}
	for from = s.sent; n < len(chunk) && from+int64(n) < s.end; n++ {
		chunk[n] = s.ring[(from+int64(n))%stderrKept]
	}
	return n, from, 0
}

func (s *stderrLog) detach(conn *net.UnixConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader == conn {
		s.reader = nil
		_ = conn.Close()
		s.changed.Broadcast()
	}
}

// finish lets the present reader have the rest, for at most the given time.
func (s *stderrLog) finish(patience time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finishing = true
	s.changed.Broadcast()
	if s.reader != nil {
		_ = s.reader.SetWriteDeadline(time.Now().Add(patience))
	}
	for s.reader != nil {
		s.changed.Wait()
	}
}
