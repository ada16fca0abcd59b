package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a listener on a workload's own link sees. */
final class WireTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** Certificates of a minute are renewed after half of it. */
    private static final Duration RENEWED = Duration.ofMinutes(2);

    private static final String MARKER = "a-marker-that-nobody-may-read-on-the-wire";

    @Test
    void theLinkCarriesTls13RecordsOnlyAndTheCertificateChanges() throws Exception {
        Path directory = Files.createTempDirectory("weft-e2e-wire-");
        Shell.run("chmod", "755", directory.toString()).ok();
        String programs = Yaml.file(
                Yaml.idle("client"),
                Yaml.workload("web", Programs.nginx(directory, 8080)),
                Yaml.service("web", 80, 8080),
                Yaml.idle("plain", "meshed: false"),
                Yaml.workload("bare", Programs.nginx(directory.resolve("bare"), 8080), "meshed: false"),
                Yaml.service("bare", 80, 8080));
        Files.writeString(directory.resolve("www/marker"), MARKER.repeat(100));
        Files.writeString(directory.resolve("bare/www/marker"), MARKER.repeat(100));
        try (Mesh mesh = Mesh.up(programs, "--leaf-lifetime", "1m")) {
            Eventually.within(SOON, () -> get(mesh, "shop/client", "http://web.shop/marker"));
            Eventually.within(SOON, () -> get(mesh, "shop/plain", "http://bare.shop/marker"));

            assertThat(seen(mesh, "shop/bare", "shop/plain", "http://bare.shop/marker"))
                    .as("the capture itself works")
                    .contains(MARKER, "GET /marker");
            assertThat(seen(mesh, "shop/web", "shop/client", "http://web.shop/marker"))
                    .doesNotContain(MARKER, "GET /marker");
            certificateChangesOfItself(mesh);
        } finally {
            Shell.run("rm", "-rf", directory.toString());
        }
    }

    private static void certificateChangesOfItself(Mesh mesh) throws Exception {
        var before = mesh.json("identity", "shop/web");
        assertThat(before.path("spiffeId").asString()).isEqualTo("spiffe://cluster.local/ns/shop/sa/web");
        assertThat(before.path("chainPem").asString()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(before.path("issuer").asString()).isNotEmpty();
        Duration life = Duration.between(
                Instant.parse(before.path("notBefore").asString()),
                Instant.parse(before.path("notAfter").asString()));
        assertThat(life).isBetween(Duration.ofMinutes(1), Duration.ofSeconds(150));
        Eventually.within(
                RENEWED,
                () -> assertThat(mesh.json("identity", "shop/web")
                                .path("serialNumber")
                                .asString())
                        .isNotEqualTo(before.path("serialNumber").asString()));
        get(mesh, "shop/client", "http://web.shop/marker");
    }

    /** Captures inside the server's network namespace on its only link, not on loopback. */
    private static String seen(Mesh mesh, String server, String client, String url) throws Exception {
        Path capture = mesh.directory().resolve("wire.pcap");
        Files.deleteIfExists(capture);
        try (Running tcpdump = mesh.start(
                server, "tcpdump", "-i", "eth0", "-U", "-s", "0", "-Z", "root", "-w", capture.toString(), "tcp")) {
            Eventually.within(SOON, () -> assertThat(tcpdump.printed()).contains("listening on"));
            get(mesh, client, url);
            Eventually.within(SOON, () -> assertThat(Files.size(capture)).isGreaterThan(2000));
            tcpdump.process().destroy();
            tcpdump.process().waitFor();
        }
        return Files.readString(capture, StandardCharsets.ISO_8859_1);
    }

    private static void get(Mesh mesh, String from, String url) throws Exception {
        assertThat(mesh.exec(from, "curl", "-sS", "-m", "30", url).ok().out()).contains(MARKER);
    }
}
