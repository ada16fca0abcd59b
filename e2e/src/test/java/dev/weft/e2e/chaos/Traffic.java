package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Load;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Yaml;
import java.time.Duration;
import java.util.List;

/**
 * Who calls whom in a field, all the time. A caller, which policy admits, calls a server; so does a guest, who is shut out at
 * times; an intruder, whom policy never admits, and an unmeshed stranger try. A reader calls a library: none of their processes is
 * ever hit, so that each of their calls must be answered.
 */
final class Traffic implements AutoCloseable {

    static final String SERVER = "shop/server";
    static final String CALLER = "shop/caller";
    static final String GUEST = "shop/guest";
    static final String LIBRARY = "shop/library";
    static final String READER = "shop/reader";
    private static final String INTRUDER = "shop/intruder";
    private static final String STRANGER = "shop/stranger";

    private static final String TO_SERVER = "http://server.shop:80";
    private static final String TO_LIBRARY = "http://library.shop:80";
    private static final int NEW_CALLS = 20;
    /** What is in force is heard of by then, also on a busy machine. */
    private static final Duration SOON = Duration.ofMinutes(2);

    private static final Duration FLOWS = Duration.ofSeconds(60);

    private final String plaintext;
    private final Load caller;
    private final Load guest;
    private final Load intruder;
    private final Load stranger;
    private final Load reader;
    private long guestsCallsWhenShutOut;

    Traffic(Mesh mesh) throws Exception {
        this.plaintext = "http://" + mesh.address(SERVER) + ":8080";
        mesh.awaitAnswer(CALLER, "server.shop 80");
        mesh.awaitAnswer(READER, "library.shop 80");
        this.caller = Load.start(mesh, CALLER, List.of(TO_SERVER));
        this.guest = Load.impatient(mesh, GUEST, TO_SERVER);
        this.intruder = Load.impatient(mesh, INTRUDER, TO_SERVER);
        this.stranger = Load.impatient(mesh, STRANGER, plaintext);
        this.reader = Load.start(mesh, READER, List.of(TO_LIBRARY));
    }

    /** The mesh that it is in; each command is the program of a workload. */
    static String mesh(String server, String library) {
        return Yaml.file(
                Yaml.workload("server", server),
                Yaml.service("server", 80, 8080),
                Yaml.workload("library", library),
                Yaml.service("library", 80, 8080),
                Yaml.idle("caller"),
                Yaml.idle("guest"),
                Yaml.idle("reader"),
                Yaml.idle("intruder"),
                Yaml.idle("stranger", "meshed: false"),
                Yaml.policy("caller-may-call", "Allow", "server", 8080, "caller"),
                Yaml.policy("guest-may-call", "Allow", "server", 8080, "guest"),
                Yaml.policy("reader-may-call", "Allow", "library", 8080, "reader"));
    }

    /** What came of the caller's calls until now. */
    Load.Seen calls() {
        return caller.to(TO_SERVER);
    }

    /** Waits until calls flow without a failure. */
    void flows() throws Exception {
        long read = reader.to(TO_LIBRARY).ok();
        Eventually.within(FLOWS, () -> assertThat(reader.to(TO_LIBRARY).ok()).isGreaterThan(read + 1));
        Eventually.within(SOON, () -> {
            Load.Seen before = calls();
            Eventually.within(FLOWS, () -> assertThat(calls().ok()).isGreaterThan(before.ok() + NEW_CALLS));
            assertThat(calls().failed()).isEqualTo(before.failed());
        });
    }

    /** Passes when the guest is refused; from then on none of its calls may succeed. */
    void guestIsOut() throws Exception {
        Load.Seen before = guest.to(TO_SERVER);
        Eventually.within(SOON, () -> assertThat(guest.to(TO_SERVER).failed()).isGreaterThan(before.failed() + 2));
        guestsCallsWhenShutOut = guest.to(TO_SERVER).ok();
    }

    void guestStayedOut() {
        assertThat(guest.to(TO_SERVER).ok())
                .as("calls of the guest that is shut out")
                .isEqualTo(guestsCallsWhenShutOut);
    }

    void guestIsIn() throws Exception {
        long before = guest.to(TO_SERVER).ok();
        Eventually.within(SOON, () -> assertThat(guest.to(TO_SERVER).ok()).isGreaterThan(before + 1));
    }

    /** What may not be at any moment, whatever was hit. */
    void assertInvariants() {
        assertThat(intruder.to(TO_SERVER).ok()).as("calls of the intruder").isZero();
        assertThat(stranger.to(plaintext).ok()).as("calls in plaintext").isZero();
        Load.Seen read = reader.to(TO_LIBRARY);
        assertThat(read.failed())
                .as("calls of the reader, whose processes are never hit: %s", read.reason())
                .isZero();
        assertThat(read.broken()).as("connections of the reader").isZero();
    }

    @Override
    public void close() {
        for (Load load : List.of(caller, guest, intruder, stranger, reader)) {
            load.close();
        }
    }
}
