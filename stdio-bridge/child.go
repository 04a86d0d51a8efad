// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// stdinGrace is how long a child may take to end by itself after its stdin was closed, before SIGTERM: the order
// that MCP's stdio transport asks for.
const stdinGrace = time.Second

// bridge runs one child for one connection and returns when both are gone.
func (b *bridge) bridge(conn *net.UnixConn) {
	defer conn.Close()
	hungUp, err := watchHangUp(conn)
	if err != nil {
		b.logf("closed a connection: cannot watch it: %v", err)
		return
	}
	child, stdin, stdout, err := b.startChild()
	if err != nil {
		b.logf("cannot start the server `%s`: %v; the container's command must name a program that its image holds", b.command[0], cause(err))
		_ = conn.CloseRead()
		_ = conn.CloseWrite()
		<-hungUp
		return
	}
	began := time.Now()

	inputEnded, drained, flushed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		_, _ = io.Copy(stdin, conn)
		close(inputEnded) // the sidecar closed its side, or the child its stdin
		_, _ = io.Copy(io.Discard, conn)
		close(drained)
	}()
	go func() {
		_, _ = io.Copy(conn, stdout)
		_, _ = io.Copy(io.Discard, stdout) // the sidecar is gone; do not block the child while it ends
		close(flushed)
	}()

	why := "by itself"
	select {
	case <-child.ended:
	case <-inputEnded:
		why = "after its stdin was closed"
	case <-hungUp:
		why = "after the sidecar closed the connection"
		select { // what the sidecar sent before may still be on its way
		case <-inputEnded:
		case <-child.ended:
		case <-time.After(stdinGrace):
		}
	case <-b.endAll:
		why = "because the bridge is stopping"
	}
	_ = stdin.Close()
	b.endGroup(child)

	// What the child wrote last still reaches the sidecar, unless the sidecar does not read or a process that left
	// the group keeps stdout open.
	deadline := time.Now().Add(max(b.stopGrace, time.Second))
	_ = stdout.SetReadDeadline(deadline)
	_ = conn.SetWriteDeadline(deadline)
	<-flushed
	_ = stdout.Close()
	_ = conn.CloseWrite()
	_ = conn.CloseRead()
	<-hungUp
	<-drained // closing with unread bytes would look like a reset to the sidecar
	b.logf("the server ended %s, %s, after %s", why, describe(child.status), time.Since(began).Round(time.Millisecond))
}

func (b *bridge) startChild() (child *process, stdin, stdout *os.File, err error) {
	path, err := exec.LookPath(b.command[0])
	if err != nil {
		return nil, nil, nil, err
	}
	childIn, stdin, err := pipe(true)
	if err != nil {
		return nil, nil, nil, err
	}
	defer childIn.Close()
	stdout, childOut, err := pipe(false)
	if err != nil {
		_ = stdin.Close()
		return nil, nil, nil, err
	}
	defer childOut.Close()
	child, err = b.reaper.start(path, b.command, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{childIn.Fd(), childOut.Fd(), b.stderrWrite.Fd()},
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		_ = stdin.Close()
		_ = stdout.Close()
		return nil, nil, nil, err
	}
	return child, stdin, stdout, nil
}

// pipe makes a pipe of which only our end is non-blocking, hence has deadlines and can be closed while in use; a
// child expects a blocking one.
func pipe(weWrite bool) (read, write *os.File, err error) {
	var fds [2]int
	if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	ours := fds[0]
	if weWrite {
		ours = fds[1]
	}
	if err := syscall.SetNonblock(ours, true); err != nil {
		_ = syscall.Close(fds[0])
		_ = syscall.Close(fds[1])
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe"), nil
}

// endGroup ends the child and everything that it started in its process group; at once when nothing is left of it.
func (b *bridge) endGroup(child *process) {
	select {
	case <-child.ended:
	case <-time.After(min(stdinGrace, b.stopGrace)):
	}
	_ = syscall.Kill(-child.pid, syscall.SIGTERM)
	if !groupGone(child.pid, b.stopGrace) {
		_ = syscall.Kill(-child.pid, syscall.SIGKILL)
	}
	<-child.ended
}

// groupGone waits until no member of a process group is left. A group's id is not given to a new process while it
// has members, and the look is too often for it to be given away in between.
func groupGone(group int, patience time.Duration) bool {
	deadline := time.Now().Add(patience)
	for syscall.Kill(-group, 0) != syscall.ESRCH {
		if !time.Now().Before(deadline) {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

// watchHangUp returns a channel that is closed once the connection is shut in both directions. Reading cannot tell
// while the child does not take its input, and then a sidecar that was killed would leave its child behind. The
// connection must be shut down, and the channel waited for, before it is closed.
func watchHangUp(conn *net.UnixConn) (<-chan struct{}, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	var addErr error
	err = raw.Control(func(fd uintptr) { // no events asked for: EPOLLHUP is always reported
		addErr = syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, int(fd), &syscall.EpollEvent{})
	})
	if err == nil {
		err = addErr
	}
	if err != nil {
		_ = syscall.Close(epoll)
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	hungUp := make(chan struct{})
	go func() {
		defer close(hungUp)
		defer syscall.Close(epoll)
		for {
			if n, err := syscall.EpollWait(epoll, make([]syscall.EpollEvent, 1), -1); n > 0 || err != syscall.EINTR {
				return
			}
		}
	}()
	return hungUp, nil
}

func describe(status syscall.WaitStatus) string {
	if status.Signaled() {
		return fmt.Sprintf("killed by signal `%s`", status.Signal())
	}
	return fmt.Sprintf("with exit status `%d`", status.ExitStatus())
}
