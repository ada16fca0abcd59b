package dev.weft.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that carries connections as kubectl does, to a control plane on this machine and to the sockets of what stands for the
 * sidecars of pods. For {@code logs} it prints its arguments.
 */
public final class FakeKubectl {

    private FakeKubectl() {}

    /**
     * Writes the program. It writes its arguments down in the file {@code arguments}, and joins its standard input and output with
     * the operator's socket of the control plane, or of a pod with the socket {@code NAMESPACE.POD} in {@code directory}.
     *
     * @param directory of the program and of that file
     * @param state the state directory of the control plane
     */
    public static Path write(Path directory, Path state) throws IOException {
        return write(directory, state, "");
    }

    /**
     * Writes one of a user who may not exec, but get a token and forward a port. Each process
     * that forwards one writes its id, a line, into the file {@code forwarding}; the token is in the file {@code token}.
     *
     * @param port of this machine that stands for the control plane's
     * @param token what it prints as a token
     */
    public static Path writeOfAViewer(Path directory, int port, String token) throws IOException {
        Files.writeString(directory.resolve("token"), token + "\n");
        return write(directory, directory, """
                case "$*" in
                *" create token "*) cat '%1$s/token'; echo "$@" >'%1$s/arguments'; exit 0;;
                *" port-forward "*)
                    echo $$ >>'%1$s/forwarding'
                    echo 'Forwarding from 127.0.0.1:%2$d -> 15018'
                    exec sleep 600;;
                *" exec "*)
                    echo 'Error from server (Forbidden): User "jane" cannot create resource "pods/exec"' >&2
                    exit 1;;
                esac
                """.formatted(directory, port));
    }

    /** Writes one of a user who may neither exec nor get a token. */
    static Path writeRefusing(Path directory) throws IOException {
        return write(directory, directory, """
                case "$*" in
                *" create token "*)
                    echo 'error: failed to create token: serviceaccounts "weft-viewer" is forbidden: User "jane" cannot create resource "serviceaccounts/token"' >&2
                    exit 1;;
                *" exec "*)
                    echo 'Error from server (Forbidden): User "jane" cannot create resource "pods/exec"' >&2
                    exit 1;;
                esac
                """);
    }

    private static Path write(Path directory, Path state, String first) throws IOException {
        Path program = directory.resolve("kubectl");
        Files.writeString(program, """
                #!/bin/sh
                case "$*" in *" get lease "*) echo weft-control-0_12ab; exit 0;; esac
                %5$s
                echo "$@" >%1$s/arguments
                socket=%4$s
                while [ $# -gt 0 ]; do
                    case $1 in
                    --namespace) namespace=$2 ;;
                    logs) shift; echo "log of $namespace/$@"; exit ;;
                    pod/weft-control-*) ;;
                    pod/*) socket=%1$s/$namespace.${1#pod/} ;;
                    esac
                    shift
                done
                exec %2$s -cp '%3$s' dev.weft.daemon.launch.RelayMain $socket
                """.formatted(
                        directory,
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        state.resolve("operator.sock"),
                        first));
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
        return program;
    }
}
