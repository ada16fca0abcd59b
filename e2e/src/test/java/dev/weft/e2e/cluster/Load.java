package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A pod that calls a web server again and again, each time by a new connection, and counts in its log. */
record Load(Space space) implements AutoCloseable {

    private static final int MORE = 30;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern SLOW = Pattern.compile("\"durationMs\":\\d{4}");

    /** In a namespace of its own, with a server {@code api}: both end with it. */
    static Load begin() throws Exception {
        Space space = Space.meshed();
        space.server("api");
        return on(space, "api");
    }

    /** Returns when calls come through. */
    static Load on(Space space, String app) throws Exception {
        space.apply(
                Space.account("load"),
                Space.pod(
                        "load",
                        "load",
                        "while :; do if why=$(wget -q -T 5 -O /dev/null http://" + space.host(app)
                                + "/ 2>&1); then echo ok; else echo failed; echo \"$why\"; fi; sleep 0.1; done"));
        space.awaitReady("load");
        Load load = new Load(space);
        load.awaitMore();
        return load;
    }

    /** Returns when many more calls have come through than until now. */
    void awaitMore() throws Exception {
        long before = count("ok");
        Eventually.within(SOON, () -> assertThat(count("ok")).isGreaterThan(before + MORE));
    }

    /** Returns when many more calls have come through than until now, and none has failed since it began. */
    void goesOn() throws Exception {
        awaitMore();
        assertNoneFailed();
    }

    void assertNoneFailed() throws Exception {
        if (count("failed") > 0) {
            throw new AssertionError("requests failed, at a load of this machine of "
                    + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()
                    + "\nthe caller:\n" + lines("load", "app", line -> !line.equals("ok"))
                    + "\nthe caller's sidecar:\n" + lines("load", "weft-proxy", Load::tells)
                    + "\nthe servers' sidecars:\n" + lines("api", "weft-proxy", Load::tells));
        }
    }

    /** Whether a line of a sidecar's log tells of a refusal, or of a session of a second or more. */
    private static boolean tells(String line) {
        return line.contains("WEFT-")
                || line.contains("\"level\":\"warn\"")
                || SLOW.matcher(line).find();
    }

    /** The lines of all pods of an application. */
    private String lines(String app, String container, Predicate<String> which) throws Exception {
        return space.kubectl("logs", "--selector=app=" + app, "--container=" + container, "--tail=-1")
                .ok()
                .out()
                .lines()
                .filter(which)
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        space.close();
    }

    private long count(String line) throws Exception {
        return space.logs("load", "app").lines().filter(line::equals).count();
    }
}
