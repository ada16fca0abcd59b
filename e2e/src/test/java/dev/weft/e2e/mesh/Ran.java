package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/**
 * A command that has ended.
 *
 * @param command what ran
 * @param exit its exit status
 * @param out standard output
 * @param err standard error
 * @param took wall time
 */
public record Ran(List<String> command, int exit, String out, String err, Duration took) {

    /** Fails the test unless the command exited with 0. */
    public Ran ok() {
        assertThat(exit).as(this::describe).isZero();
        return this;
    }

    /** Fails the test if the command exited with 0. */
    public Ran failed() {
        assertThat(exit).as(this::describe).isNotZero();
        return this;
    }

    /** Both streams, for messages. */
    public String describe() {
        return String.join(" ", command) + "\nexit " + exit + "\nstdout: " + tail(out) + "\nstderr: " + tail(err);
    }

    private static String tail(String text) {
        return text.length() <= 4000 ? text : "… " + text.substring(text.length() - 4000);
    }
}
