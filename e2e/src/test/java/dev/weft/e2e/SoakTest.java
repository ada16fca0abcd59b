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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
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

    /** Renewals of each sidecar; `make soak` asks for a thousand. */
    private static final int RENEWALS = Integer.getInteger("weft.soak.renewals", 30);
    /** From here on memory is judged: in shorter runs warming up is most of it. */
    private static final int LONG_RUN = 900;

    private static final int RENEW_AFTER_MILLIS = 250;
    private static final Duration SAMPLE = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(30);
    /** What one renewal may take at most, on a busy machine. */
    private static final Duration PER_RENEWAL = Duration.ofSeconds(3);
    /** Growth over a thousand renewals that is taken for noise, in KiB: the allocator's and the compiler's. */
    private static final long FLAT_KIB = 6 * 1024;
    /** What a sidecar's heap may grow by, in KiB: garbage that has become old is collected only when the heap is full. */
    private static final long HEAP_KIB = 56 * 1024;
    /** The present certificate's two contexts, those of eight that linger, and of some that connections still have. */
    private static final int MOST_CONTEXTS = 24;

    private Path directory;
    private Mesh mesh;

    /** At one moment: renewals of a sidecar, and resident memory in KiB. */
    private record Sample(long client, long server, long control, int renewals) {}

    @BeforeEach
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-soak-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.prepare(List.of(
                "env",
                "WEFT_SIDECAR_JVM=-Dweft.soak.renew-after-millis=" + RENEW_AFTER_MILLIS,
                Mesh.weft().toString()));
        mesh.write(Yaml.file(
                Yaml.idle("client"),
                Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002)));
        mesh.weft("up", mesh.file().toString(), "--detach", "--leaf-lifetime", "1m")
                .ok();
        Eventually.within(
                START,
                () -> mesh.exec("shop/client", "nc", "-z", "echo.shop", "9002").ok());
    }

    @AfterEach
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void oneConnectionOutlivesManyCertificatesAndMemoryStaysFlat() throws Exception {
        Path program = Programs.python(directory, "soak.py");
        List<Sample> samples = new ArrayList<>();
        try (Running load = mesh.start("shop/client", "python3", program.toString(), "echo.shop", "9002")) {
            long end = System.nanoTime() + PER_RENEWAL.multipliedBy(RENEWALS).toNanos();
            Eventually.within(START, () -> assertThat(load.printed()).contains("done"));
            samples.add(sample());
            while (samples.getLast().renewals() < RENEWALS) {
                assertThat(System.nanoTime()).as("too slow: %s", samples).isLessThan(end);
                LockSupport.parkNanos(RENEWALS < LONG_RUN ? SAMPLE.dividedBy(10).toNanos() : SAMPLE.toNanos());
                assertThat(load.process().isAlive()).as(load.printed()).isTrue();
                samples.add(sample());
            }
            assertThat(load.printed()).doesNotContain("error:").doesNotContain("lost");
        }
        assertThat(metric("client", "weft_tunnel_proofs_total{side=\"client\",result=\"renewed\"}"))
                .as("the long connection's tunnel was proven anew again and again")
                .isGreaterThanOrEqualTo(RENEWALS / 6);
        for (String sidecar : List.of("client", "echo")) {
            assertThat(metric(sidecar, "weft_tls_contexts")).as(sidecar).isLessThanOrEqualTo(MOST_CONTEXTS);
        }
        if (RENEWALS >= LONG_RUN) {
            judge(samples);
        }
    }

    private Sample sample() throws Exception {
        return new Sample(
                Mesh.residentKib(
                        mesh.ps("shop/client").path("sidecar").path("pid").asLong()),
                Mesh.residentKib(
                        mesh.ps("shop/echo").path("sidecar").path("pid").asLong()),
                Mesh.residentKib(
                        mesh.json("ps").path("controlPlane").path("pid").asLong()),
                Math.min(metric("client", "weft_certificate_renewals"), metric("echo", "weft_certificate_renewals")));
    }

    private int metric(String workload, String series) throws Exception {
        Path socket;
        try (var files = Files.walk(mesh.state())) {
            socket = files.filter(file -> file.endsWith(Path.of("shop_" + workload, "admin.sock")))
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

    /** The first third is warming up: what counts is the slope after it. */
    private static void judge(List<Sample> samples) {
        System.out.println("| renewals | client's sidecar, KiB | server's sidecar, KiB | control plane, KiB |");
        System.out.println("|---|---|---|---|");
        int step = Math.max(1, samples.size() / 10);
        for (int i = 0; i < samples.size(); i += step) {
            Sample sample = samples.get(i);
            System.out.println("| " + sample.renewals() + " | " + sample.client() + " | " + sample.server() + " | "
                    + sample.control() + " |");
        }
        List<Sample> judged = samples.subList(samples.size() / 3, samples.size());
        long control = perThousand(judged, Sample::control);
        System.out.println("control plane: " + control + " KiB per 1,000 renewals");
        assertThat(control).isLessThanOrEqualTo(FLAT_KIB);
        Sample first = judged.getFirst();
        Sample last = judged.getLast();
        assertThat(last.client() - first.client()).isLessThanOrEqualTo(HEAP_KIB);
        assertThat(last.server() - first.server()).isLessThanOrEqualTo(HEAP_KIB);
    }

    /** The slope of the straight line that fits best. */
    private static long perThousand(List<Sample> samples, ToLongFunction<Sample> memory) {
        double meanX = samples.stream().mapToInt(Sample::renewals).average().orElseThrow();
        double meanY = samples.stream().mapToLong(memory).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        for (Sample sample : samples) {
            double x = sample.renewals() - meanX;
            xy += x * (memory.applyAsLong(sample) - meanY);
            xx += x * x;
        }
        return Math.round(1000 * xy / xx);
    }
}
