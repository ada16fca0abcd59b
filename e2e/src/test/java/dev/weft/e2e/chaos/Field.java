package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A mesh under load ({@link Traffic}) whose state is on a disk of its own, and all that can be done to it. */
final class Field implements AutoCloseable {

    static final String SERVER = Traffic.SERVER;
    static final String CALLER = Traffic.CALLER;

    /** What the server answers with; no one may read it on the wire. */
    static final String ANSWER = "an-answer-that-is-for-the-caller-alone";

    /** Which packets are lost, as nft matches them. */
    static final String ALL = "";

    static final String MANY = "numgen random mod 100 < 40";

    static final int CONTROL_PLANE_PORT = 15012;
    /** Long, as the machine may be busy: what may never happen is looked for all the time. */
    private static final Duration IN_FORCE = Duration.ofSeconds(90);
    /** A process that was hit starts again and has a certificate, on a busy machine. */
    private static final Duration WELL_AGAIN = Duration.ofSeconds(90);

    /** Longer than damage lasts on a busy machine: of those who cannot renew meanwhile none loses its certificate. */
    private static final String LIFETIME = "3m";

    private static final Duration ROTATED = Duration.ofMinutes(4);

    private static final String LAST_LINES = "12";
    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

    private final Disk disk;
    private final ControlClock clock;
    private final Distance distance;
    private final Mesh mesh;
    private final String admitting;
    private final Wiretap wiretap;
    private final Traffic traffic;
    private final List<Long> frozen = new ArrayList<>();
    private @Nullable Running rotating;

    private Field(Disk disk, ControlClock clock, Distance distance, Mesh mesh, String admitting) throws Exception {
        this.disk = disk;
        this.clock = clock;
        this.distance = distance;
        this.mesh = mesh;
        this.admitting = admitting;
        this.wiretap = Wiretap.at(mesh, SERVER);
        this.traffic = new Traffic(mesh);
    }

    /** Brings it up; passes when calls flow. {@code directory} must be readable for every user. */
    static Field start(Path directory) throws Exception {
        Disk disk = Disk.mount(directory);
        try {
            String server = Programs.nginx(directory, 8080);
            Files.writeString(directory.resolve("www/index.html"), ANSWER + "\n");
            String library = Programs.nginx(Files.createDirectories(directory.resolve("library")), 8080);
            String admitting = Traffic.mesh(server, library);
            ControlClock clock = ControlClock.in(directory);
            Mesh mesh = Mesh.upIn(disk.folder(), clock.before(Mesh.weft()), admitting, "--leaf-lifetime", LIFETIME);
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
        return alive(() -> mesh.json("ps").path("controlPlane"));
    }

    long sidecar(String workload) throws Exception {
        return alive(() -> mesh.ps(workload).path("sidecar"));
    }

    long application(String workload) throws Exception {
        return alive(() -> mesh.ps(workload).path("app"));
    }

    /** The process of this name, which may be about to start again. */
    private static long alive(Callable<JsonNode> line) throws Exception {
        AtomicLong pid = new AtomicLong();
        Eventually.within(WELL_AGAIN, () -> {
            pid.set(line.call().path("pid").asLong());
            assertThat(pid.get()).isPositive();
        });
        return pid.get();
    }

    void signal(String signal, long pid) throws IOException, InterruptedException {
        assertThat(pid).isPositive();
        Shell.run("kill", "-" + signal, Long.toString(pid)).ok();
    }

    void freeze(long pid) throws Exception {
        frozen.add(pid);
        signal("STOP", pid);
    }

    /** All that are frozen. */
    void thaw() throws IOException, InterruptedException {
        for (long pid : frozen) {
            signal("CONT", pid);
        }
        frozen.clear();
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
        // Of a sidecar that starts again, the process is not in its namespace from the first moment on.
        Eventually.within(WELL_AGAIN, () -> {
            String pid = Long.toString(sidecar(workload));
            Shell.run("nsenter", "-t", pid, "-n", "nft", script).ok();
        });
    }

    void denyGuest() throws Exception {
        mesh.write(Yaml.file(admitting, Yaml.policy("no-guest", "Deny", "server", 8080, "guest")));
    }

    void admitGuest() throws Exception {
        mesh.write(admitting);
        traffic.guestIsIn();
    }

    void revokeGuest() throws Exception {
        // Also those certificates that it gets from now on, until the revocation is taken back.
        mesh.weft("revoke", "identity", Traffic.GUEST, "--issued-before", "+1h", "--timeout", "60s")
                .ok();
    }

    void restoreGuest() throws Exception {
        Eventually.within(WELL_AGAIN, () -> {
            for (JsonNode revocation : mesh.json("revoke", "list")) {
                mesh.weft("revoke", "undo", revocation.path("id").asString(), "--timeout", "60s")
                        .ok();
            }
        });
        traffic.guestIsIn();
    }

    /** Anchor and issuer. */
    void beginToRotateTrust() throws Exception {
        rotating = mesh.started("trust", "rotate");
    }

    /** Waits for its end. What broke off, or was not begun, is gone on with as an operator does who reads what the command says. */
    void trustIsRotated() throws Exception {
        try (Running first = Objects.requireNonNull(rotating)) {
            if (first.exit(ROTATED) != 0) {
                Eventually.within(ROTATED, () -> {
                    if (mesh.weft("trust", "rotate", "--resume").exit() != 0) {
                        mesh.weft("trust", "rotate").ok();
                    }
                });
            }
        }
        rotating = null;
    }

    /** Waits until the control plane sees the clock that was set. */
    void clockIsWrong() throws Exception {
        Eventually.within(IN_FORCE, () -> assertThat(check()).contains("clocks differ"));
    }

    void clockIsRight() throws Exception {
        Eventually.within(WELL_AGAIN, () -> assertThat(check()).doesNotContain("clocks differ"));
    }

    private String check() throws Exception {
        return mesh.weft("check", "-o", "short").out();
    }

    /** Who calls whom. */
    Traffic traffic() {
        return traffic;
    }

    /** Waits until calls flow without a failure, every sidecar is connected, and the mesh has no error to tell. */
    void wellAgain() throws Exception {
        traffic.flows();
        Eventually.within(WELL_AGAIN, () -> {
            mesh.weft("status").ok();
            mesh.assertConnected();
        });
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
        traffic.assertInvariants();
        wiretap.assertNothingReadable();
    }

    /** What the sidecars on the way, and the control plane, have logged last. */
    String lastWords() throws Exception {
        StringBuilder words = new StringBuilder();
        for (String workload : List.of(CALLER, SERVER, Traffic.READER, Traffic.LIBRARY)) {
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
        traffic.close();
        wiretap.close();
        try {
            thaw();
            if (rotating != null) {
                rotating.close();
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
