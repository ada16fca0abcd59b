package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;

/** A pod that calls a web server again and again, each time by a new connection, and counts in its log. */
record Load(Space space) {

    private static final int MORE = 30;
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Returns when calls come through. */
    static Load on(Space space, String app) throws Exception {
        space.apply(
                Space.account("load"),
                Space.pod(
                        "load",
                        "load",
                        "while :; do if wget -q -T 5 -O /dev/null http://" + space.host(app)
                                + "/; then echo ok; else echo failed; fi; sleep 0.1; done"));
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

    void assertNoneFailed() throws Exception {
        assertThat(count("failed")).as("failed requests").isZero();
    }

    private long count(String line) throws Exception {
        return space.logs("load", "app").lines().filter(line::equals).count();
    }
}
