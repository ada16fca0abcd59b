package dev.weft.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that carries connections as kubectl does, to a control plane on this machine. */
public final class FakeKubectl {

    private FakeKubectl() {}

    /**
     * Writes the program. It writes its arguments down in the file {@code arguments}, and joins its standard input and output with
     * the operator's socket of the control plane.
     *
     * @param directory of the program and of that file
     * @param state the state directory of the control plane
     */
    public static Path write(Path directory, Path state) throws IOException {
        Path program = directory.resolve("kubectl");
        Files.writeString(program, """
                #!/bin/sh
                case "$*" in *" get lease "*) echo weft-control-0_12ab; exit 0;; esac
                echo "$@" >%s
                exec %s -cp '%s' dev.weft.daemon.launch.RelayMain %s
                """.formatted(
                        directory.resolve("arguments"),
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        state.resolve("operator.sock")));
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
        return program;
    }
}
