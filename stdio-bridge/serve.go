// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// bridge is the running `serve`.
type bridge struct {
	serveOptions
	reaper      *reaper
	stderrLog   *stderrLog
	stderrWrite *os.File // the write end of the pipe that is every child's stderr
	own         io.Writer
	slots       chan struct{} // one per connection
	endAll      chan struct{} // closed when the children must end
	connections sync.WaitGroup

	refusals struct {
		sync.Mutex
		last   time.Time
		hidden int
	}
}

// serve returns nil after SIGTERM, once the children have ended.
func serve(o serveOptions, own io.Writer) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	// Asking for SIGPIPE turns it into a write error, so a lost log pipe does not end the bridge.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	reaper, err := newReaper()
	if err != nil {
		return fmt.Errorf("cannot take over orphaned processes: %w; run it on Linux 3.4 or newer, with a seccomp profile that allows prctl", err)
	}
	stderrRead, stderrWrite, err := pipe(false)
	if err != nil {
		return fmt.Errorf("cannot make the stderr pipe: %w", err)
	}
	b := &bridge{
		serveOptions: o, reaper: reaper, stderrLog: newStderrLog(), stderrWrite: stderrWrite, own: own,
		slots: make(chan struct{}, o.maxConnections), endAll: make(chan struct{}),
	}
	calls, callsErr := listen(o.socket)
	errs, errsErr := listen(o.stderrSocket)
	if err := errors.Join(callsErr, errsErr); err != nil {
		for _, l := range []*net.UnixListener{calls, errs} {
			if l != nil {
				_ = l.Close()
			}
		}
		return err
	}
	pumped := make(chan struct{})
	go func() {
		defer close(pumped)
		_, _ = io.Copy(b.stderrLog, stderrRead)
	}()
	var accepting sync.WaitGroup
	accepting.Add(2)
	go func() { defer accepting.Done(); b.accept(calls, b.serveCalls) }()
	go func() { defer accepting.Done(); b.accept(errs, b.serveStderr) }()
	b.logf("listening on `%s` for user id %d", o.socket, o.peerUID)

	<-signals
	_ = calls.Close() // also removes the socket
	_ = errs.Close()
	accepting.Wait()
	done := make(chan struct{})
	go func() { b.connections.Wait(); close(done) }()
	select {
	case <-done:
	case <-signals: // asked twice: do not linger
	case <-time.After(o.linger):
		b.logf("the sidecar still holds a connection %s after SIGTERM; ending the server", o.linger)
	}
	close(b.endAll)
	select {
	case <-done:
	case <-time.After(3*stdinGrace + 2*o.stopGrace): // what is left ends with process 1
	}
	_ = stderrWrite.Close()
	select {
	case <-pumped:
	case <-time.After(time.Second): // an escaped process still holds the pipe
	}
	b.stderrLog.finish(time.Second)
	return nil
}

// listen makes a socket that everyone may connect to: the peer's user id decides, not the file mode, because the
// two containers share no group.
func listen(path string) (*net.UnixListener, error) {
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("`%s`: %w; mount a volume there that this container may write", path, cause(err))
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("`%s` exists and is not a socket; remove it, or give another path", path)
	default:
		if conn, err := net.DialTimeout("unix", path, time.Second); !errors.Is(err, syscall.ECONNREFUSED) {
			if err == nil {
				_ = conn.Close()
			}
			return nil, fmt.Errorf("`%s` belongs to a process that is still listening; end that one, or give another path", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("`%s`: cannot remove the stale socket: %w; make its folder writable for user id %d", path, cause(err), os.Getuid())
		}
	}
	// Born with its mode: a chmod afterwards would leave a moment in which the sidecar is refused.
	umask := syscall.Umask(0o111)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	syscall.Umask(umask)
	if err != nil {
		return nil, fmt.Errorf("`%s`: cannot listen: %w; its folder must exist and be writable for user id %d", path, cause(err), os.Getuid())
	}
	return l, nil
}

// accept hands the connections of the one right peer to serve, which must not block, and closes all others unread.
func (b *bridge) accept(l *net.UnixListener, serve func(*net.UnixConn)) {
	for {
		conn, err := l.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			b.refused("cannot accept a connection: %v", cause(err))
			time.Sleep(100 * time.Millisecond) // out of file descriptors, most likely
			continue
		}
		uid, err := peerUID(conn)
		switch {
		case err != nil:
			b.refused("refused a connection: cannot tell its user id: %v", cause(err))
		case uid != b.peerUID:
			b.refused("refused a connection of user id `%d`; only %d, the sidecar, may connect", uid, b.peerUID)
		default:
			serve(conn)
			continue
		}
		_ = conn.Close()
	}
}

// peerUID is the effective user id that the peer had when it connected; the kernel vouches for it (unix(7)).
func peerUID(conn *net.UnixConn) (uint32, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *syscall.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err := errors.Join(err, credErr); err != nil {
		return 0, err
	}
	return cred.Uid, nil
}

func (b *bridge) serveCalls(conn *net.UnixConn) {
	select {
	case b.slots <- struct{}{}:
	default:
		b.refused("refused a connection: `%d` are open, which is --max-connections; close one first", b.maxConnections)
		_ = conn.Close()
		return
	}
	b.connections.Add(1)
	go func() {
		defer b.connections.Done()
		defer func() { <-b.slots }()
		b.bridge(conn)
	}()
}

func (b *bridge) serveStderr(conn *net.UnixConn) {
	go func() {
		if !b.stderrLog.serve(conn) {
			b.refused("refused a second reader of stderr; close the first one before")
			_ = conn.Close()
		}
	}()
}

// logf tells the container's log and the sidecar. Only the command's name is ever logged, never its arguments.
func (b *bridge) logf(format string, values ...any) {
	line := fmt.Appendf(nil, "stdio-bridge: "+format+"\n", values...)
	_, _ = b.own.Write(line)
	_, _ = b.stderrLog.Write(line)
}

// refused is logf at most once a second, since anyone in the pod can cause it.
func (b *bridge) refused(format string, values ...any) {
	b.refusals.Lock()
	defer b.refusals.Unlock()
	if time.Since(b.refusals.last) < time.Second {
		b.refusals.hidden++
		return
	}
	b.refusals.last = time.Now()
	if b.refusals.hidden > 0 {
		format += fmt.Sprintf(" (and %d more refusals since the last such line)", b.refusals.hidden)
		b.refusals.hidden = 0
	}
	b.logf(format, values...)
}
