package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"aftersales/identity"
)

// askPassword asks for a new password twice, without showing it, where somebody sits at a terminal; otherwise it reads the
// first line of standard input. What would be refused is refused before anything is done.
func askPassword(cmd *cobra.Command, login string) (string, error) {
	password, err := readPassword(cmd)
	if err != nil {
		return "", err
	}
	return password, identity.CheckPassword(password, login)
}

func readPassword(cmd *cobra.Command) (string, error) {
	if file, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		ask := func(prompt string) (string, error) {
			fmt.Fprint(cmd.ErrOrStderr(), prompt)
			typed, err := term.ReadPassword(int(file.Fd()))
			fmt.Fprintln(cmd.ErrOrStderr())
			return string(typed), err
		}
		first, err := ask("New password: ")
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		second, err := ask("Once more: ")
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		if first != second {
			return "", errors.New("the two passwords differ; begin again")
		}
		return first, nil
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), identity.MaxPassword+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
