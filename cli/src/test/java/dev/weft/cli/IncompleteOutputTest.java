package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.ProcessOutput;
import dev.weft.cli.screen.Screen;
import dev.weft.local.state.StateDirectories;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a command answers if what it prints cannot be written. */
final class IncompleteOutputTest {

    private final StringWriter err = new StringWriter();

    private int run(OutputStream file, String... args) {
        return run(new ProcessOutput(file, false), args);
    }

    private int run(ProcessOutput output, String... args) {
        Screen screen = Screen.plain(new PrintWriter(output, true, StandardCharsets.UTF_8), new PrintWriter(err, true));
        int exit = Main.commandLine(screen, new StateDirectories(Path.of("/nonexistent"), false), Map.of(), args)
                .execute(args);
        return Main.delivered(exit, output, screen);
    }

    @Test
    void aFullDiskIsAFailure() throws IOException {
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            assertThat(run(full, "schema", "-o", "json")).isEqualTo(ExitCode.FAILED);
        }
        assertThat(err.toString()).contains("the output is incomplete: No space left on device (WEFT-L115)");
    }

    @Test
    void anotherFailureKeepsItsExitCode() throws IOException {
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            assertThat(run(full, "ps", "--mesh", "nosuch")).isEqualTo(ExitCode.NOT_FOUND);
        }
        assertThat(err.toString()).contains("WEFT-L101").doesNotContain("WEFT-L115");
    }

    @Test
    void aReaderThatWantsNoMoreIsNoFailure() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().close();
        try (OutputStream closed = Channels.newOutputStream(pipe.sink())) {
            assertThat(run(new ProcessOutput(closed, true), "schema", "-o", "json"))
                    .isEqualTo(ExitCode.OK);
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void allThatWasPrintedArrives() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        assertThat(run(all, "schema", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(all.toString(StandardCharsets.UTF_8)).startsWith("{").endsWith("}\n");
    }
}
