package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Certificates that are renewed several times a second, under load: one connection outlives them all, nothing fails, the TLS
 * contexts of old ones are freed, and, in the long run of {@code make soak}, memory does not grow.
 */
final class SoakTest {

    /** Renewals of each sidecar; `make soak` asks for two thousand. */
    private static final int RENEWALS = Integer.getInteger("weft.soak.renewals", 30);
    /** From here on memory is judged: in shorter runs warming up is most of it. */
    private static final int LONG_RUN = 1_900;
    /** Until then what the compilers make grows more than the bound; a sidecar is 500 days old by then. */
    private static final int WARM_UP = 1_000;

    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration SAMPLE = Duration.ofMillis(500);
    private static final Duration START = Duration.ofSeconds(60);
    /** What one renewal may take at most, on a busy machine. */
    private static final Duration PER_RENEWAL = Duration.ofSeconds(3);
    /** The long connection's tunnel is proven anew that often at least. */
    private static final Duration PER_PROOF = Duration.ofSeconds(5);
    /** Growth over a thousand renewals that is taken for noise, in KiB: the allocator's and the compiler's. */
    private static final long FLAT_KIB = 6 * 1024;
    /** The present certificate's two contexts, those of eight that linger, and of some that connections still have. */
    private static final int MOST_CONTEXTS = 24;
    /** TLS connections that a sidecar may have in memory: the control plane's, the tunnel, and some that just ended. */
    private static final int MOST_ENGINES = 16;

    private static final Map<String, String> WORKLOADS =
            Map.of("client's sidecar", "client", "server's sidecar", "echo");

    private Path directory;
    private Mesh mesh;
    private final Map<String, Long> pids = new TreeMap<>();

    @BeforeEach
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-soak-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.prepareRenewing(PACE);
        mesh.write(Yaml.file(
                Yaml.idle("client"),
                Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002)));
        mesh.weft("up", mesh.file().toString(), "--detach", "--leaf-lifetime", "1m")
                .ok();
        mesh.awaitAnswer("shop/client", "echo.shop 9002");
    }

    @AfterEach
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void oneConnectionOutlivesManyCertificatesAndMemoryStaysFlat() throws Exception {
        Path program = Programs.python(directory, "soak.py");
        ResidentMemory memory = new ResidentMemory();
        long start = System.nanoTime();
        try (Running load = mesh.start("shop/client", "python3", program.toString(), "echo.shop", "9002")) {
            long end = start + PER_RENEWAL.multipliedBy(RENEWALS).toNanos();
            Eventually.within(START, () -> assertThat(load.printed()).contains("done"));
            int renewals = sample(memory);
            while (renewals < RENEWALS) {
                assertThat(System.nanoTime())
                        .as("too slow: %s renewals", renewals)
                        .isLessThan(end);
                LockSupport.parkNanos(SAMPLE.toNanos());
                assertThat(load.process().isAlive()).as(load.printed()).isTrue();
                renewals = sample(memory);
            }
            assertThat(load.printed()).doesNotContain("error:").doesNotContain("lost");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(metric("client", "weft_tunnel_proofs_total{side=\"client\",result=\"renewed\"}"))
                .as("the long connection's tunnel was proven anew again and again")
                .isGreaterThanOrEqualTo((int) took.dividedBy(PER_PROOF));
        for (var sidecar : WORKLOADS.entrySet()) {
            assertThat(metric(sidecar.getValue(), "weft_tls_contexts"))
                    .as(sidecar.getKey())
                    .isLessThanOrEqualTo(MOST_CONTEXTS);
            assertThat(engines(pids.getOrDefault(sidecar.getKey(), 0L)))
                    .as("TLS engines of %s", sidecar.getKey())
                    .isBetween(1, MOST_ENGINES);
        }
        if (RENEWALS >= LONG_RUN) {
            System.out.println(memory.table());
            Map<String, Long> growth = memory.growth(WARM_UP);
            System.out.println("KiB per 1,000 renewals: " + growth + " in " + took.toSeconds() + " s");
            assertThat(growth.values()).as("%s", growth).allMatch(kib -> kib <= FLAT_KIB);
        }
    }

    /** Returns the renewals of the sidecar that has fewer. */
    private int sample(ResidentMemory memory) throws Exception {
        if (pids.isEmpty()) {
            for (var sidecar : WORKLOADS.entrySet()) {
                pids.put(
                        sidecar.getKey(),
                        mesh.ps("shop/" + sidecar.getValue())
                                .path("sidecar")
                                .path("pid")
                                .asLong());
            }
            pids.put(
                    "control plane",
                    mesh.json("ps").path("controlPlane").path("pid").asLong());
        }
        int renewals = Math.min(
                metric("client", "weft_certificate_renewals_total"), metric("echo", "weft_certificate_renewals_total"));
        Map<String, Long> kib = new TreeMap<>();
        for (var process : pids.entrySet()) {
            kib.put(process.getKey(), Mesh.residentKib(process.getValue()));
        }
        memory.add(renewals, kib);
        return renewals;
    }

    /** TLS engines, each with native memory, that a collection of this JVM leaves. */
    private static int engines(long pid) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram =
                Shell.run(jcmd, Long.toString(pid), "GC.class_histogram").ok().out();
        Matcher line = Pattern.compile(
                        "(?m)^ *[0-9]+: +([0-9]+) .* io\\.netty\\.handler\\.ssl\\.ReferenceCountedOpenSslEngine$")
                .matcher(histogram);
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    private int metric(String workload, String series) throws Exception {
        Path socket;
        try (var files = Files.walk(mesh.state())) {
            socket = files.filter(file -> file.endsWith(Path.of("shop_" + workload, "proxy", "admin.sock")))
                    .findFirst()
                    .orElseThrow();
        }
        String text = Shell.run("curl", "-sS", "--unix-socket", socket.toString(), "http://localhost/metrics")
                .ok()
                .out();
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " ([0-9]+)$").matcher(text);
        assertThat(matcher.find()).as(series).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}
