package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** A mesh on an anchor whose key stays with the operator: which no file of the mesh ever holds: looked at, given another issuer,
 * checked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrustCommandsTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final Map<String, String> PASSPHRASE = Map.of("WEFT_PASSPHRASE", "correct horse battery");

    private Path directory;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-trust-");
        alone("trust", "init", "--out", directory.toString()).ok();
        Path secret = Files.writeString(directory.resolve("secret"), "correct horse battery\n");
        mesh = Mesh.up(
                Yaml.file(Yaml.idle("web"), Yaml.idle("api")),
                "--trust-domain",
                "east.example",
                "--anchor",
                path("anchor.pem"),
                "--anchor-key",
                path("anchor-key.pem"),
                "--passphrase-file",
                secret.toString());
        Eventually.within(START, () -> assertThat(mesh.weft("status").exit()).isZero());
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    /** A command that needs no mesh. */
    private static Ran alone(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(Mesh.weft().toString()));
        line.addAll(List.of(arguments));
        return Shell.run(line, PASSPHRASE, COMMAND);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Ran sign(String trustDomain) throws Exception {
        return alone(
                "trust",
                "sign",
                "--anchor",
                path("anchor.pem"),
                "--anchor-key",
                path("anchor-key.pem"),
                "--csr",
                path("east.csr"),
                "--trust-domain",
                trustDomain,
                "--out",
                path("east.pem"));
    }

    private static JsonNode check(JsonNode report, String name) {
        for (JsonNode check : report.path("checks")) {
            if (check.path("check").asString().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check " + name + " in " + report);
    }

    @Test
    void theMeshRestsOnTheAnchorAndHasNothingOfItsKey() throws Exception {
        JsonNode identity = mesh.json("identity", "shop/web");
        Path chain = Files.writeString(
                directory.resolve("chain.pem"), identity.path("chainPem").asString());

        assertThat(identity.path("spiffeId").asString()).startsWith("spiffe://east.example/");
        Shell.run("openssl", "verify", "-CAfile", path("anchor.pem"), "-untrusted", chain.toString(), chain.toString())
                .ok();
        List<String> anchor = Files.readAllLines(directory.resolve("anchor.pem"));
        assertThat(inState(anchor.get(1))).as("its certificate").isTrue();
        assertThat(secrets()).noneMatch(this::inState);
    }

    @Test
    void theIssuerIsReplacedWhileItsKeyStaysInTheMeshAndTheAnchorsWithTheOperator() throws Exception {
        JsonNode before = mesh.json("trust", "show");
        assertThat(before.path("anchors").path(0).path("pem").asString())
                .isEqualTo(Files.readString(directory.resolve("anchor.pem")));
        assertThat(before.path("trustDomain").asString()).isEqualTo("east.example");

        Files.writeString(
                directory.resolve("east.csr"), mesh.weft("issuer", "csr").ok().out());
        assertThat(sign("west.example").failed().err()).contains("WEFT-T006");
        sign("east.example").ok();
        mesh.weft("issuer", "install", path("east.pem")).ok();

        JsonNode after = mesh.json("trust", "show");
        assertThat(after.path("issuers").path(0).path("state").asString()).isEqualTo("current");
        assertThat(after.path("issuers").path(0).path("pem").asString())
                .isEqualTo(Files.readString(directory.resolve("east.pem")));
        assertThat(after.path("issuers").path(1).path("keySha256").asString())
                .isEqualTo(before.path("issuers").path(0).path("keySha256").asString());
        assertThat(secrets()).noneMatch(line -> inState(line));
    }

    /** The lines of base64 of the anchor's key, as a plain PKCS#8 file would have them. */
    private List<String> secrets() throws Exception {
        String plain = Shell.run(
                        "openssl", "pkey", "-in", path("anchor-key.pem"), "-passin", "pass:correct horse battery")
                .ok()
                .out();
        return plain.lines().filter(line -> !line.startsWith("-")).toList();
    }

    private boolean inState(String text) {
        try {
            return Shell.run("grep", "-rqF", text, mesh.state().toString()).exit() == 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everySidecarHoldsWhatIsPublished() throws Exception {
        Eventually.within(
                START,
                () -> assertThat(mesh.json("trust", "show").path("workloads"))
                        .hasSize(2)
                        .allMatch(workload -> workload.path("holdsAll").asBoolean()));
    }

    @Test
    void aMeshThatIsWellPassesItsChecks() throws Exception {
        Eventually.within(START, () -> {
            Ran ran = mesh.weft("check");
            assertThat(ran.exit()).as(ran.describe()).isZero();
        });
        Eventually.within(
                START,
                () -> assertThat(mesh.weft("check", "-o", "short").ok().out()).isEmpty());
    }

    @Test
    void aSidecarThatIsStoppedIsFoundAndNamed() throws Exception {
        String sidecar = mesh.ps("shop/api").path("sidecar").path("pid").asString();
        Shell.run("kill", "-STOP", sidecar).ok();
        try {
            Eventually.within(
                    COMMAND,
                    () -> assertThat(mesh.weft("check", "-o", "short").failed().out())
                            .contains("failed sidecars: 1 of 2 sidecars"));
        } finally {
            Shell.run("kill", "-CONT", sidecar).ok();
        }
        Eventually.within(
                START,
                () -> assertThat(check(mesh.json("check"), "sidecars")
                                .path("result")
                                .asString())
                        .isEqualTo("ok"));
    }
}
