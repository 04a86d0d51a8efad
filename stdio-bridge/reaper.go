// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// process is a direct child; status is valid once ended is closed.
type process struct {
	pid    int
	ended  chan struct{}
	status syscall.WaitStatus
}

// reaper is the only place that waits for processes: orphans that the kernel hands to process 1 are discarded,
// direct children get their status. os/exec is not used because its Wait and a wait for any process would steal
// from each other.
type reaper struct {
	mu     sync.Mutex
	direct map[int]*process
}

func newReaper() (*reaper, error) {
	// Orphans come to process 1 by themselves; this makes them come here too under a container runtime's own init.
	const prSetChildSubreaper = 36
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); errno != 0 {
		return nil, os.NewSyscallError("prctl PR_SET_CHILD_SUBREAPER", errno)
	}
	r := &reaper{direct: map[int]*process{}}
	childEnded := make(chan os.Signal, 1) // one is enough: reap collects everything that has ended
	signal.Notify(childEnded, syscall.SIGCHLD)
	go func() {
		for range childEnded {
			r.reap()
		}
	}()
	return r, nil
}

// start runs a program as a direct child. The lock keeps reap away until the child is known.
func (r *reaper) start(path string, argv []string, attr *syscall.ProcAttr) (*process, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pid, err := syscall.ForkExec(path, argv, attr)
	if err != nil {
		return nil, err
	}
	p := &process{pid: pid, ended: make(chan struct{})}
	r.direct[pid] = p
	return p, nil
}

func (r *reaper) reap() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if p := r.direct[pid]; p != nil {
			delete(r.direct, pid)
			p.status = status
			close(p.ended)
		}
	}
}
