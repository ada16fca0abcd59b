package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Running;
import java.time.Duration;

/**
 * Reads what passes a workload's own link, for as long as it stands. Requests of the stranger, who sends plaintext, are to be seen
 * there: they show that it works.
 *
 * @param program prints each readable line that matters
 * @param address the workload's
 */
record Wiretap(Running program, String address) implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PLAINTEXT_REQUEST = "Host: x";

    static Wiretap at(Mesh mesh, String workload) throws Exception {
        String script =
                "tcpdump -i eth0 -l -A -s 0 -Z root tcp 2>/dev/null | grep --line-buffered -a -o -m 1000000 -e '"
                        + Field.ANSWER + "' -e '" + PLAINTEXT_REQUEST + "'";
        return new Wiretap(mesh.start(workload, "sh", "-c", script), mesh.address(workload));
    }

    void assertNothingReadable() {
        assertThat(program.printed()).as("on the wire").doesNotContain(Field.ANSWER);
    }

    void assertItReads() throws Exception {
        Eventually.within(
                SOON,
                () -> assertThat(program.printed()).as("the wiretap works").contains(PLAINTEXT_REQUEST));
    }

    @Override
    public void close() {
        program.close();
    }
}
