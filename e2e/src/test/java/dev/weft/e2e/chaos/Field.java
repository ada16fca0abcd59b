package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Load;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A mesh under load whose state is on a disk of its own. A caller, which policy admits, calls a server; so does a guest, who is shut
 * out at times; an intruder, whom policy never admits, and an unmeshed stranger try all the time.
 */
final class Field implements AutoCloseable {

    static final String SERVER = "shop/server";
    static final String CALLER = "shop/caller";
    private static final String GUEST = "shop/guest";
    private static final String INTRUDER = "shop/intruder";
    private static final String STRANGER = "shop/stranger";

    /** What the server answers with; no one may read it on the wire. */
    static final String ANSWER = "an-answer-that-is-for-the-caller-alone";

    /** Which packets are lost, as nft matches them. */
    static final String ALL = "";

    static final String MANY = "numgen random mod 100 < 40";

    static final int CONTROL_PLANE_PORT = 15012;
    private static final String TARGET = "http://server.shop:80";
    private static final Duration IN_FORCE = Duration.ofSeconds(10);
    /** A process that was hit starts again and has a certificate, on a busy machine. */
    private static final Duration WELL_AGAIN = Duration.ofSeconds(60);

    private static final int NEW_CALLS = 20;
    private static final String LAST_LINES = "12";
    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

    private final Disk disk;
    private final ControlClock clock;
    private final Distance distance;
    private final Mesh mesh;
    private final String admitting;
    private final Load caller;
    private final Load guest;
    private final Load intruder;
    private final Load stranger;
    private final Wiretap wiretap;
    private long guestsCallsWhenShutOut;
    private long frozen;

    private Field(Disk disk, ControlClock clock, Distance distance, Mesh mesh, String admitting) throws Exception {
        this.disk = disk;
        this.clock = clock;
        this.distance = distance;
        this.mesh = mesh;
        this.admitting = admitting;
        this.wiretap = Wiretap.at(mesh, SERVER);
        this.caller = Load.start(mesh, CALLER, List.of(TARGET));
        this.guest = Load.start(mesh, GUEST, List.of(TARGET));
        this.intruder = Load.start(mesh, INTRUDER, List.of(TARGET));
        this.stranger = Load.start(mesh, STRANGER, List.of("http://" + mesh.address(SERVER) + ":8080"));
    }

    /** Brings it up; passes when calls flow. {@code directory} must be readable for every user. */
    static Field start(Path directory) throws Exception {
        Disk disk = Disk.mount(directory);
        try {
            String server = Programs.nginx(directory, 8080);
            Files.writeString(directory.resolve("www/index.html"), ANSWER + "\n");
            String admitting = Yaml.file(
                    Yaml.workload("server", server),
                    Yaml.service("server", 80, 8080),
                    Yaml.idle("caller"),
                    Yaml.idle("guest"),
                    Yaml.idle("intruder"),
                    Yaml.idle("stranger", "meshed: false"),
                    Yaml.policy("caller-may-call", "Allow", "server", 8080, "caller"),
                    Yaml.policy("guest-may-call", "Allow", "server", 8080, "guest"));
            ControlClock clock = ControlClock.in(directory);
            Mesh mesh = Mesh.upIn(disk.folder(), clock.before(Mesh.weft()), admitting, "--leaf-lifetime", "1m");
            return new Field(disk, clock, new Distance(directory), mesh, admitting).begun();
        } catch (Exception | AssertionError e) {
            disk.close();
            throw e;
        }
    }

