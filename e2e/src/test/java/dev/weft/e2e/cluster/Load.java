package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import java.util.stream.Collectors;

/** A pod that calls a web server of its namespace all the time, each time by a new connection, and logs what came of it. */
final class Load {

    private static final int MORE = 20;
    private static final Duration SOON = Duration.ofSeconds(90);

    private Load() {}

    /** A namespace with a server {@code api}, and the pod that calls it. */
    static Space begin() throws Exception {
        Space space = Space.meshed();
        space.server("api");
        space.apply(Space.account("load"), Space.pod("load", "load", calling(space.host("api"))));
        space.awaitReady("load");
        await(space, 0);
        return space;
    }

    /** Returns when many more calls have been answered; none may have failed until then. */
    static void goesOn(Space space) throws Exception {
        await(space, count(space, "ok"));
        if (count(space, "failed") > 0) {
            throw new AssertionError("requests failed"
                    + "\nthe caller's sidecar:\n"
                    + refusals(space, "load") + "\nthe server's sidecar:\n" + refusals(space, "api"));
        }
    }

    private static String refusals(Space space, String pod) throws Exception {
        return space.logs(pod, "weft-proxy")
                .lines()
                .filter(line -> line.contains("WEFT-") || line.contains("\"level\":\"WARN\""))
                .collect(Collectors.joining("\n"));
    }

    private static void await(Space space, long than) throws Exception {
        Eventually.within(SOON, () -> assertThat(count(space, "ok")).isGreaterThan(than + MORE));
    }

    private static long count(Space space, String line) throws Exception {
        return space.logs("load", "app").lines().filter(line::equals).count();
    }

    private static String calling(String host) {
        return "while :; do if wget -q -T 5 -O /dev/null http://" + host
                + "/; then echo ok; else echo failed; fi; sleep 0.1; done";
    }
}
