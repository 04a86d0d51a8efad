// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// drain connects to the sidecar's drain socket, which asks it to stop taking calls, and returns once the sidecar
// closes the connection, which says that its last call is done.
func drain(o drainOptions) error {
	deadline := time.Now().Add(o.timeout)
	conn, err := net.DialTimeout("unix", o.socket, o.timeout)
	if err != nil {
		return fmt.Errorf("cannot reach the sidecar at `%s`: %w; run this in the sidecar's own container while the sidecar runs, with the path of its drain socket as --socket", o.socket, cause(err))
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	switch _, err := io.Copy(io.Discard, conn); {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("the sidecar still had calls in flight after `%s` and they will be cut off; raise --timeout and the pod's terminationGracePeriodSeconds above the longest call", o.timeout)
	case err != nil:
		return fmt.Errorf("the connection to the sidecar at `%s` broke: %w; look into the sidecar's log for why it ended", o.socket, cause(err))
	}
	return nil
}

// cause strips the wrapping that repeats the operation and the path.
func cause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