    private Field begun() throws Exception {
        try {
            clock.assertIsOf(controlPlane(), sidecar(SERVER));
            wellAgain();
            return this;
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    Disk disk() {
        return disk;
    }

    /** The control plane's. */
    ControlClock clock() {
        return clock;
    }

    /** Between the sidecars and the control plane. */
    Distance distance() {
        return distance;
    }

    long controlPlane() throws Exception {
        return mesh.json("ps").path("controlPlane").path("pid").asLong();
    }

    long sidecar(String workload) throws Exception {
        return mesh.ps(workload).path("sidecar").path("pid").asLong();
    }

    long application(String workload) throws Exception {
        return mesh.ps(workload).path("app").path("pid").asLong();
    }

    void signal(String signal, long pid) throws IOException, InterruptedException {
        assertThat(pid).isPositive();
        Shell.run("kill", "-" + signal, Long.toString(pid)).ok();
    }

    void freeze(long pid) throws Exception {
        frozen = pid;
        signal("STOP", pid);
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT", frozen);
        frozen = 0;
    }

    /** Drops these packets from a workload's sidecar to the control plane. */
    void loseToControlPlane(String workload, String which) throws Exception {
        nft(workload, """
                add table inet chaos
                add chain inet chaos out { type filter hook output priority 0; }
                add rule inet chaos out tcp dport %d %s drop
                """.formatted(CONTROL_PLANE_PORT, which));
    }

    void loseNothing(String workload) throws Exception {
        nft(workload, "delete table inet chaos");
    }

    private void nft(String workload, String script) throws Exception {
        String pid = Long.toString(sidecar(workload));
        Shell.run("nsenter", "-t", pid, "-n", "nft", script).ok();
    }

    void denyGuest() throws Exception {
        mesh.write(Yaml.file(admitting, Yaml.policy("no-guest", "Deny", "server", 8080, "guest")));
    }

    void admitGuest() throws Exception {
        mesh.write(admitting);
        guestIsIn();
    }

    void revokeGuest() throws Exception {
        // Also those certificates that it gets from now on, until the revocation is taken back.
        mesh.weft("revoke", "identity", GUEST, "--issued-before", "+1h").ok();
    }

    void restoreGuest() throws Exception {
        String id = mesh.json("revoke", "list").path(0).path("id").asString();
        mesh.weft("revoke", "undo", id).ok();
        guestIsIn();
    }

    /** Passes when the guest is refused; from then on none of its calls may succeed. */
    void guestIsOut() throws Exception {
        Load.Seen before = guest.to(TARGET);
        Eventually.within(IN_FORCE, () -> assertThat(guest.to(TARGET).failed()).isGreaterThan(before.failed() + 2));
        guestsCallsWhenShutOut = guest.to(TARGET).ok();
    }

    void guestStayedOut() {
        assertThat(guest.to(TARGET).ok())
                .as("calls of the guest that is shut out")
                .isEqualTo(guestsCallsWhenShutOut);
    }

    private void guestIsIn() throws Exception {
        long before = guest.to(TARGET).ok();
        Eventually.within(WELL_AGAIN, () -> assertThat(guest.to(TARGET).ok()).isGreaterThan(before + 1));
    }

    /** Anchor and issuer. */
    void rotateTrust() throws Exception {
        mesh.weft("trust", "rotate").ok();
    }

    /** Waits until the control plane sees the clock that was set. */
    void clockIsWrong() throws Exception {
        Eventually.within(IN_FORCE, () -> assertThat(check()).contains("clocks differ"));
    }

    void clockIsRight() throws Exception {
        Eventually.within(IN_FORCE, () -> assertThat(check()).doesNotContain("clocks differ"));
    }

    private String check() throws Exception {
        return mesh.weft("check", "-o", "short").out();
    }

    /** What came of the caller's calls until now. */
    Load.Seen calls() {
        return caller.to(TARGET);
    }

    /** Waits until calls flow without a failure and the mesh has no error to tell. */
    void wellAgain() throws Exception {
        Eventually.within(WELL_AGAIN, () -> {
            Load.Seen before = caller.to(TARGET);
            Eventually.within(
                    IN_FORCE, () -> assertThat(caller.to(TARGET).ok()).isGreaterThan(before.ok() + NEW_CALLS));
            assertThat(caller.to(TARGET).failed()).isEqualTo(before.failed());
        });
        Eventually.within(WELL_AGAIN, () -> mesh.weft("status").ok());
    }

    /** Lets a fault last, and looks meanwhile at what may not be. */
    void holdFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        do {
            assertInvariants();
            LockSupport.parkNanos(LOOK_NANOS);
        } while (System.nanoTime() < end);
    }

    void assertTheWiretapReads() throws Exception {
        wiretap.assertItReads();
    }

    /** What may not be at any moment, whatever was hit. */
    void assertInvariants() {
        assertThat(intruder.to(TARGET).ok()).as("calls of the intruder").isZero();
        assertThat(stranger.to("http://" + wiretap.address() + ":8080").ok())
                .as("calls in plaintext")
                .isZero();
        wiretap.assertNothingReadable();
    }

    /** What the sidecars on the way, and the control plane, have logged last. */
    String lastWords() throws Exception {
        StringBuilder words = new StringBuilder();
        for (String workload : List.of(CALLER, SERVER)) {
            words.append(mesh.weft("logs", workload, "--sidecar", "--tail", LAST_LINES)
                            .describe())
                    .append('\n');
        }
        return words.append(mesh.weft("logs", "--control", "--tail", LAST_LINES).describe())
                .append('\n')
                .append(mesh.weft("logs", "--events", "--tail", LAST_LINES).describe())
                .toString();
    }

    @Override
    public void close() throws IOException {
        for (Load load : List.of(caller, guest, intruder, stranger)) {
            load.close();
        }
        wiretap.close();
        try {
            if (frozen != 0) {
                thaw();
            }
            distance.close();
            disk.speedUp();
            disk.free();
            mesh.close();
            disk.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while taking the field down", e);
        }
    }
}
