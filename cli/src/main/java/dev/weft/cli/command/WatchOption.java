package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.LiveScreen;
import dev.weft.cli.screen.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code -w}: shows a list again whenever it changes. */
public final class WatchOption {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Duration interval;

    @Option(
            names = {"-w", "--watch"},
            description = "print again whenever something changes, until Ctrl-C; on a terminal in the same place")
    private boolean watch;

    /** Creates the option with an interval of two seconds. */
    public WatchOption() {
        this(INTERVAL);
    }

    WatchOption(Duration interval) {
        this.interval = interval;
    }

    boolean repeats() {
        return watch;
    }

    /** Asks and prints once. */
    @FunctionalInterface
    public interface Once {

        /** Asks, prints, and returns the exit code. */
        int run(Session session) throws IOException;
    }

    /** Runs once, or repeatedly with {@code -w}. */
    public int run(Session session, Once once) throws IOException, InterruptedException {
        return run(session, () -> {}, once);
    }

    /**
     * Runs once, or repeatedly with {@code -w}. While the control plane does not answer, this is shown, and the next
     * run tries again.
     *
     * @param again runs before each repetition
     */
    int run(Session session, Runnable again, Once once) throws IOException, InterruptedException {
        if (!watch) {
            return once.run(session);
        }
        Screen screen = session.screen();
        String shown = text(session, once);
        if (!screen.terminal()) {
            screen.out().print(shown);
            while (!screen.out().checkError()) {
                Thread.sleep(interval);
                String next = next(session, again, once);
                if (!next.equals(shown)) {
                    screen.out().print(next);
                    shown = next;
                }
            }
            return ExitCode.OK;
        }
        try (LiveScreen live = new LiveScreen(screen)) {
            while (!screen.out().checkError()) {
                live.draw(shown.lines().toList());
                Thread.sleep(interval);
                shown = next(session, again, once);
            }
        }
        return ExitCode.OK;
    }

    private static String next(Session session, Runnable again, Once once) throws IOException {
        try {
            again.run();
            return text(session, once);
        } catch (CommandFailure failure) {
            return "weft: " + failure.what() + " (" + failure.code() + ")\n";
        }
    }

    /** Returns the output of one run, including its notes. */
    private static String text(Session session, Once once) throws IOException {
        StringWriter text = new StringWriter();
        PrintWriter writer = new PrintWriter(text);
        Screen screen = session.screen();
        Screen kept =
                new Screen(writer, writer, screen.terminal(), screen.errTerminal(), screen.colour(), screen.columns());
        once.run(new Session(kept, session.meshes(), session.clock(), session.environment()));
        writer.flush();
        return text.toString();
    }
}
