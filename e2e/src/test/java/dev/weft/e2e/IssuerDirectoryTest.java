package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Load;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** A mesh whose issuer is in a secret that somebody else renews, as cert-manager and the kubelet do it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IssuerDirectoryTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** Certificates of a minute are renewed after half of it, give or take a tenth. */
    private static final Duration RENEWED = Duration.ofMinutes(2);

    private static final String TARGET = "api.shop:8080";

    private static final String ROOT = "Company-Root";

    private Path directory;
    private OutsideAuthority authority;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-issuer-");
        Shell.run("chmod", "755", directory.toString()).ok();
        authority = new OutsideAuthority(directory);
        authority.root(ROOT);
        mount("first", "ecparam", "-name", "prime256v1", "-genkey");
        String echo = Programs.python(directory, "echo.py").toString();
        mesh = Mesh.up(
                Yaml.file(
                        Yaml.idle("web"),
                        Yaml.workload("api", "[python3, " + echo + ", \"8080\"]"),
                        Yaml.service("api", 8080, 8080)),
                "--issuer-dir",
                authority.secret().toString(),
                "--leaf-lifetime",
                "1m");
        Eventually.within(SOON, () -> assertThat(mesh.weft("status").exit()).isZero());
        mesh.awaitAnswer("shop/web", "api.shop 8080");
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void theIssuerIsRenewedUnderLoadAndABadOneIsRefusedAndMended() throws Exception {
        assertThat(issuer(0).path("subject").asString()).isEqualTo("CN=first");
        try (Load load = Load.start(mesh, "shop/web", List.of(TARGET))) {
            Eventually.within(
                    SOON,
                    () -> assertThat(load.to(TARGET).kept())
                            .as(load.program().printed())
                            .isPositive());

            mount("second", "genrsa", "-traditional");
            Eventually.within(
                    SOON, () -> assertThat(issuer(0).path("subject").asString()).isEqualTo("CN=second"));
            assertThat(issuer(1).path("state").asString()).isEqualTo("retiring");
            Eventually.within(
                    RENEWED,
                    () -> assertThat(issuer(0).path("liveLeaves").asInt())
                            .as("both workloads have come over, to certificates signed by an RSA key")
                            .isEqualTo(2));

            refusesABadOne();

            long kept = load.to(TARGET).kept();
            Eventually.within(SOON, () -> assertThat(load.to(TARGET).kept()).isGreaterThan(kept + 5));
            assertThat(load.to(TARGET).failed()).as(load.to(TARGET).reason()).isZero();
            assertThat(load.to(TARGET).broken()).isZero();
        }
    }

    private void refusesABadOne() throws Exception {
        Files.copy(directory.resolve("first.key"), directory.resolve("third.key"));
        authority.sign(ROOT, "third");
        Files.copy(
                directory.resolve("second.key"), directory.resolve("third.key"), StandardCopyOption.REPLACE_EXISTING);
        authority.mount(ROOT, "third");
        Eventually.within(SOON, () -> {
            Ran check = mesh.weft("check").failed();
            assertThat(check.out()).contains("WEFT-C082", "tls.key", "is not the key of certificate 1 (CN=third)");
        });
        assertThat(mesh.weft("check", "-o", "short").failed().out()).contains("issuer-directory");
        assertThat(issuer(0).path("subject").asString()).isEqualTo("CN=second");
        assertThat(mesh.weft("issuer", "csr").failed().err())
                .contains("WEFT-C086", authority.secret().toString());

        mount("fourth", "ecparam", "-name", "prime256v1", "-genkey", "-noout");
        Eventually.within(
                SOON, () -> assertThat(issuer(0).path("subject").asString()).isEqualTo("CN=fourth"));
        Eventually.within(
                SOON, () -> assertThat(mesh.weft("check", "-o", "short").out()).doesNotContain("issuer-directory"));
    }

    @Test
    void aMeshDoesNotBeginOnAPairThatIsBad() throws Exception {
        Path bad = Files.createDirectory(directory.resolve("bad"));
        Files.writeString(bad.resolve("tls.crt"), "half");
        Ran ran = Mesh.prepare(List.of(Mesh.weft().toString()))
                .unnamed("up", mesh.file().toString(), "--issuer-dir", bad.toString())
                .failed();
        assertThat(ran.err()).contains("WEFT-C080", "tls.key");
    }

    private JsonNode issuer(int index) throws Exception {
        return mesh.json("trust", "show").path("issuers").path(index);
    }

    /** Puts a pair there, with a key that this command of openssl makes. */
    private void mount(String name, String... command) throws Exception {
        authority.issuer(ROOT, name, command);
        authority.mount(ROOT, name);
    }
}
