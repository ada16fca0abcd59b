package dev.weft.cli.demo;

import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.SidecarStatus.Certificate;
import dev.weft.cli.mesh.Sidecars;
import dev.weft.cli.screen.Human;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Chapter: both sidecars get new certificates for new keys while requests pass between them, and no request fails. */
final class RotationChapter {

    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** Number of requests to wait for after the last certificate changed. */
    private static final int REQUESTS_AFTER = 60;

    private static final int SHORT_SERIAL = 12;

    private final Scene scene;
    private final Teller teller;
    private final Load load;
    private final Map<String, Certificate> first;

    /** Remembers the certificates that the two sidecars have now. */
    RotationChapter(Scene scene, Teller teller, Load load) throws IOException {
        this.scene = scene;
        this.teller = teller;
        this.load = load;
        this.first = certificates();
    }

    void tell() throws IOException, InterruptedException {
        teller.chapter("Certificates rotate under load (here they live a minute; a day by default)");
        Map<String, Certificate> last = awaitChange();
        for (String workload : List.of(Scene.CALLER, Scene.SERVER)) {
            Certificate before = first.get(workload);
            Certificate after = last.get(workload);
            boolean changed = before != null
                    && after != null
                    && !before.serialNumber().equals(after.serialNumber())
                    && after.notAfter().isAfter(before.notAfter());
            teller.check(changed, teller.name(workload) + "  serial number " + serial(before) + " → " + serial(after));
        }
        long answered = awaitRequests();
        load.close();
        teller.check(
                load.failed() == 0 && answered > 0 && load.answered() > REQUESTS_AFTER,
                String.format(
                        Locale.ROOT,
                        "%,d requests since the start over %,d connections, %,d after the last change: %,d failed",
                        load.answered(),
                        load.connections(),
                        answered,
                        load.failed()));
        load.failures().forEach(teller::detail);
    }

    private Map<String, Certificate> awaitChange() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        Map<String, Certificate> now = certificates();
        while (!changed(now) && System.nanoTime() < deadline) {
            teller.waiting(progress(now));
            Thread.sleep(POLL);
            now = certificates();
        }
        return now;
    }

    /** Waits until requests have passed under the new certificates, and returns how many were answered. */
    private long awaitRequests() throws InterruptedException {
        long changedAt = load.answered();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (load.answered() < changedAt + REQUESTS_AFTER && load.failed() == 0 && System.nanoTime() < deadline) {
            Thread.sleep(POLL);
        }
        return load.answered() - changedAt;
    }

    private boolean changed(Map<String, Certificate> now) {
        return now.size() == 2
                && first.size() == 2
                && now.entrySet().stream()
                        .noneMatch(entry -> entry.getValue().serialNumber().equals(serialOf(entry.getKey())));
    }

    private String serialOf(String workload) {
        Certificate certificate = first.get(workload);
        return certificate == null ? "" : certificate.serialNumber();
    }

    private Map<String, Certificate> certificates() throws IOException {
        Map<String, Certificate> certificates = new TreeMap<>();
        for (var answer : new Sidecars(new LocalMesh(scene.mesh()), Operator.PATIENCE)
                .statuses(
                        List.of(Member.of(scene.workload(Scene.CALLER)), Member.of(scene.workload(Scene.SERVER))),
                        Clock.systemUTC())) {
            answer.answer()
                    .map(timed -> timed.status().certificate())
                    .ifPresent(certificate -> certificates.put(answer.member().workload(), certificate));
        }
        return certificates;
    }

    private String progress(Map<String, Certificate> now) {
        String next = now.values().stream()
                .map(Certificate::renewAt)
                .filter(moment -> moment != null)
                .min(Instant::compareTo)
                .map(moment -> ", next renewal " + Human.relative(moment, Instant.now()))
                .orElse("");
        return String.format(Locale.ROOT, "%,d requests, %,d failed%s", load.answered(), load.failed(), next);
    }

    private static String serial(@org.jspecify.annotations.Nullable Certificate certificate) {
        if (certificate == null) {
            return "(none)";
        }
        String serial = certificate.serialNumber();
        return serial.length() > SHORT_SERIAL ? serial.substring(0, SHORT_SERIAL) + "…" : serial;
    }
}
