// SPDX-License-Identifier: Apache-2.0

// Command controller is Argo CD's application-controller and its repo-server, whole and unchanged, and the Redis in
// memory with which Argo CD's own command line runs them without a cluster. Its first argument says which. Without
// Argo CD's API server, which is most of what its own binary is compiled from.
package main

import (
	"fmt"
	"os"

	"github.com/alicebob/miniredis/v2"
	"github.com/spf13/cobra"

	application "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	repository "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: controller application-controller | repo-server | redis ADDRESS")
	}
	var command *cobra.Command
	switch os.Args[1] {
	case "application-controller":
		command = application.NewCommand()
	case "repo-server":
		command = repository.NewCommand()
	case "redis":
		if err := miniredis.NewMiniRedis().StartAddr(os.Args[2]); err != nil {
			fail(err)
		}
		select {}
	default:
		fail("unknown `" + os.Args[1] + "`")
	}
	command.SetArgs(os.Args[2:])
	if command.Execute() != nil {
		os.Exit(1) // cobra has said why
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
