package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Linked;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.WireGuard;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Mutual TLS over an encrypted network: two linked meshes whose link is a WireGuard tunnel. The network knows machines and the
 * mesh knows workloads; each does its part, and what one carries passes the other, with its smaller packets.
 *
 * <p>{@code -Dweft.wireguard.mebibytes=1024 -Dweft.wireguard.requests=20000 -Dtest.output.to.file=false} prints what both layers
 * cost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WireGuardTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final boolean MEASURED = Integer.getInteger("weft.wireguard.mebibytes") != null;
    private static final int MEBIBYTES = Integer.getInteger("weft.wireguard.mebibytes", 32);
    private static final int REQUESTS = Integer.getInteger("weft.wireguard.requests", 500);
    private static final int WORKERS = 8;
    private static final int SHA_256_DIGITS = 64;
    private static final String URL = "http://server.shop.b.example/";

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Mesh a;

    @SuppressWarnings("NullAway.Init")
    private Mesh b;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-wireguard-");
        Shell.run("chmod", "755", directory.toString()).ok();
        String nginx = Programs.nginx(directory, 8080);
        Files.writeString(directory.resolve("www/small"), "x".repeat(1_000));
        Shell.run("sh", "-c", "head -c %dM /dev/urandom > %s".formatted(MEBIBYTES, directory.resolve("www/bulk")))
                .ok();
        List<Mesh> meshes = Linked.up(
                directory.resolve("home"),
                new Linked.Wanted("a.example", Yaml.idle("web"), List.of()),
                new Linked.Wanted(
                        "b.example",
                        Yaml.file(Yaml.idle("web"), Yaml.workload("server", nginx), Yaml.service("server", 80, 8080)),
                        List.of()));
        a = meshes.get(0);
        b = meshes.get(1);
        Linked.link(a, b);
        Eventually.within(SOON, () -> small(1));
    }

    @AfterAll
    void down() throws Exception {
        Linked.down(List.of(a, b));
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void bulkAndSmallRequestsPassBothLayersAndNothingPassesOne() throws Exception {
        if (MEASURED) {
            measure("a plain link", null);
        }
        try (WireGuard tunnel = WireGuard.between(a, b, directory)) {
            Eventually.within(SOON, () -> small(1));
            long before = tunnel.received();
            try (Running wire = tunnel.listen()) {
                bulk();
                small(REQUESTS);
                Eventually.within(
                        SOON,
                        () -> assertThat(wire.printed().lines().filter(line -> line.contains("51820")))
                                .hasSizeGreaterThan(MEBIBYTES));
                // A new interface says by ICMPv6 that it is there.
                assertThat(wire.printed()
                                .lines()
                                .filter(line ->
                                        line.contains(" IP") && !line.contains(".51820") && !line.contains(" ICMP6, ")))
                        .as("packets on the wire that are not the tunnel's")
                        .isEmpty();
            }
            assertThat(tunnel.received() - before)
                    .as("octets that came through the tunnel")
                    .isPositive();
            assertThat(b.weft("logs", "shop/server", "--sidecar").ok().out())
                    .contains("spiffe://a.example/ns/shop/sa/web");
            if (MEASURED) {
                assertThat(measure("WireGuard", tunnel).bulk().network())
                        .as("CPU time of WireGuard for the bulk")
                        .isPositive();
            }
            cutAndMended(tunnel);
        }
    }

    /** A network that fails is said, nothing goes another way, and calls go on when it is back. */
    private void cutAndMended(WireGuard tunnel) throws Exception {
        tunnel.cut();
        assertThat(a.exec("shop/web", "curl", "-sS", "-m", "5", "-o", "/dev/null", URL + "small")
                        .exit())
                .as("a call while the network is cut")
                .isNotZero();
        tunnel.mend();
        Eventually.within(Duration.ofSeconds(60), () -> small(1));
    }

    private void bulk() throws Exception {
        String sums = a.exec("shop/web", "sh", "-c", "curl -sS -m 110 " + URL + "bulk | sha256sum")
                .ok()
                .out();
        String expected = Shell.run("sha256sum", directory.resolve("www/bulk").toString())
                .ok()
                .out();
        assertThat(sums).startsWith(expected.substring(0, SHA_256_DIGITS));
    }

    private void small(int requests) throws Exception {
        String urls = URL + "small?[1-" + Math.ceilDiv(requests, WORKERS) + "]";
        String each = "curl -sS -f -m 110 -o /dev/null '" + urls + "' & p=\"$p $!\"; ";
        a.exec(
                        "shop/web",
                        "sh",
                        "-c",
                        each.repeat(Math.min(WORKERS, requests)) + "for i in $p; do wait $i || exit 1; done")
                .ok();
    }

    private Cost measure(String link, @Nullable WireGuard tunnel) throws Exception {
        bulk();
        small(REQUESTS);
        Spent start = spent(tunnel);
        bulk();
        Spent middle = spent(tunnel);
        small(REQUESTS);
        Spent end = spent(tunnel);
        Cost cost = new Cost(link, middle.less(start), end.less(middle));
        System.out.println(cost.text());
        return cost;
    }

    private Spent spent(@Nullable WireGuard tunnel) throws Exception {
        double sidecars = sidecarSeconds(a, "shop/web") + sidecarSeconds(b, "shop/server");
        return new Spent(sidecars, tunnel == null ? 0 : tunnel.cpuSeconds());
    }

    private static double sidecarSeconds(Mesh mesh, String workload) throws Exception {
        long pid = mesh.ps(workload).path("sidecar").path("pid").asLong();
        return ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow()
                        .toMillis()
                / 1e3;
    }

    /** CPU time in seconds, of both sidecars and of both ends of the network's tunnel. */
    private record Spent(double sidecars, double network) {

        Spent less(Spent other) {
            return new Spent(sidecars - other.sidecars, network - other.network);
        }

        String per(double units, String unit) {
            return String.format(Locale.ROOT, "%.2f + %.2f %s", sidecars / units, network / units, unit);
        }
    }

    /** What it cost, for the sidecars and for the network. */
    private record Cost(String link, Spent bulk, Spent small) {

        private static final double MEBIBYTES_IN_GIBIBYTE = 1_024;
        private static final double MILLIONTH = 1e-6;

        String text() {
            return "over %s, CPU of the sidecars + of the network: bulk %s, small requests %s"
                    .formatted(
                            link,
                            bulk.per(MEBIBYTES / MEBIBYTES_IN_GIBIBYTE, "s/GiB"),
                            small.per(REQUESTS * MILLIONTH, "µs/request"));
        }
    }
}
