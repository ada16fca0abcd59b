package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Load;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** A mesh whose issuer somebody else signs comes to another anchor: published, waited for, signed outside, proven, retired. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IssuerDirectoryRotationTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration ROTATION = Duration.ofMinutes(2);
    private static final String OLD_ROOT = "old-root";
    private static final String NEW_ROOT = "new-root";
    private static final String TARGET = "api.shop:8080";

    private Path directory;
    private OutsideAuthority authority;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-outside-");
        Shell.run("chmod", "755", directory.toString()).ok();
        authority = new OutsideAuthority(directory);
        authority.root(OLD_ROOT);
        authority.issuer(OLD_ROOT, "first");
        authority.mount(OLD_ROOT, "first");
        String echo = Programs.python(directory, "echo.py").toString();
        mesh = Mesh.up(
                Yaml.file(
                        Yaml.idle("web"),
                        Yaml.workload("api", "[python3, " + echo + ", \"8080\"]"),
                        Yaml.service("api", 8080, 8080),
                        Yaml.idle("outsider", "meshed: false")),
                "--issuer-dir",
                authority.secret().toString());
        Eventually.within(SOON, () -> assertThat(mesh.weft("status").exit()).isZero());
        mesh.awaitAnswer("shop/web", "api.shop 8080");
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void theAnchorIsRotatedWhenTheOutsideAuthorityHasSignedUnderTheNextOne() throws Exception {
        authority.root(NEW_ROOT);
        try (Load load = Load.start(mesh, "shop/web", List.of(TARGET));
                Running rotation = mesh.started(
                        "trust",
                        "rotate",
                        "--anchor",
                        authority.certificate(NEW_ROOT).toString())) {
            Eventually.within(
                    SOON,
                    () -> assertThat(rotation.printed())
                            .containsSubsequence(
                                    "publish the new anchor",
                                    "WEFT-C115",
                                    authority.secret().toString(),
                                    "CN=" + NEW_ROOT));
            assertThat(anchors()).containsExactlyInAnyOrder("CN=" + OLD_ROOT, "CN=" + NEW_ROOT);
            assertThat(issuer()).isEqualTo("CN=first");

            refusesAPairUnderTheFormerAnchor(rotation);

            authority.issuer(NEW_ROOT, "second");
            authority.mount(NEW_ROOT, "second");
            assertThat(rotation.exit(ROTATION)).as(rotation.printed()).isZero();
            assertThat(rotation.printed())
                    .containsSubsequence(
                            "take the new issuer into use", "renew every certificate", "retire the old anchor")
                    .contains("has a new trust anchor", "CN=" + NEW_ROOT);

            assertThat(anchors()).containsExactly("CN=" + NEW_ROOT);
            assertThat(issuer()).isEqualTo("CN=second");
            assertThat(mesh.json("trust", "show")
                            .path("issuers")
                            .path(0)
                            .path("liveLeaves")
                            .asInt())
                    .isEqualTo(2);
            long kept = load.to(TARGET).kept();
            Eventually.within(SOON, () -> assertThat(load.to(TARGET).kept()).isGreaterThan(kept + 5));
            assertThat(load.to(TARGET).failed()).as(load.to(TARGET).reason()).isZero();
            assertThat(load.to(TARGET).broken()).isZero();
        }
        restsOnTheNewAnchorAlone();
    }

    /** The mesh waits for one under the anchor that it comes to. */
    private void refusesAPairUnderTheFormerAnchor(Running rotation) throws Exception {
        authority.issuer(OLD_ROOT, "renewed");
        authority.mount(OLD_ROOT, "renewed");
        Eventually.within(
                SOON,
                // The pair is seen: what the rotation waits for alone was said before, too.
                () -> assertThat(mesh.weft("check").failed().out()).contains("WEFT-C087", "CN=" + NEW_ROOT));
        assertThat(issuer()).isEqualTo("CN=first");
        assertThat(rotation.process().isAlive()).as(rotation.printed()).isTrue();
    }

    /** What sidecars show is verified by openssl, under the new root and not under the former one. */
    private void restsOnTheNewAnchorAlone() throws Exception {
        Path leaf = directory.resolve("leaf.pem");
        String show = "openssl s_client -connect " + mesh.address("shop/api")
                + ":15008 -showcerts -alpn h2 </dev/null 2>/dev/null";
        String shown = mesh.exec("shop/outsider", "sh", "-c", show).out();
        assertThat(shown).contains("-----BEGIN CERTIFICATE-----");
        Files.writeString(leaf, shown.substring(shown.indexOf("-----BEGIN CERTIFICATE-----")));
        assertThat(verify(NEW_ROOT, leaf)).isZero();
        assertThat(verify(OLD_ROOT, leaf)).isNotZero();
    }

    private int verify(String root, Path chain) throws Exception {
        return Shell.run(
                        "openssl",
                        "verify",
                        "-CAfile",
                        authority.certificate(root).toString(),
                        "-untrusted",
                        chain.toString(),
                        chain.toString())
                .exit();
    }

    private String issuer() throws Exception {
        return mesh.json("trust", "show")
                .path("issuers")
                .path(0)
                .path("subject")
                .asString();
    }

    private List<String> anchors() throws Exception {
        JsonNode anchors = mesh.json("trust", "show").path("anchors");
        return anchors.valueStream()
                .map(anchor -> anchor.path("subject").asString())
                .toList();
    }
}
