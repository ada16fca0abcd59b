package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import dev.weft.testing.Waiting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class WatchOptionTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final StringWriter out = new StringWriter();

    private Session session(boolean terminal) {
        PrintWriter writer = new PrintWriter(out);
        return new Session(
                new Screen(writer, writer, terminal, terminal, false, OptionalInt.empty()),
                new Meshes(new StateDirectories(folder, false)),
                Clock.systemUTC(),
                Map.of());
    }

    private static WatchOption watching(String... words) {
        WatchOption watch = new WatchOption(Duration.ofMillis(5));
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("watch", CommandLine.Model.CommandSpec.forAnnotatedObject(watch)))
                .parseArgs(words);
        return watch;
    }

    @Test
    void printsOnceWithoutTheOption() throws Exception {
        int ended = watching().run(session(false), session -> {
            session.screen().line("once");
            return ExitCode.FAILED;
        });
        assertThat(ended).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).isEqualTo("once\n");
    }

    @Test
    void printsAgainWhatHasChangedAndGoesOnWhileNobodyAnswers() throws Exception {
        AtomicInteger times = new AtomicInteger();
        Thread watcher = Thread.ofVirtual().start(() -> {
            try {
                watching("-w").run(session(false), session -> {
                    switch (times.incrementAndGet()) {
                        case 1, 2 -> session.screen().line("same");
                        case 3 -> throw new CommandFailure(ExitCode.FAILED, "WEFT-L112", "it does not answer");
                        default -> session.screen().line("another");
                    }
                    return ExitCode.OK;
                });
            } catch (InterruptedException _) {
                // The end of the test.
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        });
        Waiting.until(() -> out.toString().contains("another"));
        watcher.interrupt();
        watcher.join();
        assertThat(out.toString()).isEqualTo("same\nweft: it does not answer (WEFT-L112)\nanother\n");
    }

    @Test
    void drawsATerminalAgainFromItsTop() throws Exception {
        AtomicInteger times = new AtomicInteger();
        Thread watcher = Thread.ofVirtual().start(() -> {
            try {
                watching("--watch").run(session(true), session -> {
                    session.screen().line("drawn " + times.incrementAndGet());
                    return ExitCode.OK;
                });
            } catch (InterruptedException _) {
                // The end of the test.
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        });
        Waiting.until(() -> out.toString().contains("drawn 2"));
        watcher.interrupt();
        watcher.join();
        assertThat(out.toString())
                .contains("\u001b[Hdrawn 1", "\u001b[Hdrawn 2")
                .endsWith("\u001b[?1049l");
    }
}
